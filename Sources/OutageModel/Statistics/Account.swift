// The account of a node's requests, all elements together.

public struct Account: Sendable {
  public var node: Int
  public var isLoad: Bool
  public var arrived: Int64 = 0
  public var completed: Int64 = 0
  public var failed: Int64 = 0
  public var refused: Int64 = 0
  public var dropped: Int64 = 0
  public var expired: Int64 = 0
  public var wasted: Int64 = 0
  public var inHand: Int64 = 0
  /// Integrals over time since the start (ns): of the number that waits, of that in service (load: in flight), of servers.
  public var queueArea: Int128 = 0
  public var busyArea: Int128 = 0
  public var serverArea: Int128 = 0
  /// By handler; a load has one.
  public var parts: [Part]

  /// What the requests to one handler, or of a load, have come to. Times are sums in ns.
  public struct Part: Sendable {
    /// Of the requests that have ended, well or not.
    public var ok = Spread()
    public var bad = Spread()
    public var waited: Int128 = 0
    public var served: Int128 = 0
    /// Of those that did not end well, waiting and service together.
    public var failedTime: Int128 = 0
    /// So far, of those in hand.
    public var waitedInHand: Int128 = 0
    public var servedInHand: Int128 = 0
    public var inHand: Int64 = 0

    public init() {}

    public mutating func add(_ other: Part) {
      ok.add(other.ok)
      bad.add(other.bad)
      waited += other.waited
      served += other.served
      failedTime += other.failedTime
      waitedInHand += other.waitedInHand
      servedInHand += other.servedInHand
      inHand += other.inHand
    }
  }

  /// Integral of the number in the system, and total time in the system clipped at now: equal (ns).
  public var area: Int128 { queueArea + busyArea }
  public var sojourn: Int128 {
    parts.reduce(0) { $0 + $1.waited + $1.served + $1.waitedInHand + $1.servedInHand }
  }

  /// What has come since another account of the same node. What was in hand then counts from then on.
  public func since(_ before: Account) -> Account {
    var a = self
    for count in [\Account.arrived, \.completed, \.failed, \.refused, \.dropped, \.expired, \.wasted] {
      a[keyPath: count] -= before[keyPath: count]
    }
    for area in [\Account.queueArea, \.busyArea, \.serverArea] { a[keyPath: area] -= before[keyPath: area] }
    for k in before.parts.indices {
      a.parts[k].ok.subtract(before.parts[k].ok)
      a.parts[k].bad.subtract(before.parts[k].bad)
      a.parts[k].waited -= before.parts[k].waited
      a.parts[k].served -= before.parts[k].served
      a.parts[k].failedTime -= before.parts[k].failedTime
      a.parts[k].waitedInHand -= before.parts[k].waitedInHand
      a.parts[k].servedInHand -= before.parts[k].servedInHand
    }
    return a
  }
}

extension World {
  /// Accounts of all services and loads, at `now`.
  /// - Parameter sinceWarm: least and greatest are those since the warm-up ended.
  public func accounts(at now: Int64, sinceWarm: Bool = false, unless isUnwanted: () -> Bool = { false }) -> [Account] {
    let tables = image.tables
    var accounts: [Account] = []
    for n in 0..<tables.nodeCount {
      let info = tables.nodes[n]
      guard info.kind == .service || info.kind == .load else { continue }
      if isUnwanted() { break }
      let parts = info.kind == .load ? 1 : Int(info.linkCount)
      var a = Account(node: n, isLoad: info.kind == .load, parts: Array(repeating: Account.Part(), count: parts))
      for own in Int(info.first)..<Int(info.first + info.count) {
        let island = island(Int(tables.elementIsland[own]))
        if a.isLoad { addLoad(island, own, now, sinceWarm, &a) } else { addService(island, own, now, sinceWarm, &a) }
      }
      accounts.append(a)
    }
    return accounts
  }

  /// The warm-up ends: extremes of response times are told apart from here on.
  public func endWarmUp() {
    for n in 0..<image.tables.nodeCount { setAside(node: n, endsWarmUp: true) }
  }

  /// Sets extremes of response times of a service or load aside.
  func setAside(node n: Int, endsWarmUp: Bool) {
    let info = image.tables.nodes[n]
    guard info.kind == .service || info.kind == .load else { return }
    for own in Int(info.first)..<Int(info.first + info.count) {
      let island = island(Int(image.tables.elementIsland[own]))
      island.eachHistogram(own) { island.setAside($0, endsWarmUp: endsWarmUp) }
    }
  }

