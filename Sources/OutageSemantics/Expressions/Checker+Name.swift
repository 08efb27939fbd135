import OutageSyntax

extension Checker {
  /// A bare word: a case of the wanted choice, else a name, else a word of the language, else a case that only
  /// one choice has.
  func name(_ word: String, _ span: Span, _ wanted: Type?) -> CheckedExpression {
    if case .choice(let id)? = wanted, let found = choiceCase(word, id, span) { return found }
    if let binding = lookup(word) { return bound(binding, span) }
    if let variable = ownVariable(word) { return variableValue(ownReference(variable), span) }
    if let symbol = declarations.symbols[word] { return symbolValue(symbol, word, span) }
    if let value = languageWord(word, span) { return value }
    if case .choice(let id)? = wanted {
      let names = declarations.choices[id].names
      return wrong(
        "E0308", "'\(word)' is not one of \(names.joined(separator: " | "))", at: span,
        help: suggestion(word, in: names))
    }
    if let ids = declarations.choicesByCase[word], ids.count == 1 {
      return choiceCase(word, ids[0], span) ?? missing(span)
    }
    unknownName(word, span)
    return missing(span)
  }

  private func choiceCase(_ word: String, _ id: Int, _ span: Span) -> CheckedExpression? {
    declarations.choices[id].names.firstIndex(of: word).map {
      CheckedExpression(.integer(Int64($0)), .choice(id), span)
    }
  }

  private func bound(_ binding: Binding, _ span: Span) -> CheckedExpression {
    switch binding {
    case .local(let slot):
      guard locals.indices.contains(slot) else { return missing(span) }
      return CheckedExpression(.local(slot), locals[slot].type, span)
    case .element(let reference): return nodeValue(reference, span)
    case .argument(let id): return argument(id, span)
    }
  }

  private func argument(_ id: Int, _ span: Span) -> CheckedExpression {
    arguments[id].uses += 1
    let argument = arguments[id]
    if argument.draws && argument.uses > 1 {
      return wrong(
        "E0616", "an argument that draws may be used once only", at: argument.value.span,
        help: "draw it in a `let` before")
    }
    guard countExpansion(argument.size, span) else { return missing(span) }
    return argument.value
  }

  private func symbolValue(_ symbol: Symbol, _ word: String, _ span: Span) -> CheckedExpression {
    switch symbol {
    case .param(let id):
      guard id < program.params.count else { return early(word, span) }
      return CheckedExpression(.param(id), program.params[id].type, span)
    case .constant(let id):
      guard id < program.constants.count else { return early(word, span) }
      return CheckedExpression(.constant(id), program.constants[id].value.type, span)
    case .measure(let id):
      guard mayRead("a measure", span) else { return missing(span) }
      return CheckedExpression(.measure(id), inference.measure(id), span)
    case .node(let id):
      let isArray = declarations.nodes[id].isArray
      return nodeValue(NodeReference(node: id, selector: isArray ? .all : .single), span)
    case .function, .external:
      return wrong("E0412", "'\(word)' is a function", at: span, help: "write \(word)(…)")
    case .policy:
      return wrong("E0412", "'\(word)' is a policy", at: span, help: "write `call … with \(word)`")
    }
  }

  private func early(_ word: String, _ span: Span) -> CheckedExpression {
    wrong("E0303", "'\(word)' is used before its declaration", at: span, help: "move the declaration up")
  }

  private func languageWord(_ word: String, _ span: Span) -> CheckedExpression? {
    switch word {
    case "on": return CheckedExpression(.integer(1), .truth, span)
    case "off": return CheckedExpression(.integer(0), .truth, span)
    case "index": return index(span)
    case "now": return now(span)
    case "stuck": return stuck(span)
    case "self":
      guard let owner = context.owner, expanding.isEmpty else {
        return wrong("E0313", "`self` means something inside a node only", at: span)
      }
      return nodeValue(ownReference(owner), span)
    default: return nil
    }
  }

  private func index(_ span: Span) -> CheckedExpression {
    guard context.hasIndex, expanding.isEmpty else {
      return wrong("E0313", "`index` means something inside an element of an array only", at: span)
    }
    return CheckedExpression(.index, .count, span)
  }

  private func now(_ span: Span) -> CheckedExpression {
    if context.place == .initial { return CheckedExpression(.integer(0), .time, span) }
    guard mayRead("`now`", span) else { return missing(span) }
    if context.isAwaited {
      return wrong(
        "E0620", "`wait until` waits for a change, not for a time", at: span,
        help: "write `wait 11:30 - now`, or give the wait a `timeout`")
    }
    return CheckedExpression(.now, .time, span)
  }

  private func stuck(_ span: Span) -> CheckedExpression {
    guard context.place == .property else {
      return wrong("E0615", "`stuck` is for properties", at: span)
    }
    return CheckedExpression(.stuck, .truth, span)
  }

  /// The element that runs this body.
  func ownReference(_ node: Int) -> NodeReference {
    let declaration = declarations.nodes[node]
    guard let host = declaration.host else {
      return NodeReference(node: node, selector: declaration.isArray ? .own : .single)
    }
    if declarations.nodes[host].isArray { return NodeReference(node: node, selector: .own) }
    return NodeReference(node: node, selector: declaration.isArray ? .all : .single)
  }

  /// The type of a bare word without checking it, so that the other side of a comparison can follow it.
  func peekChoice(_ source: Expression) -> Type? {
    guard case .name(let word) = source.kind else { return nil }
    let type: Type
    switch lookup(word) {
    case .local(let slot)?: type = locals.indices.contains(slot) ? locals[slot].type : .unknown
    case .argument(let id)?: type = arguments[id].value.type
    case .element(let reference)?: type = inference.variable(reference.node)
    case nil: type = peekSymbol(word)
    }
    if case .choice = type { return type }
    return nil
  }

  private func peekSymbol(_ word: String) -> Type {
    if let variable = ownVariable(word) { return inference.variable(variable) }
    switch declarations.symbols[word] {
    case .param(let id)? where id < program.params.count: return program.params[id].type
    case .constant(let id)? where id < program.constants.count: return program.constants[id].value.type
    case .node(let id)?: return inference.variable(id)
    case .measure(let id)?: return inference.measure(id)
    default: return .unknown
    }
  }
}
