// Leases: expiry, the renewing side of a fleet, and leases taken by processes.

extension Island {
  /// The fleet's counts in the island of a lease element.
  @inline(__always)
  func fleet(_ own: Int) -> Int {
    let row = Int(node(own).pointee.shardRow)
    return Int(tables.shards[row &* tables.islandCount &+ Int(p.pointee.id)])
  }

  @inline(__always)
  func countFleet(_ own: Int, _ counter: Int) { mem[fleet(own) &+ counter] &+= 1 }

  @inline(__always)
  func lasts(_ n: Int) -> Int64 { shared.pointee.nodeWords[2 &* n] }
  @inline(__always)
  func every(_ n: Int) -> Int64 { shared.pointee.nodeWords[2 &* n &+ 1] }

  /// The lease is held until `expiry`. One event a lease is pending; a renewal only moves the time it looks at.
  @inline(__always)
  func hold(_ own: Int, until expiry: Int64) {
    let e = offset(own)
    let flags = mem[e]
    if flags & Lease.active == 0 {
      mem[e] |= Lease.active
      mem[fleet(own) &+ Fleet.active] &+= 1
      rise(fleet(own) &+ Fleet.activeLevel)
      touch(node(own))
    }
    let key = nextKey(EventKind.expiry.rank)
    let earlier = expiry < mem[e &+ Lease.expiry]
    mem[e &+ Lease.expiry] = expiry
    mem[e &+ Lease.expiryKey] = Int64(bitPattern: key)
    if flags & Lease.armed == 0 || earlier {
      mem[e] |= Lease.armed
      pushExpiry(own, expiry, key)
    }
  }

  @inline(__always)
  private func pushExpiry(_ own: Int, _ time: Int64, _ key: UInt64) {
    let event = Event(time: time, key: key, kind: .expiry, a: UInt32(truncatingIfNeeded: own), b: 0)
    if time <= now, p.pointee.isRunning {
      pushPresent(event, event.kind.rank)
    } else {
      p.pointee.queue.push(event)
    }
  }

  /// Gives the frame of what happens as it lapses, or 0.
  func expireLease(_ own: Int) -> Int {
    let e = offset(own)
    mem[e] &= ~Lease.armed
    guard mem[e] & Lease.active != 0 else { return 0 }
    if mem[e &+ Lease.expiry] > now {
      mem[e] |= Lease.armed
      pushExpiry(own, mem[e &+ Lease.expiry], UInt64(bitPattern: mem[e &+ Lease.expiryKey]))
      return 0
    }
    countFleet(own, Fleet.expired)
    lapse(own, e)
    if p.pointee.order.count > 0 { lapsed(own) }
    let body = lapseBody(own)
    if body < 0 { return 0 }
    // A lapse is known by its moment: its draws move none of the renewals.
    let frame = makeFrame(body, own: own)
    let moment = owner(tables.bodies + body, own, first: node(own).pointee.first, now)
    mem[frame &+ Frame.owner] = Int64(bitPattern: mix(UInt64(bitPattern: moment)))
    return frame
  }

  /// What happens as a lease lapses, or -1.
  @inline(__always)
  func lapseBody(_ own: Int) -> Int { Int(node(own).pointee.linkCount) &- 1 }

  /// Held, until a search lets it lapse.
  func holdInSearch(_ own: Int) {
    mem[offset(own)] |= Lease.active
    mem[fleet(own) &+ Fleet.active] &+= 1
  }

  /// Nobody holds the lease any more.
  func lapse(_ own: Int, _ e: Int) {
    mem[e] &= ~Lease.active
    mem[e &+ Lease.token] &= 0xFFFF_FFFF
    mem[fleet(own) &+ Fleet.active] &-= 1
    fall(fleet(own) &+ Fleet.activeLevel)
    if p.pointee.isTraced { trace(.lapsed, own, 0) }
    touch(node(own))
  }

  // MARK: Renewal

