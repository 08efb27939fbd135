import OutageModel
import OutageSemantics
import OutageSyntax

// Calls, sends and waiting.

extension Compiler {
  /// A register with the element that a call reaches, chosen anew for each attempt.
  private func destination(_ target: CheckedTarget, service n: Int) throws(CompileFailure) -> Int {
    let reference = target.node
    let r = register()
    if case .balancer = program.nodes[reference.node].kind {
      fuse(.element(reference.node, 0))
      code.emit(.route, a: r, b: const(Int64(first[reference.node])))
      return r
    }
    guard case .service(let service) = program.nodes[n].kind else { return r }
    if let record = service.record {
      fuse(self.target(record))
      if case .dns(let plans, _) = program.nodes[record.node].kind { fuse(.all(plans.node)) }
      try scratch { () throws(CompileFailure) in
        let element = try self.element(record)
        recordsResolved[code.code.count] = record.node
        // The draws of one attempt have places of their own, and one count.
        let place = place(.address, of: target.span, isInC: true)
        placeBeside(.resolver, of: target.span)
        code.emit(
          .resolve, x: resolvers, a: r, b: element, imm: Int64(place) << 32 | Int64(n))
      }
      if case .all = reference.selector {
      } else if isArray(n) {
        // An element named by the script: the name must resolve, the element is the one named.
        let out = code.label()
        try scratch { () throws(CompileFailure) in
          let test = register()
          code.emit(.less, a: test, b: r, c: const(0))
          code.jump(.jumpIf, a: test, to: out)
          move(try self.element(reference), r)
        }
        code.place(out)
      }
      return r
    }
    if case .all = reference.selector, isArray(n) {
      let place = place(.pick, of: target.span, isInC: true)
      code.emit(.pick, a: r, imm: Int64(place) << 32 | Int64(n))
    } else if case .single = reference.selector {
      code.emit(.const, a: r, imm: Int64(first[n]))
    } else {
      move(try element(reference), r)
    }
    return r
  }

  /// Caches of the resolvers of the load that is compiled.
  private var resolvers: Int {
    guard case .load(let attributes, _) = program.nodes[min(body.node, program.nodes.count - 1)].kind,
      body.node < program.nodes.count
    else { return 1 }
    for a in attributes {
      if case .resolvers(let e) = a.value, (try? holds(a.condition)) == true, let v = try? settle(e) {
        return Int(v)
      }
    }
    return 1
  }

  /// The service behind a target, and what the caller touches or is linked with.
  private func service(of target: CheckedTarget) throws(CompileFailure) -> Int {
    let n = target.node.node
    guard case .balancer(let service, _) = program.nodes[n].kind else {
      reach(self.target(target.node), n)
      return n
    }
    reach(.all(service), service)
    return service
  }

  private func reach(_ target: Touches.Target, _ n: Int) {
    if !body.isTaken { return note(target, latency[n] ?? 0 > 0 ? .linked : .direct) }
    if latency[n] ?? 0 > 0 {
      body.touches.linked.insert(target)
    } else {
      body.touches.direct.insert(target)
    }
  }

  /// Registers of the arguments, in a row.
  private func arguments(_ target: CheckedTarget) throws(CompileFailure) -> (Int, Int) {
    let width = target.arguments.reduce(0) { $0 + $1.type.width }
    let args = register(max(1, width))
    var at = args
    for argument in target.arguments {
      if isList(argument.type) {
        throw CompileFailure("E0610", "a list cannot be sent", argument.span, help: "send its items one by one")
      }
      try into(argument, at)
      at += argument.type.width
    }
    return (args, width)
  }

  func send(_ target: CheckedTarget) throws(CompileFailure) {
    let n = try service(of: target)
    body.called.insert(HandlerCalled(service: n, handler: target.handler))
    let (args, width) = try arguments(target)
    let element = try destination(target, service: n)
    let cyclic = callClass(target)
    code.emit(.send, x: width, b: element, c: args, imm: Int64(target.handler) | cyclic)
  }

