// What happens to a request at the door of a service: refused, dropped, queued or started; and when a server is free.

/// A waiting request.
enum Entry {
  static let arrival = 0
  static let caller = 1
  /// caller's element | handler
  static let origin = 2
  static let deadline = 3
  static let owner = 4
  static let words = 5
}

extension Island {
  @inline(__always)
  private func add(_ e: Int, _ counter: Int) { mem[e &+ counter] &+= 1 }

  /// A request arrives: the message is freed. Gives the frame of the request when it starts, else 0.
  func arrive(_ message: Int) -> Int {
    let target = Int(mem[message] & 0xFFFF_FFFF)
    let handler = Int(mem[message] >> 32)
    let caller = mem[message &+ Message.caller]
    let origin = Int(mem[message &+ Message.origin])
    let count = Int(mem[message &+ Message.count])
    let owner = mem[message &+ Message.owner]
    let e = offset(target)
    if handler == pingHandler {
      ping(target, e, caller, origin, owner)
      free(message, words: Message.words + count)
      return 0
    }
    let frame = admit(
      target, e, handler, caller: caller, origin: origin, owner: owner, deadline: mem[message &+ Message.deadline],
      args: message &+ Message.words, count: count)
    free(message, words: Message.words + count)
    return frame
  }

  /// A health check without a handler of its own: answered at the door, unless the element is stalled.
  private func ping(_ target: Int, _ e: Int, _ caller: Int64, _ origin: Int, _ owner: Int64) {
    let flags = mem[e &+ Active.frames]
    if flags & (Active.crashed | Active.disabled) != 0 {
      answer(from: target, caller: caller, origin: origin, owner: owner, pingHandler, .refused, words: 0, from: 0)
    } else if flags & Active.isStalled == 0 {
      answer(from: target, caller: caller, origin: origin, owner: owner, pingHandler, .ok, words: 0, from: 0)
    }
  }

  /// A request at the door: gives its frame, to be run, when it starts at once, else 0.
  @inline(__always)
  func admit(
    _ target: Int, _ e: Int, _ handler: Int, caller: Int64, origin: Int, owner: Int64, deadline: Int64, args: Int,
    count: Int
  ) -> Int {
    let info = node(target)
    let flags = mem[e &+ Active.frames]
    touch(info)
    add(e, Service.arrived)
    if p.pointee.isTraced { trace(.arrived, target, handler) }
    let h = tables.handlers + (Int(info.pointee.link) + handler)
    if flags & (Active.crashed | Active.disabled) != 0 || !admits(e, h) {
      refuse(target, e, caller, origin, owner, handler)
      return 0
    }
    if mem[e &+ Service.busy] < mem[e &+ Service.servers], flags & Active.isStalled == 0 {
      if deadline <= now, info.pointee.dropPolicy != 0 {
        giveUpWaiting(e, h, since: now)
        expire(target, e, handler)
        return 0
      }
      rise(e &+ Service.busyLevel)
      mem[e &+ Service.busy] &+= 1
      return makeRequest(
        target, e, h, handler, caller: caller, origin: origin, owner: owner, arrival: now, deadline: deadline, args: args,
        count: count)
    }
    if mem[e &+ Service.queued] >= mem[e &+ Service.capacity] {
      if h.pointee.offset != 0 { mem[e &+ Int(h.pointee.offset)] &-= 1 }
      if info.pointee.dropsWhenFull {
        add(e, Service.dropped)
        if p.pointee.isTraced { trace(.dropped, target, handler) }
      } else {
        refuse(target, e, caller, origin, owner, handler)
      }
      return 0
    }
    rise(e &+ Service.queueLevel)
    mem[e &+ Service.queued] &+= 1
    let width = Entry.words &+ Int(info.pointee.width)
    let d = e &+ Service.levels + Int(h.pointee.level) * Service.levelWords
    let entry = pushBack(d, width: width)
    mem[entry] = now
    mem[entry &+ Entry.caller] = caller
    mem[entry &+ Entry.origin] = Int64(origin) | Int64(handler) << 32
    mem[entry &+ Entry.deadline] = deadline
    mem[entry &+ Entry.owner] = owner
    for k in 0..<count { mem[entry &+ Entry.words &+ k] = mem[args &+ k] }
    return 0
  }

  @inline(__always)
  private func refuse(_ target: Int, _ e: Int, _ caller: Int64, _ origin: Int, _ owner: Int64, _ handler: Int) {
    add(e, Service.refused)
    if p.pointee.isTraced { trace(.refused, target, handler) }
    answer(from: target, caller: caller, origin: origin, owner: owner, handler, .refused, words: 0, from: 0)
  }

