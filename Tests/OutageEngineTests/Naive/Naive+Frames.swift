import OutageEngine
import OutageModel
import OutageSemantics
import OutageSyntax

extension Naive {
  // MARK: Going on

  func go(_ f: Frame) {
    var turns = 0
    while !f.isBlocked, !f.isOver, failure == nil {
      turns += 1
      if turns > 3_000_000 { failure = "a loop without time" }
      guard let block = f.blocks.last else {
        end(f, .ok, .none)
        return
      }
      if block.next < block.statements.count {
        block.next += 1
        statement(block.statements[block.next - 1], f)
      } else if block.isLoop {
        turn(block, f)
      } else {
        f.blocks.removeLast()
      }
    }
  }

  private func turn(_ b: Frame.Block, _ f: Frame) {
    b.turn += 1
    let goesOn: Bool
    switch b.kind {
    case .forever: goesOn = true
    case .whileTrue(let condition): goesOn = eval(condition, f).isTrue
    case .times(let n): goesOn = b.turn < n
    case .range(let local, let high):
      let k = f.locals[local].count
      goesOn = k < high
      if goesOn { f.locals[local] = .count(k + 1) }
    case .list(let local, let items):
      goesOn = b.turn < items.count
      if goesOn { f.locals[local] = .count(items[Int(b.turn)]) }
    case .plain, .atomic: goesOn = false
    }
    if goesOn { b.next = 0 } else { f.blocks.removeLast() }
  }

  /// A wait, piece of work, answer or time-out of a frame falls due. A stalled thing keeps it for later.
  func due(_ f: Frame, at time: Int64, _ eventClass: Int, isWork: Bool = false, _ body: @escaping () -> Void) {
    let token = f.token
    schedule(f.thing.island, time, eventClass) { [self] in meet(f, token, time, eventClass, isWork, body) }
  }

  private func meet(
    _ f: Frame, _ token: Int, _ time: Int64, _ eventClass: Int, _ isWork: Bool, _ body: @escaping () -> Void
  ) {
    guard f.token == token, !f.isOver else { return }
    let t = f.thing
    if !t.isLease {
      if t.isStalled {
        let dueTime = now
        t.deferred.append { [self] in
          var time = now
          if isWork, f.token == token, f.isWorking {
            time = max(now, dueTime + t.stalledFor - f.stalledAtStart)
            f.stalledAtStart = t.stalledFor
          }
          schedule(t.island, time, eventClass) { [self] in meet(f, token, time, eventClass, isWork, body) }
        }
        return
      }
      if isWork, f.isWorking {
        let owed = t.stalledFor - f.stalledAtStart
        if owed > 0 {
          f.stalledAtStart = t.stalledFor
          schedule(t.island, now + owed, Self.answers) { [self] in
            meet(f, token, now, Self.answers, isWork, body)
          }
          return
        }
        f.isWorking = false
      }
    }
    body()
  }

  func block(_ f: Frame, _ goOn: @escaping (Int64, Value) -> Void) {
    f.token += 1
    f.isBlocked = true
    f.goOn = goOn
  }

  func resume(_ f: Frame, _ status: Int64, _ value: Value) {
    f.isBlocked = false
    let goOn = f.goOn
    f.goOn = nil
    goOn?(status, value)
    if !f.isBlocked, !f.isOver { go(f) }
  }

  func timeOut(_ f: Frame) {
    unpark(f)
    if f.isCalling { f.thing.timeouts += 1 }
    resume(f, CallStatus.timedOut.rawValue, .none)
  }

  func unpark(_ f: Frame) {
    parked[f.thing.island]?.removeAll { $0 === f }
    f.isParked = false
    if f.isTaking {
      f.isTaking = false
      for t in all { t.takers.removeAll { $0 === f } }
    }
    f.since = nil
  }

  /// Waits for a change of something awaited; `again` is asked each time, and says whether the wait is over.
  func park(_ f: Frame, deadline: Int64?, again: @escaping () -> Bool, late: @escaping (Int64) -> Void) {
    if f.since == nil {
      f.since = waits
      waits += 1
    }
    var list = parked[f.thing.island] ?? []
    let at = list.firstIndex { $0.since! > f.since! } ?? list.count
    list.insert(f, at: at)
    parked[f.thing.island] = list
    f.isParked = true
    block(f) { [self] status, _ in
      if status != 0 { return late(status) }
      if again() {
        f.since = nil
        return
      }
      park(f, deadline: deadline, again: again, late: late)
    }
    if let deadline { due(f, at: deadline, Self.timeouts) { [self] in timeOut(f) } }
  }

