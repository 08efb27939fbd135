// Reading, assigning and doing: the members of each kind of node.

extension Island {
  @inline(__always)
  private func truth(_ value: Bool) -> Int64 { value ? 1 : 0 }

  /// One member of one element, wherever it lives.
  func read(_ member: MemberCode, _ own: Int) -> Int64 {
    let there = home(own)
    return there.readHere(member, own, there.offset(own))
  }

  private func readHere(_ member: MemberCode, _ own: Int, _ e: Int) -> Int64 {
    let info = node(own)
    let kind = info.pointee.kind
    switch member {
    case .latest: return mem[e + Plans.latest]
    case .version: return mem[e + Record.version]
    case .ttl: return mem[e + Record.ttl]
    case .negative: return mem[e + Record.negative]
    case .length: return mem[e + Store.items &+ Deque.count]
    case .oldest:
      let items = e + Store.items
      return mem[items &+ Deque.count] == 0 ? 0 : now.earlier(by: mem[front(items, width: Int(info.pointee.width) + 1)])
    case .capacity: return mem[e + Store.capacity]
    case .holder:
      return mem[e] & Lease.active != 0 ? holderIndex(mem[e &+ Lease.token] >> 32) : -1
    case .token: return mem[e &+ Lease.token] & 0xFFFF_FFFF
    case .active: return truth(mem[e] & Lease.active != 0)
    case .lasts: return lasts(Int(tables.elementNode[own]))
    case .renewEvery: return every(Int(tables.elementNode[own]))
    case .queueLength: return mem[e &+ Service.queued]
    case .queueOldest:
      var oldest = now
      for level in 0..<Int(info.pointee.mode) {
        let d = e &+ Service.levels + level * Service.levelWords
        if mem[d &+ Deque.count] > 0 {
          oldest = min(oldest, mem[front(d, width: Entry.words + Int(info.pointee.width))])
        }
      }
      return now.earlier(by: oldest)
    case .queueCapacity: return mem[e &+ Service.capacity]
    case .servers: return mem[e &+ Service.servers]
    case .limit: return mem[e &+ Service.rate] != 0 ? mem[e &+ Service.rate] : mem[e &+ Service.limit]
    case .latency: return mem[e &+ Service.latency]
    case .enabled: return truth(mem[e &+ Active.frames] & Active.disabled == 0)
    case .busy: return mem[e &+ Service.busy]
    case .up: return truth(mem[e &+ Active.frames] & (Active.crashed | Active.isStalled) == 0)
    case .arrived: return mem[e &+ Service.arrived]
    case .completed: return mem[e &+ Service.completed]
    case .failed: return mem[e + (kind == .load ? Load.failed : Service.failed)]
    case .refused: return mem[e &+ Service.refused]
    case .dropped: return mem[e &+ Service.dropped]
    case .expired: return mem[e &+ Service.expired]
    case .wasted: return mem[e &+ Service.wasted]
    case .failover: return mem[e + Balancer.failover]
    case .velocity: return mem[e + Balancer.velocity]
    case .healthy: return mem[e + Balancer.healthy]
    case .checkEvery: return mem[e + Balancer.checkEvery]
    case .removed: return removed(own)
    case .rate: return mem[e &+ Load.rate]
    case .users: return mem[e &+ Load.users]
    case .think: return mem[e &+ Load.think]
    case .started: return mem[e &+ Load.started]
    case .ok: return mem[e &+ Load.ok]
    case .retries: return mem[e &+ Active.retries]
    case .timeouts: return mem[e &+ Active.timeouts]
    case .inFlight: return mem[e &+ Load.inFlight]
    case .latencyMean: return meanResponse(info, e)
    case .latencyP50: return percentile(info, e, 0.5)
    case .latencyP90: return percentile(info, e, 0.9)
    case .latencyP99: return percentile(info, e, 0.99)
    case .latencyP999: return percentile(info, e, 0.999)
    case .finished: return truth(mem[e &+ Active.finished] != 0)
    case .lengthArea, .queueArea, .busyArea, .flightArea, .valueArea, .activeArea:
      return Int64(bitPattern: area(member, own, e, at: now).bitPattern)
    case .versions, .has, .delete, .add, .addresses, .apply, .put, .clear, .renew, .release, .queueClear:
      return 0
    }
  }

