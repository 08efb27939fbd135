import OutageEngine
import OutageModel

/// What was measured, from the end of the warm-up on where there is one.
extension Report {
  /// Services and loads, in the order of the script: services first as they stand there.
  public var requests: [Requests] { result.responses.map(Requests.init) }

  public var measures: [Measure] {
    result.measures.map {
      Measure(
        name: $0.name, last: $0.last, min: $0.min, mean: $0.mean, max: $0.max, isMeanOverTime: $0.meanOf == .time,
        samples: $0.count)
    }
  }

  /// Digest of the state where the run stands: two machines that ran alike have the same.
  public var stateDigest: String { result.manifest.digest }

  /// A `measure`: truths as 0 and 1, durations and times in ns, choices as ordinals; not a number where there is no value.
  public struct Measure: Sendable, Hashable {
    public var name: String
    public var last: Double
    public var min: Double
    public var mean: Double
    public var max: Double
    /// The mean is over all the time, exactly; else of the samples.
    public var isMeanOverTime: Bool
    /// Their number, one a tick that had a value.
    public var samples: Int64
  }

  /// A service or load, all elements of an array together, or the requests to one handler.
  public struct Requests: Sendable, Hashable {
    public var name: String
    public var isLoad: Bool
    /// Load: started.
    public var arrived: Int64
    /// Ended well, and failed.
    public var completed: Int64
    public var failed: Int64
    /// In the system at the end.
    public var inHand: Int64
    /// Busy servers over servers, both over time; nil for a load.
    public var utilisation: Double?
    /// All handlers together; a service has each of them too.
    public var whole: Handling
    public var handlers: [Handling]

    init(_ r: ResponseTimes) {
      name = r.name
      isLoad = r.kind == .load
      (arrived, completed, failed, inHand) = (r.arrived, r.completed, r.failed, r.inHand)
      utilisation = r.utilisation
      whole = Handling(r.whole)
      handlers = r.handlers.map(Handling.init)
    }
  }

  public struct Handling: Sendable, Hashable {
    /// Of the handler; empty for a plain `call`.
    public var name: String
    public var priority: Int64?
    /// Means over time of the number that waits and of that in service (load: in flight).
    public var meanInQueue: Double
    public var meanInService: Double
    public var meanWaiting: Duration
    public var meanService: Duration
    /// From the start of a request to its end, whatever the end; those that ended well; and those that did not.
    public var all: Times
    public var ok: Times
    public var notOk: Times

    init(_ h: OutageEngine.Handling) {
      (name, priority) = (h.name, h.priority)
      (meanInQueue, meanInService) = (h.meanInQueue, h.meanInService)
      (meanWaiting, meanService) = (.whole(h.meanWaiting), .whole(h.meanService))
      (all, ok, notOk) = (Times(h.all), Times(h.ok), Times(h.failed))
    }
  }

  /// Response times. Percentiles are within 0.8 %, between the least and the greatest, which are exact.
  public struct Times: Sendable, Hashable {
    public var count: Int64
    public var mean: Duration
    public var min: Duration
    public var p50: Duration
    public var p90: Duration
    public var p99: Duration
    public var p999: Duration
    public var max: Duration
    /// Buckets that are not empty, both ends included.
    public var histogram: [Bucket]

    public struct Bucket: Sendable, Hashable {
      public var low: Duration
      public var high: Duration
      public var count: Int64
    }

    init(_ t: OutageEngine.Times) {
      count = t.count
      (mean, min, max) = (.whole(t.mean), .whole(t.min), .whole(t.max))
      (p50, p90, p99, p999) = (.whole(t.p50), .whole(t.p90), .whole(t.p99), .whole(t.p999))
      histogram = t.spread.buckets.map {
        Bucket(low: .nanoseconds($0.low), high: .nanoseconds($0.high), count: $0.count)
      }
    }
  }
}

extension Duration {
  /// The nearest whole number of nanoseconds, as far as that goes.
  fileprivate static func whole(_ ns: Double) -> Duration { .nanoseconds(Int64(exactly: ns.rounded()) ?? .max) }
}
