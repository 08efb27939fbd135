import OutageSyntax

/// `call s[j].vote(t) timeout 1s retry 3 …`
extension Checker {
  func callStatement(
    _ binding: Name?, _ source: CallTarget, _ options: CallOptions, _ otherwise: Block?
  ) -> CheckedStatement.Kind? {
    let resolved = target(source)
    let merged = self.options(options)
    let fallback = otherwise.map { block($0) }
    let result = resolved?.result ?? .unknown
    var local: Int?
    if let binding {
      if result == .nothing {
        report(
          "E0410", "this handler returns no value", at: source.span, help: "write `return …` in the handler")
      }
      local = addLocal(binding.text, result)
      if let local { bind(binding, .local(local)) }
    }
    guard let resolved else { return nil }
    let call = CheckedCall(
      target: resolved.target, timeout: merged.timeout, retry: merged.retry ?? .none,
      backoff: merged.backoff, backoffLimit: merged.backoffLimit, jitter: merged.jitter ?? .none,
      budget: merged.budget, burst: merged.burst, result: result)
    return .call(local: local, call, otherwise: fallback)
  }

  /// The called node and handler, with the type of its answer.
  func target(_ source: CallTarget) -> (target: CheckedTarget, result: Type)? {
    guard let service = calledService(source.node),
      let reference = reference(source.node, wholeArrays: true)
    else { return unresolved(source) }
    if case .slice = reference.selector {
      report("E0406", "a call goes to one element: s[i], or s for any of them", at: source.node.span)
    }
    let name = source.handler?.text ?? ""
    let node = declarations.nodes[service]
    guard let handler = node.handlers.firstIndex(where: { $0.name.text == name }) else {
      reportHandler(source, node)
      return unresolved(source)
    }
    let key = Inference.HandlerKey(node: service, handler: handler)
    let arguments = callArguments(source, key)
    let target = CheckedTarget(
      node: reference, handler: handler, arguments: arguments, span: source.span)
    return (target, inference.result(key))
  }

  private func unresolved(_ source: CallTarget) -> (target: CheckedTarget, result: Type)? {
    for argument in source.arguments { _ = expression(argument) }
    return nil
  }

  /// The service behind what is called.
  private func calledService(_ source: Expression) -> Int? {
    guard let id = nodeId(of: source) else {
      let value = expression(source)
      if value.type != .unknown {
        report("E0409", "only a service or a balancer can be called", at: source.span)
      }
      return nil
    }
    let node = declarations.nodes[id]
    switch node.source {
    case .service: return id
    case .balancer(let balancer): return balancedService(balancer)
    default:
      report(
        "E0409", "only a service or a balancer can be called, not \(node.kind.phrase)", at: source.span)
      return nil
    }
  }

  func balancedService(_ balancer: BalancerItem) -> Int? {
    guard let id = nodeId(of: balancer.service), declarations.nodes[id].kind == .service else { return nil }
    return id
  }

  private func reportHandler(_ source: CallTarget, _ node: NodeDeclaration) {
    let names = node.handlers.map(\.name.text).filter { !$0.isEmpty }
    guard let handler = source.handler else {
      report(
        "E0307", "'\(node.name.text)' has no plain handler", at: source.node.span,
        help: names.first.map { "write `call \(node.name.text).\($0)`" })
      return
    }
    report(
      "E0307", "'\(node.name.text)' has no handler '\(handler.text)'", at: handler.span,
      help: suggestion(handler.text, in: names))
  }

  private func callArguments(
    _ source: CallTarget, _ key: Inference.HandlerKey
  ) -> [CheckedExpression] {
    let handler = declarations.nodes[key.node].handlers[key.handler]
    let count = handler.parameters.count
    guard source.arguments.count == count else {
      for argument in source.arguments { _ = expression(argument) }
      let name = handler.name.text.isEmpty ? "this handler" : "'\(handler.name.text)'"
      report(
        "E0408", "\(name) takes \(count) argument\(count == 1 ? "" : "s"), not \(source.arguments.count)",
        at: source.span)
      return []
    }
    return source.arguments.enumerated().map { ordinal, argument in
      let value = expression(argument, wanted: inference.parameter(key, ordinal))
      let what = "the argument '\(handler.parameters[ordinal].text)'"
      if value.type == .nothing { return coerce(value, to: .count, what) }
      inference.learn(parameter: key, ordinal, of: count, value.type)
      return coerce(value, to: inference.parameter(key, ordinal), what)
    }
  }
}
