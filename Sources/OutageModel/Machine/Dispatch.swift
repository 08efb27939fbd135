// The event loop of an island, and what each kind of event does.

extension Island {
  /// Events of one instant after which its island may pause.
  private static var pauseWithin: Int64 { 4096 }
  /// Events of one instant, beside some for every element, after which time is said to stand still.
  private static var instantLimit: Int64 { 20_000_000 }

  /// Handles every event before `end`. Stops early at trouble, and when the allowance is used up.
  func advance(to end: Int64) {
    let s = p
    while s.pointee.trouble == 0 {
      // An instant that was paused has events in its rings.
      let time = s.pointee.pending != 0 ? s.pointee.now : s.pointee.queue.nextTime()
      if time >= end { break }
      if s.pointee.events >= s.pointee.lookUpAt || s.pointee.memUsed > s.pointee.pauseWords {
        if !mayGoOn() { break }
      }
      if time != s.pointee.now { s.pointee.instantEvents = 0 }
      s.pointee.now = time
      s.pointee.isRunning = true
      instant(time)
      s.pointee.isRunning = false
    }
  }

  /// Between two instants: asks the host whether it still wants the run, and pauses when the allowance is used up.
  @inline(never)
  private func mayGoOn() -> Bool {
    if p.pointee.events >= p.pointee.eventLimit || p.pointee.memUsed > p.pointee.pauseWords
      || p.pointee.bytes > p.pointee.pauseBytes
    {
      p.pointee.isPaused = true
      return false
    }
    askWhetherToStop()
    p.pointee.lookUpAt = min(p.pointee.eventLimit, p.pointee.events &+ Int64(tables.askInterval))
    return p.pointee.trouble == 0
  }

  /// Handles all events of one instant in order: rank, then order of scheduling. Events of the queue were scheduled before
  /// those in the rings.
  @inline(always)
  private func instant(_ time: Int64) {
    let s = p
    s.pointee.handled = 0
    while true {
      // Rank of the queue's next event of this instant, or 4; of the first ring that holds one, or 64.
      var due = 4
      let top = s.pointee.queue.top
      if top.pointee.time == time { due = Int(top.pointee.key >> 62) }
      let c = s.pointee.pending.trailingZeroBitCount
      let event: Event
      if c < due {
        event = s.pointee.rings[c].pop()
        if s.pointee.rings[c].isEmpty { s.pointee.pending &= ~(1 << UInt(bitPattern: c)) }
      } else if due < 4 {
        event = s.pointee.queue.pop()
      } else {
        break
      }
      let next = event.kind.goesOn ? resumed(event) : handle(event)
      if next != 0 { go(next) }
      s.pointee.handled &+= 1
      if s.pointee.isDirty { settle() }
      if s.pointee.isSighted { look() }
      if s.pointee.trouble != 0 || s.pointee.handled > Self.pauseWithin { break }
    }
    s.pointee.events &+= s.pointee.handled
    s.pointee.instantEvents &+= s.pointee.handled
    if s.pointee.instantEvents > Self.instantLimit &+ 200 &* Int64(tables.elementCount) {
      trouble(.zeroTime, detail: s.pointee.instantEvents)
    }
  }

  /// A retry without a pause: whether it goes on at once, since its event would be the very next one. It counts as
  /// handled. Every eighth has an event, so that those that never end are seen to.
  @inline(always)
  func retriesAtOnce(_ own: Int) -> Bool {
    let handled = p.pointee.handled
    if handled >= Self.pauseWithin || handled & 7 == 7 || p.pointee.isSighted || !isNext(.work) { return false }
    if kind(own) != .lease, mem[offset(own) &+ Active.frames] & Active.isStalled != 0 { return false }
    p.pointee.handled = handled &+ 1
    return true
  }

  /// A wait or a piece of work is over, unless a stall made it longer. Gives the frame, or 0.
  @inline(always)
  private func resumed(_ event: Event) -> Int {
    let a = Int(event.a)
    if !isStill(event) { return 0 }
    let own = Int(mem[a &+ Frame.kind] >> 32)
    if kind(own) != .lease {
      let e = offset(own)
      if mem[e &+ Active.frames] & Active.isStalled != 0 { return deferred(event, e) }
      if mem[a &+ Frame.kind] & Frame.working != 0 {
        let owed = mem[e &+ Active.stalled] &- mem[a &+ Frame.mark]
        if owed > 0 {
          mem[a &+ Frame.mark] = mem[e &+ Active.stalled]
          schedule(later(owed), .done, a, event.b)
          return 0
        }
        mem[a &+ Frame.kind] &= ~Frame.working
      }
    }
    return a
  }