  func look(_ f: Frame, _ token: Int) {
    guard f.token == token, !f.isOver else { return }
    if !f.thing.isLease, f.thing.isStalled {
      f.thing.deferred.append { [self] in schedule(f.thing.island, now, Self.work) { [self] in look(f, token) } }
      return
    }
    resume(f, 0, .none)
  }

  // MARK: Ends

  func end(_ f: Frame, _ status: CallStatus, _ value: Value) {
    let t = f.thing
    switch f.kind {
    case .handler: finishRequest(f, status, value)
    case .lease: finishRenewal(f, ok: status == .ok)
    case .load:
      if isClosed(t) { return endUserTurn(f, ok: status == .ok) }
      countRequest(t, f, ok: status == .ok)
      drop(f)
      touch(t)
    case .process, .timeline:
      t.finished += 1
      drop(f)
      touch(t)
    }
  }

  /// The frame is gone: whatever was to come to it is stale.
  func drop(_ f: Frame) {
    f.isOver = true
    f.token += 1
    f.thing.frames.removeAll { $0 === f }
  }

  func failed(_ f: Frame, _ status: Int64) {
    switch f.kind {
    case .handler, .load, .lease: end(f, .failed, .none)
    case .process, .timeline:
      note("failed_call", f.thing, ",\"status\":\"\((CallStatus(rawValue: status) ?? .failed).words)\"")
      while let block = f.blocks.last, !block.isLoop { f.blocks.removeLast() }
      if let loop = f.blocks.last { loop.next = loop.statements.count } else { end(f, .ok, .none) }
    }
  }

  // MARK: Statements

  func statement(_ s: CheckedStatement, _ f: Frame) {
    let isAtomic = f.blocks.contains { if case .atomic = $0.kind { true } else { false } }
    if !isAtomic {
      if let label = s.label, f.thing.armedLabel == label {
        f.thing.armedLabel = nil
        f.blocks.last!.next -= 1
        block(f) { _, _ in }
        let token = f.token
        beginStall(f.thing, for: f.thing.armedFor)
        f.thing.deferred.append { [self] in
          schedule(f.thing.island, now, Self.work) { [self] in
            meet(f, token, now, Self.work, false) { [self] in resume(f, 0, .none) }
          }
        }
        return
      }
      settle(f.thing.island)
    }
    if let condition = s.condition, !eval(condition, f).isTrue { return }
    switch s.kind {
    case .let(let local, let e): f.locals[local] = eval(e, f)
    case .assignHandlerLimit(let reference, let handler, let e):
      let value = eval(e, f)
      for t in several(reference, f) {
        t.handlerLimits[handler] = value
        if e.type == .rate { t.handlerBuckets[handler] = (value.number, now) }
        touch(t)
      }
    case .assign(let member, let reference, let e): assign(member, reference, eval(e, f), e.type, f)
    case .operation(let e): _ = eval(e, f)
    case .blocking(let local, let member, let reference, _, let timeout, let otherwise):
      blocking(f, local, member, reference, timeout, otherwise)
    case .call(let local, let call, let otherwise): self.call(f, local, call, otherwise)
    case .send(let target):
      let arguments = target.arguments.map { eval($0, f) }
      let to = destination(target, f)
      request(f.thing, nil, ownerOfCall(target.span, f), to, target.handler, arguments, deadline: .max)
    case .wait(let e):
      let d = eval(e, f).count
      block(f) { _, _ in }
      due(f, at: now + d, Self.work) { [self] in resume(f, 0, .none) }
    case .work(let e): work(f, eval(e, f).count)
    case .waitUntil(let condition, let timeout, let otherwise):
      let deadline = timeout.map { now + eval($0, f).count }
      if eval(condition, f).isTrue { return }
      park(f, deadline: deadline, again: { [self] in eval(condition, f).isTrue }) { [self] status in
        if let otherwise { f.blocks.append(Frame.Block(.plain, otherwise)) } else { failed(f, status) }
      }
    case .return(let e):
      let value = e.map { eval($0, f) } ?? .none
      end(f, .ok, value)
    case .fail: failed(f, CallStatus.failed.rawValue)
    case .log(let e): log(e, f)
    case .if(let condition, let yes, let no):
      f.blocks.append(Frame.Block(.plain, eval(condition, f).isTrue ? yes : no))
    case .forIn(let local, let source, let filter, let statements):
      if filter == nil, case .range(let low, let high) = source.kind {
        f.locals[local] = .count(eval(low, f).count - 1)
        f.blocks.append(Frame.Block(.range(local, eval(high, f).count), statements))
        return
      }
      guard case .list(let items) = eval(source, f) else { return unknown("a list") }
      let kept = items.filter { item in
        f.locals[local] = .count(item)
        return filter.map { eval($0, f).isTrue } ?? true
      }
      f.blocks.append(Frame.Block(.list(local, kept), statements))
    case .repeat(let count, let statements): f.blocks.append(Frame.Block(.times(eval(count, f).count), statements))
    case .loop(let statements): f.blocks.append(Frame.Block(.forever, statements))
    case .while(let condition, let statements): f.blocks.append(Frame.Block(.whileTrue(condition), statements))
    case .break:
      while let block = f.blocks.popLast(), !block.isLoop {}
    case .continue:
      while let block = f.blocks.last, !block.isLoop { f.blocks.removeLast() }
      f.blocks.last?.next = f.blocks.last?.statements.count ?? 0
    case .atomic(let statements): f.blocks.append(Frame.Block(.atomic, statements))
    case .either(let branches): either(f, branches, s)
    default: fault(s, f)
    }
  }

