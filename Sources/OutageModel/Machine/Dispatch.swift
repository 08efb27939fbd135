// The event loop of an island, and what each kind of event does.

extension Island {
  /// Handles every event before `end`. Stops early at trouble.
  func advance(to end: Int64) {
    let s = p
    while s.pointee.trouble == 0 {
      let time = s.pointee.queue.nextTime()
      if time >= end { break }
      s.pointee.now = time
      s.pointee.isRunning = true
      s.pointee.instantEvents = 0
      instant(time)
      s.pointee.isRunning = false
      if s.pointee.events >= s.pointee.eventLimit { trouble(.events) }
    }
  }

  /// Handles all events of one instant in order: class, then order of scheduling. Events in the heap were scheduled before
  /// those in the rings.
  @inline(__always)
  private func instant(_ time: Int64) {
    let s = p
    var handled: Int64 = 0
    while true {
      // Class of the heap's next event of this instant, or 4; of the first ring that holds one, or 8.
      var heapClass = 4
      if s.pointee.queue.heapCount > 0, s.pointee.queue.heap[0].time == time {
        heapClass = Int(s.pointee.queue.heap[0].key >> 62)
      }
      let c = s.pointee.pending.trailingZeroBitCount
      let event: Event
      if c < heapClass {
        event = s.pointee.rings[c].pop()
        if s.pointee.rings[c].isEmpty { s.pointee.pending &= ~(1 << UInt(bitPattern: c)) }
      } else if heapClass < 4 {
        event = s.pointee.queue.pop()
      } else {
        break
      }
      handle(event)
      handled &+= 1
      if s.pointee.isDirty { settle() }
      if s.pointee.trouble != 0 { break }
      if handled > 200_000_000 {
        trouble(.zeroTime)
        break
      }
    }
    s.pointee.events &+= handled
  }

  @inline(__always)
  private func handle(_ event: Event) {
    let a = Int(event.a)
    switch event.kind {
    case .resume:
      if !isStill(event) { return }
      let own = Int(mem[a + Frame.kind] >> 32)
      if node(own).pointee.kind != .lease {
        let e = offset(own)
        if mem[e + Active.frames] & Active.isStalled != 0 { return deferEvent(event, e) }
        if mem[a + Frame.kind] & Frame.working != 0 {
          let owed = mem[e + Active.stalled] &- mem[a + Frame.mark]
          if owed > 0 {
            mem[a + Frame.mark] = mem[e + Active.stalled]
            schedule(later(owed), EventClass.answers, .resume, a, event.b)
            return
          }
          mem[a + Frame.kind] &= ~Frame.working
        }
      }
      run(a)
    case .answer:
      if !isStill(event) {
        if event.c != 0 { free(Int(event.c), words: Int(mem[Int(event.c)]) + 1) }
        return
      }
      let own = Int(mem[a + Frame.kind] >> 32)
      if node(own).pointee.kind != .lease {
        let e = offset(own)
        if mem[e + Active.frames] & Active.isStalled != 0 { return deferEvent(event, e) }
      }
      let pc = Int(UInt32(truncatingIfNeeded: mem[a]))
      let into = a + Frame.header + Int(tables.code[pc - 1].a)
      mem[into] = Int64(event.status)
      if event.c != 0 {
        let block = Int(event.c)
        let count = Int(mem[block])
        let width = Int(tables.code[pc - 1].imm >> 32)
        for k in 0..<min(count, width) { mem[into + 1 + k] = mem[block + 1 + k] }
        free(block, words: count + 1)
      }
      run(a)
    case .timeout:
      if !isStill(event) { return }
      expire(event)
    case .look:
      if !isStill(event) { return }
      let own = Int(mem[a + Frame.kind] >> 32)
      if node(own).pointee.kind != .lease {
        let e = offset(own)
        if mem[e + Active.frames] & Active.isStalled != 0 { return deferEvent(event, e) }
      }
      if tables.code[Int(UInt32(truncatingIfNeeded: mem[a])) - 1].op == .take {
        mem[a] -= 1  // tries again
      } else {
        setStatus(a, 0)
      }
      run(a)
    case .request: arrive(a)
    case .expiry: expireLease(a)
    case .renewal: beginRenewal(a)
    case .arrival: arriveLoad(a, event)
    case .rateChange: changeRate(a, event)
    case .stallEnd:
      let e = offset(a)
      if UInt32(truncatingIfNeeded: mem[e + Active.generations]) == event.b {
        noteFault(a, .stallEnded, Int64(a), Int64(a))
        endStall(a, e)
      }
    case .slowEnd:
      let e = offset(a)
      if UInt32(truncatingIfNeeded: mem[e + Active.generations] >> 32) == event.b {
        mem[e + Active.frames] &= ~Active.slow
        noteFault(a, .slowEnded, Int64(a), Int64(a))
      }
    case .begin:
      if node(a).pointee.kind == .process {
        let e = offset(a)
        if mem[e + Active.frames] & Active.isStalled != 0 { return deferEvent(event, e) }
      }
      beginBody(a, Int(event.b))
    }
  }

