// Crash, restart, stall and slowness of an element, and what they do to work in hand.

extension Island {
  @inline(__always)
  func isActive(_ kind: NodeKind) -> Bool {
    kind == .service || kind == .process || kind == .load || kind == .balancer || kind == .timeline
  }

  /// Queue and work in hand vanish, their callers fail at once, new calls are refused.
  func crash(_ own: Int) {
    let info = node(own)
    let e = offset(own)
    guard isActive(info.pointee.kind), mem[e &+ Active.frames] & Active.crashed == 0 else { return }
    endStall(own, e)
    mem[e &+ Active.frames] = ((mem[e &+ Active.frames] | Active.crashed) & ~Active.armed) &+ Active.epoch
    dropDeferred(e)
    p.pointee.journal?.pointee.drop(own)
    while mem[e &+ Active.frames] & 0xFFFF_FFFF != 0 {
      let frame = Int(mem[e &+ Active.frames] & 0xFFFF_FFFF)
      unpark(frame)
      unlink(frame, at: e)
      if info.pointee.kind == .service { abandon(frame, own, e, info) }
      if info.pointee.kind == .load {
        let body = tables.bodies + Int(mem[frame &+ Frame.kind] & Frame.bodyMask)
        if !body.pointee.isClosed || mem[frame &+ Frame.caller] == 1 { countRequest(e, frame, ok: false) }
      }
      if info.pointee.kind == .process { p.pointee.frames -= 1 }
      release(frame)
    }
    if info.pointee.kind == .service {
      mem[e &+ Service.busy] = 0
      clearQueue(own, failing: true)
    }
    if info.pointee.kind == .load {
      mem[e &+ Load.spawned] = 0
      mem[e &+ Load.generation] &+= 1
    }
    dropCaches(e &+ Active.caches)
    touch(info)
  }

  private func abandon(_ frame: Int, _ own: Int, _ e: Int, _ info: UnsafePointer<NodeInfo>) {
    let origin = mem[frame &+ Frame.origin]
    mem[e &+ Service.failed] += 1
    answer(
      from: own, caller: mem[frame &+ Frame.caller], origin: Int(origin & 0xFFFF_FFFF),
      owner: mem[frame &+ Frame.owner], Int(origin >> 32), .crashed, words: 0, from: 0)
    depart(e, tables.handlers + Int(info.pointee.link) + Int(origin >> 32), frame, ok: false)
  }

  /// Removes all waiting requests of a service: `failing` tells their callers, else silence.
  func clearQueue(_ own: Int, failing: Bool) {
    let info = node(own)
    let e = offset(own)
    let width = Entry.words + Int(info.pointee.width)
    for level in 0..<Int(info.pointee.mode) {
      let d = e &+ Service.levels + level * Service.levelWords
      while mem[d &+ Deque.count] > 0 {
        let entry = front(d, width: width)
        let origin = mem[entry &+ Entry.origin]
        if failing {
          mem[e &+ Service.failed] += 1
          answer(
            from: own, caller: mem[entry &+ Entry.caller], origin: Int(origin & 0xFFFF_FFFF),
            owner: mem[entry &+ Entry.owner], Int(origin >> 32), .crashed, words: 0, from: 0)
        } else {
          mem[e &+ Service.dropped] += 1
        }
        fall(e &+ Service.queueLevel)
        giveUpWaiting(e, tables.handlers + Int(info.pointee.link) + Int(origin >> 32), since: mem[entry])
        dropFront(d, width: width)
      }
    }
    mem[e &+ Service.queued] = 0
    touch(info)
  }

  /// A crashed element starts again; of a live one: crash and start.
  func restart(_ own: Int) {
    let info = node(own)
    let e = offset(own)
    guard isActive(info.pointee.kind) else { return }
    if mem[e &+ Active.frames] & Active.crashed == 0 { crash(own) }
    mem[e &+ Active.frames] &= ~Active.crashed
    mem[e &+ Active.finished] = 0
    begin(own)
    touch(info)
  }

