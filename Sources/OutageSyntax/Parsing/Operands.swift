// Operands: literals, names, lists, records, parentheses, and what follows them: members, calls, indexes.

extension Parser {
  mutating func operand() -> Expression {
    var isInParentheses = at(.leftParenthesis)
    var value = primary()
    guard isInParentheses || value.kind.takesPostfix else { return value }
    while !isPanicking {
      if at(.dot) {
        advance()
        let member = anyName("the name of a member after `.`")
        height += 1
        value = Expression(.member(value, member), span(from: value.span.start))
      } else if at(.leftParenthesis), !isAtLineEnd, value.kind.isCallable, !isInParentheses {
        value = arguments(of: value)
      } else if at(.leftBracket), !isAtLineEnd {
        value = element(of: value)
      } else {
        break
      }
      isInParentheses = false
      if height > nesting { halt() }
    }
    return isWindow ? window(of: value) : value
  }

  /// Whether `over` follows here with a length behind it; anywhere else it is a plain word.
  private var isWindow: Bool {
    guard at(.over), !isAtLineEnd, !isPanicking, openBrackets > 0 || !next.newlineBefore else { return false }
    switch next.kind {
    // Of other quantities the checker says what a window is.
    case .duration, .leftParenthesis, .count, .number, .share, .rate: return true
    case .word: return next.keyword?.isReserved != true
    default: return false
    }
  }

  /// `api.failed over 5m`, from `over` on. The length is one operand, so that what follows belongs to the whole.
  private mutating func window(of value: Expression) -> Expression {
    let valueHeight = height
    advance()
    guard enter() else { return Expression(.missing, here) }
    defer { depth -= 1 }
    let length = operand()
    height = max(valueHeight, height) + 1
    return Expression(.window(value, over: length), value.span.joined(length.span))
  }

  private mutating func primary() -> Expression {
    let token = current
    height = 0
    if isPanicking { return Expression(.missing, here) }
    if isAtLineEnd, !previous.goesOn {
      expected("a value")
      return Expression(.missing, here)
    }
    switch token.kind {
    case .count: return literal(.count(token.bits))
    case .number: return literal(.number(Double(bitPattern: UInt64(bitPattern: token.bits))))
    case .share: return literal(.share(Double(bitPattern: UInt64(bitPattern: token.bits))))
    case .rate: return literal(.rate(Double(bitPattern: UInt64(bitPattern: token.bits))))
    case .duration: return literal(.duration(token.bits))
    case .clock: return literal(.clock(token.bits, on: nil))
    case .textStart: return text()
    case .word: return word()
    case .leftParenthesis: return parenthesized()
    case .leftBracket: return list()
    case .leftBrace: return record()
    case .date: return datedTime()
    default:
      expected("a value")
      return Expression(.missing, here)
    }
  }

  private mutating func literal(_ kind: Expression.Kind) -> Expression {
    let literal = Expression(kind, span(current))
    advance()
    return literal
  }

  /// `2025-10-20 02:25`
  private mutating func datedTime() -> Expression {
    let start = current
    let date = takeDate()
    guard current.kind == .clock, !isAtLineEnd else {
      report(
        "E0201", "expected a time of day after the date", at: span(start),
        help: "write `\(spelling(start)) 00:00` for where that day begins")
      return Expression(.missing, span(start))
    }
    let time = current.bits
    advance()
    return Expression(.clock(time, on: date), span(from: start.start))
  }

  /// The date that is current.
  mutating func takeDate() -> ClockItem.Date {
    let bits = Int(current.bits)
    advance()
    return ClockItem.Date(year: bits >> 16, month: bits >> 8 & 255, day: bits & 255)
  }

  private mutating func word() -> Expression {
    let token = current
    switch token.keyword {
    case .true: return literal(.truth(true))
    case .false: return literal(.truth(false))
    case .some(let keyword) where keyword.isReserved:
      expected("a value")
      return Expression(.missing, here)
    case .any where isAny:
      expected("a value", help: "put `any a..b` in parentheses")
      return Expression(.missing, here)
    case .empirical where next.kind == .textStart && !next.newlineBefore:
      let start = token.start
      advance()
      return empirical(from: start)
    default:
      if isAtLineEnd, !isPlainWord,
        current.keyword?.beginsStatement == true || current.keyword?.beginsItem == true
      {
        expected("a value")
        return Expression(.missing, here)
      }
      return literal(.name(spelling(current)))
    }
  }

  private mutating func empirical(from start: Int32) -> Expression {
    let table = table(acrossLines: false)
    height = 1
    return Expression(.empirical(table), span(from: start))
  }

  private mutating func parenthesized() -> Expression {
    let open = current
    advance()
    openBrackets += 1
    let value = expression()
    openBrackets -= 1
    close(.rightParenthesis, "`)`", open)
    return Expression(value.kind, span(from: open.start))
  }

  /// Expects the closing mark of `open`.
  private mutating func close(_ kind: Token.Kind, _ mark: String, _ open: Token) {
    if accept(kind) { return }
    let opening = Diagnostic.Label(span(open), "opened here")
    report("E0201", "expected \(mark)", at: here, label: found, secondary: [opening])
  }

