import OutageSyntax

/// Functions are expanded where they are used: each use is checked with the types of its arguments.
extension Checker {
  func expand(_ id: Int, _ given: [Expression], _ span: Span, _ wanted: Type?) -> CheckedExpression {
    let function = declarations.functions[id]
    let values = given.map { expression($0) }
    guard given.count == function.parameters.count else {
      let count = function.parameters.count
      return wrong(
        "E0408",
        "'\(function.name.text)' takes \(count) argument\(count == 1 ? "" : "s"), not \(given.count)",
        at: span)
    }
    if expanding.contains(id) {
      return wrong("E0608", "'\(function.name.text)' may not use itself", at: span)
    }
    let isOutermost = expanding.isEmpty
    if isOutermost { beginExpansion(span) }
    expanding.append(id)
    let outer = (scopes, arguments, everyFrames)
    scopes = [bindings(function.parameters, values)]
    everyFrames = []
    let value = expression(function.body, wanted: wanted)
    (scopes, everyFrames) = (outer.0, outer.2)
    arguments.removeLast(arguments.count - outer.1.count)
    expanding.removeLast()
    if isOutermost { expansionSpan = nil }
    var expanded = value
    expanded.span = span
    return expanded
  }

  private func beginExpansion(_ span: Span) {
    expansion = 0
    expansionSpan = span
  }

  private func bindings(_ names: [Name], _ values: [CheckedExpression]) -> [String: Binding] {
    var scope: [String: Binding] = [:]
    for (name, value) in zip(names, values) {
      let (size, draws) = value.measured(limit: Self.expansionLimit)
      scope[name.text] = .argument(arguments.count)
      arguments.append(ExpandedArgument(value: value, size: size, draws: draws))
    }
    return scope
  }

  /// Functions are checked once for themselves too, with parameters that fit everything, so that one that is
  /// never used is checked as well.
  func checkFunctions() {
    for (id, function) in declarations.functions.enumerated() {
      if interruption.looks() { break }
      let context = Context(place: .function, owner: nil)
      _ = withLocals(context) {
        beginExpansion(function.name.span)
        expanding = [id]
        let values = function.parameters.map { CheckedExpression(.missing, .unknown, $0.span) }
        scopes = [bindings(function.parameters, values)]
        _ = expression(function.body)
        expanding = []
        arguments = []
        expansionSpan = nil
      }
    }
  }
}

extension CheckedExpression {
  /// How many nodes the expression has (no more than `limit` are counted), and whether it draws.
  func measured(limit: Int) -> (size: Int, draws: Bool) {
    var size = 0
    var draws = false
    var open = [self]
    while let next = open.popLast(), size < limit {
      size += 1
      switch next.kind {
      case .chance, .anyOf, .draw: draws = true
      default: break
      }
      open += next.parts
    }
    return (size, draws)
  }

  /// The expressions directly inside this one.
  public var parts: [CheckedExpression] {
    switch kind {
    case .integer, .number, .param, .constant, .local, .index, .now, .measure, .elementCount, .stuck,
      .missing:
      []
    case .text(let parts): parts.compactMap { if case .value(let value) = $0 { value } else { nil } }
    case .member(_, let reference, let arguments): reference.selector.parts + arguments
    case .window(_, let reference, let length): reference.selector.parts + [length]
    case .list(let values), .record(let values), .builtin(_, let values), .external(_, let values),
      .draw(_, let values):
      values
    case .field(let value, _), .negate(let value), .not(let value), .convert(_, let value): [value]
    case .listMember(_, let value), .aggregate(_, let value), .chance(let value): [value]
    case .arithmetic(_, let a, let b), .compare(_, let a, let b), .and(let a, let b), .or(let a, let b):
      [a, b]
    case .range(let a, let b), .anyOf(let a, let b): [a, b]
    case .contains(let list, let value): [list, value]
    case .comprehension(_, let body, _, let source, let filter):
      [body, source] + (filter.map { [$0] } ?? [])
    case .address(let reference): reference.selector.parts
    }
  }
}

extension NodeReference.Selector {
  public var parts: [CheckedExpression] {
    switch self {
    case .single, .all, .own: []
    case .element(let index): [index]
    case .slice(let low, let high): [low, high]
    }
  }
}
