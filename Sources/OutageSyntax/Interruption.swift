/// Asks a host now and then, from within long work on a text, whether the work is still wanted. Once it is not, all that
/// come by here leave what they do, and what was made so far is of no use.
public final class Interruption {
  private let wantsToStop: () -> Bool
  private let interval: Int
  private var left: Int
  public private(set) var isStopped = false

  /// - Parameters:
  ///   - interval: steps of work between two questions; a step takes a microsecond or so.
  ///   - wantsToStop: the question.
  public init(every interval: Int = 256, when wantsToStop: @escaping () -> Bool = { false }) {
    (self.interval, left) = (interval, interval)
    self.wantsToStop = wantsToStop
  }

  /// Whoever works long comes by here at every step.
  /// - Returns: the work is to be left.
  @inline(__always)
  public func looks() -> Bool {
    left &-= 1
    if left == 0 { ask() }
    return isStopped
  }

  /// Whoever takes steps of a millisecond comes by here.
  /// - Returns: the work is to be left.
  public func asks() -> Bool {
    if !isStopped { ask() }
    return isStopped
  }

  @inline(never)
  private func ask() {
    left = interval
    if wantsToStop() { isStopped = true }
  }
}
