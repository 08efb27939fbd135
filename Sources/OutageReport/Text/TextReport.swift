public import OutageEngine
public import OutageSyntax

/// What a run showed, as a page that a person reads from the top: what happened when, what was measured, how it looked
/// over time, the verdict of each property, and last what makes the same bytes come again.
public struct TextReport {
  let width: Int
  let decorator: Decorator
  let glyphs: Glyphs
  let interruption: Interruption

  /// - Parameters:
  ///   - width: columns, kept between 40 and 200.
  ///   - color: ANSI colours.
  ///   - unicode: blocks and signs outside ASCII.
  ///   - interruption: asked meanwhile whether it is still wanted; what was interrupted is of no use.
  public init(width: Int, color: Bool, unicode: Bool, _ interruption: Interruption = Interruption()) {
    self.interruption = interruption
    self.width = min(200, max(40, width))
    decorator = Decorator(color: color, unicode: unicode)
    glyphs = Glyphs(unicode: unicode)
  }

  public func render(_ result: RunResult) -> String { decorator.text(lines(result), interruption) }

  package func lines(_ result: RunResult) -> [Line] {
    let sections = [
      heading(result), story(result), measures(result), requests(result), charts(result), properties(result),
      manifest(result),
    ]
    return Array(sections.filter { !$0.isEmpty }.joined(separator: [Line()]))
  }

  func section(_ title: String, _ lines: [Line]) -> [Line] { lines.isEmpty ? [] : [Line(title, .heading)] + lines }

  /// The text over as many lines as it needs, all of them starting at a column.
  func paragraph(_ text: String, at column: Int, _ style: Style = .plain) -> [Line] {
    text.wrapped(to: width - column).map { part in
      var line = Line()
      line.pad(to: column)
      line.add(part, style)
      return line
    }
  }

  // MARK: Heading

  private func heading(_ result: RunResult) -> [Line] {
    let clock = result.clock
    let name = result.scenario.isEmpty ? "a scenario without a name" : result.scenario.harmless
    var lines = paragraph(name, at: 0, .title)
    var subtitle = "\(ValueText.duration(clock.duration)) in ticks of \(ValueText.duration(clock.tick))"
    if clock.isWritten {
      let zone = clock.zone.map { " \($0.harmless)" } ?? ""
      subtitle = "\(bounds(clock))\(zone), \(subtitle)"
    }
    if clock.warmUp > 0 {
      let isOver = result.counts.reached >= clock.warmUp
      subtitle += isOver ? ", measured after a warm-up of " : ", measured from the start: not over is the warm-up of "
      subtitle += ValueText.duration(clock.warmUp)
    }
    lines += paragraph(subtitle, at: 0, .faint)
    if let reason = result.stopReason { lines += paragraph(reason, at: 0, .warning) }
    return lines
  }

  /// `2025-10-19 23:30:00 to 2025-10-20 15:30:00`
  private func bounds(_ clock: ClockFace) -> String {
    guard let first = clock.date(of: 0), let last = clock.date(of: clock.duration) else {
      return "\(clock.text(0)) to \(clock.text(clock.duration))"
    }
    let end = (first == last ? "" : "\(last) ") + clock.timeOfDay(clock.duration)
    return "\(first) \(clock.timeOfDay(0)) to \(end)"
  }
}

extension RunResult {
  /// Why the run did not reach the end of the scenario; nil when it did.
  package var stopReason: String? {
    switch end {
    case .reachedEnd: nil
    case .stoppedAt(let time): "stopped at \(clock.text(time)), before the end of the scenario"
    case .violated(let time): "stopped at \(clock.text(time)), at the first violation"
    case .budget(let what, let limit, let time):
      "stopped at \(clock.text(time)): the limit of \(limit) \(Self.of(what))"
    case .interrupted(let time): "interrupted at \(clock.text(time))"
    case .failed(let failure): "failed at \(clock.text(failure.time)): \(failure.message)"
    }
  }

  private static func of(_ what: String) -> String {
    switch what {
    case "events", "ticks": "\(what) was reached"
    case "time": "of wall-clock time was reached"
    default: "of state was reached"
    }
  }
}