  func call(_ local: Int?, _ call: CheckedCall, _ otherwise: [CheckedStatement]?, _ s: CheckedStatement)
    throws(CompileFailure)
  {
    let n = try service(of: call.target)
    body.called.insert(HandlerCalled(service: n, handler: call.target.handler))
    let (args, width) = try arguments(call.target)
    let answerWidth = call.result.width
    let status = register(1 + answerWidth)
    var timeout = 0xFFFF
    if let e = call.timeout {
      timeout = register()
      try into(e, timeout)
    }
    let retries = register()
    var limit: Int?
    switch call.retry {
    case .none: break
    case .times(let e):
      limit = register()
      try into(e, limit ?? 0)
    case .forever: break
    }
    var hasRetries = true
    if case .none = call.retry { hasRetries = false }
    if hasRetries { code.emit(.const, a: retries, imm: 0) }
    // base, limit, last of the back-off
    var pause: Int?
    if let e = call.backoff {
      let r = register(3)
      try into(e, r)
      if let e = call.backoffLimit { try into(e, r + 1) } else { code.emit(.const, a: r + 1, imm: .max) }
      code.emit(.const, a: r + 2, imm: 0)
      pause = r
    }
    var earned: (Int, Int)?
    var budgetWord = 0
    if let e = call.budget {
      let r = register(2)
      try into(e, r)
      if let b = call.burst {
        try into(b, r + 1)
        if !settled.isNumber(b.type) { code.emit(.countToNumber, a: r + 1, b: r + 1) }
      } else {
        code.emit(.const, a: r + 1, imm: Settled.word(10))
      }
      earned = (r, r + 1)
      budgetWord = fixedWords[body.node] + counterWords[body.node]
      counterWords[body.node] += 1
    }
    let top = code.label()
    let done = code.label()
    let lost = code.label()
    code.place(top)
    try scratch { () throws(CompileFailure) in
      let element = try destination(call.target, service: n)
      let cyclic = callClass(call.target)
      code.emit(
        .call, x: width, a: status, b: element, c: args,
        imm: Int64(call.target.handler) | Int64(timeout) << 16 | Int64(answerWidth) << 32 | cyclic)
    }
    let ok = code.label()
    code.jump(.jumpUnless, a: status, to: ok)
    if hasRetries {
      code.emit(.addConst, a: retries, b: retries, imm: 1)
      if let limit {
        try scratch { () throws(CompileFailure) in
          let test = register()
          code.emit(.lessOrEqual, a: test, b: retries, c: limit)
          code.jump(.jumpUnless, a: test, to: lost)
        }
      }
      if let (_, burst) = earned {
        try scratch { () throws(CompileFailure) in
          let test = register()
          code.emit(.budgetTake, a: test, b: burst, imm: Int64(budgetWord))
          code.jump(.jumpUnless, a: test, to: lost)
        }
      }
      code.emit(.countRetry)
      if let pause {
        try scratch { () throws(CompileFailure) in
          let r = register()
          let jitter: JitterCode =
            switch call.jitter {
            case .none: .none
            case .equal: .equal
            case .full: .full
            case .decorrelated: .decorrelated
            }
          let place = place(.backoff, of: call.target.span)
          code.emit(
            .backoff, a: r, b: retries, c: pause, imm: Int64(place) | Int64(jitter.rawValue) << 32)
          code.emit(.wait, a: r)
        }
      } else {
        // A retry is new work: it comes after the answers and time-outs of its instant.
        try scratch { () throws(CompileFailure) in code.emit(.wait, x: 1, a: const(0)) }
      }
      code.emit(.turn)
      // A retry is a step of its own.
      retry(s)
      code.jump(to: top)
    }
    code.place(lost)
    if let otherwise { try block(otherwise) } else { try failed(status) }
    code.jump(to: done)
    code.place(ok)
    if let (earn, burst) = earned { code.emit(.budgetEarn, a: earn, b: burst, imm: Int64(budgetWord)) }
    if let local { move(status + 1, body.locals[local], width: answerWidth) }
    code.place(done)
  }

  // MARK: Blocking operations

