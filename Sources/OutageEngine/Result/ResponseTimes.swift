public import OutageModel

/// How long something took, of those that ended; times in ns. A percentile is within 0.8 %, between the least and the
/// greatest, which are exact.
public struct Times: Sendable {
  public enum Figure: String, Sendable, CaseIterable { case p50, p90, p99, p99_9, max }

  public var count: Int64
  public var mean: Double
  public var min: Double
  public var p50: Double
  public var p90: Double
  public var p99: Double
  public var p999: Double
  public var max: Double
  /// Figures that requests still in flight could raise: they are at least what they say.
  public var atLeast: [Figure]
  /// All of them, by size.
  public var spread: Spread

  public init() { self.init(Spread(), sum: 0, inFlight: 0) }

  /// - Parameters:
  ///   - sum: of all, ns.
  ///   - inFlight: requests that have not ended, and may yet take as long as you like.
  init(_ spread: Spread, sum: Int128, inFlight: Int64) {
    func quantile(_ q: Double) -> Double { Double(spread.quantile(q) ?? 0) }
    count = spread.total
    mean = spread.total == 0 ? 0 : Double(sum) / Double(spread.total)
    min = Double(spread.least)
    (p50, p90, p99, p999, max) = (quantile(0.5), quantile(0.9), quantile(0.99), quantile(0.999), quantile(1))
    atLeast = zip(Figure.allCases, [0.5, 0.9, 0.99, 0.999, 1]).compactMap { figure, q in
      guard inFlight > 0, let now = spread.quantile(q) else { return nil }
      guard let later = spread.quantile(q, with: inFlight) else { return figure }
      return later > now ? figure : nil
    }
    self.spread = spread
  }

  public subscript(_ figure: Figure) -> Double {
    switch figure {
    case .p50: p50
    case .p90: p90
    case .p99: p99
    case .p99_9: p999
    case .max: max
    }
  }
}

/// What became of the requests to one handler, or of the requests of a load.
public struct Handling: Sendable {
  public var name: String
  /// nil: the queue of the service does not look at it.
  public var priority: Int64?
  /// From the start of a request to its end, whatever the end: those that ended well, those that did not, and both.
  public var all = Times()
  public var ok = Times()
  public var failed = Times()
  /// Of the requests that have ended, ns. Of a load the first is 0.
  public var meanWaiting = 0.0
  public var meanService = 0.0
  /// Means over time of the number that waits and of that in service (load: in flight).
  public var meanInQueue = 0.0
  public var meanInService = 0.0

  /// - Parameter time: ns over which the means over time are taken.
  init(_ name: String, _ priority: Int64?, _ part: Account.Part, over time: Int64) {
    self.name = name
    self.priority = priority
    var both = part.ok
    both.add(part.bad)
    let sum = part.waited + part.served
    all = Times(both, sum: sum, inFlight: part.inHand)
    ok = Times(part.ok, sum: sum - part.failedTime, inFlight: part.inHand)
    failed = Times(part.bad, sum: part.failedTime, inFlight: part.inHand)
    let ended = Double(both.total)
    if ended > 0 { (meanWaiting, meanService) = (Double(part.waited) / ended, Double(part.served) / ended) }
    if time > 0 {
      meanInQueue = Double(part.waited + part.waitedInHand) / Double(time)
      meanInService = Double(part.served + part.servedInHand) / Double(time)
    }
  }
}

/// Counts and times of a service or load, all elements of an array together. Service: of the requests that it took in,
/// from arrival to the end. Load: from the start of a request to its end.
public struct ResponseTimes: Sendable {
  public enum Kind: String, Sendable { case service, load }
  public var name: String
  public var kind: Kind
  /// Service: arrived. Load: started.
  public var arrived: Int64
  /// Service: completed. Load: ended well.
  public var completed: Int64
  public var failed: Int64
  /// Service only: refused at the door, dropped from the queue, done for a caller that had given up.
  public var refused: Int64
  public var dropped: Int64
  /// Service only: taken from the queue as too old, or as hopeless.
  public var expired: Int64
  public var wasted: Int64
  /// In the system at the end of the run.
  public var inHand: Int64
  /// All handlers together.
  public var whole: Handling
  /// Service only: one by one.
  public var handlers: [Handling]
  /// Service only: busy servers over servers, both over time; nil: it had none.
  public var utilisation: Double?
  /// Little's law as the sample-path identity, both sides in ns: integral of the number in the system, and the total time
  /// in the system clipped at the end and at crashes. Equal, always.
  public var area: Double
  public var sojourn: Double

  public var mean: Double { whole.all.mean }
  public var p50: Double { whole.all.p50 }
  public var p90: Double { whole.all.p90 }
  public var p99: Double { whole.all.p99 }
  public var p999: Double { whole.all.p999 }
  public var max: Double { whole.all.max }

  /// - Parameter time: ns over which the account was kept.
  init(_ a: Account, _ meta: ImageMeta, over time: Int64) {
    name = meta.nodes[a.node].name
    kind = a.isLoad ? .load : .service
    (arrived, completed, failed, refused) = (a.arrived, a.completed, a.failed, a.refused)
    (dropped, expired, wasted, inHand) = (a.dropped, a.expired, a.wasted, a.inHand)
    whole = Handling(name, nil, a.parts.reduce(into: Account.Part()) { $0.add($1) }, over: time)
    let names = meta.handlerNames[a.node] ?? []
    handlers = zip(names, a.parts).enumerated().map { k, handler in
      Handling(handler.0, meta.handlerPriorities[a.node]?[k], handler.1, over: time)
    }
    utilisation = a.serverArea > 0 ? Double(a.busyArea) / Double(a.serverArea) : nil
    area = Double(a.area)
    sojourn = Double(a.sojourn)
  }
}
