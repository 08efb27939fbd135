extension Parser {
  mutating func block(_ owner: String) -> Block {
    guard enter() else { return Block([], here) }
    defer { depth -= 1 }
    var statements: [Statement] = []
    let span = braces(owner) { parser in
      statements.append(parser.statement())
      parser.endOfStatement("statement")
    }
    return Block(statements, span)
  }

  mutating func statement() -> Statement {
    let start = current.start
    roles[position] = .start
    let label = label()
    if isVariable {
      report(
        "E0601", "a `var` stands at the head of its process or service, or alone in the file",
        at: span(current), help: "use `let` for a value that this turn alone needs")
      _ = variable()
      return Statement(label: label, .missing, span: span(from: start))
    }
    let isQuiet = acceptQuiet()
    let kind = isPanicking ? .missing : statementKind()
    let condition = kind.isCompound ? nil : condition()
    var statement = Statement(label: label, kind, condition: condition, span: span(from: start))
    statement.isQuiet = isQuiet
    return statement
  }

  /// `quiet restart host[3]`: the word before a statement on its line; elsewhere it is a plain name.
  private mutating func acceptQuiet() -> Bool {
    guard at(.quiet), !isPlainWord, !isPanicking, next.kind == .word, !next.newlineBefore,
      !next.isOperatorWord || next.keyword == .if
    else { return false }
    advance()
    return true
  }

  /// `apply: …`
  private mutating func label() -> Name? {
    guard isName(current), next.kind == .colon, !next.newlineBefore else { return nil }
    let label = takeName()
    advance()
    if isAtLineEnd || isAtEnd { expected("the statement that `\(label.text)` names") }
    return label
  }

  private mutating func statementKind() -> Statement.Kind {
    guard let keyword = current.keyword, keyword.beginsStatement, !isPlainWord else {
      return expressionStatement()
    }
    advance()
    switch keyword {
    case .let: return binding()
    case .call: return call(nil)
    case .send: return .send(callTarget())
    case .wait: return wait()
    case .work: return .work(expression())
    case .return: return .return(optionalExpression())
    case .fail: return .fail(optionalExpression())
    case .log: return .log(expression())
    case .if: return branch()
    case .for: return forIn()
    case .repeat: return repeatTimes()
    case .loop: return .loop(block("statements of the loop"))
    case .while: return whileLoop()
    case .break: return .break
    case .continue: return .continue
    case .atomic: return .atomic(block("statements of the step"))
    case .either: return either()
    case .stall: return stall()
    case .crash: return .crash(expressions())
    case .restart: return .restart(expressions())
    case .slow: return slow()
    case .cut: return cut()
    case .drop: return drop()
    case .heal: return heal()
    case .follow: return .follow(expressions())
    default: return .missing
    }
  }

  /// `let x = expr`, `let v = call …`, `let v = jobs.take timeout 5s else { … }`
  private mutating func binding() -> Statement.Kind {
    let name = name("a name", example: "`let mine = regional.latest`")
    expect(.assign, "`=` and a value")
    if at(.call), next.kind == .word, !next.newlineBefore, !next.isOperatorWord {
      advance()
      return call(name)
    }
    let value = expression()
    let (timeout, otherwise) = blockingOptions()
    guard timeout != nil || otherwise != nil else { return .let(name, value) }
    return .blocking(binding: name, value, timeout: timeout, otherwise: otherwise)
  }

  /// An assignment, or a node operation.
  private mutating func expressionStatement() -> Statement.Kind {
    let target = expression()
    if at(.assign), !isAtLineEnd {
      if !target.kind.isPlace {
        report("E0203", "only a variable or an attribute can be assigned", at: target.span)
      }
      advance()
      return .assign(target: target, value: expression())
    }
    let (timeout, otherwise) = blockingOptions()
    if timeout != nil || otherwise != nil {
      return .blocking(binding: nil, target, timeout: timeout, otherwise: otherwise)
    }
    checkOperation(target)
    return .operation(target)
  }

  private mutating func checkOperation(_ value: Expression) {
    switch value.kind {
    case .member, .call, .missing: return
    case .name(let word) where isAtOperand && !isAtEnd:
      let known = Keyword.allCases.lazy.filter(\.beginsStatement).map(\.rawValue)
      let nearest = Spelling.nearest(word, in: known)
      report(
        "E0208", "expected a statement", at: value.span, label: "`\(word)` begins none",
        help: nearest.map { "did you mean `\($0)`?" })
    default:
      if allowsValues, isAtEnd || at(.semicolon) || current.newlineBefore { return }
      report(
        "E0204", "a value alone does nothing", at: value.span,
        help: "use it: `let x = …`, `log \"{…}\"`, or an operation such as `jobs.put(3)`")
    }
  }

  /// `timeout d` and `else { … }` of an operation that may block
  mutating func blockingOptions() -> (Expression?, Block?) {
    var timeout: Expression?
    if continues(with: .timeout) {
      advance()
      timeout = expression()
    }
    return (timeout, otherwise())
  }

  mutating func otherwise() -> Block? { accept(.else) ? block("statements for the failure") : nil }

  /// The keyword is current and belongs to the statement before it, be it on the next line.
  func continues(with keyword: Keyword) -> Bool { at(keyword) && !isPlainWord }

  private mutating func wait() -> Statement.Kind {
    guard at(.until), next.kind != .dot else { return .wait(expression()) }
    advance()
    let condition = expression()
    let (timeout, otherwise) = blockingOptions()
    return .waitUntil(condition, timeout: timeout, otherwise: otherwise)
  }

  /// Whether something that is not a clause follows on this line.
  var isAtOperand: Bool {
    if isAtLineEnd { return false }
    switch current.kind {
    case .end, .semicolon, .rightBrace: return false
    default: return !at(.if) && !at(.else)
    }
  }

  private mutating func optionalExpression() -> Expression? { isAtOperand ? expression() : nil }

  mutating func expressions() -> [Expression] {
    var list = [expression()]
    while accept(.comma) { list.append(expression()) }
    return list
  }
}

extension Statement.Kind {
  /// Ends with a block of its own and takes no postfix `if`.
  var isCompound: Bool {
    switch self {
    case .if, .forIn, .repeat, .loop, .while, .atomic, .either: true
    default: false
    }
  }
}

extension Expression.Kind {
  /// Can stand left of `=`.
  var isPlace: Bool {
    switch self {
    case .name, .missing: true
    case .member(let base, _), .index(let base, _), .every(let base), .slice(let base, _, _):
      base.kind.isPlace
    default: false
    }
  }
}
