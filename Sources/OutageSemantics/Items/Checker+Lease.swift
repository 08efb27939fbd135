import OutageSyntax

extension Checker {
  func leaseNode(_ lease: LeaseItem, _ id: Int) -> CheckedProgram.Node.Kind {
    if !lease.clauses.contains(where: { $0.value.word == "lasts" }) {
      report("E0607", "a lease needs `lasts`", at: lease.name.span, help: "write `lasts 10m`")
    }
    return .lease(
      conditional(lease.clauses) {
        switch $0 {
        case .lasts(let time): [.lasts(expression(time, as: .duration, "`lasts`", .lasts))]
        case .startsLapsed: [.startsLapsed]
        case .renew(let renewal): [.renew(self.renewal(renewal, id))]
        case .lapsed(let block): [.lapsed(lapse(block, id))]
        }
      })
  }

  /// What happens as a lease lapses is one step, at that instant: the block of an `atomic` without a guard.
  private func lapse(_ block: Block, _ id: Int) -> CheckedBody {
    var context = bodyContext(.lapse, id)
    context.isAtomic = true
    var checked = body(block, context)
    let step = CheckedStatement(label: nil, kind: .atomic(checked.statements), condition: nil, span: block.span)
    checked.statements = [step]
    return checked
  }

  private func renewal(_ source: LeaseItem.Renewal, _ id: Int) -> CheckedProgram.Renewal {
    let phase: CheckedProgram.Renewal.Phase
    switch source.phase {
    case .uniform?, nil: phase = .uniform
    case .even?: phase = .even
    case .fixed(let time)?: phase = .fixed(expression(time, as: .duration, "`phase`", .phase))
    }
    return CheckedProgram.Renewal(
      every: expression(source.every, as: .duration, "the interval of renewal", .renewal),
      jitter: source.jitter.map { expression($0, as: .duration, "`jitter`", .jitter) }, phase: phase,
      origin: source.origin ?? .start, body: body(source.body, bodyContext(.lease, id)))
  }
}

extension LeaseItem.Attribute: ClauseKind {
  var word: String? {
    switch self {
    case .lasts: "lasts"
    case .startsLapsed: "starts lapsed"
    case .renew: "renew"
    case .lapsed: "on lapsed"
    }
  }
}
