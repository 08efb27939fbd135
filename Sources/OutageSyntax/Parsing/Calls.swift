// `call s[j].vote(t) timeout 1s retry 3 backoff 100ms to 20s jitter full budget 10% burst 100 else { … }`,
// and `policy p { … }`, which holds the same options under a name.

extension Parser {
  mutating func call(_ binding: Name?) -> Statement.Kind {
    let target = callTarget()
    let start = current.start
    var options = CallOptions(span: here)
    if continues(with: .with) {
      advance()
      options.policy = name("the policy's name")
    }
    while !isPanicking, callOption(&options) {}
    if position > 0, previous.end > start { options.span = span(from: start) }
    return .call(binding: binding, target: target, options, otherwise: otherwise())
  }

  mutating func policy() -> Item.Kind {
    _ = begin()
    let name = name("the policy's name", example: "`policy patient { timeout 30s retry 3 }`")
    var options = CallOptions(span: here)
    options.span = braces("options of a call") { parser in
      parser.roles[parser.position] = .start
      if !parser.callOption(&options) {
        parser.unknownClause("policy", [.timeout, .retry, .backoff, .jitter, .budget, .burst])
      }
    }
    return .policy(name, options)
  }

  /// `s[j].vote(t)`: read as an expression, then taken apart.
  mutating func callTarget() -> CallTarget {
    let target = operand()
    var node = target
    var handler: Name?
    var arguments: [Expression] = []
    if case .call(let callee, let given) = node.kind {
      arguments = given
      node = callee
    }
    if case .member(let base, let member) = node.kind {
      handler = member
      node = base
    }
    switch node.kind {
    case .name, .index, .every, .slice, .member, .call, .missing: break
    default:
      report(
        "E0201", "expected a service or a balancer to call", at: target.span,
        help: "`call api.renew(3) timeout 1s`")
    }
    return CallTarget(node: node, handler: handler, arguments: arguments, span: target.span)
  }

  /// Reads one option; false if none is current.
  private mutating func callOption(_ options: inout CallOptions) -> Bool {
    guard let keyword = current.keyword, continues(with: keyword) else { return false }
    let isRepeated: Bool
    switch keyword {
    case .timeout: isRepeated = options.timeout != nil
    case .retry: isRepeated = options.retry != nil
    case .backoff: isRepeated = options.backoff != nil
    case .jitter: isRepeated = options.jitter != nil
    case .budget: isRepeated = options.budget != nil
    case .burst: isRepeated = options.burst != nil
    default: return false
    }
    if isRepeated {
      report(
        "E0211", "each option of a call stands once", at: span(current), label: "`\(keyword.rawValue)` again")
    }
    advance()
    switch keyword {
    case .timeout: options.timeout = expression()
    case .retry: options.retry = accept(.forever) ? .forever : .times(expression())
    case .backoff:
      options.backoff = expression()
      if accept(.to) { options.backoffLimit = expression() }
    case .jitter: options.jitter = expectChoice(Jitter.self, .none)
    case .budget: options.budget = expression()
    default: options.burst = expression()
    }
    return true
  }
}
