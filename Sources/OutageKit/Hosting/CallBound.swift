import OutageModel
import Synchronization

/// What may end one call of a host before its work is done: a cancellation, and the time that the call may take.
final class CallBound: Sendable {
  let cancellation: Cancellation
  private let wall = Mutex<WallTime?>(nil)
  /// On the host's clock, ns; `.max`: the call may last.
  private let deadline = Atomic<Int64>(.max)

  init(_ cancellation: Cancellation) { self.cancellation = cancellation }

  /// Asked by every worker, every few milliseconds.
  var isReached: Bool { isReached(after: 0) }

  /// Of the 50 ms that a call may last beyond its time, those that may be spent on what is better finished.
  private static let grace: Int64 = 15_000_000
  var isOverdue: Bool { isReached(after: Self.grace) }

  private func isReached(after grace: Int64) -> Bool {
    if cancellation.isCancelled { return true }
    let end = deadline.load(ordering: .relaxed)
    if end == .max { return false }
    return wall.withLock { $0.map { $0.elapsed().wholeNanoseconds.earlier(by: grace) >= end } ?? false }
  }

  /// Why the call ended.
  var limit: Limit {
    if cancellation.isCancelled { return .cancelled }
    return wall.withLock { .wallTime($0?.limit ?? .zero) }
  }

  func begin(_ time: WallTime?) {
    wall.withLock { $0 = time }
    guard let time else { return deadline.store(.max, ordering: .relaxed) }
    deadline.store(time.elapsed().wholeNanoseconds.later(by: time.limit.wholeNanoseconds), ordering: .relaxed)
  }
}
