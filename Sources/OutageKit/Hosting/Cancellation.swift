import Synchronization

/// Ends whatever runs under it, soon: within milliseconds of work. It may be tripped from any thread and from a signal
/// handler: to do so is one store to memory.
public final class Cancellation: Sendable {
  private let flag = Atomic<Bool>(false)

  public init() {}

  public func cancel() { flag.store(true, ordering: .relaxed) }

  /// What was cancelled may go on.
  public func reset() { flag.store(false, ordering: .relaxed) }

  public var isCancelled: Bool { flag.load(ordering: .relaxed) }
}
