/// Suggests what a misspelt name may have meant.
public enum Spelling {
  /// The nearest of `candidates`, if one is near enough: about a third of the name may differ. Of equally
  /// near ones the first.
  public static func nearest(_ name: String, in candidates: some Sequence<String>) -> String? {
    let wanted = Array(name.utf8.prefix(64))
    guard !wanted.isEmpty else { return nil }
    var best: String?
    var least = max(1, wanted.count / 3) + 1
    for candidate in candidates {
      let other = Array(candidate.utf8)
      guard other.count <= 64, abs(other.count - wanted.count) < least, candidate != name else { continue }
      let distance = distance(wanted, other)
      // Two letters of two are another word, not a slip.
      if distance < least, distance < max(wanted.count, other.count) {
        least = distance
        best = candidate
      }
    }
    return best
  }

  /// Damerau-Levenshtein (optimal string alignment): insertions, deletions, changes and swaps of neighbours.
  static func distance(_ a: [UInt8], _ b: [UInt8]) -> Int {
    var beforeLast: [Int] = []
    var last = Array(0...b.count)
    for i in 0..<a.count {
      var row = [i + 1]
      row.reserveCapacity(b.count + 1)
      for j in 0..<b.count {
        var cost = min(last[j + 1] + 1, row[j] + 1, last[j] + (a[i] == b[j] ? 0 : 1))
        if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { cost = min(cost, beforeLast[j - 1] + 1) }
        row.append(cost)
      }
      beforeLast = last
      last = row
    }
    return last[b.count]
  }
}
