// Moments of the calendar on the time of a scenario. Times in files of numbers are mapped here, and nowhere else.

import OutageSyntax

/// A moment as it is written: on a clock of some zone, or as a count since 1970 began in UTC.
enum CalendarMoment {
  /// Nanoseconds since 1970-01-01 00:00 on a clock that is so many seconds before UTC; nil: the scenario's own clock.
  case civil(Int128, offset: Int?)
  /// Nanoseconds since 1970-01-01 00:00 UTC.
  case unix(Int128)
}

/// The start of a scenario in the calendar.
struct CalendarOrigin {
  enum Fault: Error {
    case noDate
    case unknownZone(String)
  }

  /// Nanoseconds since 1970-01-01 00:00 on the scenario's clock; nil: its clock has no date.
  private let start: Int128?
  private let zone: String?

  init(_ clock: ClockItem?) {
    zone = clock?.zone
    start = clock?.date.map { date in
      Int128(Self.days(date.year, date.month, date.day)) * Self.day + Int128(clock?.start ?? 0)
    }
  }

  static let day: Int128 = 86_400_000_000_000
  static let second: Int128 = 1_000_000_000

  /// Nanoseconds since the start of the scenario.
  func elapsed(_ moment: CalendarMoment) throws(Fault) -> Int128 {
    guard let start else { throw .noDate }
    switch moment {
    case .civil(let time, offset: nil): return time - start
    case .civil(let time, offset: let offset?): return time - Int128(offset) * Self.second - start + (try ownOffset())
    case .unix(let time): return time - start + (try ownOffset())
    }
  }

  /// How far the scenario's clock is before UTC; a clock that names no zone shows UTC.
  private func ownOffset() throws(Fault) -> Int128 {
    guard let zone else { return 0 }
    guard let seconds = ZoneOffsets.seconds(of: zone) else { throw .unknownZone(zone) }
    return Int128(seconds) * Self.second
  }

  /// Days since 1970-01-01 in the Gregorian calendar (H. Hinnant, "chrono-Compatible Low-Level Date Algorithms").
  static func days(_ year: Int, _ month: Int, _ day: Int) -> Int {
    let y = month <= 2 ? year - 1 : year
    let era = (y >= 0 ? y : y - 399) / 400
    let ofEra = y - era * 400
    let ofYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    return era * 146_097 + ofEra * 365 + ofEra / 4 - ofEra / 100 + ofYear - 719_468
  }
}

/// What the usual abbreviations of zones are before UTC, in seconds.
enum ZoneOffsets {
  static func seconds(of zone: String) -> Int? { hours[zone].map { Int($0 * 3600) } }

  private static let hours: [String: Double] = [
    "UTC": 0, "GMT": 0, "Z": 0, "WET": 0, "WEST": 1, "BST": 1, "CET": 1, "CEST": 2, "EET": 2, "EEST": 3, "MSK": 3, "SAST": 2,
    "EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7, "AKST": -9, "AKDT": -8, "HST": -10,
    "BRT": -3, "ART": -3, "IST": 5.5, "SGT": 8, "HKT": 8, "AWST": 8, "JST": 9, "KST": 9, "ACST": 9.5, "AEST": 10, "AEDT": 11,
    "NZST": 12, "NZDT": 13,
  ]
}
