// Requests and answers between elements: the links, their latency, faults and the way across islands.

/// A request on its way: a block in the arena of the island it goes to.
enum Message {
  /// element | handler
  static let target = 0
  /// caller's frame | token; 0: nobody waits
  static let caller = 1
  static let origin = 2
  static let deadline = 3
  static let count = 4
  static let owner = 5
  static let words = 6
}

/// Handler number of a health check that has no handler: answered at the door.
public let pingHandler = 0xFFFE

extension Island {
  /// Sends a request to element `to`, or fails it at once when there is none (-1 no target, -2 no address).
  /// Gives the frame of the request when it starts at once and nothing comes before it (`mayGoOn`), else 0.
  @inline(__always)
  func request(
    from own: Int, frame: Int, token: UInt32, owner: Int64, to target: Int, handler: Int, words: Int, args: Int,
    deadline: Int64, mayGoOn: Bool
  ) -> Int {
    if target < 0 {
      if frame != 0 {
        let status: CallStatus = target == -2 ? .noAddress : .noTarget
        schedule(now, .answer, frame, token, status: UInt8(status.rawValue))
      }
      return 0
    }
    if shared.pointee.ruleCount != 0, isLost(from: own, to: target, owner, handler, at: target, isAnswer: false) { return 0 }
    let e = offset(target)
    let caller = Int64(frame) | Int64(token) << 32
    if isHere(target) {
      let latency = wire(target, e, .there, owner, handler)
      if mayGoOn, latency == 0, handler != pingHandler, isNext(.work) {
        return admit(
          target, e, handler, caller: caller, origin: own, owner: owner, deadline: deadline, args: args, count: words)
      }
      let message = allocate(Message.words &+ words)
      mem[message] = Int64(target) | Int64(handler) << 32
      mem[message &+ Message.caller] = caller
      mem[message &+ Message.origin] = Int64(own)
      mem[message &+ Message.deadline] = deadline
      mem[message &+ Message.count] = Int64(words)
      mem[message &+ Message.owner] = owner
      for k in 0..<words { mem[message &+ Message.words &+ k] = mem[args &+ k] }
      schedule(later(latency), .request, message)
    } else {
      let there = home(target)
      // The receiver draws for what comes to it: at the earliest moment at which it may come.
      let latency = there.mem[e &+ Service.latency]
      let isDrawn = latency < 0
      post(to: there, later(isDrawn ? ~latency : latency), isDrawn ? .underway : .request, status: 0)
      p.pointee.outbox.words.append(Int64(target) | Int64(handler) << 32)
      p.pointee.outbox.words.append(caller)
      p.pointee.outbox.words.append(Int64(own))
      p.pointee.outbox.words.append(deadline)
      p.pointee.outbox.words.append(Int64(words))
      p.pointee.outbox.words.append(owner)
      for k in 0..<words { p.pointee.outbox.words.append(mem[args &+ k]) }
    }
    return 0
  }

  /// Answers the caller of a request: `words` words from offset `from`. `owner` and `handler` are those of the request.
  @inline(__always)
  func answer(
    from own: Int, caller: Int64, origin: Int, owner: Int64, _ handler: Int, _ status: CallStatus, words: Int, from: Int
  ) {
    if caller == 0 { return }
    let latency = wire(own, offset(own), .back, owner, handler)
    answer(
      from: own, caller: caller, origin: origin, owner: owner, handler, status, words: words, from: from, after: latency)
  }

  /// The same, where it is known how long the answer takes.
  @inline(__always)
  func answer(
    from own: Int, caller: Int64, origin: Int, owner: Int64, _ handler: Int, _ status: CallStatus, words: Int, from: Int,
    after latency: Int64
  ) {
    if shared.pointee.ruleCount != 0, isLost(from: own, to: origin, owner, handler, at: own, isAnswer: true) { return }
    let frame = Int(caller & 0xFFFF_FFFF)
    let token = UInt32(truncatingIfNeeded: caller >> 32)
    let status8 = UInt8(truncatingIfNeeded: status.rawValue)
    if isHere(origin) {
      var block = 0
      if words > 0 {
        block = allocate(words + 1)
        mem[block] = Int64(words)
        for k in 0..<words { mem[block &+ 1 &+ k] = mem[from &+ k] }
      }
      schedule(later(latency), .answer, frame, token, c: block, status: status8)
    } else {
      post(to: home(origin), later(latency), .answer, status: status8)
      p.pointee.outbox.words.append(caller)
      p.pointee.outbox.words.append(Int64(words))
      for k in 0..<words { p.pointee.outbox.words.append(mem[from &+ k]) }
    }
  }

