package import OutageEngine

extension ClockFace {
  private static var day: Int64 { 86_400_000_000_000 }

  /// Days since that of the start.
  func dayIndex(of time: Int64) -> Int64 {
    let instant = start.addingReportingOverflow(time).partialValue
    return instant >= 0 ? instant / Self.day : (instant + 1) / Self.day - 1
  }

  /// The date of a time, `2025-10-20`; nil when the script names none.
  package func day(of time: Int64) -> String? {
    guard isWritten, let date else { return nil }
    var (year, month, day) = (date.year, date.month, date.day)
    // Scenarios last a few days: counting them needs no calendar.
    var rest = min(dayIndex(of: time), 100_000)
    while rest > 0 {
      day += 1
      if day > Self.days(month, year) { (month, day) = (month + 1, 1) }
      if month > 12 { (year, month) = (year + 1, 1) }
      rest -= 1
    }
    func two(_ v: Int) -> String { v < 10 ? "0\(v)" : "\(v)" }
    return "\(year)-\(two(month))-\(two(day))"
  }

  private static func days(_ month: Int, _ year: Int) -> Int {
    switch month {
    case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }
}