  /// Handles the next event and no other. Gives it with the element it is about, and the step of the source that it did or
  /// went on with (-1: none).
  func stepOnce() -> (event: Event, element: Int, step: Int)? {
    let s = p
    if s.pointee.pending == 0 {
      let time = s.pointee.queue.nextTime()
      if time == .max { return nil }
      s.pointee.now = time
    }
    var due = 4
    let top = s.pointee.queue.top
    if top.pointee.time == now { due = Int(top.pointee.key >> 62) }
    let c = s.pointee.pending.trailingZeroBitCount
    let event: Event
    if c < due {
      event = s.pointee.rings[c].pop()
      if s.pointee.rings[c].isEmpty { s.pointee.pending &= ~(1 << UInt(bitPattern: c)) }
    } else {
      event = s.pointee.queue.pop()
    }
    let element = element(of: event)
    let standing = element >= 0 && event.kind.isOfFrame ? step(behind: Int(event.a)) : -1
    s.pointee.currentStep = -1
    s.pointee.isRunning = true
    s.pointee.handled = Self.pauseWithin
    let next = handle(event)
    if next != 0 { go(next) }
    if s.pointee.isDirty { settle() }
    s.pointee.isRunning = false
    s.pointee.events &+= 1
    return (event, element, s.pointee.currentStep >= 0 ? Int(s.pointee.currentStep) : standing)
  }

  /// Whether a frame that stands here was held before a step, and not blocked at the end of the one before.
  private func isHeldBefore(_ pc: Int) -> Bool {
    guard pc > 0, tables.code[pc].op == .label || tables.code[pc].op == .turnstile else { return false }
    switch tables.code[pc - 1].op {
    case .wait, .work, .call, .take, .park: return false
    default: return true
    }
  }

  /// The step in which a frame stands; the one that it is about to do, where it is held before it.
  func step(behind frame: Int) -> Int {
    let body = tables.bodies[Int(mem[frame &+ Frame.kind] & Frame.bodyMask)]
    let pc = Int(UInt32(truncatingIfNeeded: mem[frame]))
    var at = pc - 1
    if isHeldBefore(pc) {
      at = pc
      while tables.code[at].op == .label || tables.code[at].op == .turnstile { at += 1 }
    }
    while at >= Int(body.start) {
      if tables.code[at].op == .step { return Int(tables.code[at].imm) }
      at -= 1
    }
    return -1
  }

  /// The element that an event is about.
  private func element(of event: Event) -> Int {
    let a = Int(event.a)
    switch event.kind {
    case .resume, .done, .start, .answer, .timeout, .look: return isStill(event) ? Int(mem[a &+ Frame.kind] >> 32) : -1
    case .request, .underway: return Int(mem[a] & 0xFFFF_FFFF)
    case .expiry, .renewal, .arrival, .rateChange, .stallEnd, .slowEnd, .act, .begin: return a
    case .attend: return -1
    }
  }

