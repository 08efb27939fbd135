import OutageSyntax

/// An aggregate that looks for `a[*]` or `a[2..5]` in its argument.
struct EveryFrame {
  var node: Int?
  var local = 0
  var source: CheckedExpression?
  var bounds: (low: ConstantValue?, high: ConstantValue?)
}

extension Checker {
  /// `sum(a[*].x)`, `max(list)`.
  func aggregate(_ aggregate: Aggregate, _ argument: Expression, _ span: Span) -> CheckedExpression {
    everyFrames.append(EveryFrame())
    var body = expression(argument)
    let frame = everyFrames.removeLast()
    guard let source = frame.source else { return overList(aggregate, body, span) }
    guard let type = aggregateType(aggregate, &body) else { return missing(span) }
    return CheckedExpression(
      .comprehension(aggregate, body: body, local: frame.local, source: source, filter: nil), type, span)
  }

  private func overList(
    _ aggregate: Aggregate, _ list: CheckedExpression, _ span: Span
  ) -> CheckedExpression {
    if list.type == .unknown { return missing(span) }
    guard case .list(let element) = list.type else {
      return wrong(
        "E0405", "'\(aggregate.rawValue)' needs elements: a[*], a[2..5], a list or a comprehension",
        at: list.span, label: "this is \(list.type.phrase)")
    }
    var sample = CheckedExpression(.missing, element, list.span)
    guard let type = aggregateType(aggregate, &sample) else { return missing(span) }
    guard sample.type == element else {
      return CheckedExpression(
        .aggregate(aggregate, coerce(list, to: .list(sample.type), "a list")), type, span)
    }
    return CheckedExpression(.aggregate(aggregate, list), type, span)
  }

  /// The type of the result; converts the body where the mean of counts wants numbers.
  private func aggregateType(_ aggregate: Aggregate, _ body: inout CheckedExpression) -> Type? {
    let type = body.type
    if type == .unknown { return .unknown }
    let fits: Bool
    switch aggregate {
    case .any, .all: fits = type == .truth
    case .count: fits = type == .truth
    case .sum, .mean: fits = type.isSummable
    case .min, .max: fits = type.isOrdered
    case .collect: fits = isListable(type)
    }
    guard fits else {
      report(
        aggregate == .collect ? "E0414" : "E0402",
        aggregate == .collect
          ? "a list holds plain values, not \(type.plural)"
          : "'\(aggregate.rawValue)' needs \(aggregate.wants), not \(type.plural)", at: body.span)
      return nil
    }
    switch aggregate {
    case .any, .all: return .truth
    case .count: return .count
    case .sum, .min, .max: return type
    case .mean:
      if type != .count { return type }
      body = CheckedExpression(.convert(.countToNumber, body), .number, body.span)
      return .number
    case .collect: return .list(type)
    }
  }

  func isListable(_ type: Type) -> Bool {
    switch type {
    case .record, .list, .nothing: false
    default: true
    }
  }

  /// Inside an aggregate, `a[*]` is the element that its hidden variable counts.
  func aggregated(
    _ array: Int, _ bounds: (CheckedExpression, CheckedExpression)?, _ span: Span
  ) -> NodeReference? {
    guard var frame = everyFrames.last else { return nil }
    guard allowsLocals else {
      report("E0617", "\(context.phrase) has no elements to go over", at: span)
      return nil
    }
    let folded = (
      low: bounds.flatMap { ConstantFold.plain($0.0) }, high: bounds.flatMap { ConstantFold.plain($0.1) }
    )
    if let node = frame.node {
      if node != array || folded.low != frame.bounds.low || folded.high != frame.bounds.high {
        report(
          "E0413", "one aggregate goes over one array", at: span, help: "write one aggregate for each array")
      }
    } else {
      frame.node = array
      frame.local = addLocal("element", .count)
      frame.source = bounds.map { range($0.0, $0.1, span) } ?? everyElement(array, span)
      frame.bounds = folded
      everyFrames[everyFrames.count - 1] = frame
    }
    return NodeReference(
      node: array, selector: .element(CheckedExpression(.local(frame.local), .count, span)))
  }

  private func range(_ low: CheckedExpression, _ high: CheckedExpression, _ span: Span) -> CheckedExpression {
    CheckedExpression(.range(low, high), .list(.count), span)
  }

  /// `0..length - 1`
  private func everyElement(_ array: Int, _ span: Span) -> CheckedExpression {
    let count = CheckedExpression(.elementCount(array), .count, span)
    let one = CheckedExpression(.integer(1), .count, span)
    let last = CheckedExpression(.arithmetic(.countSubtract, count, one), .count, span)
    return range(CheckedExpression(.integer(0), .count, span), last, span)
  }

