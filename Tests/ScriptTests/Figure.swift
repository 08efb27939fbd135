import OutageEngine

/// One number or verdict of a run, as the tables of figures write it.
struct Figure {
  var text: String

  /// - Parameter name: `clients.completed`, `dwfm.wasted`; the text of a property in quotes, or `time` and that text; `max`,
  ///   `min` or `last` and the title of a plot; `at`, a time of the clock and the title; `measure` and its name.
  init?(_ name: String, of result: RunResult) {
    if name.hasPrefix("\"") {
      guard let p = Self.property(name, result) else { return nil }
      text = p.time == nil ? p.verdict.rawValue : "\(p.verdict.rawValue) \(p.reason)"
      return
    }
    let words = name.split(separator: " ", maxSplits: 1).map(String.init)
    if words.count == 2 {
      guard let found = Self.sampled(words[0], words[1], result) else { return nil }
      text = found
      return
    }
    guard let count = Self.count(name, result) else { return nil }
    text = "\(count)"
  }

  private static func property(_ quoted: String, _ result: RunResult) -> PropertyResult? {
    result.properties.first { "\"\($0.text)\"" == quoted }
  }

  /// `clients.completed`
  private static func count(_ name: String, _ result: RunResult) -> Int64? {
    let parts = name.split(separator: ".").map(String.init)
    guard parts.count == 2, let r = result.responses.first(where: { $0.name == parts[0] }) else { return nil }
    switch parts[1] {
    case "arrived": return r.arrived
    case "completed": return r.completed
    case "failed": return r.failed
    case "refused": return r.refused
    case "dropped": return r.dropped
    case "wasted": return r.wasted
    case "in_hand": return r.inHand
    default: return nil
    }
  }

  private static func sampled(_ word: String, _ rest: String, _ result: RunResult) -> String? {
    func series(_ title: String) -> Series? { result.series.first { $0.title == title } }
    switch word {
    case "time": return property(rest, result)?.time.map { Self.clock($0, result.clock) }
    case "measure": return result.measures.first { $0.name == rest }.map { short($0.last) }
    case "max": return series(rest)?.values.max().map(short)
    case "min": return series(rest)?.values.min().map(short)
    case "last": return series(rest)?.values.last.map(short)
    case "at":
      let parts = rest.split(separator: " ", maxSplits: 1).map(String.init)
      guard parts.count == 2, let s = series(parts[1]) else { return nil }
      return zip(s.times, s.values).first { Self.clock($0.0, result.clock) == parts[0] }.map { short($0.1) }
    default: return nil
    }
  }

  private static func short(_ x: Double) -> String { x == x.rounded() ? "\(Int64(x))" : "\(x)" }

  /// A time of the clock to the second, rounded down: `02:43:04`.
  private static func clock(_ time: Int64, _ face: ClockFace) -> String {
    let seconds = (face.start + time) / 1_000_000_000 % 86_400
    func two(_ n: Int64) -> String { n < 10 ? "0\(n)" : "\(n)" }
    return "\(two(seconds / 3600)):\(two(seconds / 60 % 60)):\(two(seconds % 60))"
  }
}
