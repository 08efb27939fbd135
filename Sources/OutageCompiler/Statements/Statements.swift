import OutageModel
import OutageSemantics
import OutageSyntax

extension Compiler {
  func block(_ statements: [CheckedStatement]) throws(CompileFailure) {
    for statement in statements {
      try scratch { () throws(CompileFailure) in try self.statement(statement) }
    }
  }

  /// Marks the start of an atomic step.
  func step(_ s: CheckedStatement) {
    if body.isAtomic || body.kind == .expression { return }
    if let label = s.label {
      code.emit(.label, imm: Int64(labels.id(label)))
    }
    beginStep(s)
  }

  /// Marks the start of another attempt of a call.
  func retry(_ s: CheckedStatement) {
    retrySteps.insert(parts.steps.count)
    beginStep(s)
    if isExploring { meta.exploring.stepTexts[parts.steps.count - 1]?.1 = "again: " + stepText(s) }
  }

  private func beginStep(_ s: CheckedStatement) {
    if isFollowing, body.kind == .process { code.emit(.turnstile, imm: Int64(parts.steps.count)) }
    parts.steps.append(
      StepInfo(
        label: s.label.map { labels.id($0) } ?? -1, file: s.span.file, from: s.span.start, to: s.span.end))
    parts.steps[parts.steps.count - 1].isQuiet = isQuiet
    if isExploring { meta.exploring.stepTexts[parts.steps.count - 1] = (line(s.span), stepText(s)) }
    code.emit(.step, imm: Int64(parts.steps.count - 1))
  }

  /// The source of a step: of a block its head only.
  private func stepText(_ s: CheckedStatement) -> String {
    let text = source(s.span, limit: 300)
    switch s.kind {
    case .if, .while, .forIn, .repeat, .loop, .either:
      guard let brace = text.firstIndex(of: "{") else { return text }
      var head = text[..<brace]
      while head.last == " " { head.removeLast() }
      return String(head)
    default: return text
    }
  }

  /// Where an order is followed: the steps so far have come to their end.
  func passed() { if isFollowing, body.kind == .process, !body.isAtomic { code.emit(.passed) } }

  func statement(_ s: CheckedStatement) throws(CompileFailure) {
    try goOn()
    let isQuietAround = isQuiet
    isQuiet = isQuiet || s.isQuiet
    defer { isQuiet = isQuietAround }
    if try decidedLater(s) { return }
    // A condition on parameters decides before the run.
    if let condition = s.condition, let v = try settled.value(condition), v == 0 { return }
    if case .if(let condition, let yes, let no) = s.kind, s.condition == nil, let v = try settled.value(condition) {
      return try block(v != 0 ? yes : no)
    }
    // A loop's condition is a step each time.
    if case .while = s.kind {} else { step(s) }
    let out = code.label()
    if let condition = s.condition {
      try scratch { () throws(CompileFailure) in
        let c = try value(condition)
        code.jump(.jumpUnless, a: c, to: out)
      }
    }
    try simple(s)
    code.place(out)
  }

