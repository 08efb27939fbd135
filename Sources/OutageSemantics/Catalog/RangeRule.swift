/// Which values an attribute, option, argument or size may have: the one table of ranges. The checker asks it about what the text
/// alone decides; a value that it cannot compute carries its rule along (`CheckedExpression.rule`), and the compiler asks about what
/// parameters decide; what only a run knows is looked at there, by an instruction that the compiler makes of the same rule.
public enum RangeRule: UInt8, Sendable, Hashable, CaseIterable {
  /// Of `wait`, `work` and whatever has no other name. The first: instructions that name no rule mean this one.
  case duration
  case elements, scenarioDuration, tick, warmUp, every, latency, timeToLive, negative, capacity
  /// Waiting places of a service; with none, whoever finds all servers busy is turned away.
  case waitingPlaces
  case holds, lasts, renewal, jitter, phase, servers, limit, priority, check, checkTimeout, timeout, threshold, velocity
  case period, zones
  /// A load at 0/s is off.
  case rate
  case count, users, think, resolvers, retry, backoff, budget, burst, times, probability, dropShare, slowdown, atMost
  case distribution, median, deviation, stages, shape
  /// Of two values, whether they are in order: 1 if they are.
  case uniformOrder, lognormalOrder, choiceOrder
  case window
  /// Of whether there is a value: 1 if there is.
  case presence

  /// From `low` to `high`. Durations are in nanoseconds, rates per second, shares from 0 to 1.
  public struct Bounds: Sendable, Hashable {
    public var low: Double
    public var isLowIncluded: Bool
    public var high: Double

    static func from(_ low: Double, to high: Double = .infinity) -> Bounds {
      Bounds(low: low, isLowIncluded: true, high: high)
    }
    static func above(_ low: Double, to high: Double = .infinity) -> Bounds {
      Bounds(low: low, isLowIncluded: false, high: high)
    }

    func contains(_ value: Double) -> Bool {
      (isLowIncluded ? value >= low : value > low) && value <= high
    }
  }

  public var bounds: Bounds {
    switch self {
    // More elements than this do not fit the ids of the graph.
    case .elements, .zones: .from(1, to: 100_000_000)
    case .scenarioDuration, .tick, .every, .capacity, .lasts, .renewal, .limit, .check, .checkTimeout, .period,
      .slowdown, .median, .shape, .window:
      .above(0)
    case .duration, .warmUp, .latency, .timeToLive, .negative, .waitingPlaces, .jitter, .phase, .priority, .timeout,
      .rate, .count, .users, .think, .retry, .backoff, .burst, .times, .atMost, .distribution, .deviation:
      .from(0)
    case .servers, .threshold: .from(1)
    // What an instruction has room for.
    case .resolvers: .from(1, to: 255)
    // Each is drawn.
    case .stages: .from(1, to: 10_000)
    case .holds: .from(0, to: 1_000_000)
    case .velocity, .budget, .probability, .dropShare: .from(0, to: 1)
    case .uniformOrder, .lognormalOrder, .choiceOrder, .presence: .from(1)
    }
  }

  /// "servers", as it stands at the head of the message.
  private var subject: String {
    switch self {
    case .duration: "a duration"
    case .elements: "the number of elements"
    case .scenarioDuration: "the duration of the scenario"
    case .tick: "the tick"
    case .warmUp: "the warm-up"
    case .every: "an interval"
    case .latency: "a latency"
    case .timeToLive: "ttl"
    case .negative: "negative"
    case .capacity, .waitingPlaces: "capacity"
    case .holds: "holds"
    case .lasts: "lasts"
    case .renewal: "the interval of renewal"
    case .jitter: "jitter"
    case .phase: "phase"
    case .servers: "servers"
    case .limit: "limit"
    case .priority: "priority"
    case .check: "the interval of checks"
    case .checkTimeout: "the timeout of a check"
    case .timeout: "a timeout"
    case .threshold: "the number of checks in a row"
    case .velocity: "velocity"
    case .period: "a period"
    case .zones: "zones"
    case .rate: "a rate"
    case .count: "count"
    case .users: "users"
    case .think: "think"
    case .resolvers: "resolvers"
    case .retry: "retry"
    case .backoff: "backoff"
    case .budget: "budget"
    case .burst: "burst"
    case .times: "the number of times"
    case .probability: "a probability"
    case .dropShare: "the share of drop"
    case .slowdown: "the factor of slow"
    case .atMost: "at most"
    case .distribution: "the argument of a distribution"
    case .deviation: "a deviation"
    case .stages: "the number of stages"
    case .shape: "the shape of a distribution"
    case .uniformOrder: "the first argument of 'uniform'"
    case .median, .lognormalOrder: "'lognormal'"
    case .choiceOrder: "`any`"
    case .window: "a window"
    case .presence: "this value"
    }
  }

  /// The rule in one phrase: "servers must be at least 1".
  public var text: String {
    if self == .uniformOrder { return "\(subject) may not be above the second" }
    if self == .choiceOrder { return "\(subject) needs a range that is not empty" }
    if self == .presence { return "the window read here is empty" }
    if self == .median || self == .lognormalOrder {
      return "\(subject) takes the median, above 0, and then the 99th percentile, not below it"
    }
    let bounds = bounds
    if bounds.high < .infinity { return "\(subject) must be from \(Self.text(bounds.low)) to \(Self.text(bounds.high))" }
    return "\(subject) must be \(bounds.isLowIncluded ? "at least" : "more than") \(Self.text(bounds.low))"
  }

  /// What is wrong with the value, as a rule in one phrase, or nil.
  public func violation(_ value: Double) -> String? {
    if value.isNaN { return "\(subject) must be a number" }
    return bounds.contains(value) ? nil : text
  }

  private static func text(_ value: Double) -> String {
    guard let whole = Int64(exactly: value) else { return "\(value)" }
    return "\(whole)"
  }
}
