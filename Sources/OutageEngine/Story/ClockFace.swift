/// How simulated times (ns since the start) are shown. What it writes can be typed again, and means the same time.
public struct ClockFace: Sendable {
  /// Of the first day, in days since 1970-01-01; nil: the script names none.
  public var day: Int64?
  /// ns since midnight at the start
  public var start: Int64
  public var zone: String?
  /// ns
  public var duration: Int64
  /// ns
  public var tick: Int64
  /// False: the script has no `clock`, times are shown as elapsed.
  public var isWritten: Bool
  /// What was measured is told from here on, ns since the start.
  public var warmUp: Int64 = 0

  public init(day: Int64?, start: Int64, zone: String?, duration: Int64, tick: Int64, isWritten: Bool) {
    self.day = day
    self.start = start
    self.zone = zone
    self.duration = duration
    self.tick = tick
    self.isWritten = isWritten
  }

  static let dayLength: Int64 = 86_400_000_000_000

  /// A time of day may come more than once.
  public var isLong: Bool { duration > Self.dayLength }

  /// A time as people read and write it: `02:25:30` within the first 24 hours, beyond them `2025-10-20 02:25:30`, or
  /// `02:25:30 + 1d` of a clock without a date; elapsed without a clock. Of a scenario of more than a day all times have
  /// their date.
  public func text(_ time: Int64) -> String { written(time, seconds: true) }

  /// - Parameter seconds: false where they are known to be zero.
  package func written(_ time: Int64, seconds: Bool) -> String {
    if !isWritten { return Self.elapsed(time) }
    let timeOfDay = timeOfDay(time, seconds: seconds)
    let periods = Self.floorDivide(time, Self.dayLength)
    if let date = date(of: time) { return isLong || periods != 0 ? "\(date) \(timeOfDay)" : timeOfDay }
    if periods == 0 { return timeOfDay }
    return "\(timeOfDay) \(periods < 0 ? "-" : "+") \(periods.magnitude)d"
  }

  /// `02:25:30`, and milliseconds where there are any.
  public func timeOfDay(_ time: Int64, seconds: Bool = true) -> String {
    // in range: four days
    let ns = (start % Self.dayLength + time % Self.dayLength + 2 * Self.dayLength) % Self.dayLength
    let whole = ns / 1_000_000_000
    func two(_ v: Int64) -> String { v < 10 ? "0\(v)" : "\(v)" }
    let minutes = "\(two(whole / 3600)):\(two(whole / 60 % 60))"
    if !seconds { return minutes }
    let ms = ns % 1_000_000_000 / 1_000_000
    let fraction = ns % 1_000_000_000 == 0 ? "" : "." + (ms < 10 ? "00" : ms < 100 ? "0" : "") + "\(ms)"
    return minutes + ":" + two(whole % 60) + fraction
  }

  /// Days since that of the start.
  public func dayIndex(of time: Int64) -> Int64 {
    // in range: two days
    let rest = (time % Self.dayLength + Self.dayLength) % Self.dayLength
    // in range: days
    return Self.floorDivide(time, Self.dayLength) + (start + rest) / Self.dayLength
  }

  /// The date of a time, `2025-10-20`; nil when the script names none.
  public func date(of time: Int64) -> String? {
    guard isWritten, let day else { return nil }
    return Self.date(day + dayIndex(of: time))
  }

  /// The date of a day, counted from 1970-01-01: the inverse of `ClockItem.Date.dayNumber`, by the same count of eras.
  private static func date(_ day: Int64) -> String {
    let shifted = day + 719_468
    let era = floorDivide(shifted, 146_097)
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let months = (5 * dayOfYear + 2) / 153
    let month = months < 10 ? months + 3 : months - 9
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    func padded(_ v: Int64, _ width: Int) -> String {
      let digits = String(v.magnitude)
      return (v < 0 ? "-" : "") + String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
    }
    return "\(padded(year, 4))-\(padded(month, 2))-\(padded(dayOfYear - (153 * months + 2) / 5 + 1, 2))"
  }

  private static func floorDivide(_ a: Int64, _ b: Int64) -> Int64 { a / b - (a % b < 0 ? 1 : 0) }

  /// `2d4h30m`, `1m5.25s`: to the millisecond, since a rounded one would be another time.
  private static func elapsed(_ time: Int64) -> String {
    if time < 0 { return time == .min ? ValueText.duration(time) : "-" + elapsed(-time) }
    if time < 1_000_000_000 { return ValueText.duration(time) }
    let ms = time / 1_000_000
    let (hours, minutes, rest) = (ms / 3_600_000, ms / 60_000 % 60, ms % 60_000)
    let parts = hours < 48 ? [(hours, "h")] : [(hours / 24, "d"), (hours % 24, "h")]
    var text = ""
    for (value, unit) in parts + [(minutes, "m")] where value > 0 { text += "\(value)\(unit)" }
    if rest == 0 { return text }
    var fraction = rest % 1000 == 0 ? "" : String(1000 + rest % 1000).dropFirst().description
    while fraction.hasSuffix("0") { fraction.removeLast() }
    return text + "\(rest / 1000)" + (fraction.isEmpty ? "" : ".\(fraction)") + "s"
  }
}