  func simple(_ s: CheckedStatement) throws(CompileFailure) {
    switch s.kind {
    case .let(let local, let e): try keep(e, in: local)
    case .assign(let member, let reference, let e): try assign(member, reference, e, s)
    case .assignHandlerLimit(let reference, let handler, let e):
      fuseAction(reference, reads: false)
      let v = try value(e)
      try assignLimit(reference, v, isRate: e.type == .rate, handler: handler)
      tell(assigned: e, v, s)
    case .assignField(let reference, let field, let e):
      fuseAction(reference, reads: false)
      guard case .variable(let type, _, _) = program.nodes[reference.node].kind else { return }
      let word = fieldOffset(type, field)
      let v = try value(e)
      try eachElement(reference) { element throws(CompileFailure) in
        for k in 0..<e.type.width {
          variableAccess[code.code.count] = reference.node
          code.emit(.store, a: v + k, b: element, imm: Int64(word + k))
        }
      }
    case .operation(let e): try operation(e)
    case .blocking(let local, let member, let reference, let arguments, let timeout, let otherwise):
      try blocking(local, member, reference, arguments, timeout, otherwise, s)
    case .call(let local, let call, let otherwise): try self.call(local, call, otherwise, s)
    case .send(let target): try send(target)
    case .wait(let e): try passTime(.wait, e)
    case .work(let e): try passTime(.work, e)
    case .waitUntil(let condition, let timeout, let otherwise): try waitUntil(condition, timeout, otherwise)
    case .return(let e): try answer(e)
    case .fail: try failed(const(CallStatus.failed.rawValue))
    case .log(let e): try log(e)
    case .if(let condition, let yes, let no):
      let other = code.label()
      let out = code.label()
      try scratch { () throws(CompileFailure) in code.jump(.jumpUnless, a: try value(condition), to: other) }
      try block(yes)
      code.jump(to: out)
      code.place(other)
      try block(no)
      code.place(out)
    case .forIn(let local, let source, let filter, let statements): try forIn(local, source, filter, statements)
    case .repeat(let count, let statements):
      let n = register()
      let k = const(0)
      try into(count, n)
      try loop(statements) { out throws(CompileFailure) in
        try scratch { () throws(CompileFailure) in
          let test = register()
          code.emit(.less, a: test, b: k, c: n)
          code.jump(.jumpUnless, a: test, to: out)
        }
      } next: {
        code.emit(.addConst, a: k, b: k, imm: 1)
      }
    case .loop(let statements): try loop(statements, test: { _ in }, next: {})
    case .while(let condition, let statements):
      try loop(statements) { out throws(CompileFailure) in
        step(s)
        try scratch { () throws(CompileFailure) in code.jump(.jumpUnless, a: try value(condition), to: out) }
      } next: {
      }
    case .break: if let l = body.loops.last { code.jump(to: l.out) }
    case .continue: if let l = body.loops.last { code.jump(to: l.turn) }
    case .atomic(let statements):
      let outer = body.isAtomic
      body.isAtomic = true
      try block(statements)
      body.isAtomic = outer
    case .either(let branches):
      branchSteps.insert(parts.steps.count - 1)
      try either(branches, s)
    case .stall, .crash, .restart, .slow, .cut, .drop, .heal, .follow: try fault(s)
    }
  }

  /// `wait` and `work` look themselves whether the time is negative: they stand in the innermost loops.
  private func passTime(_ op: Operation, _ e: CheckedExpression) throws(CompileFailure) {
    _ = try settled.value(e)
    var time = e
    time.rule = nil
    let duration = try value(time)
    passed()
    code.emit(op, a: duration, imm: Int64(e.rule?.rawValue ?? 0))
  }

  private func loop(
    _ statements: [CheckedStatement], test: (CodeBuffer.Label) throws(CompileFailure) -> Void, next: () -> Void
  ) throws(CompileFailure) {
    let top = code.label()
    let turn = code.label()
    let out = code.label()
    code.place(top)
    try test(out)
    body.loops.append((turn, out))
    try block(statements)
    body.loops.removeLast()
    code.place(turn)
    next()
    code.emit(.turn)
    code.jump(to: top)
    code.place(out)
  }

  private func forIn(
    _ local: Int, _ source: CheckedExpression, _ filter: CheckedExpression?, _ statements: [CheckedStatement]
  ) throws(CompileFailure) {
    let variable = body.locals[local]
    if case .range(let low, let high) = source.kind, filter == nil {
      try forRange(low, high, variable, statements)
      return
    }
    // The list is taken in one step, then the bodies run over that snapshot.
    let list = listRegister()
    if let filter {
      let variableOf = CheckedExpression(.local(local), itemType(source.type), source.span)
      try comprehension(
        .collect, variableOf, local, source, filter, CheckedExpression(.missing, source.type, source.span), list)
    } else {
      code.emit(.listNew, a: list)
      try into(source, list)
    }
    let k = register()
    let end = register()
    code.emit(.const, a: k, imm: 0)
    code.emit(.listLength, a: end, b: list)
    try loop(statements) { out throws(CompileFailure) in
      try scratch { () throws(CompileFailure) in
        let test = register()
        code.emit(.less, a: test, b: k, c: end)
        code.jump(.jumpUnless, a: test, to: out)
        code.emit(.listGet, a: variable, b: list, c: k)
      }
    } next: {
      code.emit(.addConst, a: k, b: k, imm: 1)
    }
  }