  func unknown(_ what: String) { failure = "the naive interpreter does not know \(what)" }

  private func log(_ e: CheckedExpression, _ f: Frame) {
    var text = ""
    if case .text(let parts) = e.kind {
      for part in parts {
        switch part {
        case .literal(let s): text += s
        case .value(let v): text += words(eval(v, f), v.type)
        }
      }
    } else {
      text = words(eval(e, f), e.type)
    }
    let subject = f.thing.kind == nil ? "" : f.thing.name
    batch.append((now, f.thing.island, "log:\(now) \(subject) \(text)"))
  }

  private func words(_ value: Value, _ type: Type) -> String {
    switch type {
    case .truth: value.isTrue ? "true" : "false"
    case .duration: ValueText.duration(value.count)
    case .number: ValueText.decimal(value.number)
    default: ValueText.grouped(value.count)
    }
  }

  func work(_ f: Frame, _ duration: Int64) {
    var d = duration
    let t = f.thing
    block(f) { _, _ in }
    if !t.isLease {
      if let factor = t.slowness { d = Int64((Double(d) * factor).rounded()) }
      f.stalledAtStart = t.stalledFor
      f.isWorking = true
    }
    due(f, at: now + d, Self.answers, isWork: true) { [self] in resume(f, 0, .none) }
  }

  private func either(_ f: Frame, _ branches: [[CheckedStatement]], _ s: CheckedStatement) {
    let choose: () -> Bool = { [self] in
      let open = branches.indices.filter { isOpen(branches[$0].first, f) }
      if open.isEmpty { return false }
      var numbers = draw(s.span, "either", f)
      let pick = numbers.integer(1, Int64(open.count))
      f.blocks.append(Frame.Block(.plain, branches[open[Int(pick) - 1]]))
      return true
    }
    if choose() { return }
    park(f, deadline: nil, again: choose) { _ in }
  }

  private func isOpen(_ s: CheckedStatement?, _ f: Frame) -> Bool {
    switch s?.kind {
    case .waitUntil(let condition, _, _): eval(condition, f).isTrue
    case .blocking(_, let member, let reference, _, _, _):
      member == .acquire ? !one(reference, f).isActive : !one(reference, f).items.isEmpty
    case .atomic(let statements): isOpen(statements.first, f)
    default: true
    }
  }

