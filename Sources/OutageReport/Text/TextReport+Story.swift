import OutageEngine

extension TextReport {
  /// Lines of the story beyond which the less telling events are left out.
  static let mostEvents = 60

  func story(_ result: RunResult) -> [Line] {
    let story = Story(result.story, most: Self.mostEvents, interruption)
    let claims = claims(story, result)
    let clock = result.clock
    let times = story.entries.map { clock.text($0.event.time) }
    let timeWidth = times.map(\.columns).max() ?? 0
    var lines: [Line] = []
    var lastTime = ""
    var lastDay = clock.dayIndex(of: 0)
    for (entry, time) in zip(story.entries, times) {
      let day = clock.dayIndex(of: entry.event.time)
      // Where every time has its date, days need no lines of their own.
      if clock.isWritten, day != lastDay, !(clock.isLong && clock.day != nil) {
        lines.append(dayLine(clock, entry.event.time, day))
        (lastDay, lastTime) = (day, "")
      }
      let claim = claims[entry.event.text]
      lines += row(entry, time == lastTime ? "" : time, timeWidth, result, claim)
      lastTime = time
    }
    lines += leftOut(story, result)
    if lines.isEmpty { lines = [Line("  nothing to tell", .faint)] }
    return section("What happened", lines)
  }

  private func dayLine(_ clock: ClockFace, _ time: Int64, _ day: Int64) -> Line {
    let name = clock.date(of: time) ?? "day \(day + 1)"
    return Line("  \(glyphs.floor)\(glyphs.floor) \(name)", .faint)
  }

  /// A property of which the story speaks.
  private struct Claim {
    var kind: String
    var isMeantViolated: Bool
  }

  /// By text: looked through once, since there may be a hundred thousand.
  private func claims(_ story: Story, _ result: RunResult) -> [String: Claim] {
    let texts = Set(
      story.entries.lazy.map(\.event).filter { $0.kind == .violation || $0.kind == .reached }.map(\.text))
    var claims: [String: Claim] = [:]
    for p in result.properties where texts.contains(p.text) {
      claims[p.text, default: Claim(kind: p.kind, isMeantViolated: false)].isMeantViolated =
        claims[p.text]?.isMeantViolated == true || p.isMeantViolated
    }
    return claims
  }

  private func row(
    _ entry: Story.Entry, _ time: String, _ timeWidth: Int, _ result: RunResult, _ claim: Claim?
  ) -> [Line] {
    let event = entry.event
    let look = look(event, claim)
    var head = Line()
    head.pad(to: 2 + (result.clock.isWritten ? 0 : timeWidth - time.columns))
    head.add(time, .faint)
    head.pad(to: 2 + timeWidth + 2)
    head.add(look.sign, look.style)
    head.add(" ")
    if width >= 60 {
      head.add(look.word, look.style)
      head.pad(to: 2 + timeWidth + 2 + 2 + 10)
    }
    let column = head.width
    var lines: [Line] = []
    for part in words(event, claim).harmless.wrapped(to: width - column) {
      var line = lines.isEmpty ? head : Line()
      line.pad(to: column)
      line.add(part, look.isQuiet ? .faint : event.kind == .violation ? look.style : .plain)
      lines.append(line)
    }
    if let more = entry.more {
      let text =
        "and \(ValueText.grouped(Int64(more.count))) more like this, the last at \(result.clock.text(more.last))"
      lines += paragraph(text, at: column, .faint)
    }
    return lines
  }

  private struct Look {
    var sign: String
    var word: String
    var style: Style
    var isQuiet = false
  }

  private func look(_ event: StoryEvent, _ claim: Claim?) -> Look {
    switch event.kind {
    case .timeline, .action: Look(sign: glyphs.action, word: "operator", style: .action)
    case .fault: Look(sign: glyphs.fault, word: "fault", style: .fault)
    case .recovery: Look(sign: glyphs.recovery, word: "recovery", style: .recovery)
    case .rule: Look(sign: glyphs.rule, word: "rule", style: .rule)
    case .log: Look(sign: glyphs.log, word: "log", style: .faint)
    case .violation:
      claim?.isMeantViolated == true
        ? Look(sign: glyphs.bad, word: "violated", style: .warning)
        : Look(sign: glyphs.bad, word: "VIOLATED", style: .bad)
    case .reached: Look(sign: glyphs.good, word: "reached", style: .good)
    case .trouble: Look(sign: glyphs.trouble, word: "trouble", style: .warning, isQuiet: true)
    }
  }

  private func words(_ event: StoryEvent, _ claim: Claim?) -> String {
    switch event.kind {
    case .violation, .reached:
      let kind = claim.map { "\($0.kind) " } ?? ""
      return "\(kind)\"\(event.text)\""
        + (event.kind == .violation && claim?.isMeantViolated == true ? ", as meant" : "")
    default: return event.subject.isEmpty ? event.text : "\(event.subject): \(event.text)"
    }
  }

  private func leftOut(_ story: Story, _ result: RunResult) -> [Line] {
    var lines: [Line] = []
    var counts = story.leftOut
    counts.add(result.leftOut)
    if !counts.isEmpty {
      let rest = story.leftOut.isEmpty ? "" : "; --format json has more"
      lines += paragraph("left out: \(counts.text)\(rest)", at: 2, .faint)
    }
    if !result.quiet.isEmpty { lines += paragraph("done quietly: \(result.quiet.text)", at: 2, .faint) }
    return lines
  }
}
