// Loads: open arrivals (Poisson or regular), closed users, and the account of their requests.

extension Island {
  @inline(__always)
  private func number(_ slot: Int) -> Double { Double(bitPattern: UInt64(bitPattern: mem[slot])) }

  func beginLoad(_ own: Int) {
    let info = node(own)
    let e = offset(own)
    if tables.bodies[Int(info.pointee.link)].isClosed {
      spawnUsers(own, e)
    } else if info.pointee.mode == 2 {
      skipTimes(own, e)
      scheduleArrival(own, e)
    } else {
      startEven(e, at: now)
      if info.pointee.amount2 >= 0 { applySeries(own, e) } else { scheduleArrival(own, e) }
    }
  }

  /// The next arrival from the present one on: `rate` may have changed.
  private func scheduleArrival(_ own: Int, _ e: Int) { scheduleArrival(own, e, node(own), gaps: mem[e &+ Load.gaps]) }

  /// - Parameter gaps: drawn since the last arrival.
  @inline(__always)
  private func scheduleArrival(_ own: Int, _ e: Int, _ info: UnsafePointer<NodeInfo>, gaps: Int64) {
    if info.pointee.mode == 2 { return scheduleTimed(own, e) }
    let rate = number(e &+ Load.rate)
    if !(rate > 0) || mem[e &+ Load.remaining] <= 0 { return }
    let gap: Double
    var from = now
    if info.pointee.mode == 1 {
      from = mem[e &+ Load.evenBase]
      gap = Double(mem[e &+ Load.evenCount] &+ 1) * 1e9 / rate
    } else {
      // Named by the arrival that it follows; a rate that was assigned since draws another one.
      let key = shared.pointee.placeKeys[Int(info.pointee.place)]
      mem[e &+ Load.gaps] = gaps &+ 1
      let element = Int64(own &- Int(info.pointee.first)) | gaps << 32
      let draw = drawing(key: key, owner: element, count: UInt64(bitPattern: mem[e &+ Load.started]))
      gap = Ziggurat.exponential(draw, tables.exponential) * 1e9 / rate
    }
    if !(gap < 9e18) { return }
    let time = max(now, from.later(by: Int64(gap + 0.5)))
    schedule(time, .arrival, own, UInt32(truncatingIfNeeded: mem[e &+ Load.generation]))
  }

  /// The next of the times of a file.
  @inline(never)
  private func scheduleTimed(_ own: Int, _ e: Int) {
    let series = Int(node(own).pointee.amount2)
    let k = Int(mem[e &+ Load.seriesIndex])
    guard mem[e &+ Load.remaining] > 0, k < tables.seriesCounts[series], let times = tables.series[series] else { return }
    schedule(max(now, times[k]), .arrival, own, UInt32(truncatingIfNeeded: mem[e &+ Load.generation]))
  }

  /// A load that joins a world that lives begins with the present: what was to come before never comes.
  private func skipTimes(_ own: Int, _ e: Int) {
    let series = Int(node(own).pointee.amount2)
    guard let times = tables.series[series] else { return }
    var k = Int(mem[e &+ Load.seriesIndex])
    while k < tables.seriesCounts[series], times[k] < now { k += 1 }
    mem[e &+ Load.seriesIndex] = Int64(k)
  }

  /// Regular arrivals follow `time` from here on.
  private func startEven(_ e: Int, at time: Int64) {
    mem[e &+ Load.lastArrival] = time
    mem[e &+ Load.evenBase] = time
    mem[e &+ Load.evenCount] = 0
  }

  /// A rate was assigned or the series moved on: the pending arrival is void. A load that was off begins anew.
  func rateChanged(_ own: Int, from before: Int64) {
    let e = offset(own)
    mem[e &+ Load.generation] &+= 1
    let wasOff = !(Double(bitPattern: UInt64(bitPattern: before)) > 0)
    startEven(e, at: wasOff ? now : mem[e &+ Load.lastArrival])
    if mem[e &+ Active.frames] & Active.crashed == 0, !tables.bodies[Int(node(own).pointee.link)].isClosed {
      scheduleArrival(own, e)
    }
  }

  private func applySeries(_ own: Int, _ e: Int) {
    let info = node(own)
    let series = Int(info.pointee.amount2)
    let count = tables.seriesCounts[series] / 2
    guard let values = tables.series[series] else { return }
    var k = Int(mem[e &+ Load.seriesIndex])
    let before = mem[e &+ Load.rate]
    while k < count, values[2 * k] <= now {
      mem[e &+ Load.rate] = values[2 * k + 1]
      k += 1
    }
    mem[e &+ Load.seriesIndex] = Int64(k)
    rateChanged(own, from: before)
    if k < count { schedule(values[2 * k], .rateChange, own, 0) }
  }

  func changeRate(_ own: Int, _ event: Event) {
    applySeries(own, offset(own))
  }