  /// Comma-separated expressions up to `end`, which is taken.
  private mutating func elements(_ end: Token.Kind, _ mark: String, _ open: Token) -> [Expression] {
    openBrackets += 1
    var tallest = height
    var list: [Expression] = []
    while !at(end), !isAtEnd, !isPanicking {
      list.append(expression())
      tallest = max(tallest, height)
      if !accept(.comma) { break }
    }
    openBrackets -= 1
    close(end, mark, open)
    height = tallest + 1
    return list
  }

  private mutating func list() -> Expression {
    let open = current
    advance()
    let list = elements(.rightBracket, "`,` or `]`", open)
    return Expression(.list(list), span(from: open.start))
  }

  /// `{ plan: 3, endpoint: 1 }`
  private mutating func record() -> Expression {
    let open = current
    advance()
    openBrackets += 1
    var tallest = 0
    var fields: [(name: Name, value: Expression)] = []
    while !at(.rightBrace), !isAtEnd, !isPanicking {
      let name = anyName("the name of a field")
      expect(.colon, "`:` after the name of a field", help: "`{ plan: 3, endpoint: 1 }`")
      fields.append((name, expression()))
      tallest = max(tallest, height)
      if !accept(.comma) { break }
    }
    openBrackets -= 1
    close(.rightBrace, "`,` or `}`", open)
    height = tallest + 1
    return Expression(.record(fields), span(from: open.start))
  }

  // MARK: After an operand

  private mutating func arguments(of callee: Expression) -> Expression {
    let open = current
    roles[position] = .glued
    advance()
    if case .name(let function) = callee.kind, !at(.rightParenthesis) {
      openBrackets += 1
      if at(.textStart), function == Keyword.empirical.rawValue {
        let drawn = empirical(from: callee.span.start)
        openBrackets -= 1
        close(.rightParenthesis, "`)`", open)
        return Expression(drawn.kind, span(from: callee.span.start))
      }
      let first = expression()
      if at(.for) {
        let comprehension = comprehension(Name(function, callee.span), first, open)
        openBrackets -= 1
        return comprehension
      }
      openBrackets -= 1
      let hasMore = accept(.comma)
      if !hasMore {
        close(.rightParenthesis, "`,` or `)`", open)
        height += 1
        return Expression(.call(callee, [first]), span(from: callee.span.start))
      }
      let rest = elements(.rightParenthesis, "`,` or `)`", open)
      return Expression(.call(callee, [first] + rest), span(from: callee.span.start))
    }
    let arguments = elements(.rightParenthesis, "`,` or `)`", open)
    return Expression(.call(callee, arguments), span(from: callee.span.start))
  }

  /// `sum(w.load for w in workers where w.up)`, from `for` on
  private mutating func comprehension(_ function: Name, _ body: Expression, _ open: Token) -> Expression {
    var tallest = height
    advance()
    let variable = name("a name for the element", example: "`sum(w.load for w in workers where w.up)`")
    expect(.in, example: "`sum(w.load for w in workers where w.up)`")
    let source = expression()
    tallest = max(tallest, height)
    let filter = accept(.where) ? expression() : nil
    height = max(tallest, height) + 1
    close(.rightParenthesis, "`where` or `)`", open)
    return Expression(
      .comprehension(function: function, body: body, variable: variable, source: source, filter: filter),
      span(from: function.span.start))
  }

  /// `a[i]`, `a[*]`, `a[2..5]`
  private mutating func element(of base: Expression) -> Expression {
    let baseHeight = height
    let open = current
    roles[position] = .glued
    advance()
    if at(.star), next.kind == .rightBracket {
      advance()
      advance()
      height = baseHeight + 1
      return Expression(.every(base), span(from: base.span.start))
    }
    openBrackets += 1
    let index = expression()
    openBrackets -= 1
    close(.rightBracket, "`]`", open)
    height = max(baseHeight, height) + 1
    let span = span(from: base.span.start)
    if case .range(let low, let high) = index.kind { return Expression(.slice(base, low, high), span) }
    return Expression(.index(base, index), span)
  }

  // MARK: Texts

  /// `"backlog {dwfm.queue.length}"`
  mutating func text() -> Expression {
    let start = current.start
    var parts: [TextPart] = []
    var tallest = 0
    advance()
    while !at(.textEnd), !isAtEnd {
      let token = current
      switch token.kind {
      case .textPiece:
        parts.append(.literal(Lexer.decode(source, Int(token.start), Int(token.end))))
        advance()
      case .partStart:
        parts.append(.value(textPart()))
        tallest = max(tallest, height)
      default: advance()
      }
    }
    advance()
    height = tallest + 1
    return Expression(.text(parts), span(from: start))
  }

  private mutating func textPart() -> Expression {
    advance()
    openBrackets += 1
    let value = expression()
    openBrackets -= 1
    if at(.partEnd) {
      advance()
      return value
    }
    expected("`}` after the value")
    var nested = 0
    while !isAtEnd {
      if at(.partStart) { nested += 1 }
      let isClosing = at(.partEnd)
      advance()
      if isClosing {
        if nested == 0 { break }
        nested -= 1
      }
    }
    return value
  }
}

extension Expression.Kind {
  /// A function, a member, or an element that is called: what `(` may follow.
  var isCallable: Bool {
    switch self {
    case .name, .member, .index, .every, .slice: true
    default: false
    }
  }

  /// Numbers with units have no members.
  var takesPostfix: Bool {
    switch self {
    case .count, .number, .share, .duration, .rate, .clock, .truth, .missing: false
    default: true
    }
  }
}
