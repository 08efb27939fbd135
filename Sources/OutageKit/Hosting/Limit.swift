/// What ended a move or a search early.
public enum Limit: Sendable, Hashable, CustomStringConvertible {
  /// Ticks since the start.
  case ticks(Int64)
  /// Events since the start.
  case events(Int64)
  case bytes(Int)
  /// States of a search.
  case states(Int)
  case wallTime(Duration)
  case sourceBytes(Int)
  /// A `Cancellation` was tripped.
  case cancelled

  /// `events`, `wall time`
  public var name: String {
    switch self {
    case .ticks: "ticks"
    case .events: "events"
    case .bytes: "bytes"
    case .states: "states"
    case .wallTime: "wall time"
    case .sourceBytes: "source bytes"
    case .cancelled: "cancelled"
    }
  }

  /// The bound itself, in ns for times; nil: there is none.
  public var amount: Int64? {
    switch self {
    case .ticks(let n), .events(let n): n
    case .bytes(let n), .states(let n), .sourceBytes(let n): Int64(n)
    case .wallTime(let d): d.wholeNanoseconds
    case .cancelled: nil
    }
  }

  public var description: String {
    switch self {
    case .wallTime(let d): "wall time \(d)"
    default: amount.map { "\(name) \($0)" } ?? name
    }
  }
}

/// A bound on the time that is spent inside a simulation or a search. Libraries of this package read no clock: the host
/// hands one in.
public struct WallTime: Sendable {
  public var limit: Duration
  /// The time since some fixed moment. Asked every few milliseconds, from any worker thread.
  public var elapsed: @Sendable () -> Duration

  public init(_ limit: Duration, elapsed: @escaping @Sendable () -> Duration) {
    self.limit = limit
    self.elapsed = elapsed
  }

  /// By a clock of the host: `.init(.seconds(2), by: ContinuousClock())`.
  public init<C: Clock>(_ limit: Duration, by clock: C) where C.Duration == Duration, C: Sendable, C.Instant: Sendable {
    let start = clock.now
    self.init(limit) { start.duration(to: clock.now) }
  }
}
