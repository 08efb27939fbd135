/// What a run shows: plain values, the same for every number of workers. Reports and embedders read it.
public struct RunResult: Sendable {
  public var scenario: String
  public var clock: ClockFace
  public var story: [StoryEvent] = []
  /// Story events beyond the limit that were counted but not kept.
  public var leftOut = StoryCounts()
  /// What was done quietly: counted, not told.
  public var quiet = StoryCounts()
  public var series: [Series] = []
  public var measures: [MeasureResult] = []
  public var responses: [ResponseTimes] = []
  public var properties: [PropertyResult] = []
  /// Orders of `follow` that were not made to their ends.
  public var ordersLeft = 0
  public var end: RunEnd
  public var counts = RunCounts()
  public var manifest: Manifest

  public init(scenario: String, clock: ClockFace, end: RunEnd, manifest: Manifest) {
    self.scenario = scenario
    self.clock = clock
    self.end = end
    self.manifest = manifest
  }

  /// Of all properties: violated if one is (and was not meant to be, or was meant to be and is not), else unknown if one
  /// is, or the run did not reach its end, else holds. What only an exploration can decide (`recoverable`) has no part.
  public var verdict: Verdict {
    if case .failed = end { return .violated }
    let properties = properties.filter { $0.kind != "recoverable" }
    if properties.contains(where: { $0.outcome == .violated }) { return .violated }
    if case .reachedEnd = end {
      return properties.contains { $0.outcome == .unknown } ? .unknown : .holds
    }
    return .unknown
  }
}

public struct StoryEvent: Sendable {
  public enum Kind: String, Sendable {
    /// A timeline entry without faults or assignments of its own ran.
    case timeline
    /// crash, stall, slow, cut, drop
    case fault
    /// restart, heal, end of a stall
    case recovery
    /// An attribute was assigned: `dwfm.limit = 50/s`
    case action
    /// A `when` fired.
    case rule
    case log
    /// First violation of a property, or of `expect`.
    case violation
    /// `eventually`, `expect`, `sometimes` came true.
    case reached
    /// An unhandled failed call ended a turn of a process, a zero-time loop, and the like.
    case trouble

    fileprivate var act: StoryAct {
      switch self {
      case .timeline: .entry
      case .fault: .crash
      case .recovery: .goesOn
      case .action: .assignment
      case .rule: .rule
      case .log: .log
      case .violation: .violation
      case .reached: .milestone
      case .trouble: .failedCall
      }
    }
  }
  /// ns since the start
  public var time: Int64
  public var kind: Kind
  public var text: String
  /// Node element that acted, `enactor[0]`, or empty.
  public var subject: String
  /// How it is counted where it is not told.
  public var act: StoryAct
  public init(time: Int64, kind: Kind, text: String, subject: String = "", act: StoryAct? = nil) {
    self.act = act ?? kind.act
    self.time = time
    self.kind = kind
    self.text = text
    self.subject = subject
  }
}

/// The kind of a value, which decides how it is written.
public enum ValueUnit: Sendable, Hashable {
  case truth, count, number, duration, rate, time, text, list
  case choice([String])

  /// Its name where machines read it.
  public var word: String {
    if case .choice = self { "choice" } else { "\(self)" }
  }
}

/// A plotted expression sampled at every tick (or thinned to at most a few thousand points, evenly).
public struct Series: Sendable {
  public var title: String
  public var unit: ValueUnit
  /// ns since the start, ascending
  public var times: [Int64]
  /// Truths as 0 and 1, durations and times in ns, choices as ordinals.
  public var values: [Double]
  public init(title: String, unit: ValueUnit, times: [Int64], values: [Double]) {
    self.title = title
    self.unit = unit
    self.times = times
    self.values = values
  }
}

/// A `measure`: over its samples at ticks, and its mean over time where that is known exactly.
public struct MeasureResult: Sendable {
  /// What the mean is of: all the time, or the samples.
  public enum MeanOf: String, Sendable { case time, samples }

  public var name: String
  public var unit: ValueUnit
  public var last: Double
  public var min: Double
  public var mean: Double
  public var max: Double
  /// Those that were kept: at most some thousands, evenly thinned.
  public var samples: [Double]
  /// Of all samples.
  public var count: Int64
  public var meanOf: MeanOf