  enum Way { case there, back }

  /// How long a message to an element or back takes: drawn anew for each where the latency is a distribution.
  @inline(__always)
  func wire(_ own: Int, _ e: Int, _ way: Way, _ owner: Int64, _ handler: Int) -> Int64 {
    let latency = mem[e &+ Service.latency]
    return latency >= 0 ? latency : drawnWire(own, atLeast: ~latency, way, owner, handler)
  }

  @inline(never)
  private func drawnWire(_ own: Int, atLeast least: Int64, _ way: Way, _ owner: Int64, _ handler: Int) -> Int64 {
    let info = node(own)
    // One body draws for all handlers of the service: one owner may ask several of them.
    let message = Int64(bitPattern: mix(UInt64(bitPattern: owner) ^ key(asked: handler, of: own)))
    let body = Int(way == .there ? info.pointee.wireThere : info.pointee.wireBack)
    let latency = evaluate(body, own: own, owner: message)
    return max(least, latency)
  }

  /// A message from another island could be here now.
  func goOnUnderway(_ message: Int) {
    let target = Int(mem[message] & 0xFFFF_FFFF)
    let e = offset(target)
    // Where a fixed latency was assigned meanwhile it is here.
    let latency = mem[e &+ Service.latency]
    let (owner, handler) = (mem[message &+ Message.owner], Int(mem[message] >> 32))
    let rest = latency >= 0 ? 0 : drawnWire(target, atLeast: ~latency, .there, owner, handler) - ~latency
    schedule(later(rest), .request, message)
  }

  @inline(__always)
  private func post(to there: Island, _ time: Int64, _ kind: EventKind, status: UInt8) {
    p.pointee.outbox.count += 1
    if p.pointee.outbox.count & 0xFFF == 0 { lookUp() }
    p.pointee.outbox.words.append(
      Int64(there.p.pointee.id) | Int64(kind.rawValue) << 32 | Int64(status) << 48)
    p.pointee.outbox.words.append(time)
  }

  /// Hands this island's messages over; all islands stand still.
  func deliverOutbox() {
    let words = p.pointee.outbox.words.base
    var at = 0
    for _ in 0..<p.pointee.outbox.count {
      let head = words[at]
      let time = words[at + 1]
      at += 2
      let there = Island(p.pointee.islands + Int(head & 0xFFFF_FFFF))
      let status = UInt8(truncatingIfNeeded: head >> 48)
      let kind = EventKind(rawValue: UInt8(truncatingIfNeeded: head >> 32)).unsafelyUnwrapped
      if kind.isMessage {
        let count = Int(words[at &+ Message.count])
        let message = there.allocate(Message.words + count)
        for k in 0..<(Message.words + count) { there.mem[message &+ k] = words[at + k] }
        at += Message.words + count
        there.receive(time, kind, message, from: self)
      } else {
        let caller = words[at]
        let count = Int(words[at + 1])
        var block = 0
        if count > 0 {
          block = there.allocate(count + 1)
          for k in 0...count { there.mem[block &+ k] = words[at + 1 &+ k] }
        }
        at += 2 + count
        there.receive(
          time, .answer, Int(caller & 0xFFFF_FFFF),
          UInt32(truncatingIfNeeded: caller >> 32), c: block, status: status, from: self)
      }
      p.pointee.outbox.sent &+= 1
    }
    p.pointee.outbox.count = 0
    p.pointee.outbox.words.count = 0
  }

  /// Schedules a message of another island.
  private func receive(
    _ time: Int64, _ kind: EventKind, _ a: Int, _ b: UInt32 = 0, c: Int = 0, status: UInt8 = 0,
    from other: Island
  ) {
    let key = remoteKey(kind.rank, from: Int(other.p.pointee.id), other.p.pointee.outbox.sent)
    p.pointee.queue.push(
      Event(
        time: time, key: key, kind: kind, a: UInt32(truncatingIfNeeded: a), b: b, c: UInt32(truncatingIfNeeded: c),
        status: status))
  }

  // MARK: Faults on links

  /// A message is lost when a rule says so. One draw decides, whatever the number of rules: it is named by the handler that is
  /// asked, the owner of the request, and which way the message goes.
  @inline(__always)
  private func isLost(
    from: Int, to: Int, _ owner: Int64, _ handler: Int, at service: Int, isAnswer: Bool
  ) -> Bool {
    switch loss(from, to) {
    case .none: false
    case .drawn: drawsLoss(from: from, to: to, owner, handler, at: service, isAnswer: isAnswer)
    case .sure: true
    }
  }

