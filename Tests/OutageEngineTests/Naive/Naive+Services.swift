import OutageModel
import OutageSemantics
import OutageSyntax

extension Naive {
  func service(_ t: Thing) -> CheckedProgram.Service {
    guard case .service(let service) = t.kind else { fatalError("not a service") }
    return service
  }

  private func order(_ t: Thing) -> Discipline {
    var order = Discipline.fifo
    for a in service(t).attributes { if case .discipline(let d) = a.value { order = d } }
    return order
  }

  private func policy(_ t: Thing) -> DropPolicy {
    var policy = DropPolicy.none
    for a in service(t).attributes { if case .drop(let p) = a.value { policy = p } }
    return policy
  }

  private func dropsWhenFull(_ t: Thing) -> Bool {
    var drops = false
    for a in service(t).attributes { if case .full(let action) = a.value { drops = action == .drop } }
    return drops
  }

  /// Queue levels: the lowest priority number first.
  private func level(_ t: Thing, _ handler: Int) -> Int {
    guard order(t) == .priority else { return 0 }
    let numbers = service(t).handlers.map { $0.priority.map { eval($0, nil).count } ?? 0 }
    return Set(numbers).sorted().firstIndex(of: numbers[handler])!
  }

  private func handlerNote(_ event: String, _ t: Thing, _ handler: Int) {
    let name = service(t).handlers[handler].name
    note(event, t, name.isEmpty ? "" : ",\"handler\":\"\(name)\"")
  }

  func arrive(_ t: Thing, _ r: Request) {
    touch(t)
    t.arrived += 1
    handlerNote("arrived", t, r.handler)
    if t.isCrashed || !t.isEnabled || !admits(t, r.handler) { return refuse(t, r) }
    var request = r
    request.arrival = now
    if t.busy < t.servers, !t.isStalled {
      if policy(t) != .none, now >= r.deadline {
        leaveHandler(t, r.handler)
        t.expired += 1
        return handlerNote("expired", t, r.handler)
      }
      t.occupy(1, now)
      t.busy += 1
      go(serve(t, request))
      return
    }
    if Int64(t.waiting.reduce(0) { $0 + $1.count }) >= t.places {
      leaveHandler(t, r.handler)
      if dropsWhenFull(t) {
        t.dropped += 1
        handlerNote("dropped", t, r.handler)
      } else {
        refuse(t, r)
      }
      return
    }
    t.occupy(1, now)
    t.waiting[level(t, r.handler)].append(request)
  }

  private func refuse(_ t: Thing, _ r: Request) {
    t.refused += 1
    handlerNote("refused", t, r.handler)
    answer(t, r, .refused, .none)
  }

  private func leaveHandler(_ t: Thing, _ handler: Int) {
    if service(t).handlers[handler].limit != nil { t.handlerCounts[handler, default: 0] -= 1 }
  }

  private func admits(_ t: Thing, _ handler: Int) -> Bool {
    if t.inSystem >= t.limit { return false }
    let limit = service(t).handlers[handler].limit
    let isRate = limit?.type == .rate
    let value = limit.map { t.handlerLimits[handler] ?? eval($0, nil) }
    if let value, !isRate, t.handlerCounts[handler, default: 0] >= value.count { return false }
    if t.rate > 0 {
      refill(&t.bucket, &t.bucketTime, t.rate)
      if t.bucket < 0.999_999 { return false }
    }
    if let rate = value?.number, isRate {
      var bucket = t.handlerBuckets[handler] ?? (max(1, rate), 0)
      refill(&bucket.tokens, &bucket.time, rate)
      defer { t.handlerBuckets[handler] = bucket }
      if bucket.tokens < 0.999_999 { return false }
      bucket.tokens = max(0, bucket.tokens - 1)
    }
    if t.rate > 0 { t.bucket = max(0, t.bucket - 1) }
    if limit != nil { t.handlerCounts[handler, default: 0] += 1 }
    return true
  }

