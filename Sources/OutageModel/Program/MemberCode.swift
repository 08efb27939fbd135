/// What can be read of, assigned to or done to a node, as a number in an instruction.
public enum MemberCode: UInt8, Sendable {
  case latest, versions, has, delete, add
  case version, addresses, apply, ttl, negative
  case put, length, oldest, clear, capacity
  case renew, release, holder, token, active, lasts, renewEvery
  case queueLength, queueOldest, queueClear, queueCapacity
  case servers, limit, latency, enabled, busy, up
  case arrived, completed, failed, refused, dropped, expired, wasted
  case failover, velocity, healthy, checkEvery, removed
  case rate, users, think, started, ok, retries, timeouts, inFlight
  case latencyMean, latencyP50, latencyP90, latencyP99, latencyP999
  case finished
  /// Integrals over time, numbers of value times ns: of `length`, `active`, `queueLength`, `busy`, `inFlight`, a variable.
  case lengthArea, activeArea, queueArea, busyArea, flightArea, valueArea

  /// It says whom a queue or service admits: of what is assigned the only part that a search without time depends on.
  public var isAdmission: Bool {
    switch self {
    case .capacity, .queueCapacity, .servers, .enabled, .limit: true
    default: false
    }
  }

  /// An integral over time.
  public var isArea: Bool {
    switch self {
    case .lengthArea, .activeArea, .queueArea, .busyArea, .flightArea, .valueArea: true
    default: false
    }
  }
}
