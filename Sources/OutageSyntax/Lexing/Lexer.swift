/// Cuts UTF-8 bytes into tokens, by index, without making strings. Every byte sequence has a token list: what
/// cannot be read is reported and becomes `.unreadable`.
package struct Lexer {
  let source: [UInt8]
  let file: Int32
  var position = 0
  var list = TokenList()
  /// Open `{` of text parts, innermost last: how many record braces are open inside each.
  var parts: [Int] = []
  private var newline = false
  private var space = false
  private let keywords = KeywordTable.shared
  private let keepsComments: Bool
  private let interruption: Interruption

  private init(_ source: [UInt8], file: Int32, keepsComments: Bool, _ interruption: Interruption) {
    self.source = source
    self.file = file
    self.keepsComments = keepsComments
    self.interruption = interruption
  }

  /// - Parameter comments: they are wanted too.
  package static func lex(
    _ source: SourceFile, file: Int32, comments: Bool = false, _ interruption: Interruption = Interruption()
  ) -> TokenList {
    guard source.text.count <= Limits.sourceBytes else {
      return Lexer([], file: file, keepsComments: comments, interruption).tooLarge()
    }
    var lexer = Lexer(source.text, file: file, keepsComments: comments, interruption)
    // As many as there can be: memory that is not touched costs nothing, and to move millions of tokens to a larger array
    // takes longer than a reading may last beyond its time.
    lexer.list.tokens.reserveCapacity(source.text.count + 2 * Limits.nesting + 8)
    lexer.checkEncoding()
    lexer.run()
    return lexer.list
  }

  private func tooLarge() -> TokenList {
    var list = TokenList()
    list.tokens = [Token(kind: .end, start: 0, end: 0)]
    list.diagnostics = [
      Diagnostic(
        code: "E0001", "a file has at most 16 MiB", at: Span(file: file, start: 0, end: 0),
        help: "split it and use import")
    ]
    return list
  }

  // MARK: Reading

  /// The byte `offset` places ahead, 0 past the end.
  @inline(__always)
  func byte(_ offset: Int = 0) -> UInt8 {
    let i = position + offset
    return i < source.count ? source[i] : 0
  }

  var isAtEnd: Bool { position >= source.count }

  mutating func emit(_ kind: Token.Kind, from start: Int, keyword: Keyword? = nil, bits: Int64 = 0) {
    list.tokens.append(
      Token(
        kind: kind, keyword: keyword, newlineBefore: newline, spaceBefore: space, start: Int32(start),
        end: Int32(position), bits: bits))
    newline = false
    space = false
  }

  mutating func report(
    _ code: String, _ message: String, _ start: Int, _ end: Int, label: String = "", help: String? = nil
  ) {
    guard list.diagnostics.count < Limits.diagnostics else { return }
    let span = Span(file: file, start: Int32(start), end: Int32(end))
    list.diagnostics.append(Diagnostic(code: code, message, at: span, label: label, help: help))
  }

  private mutating func run() {
    if source.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
    while true {
      skipBlank()
      if isAtEnd || interruption.looks() { break }
      token()
    }
    closeText()
    position = source.count
    emit(.end, from: source.count)
  }

  /// Spaces, line ends and comments. A line end closes any text that is still open.
  private mutating func skipBlank() {
    while position < source.count {
      switch source[position] {
      case 0x20, 0x09, 0x0D: position += 1
      case 0x0A:
        closeText()
        position += 1
        newline = true
        if interruption.looks() { return }
      case UInt8(ascii: "#"):
        // Inside a text part a comment would swallow the closing quote.
        if !parts.isEmpty { return }
        let start = position
        while position < source.count, source[position] != 0x0A { position += 1 }
        if keepsComments { keepComment(from: start) }
      default: return
      }
      space = true
    }
  }

  private mutating func keepComment(from start: Int) {
    var end = position
    while end > start, source[end - 1] == 0x0D || source[end - 1] == 0x20 || source[end - 1] == 0x09 { end -= 1 }
    list.comments.append(Comment(start: Int32(start), end: Int32(end), beforeToken: list.tokens.count))
  }

  private mutating func token() {
    let start = position
    let first = source[position]
    if Self.isLetter(first) { return word() }
    if Self.isDigit(first) { return number() }
    switch first {
    case UInt8(ascii: "\""): textStart()
    case UInt8(ascii: "("): mark(.leftParenthesis, 1)
    case UInt8(ascii: ")"): mark(.rightParenthesis, 1)
    case UInt8(ascii: "["): mark(.leftBracket, 1)
    case UInt8(ascii: "]"): mark(.rightBracket, 1)
    case UInt8(ascii: "{"):
      if !parts.isEmpty { parts[parts.count - 1] += 1 }
      mark(.leftBrace, 1)
    case UInt8(ascii: "}"): rightBrace()
    case UInt8(ascii: ","): mark(.comma, 1)
    case UInt8(ascii: ";"): mark(.semicolon, 1)
    case UInt8(ascii: ":"): mark(.colon, 1)
    case UInt8(ascii: "."): byte(1) == first ? mark(.range, 2) : mark(.dot, 1)
    case UInt8(ascii: "="): byte(1) == first ? mark(.equal, 2) : mark(.assign, 1)
    case UInt8(ascii: "<"): byte(1) == UInt8(ascii: "=") ? mark(.lessOrEqual, 2) : mark(.less, 1)
    case UInt8(ascii: ">"): byte(1) == UInt8(ascii: "=") ? mark(.greaterOrEqual, 2) : mark(.greater, 1)
    case UInt8(ascii: "+"): mark(.plus, 1)
    case UInt8(ascii: "-"): mark(.minus, 1)
    case UInt8(ascii: "*"): mark(.star, 1)
    case UInt8(ascii: "/"): mark(.slash, 1)
    case UInt8(ascii: "!") where byte(1) == UInt8(ascii: "="): mark(.notEqual, 2)
    case UInt8(ascii: "|") where byte(1) != first: mark(.bar, 1)
    default: unreadable(from: start)
    }
  }

  private mutating func mark(_ kind: Token.Kind, _ length: Int) {
    let start = position
    position += length
    switch kind {
    case .leftParenthesis, .leftBracket, .leftBrace: list.openAtEnd += 1
    case .rightParenthesis, .rightBracket, .rightBrace: list.openAtEnd = max(0, list.openAtEnd - 1)
    default: break
    }
    emit(kind, from: start)
  }

  private mutating func rightBrace() {
    guard let open = parts.last else { return mark(.rightBrace, 1) }
    if open > 0 {
      parts[parts.count - 1] -= 1
      return mark(.rightBrace, 1)
    }
    position += 1
    emit(.partEnd, from: position - 1)
    parts.removeLast()
    textPieces()
  }

  private mutating func word() {
    let start = position
    while position < source.count, Self.isLetter(source[position]) || Self.isDigit(source[position]) {
      position += 1
    }
    emit(.word, from: start, keyword: keywords.keyword(source, start, position))
  }

  /// One character (a whole UTF-8 sequence), or a doubled operator of another language.
  private mutating func unreadable(from start: Int) {
    let first = source[position]
    position += 1
    var help: String?
    switch first {
    case UInt8(ascii: "&"), UInt8(ascii: "|"):
      if byte() == first { position += 1 }
      help = first == UInt8(ascii: "&") ? "write `and`" : "write `or`"
    case UInt8(ascii: "!"): help = "write `not`"
    case UInt8(ascii: "%"): help = "write `mod` for the remainder; `5%` is a share"
    case UInt8(ascii: "'"), UInt8(ascii: "`"):
      let line = source[position...].prefix { $0 != 0x0A }
      if let close = line.firstIndex(of: first) { position = close + 1 }
      help = "write texts in double quotes: \"…\""
    default: while byte() & 0xC0 == 0x80 { position += 1 }
    }
    // The encoding check has reported NUL and what is not UTF-8.
    let isReported = first == 0 || String(validating: source[start..<position], as: UTF8.self) == nil
    if !isReported {
      let spelling = Self.visible(source[start..<position])
      report("E0101", "\(spelling) begins no word of the language", start, position, help: help)
    }
    emit(.unreadable, from: start)
  }

  static func visible(_ bytes: ArraySlice<UInt8>) -> String {
    guard let first = bytes.first, first > 0x20, first != 0x7F else { return "this control character" }
    return "`" + String(decoding: bytes, as: UTF8.self) + "`"
  }

  @inline(__always)
  static func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }

  @inline(__always)
  static func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) &- 0x61 < 26 || byte == UInt8(ascii: "_") }
}
