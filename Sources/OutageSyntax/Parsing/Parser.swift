// Recursive descent with one token of lookahead and precedence climbing for operators. Parsing never fails:
// an error is reported once, the rest of the statement is skipped, and what could not be read is `.missing`.
// Each construct has a file of its own; this one is the cursor that they share.

/// What the parser found out about a token that its spelling does not say; the formatter spaces by it.
enum TokenRole: UInt8, Sendable {
  case plain
  /// Begins an item, clause or statement.
  case start
  /// `-` before its only operand.
  case unary
  /// `(` or `[` that belongs to the word before it.
  case glued
  /// `{` or `}` of a block or clause list.
  case block
}

struct Parser {
  let source: [UInt8]
  let file: Int32
  let tokens: [Token]
  var position = 0
  var roles: [TokenRole]
  var diagnostics: [Diagnostic] = []
  /// The files of numbers that were named so far.
  var named: [NamedFile] = []
  /// How many of them were found at the end of the text: more text may mend those.
  var diagnosticsAtEnd = 0
  /// Levels of blocks and expressions around the cursor.
  var depth = 0
  /// Levels allowed.
  var nesting = Limits.nesting
  /// Levels of the expression read last; long chains of operators are as deep as nested ones.
  var height = 0
  /// Inside parentheses or brackets a line end means nothing.
  var openBrackets = 0
  /// Where the item, clause or statement that is being read begins.
  var partStart = 0
  /// After an error nothing is reported until the next statement.
  var isPanicking = false
  /// Nesting went beyond the limit, or nobody wants the tree any more: the rest is not read.
  var isHalted = false
  /// What the text says in its other language is nobody's business here.
  var isOfAnotherLanguage = false
  /// At a prompt a value alone is printed.
  var allowsValues = false

  private let interruption: Interruption

  init(_ source: [UInt8], _ list: TokenList, file: Int32, _ interruption: Interruption) {
    self.source = source
    self.file = file
    self.interruption = interruption
    tokens = list.tokens
    roles = Array(repeating: .plain, count: list.tokens.count)
  }

  // MARK: Cursor

  var current: Token { tokens[position] }
  var next: Token { tokens[min(position + 1, tokens.count - 1)] }
  var previous: Token { tokens[max(position - 1, 0)] }
  var isAtEnd: Bool { tokens[position].kind == .end }
  /// A line ends before the current token, where line ends count.
  var isAtLineEnd: Bool { tokens[position].newlineBefore && openBrackets == 0 && position != partStart }

  mutating func advance() {
    if interruption.looks() { return leave() }
    if position < tokens.count - 1 { position += 1 }
  }

  func at(_ kind: Token.Kind) -> Bool { tokens[position].kind == kind }
  func at(_ keyword: Keyword) -> Bool { tokens[position].keyword == keyword }

  // After an error nothing is taken, so that recovery starts where the error is.

  mutating func accept(_ kind: Token.Kind) -> Bool {
    guard at(kind), !isPanicking else { return false }
    advance()
    return true
  }

  mutating func accept(_ keyword: Keyword) -> Bool {
    guard at(keyword), !isPanicking else { return false }
    advance()
    return true
  }

  /// For words that begin a statement or an item when they stand on a line of their own.
  mutating func acceptOnLine(_ keyword: Keyword) -> Bool { !isAtLineEnd && accept(keyword) }

  /// Takes the current token, which is a keyword, and marks it as the start of a clause, item or statement.
  mutating func begin() -> Int32 {
    roles[position] = .start
    let start = current.start
    advance()
    return start
  }

  func span(_ token: Token) -> Span { Span(file: file, start: token.start, end: token.end) }

  /// From `start` to the end of the token read last.
  func span(from start: Int32) -> Span {
    Span(file: file, start: start, end: max(start, position > 0 ? previous.end : start))
  }

  func spelling(_ token: Token) -> String {
    String(decoding: source[Int(token.start)..<Int(token.end)], as: UTF8.self)
  }

  // MARK: Names

  func isName(_ token: Token) -> Bool { token.kind == .word && token.keyword?.isReserved != true }

  /// A keyword that is used as a name here: `queue.clear`, `rate = 3`, `apply: …`.
  var isPlainWord: Bool {
    switch next.kind {
    case .assign: !next.newlineBefore && !at(.let) && !at(.var)
    case .dot, .colon: !next.newlineBefore
    case .leftBracket: !next.spaceBefore
    default: false
    }
  }

  mutating func takeName() -> Name {
    let name = Name(spelling(current), span(current))
    advance()
    return name
  }

  mutating func name(_ what: String, example: String? = nil) -> Name {
    guard isName(current), !isAtLineEnd, !isPanicking else {
      if current.kind == .word, !isAtLineEnd {
        report(
          "E0212", "`\(spelling(current))` is a word of the language and cannot be a name", at: span(current),
          label: "choose another name")
      } else {
        expected(what, help: example)
      }
      return Name("", here)
    }
    return takeName()
  }

  /// Any word at all: after a dot, or after `on`.
  mutating func anyName(_ what: String) -> Name {
    guard at(.word), !isAtLineEnd, !isPanicking else {
      expected(what)
      return Name("", here)
    }
    return takeName()
  }

  /// The value of the current word if it is one of the cases: `fifo`, `refuse`, `hopeless`.
  mutating func choice<Value: RawRepresentable>(_: Value.Type) -> Value? where Value.RawValue == String {
    guard !isPanicking, !isAtLineEnd, let keyword = current.keyword,
      let value = Value(rawValue: keyword.rawValue)
    else { return nil }
    advance()
    return value
  }

  mutating func expectChoice<Value: RawRepresentable & CaseIterable>(
    _ type: Value.Type, _ fallback: Value
  ) -> Value where Value.RawValue == String {
    if let value = choice(type) { return value }
    expected(type.allCases.map { "`\($0.rawValue)`" }.joined(separator: " or "))
    return fallback
  }

  /// `[n]` after a name.
  mutating func elementCount() -> Expression? {
    guard at(.leftBracket), !isAtLineEnd, !isPanicking else { return nil }
    roles[position] = .glued
    advance()
    openBrackets += 1
    let count = expression()
    openBrackets -= 1
    expect(.rightBracket, "`]` after the number of elements")
    return count
  }

  // MARK: Depth

  /// False, with a diagnostic, when the nesting limit is reached. Otherwise the caller takes one from `depth`
  /// later.
  mutating func enter() -> Bool {
    guard depth < nesting else {
      halt()
      return false
    }
    depth += 1
    return true
  }

  /// Nothing is taken or reported any more.
  mutating func leave() {
    isHalted = true
    isPanicking = true
    position = tokens.count - 1
  }

  mutating func halt() {
    guard !isHalted else { return }
    isPanicking = false
    report(
      "E0206", "blocks and expressions nest at most \(nesting) levels", at: span(current),
      help: "name a part with `let` or `fn`")
    leave()
  }
}
