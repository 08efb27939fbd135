extension Parser {
  /// After `if`: `a == b { … } else if c { … } else { … }`
  mutating func branch() -> Statement.Kind {
    let condition = ruleCondition()
    let body = block("statements")
    guard accept(.else) else { return .if(condition, body, otherwise: nil) }
    guard at(.if) else { return .if(condition, body, otherwise: block("statements")) }
    guard enter() else { return .if(condition, body, otherwise: nil) }
    defer { depth -= 1 }
    let start = current.start
    advance()
    let nested = Statement(branch(), span: span(from: start))
    return .if(condition, body, otherwise: Block([nested], nested.span))
  }

  /// The condition before a block; knows the slip `=` for `==`.
  mutating func ruleCondition() -> Expression {
    let condition = expression(beforeBlock: "a condition")
    if at(.assign) {
      report(
        "E0201", "expected `{` and the statements", at: span(current), label: "found `=`",
        help: "write `==` to compare")
    }
    return condition
  }

  /// An expression with a block after it; a `{` at its place begins that block, not a record.
  mutating func expression(beforeBlock what: String) -> Expression {
    guard at(.leftBrace) else { return expression() }
    expected(what)
    return Expression(.missing, here)
  }

  /// After `either`: `{ … } or { … } or { … }`
  mutating func either() -> Statement.Kind {
    var branches = [block("statements of a branch")]
    if !at(.or) { expected("`or` and another branch", help: "`either { … } or { … }`") }
    while accept(.or) { branches.append(block("statements of a branch")) }
    return .either(branches)
  }
}