  public init(
    name: String, unit: ValueUnit, last: Double, min: Double, mean: Double, max: Double, samples: [Double],
    count: Int64, meanOf: MeanOf
  ) {
    self.count = count
    self.meanOf = meanOf
    self.name = name
    self.unit = unit
    self.last = last
    self.min = min
    self.mean = mean
    self.max = max
    self.samples = samples
  }

  /// The quantiles of the kept samples; when there are none, the last value. They are sorted for it: ask once for all.
  public func quantiles(_ qs: [Double]) -> [Double] {
    if samples.isEmpty { return qs.map { _ in last } }
    let sorted = samples.sorted()
    return qs.map { q in
      sorted[Swift.min(sorted.count - 1, Swift.max(0, Int((q * Double(sorted.count)).rounded(.up)) - 1))]
    }
  }
}

public enum Verdict: String, Sendable { case holds, violated, unknown }

public struct PropertyResult: Sendable {
  public var text: String
  /// never, always, eventually, expect, recoverable, sometimes
  public var kind: String
  /// What was seen.
  public var verdict: Verdict
  public var isMeantViolated: Bool
  /// ns since the start: first violation, or when it came true; nil if neither.
  public var time: Int64?
  /// Of an `expect`: when it came true, ns since the start, and by how much it missed its time (ns; negative: too early); nil:
  /// it did not.
  public var cameTrue: Int64?
  public var missedBy: Int64?
  /// Where in the source (line from 1), and the source of its condition.
  public var line: Int
  public var condition: String
  /// Why the verdict is what it is, one phrase: `first at 02:41:07`, `not explored by a run`.
  public var reason: String
  public init(
    text: String, kind: String, verdict: Verdict, isMeantViolated: Bool, time: Int64?, line: Int,
    condition: String, reason: String
  ) {
    self.text = text
    self.kind = kind
    self.verdict = verdict
    self.isMeantViolated = isMeantViolated
    self.time = time
    self.line = line
    self.condition = condition
    self.reason = reason
  }

  /// `verdict` with `meant violated` taken into account: a failure that is intended holds, its absence is a violation.
  public var outcome: Verdict {
    guard isMeantViolated else { return verdict }
    switch verdict {
    case .holds: return .violated
    case .violated: return .holds
    case .unknown: return .unknown
    }
  }
}

public enum RunEnd: Sendable {
  case reachedEnd
  /// `--until`
  case stoppedAt(Int64)
  /// At the tick of the first violation, as was asked for.
  case violated(at: Int64)
  /// A budget ran out; `what` is `events`, `memory` or `time`.
  case budget(what: String, limit: String, at: Int64)
  case interrupted(at: Int64)
  /// A run-time diagnostic (division by zero, overflow, index out of range, a loop that takes no time).
  case failed(RuntimeFailure)
}

/// A run-time diagnostic with its place in the source.
public struct RuntimeFailure: Error, Sendable {
  /// `E0701` and so on
  public var code: String
  public var message: String
  /// The element that ran, `enactor[0]`.
  public var subject: String
  /// ns since the start
  public var time: Int64
  /// Index of the file and byte range.
  public var file: Int32
  public var from: Int32
  public var to: Int32
  public init(
    code: String, message: String, subject: String, time: Int64, file: Int32, from: Int32, to: Int32
  ) {
    self.code = code
    self.message = message
    self.subject = subject
    self.time = time
    self.file = file
    self.from = from
    self.to = to
  }
}

public struct RunCounts: Sendable {
  public var events: Int64 = 0
  public var ticks: Int64 = 0
  public var islands = 0
  public var elements = 0
  /// Bytes of state at the end.
  public var stateBytes: Int64 = 0
  /// ns of simulated time reached
  public var reached: Int64 = 0
  public init() {}
}

/// What decides the output: with version, source, parameters, variant and seed the same bytes come again.
public struct Manifest: Sendable {
  public var version: String
  /// Hex digest of the source with its imports, comments and layout left out.
  public var sourceHash: String
  public var parameters: [(name: String, value: String)]
  public var variant: String?
  public var seed: UInt64
  /// Of the state of the world where the run stands, 16 hexadecimal digits: two machines that ran alike have the same.
  public var digest = ""
  public init(
    version: String, sourceHash: String, parameters: [(name: String, value: String)], variant: String?,
    seed: UInt64
  ) {
    self.version = version
    self.sourceHash = sourceHash
    self.parameters = parameters
    self.variant = variant
    self.seed = seed
  }
}
