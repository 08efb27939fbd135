import OutageSyntax

extension Checker {
  func serviceNode(_ service: ServiceItem, _ id: Int) -> CheckedProgram.Service {
    let attributes = conditional(service.clauses) { self.attributes($0, id) }
    var handlers: [CheckedProgram.Service.Handler] = []
    for k in declarations.nodes[id].handlers.indices {
      if interruption.looks() { break }
      handlers.append(handler(k, id))
    }
    return CheckedProgram.Service(
      record: service.record.map { related($0, .dns, of: id, "`at`") }, attributes: attributes,
      handlers: handlers)
  }

  private func attributes(
    _ attribute: ServiceItem.Attribute, _ id: Int
  ) -> [CheckedProgram.Service.Attribute] {
    switch attribute {
    case .servers(let count): return [.servers(expression(count, as: .count, "`servers`", .servers))]
    case .queue(let parts): return parts.map(queueAttribute)
    case .limit(let source):
      let value = limit(source)
      inference.learn(limit: id, value.type)
      return [.limit(value)]
    case .latency(let time): return [.latency(drawn { expression(time, as: .duration, "`latency`", .latency) })]
    case .on, .variable, .statement: return []
    }
  }

  private func queueAttribute(
    _ attribute: ServiceItem.QueueAttribute
  ) -> CheckedProgram.Service.Attribute {
    switch attribute {
    case .discipline(let discipline): .discipline(discipline)
    case .capacity(let count):
      .capacity(expression(count, as: .count, "`capacity`", .waitingPlaces))
    case .full(let action): .full(action)
    case .drop(let policy): .drop(policy)
    }
  }

  private func handler(_ ordinal: Int, _ id: Int) -> CheckedProgram.Service.Handler {
    let source = declarations.nodes[id].handlers[ordinal]
    let key = Inference.HandlerKey(node: id, handler: ordinal)
    let (priority, limit) = settled {
      (
        source.priority.map { expression($0, as: .count, "`priority`", .priority) },
        source.limit.map { self.limit($0) }
      )
    }
    if let limit { inference.learn(limit: key, limit.type) }
    var context = bodyContext(.handler, id)
    context.handler = key
    let parameters = source.parameters.enumerated().map { ($1, inference.parameter(key, $0)) }
    let checked = body(source.body, context, parameters: parameters)
    if !source.body.returnsValue { inference.learn(result: key, .nothing) }
    return CheckedProgram.Service.Handler(
      name: source.name.text, priority: priority, limit: limit, result: inference.result(key), body: checked)
  }
}

extension Block {
  /// Whether a `return` with a value stands anywhere inside.
  var returnsValue: Bool {
    var open = [self]
    while let block = open.popLast() {
      for statement in block.statements {
        if case .return(.some) = statement.kind { return true }
        open += statement.blocks
      }
    }
    return false
  }
}

extension ServiceItem.Attribute: ClauseKind {
  /// A limit on what is at once and one on what is admitted may stand side by side.
  var word: String? {
    switch self {
    case .servers: return "servers"
    case .queue: return "queue"
    case .limit(let source):
      if case .rate = source.kind { return "limit …/s" }
      return "limit"
    case .latency: return "latency"
    case .on, .variable, .statement: return nil
    }
  }
}
