/// Which values an attribute, option or argument may have. The checker applies it to what it can compute from
/// the text, the compiler to what parameters decide.
public struct RangeRule: Sendable, Hashable {
  /// "servers", as it stands at the head of the message.
  public var subject: String
  /// Durations in nanoseconds, rates per second, shares from 0 to 1.
  public var low: Double
  public var isLowIncluded: Bool
  public var high: Double

  init(_ subject: String, from low: Double, to high: Double = .infinity) {
    self.subject = subject
    self.low = low
    self.isLowIncluded = true
    self.high = high
  }

  init(_ subject: String, above low: Double, to high: Double = .infinity) {
    self.init(subject, from: low, to: high)
    self.isLowIncluded = false
  }

  /// What is wrong with the value, as a rule in one phrase, or nil.
  public func violation(_ value: Double) -> String? {
    if value.isNaN { return "\(subject) must be a number" }
    let isLowEnough = isLowIncluded ? value >= low : value > low
    if isLowEnough && value <= high { return nil }
    if high < .infinity { return "\(subject) must be from \(Self.text(low)) to \(Self.text(high))" }
    return isLowIncluded
      ? "\(subject) must be at least \(Self.text(low))" : "\(subject) must be more than \(Self.text(low))"
  }

  private static func text(_ value: Double) -> String {
    guard let whole = Int64(exactly: value) else { return "\(value)" }
    return "\(whole)"
  }
}

extension RangeRule {
  /// More elements than this do not fit the ids of the graph.
  public static let elements = RangeRule("the number of elements", from: 1, to: 100_000_000)

  public static let scenarioDuration = RangeRule("the duration of the scenario", above: 0)
  public static let tick = RangeRule("the tick", above: 0)
  public static let every = RangeRule("an interval", above: 0)
  public static let duration = RangeRule("a duration", from: 0)
  public static let time = RangeRule("a time", from: 0)
  public static let latency = RangeRule("a latency", from: 0)
  public static let timeToLive = RangeRule("ttl", from: 0)
  public static let negative = RangeRule("negative", from: 0)
  public static let capacity = RangeRule("capacity", above: 0)
  /// Waiting places of a service; with none, whoever finds all servers busy is turned away.
  public static let waitingPlaces = RangeRule("capacity", from: 0)
  public static let holds = RangeRule("holds", from: 0)
  public static let lasts = RangeRule("lasts", above: 0)
  public static let renewal = RangeRule("the interval of renewal", above: 0)
  public static let jitter = RangeRule("jitter", from: 0)
  public static let phase = RangeRule("phase", from: 0)
  public static let servers = RangeRule("servers", from: 1)
  public static let limit = RangeRule("limit", above: 0)
  public static let priority = RangeRule("priority", from: 0)
  public static let check = RangeRule("the interval of checks", above: 0)
  public static let timeout = RangeRule("a timeout", from: 0)
  public static let threshold = RangeRule("the number of checks in a row", from: 1)
  public static let velocity = RangeRule("velocity", from: 0, to: 1)
  public static let period = RangeRule("a period", above: 0)
  public static let zones = RangeRule("zones", from: 1)
  public static let rate = RangeRule("a rate", above: 0)
  public static let count = RangeRule("count", from: 0)
  public static let users = RangeRule("users", from: 0)
  public static let think = RangeRule("think", from: 0)
  public static let resolvers = RangeRule("resolvers", from: 1)
  public static let retry = RangeRule("retry", from: 0)
  public static let backoff = RangeRule("backoff", from: 0)
  public static let budget = RangeRule("budget", from: 0, to: 1)
  public static let burst = RangeRule("burst", from: 0)
  public static let times = RangeRule("the number of times", from: 0)
  public static let probability = RangeRule("a probability", from: 0, to: 1)
  public static let dropShare = RangeRule("the share of drop", from: 0, to: 1)
  public static let slowdown = RangeRule("the factor of slow", above: 0)
  public static let atMost = RangeRule("at most", from: 0)
  public static let distribution = RangeRule("the argument of a distribution", from: 0)
  public static let stages = RangeRule("the number of stages", from: 1)
  public static let shape = RangeRule("the shape of a distribution", above: 0)
  public static let index = RangeRule("an index", from: 0)
}
