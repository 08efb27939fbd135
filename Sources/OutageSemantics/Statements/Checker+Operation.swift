import OutageSyntax

/// Node operations for their effect, and those that wait.
extension Checker {
  func operationStatement(_ source: Expression) -> CheckedStatement.Kind? {
    guard let use = memberUse(source) else {
      let value = expression(source)
      if value.type != .unknown { reportNoEffect(source.span) }
      return nil
    }
    switch use.entry.use {
    case .operation: return .operation(memberValue(use))
    case .blocking: return blockingStatement(nil, source, nil, nil)
    case .windowed:
      _ = reading(use)
      return nil
    case .measure, .attribute:
      _ = memberValue(use)
      reportNoEffect(source.span)
      return nil
    }
  }

  private func reportNoEffect(_ span: Span) {
    report("E0619", "a statement must have an effect", at: span, help: "write `let x = …`, or `log`")
  }

  func blockingStatement(
    _ binding: Name?, _ source: Expression, _ timeout: Expression?, _ otherwise: Block?
  ) -> CheckedStatement.Kind? {
    let limit = timeout.map { expression($0, as: .duration, "a timeout", .timeout) }
    if timeout == nil, let otherwise { report("E0607", "`else` needs a `timeout`", at: otherwise.span) }
    let fallback = otherwise.map { block($0) }
    guard let use = memberUse(source), use.entry.use == .blocking else {
      let value = valueOrOperation(source, wanted: nil)
      if value.type != .unknown {
        report("E0603", "only `take`, `acquire`, `call` and `wait until` may wait", at: source.span)
      }
      if let binding { bind(binding, .local(addLocal(binding.text, value.type))) }
      return nil
    }
    let value = memberValue(use)
    let local = binding.map { addLocal($0.text, value.type) }
    if let binding, let local { bind(binding, .local(local)) }
    guard case .member(let member, let reference, let arguments) = value.kind else { return nil }
    if case .all = reference.selector {
      report(
        "E0405", "'\(declarations.nodes[reference.node].name.text)' is an array: choose an element",
        at: use.base.span)
    }
    return .blocking(
      local: local, member, reference, arguments, timeout: limit, otherwise: fallback)
  }
}