  private func refill(_ tokens: inout Double, _ time: inout Int64, _ rate: Double) {
    tokens = min(max(1, rate), tokens + Double(now - time) / 1e9 * rate)
    time = now
  }

  private func serve(_ t: Thing, _ r: Request) -> Frame {
    let body = service(t).handlers[r.handler].body
    let f = Frame(t, .handler(r.handler), body)
    for (k, v) in r.arguments.enumerated() { f.locals[k] = v }
    f.request = r
    f.body = bodyName(t.node, service(t).handlers[r.handler].name)
    f.owner = r.owner
    f.started = r.arrival
    f.served = now
    t.frames.append(f)
    return f
  }

  func startWaiting(_ t: Thing) {
    while t.waiting.contains(where: { !$0.isEmpty }), t.busy < t.servers, !t.isCrashed, !t.isStalled {
      let level = t.waiting.firstIndex { !$0.isEmpty }!
      let r = order(t) == .lifo ? t.waiting[level].removeLast() : t.waiting[level].removeFirst()
      let isLate =
        switch policy(t) {
        case .none: false
        case .expired: now >= r.deadline
        case .hopeless: now >= r.deadline || r.deadline != .max && Double(now) + t.meanService > Double(r.deadline)
        }
      if isLate {
        t.occupy(-1, now)
        leaveHandler(t, r.handler)
        t.expired += 1
        handlerNote("expired", t, r.handler)
      } else {
        t.busy += 1
        let f = serve(t, r)
        block(f) { _, _ in }
        due(f, at: now, Self.answers) { [self] in resume(f, 0, .none) }
      }
      touch(t)
    }
  }

  func finishRequest(_ f: Frame, _ status: CallStatus, _ value: Value) {
    let t = f.thing
    let r = f.request!
    if status == .ok {
      t.completed += 1
      if policy(t) == .hopeless {
        let observed = Double(now - f.served)
        t.meanService = t.completed == 1 ? observed : t.meanService + (observed - t.meanService) / 16
      }
    } else {
      t.failed += 1
    }
    let latency = wireBack(t, r)
    if r.deadline != .max, now + latency > r.deadline { t.wasted += 1 }
    handlerNote(status == .ok ? "completed" : "failed", t, r.handler)
    answer(t, r, status, value, after: latency)
    t.occupy(-1, now)
    leaveHandler(t, r.handler)
    drop(f)
    t.busy -= 1
    touch(t)
    startWaiting(t)
  }

  func clearQueue(_ t: Thing) {
    for level in t.waiting.indices {
      for r in t.waiting[level] {
        t.failed += 1
        answer(t, r, .crashed, .none)
        t.occupy(-1, now)
        leaveHandler(t, r.handler)
      }
      t.waiting[level] = []
    }
    touch(t)
  }

  // MARK: Loads

  func loadBody(_ t: Thing) -> CheckedBody {
    guard case .load(_, let body) = t.kind else { fatalError("not a load") }
    return body
  }

  private func loadAttributes(_ t: Thing) -> [CheckedProgram.LoadAttribute] {
    guard case .load(let attributes, _) = t.kind else { return [] }
    return attributes.map(\.value)
  }

  func isClosed(_ t: Thing) -> Bool {
    loadAttributes(t).contains { if case .users = $0 { true } else { false } }
  }

  private func isEven(_ t: Thing) -> Bool {
    loadAttributes(t).contains { if case .even = $0 { true } else { false } }
  }

  func beginLoad(_ t: Thing) {
    if isClosed(t) { return spawnUsers(t) }
    follow(t, now)
    scheduleArrival(t)
  }

  private func follow(_ t: Thing, _ time: Int64) {
    t.lastArrival = time
    t.evenBase = time
    t.evenCount = 0
  }

  func rateChanged(_ t: Thing, from before: Double) {
    t.generation += 1
    follow(t, before > 0 ? t.lastArrival : now)
    if !t.isCrashed, !isClosed(t) { scheduleArrival(t) }
  }

