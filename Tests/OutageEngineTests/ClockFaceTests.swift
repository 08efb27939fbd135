import OutageEngine
import OutageSyntax
import Testing

/// Times as they are shown can be typed again, and mean the same time.
@Suite struct ClockFaceTests {
  private static let second: Int64 = 1_000_000_000
  private static let hour = 3600 * second

  private func reading(_ text: String, _ start: ClockStart) -> ClockStart.Reading? {
    let input = parseInput(SourceFile(name: "time", text: Array(text.utf8)), index: 0)
    guard input.diagnostics.isEmpty, case .expression(let e)? = input.inputs.first else { return nil }
    return start.reading(of: e)
  }

  private static let times: [Int64] =
    [0, 1, 300_000_000, 59 * second, 3661 * second + 7_000_000]
    + [23, 24, 25, 30, 47, 48, 49, 71, 72, 1000, 24 * 365, 24 * 4000].map { $0 * hour }
    + [24 * hour - second, 24 * hour + second, 100 * hour + 61 * second + 250_000_000]

  @Test(
    "what is written reads as the same time",
    arguments: [nil, (2025, 10, 19), (2024, 2, 28), (1999, 12, 31), (2000, 2, 29), (1970, 1, 1), (1600, 3, 1)])
  func roundTrip(_ date: (Int, Int, Int)?) {
    let day = date.map { ClockItem.Date(year: $0.0, month: $0.1, day: $0.2).dayNumber }
    for start in [0, Self.hour, 23 * Self.hour + 1800 * Self.second] {
      for duration in [Self.hour, 24 * Self.hour, 25 * Self.hour, 24 * 5000 * Self.hour] {
        let face = ClockFace(
          day: day, start: start, zone: nil, duration: duration, tick: Self.second, isWritten: true)
        for time in Self.times {
          let told = time / 1_000_000 * 1_000_000
          #expect(reading(face.text(time), ClockStart(day: day, time: start)) == .elapsed(told), "\(face.text(time))")
        }
      }
    }
  }

  @Test("without a clock, too")
  func elapsed() {
    let face = ClockFace(day: nil, start: 0, zone: nil, duration: 1, tick: 1, isWritten: false)
    for time in Self.times where time > Self.second || time == 0 {
      #expect(reading(face.text(time), ClockStart(day: nil, time: 0)) == .elapsed(time), "\(face.text(time))")
    }
    #expect(face.text(100 * Self.hour + 90 * Self.second) == "4d4h1m30s")
  }

  @Test("dates follow the calendar")
  func calendar() {
    func text(_ year: Int, _ month: Int, _ day: Int, _ hours: Int64) -> String {
      let day = ClockItem.Date(year: year, month: month, day: day).dayNumber
      return ClockFace(
        day: day, start: 23 * Self.hour, zone: nil, duration: 100 * Self.hour, tick: 1, isWritten: true
      ).text(hours * Self.hour)
    }
    #expect(text(2025, 10, 19, 1) == "2025-10-20 00:00:00")
    #expect(text(2024, 2, 28, 1) == "2024-02-29 00:00:00")
    #expect(text(2025, 2, 28, 1) == "2025-03-01 00:00:00")
    #expect(text(2100, 2, 28, 1) == "2100-03-01 00:00:00")
    #expect(text(2025, 12, 31, 1) == "2026-01-01 00:00:00")
    #expect(text(2025, 10, 19, -24) == "2025-10-18 23:00:00")
  }

  @Test("times far beyond a scenario are written too", arguments: [Int64.max, .min, .max - 1, .min + 1])
  func far(_ time: Int64) {
    for isWritten in [true, false] {
      for day in [nil, 0, 20_000] as [Int64?] {
        let face = ClockFace(
          day: day, start: 23 * Self.hour, zone: nil, duration: .max, tick: 1, isWritten: isWritten)
        #expect(!face.text(time).isEmpty)
      }
    }
  }
}
