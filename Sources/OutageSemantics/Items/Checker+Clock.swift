import OutageSyntax

extension Checker {
  static let defaultDuration: Int64 = 3_600_000_000_000
  static let defaultTick: Int64 = 1_000_000_000

  /// Without a `clock`: an hour in ticks of a second.
  func checkClock() {
    program.scenario = declarations.scenario ?? files.first?.name ?? ""
    let tick = CheckedExpression(.integer(Self.defaultTick), .duration, .none)
    guard let clock = declarations.clock else {
      let hour = CheckedExpression(.integer(Self.defaultDuration), .duration, .none)
      program.clock = .init(
        begins: ClockStart(day: nil, time: 0), zone: nil, duration: hour, tick: tick, isWritten: false)
      return
    }
    program.clock = settled {
      .init(
        begins: clock.begins, zone: clock.zone.map(zone),
        duration: expression(
          clock.duration, as: .duration, "the duration of the scenario", .scenarioDuration),
        tick: clock.tick.map { expression($0, as: .duration, "the tick", .tick) } ?? tick, isWritten: true)
    }
    program.clock.warmUp = clock.warmUp.map { w in settled { expression(w, as: .duration, "the warm-up", .warmUp) } }
  }

  private func zone(_ name: Name) -> String {
    if !Zones.names.contains(name.text) {
      let nearest =
        Zones.names.contains(name.text.uppercased())
        ? name.text.uppercased() : Spelling.nearest(name.text.uppercased(), in: Zones.names.sorted())
      report(
        "E0626", "'\(name.text)' is no time zone that is known", at: name.span,
        help: (nearest.map { "did you mean \($0)? " } ?? "") + "A zone is a name such as UTC, PDT or CEST, and labels only")
    }
    return name.text
  }

  // MARK: Times of the clock

  /// A time of the clock, which may lie elsewhere than one thinks.
  func clockTime(_ time: Int64, _ date: ClockItem.Date?, _ span: Span) -> CheckedExpression {
    let value = clockTime(unplaced: time, date, span)
    place(value)
    return value
  }

  /// A time of the clock to which a duration is added.
  private func clockTime(unplaced time: Int64, _ date: ClockItem.Date?, _ span: Span) -> CheckedExpression {
    guard let clock = declarations.clock else {
      return wrong(
        "E0612", "a time of day needs a `clock`", at: span, help: "write `clock 23:30 for 1h` at the top")
    }
    switch clock.begins.reading(of: time, on: date) {
    case .elapsed(let elapsed): return CheckedExpression(.integer(elapsed), .time, span)
    case .hasNoDate:
      return wrong(
        "E0627", "the clock of this script has no date", at: span,
        secondary: [.init(declarations.clockSpan, "the clock")],
        help: "write one: `clock 2025-10-19 23:30 for 16h`; or leave it out here: `02:25`, and `02:25 + 1d` a day later")
    case .isTooFar: return wrong("E0503", "this is more than 292 years from the start", at: span)
    }
  }

  /// The left side of a sum, `02:25 + 1d`: not the time that is meant, the sum is.
  func term(_ source: Expression, with other: Expression) -> CheckedExpression {
    guard case .clock(let time, let date) = source.kind, case .duration = other.kind else { return expression(source) }
    return clockTime(unplaced: time, date, source.span)
  }

  /// Remembers a time, to be looked at when the end of the scenario is known.
  func place(_ value: CheckedExpression) {
    if isReporting, value.type == .time { times.append(value) }
  }

  /// Warns of times that are known and do not lie in the scenario.
  func checkTimes() {
    guard case .integer(let end)? = ConstantFold.plain(program.clock.duration) else { return }
    for value in times {
      if interruption.looks() { break }
      guard case .integer(let time)? = ConstantFold.plain(value) else { continue }
      if time > end {
        report(
          "W0501", "this is after the end of the scenario", at: value.span, severity: .warning,
          label: taken(value, time), help: isTimeOfDay(value) ? dayHelp(value) : nil)
      } else if time < 0 {
        report(
          "W0504", "this is before the start of the scenario", at: value.span, severity: .warning,
          label: taken(value, time))
      }
    }
  }

  /// What a time was taken for.
  private func taken(_ value: CheckedExpression, _ time: Int64) -> String {
    let distance = DurationText.text(time.magnitude)
    if time < 0 { return "\(distance) before it" }
    // in range: two days
    let isOnNextDay = (declarations.clock?.start ?? 0) + time % ClockStart.dayLength >= ClockStart.dayLength
    return (isTimeOfDay(value) && isOnNextDay ? "taken for that of the next day, " : "") + "\(distance) after the start"
  }

  private func dayHelp(_ value: CheckedExpression) -> String {
    let text = sourceText(value.span)
    let other = declarations.clock?.date.map { "write the date of another, `\($0.text) \(text)`" }
    return "a time of day is the next such after the start; " + (other ?? "`\(text) - 1d` is the one before it")
  }

  private func isTimeOfDay(_ value: CheckedExpression) -> Bool {
    sourceText(value.span).allSatisfy { $0.isNumber || $0 == ":" || $0 == "." }
  }

  /// A time since the start; a duration counts from there. Warns of what never comes.
  func instant(_ source: Expression, _ what: String) -> CheckedExpression {
    let value = settled { expression(source, as: .time, what) }
    place(value)
    warnOfTwice(value, source)
    return value
  }

  /// Warns of a property that is judged when the scenario is over.
  func warnOfLateVerdict(_ from: CheckedExpression, _ reach: CheckedExpression) {
    guard case .integer(let time)? = ConstantFold.plain(from), case .integer(let within)? = ConstantFold.plain(reach),
      case .integer(let end)? = ConstantFold.plain(program.clock.duration), time <= end, Int128(within) > Int128(end) - Int128(time)
    else { return }
    report(
      "W0501", "this is judged after the end of the scenario", at: reach.span, severity: .warning,
      label: "\(DurationText.text(UInt64(clamping: Int128(within) - (Int128(end) - Int128(time))))) after it")
  }

  /// A time of day that comes twice in a scenario of more than a day.
  private func warnOfTwice(_ value: CheckedExpression, _ source: Expression) {
    guard case .clock(_, on: nil) = source.kind, case .integer(let time)? = ConstantFold.plain(value),
      case .integer(let end)? = ConstantFold.plain(program.clock.duration), Int128(end) - Int128(ClockStart.dayLength) > Int128(time)
    else { return }
    report(
      "W0505", "this time of day comes more than once in the scenario", at: source.span, severity: .warning,
      label: "taken for the first",
      help: "write `\(sourceText(source.span)) + 1d` for that of a day later"
        + (declarations.clock?.date == nil ? "" : ", or its date"))
  }
}

/// Durations in messages.
enum DurationText {
  /// `23h30m`; a part of a second only where there is nothing longer.
  static func text(_ ns: UInt64) -> String {
    let units: [(UInt64, String)] = [
      (86_400_000_000_000, "d"), (3_600_000_000_000, "h"), (60_000_000_000, "m"), (1_000_000_000, "s"),
      (1_000_000, "ms"), (1_000, "us"), (1, "ns"),
    ]
    var rest = ns
    var text = ""
    for (length, unit) in units where rest >= length && (length >= 1_000_000_000 || text.isEmpty) {
      text += "\(rest / length)\(unit)"
      rest %= length
    }
    return text.isEmpty ? "0s" : text
  }
}
