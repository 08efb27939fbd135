import OutageSyntax

/// Collects what the script declares; duplicates are reported here, once.
extension Checker {
  func declare() {
    for item in tree.items {
      if interruption.looks() { return }
      declare(item)
    }
  }

  private func declare(_ item: Item) {
    switch item.kind {
    case .scenario(let name): declareScenario(name, item.span)
    case .clock(let clock): declareClock(clock, item.span)
    case .param(let param):
      // Parameters and constants get their ids in order as they are checked.
      declare(param.name, .param(declarations.paramCount))
      declarations.paramCount += 1
      if !param.choices.isEmpty { declareChoice(param.choices) }
    case .let(let name, _):
      declare(name, .constant(declarations.constantCount))
      declarations.constantCount += 1
    case .function(let name, let parameters, let body): declareFunction(name, parameters, body)
    case .external(let item): declareExternal(item)
    case .policy(let name, let options):
      declare(name, .policy(declarations.policies.count))
      declarations.policies.append(PolicyDeclaration(name: name, options: options))
    case .measure(let name, let value):
      declare(name, .measure(declarations.measures.count))
      declarations.measures.append(MeasureDeclaration(name: name, value: value, span: item.span))
    default: declareNode(item)
    }
  }

  private func declareScenario(_ name: String, _ span: Span) {
    if declarations.scenario != nil {
      report("E0611", "a script has one `scenario`", at: span)
      return
    }
    declarations.scenario = name
  }

  private func declareClock(_ clock: ClockItem, _ span: Span) {
    if declarations.clock != nil {
      report(
        "E0611", "a script has one `clock`", at: span,
        secondary: [.init(declarations.clockSpan, "the first one")])
      return
    }
    declarations.clock = clock
    declarations.clockSpan = span
  }

  private func declareFunction(_ name: Name, _ parameters: [Name], _ body: Expression) {
    checkSignature(name, parameters)
    declare(name, .function(declarations.functions.count))
    declarations.functions.append(
      FunctionDeclaration(name: name, parameters: parameters, body: body))
  }

  /// A function's name and those of its parameters.
  private func checkSignature(_ name: Name, _ parameters: [Name]) {
    if Self.functionWords.contains(name.text) {
      report(
        "E0304", "'\(name.text)' is a function of the language", at: name.span, help: "choose another name")
    }
    var seen: Set<String> = []
    for parameter in parameters where !seen.insert(parameter.text).inserted {
      report("E0302", "'\(parameter.text)' is already a parameter of this function", at: parameter.span)
    }
  }

  private func declareExternal(_ item: ExternalItem) {
    checkSignature(item.name, item.parameters.map(\.name))
    if item.parameters.count > Self.externalParameters {
      report("E0408", "a function takes at most \(Self.externalParameters) arguments", at: item.name.span)
    }
    declare(item.name, .external(declarations.externals.count))
    declarations.externals.append(
      CheckedProgram.External(
        name: item.name.text,
        parameters: item.parameters.map { .init(name: $0.name.text, type: type(named: $0.kind)) },
        result: type(named: item.result), span: item.name.span))
  }

  /// Registers of one call are few.
  private static let externalParameters = 16

  private func type(named kind: Name) -> Type {
    if let type = Type.plainKinds[kind.text] { return type }
    report(
      "E0314", "unknown kind '\(kind.text)'", at: kind.span,
      help: suggestion(kind.text, in: Type.plainKinds.keys.sorted())
        ?? "there are: " + Type.plainKinds.keys.sorted().joined(separator: ", "))
    return .unknown
  }

  func declareChoice(_ names: [Name]) {
    var seen: Set<String> = []
    for name in names where !seen.insert(name.text).inserted {
      report("E0302", "'\(name.text)' is already a case of this choice", at: name.span)
    }
    _ = declarations.choice(names)
  }

  func declare(_ name: Name, _ symbol: Symbol) {
    if Self.reservedWords.contains(name.text) {
      report("E0304", "'\(name.text)' is a word of the language", at: name.span, help: "choose another name")
    }
    if let first = declarations.spans[name.text] {
      report(
        "E0302", "'\(name.text)' is already declared", at: name.span,
        secondary: [.init(first, "first declared here")])
      return
    }
    declarations.symbols[name.text] = symbol
    declarations.spans[name.text] = name.span
  }
}