  func blocking(
    _ local: Int?, _ member: Member, _ reference: NodeReference, _ arguments: [CheckedExpression],
    _ timeout: CheckedExpression?, _ otherwise: [CheckedStatement]?, _ s: CheckedStatement
  ) throws(CompileFailure) {
    fuse(target(reference))
    body.touches.written.insert(target(reference))
    body.touches.shown.insert(target(reference))
    var width = 1
    if case .queue(let item, _) = program.nodes[reference.node].kind { width = item.width }
    if member == .acquire { awaits([target(reference)]) }
    let status = register(1 + max(1, width))
    let limit = try deadline(timeout)
    let ok = code.label()
    let late = code.label()
    if body.isAtomic, member == .take { try waitForItem(reference, status, limit, s, late) }
    try scratch { () throws(CompileFailure) in
      let element = try self.element(reference)
      code.emit(.take, x: width, a: status, b: element, c: limit)
    }
    code.jump(.jumpUnless, a: status, to: ok)
    code.place(late)
    let out = code.label()
    if let otherwise { try block(otherwise) } else { try failed(status) }
    code.jump(to: out)
    code.place(ok)
    if let local { move(status + 1, body.locals[local], width: max(1, width)) }
    code.place(out)
  }

  /// The guard of an atomic step takes its item in that step: one that was handed over before would be gone from the queue
  /// while the rest of the step is still to come.
  private func waitForItem(
    _ reference: NodeReference, _ status: Int, _ limit: Int, _ s: CheckedStatement, _ late: CodeBuffer.Label
  ) throws(CompileFailure) {
    let there = code.label()
    let length = CheckedExpression(.member(.length, reference, []), .count, s.span)
    try scratch { () throws(CompileFailure) in try look(at: length, there, deadline: limit, status, late) }
    code.place(there)
    code.emit(.waited)
  }

  /// The register with the time until which somebody waits; 0xFFFF: for ever.
  private func deadline(_ timeout: CheckedExpression?) throws(CompileFailure) -> Int {
    guard let timeout else { return 0xFFFF }
    if let begun = body.branchDeadline {
      body.branchDeadline = nil
      return begun
    }
    let deadline = register()
    try scratch { () throws(CompileFailure) in try setDeadline(deadline, after: try value(timeout)) }
    return deadline
  }

  private func setDeadline(_ deadline: Int, after duration: Int) throws(CompileFailure) {
    try scratch { () throws(CompileFailure) in
      let t = register()
      code.emit(.now, a: t)
      code.emit(.later, a: deadline, b: t, c: duration)
    }
  }

  /// Looks at a condition whenever what it reads changes: goes on at `there` once it holds, at `late` when the time is up.
  private func look(
    at condition: CheckedExpression, _ there: CodeBuffer.Label, deadline: Int, _ status: Int, _ late: CodeBuffer.Label
  ) throws(CompileFailure) {
    let top = code.label()
    code.place(top)
    let before = body.reads
    let readTimeBefore = body.readsTime
    body.reads = []
    body.readsTime = false
    let condition = try value(condition)
    let read = body.reads
    let tick = body.readsTime ? meta.clock.tick : 0
    body.readsTime = body.readsTime || readTimeBefore
    body.reads = before.union(read)
    for target in read { fuse(target) }
    awaits(read)
    code.jump(.jumpIf, a: condition, to: there)
    code.emit(.park, a: status, c: deadline, imm: tick)
    code.jump(.jumpIf, a: status, to: late)
    code.jump(to: top)
  }

  func waitUntil(_ condition: CheckedExpression, _ timeout: CheckedExpression?, _ otherwise: [CheckedStatement]?)
    throws(CompileFailure)
  {
    let deadline = try deadline(timeout)
    let out = code.label()
    let late = code.label()
    try scratch { () throws(CompileFailure) in try look(at: condition, out, deadline: deadline, register(), late) }
    code.place(late)
    if let otherwise {
      try block(otherwise)
    } else if timeout != nil {
      let status = const(CallStatus.timedOut.rawValue)
      try failed(status)
    }
    code.place(out)
    code.emit(.waited)
  }

  /// Whoever waits looks again when these change.
  func awaits(_ targets: Set<Touches.Target>) {
    watch(targets)
    for target in targets { parts.nodes[target.node].isAwaited = true }
  }

  /// A property is checked again when these change.
  func watch(_ targets: Set<Touches.Target>) {
    if !body.isTaken { return targets.forEach { note($0, .watched) } }
    for target in targets { parts.nodes[target.node].isWatched = true }
  }

  // MARK: Either