  private func addService(_ i: Island, _ own: Int, _ now: Int64, _ sinceWarm: Bool, _ a: inout Account) {
    let e = i.offset(own)
    let info = i.node(own)
    a.arrived += i.mem[e &+ Service.arrived]
    a.completed += i.mem[e &+ Service.completed]
    a.failed += i.mem[e &+ Service.failed]
    a.refused += i.mem[e &+ Service.refused]
    a.dropped += i.mem[e &+ Service.dropped]
    a.expired += i.mem[e &+ Service.expired]
    a.wasted += i.mem[e &+ Service.wasted]
    a.inHand += i.mem[e &+ Service.queued] + i.mem[e &+ Service.busy]
    a.queueArea += i.area(e &+ Service.queueLevel, i.mem[e &+ Service.queued], at: now)
    a.busyArea += i.area(e &+ Service.busyLevel, i.mem[e &+ Service.busy], at: now)
    // Servers may be as many as there are numbers, in each element.
    let servers = a.serverArea.addingReportingOverflow(
      i.area(e &+ Service.serverLevel, i.mem[e &+ Service.servers], at: now))
    a.serverArea = servers.overflow ? .max : servers.partialValue
    for h in a.parts.indices {
      let account = e &+ Int(image.tables.handlers[Int(info.pointee.link) &+ h].account)
      a.parts[h].waited += i.wide(account &+ HandlerAccount.waited)
      a.parts[h].served += i.wide(account &+ HandlerAccount.served)
      a.parts[h].failedTime += i.wide(account &+ HandlerAccount.failedTime)
      i.collect(account &+ HandlerAccount.histogram, into: &a.parts[h].ok, sinceWarm: sinceWarm)
      i.collect(account &+ HandlerAccount.failedHistogram, into: &a.parts[h].bad, sinceWarm: sinceWarm)
    }
    a.parts.withUnsafeMutableBufferPointer { addInHand(i, e, info, now, $0) }
  }

  /// What waits in an element of a service, and what it works on.
  private func addInHand(
    _ i: Island, _ e: Int, _ info: UnsafePointer<NodeInfo>, _ now: Int64,
    _ parts: UnsafeMutableBufferPointer<Account.Part>
  ) {
    var frame = Int(i.mem[e &+ Active.frames] & 0xFFFF_FFFF)
    while frame != 0 {
      let h = Int(i.mem[frame &+ Frame.origin] >> 32)
      parts[h].waitedInHand += Int128(i.mem[frame &+ Frame.served].earlier(by: i.mem[frame &+ Frame.start]))
      parts[h].servedInHand += Int128(now.earlier(by: i.mem[frame &+ Frame.served]))
      parts[h].inHand += 1
      frame = Int(i.mem[frame &+ Frame.links] & 0xFFFF_FFFF)
    }
    let width = Entry.words + Int(info.pointee.width)
    for level in 0..<Int(info.pointee.mode) {
      i.eachEntry(e &+ Service.levels + level * Service.levelWords, width: width) {
        let h = Int(i.mem[$0 &+ Entry.origin] >> 32)
        parts[h].waitedInHand += Int128(now.earlier(by: i.mem[$0]))
        parts[h].inHand += 1
      }
    }
  }

  private func addLoad(_ i: Island, _ own: Int, _ now: Int64, _ sinceWarm: Bool, _ a: inout Account) {
    let e = i.offset(own)
    let isClosed = image.tables.bodies[Int(i.node(own).pointee.link)].isClosed
    a.arrived += i.mem[e &+ Load.started]
    a.completed += i.mem[e &+ Load.ok]
    a.failed += i.mem[e &+ Load.failed]
    a.inHand += i.mem[e &+ Load.inFlight]
    a.busyArea += i.area(e &+ Load.flightLevel, i.mem[e &+ Load.inFlight], at: now)
    a.parts[0].served += i.wide(e &+ Load.sojourn)
    a.parts[0].failedTime += i.wide(e &+ Load.failedTime)
    a.parts[0].inHand += i.mem[e &+ Load.inFlight]
    i.collect(e &+ Load.histogram, into: &a.parts[0].ok, sinceWarm: sinceWarm)
    i.collect(e &+ Load.failedHistogram, into: &a.parts[0].bad, sinceWarm: sinceWarm)
    var frame = Int(i.mem[e &+ Active.frames] & 0xFFFF_FFFF)
    while frame != 0 {
      if !isClosed || i.mem[frame &+ Frame.caller] == 1 {
        a.parts[0].servedInHand += Int128(now.earlier(by: i.mem[frame &+ Frame.start]))
      }
      frame = Int(i.mem[frame &+ Frame.links] & 0xFFFF_FFFF)
    }
  }
}

extension Island {
  /// The slots of the histograms of an element of a service or load.
  func eachHistogram(_ own: Int, _ body: (Int) -> Void) {
    let (info, e) = (node(own), offset(own))
    for k in 0..<histograms(info) { body(histogram(k, info, e)) }
  }

  /// An element of a service has its servers from now on.
  func openAccount(_ own: Int) {
    let e = offset(own)
    change(e &+ Service.serverLevel, by: mem[e &+ Service.servers])
  }
}