  /// Of all requests that have ended, well or not.
  private func percentile(_ info: UnsafePointer<NodeInfo>, _ e: Int, _ q: Double) -> Int64 {
    quantile(histograms(info), q) { histogram($0, info, e) }
  }

  private func meanResponse(_ info: UnsafePointer<NodeInfo>, _ e: Int) -> Int64 {
    let n = (0..<histograms(info)).reduce(0) { $0 + total(histogram($1, info, e)) }
    if n == 0 { return 0 }
    var sum: Int128 = 0
    if info.pointee.kind == .load {
      sum = wide(e &+ Load.sojourn)
    } else {
      for h in 0..<Int(info.pointee.linkCount) {
        let account = e &+ Int(tables.handlers[Int(info.pointee.link) &+ h].account)
        sum += wide(account &+ HandlerAccount.waited) + wide(account &+ HandlerAccount.served)
      }
    }
    return Int64(truncatingIfNeeded: (sum + Int128(n / 2)) / Int128(n))
  }

  /// How many histograms an element of a service or load has: those of good ends, then those of bad ones.
  func histograms(_ info: UnsafePointer<NodeInfo>) -> Int {
    info.pointee.kind == .load ? 2 : 2 * Int(info.pointee.linkCount)
  }

  func histogram(_ k: Int, _ info: UnsafePointer<NodeInfo>, _ e: Int) -> Int {
    if info.pointee.kind == .load { return e &+ (k == 0 ? Load.histogram : Load.failedHistogram) }
    let account = e &+ Int(tables.handlers[Int(info.pointee.link) &+ k / 2].account)
    return account &+ (k % 2 == 0 ? HandlerAccount.histogram : HandlerAccount.failedHistogram)
  }

  /// Index of the element in its node; -1 for none (0).
  private func holderIndex(_ holder: Int64) -> Int64 {
    holder == 0 ? -1 : holder - 1 - Int64(node(Int(holder - 1)).pointee.first)
  }

  /// The sum of a count, or the number of truths, over a node.
  func readAll(_ member: MemberCode, _ n: Int) -> Int64 {
    let info = tables.nodes + n
    if member == .active {
      var sum: Int64 = 0
      for i in 0..<tables.islandCount {
        let block = Int(tables.shards[Int(info.pointee.shardRow) * tables.islandCount + i])
        if block != 0 { sum += (p.pointee.islands + i).pointee.mem[block &+ Fleet.active] }
      }
      return sum
    }
    if member.isArea { return Int64(bitPattern: areaOfAll(member, n).bitPattern) }
    var sum: Int64 = 0
    for own in Int(info.pointee.first)..<Int(info.pointee.first + info.pointee.count) {
      if own & 0x3FF == 0x3FF {
        askWhetherToStop()
        if p.pointee.trouble != 0 { return sum }
      }
      sum = sum &+ read(member, own)
    }
    return sum
  }

  private func areaOfAll(_ member: MemberCode, _ n: Int) -> Double {
    if member == .activeArea { return activeArea(n, at: now) }
    let info = tables.nodes + n
    return (Int(info.pointee.first)..<Int(info.pointee.first + info.pointee.count)).reduce(0) { sum, own in
      let there = home(own)
      return sum + there.area(member, own, there.offset(own), at: now)
    }
  }

