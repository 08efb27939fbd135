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
        date: nil, start: 0, zone: nil, duration: hour, tick: tick, isWritten: false)
      return
    }
    program.clock = settled {
      .init(
        date: clock.date, start: clock.start, zone: clock.zone,
        duration: expression(
          clock.duration, as: .duration, "the duration of the scenario", .scenarioDuration),
        tick: clock.tick.map { expression($0, as: .duration, "the tick", .tick) } ?? tick, isWritten: true)
    }
  }

  /// A time since the start; a duration counts from there. Warns of what never comes.
  func instant(_ source: Expression, _ what: String) -> CheckedExpression {
    let value = settled { expression(source, as: .time, what, .time) }
    if let time = ConstantFold.plain(value), let end = ConstantFold.plain(program.clock.duration),
      time.asDouble > end.asDouble
    {
      report("W0501", "this is after the end of the scenario", at: value.span, severity: .warning)
    }
    return value
  }
}
