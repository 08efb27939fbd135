import OutageSyntax

extension Checker {
  func declareNode(_ item: Item) {
    switch item.kind {
    case .variable(let variable): declareVariable(variable, host: nil, item.span)
    case .plans(let name, let count): addNode(name, .plans, .plans(count: count), count, item.span)
    case .dns(let dns): addNode(dns.name, .dns, .dns(dns), dns.count, item.span)
    case .queue(let queue): addNode(queue.name, .queue, .queue(queue), queue.count, item.span)
    case .lease(let lease): addNode(lease.name, .lease, .lease(lease), lease.count, item.span)
    case .balancer(let balancer): addNode(balancer.name, .balancer, .balancer(balancer), nil, item.span)
    case .load(let load): addNode(load.name, .load, .load(load), load.count, item.span)
    case .process(let process):
      let id = addNode(process.name, .process, .process(process), process.count, item.span)
      declarations.nodes[id].labels = labels(of: process.body)
      for variable in process.variables {
        if interruption.looks() { return }
        declareVariable(variable, host: id, variable.name.span)
      }
    case .service(let service): declareService(service, item.span)
    default: break
    }
  }

  @discardableResult
  private func addNode(
    _ name: Name, _ kind: NodeKind, _ source: NodeDeclaration.Source, _ count: Expression?, _ span: Span
  ) -> Int {
    let id = declarations.nodes.count
    declare(name, .node(id))
    declarations.nodes.append(
      NodeDeclaration(name: name, kind: kind, source: source, count: count, span: span))
    return id
  }

  private func declareVariable(_ variable: VariableItem, host: Int?, _ span: Span) {
    if !variable.choices.isEmpty { declareChoice(variable.choices) }
    guard let host else {
      addNode(variable.name, .variable, .variable(variable), variable.count, span)
      return
    }
    // No copy of the owner is held: its table of variables grows in place.
    let kind = declarations.nodes[host].kind
    let count = declarations.nodes[host].count
    let isArray = declarations.nodes[host].isArray
    if Self.reservedWords.contains(variable.name.text) {
      report("E0304", "'\(variable.name.text)' is a word of the language", at: variable.name.span)
    }
    if variable.count != nil && isArray {
      report(
        "E0613", "a variable of an element cannot be an array", at: variable.name.span,
        help: "declare `var \(variable.name.text)` outside of '\(declarations.nodes[host].name.text)'")
    }
    if declarations.nodes[host].variables[variable.name.text] != nil {
      report("E0302", "'\(variable.name.text)' is already declared here", at: variable.name.span)
      return
    }
    // What only windows have came later: a variable of that name was there first.
    if let entry = MemberCatalog.entry(of: kind, path: variable.name.text), entry.use != .windowed {
      report(
        "E0302", "'\(variable.name.text)' is already a member of \(kind.phrase)", at: variable.name.span
      )
    }
    let id = declarations.nodes.count
    declarations.nodes.append(
      NodeDeclaration(
        name: variable.name, kind: .variable, source: .variable(variable),
        count: count ?? variable.count, host: host, span: span))
    declarations.nodes[host].variables[variable.name.text] = id
  }

  private func declareService(_ service: ServiceItem, _ span: Span) {
    let id = addNode(service.name, .service, .service(service), service.count, span)
    var plain: [Statement] = []
    var handlers: [NodeDeclaration.Handler] = []
    var names: Set<String> = []
    for clause in service.clauses {
      if interruption.looks() { return }
      switch clause.value {
      case .statement(var statement):
        if let condition = clause.condition, statement.condition == nil { statement.condition = condition }
        plain.append(statement)
      case .on(let handler):
        refuseCondition(clause.condition, "a handler")
        if names.insert(handler.name.text).inserted {
          handlers.append(
            .init(
              name: handler.name, parameters: handler.parameters, priority: handler.priority,
              limit: handler.limit, body: handler.body))
        } else {
          report("E0302", "handler '\(handler.name.text)' is already declared", at: handler.name.span)
        }
      case .variable(let variable):
        refuseCondition(clause.condition, "a variable")
        declareVariable(variable, host: id, variable.name.span)
      case .servers, .queue, .limit, .latency: break
      }
    }
    if !plain.isEmpty || handlers.isEmpty {
      let body = Block(plain, plain.first.map { $0.span.joined(plain[plain.count - 1].span) } ?? span)
      handlers.insert(
        .init(name: Name("", span), parameters: [], priority: nil, limit: nil, body: body), at: 0)
    }
    declarations.nodes[id].handlers = handlers
    declarations.nodes[id].labels = handlers.reduce(into: []) { $0.formUnion(labels(of: $1.body)) }
  }

  private func refuseCondition(_ condition: Expression?, _ what: String) {
    guard let condition else { return }
    report("E0618", "\(what) has no condition", at: condition.span, help: "put the `if` inside")
  }

  func labels(of block: Block) -> Set<String> {
    var found: Set<String> = []
    collectLabels(block, into: &found, depth: 0)
    return found
  }

  private func collectLabels(_ block: Block, into found: inout Set<String>, depth: Int) {
    guard depth < Self.depthLimit else { return }
    for statement in block.statements {
      if let label = statement.label { found.insert(label.text) }
      for inner in statement.blocks { collectLabels(inner, into: &found, depth: depth + 1) }
    }
  }
}

extension Statement {
  /// The blocks inside this statement.
  var blocks: [Block] {
    switch kind {
    case .blocking(_, _, _, let otherwise): otherwise.map { [$0] } ?? []
    case .call(_, _, _, let otherwise): otherwise.map { [$0] } ?? []
    case .waitUntil(_, _, let otherwise): otherwise.map { [$0] } ?? []
    case .if(_, let block, let otherwise): [block] + (otherwise.map { [$0] } ?? [])
    case .forIn(_, _, _, let block), .repeat(_, let block), .while(_, let block): [block]
    case .loop(let block), .atomic(let block): [block]
    case .either(let blocks): blocks
    default: []
    }
  }
}
