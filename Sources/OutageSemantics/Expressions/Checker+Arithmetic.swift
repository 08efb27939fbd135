import OutageSyntax

/// Units: what may be added, multiplied and divided, and what comes out. A rate is a number per second.
extension Checker {
  func unary(_ operation: UnaryOperator, _ operand: Expression, _ span: Span) -> CheckedExpression {
    switch operation {
    case .not:
      return CheckedExpression(.not(expression(operand, as: .truth, "the operand of `not`")), .truth, span)
    case .negate:
      let value = expression(operand)
      guard value.type.isSummable || value.type == .unknown else {
        return wrong("E0401", "`-` needs a quantity, not \(value.type.phrase)", at: value.span)
      }
      return CheckedExpression(.negate(value), value.type, span)
    }
  }

  func binary(
    _ operation: BinaryOperator, _ at: Span, _ a: Expression, _ b: Expression, _ span: Span
  ) -> CheckedExpression {
    switch operation {
    case .and, .or:
      let what = "an operand of `\(operation.rawValue)`"
      let (x, y) = (expression(a, as: .truth, what), expression(b, as: .truth, what))
      return CheckedExpression(operation == .and ? .and(x, y) : .or(x, y), .truth, span)
    case .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual:
      return comparison(Comparison(rawValue: operation.rawValue) ?? .equal, a, b, span)
    case .isIn: return membership(a, b, span)
    case .add, .subtract:
      let sum = arithmetic(operation, at, term(a, with: b), term(b, with: a), span)
      if case .clock = a.kind { place(sum) }
      return sum
    case .multiply, .divide, .integerDivide, .modulo:
      return arithmetic(operation, at, expression(a), expression(b), span)
    }
  }

  private func arithmetic(
    _ operation: BinaryOperator, _ at: Span, _ a: CheckedExpression, _ b: CheckedExpression, _ span: Span
  ) -> CheckedExpression {
    if a.type == .unknown || b.type == .unknown { return halfKnown(operation, a, b, span) }
    let kind: (CheckedExpression.Kind, Type)?
    switch operation {
    case .add, .subtract: kind = sum(operation == .add, a, b)
    case .multiply: kind = product(a, b, span)
    case .divide: kind = quotient(a, b, span)
    case .integerDivide, .modulo: kind = integral(operation == .modulo, a, b)
    default: kind = nil
    }
    guard let (made, type) = kind else { return unfit(operation, a, b) }
    let value = CheckedExpression(made, type, span)
    switch ConstantFold.value(value) {
    case .failure(.divisionByZero)?:
      return wrong("E0502", "the divisor is zero", at: b.span, label: "this is zero")
    case .failure(.overflow)?: return wrong("E0503", "the result is too large", at: span)
    default: return value
    }
  }

  /// With one side open, the other decides where it can.
  private func halfKnown(
    _ operation: BinaryOperator, _ a: CheckedExpression, _ b: CheckedExpression, _ span: Span
  ) -> CheckedExpression {
    if operation == .add || operation == .subtract {
      let known = a.type == .unknown ? b.type : a.type
      if known == .duration || known == .rate || known == .number {
        learn(a.type == .unknown ? a : b, known)
      }
    }
    if operation == .integerDivide || operation == .modulo {
      learn(a.type == .unknown ? a : b, .count)
    }
    return missing(span)
  }

  // Sums

  private func sum(
    _ isAdding: Bool, _ a: CheckedExpression, _ b: CheckedExpression
  ) -> (CheckedExpression.Kind, Type)? {
    let counted: Arithmetic = isAdding ? .countAdd : .countSubtract
    let numbered: Arithmetic = isAdding ? .numberAdd : .numberSubtract
    switch (a.type, b.type) {
    case (.count, .count): return (.arithmetic(counted, a, b), .count)
    case (.duration, .duration): return (.arithmetic(counted, a, b), .duration)
    case (.time, .duration): return (.arithmetic(counted, a, b), .time)
    case (.duration, .time) where isAdding: return (.arithmetic(counted, a, b), .time)
    case (.time, .time) where !isAdding: return (.arithmetic(counted, a, b), .duration)
    case (.rate, .rate): return (.arithmetic(numbered, a, b), .rate)
    default:
      guard let (x, y) = numbers(a, b) else { return nil }
      return (.arithmetic(numbered, x, y), .number)
    }
  }

  /// Both as numbers, if both are counts or numbers.
  private func numbers(
    _ a: CheckedExpression, _ b: CheckedExpression
  ) -> (CheckedExpression, CheckedExpression)? {
    guard a.isPlain, b.isPlain else { return nil }
    return (number(a), number(b))
  }

  private func number(_ value: CheckedExpression) -> CheckedExpression {
    value.type == .count ? converted(value, to: .number) ?? value : value
  }

  // Products