  /// Assigns an attribute a value of its range; called on the element's island.
  func assign(_ member: MemberCode, _ own: Int, _ value: Int64, by actor: Island, frame: Int) {
    let e = offset(own)
    let info = node(own)
    switch member {
    case .ttl: mem[e + Record.ttl] = value
    case .negative: mem[e + Record.negative] = value
    case .capacity: mem[e + Store.capacity] = value
    case .lasts: shared.pointee.nodeWords[2 * Int(tables.elementNode[own])] = value
    case .renewEvery: shared.pointee.nodeWords[2 * Int(tables.elementNode[own]) + 1] = value
    case .queueCapacity: mem[e &+ Service.capacity] = value
    case .servers:
      change(e &+ Service.serverLevel, by: value &- mem[e &+ Service.servers])
      mem[e &+ Service.servers] = value
      startWaiting(own, e)
    case .latency:
      if value < shared.pointee.lookahead, shared.pointee.lookahead != .max {
        return actor.trouble(.latency, frame: frame, detail: value)
      }
      mem[e &+ Service.latency] = value
    case .enabled:
      if value != 0 {
        mem[e &+ Active.frames] &= ~Active.disabled
        startWaiting(own, e)
      } else {
        mem[e &+ Active.frames] |= Active.disabled
      }
    case .failover:
      mem[e + Balancer.failover] = value
      failoverChanged(own)
    case .velocity: mem[e + Balancer.velocity] = value
    case .checkEvery: mem[e + Balancer.checkEvery] = value
    case .rate:
      let before = mem[e &+ Load.rate]
      mem[e &+ Load.rate] = value
      rateChanged(own, from: before)
    case .users:
      mem[e &+ Load.users] = value
      spawnUsers(own, e)
    case .think: mem[e &+ Load.think] = value
    default: break
    }
    touch(info)
  }

  /// A limit: a count at once, or a rate admitted.
  /// Of the service when `handler` is -1. A bucket begins full.
  func assignLimit(_ own: Int, _ value: Int64, isRate: Bool, handler: Int) {
    let e = offset(own)
    let mine = handler < 0 ? 0 : e + Int(tables.handlers[Int(node(own).pointee.link) + handler].offset)
    let (rate, tokens) =
      handler < 0 ? (e &+ Service.rate, e &+ Service.tokens) : (mine + HandlerLimit.rate, mine + HandlerLimit.tokens)
    let atOnce = handler < 0 ? e &+ Service.limit : mine + HandlerLimit.atOnce
    if isRate {
      mem[rate] = value
      mem[tokens] = value
      mem[tokens + 1] = now
      mem[atOnce] = .max
    } else {
      mem[rate] = 0
      mem[atOnce] = value
    }
    touch(node(own))
  }

  /// An operation: results into `r`, arguments at `args`.
  func operate(
    _ member: MemberCode, _ own: Int, _ r: UnsafeMutablePointer<Int64>, _ args: UnsafeMutablePointer<Int64>,
    count: Int, frame: Int
  ) {
    let there = home(own)
    let e = there.offset(own)
    let me = Int(mem[frame &+ Frame.kind] >> 32)
    switch member {
    case .has: r[0] = truth(there.findPlan(e, args[0]) != nil)
    case .delete: there.deletePlan(own, args[0])
    case .add:
      // The list of addresses moves into the store.
      var list = args[0]
      if there.p == p {
        args[0] = 0
      } else {
        let mine = Int(list)
        list = 0
        for k in 0..<Int(listLength(Int64(mine))) { _ = there.listAppend(&list, mem[mine + 2 + k]) }
      }
      r[0] = there.addPlan(own, addresses: list)
    case .versions:
      listClear(&r[0])
      let block = Int(there.mem[e + Plans.block])
      for k in 0..<Int(there.mem[e + Plans.count]) { _ = listAppend(&r[0], there.mem[block + 2 * k]) }
    case .addresses:
      listClear(&r[0])
      let list = addresses(of: own)
      let island = home(plans(of: own))
      for k in 0..<Int(island.listLength(list)) { _ = listAppend(&r[0], island.mem[Int(list) + 2 + k]) }
    case .apply:
      there.mem[e + Record.version] = args[0]
      there.touch(node(own))
    case .put: r[0] = truth(there.put(own, args))
    case .clear: there.clearStore(own)
    case .queueClear:
      there.clearQueue(own, failing: true)
      noteFault(me, .cleared, Int64(own), Int64(own))
    case .renew: r[0] = truth(there.renew(own, by: me, token: count > 0 ? args[0] : nil))
    case .release:
      if count == 0 || args[0] == there.mem[e &+ Lease.token] & 0xFFFF_FFFF {
        there.releaseLease(own, by: me)
      }
    case .limit:
      there.assignLimit(own, args[0], isRate: args[1] != 0, handler: Int(args[2]))
    default: break
    }
  }
}
