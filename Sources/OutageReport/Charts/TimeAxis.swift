package import OutageEngine
import OutageModel

/// Columns of a chart as times: where ticks stand, and what they say.
package struct TimeAxis {
  /// ns since the start, shown from the first column to after the last
  package let from: Int64
  package let to: Int64
  package let columns: Int
  let clock: ClockFace

  package init(from: Int64, to: Int64, columns: Int, clock: ClockFace) {
    self.from = from
    self.to = max(to, from.later(by: 1))
    self.columns = max(1, columns)
    self.clock = clock
  }

  package func column(_ time: Int64) -> Int {
    let share = Double(time - from) / Double(to - from)
    return min(columns - 1, max(0, Int(share * Double(columns))))
  }

  private static let steps: [Int64] =
    [1, 2, 5, 10, 20, 50, 100, 200, 500].map { $0 * 1_000_000 }
    + [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400]
    .map { $0 * 1_000_000_000 }

  /// Ticks on round times of the clock, their labels at least two blanks apart.
  var ticks: [(column: Int, label: String)] {
    let origin = clock.isWritten ? clock.start : 0
    var step = Self.steps.first { fits($0) } ?? Self.steps[Self.steps.count - 1]
    while !fits(step), step < .max / 4 { step *= 2 }
    let past = (origin % step + from % step) % step
    var time = past == 0 ? from : from.later(by: step - past)
    var ticks: [(Int, String)] = []
    while time <= to {
      ticks.append((column(time), label(time, step)))
      if time > to.earlier(by: step) { break }
      time = time.later(by: step)
    }
    return ticks
  }

  private func fits(_ step: Int64) -> Bool {
    let count = (to - from) / step + 1
    let widest = max(label(to, step).columns, label(from, step).columns, label((to - from) / 2 + from, step).columns)
    return count <= columns && Int64(columns) / count >= Int64(widest + 2)
  }

  private func label(_ time: Int64, _ step: Int64) -> String {
    // Seconds say nothing where every tick stands on a full minute.
    clock.written(time, seconds: step % 60_000_000_000 != 0)
  }
}