  private func blocking(
    _ f: Frame, _ local: Int?, _ member: Member, _ reference: NodeReference, _ timeout: CheckedExpression?,
    _ otherwise: [CheckedStatement]?
  ) {
    let deadline = timeout.map { now + eval($0, f).count }
    let t = one(reference, f)
    let late: (Int64) -> Void = { [self] status in
      if let otherwise { f.blocks.append(Frame.Block(.plain, otherwise)) } else { failed(f, status) }
    }
    if member == .acquire {
      let acquire: () -> Bool = { [self] in
        guard !t.isActive else { return false }
        t.token += 1
        t.holder = f.thing.id
        hold(t, until: now + lasts(t))
        if let local { f.locals[local] = .count(t.token) }
        return true
      }
      if acquire() { return }
      return park(f, deadline: deadline, again: acquire, late: late)
    }
    let take: () -> Bool = { [self] in
      guard !t.items.isEmpty else { return false }
      let item = t.items.removeFirst()
      if let local { f.locals[local] = item.value }
      touch(t)
      return true
    }
    if take() { return }
    // The guard of an atomic step takes its item in that step.
    if f.blocks.contains(where: { if case .atomic = $0.kind { true } else { false } }) {
      return park(f, deadline: deadline, again: take, late: late)
    }
    f.isTaking = true
    t.takers.append(f)
    block(f) { status, value in
      if status != 0 { return late(status) }
      if let local { f.locals[local] = value }
    }
    if let deadline { due(f, at: deadline, Self.timeouts) { [self] in timeOut(f) } }
  }

  func put(_ t: Thing, _ value: Value) -> Bool {
    if give(t, value) { return true }
    if Int64(t.items.count) >= t.capacity { return false }
    t.items.append((value, now))
    touch(t)
    return true
  }

  /// Hands an item to the first who waits and is not stalled.
  private func give(_ t: Thing, _ value: Value) -> Bool {
    guard let first = t.takers.firstIndex(where: { $0.thing.isLease || !$0.thing.isStalled }) else { return false }
    let f = t.takers.remove(at: first)
    f.isTaking = false
    f.token += 1
    due(f, at: now, Self.work) { [self] in resume(f, 0, value) }
    touch(t)
    return true
  }

  /// After a stall of `t`: who waited through it takes what lies there.
  func serveTakers(of t: Thing) {
    for q in all where q.takers.contains(where: { $0.thing === t }) {
      while let item = q.items.first, give(q, item.value) { q.items.removeFirst() }
    }
  }

  // MARK: Calls

  private func call(_ f: Frame, _ local: Int?, _ call: CheckedCall, _ otherwise: [CheckedStatement]?) {
    let t = f.thing
    let arguments = call.target.arguments.map { eval($0, f) }
    let timeout = call.timeout.map { eval($0, f).count }
    var limit: Int64?
    var retriesAtAll = true
    switch call.retry {
    case .none: retriesAtAll = false
    case .times(let e): limit = eval(e, f).count
    case .forever: break
    }
    let base = call.backoff.map { eval($0, f).count }
    let cap = call.backoffLimit.map { eval($0, f).count } ?? .max
    var last: Int64 = 0
    let earn = call.budget.map { eval($0, f).number }
    let burst = call.burst.map { eval($0, f).number } ?? 10
    let bucket = Int(call.target.span.start)
    var retries: Int64 = 0

    func lost(_ status: Int64) {
      if let otherwise { f.blocks.append(Frame.Block(.plain, otherwise)) } else { failed(f, status) }
    }
    func attempt() {
      let target = destination(call.target, f)
      block(f) { [self] status, value in
        f.isCalling = false
        if status == 0 {
          if let earn { t.missing[bucket] = max(0, t.missing[bucket, default: 0] - earn) }
          if let local { f.locals[local] = value }
          return
        }
        guard retriesAtAll else { return lost(status) }
        retries += 1
        if let limit, retries > limit { return lost(status) }
        if earn != nil {
          let missing = t.missing[bucket, default: 0]
          if burst - missing < 1 { return lost(status) }
          t.missing[bucket] = missing + 1
        }
        t.retries += 1
        // A retry is new work, with a pause or without.
        let d = base.map { pause(call, f, $0, cap, retries, &last) } ?? 0
        block(f) { _, _ in attempt() }
        due(f, at: now + d, Self.work) { [self] in resume(f, 0, .none) }
      }
      f.isCalling = true
      var deadline = Int64.max
      if let timeout {
        deadline = now + timeout
        due(f, at: deadline, Self.timeouts) { [self] in timeOut(f) }
      }
      f.attempt = now
      request(t, f, ownerOfCall(call.target.span, f), target, call.target.handler, arguments, deadline: deadline)
    }
    attempt()
  }

