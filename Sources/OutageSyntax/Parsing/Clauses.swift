// The clauses of a node: keyword-led, so they need no separators; `;` and line ends are welcome.

extension Parser {
  /// `if fix == none` on the same line.
  mutating func condition() -> Expression? {
    guard at(.if), !isAtLineEnd else { return nil }
    advance()
    return expression()
  }

  /// One clause whose first word is current: `read` takes the rest of it.
  mutating func clause<Value: Sendable>(_ read: (inout Parser) -> Value) -> Clause<Value> {
    let start = begin()
    let value = read(&self)
    let condition = condition()
    return Clause(value, condition: condition, span: span(from: start))
  }

  /// Reports a word that begins no clause of this node.
  mutating func unknownClause(_ node: String, _ known: [Keyword]) {
    let names = known.map { "`\($0.rawValue)`" }.joined(separator: ", ")
    let word = at(.word) ? spelling(current) : ""
    let nearest = Spelling.nearest(word, in: known.map(\.rawValue))
    report(
      "E0208", "expected a clause of the \(node)", at: isAtEnd ? here : span(current),
      label: isAtEnd ? found : "",
      help: nearest.map { "did you mean `\($0)`?" } ?? "one of \(names)")
  }
}
