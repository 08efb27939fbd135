// Works on tokens, not on the tree, so that no comment can be lost: each token is printed after a line break,
// a space or nothing. The parser's roles say what a token's spelling does not.

struct Formatter {
  private let source: [UInt8]
  private let tokens: [Token]
  private let comments: [Comment]
  private let roles: [TokenRole]
  /// For each `{` of a block: whether its inside stands on lines of its own.
  private var isBroken: [Bool]
  private var output: [UInt8] = []
  /// Blocks around the place of printing; true: broken.
  private var blocks: [Bool] = []
  private var indentation = 0
  /// Open parentheses, brackets, records.
  private var brackets = 0
  private var nextComment = 0
  /// Byte after what was printed last.
  private var sourceEnd = 0

  private let interruption: Interruption

  init(_ source: [UInt8], _ list: TokenList, _ roles: [TokenRole], _ interruption: Interruption) {
    self.source = source
    self.interruption = interruption
    tokens = list.tokens
    comments = list.comments
    self.roles = roles
    isBroken = Self.brokenBlocks(list.tokens, roles)
    output.reserveCapacity(source.count + source.count / 8)
  }

  /// A block with a line end anywhere inside is broken.
  private static func brokenBlocks(_ tokens: [Token], _ roles: [TokenRole]) -> [Bool] {
    var isBroken = Array(repeating: false, count: tokens.count)
    var open: [(index: Int, line: Int)] = []
    var line = 0
    for (i, token) in tokens.enumerated() {
      if token.newlineBefore { line += 1 }
      guard roles[i] == .block else { continue }
      if token.kind == .leftBrace {
        open.append((i, line))
      } else if let last = open.popLast() {
        isBroken[last.index] = line > last.line
        isBroken[i] = line > last.line
      }
    }
    return isBroken
  }

  mutating func print() -> String {
    var last: Int?
    var sawLineEnd = false
    for i in tokens.indices {
      let token = tokens[i]
      if token.newlineBefore { sawLineEnd = true }
      let hadComments = printComments(before: i, last)
      if token.kind == .end || interruption.looks() { break }
      if token.kind == .semicolon, !separates(i, last, sawLineEnd) { continue }
      if isBlockEnd(i) { closeBlock() }
      separate(i, last, mustBreak: hadComments, sawLineEnd: sawLineEnd)
      output.append(contentsOf: source[Int(token.start)..<Int(token.end)])
      sourceEnd = Int(token.end)
      track(i)
      last = i
      sawLineEnd = false
    }
    if !output.isEmpty { output.append(0x0A) }
    return String(decoding: output, as: UTF8.self)
  }

  /// A `;` is kept between two statements of one line.
  private func separates(_ i: Int, _ last: Int?, _ sawLineEnd: Bool) -> Bool {
    guard let last, !sawLineEnd else { return false }
    if isBlockStart(last) || tokens[last].kind == .semicolon { return false }
    let next = tokens[i + 1]
    return !next.newlineBefore && next.kind != .semicolon && next.kind != .rightBrace && next.kind != .end
  }

  private func isBlockStart(_ i: Int) -> Bool { roles[i] == .block && tokens[i].kind == .leftBrace }
  private func isBlockEnd(_ i: Int) -> Bool { roles[i] == .block && tokens[i].kind == .rightBrace }

  private mutating func closeBlock() {
    if blocks.popLast() == true { indentation -= 1 }
  }

  private mutating func track(_ i: Int) {
    if isBlockStart(i) {
      blocks.append(isBroken[i])
      if isBroken[i] { indentation += 1 }
      return
    }
    if roles[i] == .block { return }
    switch tokens[i].kind {
    case .leftParenthesis, .leftBracket, .leftBrace, .partStart: brackets += 1
    case .rightParenthesis, .rightBracket, .rightBrace, .partEnd: brackets = max(0, brackets - 1)
    default: break
    }
  }

  // MARK: Before a token