  /// What an event does. Gives the frame that it sets going, or 0.
  private func handle(_ event: Event) -> Int {
    let a = Int(event.a)
    switch event.kind {
    case .resume, .done, .start: return resumed(event)
    case .answer:
      if !isStill(event) {
        if event.c != 0 { free(Int(event.c), words: Int(mem[Int(event.c)]) + 1) }
        return 0
      }
      let own = Int(mem[a &+ Frame.kind] >> 32)
      if kind(own) != .lease {
        let e = offset(own)
        if mem[e &+ Active.frames] & Active.isStalled != 0 { return deferred(event, e) }
      }
      let pc = Int(UInt32(truncatingIfNeeded: mem[a]))
      let into = a &+ Frame.header &+ Int(tables.code[pc - 1].a)
      mem[into] = Int64(event.status)
      if event.c != 0 {
        let block = Int(event.c)
        let count = Int(mem[block])
        let width = tables.code[pc - 1].answerWords
        for k in 0..<min(count, width) { mem[into &+ 1 &+ k] = mem[block &+ 1 &+ k] }
        free(block, words: count + 1)
      }
      return a
    case .timeout:
      if !isStill(event) { return 0 }
      return expire(event)
    case .look:
      if !isStill(event) { return 0 }
      let own = Int(mem[a &+ Frame.kind] >> 32)
      if kind(own) != .lease {
        let e = offset(own)
        if mem[e &+ Active.frames] & Active.isStalled != 0 { return deferred(event, e) }
      }
      if mem[a &+ Frame.kind] & Frame.parked != 0 { unpark(a) }
      mem[a &+ Frame.kind] |= Frame.looking
      if tables.code[Int(UInt32(truncatingIfNeeded: mem[a])) - 1].op == .take {
        mem[a] -= 1  // tries again
      } else {
        setStatus(a, 0)
      }
      return a
    case .request: return arrive(a)
    case .underway: goOnUnderway(a)
    case .expiry: return expireLease(a)
    case .renewal: return beginRenewal(a)
    case .arrival: return arriveLoad(a, event)
    case .rateChange: changeRate(a, event)
    case .stallEnd:
      let e = offset(a)
      if UInt32(truncatingIfNeeded: mem[e &+ Active.generations]) == event.b {
        noteFault(a, .stallEnded, Int64(a), Int64(a))
        endStall(a, e)
      }
    case .slowEnd:
      let e = offset(a)
      if UInt32(truncatingIfNeeded: mem[e &+ Active.generations] >> 32) == event.b {
        mem[e &+ Active.frames] &= ~Active.slow
        noteFault(a, .slowEnded, Int64(a), Int64(a))
      }
    case .attend: p.pointee.isDirty = true
    case .act, .begin:
      if epoch(a) != Int(event.c) { return 0 }
      if node(a).pointee.kind == .process {
        let e = offset(a)
        if mem[e &+ Active.frames] & Active.isStalled != 0 { return deferred(event, e) }
      }
      return beginBody(a, Int(event.b))
    }
    return 0
  }

  /// Keeps an event of a stalled element for later.
  @inline(never)
  private func deferred(_ event: Event, _ e: Int) -> Int {
    deferEvent(event, e)
    return 0
  }

  @inline(__always)
  func setStatus(_ frame: Int, _ status: Int64) {
    let pc = Int(UInt32(truncatingIfNeeded: mem[frame]))
    mem[frame &+ Frame.header &+ Int(tables.code[pc - 1].a)] = status
  }

  /// A time-out: of a call, of `take` or `acquire`, of `wait until`.
  private func expire(_ event: Event) -> Int {
    let frame = Int(event.a)
    let own = Int(mem[frame &+ Frame.kind] >> 32)
    let isLease = kind(own) == .lease
    if !isLease {
      let e = offset(own)
      if mem[e &+ Active.frames] & Active.isStalled != 0 { return deferred(event, e) }
    }
    unpark(frame)
    if tables.code[Int(UInt32(truncatingIfNeeded: mem[frame])) - 1].op == .call {
      if isLease { countFleet(own, Fleet.timeouts) } else { mem[offset(own) &+ Active.timeouts] &+= 1 }
    }
    setStatus(frame, CallStatus.timedOut.rawValue)
    return frame
  }

  /// An element begins: its process, load, checks or timeline entry.
  func begin(_ own: Int) {
    let info = node(own)
    switch info.pointee.kind {
    case .process:
      schedule(now, .begin, own, UInt32(bitPattern: info.pointee.link), c: epoch(own))
    case .load: beginLoad(own)
    case .balancer: beginChecks(own)
    default: break
    }
  }

  /// Crashes of an element so far.
  @inline(__always)
  func epoch(_ own: Int) -> Int { Int(mem[offset(own) + Active.frames] >> 40 & 0xFF_FFFF) }

  /// A fresh frame of a body starts: a process, a balancer's check, a timeline entry.
  func beginBody(_ own: Int, _ body: Int) -> Int {
    let e = offset(own)
    if mem[e &+ Active.frames] & Active.crashed != 0 { return 0 }
    let info = node(own)
    if info.pointee.kind == .timeline {
      let period = shared.pointee.periods[own - Int(info.pointee.first) + Int(info.pointee.link)]
      if period > 0 { schedule(later(period), .act, own, UInt32(body)) }
    }
    let frame = makeFrame(body, own: own)
    // Each entry of the timeline has a body of its own, and its place among them says nothing.
    let first = info.pointee.kind == .timeline ? Int32(own) : info.pointee.first
    mem[frame &+ Frame.owner] = owner(tables.bodies + body, own, first: first, countBegun(e &+ Active.caches))
    link(frame, at: e)
    p.pointee.frames += 1
    return frame
  }

