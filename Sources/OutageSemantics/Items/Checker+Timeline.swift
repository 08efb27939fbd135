import OutageSyntax

/// `at`, `every`, `when`, and the bounds of `explore`.
extension Checker {
  func checkTimeline() {
    var explored = false
    for item in tree.items {
      if interruption.looks() { break }
      switch item.kind {
      case .at(let time, let block):
        addEntry(.at(instant(time, "the time of `at`")), block, item.span)
      case .every(let interval, let block):
        let value = settled { expression(interval, as: .duration, "the interval of `every`", .every) }
        addEntry(.every(value), block, item.span)
      case .when(let condition, let time, let block): addRule(condition, time, block, item.span)
      case .explore(let clauses):
        if explored { report("E0611", "a script has one `explore`", at: item.span) }
        explored = true
        checkExplore(clauses)
      default: break
      }
    }
  }

  private func addEntry(
    _ kind: CheckedProgram.TimelineEntry.Kind, _ block: Block, _ span: Span
  ) {
    let body = body(block, Context(place: .timeline, owner: nil))
    program.timeline.append(.init(kind: kind, body: body, span: span))
  }

  private func addRule(_ condition: Expression, _ time: Expression?, _ block: Block, _ span: Span) {
    let hold = time.map { time in
      settled { expression(time, as: .duration, "the time of `when`", .duration) }
    }
    let context = Context(place: .timeline, owner: nil)
    let (made, locals) = withLocals(context) {
      var watching = context
      watching.draws = false
      let truth = within(watching) { expression(condition, as: .truth, "the condition of `when`") }
      return (truth, self.block(block))
    }
    program.timeline.append(
      .init(
        kind: .when(made.0, for: hold),
        body: CheckedBody(locals: locals, parameterCount: 0, statements: made.1), span: span))
  }

  private func checkExplore(_ clauses: [ExploreClause]) {
    var settings: [Setting] = []
    for clause in clauses {
      switch clause {
      case .setting(let setting): settings.append(setting)
      case .may(let fault, let node, let limit): checkBudget(fault, node, limit)
      }
    }
    program.exploreBounds += assignments(settings)
    for clause in clauses { if case .may(let fault, let node, _) = clause { checkRestart(fault, node) } }
  }

  /// In a search only its own budgets crash anything, and what has not crashed cannot be restarted.
  private func checkRestart(_ fault: Name, _ node: Expression) {
    guard fault.text == CheckedProgram.FaultBudget.Fault.restart.rawValue, let id = nodeId(of: node) else { return }
    if program.faultBudgets.contains(where: { $0.fault == .crash && $0.node.node == id }) { return }
    let name = declarations.nodes[id].name.text
    report(
      "W0503", "nothing in a search crashes '\(name)', so it is never restarted", at: fault.span, severity: .warning,
      help: "add `may crash \(name) at most 1`")
  }

  private func checkBudget(_ fault: Name, _ node: Expression, _ limit: Expression) {
    let (reference, atMost) = settled {
      (
        target(node, [.process], "may \(fault.text)"),
        expression(limit, as: .count, "`at most`", .atMost)
      )
    }
    guard let known = CheckedProgram.FaultBudget.Fault(rawValue: fault.text) else {
      report("E0601", "a fault of `explore` is one of crash, stall, restart", at: fault.span)
      return
    }
    guard let reference else { return }
    program.faultBudgets.append(.init(fault: known, node: reference, atMost: atMost))
  }
}
