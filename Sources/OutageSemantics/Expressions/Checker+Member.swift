import OutageSyntax

/// `base.member` and `base.member(arguments)`.
extension Checker {
  /// A member of a node as written, found without checking anything.
  struct MemberUse {
    var base: Expression
    var entry: MemberEntry
    var arguments: [Expression]
    var span: Span
    var nameSpan: Span
  }

  func memberUse(_ source: Expression) -> MemberUse? {
    switch source.kind {
    case .call(let callee, let arguments):
      guard case .member = callee.kind, var use = memberUse(callee) else { return nil }
      use.arguments = arguments
      use.span = source.span
      return use
    case .member(let base, let name):
      if case .member(let inner, let group) = base.kind, let id = nodeId(of: inner) {
        let path = "\(group.text).\(name.text)"
        if let entry = MemberCatalog.entry(of: declarations.nodes[id].kind, path: path) {
          return MemberUse(
            base: inner, entry: entry, arguments: [], span: source.span,
            nameSpan: group.span.joined(name.span))
        }
      }
      guard let id = nodeId(of: base),
        let entry = MemberCatalog.entry(of: declarations.nodes[id].kind, path: name.text)
      else { return nil }
      // A variable of that name was there before windows were.
      if entry.use == .windowed, declarations.nodes[id].variables[name.text] != nil { return nil }
      return MemberUse(base: base, entry: entry, arguments: [], span: source.span, nameSpan: name.span)
    default: return nil
    }
  }

  /// `base.name` as a value.
  func member(_ source: Expression, _ base: Expression, _ name: Name) -> CheckedExpression {
    if let use = memberUse(source) { return reading(use) }
    guard let id = nodeId(of: base) else { return valueMember(expression(base), name, nil, source.span) }
    if nodeId(of: source) != nil {
      guard let reference = reference(source, wholeArrays: false) else { return missing(source.span) }
      return variableValue(reference, source.span)
    }
    let node = declarations.nodes[id]
    if name.text == "length", node.isArray, isWholeArray(base) {
      return CheckedExpression(.elementCount(id), .count, source.span)
    }
    if node.kind == .variable { return valueMember(expression(base), name, nil, source.span) }
    return unknownMember(name, of: node)
  }

  /// A node's member where it is only read.
  func reading(_ use: MemberUse) -> CheckedExpression {
    switch use.entry.use {
    case .measure, .attribute: return memberValue(use)
    case .operation:
      _ = memberValue(use)
      return wrong(
        "E0603", "`\(use.entry.path)` changes the node and must stand alone", at: use.span,
        help: "write `let x = …` before")
    case .windowed:
      return wrong(
        "E0629", "`\(use.entry.path)` is measured over a window", at: use.span,
        help: "write `\(sourceText(use.span)) over 5m`")
    case .blocking:
      return wrong(
        "E0603", "`\(use.entry.path)` may wait and must stand alone", at: use.span,
        help: "write `let x = …` before")
    }
  }

  /// The checked member, operations included.
  func memberValue(_ use: MemberUse) -> CheckedExpression {
    let arguments = memberArguments(use)
    // What gives no value can be done to every element in one step.
    let isForAll = use.entry.use == .operation && use.entry.result == .type(.nothing)
    guard let reference = reference(use.base, wholeArrays: isForAll) else { return missing(use.span) }
    guard mayRead("'\(use.entry.path)' of \(use.entry.node.phrase)", use.span) else {
      return missing(use.span)
    }
    let type = resolve(use.entry.result, reference.node)
    let result: Type
    if use.entry.use == .operation && type == .nothing {
      result = .nothing
    } else {
      result = combined(type, reference, addsUp: use.entry.addsUp, use.span)
    }
    return CheckedExpression(.member(use.entry.member, reference, arguments), result, use.span)
  }

  func resolve(_ shape: MemberEntry.Shape, _ node: Int) -> Type {
    switch shape {
    case .type(let type): type
    case .item: inference.item(node)
    case .limit: inference.limit(node)
    case .addresses: .address
    case .optionalCount: .count
    }
  }

  func memberArguments(_ use: MemberUse) -> [CheckedExpression] {
    let given = use.arguments
    let what = "the argument of '\(use.entry.path)'"
    switch use.entry.arguments.first {
    case nil:
      guard given.isEmpty else { return miscounted(use, "no argument") }
      return []
    case .addresses?:
      guard !given.isEmpty else { return miscounted(use, "at least one address") }
      return given.map(address)
    case .optionalCount?:
      guard given.count <= 1 else { return miscounted(use, "at most one argument") }
      return given.map { expression($0, as: .count, what) }
    case .item?:
      guard given.count == 1, let queue = nodeId(of: use.base) else { return miscounted(use, "one argument") }
      return [item(given[0], queue)]
    case let shape?:
      guard given.count == 1, let node = nodeId(of: use.base) else { return miscounted(use, "one argument") }
      return [expression(given[0], as: resolve(shape, node), what)]
    }
  }