  /// Work in hand freezes; `label`: at the next step with that label only. `duration` < 0: until healed.
  func stall(_ own: Int, label: Int64, for duration: Int64) {
    let info = node(own)
    let e = offset(own)
    guard isActive(info.pointee.kind) else { return }
    if label >= 0 {
      mem[e &+ Active.armedLabel] = label
      mem[e &+ Active.armedFor] = duration
      mem[e &+ Active.frames] |= Active.armed
      return
    }
    beginStall(own, e, for: duration)
    touch(info)
  }

  private func beginStall(_ own: Int, _ e: Int, for duration: Int64) {
    if mem[e &+ Active.frames] & Active.crashed != 0 { return }
    if mem[e &+ Active.frames] & Active.isStalled == 0 {
      mem[e &+ Active.frames] |= Active.isStalled
      mem[e &+ Active.stallSince] = now
    }
    let generation = UInt32(truncatingIfNeeded: mem[e &+ Active.generations]) &+ 1
    mem[e &+ Active.generations] = (mem[e &+ Active.generations] & ~0xFFFF_FFFF) | Int64(generation)
    if duration >= 0 { schedule(later(duration), .stallEnd, own, generation) }
  }

  /// The labelled step about to be done: does an armed stall hold it?
  func holds(_ frame: Int, _ own: Int, label: Int64) -> Bool {
    let e = offset(own)
    guard mem[e &+ Active.armedLabel] == label else { return false }
    mem[e &+ Active.frames] &= ~Active.armed
    noteFault(own, .held, Int64(own), Int64(own), mem[e &+ Active.armedFor], label)
    beginStall(own, e, for: mem[e &+ Active.armedFor])
    return true
  }

  /// The end of a stall: what fell due meanwhile happens now, work in hand goes on where it stood.
  func endStall(_ own: Int, _ e: Int) {
    guard mem[e &+ Active.frames] & Active.isStalled != 0 else { return }
    mem[e &+ Active.frames] &= ~Active.isStalled
    let generation = UInt32(truncatingIfNeeded: mem[e &+ Active.generations]) &+ 1
    mem[e &+ Active.generations] = (mem[e &+ Active.generations] & ~0xFFFF_FFFF) | Int64(generation)
    mem[e &+ Active.stalled] = mem[e &+ Active.stalled].later(by: now.earlier(by: mem[e &+ Active.stallSince]))
    var block = Int(mem[e &+ Active.deferred] & 0xFFFF_FFFF)
    mem[e &+ Active.deferred] = 0
    while block != 0 {
      let next = Int(mem[block])
      let event = deferredEvent(block)
      free(block, words: 5)
      block = next
      var time = now
      if event.kind == .done, isStill(event), mem[Int(event.a) + Frame.kind] & Frame.working != 0 {
        // Frozen work takes its remaining time from here.
        time = event.time.later(by: mem[e &+ Active.stalled].earlier(by: mem[Int(event.a) + Frame.mark]))
        mem[Int(event.a) + Frame.mark] = mem[e &+ Active.stalled]
      }
      schedule(max(now, time), event.kind, Int(event.a), event.b, c: Int(event.c), status: event.status)
    }
    if node(own).pointee.kind == .service { startWaiting(own, e) }
    serveTakers(own)
    touch(node(own))
  }

  /// Keeps an event of a stalled element for the end of the stall.
  func deferEvent(_ event: Event, _ e: Int) {
    let block = allocate(5)
    mem[block] = 0
    mem[block + 1] = event.time
    mem[block + 2] = Int64(bitPattern: event.key)
    mem[block + 3] = Int64(event.a) | Int64(event.b) << 32
    mem[block + 4] = Int64(event.c) | (Int64(event.kind.rawValue) | Int64(event.status) << 8) << 32
    let ends = mem[e &+ Active.deferred]
    let last = Int(UInt64(bitPattern: ends) >> 32)
    if last == 0 {
      mem[e &+ Active.deferred] = Int64(block) | Int64(block) << 32
    } else {
      mem[last] = Int64(block)
      mem[e &+ Active.deferred] = (ends & 0xFFFF_FFFF) | Int64(block) << 32
    }
  }

