import OutageSyntax

extension Checker {
  /// Checks an expression. `wanted` is what its place would like; the result may be of another type.
  func expression(_ source: Expression, wanted: Type? = nil) -> CheckedExpression {
    guard enter(source.span) else { return missing(source.span) }
    defer { leave() }
    guard countExpansion(1, source.span) else { return missing(source.span) }
    return dispatch(source, wanted)
  }

  /// Checks an expression and fits it to a type.
  func expression(_ source: Expression, as type: Type, _ what: String) -> CheckedExpression {
    coerce(expression(source, wanted: type), to: type, what)
  }

  /// As above, and within a range as far as that can be told.
  func expression(
    _ source: Expression, as type: Type, _ what: String, _ rule: RangeRule
  ) -> CheckedExpression {
    require(expression(source, as: type, what), rule)
  }

  /// The value, which lies within a range, or will be looked at once it is known.
  func require(_ value: CheckedExpression, _ rule: RangeRule) -> CheckedExpression {
    guard let constant = ConstantFold.plain(value) else {
      var value = value
      value.rule = rule
      return value
    }
    if let message = rule.violation(constant.asDouble) { report("E0501", message, at: value.span) }
    return value
  }

  // One case a kind of expression.
  private func dispatch(_ source: Expression, _ wanted: Type?) -> CheckedExpression {
    let span = source.span
    switch source.kind {
    case .count(let value): return CheckedExpression(.integer(value), .count, span)
    case .number(let value), .share(let value): return CheckedExpression(.number(value), .number, span)
    case .duration(let value): return CheckedExpression(.integer(value), .duration, span)
    case .rate(let value): return CheckedExpression(.number(value), .rate, span)
    case .clock(let time, let date): return clockTime(time, date, span)
    case .text(let parts): return text(parts, span)
    case .truth(let value): return truth(value, wanted, span)
    case .name(let word): return name(word, span, wanted)
    case .list(let elements): return list(elements, span, wanted)
    case .record(let fields): return record(fields, span, wanted)
    case .member(let base, let name): return member(source, base, name)
    case .call(let callee, let arguments): return call(source, callee, arguments, wanted)
    case .index, .every, .slice: return elements(source)
    case .unary(let operation, let operand): return unary(operation, operand, span)
    case .binary(let operation, let at, let a, let b): return binary(operation, at, a, b, span)
    case .range(let a, let b): return range(a, b, span)
    case .anyOf(let a, let b): return anyOf(a, b, span)
    case .comprehension(let function, let body, let variable, let from, let filter):
      return comprehension(function, body, variable, from, filter, span, wanted)
    case .empirical(let table): return empirical(table, span, wanted)
    case .window(let value, let length): return window(value, length, span)
    case .missing: return missing(span)
    }
  }

  private func truth(_ value: Bool, _ wanted: Type?, _ span: Span) -> CheckedExpression {
    CheckedExpression(.integer(value ? 1 : 0), .truth, span)
  }

  private func range(_ a: Expression, _ b: Expression, _ span: Span) -> CheckedExpression {
    let (low, high) = bounds(a, b)
    return CheckedExpression(.range(low, high), .list(.count), span)
  }

  func bounds(_ a: Expression, _ b: Expression) -> (CheckedExpression, CheckedExpression) {
    let low = expression(a, as: .count, "the start of a range")
    let high = expression(b, as: .count, "the end of a range")
    return (low, high)
  }

  private func anyOf(_ a: Expression, _ b: Expression, _ span: Span) -> CheckedExpression {
    // Of counts or of durations.
    let first = expression(a)
    let type = first.type == .duration ? Type.duration : .count
    let low = coerce(first, to: type, "the start of a range")
    let high = expression(b, as: type, "the end of a range")
    guard mayDraw("any", span) else { return missing(span) }
    if let x = ConstantFold.plain(low), let y = ConstantFold.plain(high), x.asDouble > y.asDouble {
      return wrong("E0506", RangeRule.choiceOrder.text, at: span)
    }
    return drawing(.anyOf(low, high), type, span)
  }

  /// Counts nodes that functions expand to; false when there are too many.
  func countExpansion(_ size: Int, _ span: Span) -> Bool {
    guard !expanding.isEmpty else { return true }
    if expandsTooMuch && !isReporting { return false }
    expansion += size
    totalExpansion += size
    if expansion > Self.expansionLimit || totalExpansion > Self.totalExpansionLimit {
      report(
        "E0609", "functions may not expand to more than \(Self.expansionLimit) nodes",
        at: expansionSpan ?? span)
      expandsTooMuch = true
      return false
    }
    return true
  }

  /// Reports reading of state where nothing of the run may be read.
  func mayRead(_ what: String, _ span: Span) -> Bool {
    if context.readsState { return true }
    report(
      "E0604", "\(context.phrase) reads parameters and constants only, not \(what)", at: span)
    return false
  }

  func mayDraw(_ what: String, _ span: Span) -> Bool {
    if context.draws { return true }
    report("E0605", "\(context.phrase) may not draw: `\(what)`", at: span)
    return false
  }
}
