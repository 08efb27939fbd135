/// The unit that the heading of a column states: `latency_ms`, `Latency (ms)`, `rps`.
enum HeadingUnit: Equatable {
  /// Nanoseconds.
  case duration(Int64)
  /// Per second.
  case rate(Double)

  init?(_ heading: String) {
    let words = Self.words(heading)
    guard let last = words.last else { return nil }
    if let rate = Self.rates[last] {
      self = .rate(rate)
    } else if let duration = Self.durations[last] {
      // `requests_per_second`, `req/s`
      let isRate = words.count > 1 && ["per", "/"].contains(words[words.count - 2])
      self = isRate ? .rate(1_000_000_000 / Double(duration)) : .duration(duration)
    } else {
      return nil
    }
  }

  /// In lower case; a capital after a small letter begins a word.
  private static func words(_ heading: String) -> [String] {
    var words: [String] = []
    var word = ""
    func isMark(_ c: Character) -> Bool { !c.isLetter && !c.isNumber }
    var last: Character = " "
    for c in heading {
      if isMark(c) || c.isUppercase && last.isLowercase || c.isLetter && last.isNumber {
        if !word.isEmpty { words.append(word) }
        word = ""
      }
      if c == "/" { words.append("/") }
      if !isMark(c) { word += c.lowercased() }
      last = c
    }
    if !word.isEmpty { words.append(word) }
    return words
  }

  private static let durations: [String: Int64] = {
    let second: Int64 = 1_000_000_000
    let units: [(Int64, String)] = [
      (1, "ns nsec nsecs nano nanos nanosecond nanoseconds"), (1000, "us µs μs usec usecs micro micros microsecond microseconds"),
      (1_000_000, "ms msec msecs milli millis millisecond milliseconds"), (second, "s sec secs second seconds"),
      (60 * second, "min mins minute minutes"), (3600 * second, "h hr hrs hour hours"), (86_400 * second, "d day days"),
    ]
    var table: [String: Int64] = [:]
    for (value, words) in units { for word in words.split(separator: " ") { table[String(word)] = value } }
    return table
  }()

  private static let rates: [String: Double] = ["rps": 1, "qps": 1, "tps": 1, "rpm": 1 / 60.0, "qpm": 1 / 60.0, "rph": 1 / 3600.0]
}