  private mutating func separate(_ i: Int, _ last: Int?, mustBreak: Bool, sawLineEnd: Bool) {
    guard let last else {
      if mustBreak { breakLine(blank: hasBlankLine(before: Int(tokens[i].start))) }
      return indent(lineIndentation(i, nil))
    }
    let isEmptyBlock = isBlockStart(last) && isBlockEnd(i) && !mustBreak
    let isBreak =
      mustBreak || (isBlockStart(last) && isBroken[last]) || (isBlockEnd(i) && isBroken[i])
      || (sawLineEnd && !isBlockStart(i))
    guard isBreak, !isEmptyBlock else {
      if hasSpace(last, i) { output.append(0x20) }
      return
    }
    let mayBeBlank = roles[i] == .start && (mustBreak || !isBlockStart(last))
    breakLine(blank: mayBeBlank && hasBlankLine(before: Int(tokens[i].start)))
    indent(lineIndentation(i, last))
  }

  private mutating func breakLine(blank: Bool) {
    while output.last == 0x20 { output.removeLast() }
    output.append(0x0A)
    if blank { output.append(0x0A) }
  }

  private mutating func indent(_ levels: Int) {
    for _ in 0..<max(0, levels) * 2 { output.append(0x20) }
  }

  /// Two line ends between what was printed last and the byte.
  private func hasBlankLine(before offset: Int) -> Bool {
    var lines = 0
    for i in sourceEnd..<max(sourceEnd, offset) where source[i] == 0x0A { lines += 1 }
    return lines > 1
  }

  /// Levels of a line that begins with the token; lines that go on with a statement stand one deeper.
  private func lineIndentation(_ i: Int, _ last: Int?) -> Int {
    if let last, isBlockStart(last) { return indentation }
    if roles[i] == .start || roles[i] == .block || tokens[i].kind == .end { return indentation }
    switch tokens[i].keyword {
    case .else: return indentation
    case .or where tokens[i + 1].kind == .leftBrace: return indentation
    default: break
    }
    switch tokens[i].kind {
    case .rightParenthesis, .rightBracket, .rightBrace: return indentation + max(0, brackets - 1)
    default: return indentation + max(1, brackets)
    }
  }

  private func hasSpace(_ last: Int, _ i: Int) -> Bool {
    if roles[last] == .unary || roles[i] == .glued { return false }
    switch tokens[last].kind {
    case .leftParenthesis, .leftBracket, .partStart, .textStart, .textPiece, .dot, .range: return false
    case .leftBrace where tokens[i].kind == .rightBrace: return false
    case .partEnd: return false
    default: break
    }
    switch tokens[i].kind {
    case .rightParenthesis, .rightBracket, .partStart, .partEnd, .textPiece, .textEnd, .comma, .semicolon,
      .colon, .dot, .range:
      return false
    default: return true
    }
  }

  // MARK: Comments

  /// Prints the comments that stand before the token; true if there were any.
  private mutating func printComments(before i: Int, _ last: Int?) -> Bool {
    var isAfterBlockStart = last.map(isBlockStart) ?? true
    let first = nextComment
    while nextComment < comments.count, comments[nextComment].beforeToken <= i {
      let comment = comments[nextComment]
      let start = Int(comment.start)
      let isTrailing = !output.isEmpty && !source[sourceEnd..<max(sourceEnd, start)].contains(0x0A)
      if isTrailing {
        output.append(contentsOf: [0x20, 0x20])
      } else {
        if !output.isEmpty { breakLine(blank: !isAfterBlockStart && hasBlankLine(before: start)) }
        indent(brackets > 0 ? indentation + brackets : isBlockEnd(i) ? indentation : lineIndentation(i, last))
      }
      output.append(contentsOf: source[start..<Int(comment.end)])
      sourceEnd = Int(comment.end)
      isAfterBlockStart = false
      nextComment += 1
    }
    return nextComment > first
  }
}