  /// "Exponential Backoff And Jitter" (M. Brooker, 2015).
  private func pause(
    _ call: CheckedCall, _ f: Frame, _ base: Int64, _ cap: Int64, _ retries: Int64, _ last: inout Int64
  ) -> Int64 {
    func drawn(_ low: Int64, _ high: Int64) -> Int64 {
      var numbers = draw(call.target.span, "backoff", f)
      return numbers.integer(low, high)
    }
    var whole = base
    for _ in 1..<max(1, retries) where whole < cap { whole = whole > Int64.max / 2 ? .max : whole * 2 }
    whole = min(whole, cap)
    switch call.jitter {
    case .none: return whole
    case .equal: return whole / 2 + drawn(0, whole - whole / 2)
    case .full: return drawn(0, whole)
    case .decorrelated:
      let from = retries == 1 ? base : last
      last = min(cap, drawn(base, max(base, from * 3)))
      return last
    }
  }

  /// The thing a call reaches: an element of an array is drawn anew for each attempt.
  private func destination(_ target: CheckedTarget, _ f: Frame) -> Thing? {
    let n = target.node.node
    if case .balancer(let service, _) = program.nodes[n].kind { return route(things[n][0], things[service]) }
    if case .all = target.node.selector, program.nodes[n].count != nil {
      let open = things[n].filter(\.isEnabled)
      if open.count < 2 { return open.first }
      var numbers = draw(target.span, "pick", f)
      return open[Int(numbers.integer(0, Int64(open.count - 1)))]
    }
    return one(target.node, f)
  }

  private func request(
    _ from: Thing, _ f: Frame?, _ owner: UInt64, _ target: Thing?, _ handler: Int, _ arguments: [Value],
    deadline: Int64
  ) {
    guard let target else {
      if let f { due(f, at: now, Self.answers) { [self] in resume(f, CallStatus.noTarget.rawValue, .none) } }
      return
    }
    let request = Request(
      handler: handler, arguments: arguments, caller: f, callerToken: f?.token ?? 0, origin: from, owner: owner,
      arrival: 0, deadline: deadline)
    if isLost(from, target, request, isAnswer: false) { return }
    send(request, from: from, to: target) { [self] in arrive(target, request) }
  }

  /// A request on its way. From another island the receiver draws how long it takes, when it may be there at the earliest.
  func send(_ r: Request, from: Thing, to target: Thing, _ arrive: @escaping () -> Void) {
    if target.drawnLatency == nil { return deliver(from: from, to: target, now + target.latency, Self.work, arrive) }
    if from.island == target.island {
      return schedule(target.island, now + wire(target, r, back: false), Self.work, arrive)
    }
    deliver(from: from, to: target, now + target.latency, Self.work) { [self] in
      schedule(target.island, now + wire(target, r, back: false) - target.latency, Self.work, arrive)
    }
  }

  private func wire(_ t: Thing, _ r: Request, back: Bool) -> Int64 {
    guard let e = t.drawnLatency else { return t.latency }
    role = back ? " back" : ""
    defer { role = "" }
    let message = Frame(t, .timeline, CheckedBody(locals: [], parameterCount: 0, statements: []))
    message.owner = mix(r.owner ^ hash(asked(r, of: t)))
    return eval(e, message).count
  }

  /// How long the answer to a request takes; drawn only where somebody waits.
  func wireBack(_ t: Thing, _ request: Request) -> Int64 { request.caller == nil ? 0 : wire(t, request, back: true) }

  func answer(
    _ from: Thing, _ request: Request, _ status: CallStatus, _ value: Value, after latency: Int64? = nil
  ) {
    guard let f = request.caller else { return }
    let latency = latency ?? wireBack(from, request)
    if isLost(from, request.origin, request, isAnswer: true) { return }
    deliver(from: from, to: request.origin, now + latency, Self.answers) { [self] in
      meet(f, request.callerToken, now, Self.answers, false) { [self] in resume(f, status.rawValue, value) }
    }
  }
}
