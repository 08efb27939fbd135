/// Where the clock of a scenario begins. It says which simulated time a time of the clock is: the one place that does.
public struct ClockStart: Sendable {
  /// Of the first day, in days since 1970-01-01; nil: the clock knows times of day only.
  public var day: Int64?
  /// Nanoseconds since midnight.
  public var time: Int64

  public init(day: Int64?, time: Int64) {
    self.day = day
    self.time = time
  }

  public static let dayLength: Int64 = 86_400_000_000_000

  public enum Reading: Sendable, Equatable {
    /// Nanoseconds since the start; negative: before it.
    case elapsed(Int64)
    /// A date, where the clock has none.
    case hasNoDate
    /// More than 292 years from the start.
    case isTooFar
  }

  /// Without a date: the next such time after the start; the start itself counts.
  /// - Parameter time: nanoseconds since midnight.
  public func reading(of time: Int64, on date: ClockItem.Date?) -> Reading {
    guard let date else {
      // in range: both are parts of a day
      let difference = (time - self.time) % Self.dayLength
      return .elapsed(difference < 0 ? difference + Self.dayLength : difference)
    }
    guard let day else { return .hasNoDate }
    let (whole, overflow) = (date.dayNumber - day).multipliedReportingOverflow(by: Self.dayLength)
    // in range: both are parts of a day
    let (sum, overflow2) = whole.addingReportingOverflow(time - self.time)
    return overflow || overflow2 ? .isTooFar : .elapsed(sum)
  }

  /// What an expression says that is a time of the clock, a duration since the start, or a time more or less a duration,
  /// `02:25 + 1d`; nil: it is something else.
  public func reading(of expression: Expression) -> Reading? {
    switch expression.kind {
    case .duration(let duration): return .elapsed(duration)
    case .clock(let time, let date): return reading(of: time, on: date)
    case .binary(let operation, _, let left, let right):
      guard case .duration(let duration) = right.kind, let reading = reading(of: left) else { return nil }
      guard case .elapsed(let time) = reading else { return reading }
      let (sum, overflow): (Int64, Bool)
      switch operation {
      case .add: (sum, overflow) = time.addingReportingOverflow(duration)
      case .subtract: (sum, overflow) = time.subtractingReportingOverflow(duration)
      default: return nil
      }
      return overflow ? .isTooFar : .elapsed(sum)
    default: return nil
    }
  }
}

extension ClockItem {
  public var begins: ClockStart { ClockStart(day: date?.dayNumber, time: start) }
}

extension ClockItem.Date {
  /// Days since 1970-01-01 of the Gregorian calendar. Years are counted from March, so that a leap day ends its year
  /// (H. Hinnant, "chrono-compatible low-level date algorithms").
  public var dayNumber: Int64 {
    let months = Int64(month) + (month > 2 ? -3 : 9)
    let years = Int64(year) - (month > 2 ? 0 : 1)
    let era = (years >= 0 ? years : years - 399) / 400
    let yearOfEra = years - era * 400
    let dayOfYear = (153 * months + 2) / 5 + Int64(day) - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }

  /// `2025-10-20`
  public var text: String {
    func two(_ v: Int) -> String { v < 10 ? "0\(v)" : "\(v)" }
    return String("0000\(year)".suffix(4)) + "-\(two(month))-\(two(day))"
  }
}