  func deferredEvent(_ block: Int) -> Event {
    let rest = mem[block + 4] >> 32
    return Event(
      time: mem[block + 1], key: UInt64(bitPattern: mem[block + 2]),
      kind: EventKind(rawValue: UInt8(truncatingIfNeeded: rest)).unsafelyUnwrapped,
      a: UInt32(truncatingIfNeeded: mem[block + 3]), b: UInt32(truncatingIfNeeded: mem[block + 3] >> 32),
      c: UInt32(truncatingIfNeeded: mem[block + 4]), status: UInt8(truncatingIfNeeded: rest >> 8))
  }

  private func dropDeferred(_ e: Int) {
    var block = Int(mem[e &+ Active.deferred] & 0xFFFF_FFFF)
    mem[e &+ Active.deferred] = 0
    while block != 0 {
      let next = Int(mem[block])
      free(block, words: 5)
      block = next
    }
  }

  /// The frame goes on at the end of the stall that holds it.
  func deferResume(_ frame: Int, _ own: Int) {
    let event = Event(
      time: now, key: EventKind.resume.rank.key, kind: .resume, a: UInt32(truncatingIfNeeded: frame),
      b: UInt32(truncatingIfNeeded: mem[frame] >> 32))
    deferEvent(event, offset(own))
  }

  @inline(__always)
  func isStill(_ event: Event) -> Bool {
    UInt32(truncatingIfNeeded: mem[Int(event.a)] >> 32) == event.b
  }

  /// Work that begins from here on takes `factor` times as long.
  func slow(_ own: Int, by factor: Double, for duration: Int64) {
    let e = offset(own)
    guard isActive(node(own).pointee.kind) else { return }
    mem[e &+ Active.slowness] = Int64(bitPattern: factor.bitPattern)
    mem[e &+ Active.frames] |= Active.slow
    let generation = (mem[e &+ Active.generations] >> 32 &+ 1) & 0x7FFF_FFFF
    mem[e &+ Active.generations] = (mem[e &+ Active.generations] & 0xFFFF_FFFF) | generation << 32
    if duration >= 0 {
      schedule(later(duration), .slowEnd, own, UInt32(truncatingIfNeeded: generation))
    }
  }

  /// `heal`: links, stalls and slowness.
  func heal(_ mode: Int, _ a: Int64, _ b: Int64, _ c: Int64, _ d: Int64) {
    removeRules(mode, a, b, c, d)
    let from = mode == 0 ? 0 : Int(a)
    let to = mode == 0 ? tables.elementCount - 1 : Int(b)
    if mode == 2 || from > to { return }
    for own in from...to where isActive(node(own).pointee.kind) {
      let there = home(own)
      let e = there.offset(own)
      there.endStall(own, e)
      there.mem[e &+ Active.frames] &= ~(Active.slow | Active.armed)
    }
  }

  /// A piece of work begins.
  @inline(__always)
  func work(_ frame: Int, _ own: Int, _ duration: Int64, _ token: UInt32) {
    var d = duration
    if node(own).pointee.kind != .lease {
      let e = offset(own)
      if mem[e &+ Active.frames] & Active.slow != 0 {
        let factor = Double(bitPattern: UInt64(bitPattern: mem[e &+ Active.slowness]))
        let scaled = (Double(d) * factor).rounded()
        d = scaled < 9e18 ? Int64(scaled) : .never
      }
      mem[frame &+ Frame.mark] = mem[e &+ Active.stalled]
      mem[frame &+ Frame.kind] |= Frame.working
    }
    schedule(later(d), .done, frame, token)
  }
}