  /// `sum(w.load for w in workers where w.up)`
  func comprehension(
    _ function: Name, _ body: Expression, _ variable: Name, _ from: Expression, _ filter: Expression?,
    _ span: Span, _ wanted: Type?
  ) -> CheckedExpression {
    guard let aggregate = Aggregate(rawValue: function.text) else {
      return wrong(
        "E0312", "'\(function.text)' does not take elements", at: function.span,
        help: "use any, all, count, sum, min, max or mean")
    }
    let frames = everyFrames
    everyFrames = []
    defer { everyFrames = frames }
    return scoped {
      guard let (source, local) = iterate(variable, from) else { return missing(span) }
      guard allowsLocals else {
        return wrong("E0617", "\(context.phrase) has no elements to go over", at: span)
      }
      let condition = filter.map { expression($0, as: .truth, "a filter") }
      var value = aggregate == .count ? counted(body, variable, span) : expression(body)
      guard let type = aggregateType(aggregate, &value) else { return missing(span) }
      return CheckedExpression(
        .comprehension(aggregate, body: value, local: local, source: source, filter: condition), type, span)
    }
  }

  /// `count(w for w in …)` counts elements, `count(w.up for w in …)` those for which it is true.
  private func counted(_ body: Expression, _ variable: Name, _ span: Span) -> CheckedExpression {
    if case .name(variable.text) = body.kind, case .element(let reference)? = lookup(variable.text),
      declarations.nodes[reference.node].kind != .variable
    {
      return CheckedExpression(.integer(1), .truth, span)
    }
    let value = expression(body)
    return value.type == .truth || value.type == .unknown
      ? value : CheckedExpression(.integer(1), .truth, span)
  }

  /// Binds a loop variable: to elements of a list, or to elements of a node.
  func iterate(_ variable: Name, _ from: Expression) -> (source: CheckedExpression, local: Int)? {
    if let id = nodeId(of: from), isElements(from, id) {
      return iterateElements(variable, from)
    }
    let source = expression(from)
    let element: Type
    switch source.type {
    case .list(let type): element = type
    case .unknown: element = .unknown
    default:
      report("E0402", "`in` needs a list, a range or an array, not \(source.type.phrase)", at: source.span)
      element = .unknown
    }
    let local = addLocal(variable.text, element)
    bind(variable, .local(local))
    return (source, local)
  }

  /// Whether a source speaks of elements of an array and not of the value of a variable.
  private func isElements(_ from: Expression, _ id: Int) -> Bool {
    let node = declarations.nodes[id]
    switch from.kind {
    case .every, .slice: return true
    case .name(let word):
      if case .element? = lookup(word) { return node.kind != .variable }
      return node.isArray ? !isOwnElement(id, word) : node.kind != .variable
    case .index: return node.kind != .variable
    default: return node.kind != .variable || node.isArray && isWholeReference(from)
    }
  }

  private func isOwnElement(_ id: Int, _ word: String) -> Bool {
    if word == "self" { return true }
    guard ownVariable(word) == id else { return false }
    if case .own = ownReference(id).selector { return true }
    return false
  }

  private func isWholeReference(_ source: Expression) -> Bool {
    guard case .member(let base, _) = source.kind else { return false }
    if case .name = base.kind { return true }
    return false
  }

  private func iterateElements(
    _ variable: Name, _ from: Expression
  ) -> (source: CheckedExpression, local: Int)? {
    let frames = everyFrames
    everyFrames = []
    defer { everyFrames = frames }
    guard let reference = reference(from, wholeArrays: true) else {
      bind(variable, .local(addLocal(variable.text, .unknown)))
      return nil
    }
    let source: CheckedExpression
    switch reference.selector {
    case .all: source = everyElement(reference.node, from.span)
    case .slice(let low, let high): source = range(low, high, from.span)
    case .single, .element, .own:
      report(
        "E0407", "'\(declarations.nodes[reference.node].name.text)' is one node, not an array", at: from.span)
      bind(variable, .local(addLocal(variable.text, .unknown)))
      return nil
    }
    let local = addLocal(variable.text, .count)
    let index = CheckedExpression(.local(local), .count, variable.span)
    bind(variable, .element(NodeReference(node: reference.node, selector: .element(index))))
    return (source, local)
  }
}

extension Aggregate {
  var wants: String {
    switch self {
    case .any, .all, .count: "truths"
    case .sum, .mean: "counts, numbers, durations or rates"
    case .min, .max: "values with an order"
    case .collect: "values"
    }
  }
}
