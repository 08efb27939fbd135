import OutageSyntax

extension Checker {
  func balancerNode(_ balancer: BalancerItem, _ id: Int) -> CheckedProgram.Node.Kind {
    let attributes = conditional(balancer.clauses) { [self.attribute($0)] }
    if let service = balancedService(balancer) {
      switch balancer.service.kind {
      case .name, .every: break
      default: report("E0407", "a balancer goes over a whole service", at: balancer.service.span)
      }
      return .balancer(service: service, attributes)
    }
    if let other = nodeId(of: balancer.service) {
      report(
        "E0409", "`over` needs a service, not \(declarations.nodes[other].kind.phrase)",
        at: balancer.service.span)
    } else {
      let value = settled { expression(balancer.service) }
      if value.type != .unknown { report("E0409", "`over` needs a service", at: balancer.service.span) }
    }
    return .balancer(service: 0, attributes)
  }

  private func attribute(_ source: BalancerItem.Attribute) -> CheckedProgram.BalancerAttribute {
    switch source {
    case .check(let every, let timeout):
      .check(
        every: expression(every, as: .duration, "the interval of checks", .check),
        timeout: timeout.map { expression($0, as: .duration, "a timeout", .checkTimeout) })
    case .downAfter(let count): .downAfter(expression(count, as: .count, "`down after`", .threshold))
    case .upAfter(let count): .upAfter(expression(count, as: .count, "`up after`", .threshold))
    case .velocity(let share, let period):
      .velocity(
        expression(share, as: .number, "`velocity`", .velocity),
        per: expression(period, as: .duration, "the period of `velocity`", .period))
    case .zones(let count): .zones(expression(count, as: .count, "`zones`", .zones))
    case .failover(let truth): .failover(expression(truth, as: .truth, "`failover`"))
    }
  }
}

extension BalancerItem.Attribute: ClauseKind {
  var word: String? {
    switch self {
    case .check: "check"
    case .downAfter: "down after"
    case .upAfter: "up after"
    case .velocity: "velocity"
    case .zones: "zones"
    case .failover: "failover"
    }
  }
}