  /// Counts to the last one, which may be the greatest count there is: nothing comes after it.
  private func forRange(
    _ low: CheckedExpression, _ high: CheckedExpression, _ variable: Int, _ statements: [CheckedStatement]
  ) throws(CompileFailure) {
    let k = register()
    let end = register()
    try into(low, k)
    try into(high, end)
    func leave(unless test: Operation, to out: CodeBuffer.Label) throws(CompileFailure) {
      try scratch { () throws(CompileFailure) in
        let r = register()
        code.emit(test, a: r, b: k, c: end)
        code.jump(.jumpUnless, a: r, to: out)
      }
    }
    let top = code.label()
    let turn = code.label()
    let out = code.label()
    try leave(unless: .lessOrEqual, to: out)
    code.place(top)
    move(k, variable)
    body.loops.append((turn, out))
    try block(statements)
    body.loops.removeLast()
    code.place(turn)
    try leave(unless: .less, to: out)
    code.emit(.addConst, a: k, b: k, imm: 1)
    code.emit(.turn)
    code.jump(to: top)
    code.place(out)
  }

  // MARK: Ends

  /// `return`: a handler answers; elsewhere the body ends well.
  private func answer(_ e: CheckedExpression?) throws(CompileFailure) {
    if let done = body.done {
      code.jump(to: done)
      return
    }
    if let e, body.kind == .handler, e.type.width > 0 {
      code.emit(.end, x: e.type.width, a: try value(e))
    } else {
      passed()
      code.emit(.end)
    }
  }

  /// What an unhandled failure does here; `status`: register with the status of the call.
  func failed(_ status: Int) throws(CompileFailure) {
    if let failure = body.failure {
      code.emit(.const, a: failure.status, imm: 1)
      code.jump(to: failure.label)
      return
    }
    switch body.kind {
    case .handler, .load, .lease, .lapse: code.emit(.fail)
    case .process, .timeline, .expression:
      code.emit(.logFailure, a: status)
      if let l = body.loops.last { code.jump(to: l.turn) } else { code.emit(.end) }
    }
  }

  // MARK: Variables, attributes, operations

  /// What a statement changes: fused, unless operators do it. `reads`: what it does depends on what was there.
  /// - Parameter isOfTime: only how long something takes depends on it.
  func fuseAction(_ reference: NodeReference, reads: Bool = true, isOfTime: Bool = false) {
    let target = target(reference)
    if reads { touch(target) } else if !body.isOperator { body.touches.direct.insert(target) }
    body.touches.written.insert(target)
    if !isOfTime { body.touches.shown.insert(target) }
  }

  /// Whether an attribute says only how long something takes, or how much load there is.
  private func isOfTime(_ member: Member, _ n: Int, _ span: Span) throws(CompileFailure) -> Bool {
    if case .variable = program.nodes[n].kind { return false }
    if member == .limit { return false }
    switch try memberCode(member, span) {
    case .ttl, .negative: return false
    case let code: return !code.isAdmission
    }
  }

  private func assign(_ member: Member, _ reference: NodeReference, _ e: CheckedExpression, _ s: CheckedStatement)
    throws(CompileFailure)
  {
    fuseAction(reference, reads: false, isOfTime: try isOfTime(member, reference.node, s.span))
    // Terms and intervals belong to the whole fleet.
    if member == .lasts || member == .renewEvery { touch(.all(reference.node)) }
    let v = try value(e)
    if case .variable = program.nodes[reference.node].kind {
      try eachElement(reference) { element throws(CompileFailure) in
        for k in 0..<e.type.width {
          variableAccess[code.code.count] = reference.node
          code.emit(.store, a: v + k, b: element, imm: Int64(k))
        }
      }
    } else if member == .limit {
      try assignLimit(reference, v, isRate: e.type == .rate, handler: -1)
    } else {
      if member == .latency { latencyGiven.insert(reference.node) }
      if member == .enabled { noteSwitching(reference.node) }
      let member = try memberCode(member, s.span)
      if member.isAdmission { noteAdmission(reference.node) }
      try eachElement(reference) { element throws(CompileFailure) in
        code.emit(.assign, x: Int(member.rawValue), a: v, b: element)
      }
    }
    var isBookkeeping = false
    if case .variable = program.nodes[reference.node].kind { isBookkeeping = isRoutine }
    if !isBookkeeping { tell(assigned: e, v, s) }
  }

  /// Steps that a search makes change whom a node admits.
  private func noteAdmission(_ n: Int) {
    boundsGiven.insert(n)
    if body.kind == .process || body.kind == .handler { parts.nodes[n].isAssigned = true }
  }

