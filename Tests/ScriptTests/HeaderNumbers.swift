import Foundation

/// The numbers that a header tells, in digits and in words.
enum HeaderNumbers {
  /// A number and where it stands.
  struct Mention {
    var text: String
    var range: Range<String.Index>
  }

  static let words: [String: Double] = [
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17,
    "eighteen": 18, "nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70,
    "eighty": 80, "ninety": 90, "hundred": 100, "thousand": 1_000, "million": 1_000_000,
  ]
  /// Words that mostly count nothing: one of them, the two halves, hundreds of them.
  private static let vague: Set<String> = ["one", "two"]

  /// All of a text, in its order. What commands set (`--set n=3`, `--seed 2`, names of variants) is no claim.
  static func mentions(_ text: String) -> [Mention] {
    let commands = text.ranges(of: /--(set|vary) \S+|--seed \d+( to \d+)?|--variant "[^"]*"|`[a-z]\w*=[^`]*`/)
    let digits = text.matches(of: /(?:^|[^\w.])(\d[\d,_]*(?:\.\d+)?(?::\d\d)*)/).map { match in
      var number = match.output.1
      while let last = number.last, last == "," || last == "_" { number.removeLast() }
      return Mention(text: String(number), range: number.startIndex..<number.endIndex)
    }
    let spelled = text.matches(of: /\b[A-Za-z]+\b/).compactMap { match -> Mention? in
      let word = match.output.lowercased()
      return words[word] == nil || vague.contains(word) ? nil : Mention(text: word, range: match.range)
    }
    return (digits + spelled).filter { mention in !commands.contains { $0.overlaps(mention.range) } }
      .sorted { $0.range.lowerBound < $1.range.lowerBound }
  }

  /// `1,443` and `1_443` are 1443, and `thirty` is 30.
  static func plain(_ number: String) -> String {
    words[number].map { "\(Int($0))" } ?? number.filter { $0 != "," && $0 != "_" }
  }

  /// Whether each number of a phrase is one of a text.
  static func tells(_ phrase: String, only text: String) -> Bool {
    let known = Set(mentions(text).map { plain($0.text) })
    return mentions(phrase).allSatisfy { known.contains(plain($0.text)) }
  }

  /// Where a phrase stands in a text, as words of their own.
  static func places(of phrase: String, in text: String) -> [Range<String.Index>] {
    func joins(_ a: Character?, _ b: Character?) -> Bool {
      guard let a, let b else { return false }
      return (a.isLetter || a.isNumber) && (b.isLetter || b.isNumber)
    }
    return text.ranges(of: phrase).filter { range in
      let before = range.lowerBound > text.startIndex ? text[text.index(before: range.lowerBound)] : nil
      let after = range.upperBound < text.endIndex ? text[range.upperBound] : nil
      return !joins(before, phrase.first) && !joins(phrase.last, after)
    }
  }
}

/// What a phrase claims of a value: `24,361`, `some 135 seconds`, `fewer than a hundred`, `three in a thousand`, `10 min 20 s`,
/// `not one request fails`.
struct Claim {
  enum Relation { case about, below, above, notAbove, rounded }
  /// Seconds, of a time.
  var number: Double
  /// One in the last place that the phrase writes.
  var unit: Double
  var relation = Relation.rounded
  /// Of `three in a thousand`: 1000; of `one in six`: 6, and the number is 1.
  var among: Double?

  private static let relations: [(String, Relation)] = [
    ("fewer than", .below), ("less than", .below), ("more than", .above), ("over", .above), ("at most", .notAbove),
    ("within", .notAbove), ("some", .about), ("about", .about), ("nearly", .about), ("almost", .about),
  ]
  private static let units: [String: Double] = [
    "h": 3600, "hour": 3600, "hours": 3600, "min": 60, "minute": 60, "minutes": 60, "s": 1, "second": 1, "seconds": 1,
    "ms": 0.001,
  ]

  init?(_ phrase: String, isTime: Bool) {
    let spoken = phrase.lowercased()
    if spoken.contains(/\b(no|not|none|nor|nobody)\b/) {
      (number, unit) = (0, 1)
      return
    }
    for (word, relation) in Self.relations where spoken.hasPrefix(word + " ") { self.relation = relation }
    var words = spoken.split { " ();".contains($0) }.map { word in
      String(word).trimmingCharacters(in: CharacterSet(charactersIn: ",.:"))
    }
    while let first = words.first, Self.number(first) == nil { words.removeFirst() }
    guard let first = words.first, var read = Self.number(first) else { return nil }
    if words.count > 1, ["hundred", "thousand", "million"].contains(words[1]),
      let factor = HeaderNumbers.words[words[1]]
    {
      (read.value, read.unit) = (read.value * factor, read.unit * factor)
      words.remove(at: 1)
    }
    (number, unit) = read
    if isTime, !first.contains(":") {
      guard let seconds = Self.seconds(words) else { return nil }
      (number, unit) = seconds
    }
    if let of = words.firstIndex(of: "in"), let m = words[(of + 1)...].compactMap({ Self.number($0)?.value }).first {
      among = m
    }
  }

  /// In digits, in a word, or a time of the clock in seconds.
  private static func number(_ word: String) -> (value: Double, unit: Double)? {
    if let known = HeaderNumbers.words[word] { return (known, 1) }
    let parts = word.split(separator: ":", omittingEmptySubsequences: false).map { Double($0) }
    if parts.count > 1 {
      guard parts.allSatisfy({ $0 != nil }) else { return nil }
      let numbers = parts.compactMap(\.self) + (parts.count == 2 ? [0] : [])
      return (numbers.reduce(0) { $0 * 60 + $1 }, parts.count == 2 ? 60 : 1)
    }
    let plain = HeaderNumbers.plain(word)
    guard plain.first?.isNumber == true, let value = Double(plain) else { return nil }
    let decimals = plain.split(separator: ".").dropFirst().first?.count ?? 0
    return (value, pow(10, -Double(decimals)))
  }

  /// `10 min 20 s`
  private static func seconds(_ words: [String]) -> (Double, Double)? {
    var (total, last) = (0.0, 0.0)
    for i in stride(from: 0, to: words.count - 1, by: 2) {
      guard let n = number(words[i]), let unit = units[words[i + 1]] else { break }
      total += n.value * unit
      last = n.unit * unit
    }
    return last == 0 ? nil : (total, last)
  }

  /// - Parameter value: as a figure writes it: a number, a time of the clock, seconds (`11.847s`).
  static func isRight(_ phrase: String, _ value: String) -> Bool {
    let isTime = value.hasSuffix("s")
    guard let claim = Claim(phrase, isTime: isTime), var v = number(isTime ? String(value.dropLast()) : value)?.value
    else {
      return false
    }
    var (n, unit) = (claim.number, claim.unit)
    if let m = claim.among {
      unit = 0.5
      // One in six: 6 is what is told. Three in a hundred: 3.
      if n == 1, claim.relation == .rounded { (n, v) = (m, 1 / v) } else { v *= m }
    }
    switch claim.relation {
    case .below: return v < n
    case .above: return v > n
    case .notAbove: return v <= n
    case .about: return abs(v - n) <= 0.05 * n
    case .rounded: return abs(v - n) < unit
    }
  }
}
