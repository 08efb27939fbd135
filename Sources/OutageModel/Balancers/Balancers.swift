// Balancers: routing by health, with velocity control and failover by zone.

extension Island {
  /// The next element in turn that is in routing; -1 when there is none. When more is wrong than health checks may remove
  /// (velocity) elements stay in routing; `failover off` removes none.
  func route(_ own: Int) -> Int64 {
    let e = offset(own)
    if mem[e &+ Active.frames] & Active.crashed != 0 { return -1 }
    let service = tables.nodes + Int(node(own).pointee.amount)
    let count = Int(service.pointee.count)
    var k = Int(mem[e + Balancer.next])
    for _ in 0..<count {
      let target = k
      k = k + 1 == count ? 0 : k + 1
      if isRouted(e, service, target) {
        mem[e + Balancer.next] = Int64(k)
        return Int64(Int(service.pointee.first) + target)
      }
    }
    return -1
  }

  /// Whether a balancer that runs sends calls to a target: it was not removed, and is not switched off.
  @inline(__always)
  private func isRouted(_ e: Int, _ service: UnsafePointer<NodeInfo>, _ target: Int) -> Bool {
    mem[targetWord(e, target)] & 1 == 0 && !isDisabled(Int(service.pointee.first) + target)
  }

  @inline(__always)
  private func isDisabled(_ element: Int) -> Bool {
    let there = home(element)
    return there.mem[there.offset(element) &+ Active.frames] & Active.disabled != 0
  }

  /// Elements to which a balancer sends no calls now: all, when it has crashed.
  func removed(_ own: Int) -> Int64 {
    let e = offset(own)
    let service = tables.nodes + Int(node(own).pointee.amount)
    let count = Int(service.pointee.count)
    if mem[e &+ Active.frames] & Active.crashed != 0 { return Int64(count) }
    return Int64((0..<count).count { !isRouted(e, service, $0) })
  }

  /// Of an array, an enabled element, drawn uniformly; -1 when there is none. Who has crashed and is enabled is drawn: nobody
  /// has looked after its health.
  @inline(__always)
  func pick(_ n: Int, place: Int, _ frame: Int, slot: Int) -> Int64 {
    let info = tables.nodes + n
    if info.pointee.isSwitched { return pickEnabled(info, place, frame, slot) }
    let count = Int64(info.pointee.count)
    if count == 0 { return -1 }
    return Int64(info.pointee.first) + (count > 1 ? drawing(place, frame, slot: slot).uniform(0, count - 1) : 0)
  }

  @inline(never)
  private func pickEnabled(_ info: UnsafePointer<NodeInfo>, _ place: Int, _ frame: Int, _ slot: Int) -> Int64 {
    let all = Int(info.pointee.first)..<Int(info.pointee.first + info.pointee.count)
    let open = all.count { !isDisabled($0) }
    if open == 0 { return -1 }
    var left = open > 1 ? drawing(place, frame, slot: slot).uniform(0, Int64(open - 1)) : 0
    for element in all where !isDisabled(element) {
      if left == 0 { return Int64(element) }
      left -= 1
    }
    return -1
  }

  @inline(__always)
  private func targetWord(_ e: Int, _ target: Int) -> Int { e + Balancer.targets + target * Balancer.targetWords }

  /// One frame a target checks it for ever.
  func beginChecks(_ own: Int) {
    let info = node(own)
    let e = offset(own)
    let count = Int(tables.nodes[Int(info.pointee.amount)].count)
    mem[e + Balancer.healthy] = Int64(count)
    for k in 0..<count {
      mem[targetWord(e, k)] = 0
      mem[targetWord(e, k) + 1] = 0
      mem[targetWord(e, k) + 2] = 0
      let (high, low) = Int64(k).multipliedFullWidth(by: mem[e + Balancer.checkEvery])
      let phase = Int64(max(1, count)).dividingFullWidth((high, low)).quotient
      schedule(later(phase), .begin, own, UInt32(Int(info.pointee.link) + k), c: epoch(own))
    }
  }

  /// `failover` was assigned. Off, all are in routing again at once; on, those that fail their checks leave as these find it,
  /// no faster than `velocity` lets them.
  func failoverChanged(_ own: Int) {
    let e = offset(own)
    if mem[e + Balancer.failover] != 0 { return }
    for k in 0..<Int(tables.nodes[Int(node(own).pointee.amount)].count) { place(own, e, k, out: false, 0) }
  }

  /// A check of a target ended. Word 0 of a target: bit 0 out of routing, bit 1 unhealthy; word 1: consecutive results,
  /// positive successes, negative failures; word
  /// 2: 1 + when it left last, 0: never.
  func checked(_ own: Int, target: Int, ok: Bool) {
    let e = offset(own)
    let w = targetWord(e, target)
    let run = mem[w + 1]
    mem[w + 1] = ok ? max(1, run + 1) : min(-1, run - 1)
    if !ok, mem[w] & 2 == 0, -mem[w + 1] >= mem[e + Balancer.downAfter] {
      mem[w] |= 2
      mem[e + Balancer.healthy] -= 1
    } else if ok, mem[w] & 2 != 0, mem[w + 1] >= mem[e + Balancer.upAfter] {
      mem[w] &= ~2
      mem[e + Balancer.healthy] += 1
    }
    settleZone(own, e, target)
    touch(node(own))
  }

  /// Who is in routing follows health, unless `failover` is off. With zones, a zone of which half is unhealthy leaves as a
  /// whole, and comes back when more than half is well.
  private func settleZone(_ own: Int, _ e: Int, _ target: Int) {
    if mem[e + Balancer.failover] == 0 { return }
    let info = node(own)
    let count = Int(tables.nodes[Int(info.pointee.amount)].count)
    let zones = max(1, Int(info.pointee.linkCount))
    if zones == 1 {
      place(own, e, target, out: mem[targetWord(e, target)] & 2 != 0, count)
      return
    }
    let zone = target % zones
    var members = 0
    var unhealthy = 0
    for k in stride(from: zone, to: count, by: zones) {
      members += 1
      if mem[targetWord(e, k)] & 2 != 0 { unhealthy += 1 }
    }
    let zoneOut = 2 * unhealthy >= members
    for k in stride(from: zone, to: count, by: zones) {
      place(own, e, k, out: zoneOut || mem[targetWord(e, k)] & 2 != 0, count)
    }
  }

  private func place(_ own: Int, _ e: Int, _ target: Int, out: Bool, _ count: Int) {
    let w = targetWord(e, target)
    if out == (mem[w] & 1 != 0) { return }
    if out {
      if !mayRemove(e, count) { return }
      mem[w] |= 1
      mem[w + 2] = now.later(by: 1)
      if p.pointee.isTraced { trace(.removed, own, target) }
    } else {
      mem[w] &= ~1
      if p.pointee.isTraced { trace(.returned, own, target) }
    }
  }

  /// Velocity control: at most this share of all targets leaves in any window of the period.
  private func mayRemove(_ e: Int, _ count: Int) -> Bool {
    let share = Double(bitPattern: UInt64(bitPattern: mem[e + Balancer.velocity]))
    let period = mem[e + Balancer.velocityPer]
    if share >= 1 || period <= 0 { return true }
    let recent = (0..<count).count { k in
      let left = mem[targetWord(e, k) + 2]
      return left != 0 && now.earlier(by: left - 1) < period
    }
    return recent + 1 <= Int(share * Double(count) + 1e-9)
  }
}
