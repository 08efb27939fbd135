import OutageSyntax

extension Checker {
  /// Checks a body with locals of its own; handler parameters take the first slots.
  func body(
    _ block: Block, _ inner: Context, parameters: [(name: Name, type: Type)] = []
  ) -> CheckedBody {
    let (statements, locals) = withLocals(inner) {
      for parameter in parameters {
        bind(parameter.name, .local(addLocal(parameter.name.text, parameter.type)))
      }
      return self.block(block)
    }
    return CheckedBody(locals: locals, parameterCount: parameters.count, statements: statements)
  }

  /// The statements of a block, in a scope of their own.
  func block(_ block: Block) -> [CheckedStatement] {
    scoped {
      var checked: [CheckedStatement] = []
      checked.reserveCapacity(block.statements.count)
      for source in block.statements {
        if interruption.isStopped { break }
        if let statement = statement(source) { checked.append(statement) }
      }
      return checked
    }
  }

  func loopBody(_ block: Block) -> [CheckedStatement] {
    context.loops += 1
    defer { context.loops -= 1 }
    return self.block(block)
  }

  /// Checks one statement; nil when nothing of it can be kept. `isGuard`: the first of an `atomic`.
  func statement(_ source: Statement, isGuard: Bool = false) -> CheckedStatement? {
    guard enter(source.span) else { return nil }
    defer { leave() }
    let condition = source.condition.map { expression($0, as: .truth, "a condition") }
    checkPlacement(source, isGuard)
    guard let kind = kind(of: source) else { return nil }
    var checked = CheckedStatement(label: source.label?.text, kind: kind, condition: condition, span: source.span)
    checked.isQuiet = source.isQuiet
    return checked
  }

  // One case a kind of statement.
  private func kind(of source: Statement) -> CheckedStatement.Kind? {
    switch source.kind {
    case .let(let name, let value): return letStatement(name, value)
    case .assign(let target, let value): return assignment(target, value)
    case .operation(let operation): return operationStatement(operation)
    case .blocking(let binding, let operation, let timeout, let otherwise):
      return blockingStatement(binding, operation, timeout, otherwise)
    case .call(let binding, let target, let options, let otherwise):
      return callStatement(binding, target, options, otherwise)
    case .send(let target): return self.target(target).map { .send($0.target) }
    case .wait(let time): return .wait(expression(time, as: .duration, "the argument of `wait`", .duration))
    case .waitUntil(let condition, let timeout, let otherwise):
      return waitUntil(condition, timeout, otherwise)
    case .work(let time): return .work(expression(time, as: .duration, "the argument of `work`", .duration))
    case .return(let value): return returnStatement(value, source.span)
    case .fail(let reason): return .fail(reason.map { phrase($0) })
    case .log(let text): return .log(phrase(text))
    case .if(let condition, let then, let otherwise): return ifStatement(condition, then, otherwise)
    case .forIn(let name, let from, let filter, let block): return forIn(name, from, filter, block)
    case .repeat(let count, let block):
      let times = expression(count, as: .count, "the argument of `repeat`", .times)
      return .repeat(times, loopBody(block))
    case .loop(let block): return .loop(loopBody(block))
    case .while(let condition, let block):
      return .while(expression(condition, as: .truth, "a condition"), loopBody(block))
    case .break: return .break
    case .continue: return .continue
    case .atomic(let block): return atomic(block)
    case .either(let blocks): return .either(blocks.map { self.block($0) })
    case .stall, .crash, .restart, .slow, .cut, .drop, .heal, .follow: return fault(source.kind)
    case .missing: return nil
    }
  }

  private func letStatement(_ name: Name, _ source: Expression) -> CheckedStatement.Kind? {
    if let use = memberUse(source), use.entry.use == .blocking {
      return blockingStatement(name, source, nil, nil)
    }
    let value = closed(valueOrOperation(source, wanted: nil))
    if value.type == .nothing { report("E0410", "this gives no value", at: value.span) }
    let local = addLocal(name.text, value.type)
    bind(name, .local(local))
    return .let(local: local, value)
  }

  /// The whole value of a `let` or assignment may be an operation.
  func valueOrOperation(_ source: Expression, wanted: Type?) -> CheckedExpression {
    if let use = memberUse(source), use.entry.use == .operation { return memberValue(use) }
    return expression(source, wanted: wanted)
  }

  /// A text; any other value is shown as one.
  func phrase(_ source: Expression) -> CheckedExpression {
    let value = expression(source)
    if value.type == .text || value.type == .unknown { return value }
    if value.type == .nothing { return wrong("E0410", "this gives no value", at: value.span) }
    return CheckedExpression(.text([.value(value)]), .text, value.span)
  }

  private func ifStatement(
    _ condition: Expression, _ then: Block, _ otherwise: Block?
  ) -> CheckedStatement.Kind {
    let truth = expression(condition, as: .truth, "a condition")
    return .if(truth, block(then), otherwise: otherwise.map { block($0) } ?? [])
  }

  private func forIn(
    _ name: Name, _ from: Expression, _ filter: Expression?, _ block: Block
  ) -> CheckedStatement.Kind? {
    scoped {
      let iteration = iterate(name, from)
      let condition = filter.map { expression($0, as: .truth, "a filter") }
      let statements = loopBody(block)
      return iteration.map { .forIn(local: $0.local, $0.source, filter: condition, statements) }
    }
  }

  private func atomic(_ block: Block) -> CheckedStatement.Kind {
    let outer = context.isAtomic
    context.isAtomic = true
    defer { context.isAtomic = outer }
    let statements = scoped {
      block.statements.enumerated().compactMap { statement($1, isGuard: $0 == 0) }
    }
    return .atomic(statements)
  }

  private func waitUntil(
    _ condition: Expression, _ timeout: Expression?, _ otherwise: Block?
  ) -> CheckedStatement.Kind {
    context.isAwaited = true
    let truth = expression(condition, as: .truth, "a condition")
    context.isAwaited = false
    let limit = timeout.map { expression($0, as: .duration, "a timeout", .timeout) }
    if timeout == nil, let otherwise {
      report("E0607", "`else` needs a `timeout`", at: otherwise.span)
    }
    return .waitUntil(truth, timeout: limit, otherwise: otherwise.map { block($0) })
  }

  private func returnStatement(_ source: Expression?, _ span: Span) -> CheckedStatement.Kind {
    guard let key = context.handler else {
      return .return(source.map { expression($0) })
    }
    guard let source else {
      let known = inference.result(key)
      if known != .nothing && known != .unknown {
        report("E0614", "this handler returns \(known.phrase) elsewhere", at: span)
      }
      return .return(nil)
    }
    let value = expression(source, wanted: inference.result(key))
    if value.type == .nothing { return .return(coerce(value, to: .count, "an answer")) }
    inference.learn(result: key, value.type)
    return .return(coerce(value, to: inference.result(key), "the answer"))
  }
}
