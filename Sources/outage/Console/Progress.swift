import OutageEngine

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

  func clear() {
    if hasLine { Console.error("\r\u{1B}[K") }
    hasLine = false
  }
}