  func arriveLoad(_ own: Int, _ event: Event) -> Int {
    let e = offset(own)
    if UInt32(truncatingIfNeeded: mem[e &+ Load.generation]) != event.b { return 0 }
    let flags = mem[e &+ Active.frames]
    if flags & Active.anyFault != 0 {
      if flags & Active.isStalled != 0 { deferEvent(event, e) }
      return 0
    }
    let info = node(own)
    switch info.pointee.mode {
    case 1: followEven(e)
    case 2: mem[e &+ Load.seriesIndex] &+= 1
    default: break
    }
    mem[e &+ Load.remaining] &-= 1
    mem[e &+ Load.gaps] = 0
    let body = tables.bodies + Int(info.pointee.link)
    let frame = makeFrame(Int(info.pointee.link), own: own)
    mem[frame &+ Frame.owner] = owner(body, own, first: info.pointee.first, mem[e &+ Load.started])
    link(frame, at: e)
    openRequest(frame, own, e)
    scheduleArrival(own, e, info, gaps: 0)
    return frame
  }

  /// One more regular arrival. One that was due before the rate changed, or during a stall: the next ones follow it.
  @inline(never)
  private func followEven(_ e: Int) {
    mem[e &+ Load.evenCount] &+= 1
    let due = Double(mem[e &+ Load.evenCount]) * 1e9 / number(e &+ Load.rate)
    if due < 9e18, mem[e &+ Load.evenBase].later(by: Int64(due + 0.5)) < now { startEven(e, at: now) }
    mem[e &+ Load.lastArrival] = now
  }

  @inline(__always)
  private func openRequest(_ frame: Int, _ own: Int, _ e: Int) {
    mem[frame &+ Frame.start] = now
    mem[e &+ Load.started] &+= 1
    mem[e &+ Load.inFlight] &+= 1
    rise(e &+ Load.flightLevel)
    if p.pointee.isTraced { trace(.started, own, 0) }
    touch(node(own))
  }

  /// The account of a request that ended.
  @inline(always)
  func countRequest(_ e: Int, _ frame: Int, ok: Bool) {
    let response = now &- mem[frame &+ Frame.start]
    mem[e &+ Load.inFlight] &-= 1
    fall(e &+ Load.flightLevel)
    addWide(e &+ Load.sojourn, response)
    if ok {
      mem[e &+ Load.ok] &+= 1
      record(response, in: e &+ Load.histogram)
    } else {
      countFailure(e, response)
    }
  }

  @inline(never)
  private func countFailure(_ e: Int, _ response: Int64) {
    mem[e &+ Load.failed] &+= 1
    addWide(e &+ Load.failedTime, response)
    record(response, in: e &+ Load.failedHistogram)
  }

  @inline(always)
  func finishArrival(_ frame: Int, _ own: Int, ok: Bool) {
    let e = offset(own)
    countRequest(e, frame, ok: ok)
    if p.pointee.isTraced { trace(ok ? .succeeded : .failed, own, 0) }
    unlink(frame, at: e)
    release(frame)
    touch(node(own))
  }

  // MARK: Closed loads

  /// Brings the number of users up to `users`; those too many leave at their next turn.
  func spawnUsers(_ own: Int, _ e: Int) {
    let info = node(own)
    if mem[e &+ Active.frames] & Active.crashed != 0 { return }
    while mem[e &+ Load.spawned] < mem[e &+ Load.users] {
      mem[e &+ Load.spawned] &+= 1
      // Each user has an event too: it counts, at the very start as well, and its place in the heap when it comes near.
      let near = p.pointee.queue.farCount &* MemoryLayout<Event>.stride
      if p.pointee.memUsed &+ (p.pointee.queueBytes &+ near) / 8 > p.pointee.memCapacity { trouble(.memory) }
      if mem[e &+ Load.spawned] & 0xFFF == 0 { askWhetherToStop() }
      if p.pointee.trouble != 0 { return }
      let frame = makeFrame(Int(info.pointee.link), own: own)
      let body = tables.bodies + Int(info.pointee.link)
      let user = owner(body, own, first: info.pointee.first, countBegun(e &+ Active.caches))
      mem[frame &+ Frame.owner] = Int64(bitPattern: mix(UInt64(bitPattern: user)))
      link(frame, at: e)
      schedule(now, .resume, frame, UInt32(truncatingIfNeeded: mem[frame] >> 32))
    }
  }

  func beginRequest(_ frame: Int, _ own: Int) {
    mem[frame &+ Frame.caller] = 1
    mem[frame &+ Frame.owner] &+= 1
    clearCounts(frame, tables.bodies + Int(mem[frame &+ Frame.kind] & Frame.bodyMask))
    openRequest(frame, own, offset(own))
  }

  /// The frame of a user who left.
  func leave(_ frame: Int, _ own: Int) {
    unlink(frame, at: offset(own))
    release(frame)
  }

  func endRequest(_ frame: Int, _ own: Int, ok: Bool) {
    mem[frame &+ Frame.caller] = 0
    countRequest(offset(own), frame, ok: ok)
    if p.pointee.isTraced { trace(ok ? .succeeded : .failed, own, 0) }
    touch(node(own))
  }

  /// Users beyond the number wanted, and those of a load that has made all its requests, leave.
  func userLeaves(_ frame: Int, _ own: Int) -> Bool {
    let e = offset(own)
    if mem[e &+ Load.remaining] <= 0 || mem[e &+ Load.spawned] > mem[e &+ Load.users] {
      mem[e &+ Load.spawned] &-= 1
      return true
    }
    mem[e &+ Load.remaining] &-= 1
    return false
  }
}