  @inline(__always)
  func setStatus(_ frame: Int, _ status: Int64) {
    let pc = Int(UInt32(truncatingIfNeeded: mem[frame]))
    mem[frame + Frame.header + Int(tables.code[pc - 1].a)] = status
  }

  /// A time-out: of a call, of `take` or `acquire`, of `wait until`.
  private func expire(_ event: Event) {
    let frame = Int(event.a)
    let own = Int(mem[frame + Frame.kind] >> 32)
    let isLease = node(own).pointee.kind == .lease
    if !isLease {
      let e = offset(own)
      if mem[e + Active.frames] & Active.isStalled != 0 { return deferEvent(event, e) }
    }
    let state = mem[frame + Frame.kind] & Frame.stateMask
    if state & (Frame.parked | Frame.taking) != 0 { unpark(frame) }
    if state == 0 {
      if isLease { countFleet(own, Fleet.timeouts) } else { mem[offset(own) + Active.timeouts] &+= 1 }
    }
    setStatus(frame, CallStatus.timedOut.rawValue)
    run(frame)
  }

  /// An element begins: its process, load, checks or timeline entry.
  func begin(_ own: Int) {
    let info = node(own)
    switch info.pointee.kind {
    case .process: schedule(now, EventClass.work, .begin, own, UInt32(bitPattern: info.pointee.link))
    case .load: beginLoad(own)
    case .balancer: beginChecks(own)
    default: break
    }
  }

  /// A fresh frame of a body starts: a process, a balancer's check, a timeline entry.
  func beginBody(_ own: Int, _ body: Int) {
    let e = offset(own)
    if mem[e + Active.frames] & Active.crashed != 0 { return }
    let info = node(own)
    if info.pointee.kind == .timeline {
      let period = shared.pointee.periods[own - Int(info.pointee.first)]
      if period > 0 { schedule(later(period), EventClass.operators, .begin, own, UInt32(body)) }
    }
    let frame = makeFrame(body, own: own)
    link(frame, at: e)
    p.pointee.frames += 1
    run(frame)
  }

  // MARK: Waiting for a change

  /// Parks a frame until a watched node changes.
  func park(_ frame: Int) {
    mem[frame + Frame.kind] |= Frame.parked
    mem[frame + Frame.link] = 0
    if p.pointee.parkedTail == 0 {
      p.pointee.parkedHead = frame
    } else {
      mem[p.pointee.parkedTail + Frame.link] = Int64(frame)
    }
    p.pointee.parkedTail = frame
  }

  /// Takes a frame out of the list in which it waits, if it does.
  func unpark(_ frame: Int) {
    let state = mem[frame + Frame.kind] & Frame.stateMask
    mem[frame + Frame.kind] &= ~(Frame.parked | Frame.taking)
    if state & Frame.parked != 0 {
      removeWaiter(frame, &p.pointee.parkedHead, &p.pointee.parkedTail)
    } else if state & Frame.taking != 0 {
      let store = Int(mem[frame + Frame.served])
      var head = Int(mem[store + Store.waitersHead])
      var tail = Int(mem[store + Store.waitersTail])
      removeWaiter(frame, &head, &tail)
      mem[store + Store.waitersHead] = Int64(head)
      mem[store + Store.waitersTail] = Int64(tail)
    }
  }

  private func removeWaiter(_ frame: Int, _ head: inout Int, _ tail: inout Int) {
    var previous = 0
    var f = head
    while f != 0, f != frame {
      previous = f
      f = Int(mem[f + Frame.link])
    }
    guard f != 0 else { return }
    let next = Int(mem[f + Frame.link])
    if previous == 0 { head = next } else { mem[previous + Frame.link] = Int64(next) }
    if tail == frame { tail = previous }
  }

  /// After a change of a watched node: properties of this island, and those who wait for a change.
  @inline(never)
  func settle() {
    p.pointee.isDirty = false
    checkProperties()
    var frame = p.pointee.parkedHead
    p.pointee.parkedHead = 0
    p.pointee.parkedTail = 0
    while frame != 0 {
      let next = Int(mem[frame + Frame.link])
      mem[frame + Frame.kind] &= ~Frame.parked
      schedule(now, EventClass.work, .look, frame, UInt32(truncatingIfNeeded: mem[frame] >> 32))
      frame = next
    }
  }

  func checkProperties() {
    let first = Int(p.pointee.checksFrom)
    for k in first..<(first + Int(p.pointee.checksCount)) {
      let check = shared.pointee.checks + k
      if check.pointee.violatedAt >= 0 || now < check.pointee.from || now > check.pointee.until { continue }
      if evaluate(Int(check.pointee.body), own: 0) == check.pointee.bad {
        check.pointee.violatedAt = now
        note(.violated, 0, Int64(check.pointee.property))
      }
    }
  }
}