  /// Limits of the service and of the handler: how many at once, and token buckets of one second's worth (at least 1).
  @inline(__always)
  private func admits(_ e: Int, _ h: UnsafePointer<HandlerInfo>) -> Bool {
    if mem[e &+ Service.queued] &+ mem[e &+ Service.busy] >= mem[e &+ Service.limit] { return false }
    let own = h.pointee.offset != 0 ? e &+ Int(h.pointee.offset) : 0
    if own != 0, mem[own] >= mem[own &+ HandlerLimit.atOnce] { return false }
    if mem[e &+ Service.rate] != 0, !hasToken(e &+ Service.tokens, rate(e &+ Service.rate)) { return false }
    if own != 0, mem[own &+ HandlerLimit.rate] != 0 {
      if !hasToken(own &+ HandlerLimit.tokens, rate(own &+ HandlerLimit.rate)) { return false }
      takeToken(own &+ HandlerLimit.tokens)
    }
    if mem[e &+ Service.rate] != 0 { takeToken(e &+ Service.tokens) }
    if own != 0 { mem[own] &+= 1 }
    return true
  }

  @inline(__always)
  private func rate(_ slot: Int) -> Double { Double(bitPattern: UInt64(bitPattern: mem[slot])) }

  /// Refills the bucket at `slot` (tokens, time of the last refill) and tells whether it holds a whole token.
  private func hasToken(_ slot: Int, _ rate: Double) -> Bool {
    let elapsed = Double(now.earlier(by: mem[slot &+ 1])) / 1e9
    let tokens = min(max(1, rate), Double(bitPattern: UInt64(bitPattern: mem[slot])) + elapsed * rate)
    mem[slot] = Int64(bitPattern: tokens.bitPattern)
    mem[slot &+ 1] = now
    // A thousandth of a token is forgiven, so that refills computed in steps meet their instant.
    return tokens >= 0.999_999
  }

  private func takeToken(_ slot: Int) {
    let tokens = Double(bitPattern: UInt64(bitPattern: mem[slot])) - 1
    mem[slot] = Int64(bitPattern: max(0, tokens).bitPattern)
  }

  @inline(__always)
  private func makeRequest(
    _ target: Int, _ e: Int, _ h: UnsafePointer<HandlerInfo>, _ handler: Int, caller: Int64, origin: Int,
    owner: Int64, arrival: Int64, deadline: Int64, args: Int, count: Int
  ) -> Int {
    let frame = makeFrame(Int(h.pointee.body), own: target)
    mem[frame &+ Frame.caller] = caller
    mem[frame &+ Frame.origin] = Int64(origin) | Int64(handler) << 32
    mem[frame &+ Frame.start] = arrival
    mem[frame &+ Frame.served] = now
    mem[frame &+ Frame.deadline] = deadline
    mem[frame &+ Frame.owner] = owner
    for k in 0..<count { mem[frame &+ Frame.header &+ k] = mem[args &+ k] }
    link(frame, at: e)
    return frame
  }

  /// Starts waiting requests while servers are free. Their first steps follow among the completions of this instant.
  @inline(__always)
  func startWaiting(_ target: Int, _ e: Int) {
    while mem[e &+ Service.queued] > 0, mem[e &+ Service.busy] < mem[e &+ Service.servers],
      mem[e &+ Active.frames] & (Active.crashed | Active.isStalled) == 0
    {
      startOne(target, e)
    }
  }

  @inline(never)
  private func startOne(_ target: Int, _ e: Int) {
    let info = node(target)
    let width = Entry.words &+ Int(info.pointee.width)
    var d = e &+ Service.levels
    var more = info.pointee.mode
    while more > 1, mem[d &+ Deque.count] == 0 {
      d = d &+ Service.levelWords
      more &-= 1
    }
    let isLifo = info.pointee.discipline == 1
    let entry = isLifo ? back(d, width: width) : front(d, width: width)
    let caller = mem[entry &+ Entry.caller]
    let origin = Int(mem[entry &+ Entry.origin] & 0xFFFF_FFFF)
    let handler = Int(mem[entry &+ Entry.origin] >> 32)
    let deadline = mem[entry &+ Entry.deadline]
    let arrival = mem[entry]
    let h = tables.handlers + (Int(info.pointee.link) + handler)
    mem[e &+ Service.queued] &-= 1
    fall(e &+ Service.queueLevel)
    if info.pointee.dropPolicy != 0, isLate(e, info, deadline) {
      giveUpWaiting(e, h, since: arrival)
      expire(target, e, handler)
    } else {
      rise(e &+ Service.busyLevel)
      mem[e &+ Service.busy] &+= 1
      let frame = makeRequest(
        target, e, h, handler, caller: caller, origin: origin, owner: mem[entry &+ Entry.owner], arrival: arrival,
        deadline: deadline, args: entry &+ Entry.words, count: Int(h.pointee.width))
      schedule(now, .start, frame, UInt32(truncatingIfNeeded: mem[frame] >> 32))
    }
    if isLifo { dropBack(d, width: width) } else { dropFront(d, width: width) }
    touch(info)
  }

  /// Whether a request is thrown away as its turn comes. One that is as old as its caller's time-out has expired: its caller
  /// gives up at this instant, and no answer can come before that. A hopeless one would be too old when it is done.
  private func isLate(_ e: Int, _ info: UnsafePointer<NodeInfo>, _ deadline: Int64) -> Bool {
    if deadline <= now { return true }
    if info.pointee.dropPolicy == 1 || deadline == .max { return false }
    return Double(now) + Double(bitPattern: UInt64(bitPattern: mem[e &+ Service.meanService])) > Double(deadline)
  }

