import OutageSyntax

/// The options of a call: what is written there wins over its policy.
struct CheckedOptions {
  var timeout: CheckedExpression?
  var retry: CheckedCall.Retry?
  var backoff: CheckedExpression?
  var backoffLimit: CheckedExpression?
  var jitter: Jitter?
  var budget: CheckedExpression?
  var burst: CheckedExpression?
}

extension Checker {
  func options(_ source: CallOptions) -> CheckedOptions {
    let own = ownOptions(source)
    guard let name = source.policy else { return own }
    guard case .policy(let id)? = declarations.symbols[name.text], lookup(name.text) == nil else {
      report(
        "E0310", "unknown policy '\(name.text)'", at: name.span,
        help: suggestion(name.text, in: declarations.policies.map(\.name.text)))
      return own
    }
    let policy = withLocals(.settled) { ownOptions(declarations.policies[id].options) }.value
    return CheckedOptions(
      timeout: own.timeout ?? policy.timeout, retry: own.retry ?? policy.retry,
      backoff: own.backoff ?? policy.backoff, backoffLimit: own.backoffLimit ?? policy.backoffLimit,
      jitter: own.jitter ?? policy.jitter, budget: own.budget ?? policy.budget,
      burst: own.burst ?? policy.burst)
  }

  private func ownOptions(_ source: CallOptions) -> CheckedOptions {
    var options = CheckedOptions()
    options.timeout = source.timeout.map { expression($0, as: .duration, "a timeout", .timeout) }
    switch source.retry {
    case .times(let count)?: options.retry = .times(expression(count, as: .count, "`retry`", .retry))
    case .forever?: options.retry = .forever
    case nil: break
    }
    options.backoff = source.backoff.map { expression($0, as: .duration, "`backoff`", .backoff) }
    options.backoffLimit = source.backoffLimit.map {
      expression($0, as: .duration, "the limit of `backoff`", .backoff)
    }
    options.jitter = source.jitter
    options.budget = source.budget.map { expression($0, as: .number, "`budget`", .budget) }
    options.burst = source.burst.map { expression($0, as: .count, "`burst`", .burst) }
    return options
  }

  /// Policies are checked for themselves too, so that one that is never used is checked as well.
  func checkPolicies() {
    for policy in declarations.policies {
      if interruption.looks() { break }
      if let name = policy.options.policy {
        report("E0310", "a policy cannot build on another one", at: name.span)
      }
      _ = withLocals(.settled) { ownOptions(policy.options) }
    }
  }
}
