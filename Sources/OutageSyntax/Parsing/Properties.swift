// What must hold, must come, may come: a kind, a text, when it applies, and a condition in braces.

extension Parser {
  mutating func property(_ keyword: Keyword) -> Item.Kind {
    _ = begin()
    let (text, textSpan) = plainText("what the property says, in quotes")
    let kind = propertyKind(keyword)
    let applies = condition()
    return .property(
      PropertyItem(
        kind: kind, text: text, textSpan: textSpan, applies: applies, condition: bracedExpression("condition")))
  }

  private mutating func propertyKind(_ keyword: Keyword) -> PropertyItem.Kind {
    switch keyword {
    case .always:
      let from = accept(.from) ? expression() : nil
      return .always(from: from, until: accept(.until) ? expression() : nil)
    case .eventually:
      if accept(.after) { return .leadsTo(premise: bracedExpression("premise")) }
      let within = accept(.within) ? expression() : nil
      return .eventually(within: within, of: accept(.of) ? expression() : nil)
    case .expect:
      let example = "`expect \"normal service\" at 05:28 within 20m { … }`"
      expect(.at, example: example)
      let time = expression()
      expect(.within, example: example)
      return .expect(at: time, within: expression())
    case .recoverable: return .recoverable
    case .sometimes: return .sometimes
    default: return .never
    }
  }

  /// `{ expr }`; line ends mean nothing inside.
  private mutating func bracedExpression(_ what: String) -> Expression {
    let open = current
    roles[position] = .block
    guard expect(.leftBrace, "`{` and the \(what)") else { return Expression(.missing, here) }
    roles[position] = .start
    openBrackets += 1
    let condition = expression()
    openBrackets -= 1
    roles[position] = .block
    if isAtEnd {
      report("E0202", "every `{` has its `}`", at: span(open), label: "never closed")
    } else {
      expect(.rightBrace, "`}` after the \(what)", help: at(.assign) ? "write `==` to compare" : nil)
      if isPanicking { skipToClosingBrace() }
    }
    return condition
  }

  mutating func meant() -> Item.Kind {
    _ = begin()
    expect(.violated, example: "`meant violated \"the endpoint answers with nothing\"`")
    let (text, span) = plainText("the text of a property in quotes")
    return .meantViolated(text, span, if: condition())
  }
}
