import OutageSyntax

extension Checker {
  /// Words that always mean the same thing.
  static let reservedWords: Set<String> = ["index", "self", "now", "on", "off", "true", "false", "stuck"]
  static let functionWords: Set<String> = Set(Builtin.allCases.map(\.rawValue))
    .union(Distribution.allCases.map(\.rawValue))
    .union(Aggregate.allCases.filter { $0 != .collect }.map(\.rawValue))
    .union(["chance"])

  func lookup(_ word: String) -> Binding? {
    for scope in scopes.reversed() {
      if let found = scope[word] { return found }
    }
    return nil
  }

  /// A variable of the process or service whose body this is, by its plain name.
  func ownVariable(_ word: String) -> Int? {
    guard expanding.isEmpty, let owner = context.owner else { return nil }
    return declarations.nodes[owner].variables[word]
  }

  func addLocal(_ name: String, _ type: Type) -> Int {
    locals.append(CheckedBody.Local(name: name, type: type))
    return locals.count - 1
  }

  /// Declares a name in the innermost scope.
  func bind(_ name: Name, _ binding: Binding) {
    if Self.reservedWords.contains(name.text) {
      report("E0304", "'\(name.text)' is a word of the language", at: name.span, help: "choose another name")
    }
    if scopes.isEmpty { scopes.append([:]) }
    if scopes[scopes.count - 1].updateValue(binding, forKey: name.text) != nil {
      report("E0302", "'\(name.text)' is already declared here", at: name.span)
    }
  }

  func scoped<T>(_ body: () -> T) -> T {
    scopes.append([:])
    defer { scopes.removeLast() }
    return body()
  }

  /// Runs `body` with locals and scopes of its own; returns the locals it made.
  func withLocals<T>(_ inner: Context, _ body: () -> T) -> (value: T, locals: [CheckedBody.Local]) {
    let outer = (locals, scopes)
    locals = []
    scopes = [[:]]
    let value = within(inner, body)
    let made = locals
    (locals, scopes) = outer
    return (value, made)
  }

  /// Every name that may stand in an expression here.
  func visibleNames() -> [String] {
    var names = Set(declarations.symbols.keys)
    for scope in scopes { names.formUnion(scope.keys) }
    if expanding.isEmpty, let owner = context.owner {
      names.formUnion(declarations.nodes[owner].variables.keys)
    }
    return names.sorted()
  }

  func unknownName(_ word: String, _ span: Span) {
    guard isReporting, diagnostics.count < Self.diagnosticsLimit else { return }
    // Among thousands of names the nearest is hardly ever the one that was meant, and looking for it takes its time.
    let isLarge = declarations.symbols.count > Self.mostNames
    report("E0301", "unknown name '\(word)'", at: span, help: isLarge ? nil : suggestion(word, in: visibleNames()))
  }

  private static var mostNames: Int { 2000 }

  func suggestion(_ word: String, in names: [String]) -> String? {
    guard isReporting, diagnostics.count < Limits.diagnostics, names.count <= Self.mostNames else { return nil }
    return Spelling.nearest(word, in: names).map { "did you mean '\($0)'?" }
  }
}