  // MARK: Waiting for a change

  /// The word of a frame that serves its wait: since when it is parked (an ordinal), or from which queue it takes.
  @inline(__always)
  func waitSlot(_ frame: Int) -> Int {
    node(Int(mem[frame &+ Frame.kind] >> 32)).pointee.kind == .lease ? frame &+ Frame.caller : frame &+ Frame.mark
  }

  /// Parks a frame until an awaited node changes. Who began to wait first looks first, however often they looked in vain.
  func park(_ frame: Int) {
    let slot = waitSlot(frame)
    if mem[frame &+ Frame.kind] & Frame.looking == 0 {
      mem[slot] = p.pointee.waits
      p.pointee.waits &+= 1
    }
    mem[frame &+ Frame.kind] = (mem[frame &+ Frame.kind] | Frame.parked) & ~Frame.looking
    mem[frame &+ Frame.link] = 0
    let tail = p.pointee.parkedTail
    if tail == 0 {
      p.pointee.parkedHead = frame
      p.pointee.parkedTail = frame
    } else if mem[waitSlot(tail)] < mem[slot] {
      mem[tail &+ Frame.link] = Int64(frame)
      p.pointee.parkedTail = frame
    } else {
      var previous = 0
      var f = p.pointee.parkedHead
      while mem[waitSlot(f)] < mem[slot] {
        previous = f
        f = Int(mem[f &+ Frame.link])
      }
      mem[frame &+ Frame.link] = Int64(f)
      if previous == 0 { p.pointee.parkedHead = frame } else { mem[previous &+ Frame.link] = Int64(frame) }
    }
  }

  /// Takes a frame out of the list in which it waits, if it does.
  func unpark(_ frame: Int) {
    let state = mem[frame &+ Frame.kind] & Frame.stateMask
    mem[frame &+ Frame.kind] &= ~(Frame.parked | Frame.taking | Frame.looking)
    if state & Frame.parked != 0 {
      removeWaiter(frame, &p.pointee.parkedHead, &p.pointee.parkedTail)
    } else if state & Frame.taking != 0 {
      let store = Int(mem[waitSlot(frame)])
      var head = Int(mem[store &+ Store.waitersHead])
      var tail = Int(mem[store &+ Store.waitersTail])
      removeWaiter(frame, &head, &tail)
      mem[store &+ Store.waitersHead] = Int64(head)
      mem[store &+ Store.waitersTail] = Int64(tail)
    }
  }

  private func removeWaiter(_ frame: Int, _ head: inout Int, _ tail: inout Int) {
    var previous = 0
    var f = head
    while f != 0, f != frame {
      previous = f
      f = Int(mem[f &+ Frame.link])
    }
    guard f != 0 else { return }
    let next = Int(mem[f &+ Frame.link])
    if previous == 0 { head = next } else { mem[previous &+ Frame.link] = Int64(next) }
    if tail == frame { tail = previous }
  }

  /// After a change of a watched node: properties of this island, and those who wait for a change.
  @inline(never)
  func settle() {
    p.pointee.isDirty = false
    checkProperties()
    if !p.pointee.mustLook { return }
    p.pointee.mustLook = false
    var frame = p.pointee.parkedHead
    p.pointee.parkedHead = 0
    p.pointee.parkedTail = 0
    while frame != 0 {
      let next = Int(mem[frame &+ Frame.link])
      mem[frame &+ Frame.kind] &= ~Frame.parked
      schedule(now, .look, frame, UInt32(truncatingIfNeeded: mem[frame] >> 32))
      frame = next
    }
  }

  func checkProperties() {
    let first = Int(p.pointee.checksFrom)
    for k in first..<(first + Int(p.pointee.checksCount)) {
      // Very many properties, looked at after every event, are work of their own.
      if k & 0x3FF == 0x3FF {
        askWhetherToStop()
        if p.pointee.trouble != 0 { return }
      }
      let check = shared.pointee.checks + k
      if check.pointee.decidedAt >= 0 || now < check.pointee.from || now > check.pointee.until { continue }
      if evaluate(Int(check.pointee.body), own: 0) == check.pointee.decisive {
        check.pointee.decidedAt = now
        note(check.pointee.isSought ? .reached : .violated, 0, Int64(check.pointee.property))
      }
    }
  }
}
