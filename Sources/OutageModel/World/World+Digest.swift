// A digest of what stands in a world: two runs that are alike have the same one, whatever machine or number of workers ran
// them, and one that parts from the other has another at the first look behind. It speaks of what the world means, never of
// where it lies in memory.

extension World {
  /// 16 hexadecimal digits. Only while the world stands still.
  public var digest: String {
    var sum = Digest()
    let tables = image.tables
    for n in 0..<tables.nodeCount {
      let info = tables.nodes[n]
      for own in Int(info.first)..<Int(info.first + info.count) {
        island(Int(tables.elementIsland[own])).digest(own, tables.nodes + n, into: &sum)
      }
      sum.add(shared.pointee.nodeWords[2 * n])
      sum.add(shared.pointee.nodeWords[2 * n + 1])
    }
    for k in image.meta.measures.indices {
      sum.add(shared.pointee.measures[k].word)
      if !shared.pointee.measures[k].isThere { sum.add(0) }
    }
    digestWindows(into: &sum)
    for k in 0..<shared.pointee.ruleCount {
      let rule = shared.pointee.rules[k]
      for end in [rule.fromFirst, rule.fromLast, rule.toFirst, rule.toLast] { sum.add(Int64(end)) }
      sum.add(Int64(bitPattern: rule.probability.bitPattern))
    }
    for i in 0..<islandCount { island(i).digestPending(into: &sum) }
    let hex = String(sum.value, radix: 16)
    return String(repeating: "0", count: 16 - hex.utf8.count) + hex
  }
}

/// A running hash of words in their order.
struct Digest {
  private(set) var value: UInt64 = 0x6F75_7461_6765

  @inline(__always)
  mutating func add(_ word: Int64) { value = mix(value &* golden ^ UInt64(bitPattern: word)) }
}

extension Island {
  fileprivate func digest(_ own: Int, _ info: UnsafePointer<NodeInfo>, into sum: inout Digest) {
    let e = offset(own)
    func add(_ from: Int, _ to: Int) { for k in from..<to { sum.add(mem[e &+ k]) } }
    switch info.pointee.kind {
    case .variable: add(0, Int(info.pointee.width))
    case .plans:
      var words: [Int64] = []
      save(own, into: &words)
      for word in words { sum.add(word) }
    case .dns: add(0, Record.words)
    case .queue:
      sum.add(mem[e &+ Store.capacity])
      let width = Int(info.pointee.width) + 1
      eachEntry(e + Store.items, width: width) { entry in for k in 0..<width { sum.add(mem[entry + k]) } }
    case .lease:
      sum.add(mem[e] >> 32)
      sum.add(mem[e] & Lease.active == 0 ? 0 : mem[e &+ Lease.expiry])
      sum.add(mem[e &+ Lease.token])
    case .service: digestService(e, info, into: &sum)
    case .load:
      add(Load.rate, Load.histogram)
      for slot in [Load.histogram, Load.failedHistogram] { sum.add(total(e &+ slot)) }
      add(Load.seriesIndex, Load.words)
    case .balancer: add(Balancer.failover, Balancer.targets)
    case .process, .timeline: break
    }
    if isActive(info.pointee.kind) { digestActs(e, into: &sum) }
  }

  private func digestService(_ e: Int, _ info: UnsafePointer<NodeInfo>, into sum: inout Digest) {
    for k in Service.servers..<Service.levels { sum.add(mem[e &+ k]) }
    for h in 0..<Int(info.pointee.linkCount) {
      let account = e &+ Int(tables.handlers[Int(info.pointee.link) &+ h].account)
      for k in HandlerAccount.waited..<HandlerAccount.histogram { sum.add(mem[account &+ k]) }
      for slot in [HandlerAccount.histogram, HandlerAccount.failedHistogram] { sum.add(total(account &+ slot)) }
    }
    let width = Entry.words + Int(info.pointee.width)
    for level in 0..<Int(info.pointee.mode) {
      eachEntry(e &+ Service.levels + level * Service.levelWords, width: width) { entry in
        sum.add(mem[entry &+ Entry.arrival])
        sum.add(mem[entry &+ Entry.origin])
        sum.add(mem[entry &+ Entry.deadline])
      }
    }
  }

  /// Faults, and who acts since when. At which instruction a body stands is left out: instructions are others in a world that
  /// may grow. What it waits for is pending, and what it does next shows in the events that follow.
  private func digestActs(_ e: Int, into sum: inout Digest) {
    sum.add(mem[e &+ Active.frames] >> 32)
    for k in [Active.stalled, Active.slowness, Active.timeouts, Active.retries, Active.finished] { sum.add(mem[e &+ k]) }
    var frame = Int(mem[e &+ Active.frames] & 0xFFFF_FFFF)
    while frame != 0 {
      sum.add(mem[frame &+ Frame.kind] >> 32)
      sum.add(mem[frame &+ Frame.start])
      frame = Int(mem[frame &+ Frame.links] & 0xFFFF_FFFF)
    }
  }

  /// Time and number of the events; what is pending, in whatever order it lies.
  fileprivate func digestPending(into sum: inout Digest) {
    var (pending, count): (UInt64, Int64) = (0, 0)
    eachPending { event in
      pending &+= mix(UInt64(bitPattern: event.time) &* golden ^ UInt64(event.kind.rawValue))
      count += 1
    }
    sum.add(Int64(bitPattern: pending))
    sum.add(count)
    sum.add(p.pointee.events)
  }
}