  private func product(
    _ a: CheckedExpression, _ b: CheckedExpression, _ span: Span
  ) -> (CheckedExpression.Kind, Type)? {
    switch (a.type, b.type) {
    case (.count, .count): return (.arithmetic(.countMultiply, a, b), .count)
    case (.duration, .count), (.count, .duration): return (.arithmetic(.countMultiply, a, b), .duration)
    case (.duration, .number): return scaled(a, .numberMultiply, b, span)
    case (.number, .duration): return scaled(b, .numberMultiply, a, span)
    case (.rate, .duration): return (.arithmetic(.numberMultiply, a, seconds(b)), .number)
    case (.duration, .rate): return (.arithmetic(.numberMultiply, seconds(a), b), .number)
    case (.rate, .count), (.rate, .number): return (.arithmetic(.numberMultiply, a, number(b)), .rate)
    case (.count, .rate), (.number, .rate): return (.arithmetic(.numberMultiply, number(a), b), .rate)
    default:
      guard let (x, y) = numbers(a, b) else { return nil }
      return (.arithmetic(.numberMultiply, x, y), .number)
    }
  }

  private func quotient(
    _ a: CheckedExpression, _ b: CheckedExpression, _ span: Span
  ) -> (CheckedExpression.Kind, Type)? {
    switch (a.type, b.type) {
    case (.duration, .duration):
      return (.arithmetic(.numberDivide, nanoseconds(a), nanoseconds(b)), .number)
    case (.duration, .count), (.duration, .number): return scaled(a, .numberDivide, number(b), span)
    case (.count, .duration), (.number, .duration):
      return (.arithmetic(.numberDivide, number(a), seconds(b)), .rate)
    case (.rate, .rate): return (.arithmetic(.numberDivide, a, b), .number)
    case (.rate, .count), (.rate, .number): return (.arithmetic(.numberDivide, a, number(b)), .rate)
    case (.count, .rate), (.number, .rate):
      let time = CheckedExpression(.arithmetic(.numberDivide, number(a), b), .number, span)
      return (.convert(.secondsToDuration, time), .duration)
    default:
      guard let (x, y) = numbers(a, b) else { return nil }
      return (.arithmetic(.numberDivide, x, y), .number)
    }
  }

  private func integral(
    _ isModulo: Bool, _ a: CheckedExpression, _ b: CheckedExpression
  ) -> (CheckedExpression.Kind, Type)? {
    let operation: Arithmetic = isModulo ? .countModulo : .countDivide
    switch (a.type, b.type) {
    case (.count, .count): return (.arithmetic(operation, a, b), .count)
    case (.duration, .duration), (.time, .duration):
      return (.arithmetic(operation, a, b), isModulo ? .duration : .count)
    case (.duration, .count) where !isModulo: return (.arithmetic(operation, a, b), .duration)
    default: return nil
    }
  }

  /// A duration times or by a number, rounded to a nanosecond.
  private func scaled(
    _ duration: CheckedExpression, _ operation: Arithmetic, _ factor: CheckedExpression, _ span: Span
  ) -> (CheckedExpression.Kind, Type) {
    let value = CheckedExpression(.arithmetic(operation, nanoseconds(duration), factor), .number, span)
    return (.convert(.numberToCount, value), .duration)
  }

  private func nanoseconds(_ duration: CheckedExpression) -> CheckedExpression {
    CheckedExpression(.convert(.countToNumber, duration), .number, duration.span)
  }

  private func seconds(_ duration: CheckedExpression) -> CheckedExpression {
    CheckedExpression(.convert(.durationToSeconds, duration), .number, duration.span)
  }

  // Reporting

  /// The caret stands under the operand without a unit, or else under the right one.
  private func unfit(
    _ operation: BinaryOperator, _ a: CheckedExpression, _ b: CheckedExpression
  ) -> CheckedExpression {
    let at = a.isPlain && !b.isPlain ? a : b
    let other = a.isPlain && !b.isPlain ? b : a
    if a.type == .nothing || b.type == .nothing {
      return wrong("E0410", "this gives no value", at: a.type == .nothing ? a.span : b.span)
    }
    let message = "\(a.type.phrase) and \(b.type.phrase) cannot be \(operation.participle)"
    return wrong(
      "E0401", message, at: at.span, label: "this is \(at.type.phrase)", help: unfitHelp(operation, at, other)
    )
  }

  private func unfitHelp(
    _ operation: BinaryOperator, _ at: CheckedExpression, _ other: CheckedExpression
  ) -> String? {
    let isSum = operation == .add || operation == .subtract
    if at.type == .text || other.type == .text { return isSum ? "write \"{a}{b}\"" : nil }
    if operation == .integerDivide { return "use `/`, or round(…) before" }
    guard isSum, let text = literalText(at) else { return nil }
    switch other.type {
    case .duration, .time: return "write a unit: \(text)s"
    case .rate: return "write a unit: \(text)/s"
    default: return nil
    }
  }
}

extension CheckedExpression {
  /// A count or a number: no unit.
  var isPlain: Bool { type == .count || type == .number }
}

extension BinaryOperator {
  var participle: String {
    switch self {
    case .add: "added"
    case .subtract: "subtracted"
    case .multiply: "multiplied"
    case .divide: "divided"
    case .integerDivide: "divided by `div`"
    case .modulo: "divided by `mod`"
    default: "combined"
    }
  }
}