  /// A branch is open when its first step is enabled; one of the open ones is drawn. Where none is before the earliest
  /// time-out of a first step, its branch is taken: there the time is up.
  func either(_ branches: [[CheckedStatement]], _ s: CheckedStatement) throws(CompileFailure) {
    let open = register(branches.count)
    let total = register()
    let readTimeBefore = body.readsTime
    body.readsTime = false
    // How long each waits: which is the first to be over does not depend on the time.
    let waits = try branches.map { branch throws(CompileFailure) in
      try Self.timeout(branch.first).map { timeout throws(CompileFailure) in try value(timeout) }
    }
    let shortest = least(waits.compactMap { $0 })
    func deadline(after wait: Int?) throws(CompileFailure) -> Int? {
      guard let wait else { return nil }
      let deadline = register()
      try setDeadline(deadline, after: wait)
      return deadline
    }
    let deadlines = try waits.map { wait throws(CompileFailure) in try deadline(after: wait) }
    let earliest = try deadline(after: shortest) ?? 0xFFFF
    let status = register()
    let top = code.label()
    let go = code.label()
    let out = code.label()
    code.place(top)
    code.emit(.const, a: total, imm: 0)
    for (k, branch) in branches.enumerated() {
      try enabled(branch.first, into: open + k)
      code.emit(.addCount, a: total, b: total, c: open + k)
    }
    code.jump(.jumpIf, a: total, to: go)
    let tick = body.readsTime ? meta.clock.tick : 0
    body.readsTime = body.readsTime || readTimeBefore
    code.emit(.park, a: status, c: earliest, imm: tick)
    if let shortest {
      code.jump(.jumpUnless, a: status, to: top)
      for (k, wait) in waits.enumerated() {
        guard let wait else { continue }
        code.emit(.equal, a: open + k, b: wait, c: shortest)
        code.emit(.addCount, a: total, b: total, c: open + k)
      }
    } else {
      code.jump(to: top)
    }
    code.place(go)
    code.emit(.waited)
    let pick = register()
    let one = const(1)
    let place = place(.either, of: s.span)
    code.emit(.anyOf, x: branches.count, a: pick, b: one, c: total, imm: Int64(place))
    for (k, branch) in branches.enumerated() {
      let next = code.label()
      code.jump(.jumpUnless, a: open + k, to: next)
      code.emit(.addConst, a: pick, b: pick, imm: -1)
      code.jump(.jumpIf, a: pick, to: next)
      body.branchDeadline = deadlines[k]
      try block(branch)
      code.jump(to: out)
      code.place(next)
    }
    code.place(out)
  }

  /// The time-out of a branch's first step.
  private static func timeout(_ statement: CheckedStatement?) -> CheckedExpression? {
    switch statement?.kind {
    case .waitUntil(_, let timeout, _): timeout
    case .blocking(_, _, _, _, let timeout, _): timeout
    case .atomic(let statements): timeout(statements.first)
    default: nil
    }
  }

  /// The register with the least of some values; nil: there are none.
  private func least(_ values: [Int]) -> Int? {
    guard let first = values.first, values.count > 1 else { return values.first }
    let least = register()
    code.emit(.minCount, a: least, b: first, c: values[1])
    for other in values.dropFirst(2) { code.emit(.minCount, a: least, b: least, c: other) }
    return least
  }

  private func enabled(_ statement: CheckedStatement?, into r: Int) throws(CompileFailure) {
    code.emit(.const, a: r, imm: 1)
    guard let statement else { return }
    switch statement.kind {
    case .waitUntil(let condition, _, _):
      let before = body.reads
      body.reads = []
      try into(condition, r)
      for target in body.reads { fuse(target) }
      awaits(body.reads)
      body.reads = before.union(body.reads)
    case .blocking(_, let member, let reference, _, _, _):
      fuse(target(reference))
      awaits([target(reference)])
      try scratch { () throws(CompileFailure) in
        let element = try self.element(reference)
        code.emit(
          .read, x: Int((member == .acquire ? MemberCode.active : .length).rawValue), a: r, b: element)
        if member == .acquire {
          code.emit(.not, a: r, b: r)
        } else {
          code.emit(.minCount, a: r, b: r, c: const(1))
        }
      }
    case .atomic(let statements): try enabled(statements.first, into: r)
    default: break
    }
  }
}
