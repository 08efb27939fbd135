/// Asked from the middle of an event, on any worker, whether the host still wants the run. It is the only thing that the
/// world looks at from outside, and can only end it: no result depends on it otherwise.
public final class Watch: Sendable {
  public let wantsToStop: @Sendable () -> Bool
  /// Asked from the middle of what is better finished than done again, as long as it is short.
  public let isOverdue: @Sendable () -> Bool

  /// - Parameter overdue: the host cannot wait even a little longer; nil: it never can.
  public init(_ wantsToStop: @escaping @Sendable () -> Bool, overdue: (@Sendable () -> Bool)? = nil) {
    self.wantsToStop = wantsToStop
    isOverdue = overdue ?? wantsToStop
  }
}

extension World {
  /// Drives the world under a watch.
  public func watched<T>(by watch: Watch?, _ work: () -> T) -> T {
    let outer = shared.pointee.watch
    shared.pointee.watch = watch.map { Unmanaged.passUnretained($0) }
    defer { shared.pointee.watch = outer }
    return withExtendedLifetime(watch, work)
  }
}

extension Island {
  /// Whoever works long at one event comes by here: what it made so far may be too much.
  @inline(never)
  func lookUp() {
    if p.pointee.bytes > p.pointee.byteLimit { trouble(.memory) }
    askWhetherToStop()
  }

  /// Whoever works long comes by here.
  @inline(never)
  func askWhetherToStop() {
    guard p.pointee.trouble == 0, let watch = shared.pointee.watch else { return }
    if watch._withUnsafeGuaranteedRef({ $0.wantsToStop() }) { trouble(.stopped) }
  }
}
