import OutageSyntax

/// Variables, DNS records and queues: nodes that hold state.
extension Checker {
  func variableNode(_ variable: VariableItem, _ id: Int) -> CheckedProgram.Node.Kind {
    let declaration = declarations.nodes[id]
    var context = Context(place: .initial, owner: declaration.host ?? id)
    context.readsState = false
    context.draws = false
    context.hasIndex = declaration.isArray
    let value = withLocals(context) { () -> CheckedExpression in
      guard variable.choices.isEmpty else {
        return expression(variable.value, as: .choice(declarations.choice(variable.choices)), "the value")
      }
      let value = expression(variable.value)
      if value.type == .nothing { return wrong("E0410", "this gives no value", at: value.span) }
      inference.learn(variable: id, value.type)
      return coerce(value, to: inference.variable(id), "the value of '\(variable.name.text)'")
    }.value
    inference.learn(variable: id, value.type)
    return .variable(type: inference.variable(id), initial: value, owner: owner(of: id))
  }

  /// An array of a single host is a node like any other.
  private func owner(of variable: Int) -> Int? {
    guard let host = declarations.nodes[variable].host else { return nil }
    return declarations.nodes[host].isArray || !declarations.nodes[variable].isArray ? host : nil
  }

  func dnsNode(_ dns: DNSItem, _ id: Int) -> CheckedProgram.Node.Kind {
    let attributes: [CheckedProgram.Conditional<CheckedProgram.DNSAttribute>] = conditional(
      dns.clauses,
      {
        switch $0 {
        case .ttl(let time): [.ttl(expression(time, as: .duration, "`ttl`", .timeToLive))]
        case .negative(let time): [.negative(expression(time, as: .duration, "`negative`", .negative))]
        }
      })
    return .dns(plans: related(dns.plans, .plans, of: id, "`of`"), attributes)
  }

  /// Another node that a declaration names: `of P`, `at D`. Arrays go element by element.
  func related(_ source: Expression, _ kind: NodeKind, of id: Int, _ what: String) -> NodeReference {
    let nobody = NodeReference(node: 0, selector: .single)
    guard let other = nodeId(of: source) else {
      let value = settled { expression(source) }
      if value.type != .unknown { report("E0409", "\(what) needs \(kind.phrase)", at: source.span) }
      return nobody
    }
    guard declarations.nodes[other].kind == kind else {
      report(
        "E0409", "\(what) needs \(kind.phrase), not \(declarations.nodes[other].kind.phrase)", at: source.span
      )
      return nobody
    }
    let isArray = declarations.nodes[id].isArray
    let found = settled(hasIndex: isArray, owner: id) { reference(source, wholeArrays: true) }
    guard let found else { return nobody }
    switch found.selector {
    case .single, .element, .own: return found
    case .all where isArray:
      let index = CheckedExpression(.index, .count, source.span)
      return NodeReference(node: found.node, selector: .element(index))
    case .all, .slice:
      let name = declarations.nodes[other].name.text
      report("E0405", "'\(name)' is an array: choose an element", at: source.span, help: "write \(name)[0]")
      return nobody
    }
  }

  func queueNode(_ queue: QueueItem, _ id: Int) -> CheckedProgram.Node.Kind {
    let attributes: [CheckedProgram.Conditional<CheckedProgram.QueueAttribute>] = conditional(
      queue.clauses
    ) {
      switch $0 {
      case .capacity(let count): [.capacity(expression(count, as: .count, "`capacity`", .capacity))]
      case .full(let action): [.full(action)]
      case .holds(let count): [.holds(expression(count, as: .count, "`holds`", .holds))]
      }
    }
    // Tokens that are there from the start are counts.
    if queue.clauses.contains(where: { $0.value.word == "holds" }), inference.item(id) == .unknown {
      inference.learn(item: id, .count)
    }
    return .queue(item: inference.item(id), attributes)
  }
}

extension QueueItem.Attribute: ClauseKind {
  var word: String? {
    switch self {
    case .capacity: "capacity"
    case .full: "full"
    case .holds: "holds"
    }
  }
}

extension DNSItem.Attribute: ClauseKind {
  var word: String? {
    switch self {
    case .ttl: "ttl"
    case .negative: "negative"
    }
  }
}
