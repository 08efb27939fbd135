import OutageSyntax

extension Checker {
  func comparison(
    _ comparison: Comparison, _ a: Expression, _ b: Expression, _ span: Span
  ) -> CheckedExpression {
    let (left, right) = sides(a, b)
    if left.type == .unknown || right.type == .unknown {
      learn(left.type == .unknown ? left : right, left.type == .unknown ? right.type : left.type)
      return CheckedExpression(.compare(comparison, left, right), .truth, span)
    }
    guard let type = left.type.joined(right.type), type != .nothing else {
      return uncomparable(left, right)
    }
    let isEquality = comparison == .equal || comparison == .notEqual
    if case .list = type { return wrong("E0403", "lists cannot be compared", at: span) }
    if case .record = type { return wrong("E0403", "records cannot be compared", at: span) }
    if !isEquality && !type.isOrdered { return unordered(type.plural, span) }
    let x = coerce(left, to: type, "the left side")
    let y = coerce(right, to: type, "the right side")
    return CheckedExpression(.compare(comparison, x, y), .truth, span)
  }

  /// A bare word follows the choice on the other side.
  private func sides(_ a: Expression, _ b: Expression) -> (CheckedExpression, CheckedExpression) {
    if case .name = a.kind, peekChoice(a) == nil {
      let right: CheckedExpression
      if case .name = b.kind, peekChoice(b) == nil {
        let left = expression(a)
        return (left, expression(b, wanted: left.type))
      }
      right = expression(b)
      return (expression(a, wanted: right.type), right)
    }
    let left = expression(a)
    return (left, expression(b, wanted: left.type))
  }

  private func unordered(_ what: String, _ span: Span) -> CheckedExpression {
    wrong("E0403", "\(what) have no order and cannot be compared so", at: span)
  }

  private func uncomparable(
    _ a: CheckedExpression, _ b: CheckedExpression
  ) -> CheckedExpression {
    if case (.choice(let x), .choice(let y)) = (a.type, b.type) {
      return wrong(
        "E0403", "two different choices cannot be compared", at: b.span,
        help: "\(declarations.choices[x].names.joined(separator: " | ")) and "
          + declarations.choices[y].names.joined(separator: " | "))
    }
    let at = a.isPlain && !b.isPlain ? a : b
    let other = a.isPlain && !b.isPlain ? b : a
    var help: String?
    if let text = literalText(at) {
      if other.type == .duration { help = "write a unit: \(text)s" }
      if other.type == .rate { help = "write a unit: \(text)/s" }
    }
    return wrong(
      "E0403", "\(a.type.phrase) and \(b.type.phrase) cannot be compared", at: at.span,
      label: "this is \(at.type.phrase)", help: help)
  }

  /// `x in list`
  func membership(_ a: Expression, _ b: Expression, _ span: Span) -> CheckedExpression {
    let choice = peekChoice(a)
    let list = expression(b, wanted: choice.map { .list($0) })
    guard list.type != .unknown else {
      _ = expression(a)
      return missing(span)
    }
    guard case .list(let element) = list.type else {
      _ = expression(a)
      return wrong("E0402", "`in` needs a list or a range, not \(list.type.phrase)", at: list.span)
    }
    return contains(list, element, a, span)
  }
}