  private enum Loss { case none, drawn, sure }

  @inline(never)
  private func loss(_ from: Int, _ to: Int) -> Loss {
    var loss = Loss.none
    for k in 0..<shared.pointee.ruleCount {
      let rule = shared.pointee.rules + k
      if !rule.pointee.concerns(from, to) { continue }
      if rule.pointee.probability >= 1 { return .sure }
      loss = .drawn
    }
    return loss
  }

  @inline(never)
  private func drawsLoss(from: Int, to: Int, _ owner: Int64, _ handler: Int, at service: Int, isAnswer: Bool) -> Bool {
    var passes = 1.0
    for k in 0..<shared.pointee.ruleCount where shared.pointee.rules[k].concerns(from, to) {
      passes *= 1 - shared.pointee.rules[k].probability
    }
    if passes == 1 { return false }
    let key = mix(shared.pointee.linkKey ^ key(asked: handler, of: service))
    return drawing(key: key, owner: owner, count: isAnswer ? 1 : 0).uniform < 1 - passes
  }

  /// What names a handler, or a health check that has none.
  private func key(asked handler: Int, of service: Int) -> UInt64 {
    let info = node(service)
    return handler == pingHandler
      ? info.pointee.key : tables.bodies[Int(tables.handlers[Int(info.pointee.link) + handler].body)].key
  }

  /// Whether every message is lost.
  func isCut(from: Int, to: Int) -> Bool {
    (0..<shared.pointee.ruleCount).contains { k in
      let rule = shared.pointee.rules[k]
      return rule.probability >= 1 && rule.concerns(from, to)
    }
  }

  /// Every message looks at every rule.
  private static var mostRules: Int { 4096 }

  func addRule(_ a: Int64, _ b: Int64, _ c: Int64, _ d: Int64, _ probability: Double, isCut: Bool) {
    let rule = LinkRule(
      fromFirst: Int32(a), fromLast: Int32(b), toFirst: Int32(c), toLast: Int32(d),
      probability: probability, isCut: isCut)
    let s = shared
    for k in 0..<s.pointee.ruleCount where s.pointee.rules[k].hasSameEnds(rule) {
      s.pointee.rules[k] = rule
      return
    }
    if s.pointee.ruleCount >= Self.mostRules { return trouble(.tooManyRules) }
    if s.pointee.ruleCount == s.pointee.ruleCapacity {
      let moved = UnsafeMutablePointer<LinkRule>.allocate(capacity: s.pointee.ruleCapacity * 2)
      moved.update(from: s.pointee.rules, count: s.pointee.ruleCount)
      s.pointee.rules.deallocate()
      s.pointee.rules = moved
      s.pointee.ruleCapacity *= 2
    }
    s.pointee.rules[s.pointee.ruleCount] = rule
    s.pointee.ruleCount += 1
  }

  /// Removes rules: all, those that touch a...b, or those between a...b and c...d.
  func removeRules(_ mode: Int, _ a: Int64, _ b: Int64, _ c: Int64, _ d: Int64) {
    let s = shared
    var kept = 0
    for k in 0..<s.pointee.ruleCount {
      let rule = s.pointee.rules[k]
      let goes =
        mode == 0
        || mode == 1 && (rule.fromTouches(a, b) || rule.toTouches(a, b))
        || mode == 2
          && (rule.fromTouches(a, b) && rule.toTouches(c, d) || rule.fromTouches(c, d) && rule.toTouches(a, b))
      if !goes {
        s.pointee.rules[kept] = rule
        kept += 1
      }
    }
    s.pointee.ruleCount = kept
  }
}

extension LinkRule {
  /// Whether it is about messages from an element to another.
  @inline(__always)
  func concerns(_ from: Int, _ to: Int) -> Bool { matches(from, to) || isCut && matches(to, from) }
  @inline(__always)
  func matches(_ from: Int, _ to: Int) -> Bool {
    from >= Int(fromFirst) && from <= Int(fromLast) && to >= Int(toFirst) && to <= Int(toLast)
  }
  func hasSameEnds(_ other: LinkRule) -> Bool {
    fromFirst == other.fromFirst && fromLast == other.fromLast && toFirst == other.toFirst
      && toLast == other.toLast && isCut == other.isCut
  }
  func fromTouches(_ a: Int64, _ b: Int64) -> Bool { Int64(fromFirst) <= b && a <= Int64(fromLast) }
  func toTouches(_ a: Int64, _ b: Int64) -> Bool { Int64(toFirst) <= b && a <= Int64(toLast) }
}
