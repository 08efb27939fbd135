import OutageEngine
import OutageExplorer

/// One line on a terminal's standard error while a run takes longer than a moment.
final class Progress {
  private let isShown = Console.isTerminal(2)
  private var last = wallSeconds() + 0.4
  private var hasLine = false

  func show(_ time: Int64, _ events: Int64, _ now: Double) {
    guard isShown, now - last > 0.1 else { return }
    last = now
    hasLine = true
    Console.error("\r\u{1B}[K\(ValueText.duration(time)) simulated, \(ValueText.grouped(events)) events")
  }

  func show(_ seen: SearchProgress, since begun: Double, _ now: Double) {
    guard isShown, now - last > 0.1 else { return }
    last = now
    hasLine = true
    let rate = Int64(Double(seen.states) / max(0.001, now - begun))
    Console.error(
      "\r\u{1B}[K\(ValueText.grouped(Int64(seen.states))) states, \(ValueText.grouped(rate))/s, depth \(seen.depth), "
        + "frontier \(ValueText.grouped(Int64(seen.frontier))), \(seen.bytes >> 20) MiB")
  }

  func show(tests done: Int, of all: Int, _ now: Double) {
    guard isShown, now - last > 0.1 else { return }
    last = now
    hasLine = true
    Console.error("\r\u{1B}[K\(ValueText.grouped(Int64(done))) of \(ValueText.grouped(Int64(all))) tests")
  }

  func clear() {
    if hasLine { Console.error("\r\u{1B}[K") }
    hasLine = false
  }
}
