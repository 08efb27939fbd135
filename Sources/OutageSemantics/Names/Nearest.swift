/// The name that was probably meant, or nil when none is close.
func nearest(_ word: String, in names: [String]) -> String? {
  let letters = Array(word.utf8.prefix(64))
  var best: (name: String, distance: Int)?
  for name in names where name != word {
    let distance = editDistance(letters, Array(name.utf8.prefix(64)))
    if distance <= max(1, letters.count / 3), distance < best?.distance ?? .max { best = (name, distance) }
  }
  return best?.name
}

private func editDistance(_ a: [UInt8], _ b: [UInt8]) -> Int {
  var row = Array(0...b.count)
  for (i, x) in a.enumerated() {
    var diagonal = row[0]
    row[0] = i + 1
    for (j, y) in b.enumerated() {
      let above = row[j + 1]
      row[j + 1] = min(min(above, row[j]) + 1, diagonal + (x == y ? 0 : 1))
      diagonal = above
    }
  }
  return row[b.count]
}