  private func miscounted(_ use: MemberUse, _ wanted: String) -> [CheckedExpression] {
    for argument in use.arguments { _ = expression(argument) }
    report("E0408", "'\(use.entry.path)' takes \(wanted)", at: use.span)
    return []
  }

  /// What is put into a queue decides what it holds.
  private func item(_ source: Expression, _ queue: Int) -> CheckedExpression {
    let known = inference.item(queue)
    let value = expression(source, wanted: known)
    if value.type == .nothing { return coerce(value, to: .count, "an item") }
    inference.learn(item: queue, value.type)
    return coerce(value, to: inference.item(queue), "an item of '\(declarations.nodes[queue].name.text)'")
  }

  /// A text, or a node that answers requests.
  private func address(_ source: Expression) -> CheckedExpression {
    guard let id = nodeId(of: source), declarations.nodes[id].kind != .variable else {
      return expression(source, as: .address, "an address")
    }
    let node = declarations.nodes[id]
    guard let reference = reference(source, wholeArrays: true) else { return missing(source.span) }
    guard node.kind == .service || node.kind == .balancer else {
      return wrong(
        "E0409", "an address is a text, a service or a balancer, not \(node.kind.phrase)", at: source.span)
    }
    return CheckedExpression(.address(reference), .address, source.span)
  }

  private func isWholeArray(_ base: Expression) -> Bool {
    guard case .name(let word) = base.kind else {
      if case .member = base.kind { return true }
      return false
    }
    if case .element? = lookup(word) { return false }
    return word != "self"
  }

  func unknownMember(_ name: Name, of node: NodeDeclaration) -> CheckedExpression {
    let names =
      MemberCatalog.entries(of: node.kind).map(\.path) + node.variables.keys.sorted()
      + node.handlers.map(\.name.text).filter { !$0.isEmpty }
    if node.handlers.contains(where: { $0.name.text == name.text }) {
      return wrong(
        "E0409", "'\(name.text)' is a handler of '\(node.name.text)'", at: name.span,
        help: "write `call \(node.name.text).\(name.text)`")
    }
    return wrong(
      "E0305", "\(node.kind.phrase) has no '\(name.text)'", at: name.span,
      help: suggestion(name.text, in: names))
  }

  /// A member of a value: a list or a record.
  func valueMember(
    _ base: CheckedExpression, _ name: Name, _ arguments: [Expression]?, _ span: Span
  ) -> CheckedExpression {
    switch base.type {
    case .unknown:
      for argument in arguments ?? [] { _ = expression(argument) }
      return missing(span)
    case .list(let element): return listMember(base, element, name, arguments, span)
    case .record(let fields):
      guard let ordinal = fields.firstIndex(where: { $0.name == name.text }) else {
        return wrong(
          "E0305", "this record has no '\(name.text)'", at: name.span,
          help: suggestion(name.text, in: fields.map(\.name)))
      }
      guard arguments == nil else { return wrong("E0312", "'\(name.text)' is not a function", at: name.span) }
      if case .record(let parts) = base.kind, parts.indices.contains(ordinal) { return parts[ordinal] }
      return CheckedExpression(.field(base, ordinal), fields[ordinal].type, span)
    default:
      for argument in arguments ?? [] { _ = expression(argument) }
      return wrong("E0305", "\(base.type.phrase) has no '\(name.text)'", at: name.span)
    }
  }

  private func listMember(
    _ base: CheckedExpression, _ element: Type, _ name: Name, _ arguments: [Expression]?, _ span: Span
  ) -> CheckedExpression {
    if name.text == "has" {
      guard let arguments, arguments.count == 1 else {
        return wrong("E0408", "'has' takes one argument", at: span)
      }
      return contains(base, element, arguments[0], span)
    }
    guard let member = ListMember(rawValue: name.text) else {
      return wrong(
        "E0305", "a list has no '\(name.text)'", at: name.span,
        help: suggestion(name.text, in: ["length", "empty", "first", "last", "has"]))
    }
    if let arguments, !arguments.isEmpty {
      return wrong("E0408", "'\(name.text)' takes no argument", at: span)
    }
    let type: Type =
      switch member {
      case .length: .count
      case .empty: .truth
      case .first, .last: element
      }
    return CheckedExpression(.listMember(member, base), type, span)
  }

  func contains(
    _ list: CheckedExpression, _ element: Type, _ source: Expression, _ span: Span
  ) -> CheckedExpression {
    let value = element == .address ? address(source) : expression(source, wanted: element)
    return contains(list, element, value, span)
  }

  func contains(
    _ list: CheckedExpression, _ element: Type, _ value: CheckedExpression, _ span: Span
  ) -> CheckedExpression {
    let fitted = coerce(value, to: element, "what is looked for in \(list.type.phrase)")
    return CheckedExpression(.contains(list: list, fitted), .truth, span)
  }
}
