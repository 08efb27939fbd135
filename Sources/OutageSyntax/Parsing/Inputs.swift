extension Parser {
  /// What was typed at a prompt.
  mutating func inputs() -> [InputResult.Input] {
    var inputs: [InputResult.Input] = []
    if next.kind == .count { languageLine() }
    allowsValues = true
    fileParts { parser in inputs.append(parser.input()) }
    return inputs
  }

  private mutating func input() -> InputResult.Input {
    if isItem {
      allowsValues = false
      defer { allowsValues = true }
      return .item(item())
    }
    let isLet = at(.let)
    let statement = statement()
    if case .operation(let value) = statement.kind, statement.label == nil, statement.condition == nil {
      return .expression(value)
    }
    if isLet, case .let(let name, let value) = statement.kind, statement.label == nil,
      statement.condition == nil
    {
      return .item(Item(.let(name, value), span: statement.span))
    }
    return .statement(statement)
  }

  /// A word that begins an item and is followed by what an item goes on with: `queue jobs`, not
  /// `queue.length`.
  private var isItem: Bool {
    guard let keyword = current.keyword, keyword.beginsItem, keyword != .let, !isPlainWord else {
      return false
    }
    if next.newlineBefore || next.isOperatorWord { return false }
    switch keyword {
    case .at, .every, .when: return next.kind != .end && next.kind != .semicolon
    default: break
    }
    switch next.kind {
    case .word, .textStart, .clock, .date: return true
    case .leftBrace: return keyword == .explore
    default: return false
    }
  }
}