  private func expire(_ target: Int, _ e: Int, _ handler: Int) {
    add(e, Service.expired)
    if p.pointee.isTraced { trace(.expired, target, handler) }
  }

  /// A request leaves its server: time of waiting and of service, response time, the handler's own count.
  @inline(__always)
  func depart(_ e: Int, _ h: UnsafePointer<HandlerInfo>, _ frame: Int, ok: Bool) {
    let arrival = mem[frame &+ Frame.start]
    let served = mem[frame &+ Frame.served]
    let account = e &+ Int(h.pointee.account)
    fall(e &+ Service.busyLevel)
    // in range: what has been is not after now, here and below
    addWide(account &+ HandlerAccount.served, now &- served)
    if served != arrival { addWide(account &+ HandlerAccount.waited, served &- arrival) }
    if ok { record(now &- arrival, in: account &+ HandlerAccount.histogram) } else { endBadly(account, now &- arrival) }
    if h.pointee.offset != 0 { mem[e &+ Int(h.pointee.offset)] &-= 1 }
  }

  /// A request, taken out of the queue, leaves without having been served.
  func giveUpWaiting(_ e: Int, _ h: UnsafePointer<HandlerInfo>, since arrival: Int64) {
    let account = e &+ Int(h.pointee.account)
    addWide(account &+ HandlerAccount.waited, now &- arrival)
    endBadly(account, now &- arrival)
    if h.pointee.offset != 0 { mem[e &+ Int(h.pointee.offset)] &-= 1 }
  }

  @inline(never)
  private func endBadly(_ account: Int, _ response: Int64) {
    addWide(account &+ HandlerAccount.failedTime, response)
    record(response, in: account &+ HandlerAccount.failedHistogram)
  }

  /// The end of a handler's body. Gives the caller's frame when it goes on at once, else 0.
  func finishRequest(_ frame: Int, _ own: Int, _ status: CallStatus, words: Int, from: Int) -> Int {
    let e = offset(own)
    let info = node(own)
    let origin = mem[frame &+ Frame.origin]
    let handler = Int(origin >> 32)
    let h = tables.handlers + (Int(info.pointee.link) + handler)
    if status == .ok {
      add(e, Service.completed)
      if info.pointee.dropPolicy == 2 {
        let mean = Double(bitPattern: UInt64(bitPattern: mem[e &+ Service.meanService]))
        let observed = Double(now &- mem[frame &+ Frame.served])
        let next = mem[e &+ Service.completed] == 1 ? observed : mean + (observed - mean) / 16
        mem[e &+ Service.meanService] = Int64(bitPattern: next.bitPattern)
      }
    } else {
      add(e, Service.failed)
    }
    let deadline = mem[frame &+ Frame.deadline]
    let caller = mem[frame &+ Frame.caller]
    let latency = caller != 0 ? wire(own, e, .back, mem[frame &+ Frame.owner], handler) : 0
    if deadline != .max, later(latency) > deadline { add(e, Service.wasted) }
    if p.pointee.isTraced { trace(status == .ok ? .completed : .failed, own, handler) }
    // The answer, handed over at once when it would be the very next event.
    var next = 0
    if caller != 0 {
      let to = Int(origin & 0xFFFF_FFFF)
      // A node that is watched changes below: whoever looks at it comes first.
      if !info.pointee.isWatched, isNext(.answers), latency == 0,
        shared.pointee.ruleCount == 0, isHere(to),
        mayTake(to)
      {
        let waiting = Int(caller & 0xFFFF_FFFF)
        if mem[waiting] >> 32 == caller >> 32 {
          next = waiting
          let i = tables.code[Int(UInt32(truncatingIfNeeded: mem[waiting])) - 1]
          let into = waiting &+ Frame.header &+ Int(i.a)
          mem[into] = status.rawValue
          for k in 0..<min(words, i.answerWords) { mem[into &+ 1 &+ k] = mem[from &+ k] }
        }
      } else {
        answer(frame, from: own, status, words: words, from: from, after: latency)
      }
    }
    depart(e, h, frame, ok: status == .ok)
    unlink(frame, at: e)
    release(frame)
    mem[e &+ Service.busy] &-= 1
    touch(info)
    startWaiting(own, e)
    return next
  }

  /// The answer to the caller of a frame's request, as an event. Apart, so that an answer that needs none has room in
  /// registers.
  @inline(never)
  private func answer(
    _ frame: Int, from own: Int, _ status: CallStatus, words: Int, from: Int, after latency: Int64
  ) {
    let origin = mem[frame &+ Frame.origin]
    answer(
      from: own, caller: mem[frame &+ Frame.caller], origin: Int(origin & 0xFFFF_FFFF),
      owner: mem[frame &+ Frame.owner], Int(origin >> 32), status, words: words, from: from, after: latency)
  }

  /// Whether an element takes answers now: leases always, others unless stalled.
  @inline(__always)
  private func mayTake(_ own: Int) -> Bool {
    kind(own) == .lease || mem[offset(own) &+ Active.frames] & Active.isStalled == 0
  }
}