  private func scheduleArrival(_ t: Thing) {
    guard t.rate > 0, t.remaining > 0 else { return }
    let time: Int64
    if isEven(t) {
      time = max(now, t.evenBase + Int64(Double(t.evenCount + 1) * 1e9 / t.rate + 0.5))
    } else {
      var numbers = draw(t, "arrivals", owner: UInt64(t.index) + t.gaps << 32, count: UInt64(t.arrived))
      t.gaps += 1
      time = now + Int64(numbers.exponential() * 1e9 / t.rate + 0.5)
    }
    let generation = t.generation
    schedule(t.island, time, Self.work) { [self] in arrival(t, generation) }
  }

  private func arrival(_ t: Thing, _ generation: Int) {
    guard generation == t.generation else { return }
    if t.isStalled {
      t.deferred.append { [self] in schedule(t.island, now, Self.work) { [self] in arrival(t, generation) } }
      return
    }
    if t.isCrashed { return }
    t.evenCount += 1
    if t.evenBase + Int64(Double(t.evenCount) * 1e9 / t.rate + 0.5) < now { follow(t, now) }
    t.lastArrival = now
    t.remaining -= 1
    t.gaps = 0
    let f = Frame(t, .load, loadBody(t))
    own(f, bodyName(t.node), index: t.index, UInt64(t.arrived))
    t.frames.append(f)
    openRequest(f)
    scheduleArrival(t)
    go(f)
  }

  private func openRequest(_ f: Frame) {
    let t = f.thing
    f.started = now
    f.inRequest = true
    t.arrived += 1
    t.occupy(1, now)
    note("started", t)
    touch(t)
  }

  func countRequest(_ t: Thing, _ f: Frame, ok: Bool, traced: Bool = true) {
    t.occupy(-1, now)
    f.inRequest = false
    if ok { t.completed += 1 } else { t.failed += 1 }
    if traced { note(ok ? "succeeded" : "failed", t) }
  }

  func spawnUsers(_ t: Thing) {
    while !t.isCrashed, t.spawned < t.users {
      t.spawned += 1
      let f = Frame(t, .load, loadBody(t))
      own(f, bodyName(t.node), index: t.index, t.countBegun())
      f.owner = mix(f.owner)
      t.frames.append(f)
      block(f) { [self] _, _ in beginThinking(f) }
      due(f, at: now, Self.work) { [self] in resume(f, 0, .none) }
    }
  }

  /// A user begins within a pause: at a moment of it, or with a whole one where it is drawn.
  private func beginThinking(_ f: Frame) {
    let t = f.thing
    guard let pause = t.think else { return self.pause(f) }
    if pause == 0 { return userTurn(f) }
    var numbers = draw(t, "first", owner: f.owner, count: 0)
    let d = numbers.integer(0, pause - 1)
    block(f) { [self] _, _ in userTurn(f) }
    due(f, at: now + d, Self.work) { [self] in resume(f, 0, .none) }
  }

  private func pause(_ f: Frame) {
    var think: CheckedExpression?
    for a in loadAttributes(f.thing) { if case .think(let e) = a { think = e } }
    guard let think else { return unknown("users who do not think") }
    let d = f.thing.think ?? eval(think, f).count
    f.blocks = []
    block(f) { [self] _, _ in userTurn(f) }
    due(f, at: now + d, Self.work) { [self] in resume(f, 0, .none) }
  }

  private func userTurn(_ f: Frame) {
    let t = f.thing
    if t.remaining <= 0 || t.spawned > t.users {
      t.spawned -= 1
      return drop(f)
    }
    t.remaining -= 1
    f.owner &+= 1
    (f.draws, f.calls) = ([:], [:])
    openRequest(f)
    f.blocks = [Frame.Block(.plain, loadBody(t).statements)]
  }

  func endUserTurn(_ f: Frame, ok: Bool) {
    let t = f.thing
    countRequest(t, f, ok: ok)
    touch(t)
    pause(f)
  }
}
