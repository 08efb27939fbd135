extension Parser {
  /// An empty span where the next token should have been: after the last one if the line ended.
  var here: Span {
    if position > 0, current.newlineBefore || isAtEnd {
      return Span(file: file, start: previous.end, end: previous.end)
    }
    return span(current)
  }

  mutating func report(
    _ code: String, _ message: String, at span: Span, label: String = "",
    secondary: [Diagnostic.Label] = [], help: String? = nil
  ) {
    guard !isPanicking, !isHalted else { return }
    isPanicking = true
    // The lexer has reported these.
    if at(.unreadable) { return }
    if isAtEnd { diagnosticsAtEnd += 1 }
    guard diagnostics.count < Limits.diagnostics else { return }
    diagnostics.append(
      Diagnostic(code: code, message, at: span, label: label, secondary: secondary, help: help))
  }

  mutating func expected(_ what: String, help: String? = nil) {
    report("E0201", "expected \(what)", at: here, label: found, help: help)
  }

  /// What stands at the cursor, in words.
  var found: String {
    let token = current
    if token.kind == .end { return "the text ends here" }
    if token.newlineBefore, openBrackets == 0 { return "the line ends here" }
    return token.kind == .textStart ? "found a text" : "found `\(spelling(token))`"
  }

  @discardableResult
  mutating func expect(_ kind: Token.Kind, _ what: String, help: String? = nil) -> Bool {
    if accept(kind) { return true }
    expected(what, help: help)
    return false
  }

  @discardableResult
  mutating func expect(_ keyword: Keyword, example: String? = nil) -> Bool {
    if accept(keyword) { return true }
    expected("`\(keyword.rawValue)`", help: example)
    return false
  }

  // MARK: Recovery

  /// Reads up to the end of the statement: a line end, `;`, or the `}` of the block around. Ends the panic.
  mutating func skipStatement() {
    var braces = 0
    var brackets = 0
    openBrackets = 0
    isPanicking = isHalted
    while !isAtEnd {
      let token = current
      if braces == 0, position != partStart, token.newlineBefore {
        if brackets == 0 || token.keyword?.beginsItem == true || token.keyword?.beginsStatement == true {
          return
        }
      }
      if isUnclosedBlock { return }
      switch token.kind {
      case .semicolon where braces == 0: return
      case .leftBrace: braces += 1
      case .rightBrace:
        if braces == 0 { return }
        braces -= 1
      case .leftParenthesis, .leftBracket: brackets += 1
      case .rightParenthesis, .rightBracket: brackets = max(0, brackets - 1)
      default: break
      }
      advance()
    }
  }

  /// After an error in what stands before a block: goes to the `{` on the same line, so that the block is read.
  private mutating func skipToBlock() {
    guard isPanicking, !isHalted else { return }
    var ahead = position
    while ahead < tokens.count - 1, !tokens[ahead].newlineBefore || ahead == partStart {
      switch tokens[ahead].kind {
      case .semicolon, .rightBrace: return
      case .leftBrace:
        position = ahead
        isPanicking = false
        openBrackets = 0
        return
      default: ahead += 1
      }
    }
  }

  /// Past the `}` of the braces around, wherever it is.
  mutating func skipToClosingBrace() {
    var braces = 1
    while !isAtEnd, !isUnclosedBlock {
      if at(.leftBrace) { braces += 1 }
      if at(.rightBrace) { braces -= 1 }
      advance()
      if braces == 0 { return }
    }
  }

  /// An item that cannot stand in a block begins at the left margin: a `}` is missing before it.
  var isUnclosedBlock: Bool {
    let token = current
    guard token.newlineBefore, let keyword = token.keyword, keyword.beginsItem else { return false }
    guard token.start > 0, source[Int(token.start) - 1] == 0x0A else { return false }
    switch keyword {
    case .let, .var, .queue: return false
    default: break
    }
    switch next.kind {
    case .word, .textStart, .clock, .date, .duration: return !next.newlineBefore
    case .leftBrace: return keyword == .explore
    default: return false
    }
  }

  // MARK: Blocks

  /// `{ … }` with `element` called for each part. Reports a brace that is never closed at the brace.
  mutating func braces(_ owner: String, _ element: (inout Parser) -> Void) -> Span {
    skipToBlock()
    guard !isPanicking, at(.leftBrace) else {
      expected("`{` and the \(owner)")
      skipToBlock()
      if isPanicking { return here }
      return braces(owner, element)
    }
    let open = current
    roles[position] = .block
    advance()
    let savedBrackets = openBrackets
    openBrackets = 0
    defer { openBrackets = savedBrackets }
    while true {
      while accept(.semicolon) {}
      if at(.rightBrace) || isAtEnd || isUnclosedBlock { break }
      let before = position
      partStart = position
      element(&self)
      if isPanicking { skipStatement() }
      if position == before { advance() }
    }
    if at(.rightBrace) {
      roles[position] = .block
      advance()
    } else {
      isPanicking = isHalted
      report(
        "E0202", "every `{` has its `}`", at: span(open), label: "never closed",
        help: isAtEnd ? nil : "close it before this line's `\(spelling(current))`")
      isPanicking = isHalted
    }
    return span(from: open.start)
  }

  /// After a statement, setting or item: a line end, `;`, `}` or the end.
  mutating func endOfStatement(_ what: String) {
    if isPanicking { return skipStatement() }
    if isAtEnd || at(.semicolon) || at(.rightBrace) || current.newlineBefore { return }
    report(
      "E0209", "a \(what) ends with its line, or with `;`", at: span(current),
      label: "unexpected \(at(.textStart) ? "text" : "`\(spelling(current))`")", help: separatorHelp)
    skipStatement()
  }

  private var separatorHelp: String? {
    at(.assign) ? "write `==` to compare; only a variable or an attribute can be assigned" : nil
  }
}
