import OutageSyntax

/// The attributes of one kind of node.
protocol ClauseKind: Sendable {
  /// How it is written, to tell when it is given twice; nil for what is no attribute.
  var word: String? { get }
}

extension Checker {
  func checkNodes() {
    program.nodes.reserveCapacity(declarations.nodes.count)
    for (id, declaration) in declarations.nodes.enumerated() {
      if interruption.looks() { return }
      let count = declaration.count.map { count in
        settled { expression(count, as: .count, "the number of elements", .elements) }
      }
      program.nodes.append(
        CheckedProgram.Node(
          name: declaration.name.text, count: count, kind: kind(of: id, declaration), span: declaration.span))
    }
  }

  private func kind(of id: Int, _ declaration: NodeDeclaration) -> CheckedProgram.Node.Kind {
    switch declaration.source {
    case .variable(let variable): variableNode(variable, id)
    case .plans: .plans
    case .dns(let dns): dnsNode(dns, id)
    case .queue(let queue): queueNode(queue, id)
    case .lease(let lease): leaseNode(lease, id)
    case .service(let service): .service(serviceNode(service, id))
    case .balancer(let balancer): balancerNode(balancer, id)
    case .load(let load): loadNode(load, id)
    case .process(let process):
      .process(body(process.body, bodyContext(.process, id)))
    }
  }

  func bodyContext(_ place: Context.Place, _ owner: Int) -> Context {
    var context = Context(place: place, owner: owner)
    context.hasIndex = declarations.nodes[owner].isArray
    return context
  }

  /// Clauses with their conditions; an attribute given twice without a condition is an error.
  func conditional<Source: ClauseKind, Checked>(
    _ clauses: [Clause<Source>], _ check: (Source) -> [Checked]
  ) -> [CheckedProgram.Conditional<Checked>] {
    var seen: Set<String> = []
    return settled {
      clauses.flatMap { clause -> [CheckedProgram.Conditional<Checked>] in
        guard let word = clause.value.word else { return [] }
        let condition = clause.condition.map { expression($0, as: .truth, "a condition") }
        if condition == nil && !seen.insert(word).inserted {
          report("E0606", "`\(word)` is given twice", at: clause.span)
        }
        return check(clause.value).map { CheckedProgram.Conditional($0, condition: condition) }
      }
    }
  }
}
