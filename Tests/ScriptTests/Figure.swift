import OutageEngine

/// One number or verdict of a run, as the tables of figures write it.
struct Figure {
  var text: String

  /// - Parameter name: one of
  ///   - `clients.completed`: a count; `ratio a.failed a.arrived`: of two
  ///   - `"PROPERTY"`: its verdict and reason
  ///   - `measure NAME`: its last value
  ///   - `max TITLE`, `min TITLE`, `last TITLE`, `at CLOCK TITLE`: of a plot; durations in seconds, `1.5s`
  ///   - `slope FROM UNTIL TITLE`: how much a plot grows in a second between two times of the clock
  ///   - `time "PROPERTY"`, `reaches N TITLE`, `falls N TITLE`, `settles N TITLE`: a time of the clock, rounded down to a second: of a
  ///     verdict; when a plot is first at least, or first at most, N; when it is at most N for good
  ///   - `since CLOCK` and one of these: the seconds in between
  init?(_ name: String, of result: RunResult) {
    let figures = Figures(result: result)
    let words = name.split(separator: " ", maxSplits: 1).map(String.init)
    let found =
      name.hasPrefix("\"")
      ? figures.verdict(name)
      : words.count == 2
        ? figures.sampled(words[0], words[1])
        : figures.count(name).map { "\($0)" }
    guard let found else { return nil }
    text = found
  }
}

private struct Figures {
  var result: RunResult

  func verdict(_ quoted: String) -> String? {
    property(quoted).map { $0.time == nil ? $0.verdict.rawValue : "\($0.verdict.rawValue) \($0.reason)" }
  }

  private func property(_ quoted: String) -> PropertyResult? {
    result.properties.first { "\"\($0.text)\"" == quoted }
  }

  /// `clients.completed`
  func count(_ name: String) -> Int64? {
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

  func sampled(_ word: String, _ rest: String) -> String? {
    switch word {
    case "measure": return result.measures.first { $0.name == rest }.map { Self.short($0.last) }
    case "max": return plot(rest).flatMap { plot in plot.values.max().map { Self.short($0, plot.unit) } }
    case "min": return plot(rest).flatMap { plot in plot.values.min().map { Self.short($0, plot.unit) } }
    case "last": return plot(rest).flatMap { plot in plot.values.last.map { Self.short($0, plot.unit) } }
    case "at":
      guard let (time, title) = Self.split(rest), let plot = plot(title), let value = value(plot, time) else {
        return nil
      }
      return Self.short(value, plot.unit)
    case "ratio":
      guard let (a, b) = Self.split(rest), let x = count(a), let y = count(b), y != 0 else { return nil }
      return Self.short(Double(x) / Double(y))
    case "slope": return slope(rest)
    case "since":
      guard let (from, figure) = Self.split(rest), let (word, rest) = Self.split(figure), let then = instant(word, rest)
      else { return nil }
      let start = from.split(separator: ":").compactMap { Int64($0) }.reduce(0) { $0 * 60 + $1 }
      return Self.short(Double(sinceMidnight(then) - start * 1_000_000_000), .duration)
    default: return instant(word, rest).map(clock)
    }
  }

  /// ns since the start
  private func instant(_ word: String, _ rest: String) -> Int64? {
    if word == "time" { return property(rest).flatMap { $0.cameTrue ?? $0.time } }
    guard let (number, title) = Self.split(rest), let n = Double(number), let plot = plot(title) else { return nil }
    switch word {
    case "reaches": return plot.values.firstIndex { $0 >= n }.map { plot.times[$0] }
    case "falls": return plot.values.firstIndex { $0 <= n }.map { plot.times[$0] }
    case "settles":
      guard let last = plot.values.lastIndex(where: { $0 > n }), last + 1 < plot.times.count else { return nil }
      return plot.times[last + 1]
    default: return nil
    }
  }

  /// `00:06:00 00:14:00 clients.retries`
  private func slope(_ rest: String) -> String? {
    guard let (from, more) = Self.split(rest), let (until, title) = Self.split(more), let plot = plot(title),
      let a = plot.times.first(where: { clock($0) == from }), let b = plot.times.first(where: { clock($0) == until }),
      let before = value(plot, from), let after = value(plot, until), b > a
    else { return nil }
    return Self.short((after - before) / (Double(b - a) / 1e9))
  }

  private func plot(_ title: String) -> Series? { result.series.first { $0.title == title } }

  private func value(_ plot: Series, _ time: String) -> Double? {
    plot.times.firstIndex { clock($0) == time }.map { plot.values[$0] }
  }

  private static func split(_ text: String) -> (String, String)? {
    let parts = text.split(separator: " ", maxSplits: 1).map(String.init)
    return parts.count == 2 ? (parts[0], parts[1]) : nil
  }

  private static func short(_ x: Double, _ unit: ValueUnit = .number) -> String {
    if unit == .duration { return short(x / 1e9) + "s" }
    return x == x.rounded() ? "\(Int64(x))" : "\(x)"
  }

  /// ns
  private func sinceMidnight(_ time: Int64) -> Int64 { (result.clock.start + time) % 86_400_000_000_000 }

  /// A time of the clock to the second, rounded down: `02:43:04`.
  private func clock(_ time: Int64) -> String {
    let seconds = sinceMidnight(time) / 1_000_000_000
    func two(_ n: Int64) -> String { n < 10 ? "0\(n)" : "\(n)" }
    return "\(two(seconds / 3600)):\(two(seconds / 60 % 60)):\(two(seconds % 60))"
  }
}
