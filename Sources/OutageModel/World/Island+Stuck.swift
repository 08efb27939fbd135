// `stuck` in a run: some process has not come to its end, and none can go on by itself, nor anything that processes have
// asked for. Who waits for a duration, an answer that somebody works on, the end of a stall or its turn in an order goes
// on; who waits for a condition, an item or an answer that was lost does not, unless it gives up in the end, or a lease has
// yet to lapse that nobody renews: somebody may wait for that. Who has crashed is not counted. What loads, renewals
// and operators do comes from outside.

extension Island {
  /// What `stuck` says: in a run of the present moment, in a search of the state at hand.
  func saysStuck() -> Bool { p.pointee.stepping != nil ? p.pointee.isStuck : isStuckNow() }

  private func isStuckNow() -> Bool {
    if p.pointee.isWithinEvent { return false }
    var isSomebodyLeft = false
    for element in 0..<tables.elementCount where kind(element) == .process {
      let i = home(element)
      let e = i.offset(element)
      let frames = i.mem[e &+ Active.frames]
      if i.mem[e &+ Active.finished] != 0 || frames & Active.crashed != 0 { continue }
      isSomebodyLeft = true
      if i.isStalledForEver(element) { continue }
      let frame = Int(frames & 0xFFFF_FFFF)
      if frame == 0 || frames & Active.isStalled != 0 || !i.waitsForOthers(frame) { return false }
    }
    if !isSomebodyLeft || hasLeaseToLapse() { return false }
    let waitedAt = servicesWaitedAt()
    return !(0..<tables.islandCount).contains { island($0).hasMoveToCome(waitedAt) }
  }

  private func island(_ k: Int) -> Island { Island(p.pointee.islands + k) }

  /// Whether a frame waits for a condition, an item or an answer, and not for time to pass. It may give up in the end.
  private func waitsForOthers(_ frame: Int) -> Bool {
    let state = mem[frame &+ Frame.kind]
    if state & Frame.held != 0 { return false }
    if state & (Frame.parked | Frame.taking) != 0 { return true }
    let pc = Int(UInt32(truncatingIfNeeded: mem[frame]))
    return pc > 0 && tables.code[pc - 1].op == .call
  }

  private func hasLeaseToLapse() -> Bool {
    (0..<tables.elementCount).contains { element in
      if kind(element) != .lease { return false }
      let i = home(element)
      return i.node(element).pointee.link < 0 && i.mem[i.offset(element)] & Lease.active != 0
    }
  }

  /// A stall that ends by itself holds nobody for ever.
  func isStalledForEver(_ element: Int) -> Bool {
    guard mem[offset(element) &+ Active.frames] & Active.isStalled != 0 else { return false }
    var ends = false
    eachPending { if isEndOfStall($0), Int($0.a) == element { ends = true } }
    return !ends
  }

  private func isEndOfStall(_ event: Event) -> Bool {
    event.kind == .stallEnd
      && event.b == UInt32(truncatingIfNeeded: mem[offset(Int(event.a)) &+ Active.generations])
  }

  /// Elements of services at which something waits for a server that processes have asked for.
  private func servicesWaitedAt() -> Set<Int> {
    var found: Set<Int> = []
    for element in 0..<tables.elementCount where kind(element) == .service {
      let i = home(element)
      let (e, info) = (i.offset(element), i.node(element))
      for level in 0..<Int(info.pointee.mode) {
        let d = e &+ Service.levels + level * Service.levelWords
        i.eachEntry(d, width: Entry.words + Int(info.pointee.width)) { entry in
          if isForAProcess(i.mem[entry &+ Entry.caller], i.mem[entry &+ Entry.origin]) { found.insert(element) }
        }
      }
    }
    return found
  }

  /// Whether an event is to come here with which a process goes on, or something that it has asked for.
  private func hasMoveToCome(_ waitedAt: Set<Int>) -> Bool {
    // Who waits for a condition is about to look at it again.
    var found = p.pointee.mustLook && p.pointee.parkedHead != 0
    func goesOn(_ frame: Int, _ i: Island) {
      let element = Int(i.mem[frame &+ Frame.kind] >> 32)
      if (waitedAt.contains(element) || i.isForAProcess(frame)) && !i.isStalledForEver(element) { found = true }
    }
    eachPending { event in
      if found { return }
      switch event.kind {
      case .resume, .done, .start, .answer, .timeout, .look: if isStill(event) { goesOn(Int(event.a), self) }
      case .request, .underway:
        let message = mem + Int(event.a)
        found = isForAProcess(message[Message.caller], message[Message.origin])
      // What it holds goes on then.
      case .stallEnd: found = isEndOfStall(event) && kind(Int(event.a)) == .service
      case .expiry, .renewal, .arrival, .rateChange, .slowEnd, .act, .begin, .attend: break
      }
    }
    eachPosted { kind, island, _, words in
      if found { return }
      if kind.isMessage {
        found = isForAProcess(words[Message.caller], words[Message.origin])
      } else {
        let (i, frame) = (self.island(island), Int(words[0] & 0xFFFF_FFFF))
        if i.mem[frame] >> 32 & 0xFFFF_FFFF == words[0] >> 32 & 0xFFFF_FFFF { goesOn(frame, i) }
      }
    }
    return found
  }

  /// Whether a process runs in a frame, or has asked for what does.
  private func isForAProcess(_ frame: Int) -> Bool {
    switch kind(Int(mem[frame &+ Frame.kind] >> 32)) {
    case .process: return true
    case .service: return isForAProcess(mem[frame &+ Frame.caller], mem[frame &+ Frame.origin])
    default: return false
    }
  }

  /// Along the callers that still wait. What a handler has sent, for which nobody waits, counts.
  private func isForAProcess(_ caller: Int64, _ origin: Int64) -> Bool {
    let element = Int(origin & 0xFFFF_FFFF)
    let (i, frame) = (home(element), Int(caller & 0xFFFF_FFFF))
    switch kind(element) {
    case .process: return true
    case .service:
      let waits = caller != 0 && i.mem[frame] >> 32 & 0xFFFF_FFFF == caller >> 32 & 0xFFFF_FFFF
      return waits ? i.isForAProcess(frame) : true
    default: return false
    }
  }
}