  /// Calls of the array choose among those that are switched on.
  private func noteSwitching(_ n: Int) {
    parts.nodes[n].isSwitched = true
    if !body.isOperator { switchedBySteps.insert(n) }
  }

  /// The limit of a service, or of one of its handlers.
  private func assignLimit(_ reference: NodeReference, _ v: Int, isRate: Bool, handler: Int) throws(CompileFailure) {
    noteAdmission(reference.node)
    let args = register(3)
    move(v, args)
    code.emit(.const, a: args + 1, imm: isRate ? 1 : 0)
    code.emit(.const, a: args + 2, imm: Int64(handler))
    try eachElement(reference) { element throws(CompileFailure) in
      code.emit(.operate, x: Int(MemberCode.limit.rawValue), a: args, b: element, c: args, imm: 3)
    }
  }

  /// What an operator assigns is told in the story.
  private func tell(assigned e: CheckedExpression, _ v: Int, _ s: CheckedStatement) {
    if body.kind == .timeline, e.type.width == 1, !isList(e.type) {
      let left = source(s.span, limit: 400)
      let text = left.split(separator: "=", maxSplits: 1).first.map { String($0) } ?? ""
      meta.logs.append(
        ImageMeta.LogTemplate(
          parts: [.literal(trimmed(text) + " = "), .value(valueType(e.type))], isAction: true))
      code.emit(.log, x: 1, a: v, imm: Int64(meta.logs.count - 1))
    }
  }

  private func trimmed(_ text: String) -> String {
    var t = Substring(text)
    while t.last == " " { t.removeLast() }
    return String(t)
  }

  private func operation(_ e: CheckedExpression) throws(CompileFailure) {
    guard case .member(let member, let reference, let arguments) = e.kind else {
      _ = try value(e)
      return
    }
    switch member {
    case .apply, .delete, .clear: fuseAction(reference, reads: false)
    default: fuseAction(reference)
    }
    try eachElement(reference) { element throws(CompileFailure) in
      try scratch { () throws(CompileFailure) in
        let r = register(max(1, e.type.width))
        try operate(member, element, arguments, result: r, e.span)
      }
    }
    // What an operator does is part of the story; a cleared queue tells it itself.
    if body.kind == .timeline, member != .queueClear {
      meta.logs.append(ImageMeta.LogTemplate(parts: [.literal(source(e.span))], isAction: true))
      code.emit(.log, x: 0, a: 0, imm: Int64(meta.logs.count - 1))
    }
  }

  // MARK: Logs

  func valueType(_ type: Type) -> ImageMeta.ValueType {
    switch type {
    case .truth: .truth
    case .count, .unknown, .nothing, .record: .count
    case .number: .number
    case .duration: .duration
    case .rate: .rate
    case .time: .time
    case .text: .text
    case .address: .address
    case .choice(let id): .choice(program.choices[id].names)
    case .list: .list
    }
  }

  private func log(_ e: CheckedExpression) throws(CompileFailure) {
    var parts: [ImageMeta.LogPart] = []
    var values: [CheckedExpression] = []
    if case .text(let pieces) = e.kind {
      for piece in pieces {
        switch piece {
        case .literal(let text): parts.append(.literal(text))
        case .value(let v):
          if isList(v.type) {
            let length = CheckedExpression(.listMember(.length, v), .count, v.span)
            parts += [.literal("["), .value(.count), .literal(" items]")]
            values.append(length)
          } else {
            parts.append(mayLack(v) ? .maybe(valueType(v.type)) : .value(valueType(v.type)))
            values.append(v)
          }
        }
      }
    } else {
      parts = [mayLack(e) ? .maybe(valueType(e.type)) : .value(valueType(e.type))]
      values = [e]
    }
    let words = values.reduce(0) { $0 + (mayLack($1) ? 2 : 1) }
    let args = register(max(1, words))
    var at = args
    for v in values {
      if mayLack(v) {
        try maybe(v, at, present: at + 1)
        at += 2
      } else {
        try into(v, at)
        at += 1
      }
    }
    meta.logs.append(ImageMeta.LogTemplate(parts: parts, isAction: false))
    code.emit(.log, x: words, a: args, imm: Int64(meta.logs.count - 1))
  }
}
