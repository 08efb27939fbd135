// Balancers: routing by health, with velocity control and failover by zone.

extension Island {
  /// The next element in turn that is in service; -1 when there is none. When more is wrong than health checks may remove
  /// (velocity) elements stay in service; `failover off` removes none.
  func route(_ own: Int) -> Int64 {
    let e = offset(own)
    if mem[e &+ Active.frames] & Active.crashed != 0 { return -1 }
    let service = tables.nodes + Int(node(own).pointee.amount)
    let count = Int(service.pointee.count)
    let isOff = mem[e + Balancer.failover] == 0
    var k = Int(mem[e + Balancer.next])
    for _ in 0..<count {
      let target = k
      k = k + 1 == count ? 0 : k + 1
      if isOff || mem[targetWord(e, target)] & 1 == 0 {
        let element = Int(service.pointee.first) + target
        let there = home(element)
        if there.mem[there.offset(element) + Active.frames] & Active.disabled != 0 { continue }
        mem[e + Balancer.next] = Int64(k)
        return Int64(element)
      }
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
    mem[e + Balancer.removed] = 0
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

  /// A check of a target ended. Word 0 of a target: bit 0 out of service, bit 1 unhealthy; word 1: consecutive results,
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

  /// Who is in service follows health. With zones, a zone of which half is unhealthy leaves service as a whole (failover),
  /// and comes back when more than half is well.
  private func settleZone(_ own: Int, _ e: Int, _ target: Int) {
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
    let zoneOut = mem[e + Balancer.failover] != 0 && 2 * unhealthy >= members && zones > 1
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
      mem[e + Balancer.removed] += 1
      if p.pointee.isTraced { trace(.removed, own, target) }
    } else {
      mem[w] &= ~1
      mem[e + Balancer.removed] -= 1
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