  func beginLease(_ own: Int) {
    let info = node(own)
    let n = Int(tables.elementNode[own])
    guard info.pointee.link >= 0 else { return }
    let interval = every(n)
    let phase: Int64
    switch info.pointee.mode {
    case 1:
      let i = Int64(own - Int(info.pointee.first))
      let wide = i.multipliedFullWidth(by: interval)
      phase = Int64(info.pointee.count).dividingFullWidth(wide).quotient
    case 2: phase = info.pointee.amount2
    default:
      phase =
        // in range: above zero
        interval > 0 ? drawing(Int(info.pointee.place), ofElement: own, info, count: 0).uniform(0, interval - 1) : 0
    }
    let first = now.later(by: phase)
    // It was renewed an interval before its first renewal.
    if isHeldAtStart(own) { hold(own, until: max(now, first.later(by: lasts(n).earlier(by: interval)))) }
    schedule(first, .renewal, own)
  }

  /// A lease with a renewing side is, unless it starts lapsed.
  func isHeldAtStart(_ own: Int) -> Bool { node(own).pointee.link >= 0 && !node(own).pointee.startsLapsed }

  func beginRenewal(_ own: Int) -> Int {
    let e = offset(own)
    let info = node(own)
    let frame = makeFrame(Int(info.pointee.link), own: own)
    mem[frame &+ Frame.mark] = now
    let body = tables.bodies + Int(info.pointee.link)
    mem[frame &+ Frame.owner] = owner(body, own, first: info.pointee.first, countBegun(e &+ Lease.caches))
    mem[e] = (mem[e] & ~0xFFFF_FFFF) | Int64(frame)
    return frame
  }

  func finishRenewal(_ frame: Int, _ own: Int, ok: Bool) {
    let e = offset(own)
    let info = node(own)
    let n = Int(tables.elementNode[own])
    let attempt = mem[frame &+ Frame.mark]
    let base = ok && info.pointee.width == 1 ? now : attempt
    if ok {
      countFleet(own, Fleet.renewed)
      if p.pointee.isTraced { trace(.renewed, own, 0) }
      let expiry = base.later(by: lasts(n))
      if expiry > now { hold(own, until: expiry) }
    } else {
      countFleet(own, Fleet.failed)
    }
    mem[e] &= ~0xFFFF_FFFF
    var next = base.later(by: every(n))
    if info.pointee.amount > 0 {
      next = next.later(by: drawing(Int(info.pointee.place) &+ 1, frame, slot: 0).uniform(0, info.pointee.amount))
    }
    release(frame)
    schedule(max(now, next), .renewal, own)
  }

  // MARK: Leases of processes

  /// Takes a free lease for `holder`: its new token, or nil while it is held.
  func acquire(_ own: Int, holder: Int) -> Int64? {
    let e = offset(own)
    guard mem[e] & Lease.active == 0 else { return nil }
    let token = (mem[e &+ Lease.token] & 0xFFFF_FFFF) &+ 1
    mem[e &+ Lease.token] = token | Int64(holder + 1) << 32
    hold(own, until: later(lasts(Int(tables.elementNode[own]))))
    return token
  }

  /// The holder, or whoever shows the present token, moves the expiry.
  func renew(_ own: Int, by holder: Int, token: Int64?) -> Bool {
    let e = offset(own)
    guard mem[e] & Lease.active != 0 else { return false }
    let isHis =
      token.map { $0 == mem[e &+ Lease.token] & 0xFFFF_FFFF } ?? (mem[e &+ Lease.token] >> 32 == Int64(holder + 1))
    guard isHis || node(own).pointee.link >= 0 else { return false }
    hold(own, until: later(lasts(Int(tables.elementNode[own]))))
    return true
  }

  func releaseLease(_ own: Int, by holder: Int) {
    let e = offset(own)
    guard mem[e] & Lease.active != 0 else { return }
    guard mem[e &+ Lease.token] >> 32 == Int64(holder + 1) || mem[e &+ Lease.token] >> 32 == 0 else { return }
    lapse(own, e)
  }
}
