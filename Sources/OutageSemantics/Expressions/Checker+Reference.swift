import OutageSyntax

/// Nodes and their elements: `a`, `a[i]`, `a[*]`, `a[2..5]`, `self`, `proc[i].x`.
extension Checker {
  /// The node an expression speaks of, found without checking anything.
  func nodeId(of source: Expression) -> Int? {
    switch source.kind {
    case .name(let word):
      switch lookup(word) {
      case .element(let reference)?: return reference.node
      case .local?, .argument?: return nil
      case nil: break
      }
      if let variable = ownVariable(word) { return variable }
      if case .node(let id)? = declarations.symbols[word] { return id }
      return word == "self" && expanding.isEmpty ? context.owner : nil
    case .index(let base, _), .every(let base), .slice(let base, _, _): return nodeId(of: base)
    case .member(let base, let name):
      return nodeId(of: base).flatMap { declarations.nodes[$0].variables[name.text] }
    default: return nil
    }
  }

  /// Resolves what `nodeId` found; reports a wrong selection. With `wholeArrays`, `a[*]` and `a[2..5]` stand for
  /// every element (faults, assignments, addresses); without, they belong into an aggregate.
  func reference(_ source: Expression, wholeArrays: Bool) -> NodeReference? {
    switch source.kind {
    case .name(let word): return namedReference(word)
    case .member(let base, let name):
      guard let host = reference(base, wholeArrays: wholeArrays),
        let variable = declarations.nodes[host.node].variables[name.text]
      else { return nil }
      return hosted(variable, by: host)
    case .index(let base, let index):
      guard let array = arrayReference(base) else {
        _ = expression(index)
        return nil
      }
      return NodeReference(node: array, selector: .element(elementIndex(index, of: array)))
    case .every(let base):
      guard let array = arrayReference(base) else { return nil }
      if let element = aggregated(array, nil, source.span) { return element }
      return wholeArrays ? NodeReference(node: array, selector: .all) : scattered(source)
    case .slice(let base, let a, let b):
      guard let array = arrayReference(base) else { return nil }
      let low = elementIndex(a, of: array)
      let high = elementIndex(b, of: array)
      if let element = aggregated(array, (low, high), source.span) { return element }
      return wholeArrays ? NodeReference(node: array, selector: .slice(low, high)) : scattered(source)
    default: return nil
    }
  }

  private func namedReference(_ word: String) -> NodeReference? {
    switch lookup(word) {
    case .element(let reference)?: return reference
    case .local?, .argument?: return nil
    case nil: break
    }
    if let variable = ownVariable(word) { return ownReference(variable) }
    if case .node(let id)? = declarations.symbols[word] {
      return NodeReference(node: id, selector: declarations.nodes[id].isArray ? .all : .single)
    }
    if word == "self", expanding.isEmpty, let owner = context.owner { return ownReference(owner) }
    return nil
  }

  /// A variable of a node has the selector of its host, unless it is an array of a single host.
  private func hosted(_ variable: Int, by host: NodeReference) -> NodeReference {
    if declarations.nodes[host.node].isArray {
      return NodeReference(node: variable, selector: host.selector)
    }
    return NodeReference(node: variable, selector: declarations.nodes[variable].isArray ? .all : .single)
  }

  /// The base of an index must be an array, and not an element of one already.
  private func arrayReference(_ base: Expression) -> Int? {
    guard let reference = reference(base, wholeArrays: true) else {
      if nodeId(of: base) == nil { _ = expression(base) }
      return nil
    }
    let node = declarations.nodes[reference.node]
    guard node.isArray else {
      report("E0407", "'\(node.name.text)' is not an array", at: base.span)
      return nil
    }
    guard case .all = reference.selector else {
      report("E0407", "this is an element of '\(node.name.text)' already", at: base.span)
      return nil
    }
    return reference.node
  }

  func elementIndex(_ source: Expression, of array: Int) -> CheckedExpression {
    // `[*]` inside an index would be of another array.
    let frames = everyFrames
    everyFrames = []
    defer { everyFrames = frames }
    let index = expression(source, as: .count, "an index")
    guard case .integer(let ordinal)? = ConstantFold.plain(index) else { return index }
    if ordinal < 0 {
      report("E0504", "an index counts from 0", at: index.span)
    } else if let count = constantCount(of: array), ordinal >= count {
      let name = declarations.nodes[array].name.text
      report(
        "E0504", "'\(name)' has \(count) element\(count == 1 ? "" : "s"), counted from 0", at: index.span)
    }
    return index
  }

  /// The number of elements when the text alone decides it.
  private func constantCount(of array: Int) -> Int64? {
    guard case .count(let count)? = declarations.nodes[array].count?.kind else { return nil }
    return count
  }

  private func scattered(_ source: Expression) -> NodeReference? {
    report(
      "E0406", "the elements of an array need one of any, all, count, sum, min, max, mean", at: source.span,
      help: "write sum(…[*]…)")
    return nil
  }

  /// `a[i]`, `a[*]` or `a[2..5]` as a value.
  func elements(_ source: Expression) -> CheckedExpression {
    guard nodeId(of: source) != nil else { return indexedValue(source) }
    guard let reference = reference(source, wholeArrays: false) else { return missing(source.span) }
    return nodeValue(reference, source.span)
  }

  private func indexedValue(_ source: Expression) -> CheckedExpression {
    switch source.kind {
    case .index(let base, let index):
      _ = expression(index)
      return notIndexed(base)
    case .slice(let base, let a, let b):
      _ = expression(a)
      _ = expression(b)
      return notIndexed(base)
    case .every(let base): return notIndexed(base)
    default: return missing(source.span)
    }
  }

  private func notIndexed(_ base: Expression) -> CheckedExpression {
    let value = expression(base)
    if value.type == .unknown { return value }
    return wrong(
      "E0407", "\(value.type.phrase) has no index: it is not an array", at: base.span,
      help: { if case .list = value.type { "use .first, .last, .has(…) or `for … in`" } else { nil } }())
  }

  /// A node where a value is wanted: variables have one.
  func nodeValue(_ reference: NodeReference, _ span: Span) -> CheckedExpression {
    let node = declarations.nodes[reference.node]
    if node.kind == .variable { return variableValue(reference, span) }
    let example = MemberCatalog.entries(of: node.kind).first { $0.use == .measure }
    return wrong(
      "E0412", "\(node.kind.phrase) is not a value", at: span,
      help: example.map { "write \(node.name.text).\($0.path)" })
  }

  func variableValue(_ reference: NodeReference, _ span: Span) -> CheckedExpression {
    guard mayRead("a variable", span) else { return missing(span) }
    let type = inference.variable(reference.node)
    return CheckedExpression(
      .member(.value, reference, []),
      combined(type, reference, addsUp: type == .count || type == .truth, span),
      span)
  }

  /// The type of a member over a selection: on a whole array counts add and truths count.
  func combined(_ type: Type, _ reference: NodeReference, addsUp: Bool, _ span: Span) -> Type {
    guard case .all = reference.selector else { return type }
    if addsUp || type == .unknown { return type == .unknown ? .unknown : .count }
    let name = declarations.nodes[reference.node].name.text
    report(
      "E0405", "'\(name)' is an array: choose an element, or one of any, all, count, sum, min, max, mean",
      at: span, help: "write \(name)[0]…, or max(\(name)[*]…)")
    return .unknown
  }
}
