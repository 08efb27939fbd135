import OutageSyntax

/// `x = 3`, `dwfm.limit = 50/s`, `rm[i] = prepared`, `v.field = 1`.
extension Checker {
  func assignment(_ target: Expression, _ source: Expression) -> CheckedStatement.Kind? {
    if let use = memberUse(target) { return attributeAssignment(use, source) }
    if let (base, key) = handlerLimit(target) { return handlerLimitAssignment(base, key, target.span, source) }
    if let id = nodeId(of: target), declarations.nodes[id].kind == .variable {
      return variableAssignment(target, source)
    }
    if case .member(let base, let field) = target.kind, let id = nodeId(of: base),
      declarations.nodes[id].kind == .variable
    {
      return fieldAssignment(base, field, source)
    }
    _ = valueOrOperation(source, wanted: nil)
    return refuseTarget(target)
  }

  private func variableAssignment(
    _ target: Expression, _ source: Expression
  ) -> CheckedStatement.Kind? {
    guard let reference = reference(target, wholeArrays: true) else {
      _ = valueOrOperation(source, wanted: nil)
      return nil
    }
    let type = inference.variable(reference.node)
    let value = valueOrOperation(source, wanted: type)
    if type.isOpen { inference.learn(variable: reference.node, value.type) }
    let name = declarations.nodes[reference.node].name.text
    return .assign(
      .value, reference, coerce(value, to: inference.variable(reference.node), "the value of '\(name)'"))
  }

  private func fieldAssignment(
    _ base: Expression, _ field: Name, _ source: Expression
  ) -> CheckedStatement.Kind? {
    guard let reference = reference(base, wholeArrays: true) else { return nil }
    let type = inference.variable(reference.node)
    guard case .record(let fields) = type else {
      _ = valueOrOperation(source, wanted: nil)
      if type != .unknown { report("E0305", "\(type.phrase) has no '\(field.text)'", at: field.span) }
      return nil
    }
    guard let ordinal = fields.firstIndex(where: { $0.name == field.text }) else {
      _ = valueOrOperation(source, wanted: nil)
      report(
        "E0305", "this record has no '\(field.text)'", at: field.span,
        help: suggestion(field.text, in: fields.map(\.name)))
      return nil
    }
    let value = valueOrOperation(source, wanted: fields[ordinal].type)
    let fitted = coerce(value, to: fields[ordinal].type, "the value of '\(field.text)'")
    return .assignField(reference, field: ordinal, fitted)
  }

  private func attributeAssignment(
    _ use: MemberUse, _ source: Expression
  ) -> CheckedStatement.Kind? {
    guard use.entry.use == .attribute else {
      _ = valueOrOperation(source, wanted: nil)
      report("E0411", "'\(use.entry.path)' of \(use.entry.node.phrase) cannot be assigned", at: use.nameSpan)
      return nil
    }
    if let missing = missingPace(use) {
      _ = valueOrOperation(source, wanted: nil)
      report(
        "E0411", "this load has no '\(use.entry.path)' to assign", at: use.nameSpan,
        help: "declare the load with `\(missing)`: then it can be assigned")
      return nil
    }
    let reference = reference(use.base, wholeArrays: true)
    let value = attributeValue(use, source)
    return reference.map { .assign(use.entry.member, $0, value) }
  }

  /// The clause that a load would need for an attribute of its pace to mean something: an open load has no users, a closed one
  /// no rate, and one whose requests arrive at the times of a file neither.
  private func missingPace(_ use: MemberUse) -> String? {
    guard let id = nodeId(of: use.base), case .load(let load) = declarations.nodes[id].source else { return nil }
    let words = load.clauses.map(\.value.word)
    let clause = use.entry.member == .rate ? "rate" : "users"
    return words.contains(clause) ? nil : clause
  }

  /// `s.h.limit`: the service and the handler.
  private func handlerLimit(_ target: Expression) -> (base: Expression, Inference.HandlerKey)? {
    guard case .member(let path, let name) = target.kind, name.text == "limit",
      case .member(let base, let handler) = path.kind, let id = nodeId(of: base),
      let k = declarations.nodes[id].handlers.firstIndex(where: { $0.name.text == handler.text })
    else { return nil }
    return (base, Inference.HandlerKey(node: id, handler: k))
  }

  private func handlerLimitAssignment(
    _ base: Expression, _ key: Inference.HandlerKey, _ span: Span, _ source: Expression
  ) -> CheckedStatement.Kind? {
    let reference = reference(base, wholeArrays: true)
    let value = limit(source)
    let name = declarations.nodes[key.node].handlers[key.handler].name.text
    guard let type = inference.limit(key) else {
      report(
        "E0411", "'\(name)' has no limit to assign", at: span,
        help: "give it one that never bites: `on \(name) limit 1_000_000/s`")
      return nil
    }
    let fitted = coerce(value, to: type, "the limit of '\(name)'")
    return reference.map { .assignHandlerLimit($0, handler: key.handler, fitted) }
  }

  private func attributeValue(_ use: MemberUse, _ source: Expression) -> CheckedExpression {
    let what = "'\(use.entry.path)'"
    if use.entry.result == .limit { return limit(source) }
    guard let node = nodeId(of: use.base) else { return expression(source) }
    let type = resolve(use.entry.result, node)
    let value = coerce(valueOrOperation(source, wanted: type), to: type, what)
    return use.entry.range.map { require(value, $0) } ?? value
  }

  /// A count (at once) or a rate (admitted).
  func limit(_ source: Expression) -> CheckedExpression {
    let value = expression(source)
    guard value.type != .unknown else { return value }
    guard value.type == .count || value.type == .rate else {
      return wrong(
        "E0402", "a limit must be a count (at once) or a rate (admitted), not \(value.type.phrase)",
        at: value.span)
    }
    return require(value, .limit)
  }

  private func refuseTarget(_ target: Expression) -> CheckedStatement.Kind? {
    guard case .name(let word) = target.kind else {
      if case .member(let base, let name) = target.kind, let id = nodeId(of: base) {
        _ = unknownMember(name, of: declarations.nodes[id])
        return nil
      }
      let value = expression(target)
      if value.type != .unknown { report("E0610", "this cannot be assigned", at: target.span) }
      return nil
    }
    let what: String
    if lookup(word) != nil {
      what = "a `let` or loop variable"
    } else if let symbol = declarations.symbols[word] {
      what = symbol.phrase
    } else {
      if Self.reservedWords.contains(word) {
        report("E0610", "'\(word)' cannot be assigned", at: target.span)
      } else {
        unknownName(word, target.span)
      }
      return nil
    }
    report(
      "E0610", "'\(word)' is \(what) and cannot be assigned", at: target.span,
      help: "declare `var \(word) = …`")
    return nil
  }
}
