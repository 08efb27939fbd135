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
    zone = clock?.zone?.text
    start = clock?.begins.day.map { Int128($0) * Self.day + Int128(clock?.begins.time ?? 0) }
  }

  static let day = Int128(ClockStart.dayLength)
  static let second: Int128 = 1_000_000_000

  /// Nanoseconds since the start of the scenario.
  func elapsed(_ moment: CalendarMoment) throws(Fault) -> Int128 {
    guard let start else { throw .noDate }
    switch moment {
    // in range: parts of 128 bits, here and below
    case .civil(let time, offset: nil): return time - start
    case .civil(let time, offset: let offset?): return time - Int128(offset) * Self.second - start + (try ownOffset())
    // in range: the same
    case .unix(let time): return time - start + (try ownOffset())
    }
  }

  /// How far the scenario's clock is before UTC; a clock that names no zone shows UTC.
  private func ownOffset() throws(Fault) -> Int128 {
    guard let zone else { return 0 }
    guard let seconds = ZoneOffsets.seconds(of: zone) else { throw .unknownZone(zone) }
    return Int128(seconds) * Self.second
  }
}

/// What the usual abbreviations of zones are before UTC, in seconds.
enum ZoneOffsets {
  static func seconds(of zone: String) -> Int? { hours[zone].map { Int($0 * 3600) } }

  private static let hours: [String: Double] = [
    "UTC": 0, "GMT": 0, "Z": 0, "WET": 0, "WEST": 1, "BST": 1, "CET": 1, "CEST": 2, "EET": 2, "EEST": 3, "MSK": 3, "SAST": 2,
    "EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7, "AKST": -9, "AKDT": -8, "HST": -10,
    "BRT": -3, "ART": -3, "IST": 5.5, "SGT": 8, "HKT": 8, "AWST": 8, "JST": 9, "KST": 9, "ACST": 9.5, "AEST": 10, "AEDT": 11,
    "NZST": 12, "NZDT": 13, "AST": -4, "ADT": -3, "NST": -3.5, "NDT": -2.5, "CLT": -4, "CLST": -3, "COT": -5, "PET": -5,
    "UYT": -3, "VET": -4, "TRT": 3, "WAT": 1, "CAT": 2, "EAT": 3, "GST": 4, "PKT": 5, "NPT": 5.75, "ICT": 7, "WIB": 7, "PHT": 8,
    "ACDT": 10.5,
  ]
}
