import OutageSyntax

/// `f(x)` in an expression: a member with arguments, a word of the language, or a function of the script.
extension Checker {
  func call(
    _ source: Expression, _ callee: Expression, _ given: [Expression], _ wanted: Type?
  ) -> CheckedExpression {
    switch callee.kind {
    case .member(let base, let name): return memberCall(source, base, name, given)
    case .name(let word): return namedCall(word, callee.span, given, source.span, wanted)
    default:
      for argument in given { _ = expression(argument) }
      return wrong("E0312", "only a named function can be called", at: callee.span)
    }
  }

  private func memberCall(
    _ source: Expression, _ base: Expression, _ name: Name, _ given: [Expression]
  ) -> CheckedExpression {
    if let use = memberUse(source) { return reading(use) }
    if let id = nodeId(of: base) {
      let node = declarations.nodes[id]
      if node.kind != .variable {
        for argument in given { _ = expression(argument) }
        return unknownMember(name, of: node)
      }
    }
    return valueMember(expression(base), name, given, source.span)
  }

  private func namedCall(
    _ word: String, _ wordSpan: Span, _ given: [Expression], _ span: Span, _ wanted: Type?
  ) -> CheckedExpression {
    if lookup(word) == nil, case .function(let id)? = declarations.symbols[word] {
      return expand(id, given, span, wanted)
    }
    if lookup(word) == nil, case .external(let id)? = declarations.symbols[word] {
      return external(id, given, span)
    }
    if word == "chance" { return chance(given, span) }
    if let distribution = Distribution(rawValue: word) { return draw(distribution, given, span, wanted) }
    if given.count == 1, let aggregate = Aggregate(rawValue: word), aggregate != .collect {
      return self.aggregate(aggregate, given[0], span)
    }
    if let builtin = Builtin(rawValue: word) { return self.builtin(builtin, given, span) }
    for argument in given { _ = expression(argument) }
    if Aggregate(rawValue: word) != nil { return wrong("E0408", "'\(word)' takes one argument", at: span) }
    if lookup(word) != nil || declarations.symbols[word] != nil {
      return wrong("E0312", "'\(word)' is not a function", at: wordSpan)
    }
    let functions =
      declarations.functions.map(\.name.text) + declarations.externals.map(\.name) + Self.functionWords.sorted()
    return wrong(
      "E0312", "unknown function '\(word)'", at: wordSpan, help: suggestion(word, in: functions))
  }

  /// A function that the host gives: it is called while the world runs, never before.
  private func external(_ id: Int, _ given: [Expression], _ span: Span) -> CheckedExpression {
    let function = declarations.externals[id]
    let count = function.parameters.count
    guard given.count == count else {
      for argument in given { _ = expression(argument) }
      return wrong(
        "E0408", "'\(function.name)' takes \(count) argument\(count == 1 ? "" : "s"), not \(given.count)", at: span)
    }
    let values = zip(given, function.parameters).map { argument, parameter in
      expression(argument, as: parameter.type, "the argument '\(parameter.name)'")
    }
    guard mayRead("a function of the host", span) else { return missing(span) }
    return CheckedExpression(.external(id, values), function.result, span)
  }

  func chance(_ given: [Expression], _ span: Span) -> CheckedExpression {
    guard given.count == 1 else {
      for argument in given { _ = expression(argument) }
      return wrong("E0408", "'chance' takes one argument", at: span)
    }
    let probability = expression(given[0], as: .number, "the argument of 'chance'", .probability)
    guard mayDraw("chance", span) else { return missing(span) }
    return drawing(.chance(probability), .truth, span)
  }
}
