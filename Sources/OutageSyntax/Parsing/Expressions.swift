// Precedence climbing. Comparisons and ranges do not chain: `a < b < c` is an error.

extension Parser {
  private enum Infix {
    case binary(BinaryOperator)
    case range

    var precedence: Int {
      switch self {
      case .binary(let binary): binary.precedence
      case .range: 4
      }
    }
  }

  /// An expression of operators that bind at least as tightly as `minimum`.
  mutating func expression(_ minimum: Int = 1) -> Expression {
    guard enter() else { return Expression(.missing, here) }
    defer { depth -= 1 }
    var left = prefix(minimum)
    while let infix = infix, infix.precedence >= minimum {
      let leftHeight = height
      let mark = span(current)
      advance()
      let right = expression(infix.precedence + 1)
      height = max(leftHeight, height) + 1
      let span = left.span.joined(right.span)
      switch infix {
      case .binary(let binary): left = Expression(.binary(binary, at: mark, left, right), span)
      case .range: left = Expression(.range(left, right), span)
      }
      if height > nesting {
        halt()
        return left
      }
      checkChain(infix)
    }
    return left
  }

  private mutating func checkChain(_ last: Infix) {
    guard last.precedence == 3 || last.precedence == 4 else { return }
    guard let next = infix, next.precedence == last.precedence else { return }
    let isRange = last.precedence == 4
    report(
      "E0210", isRange ? "a range has two ends" : "comparisons do not chain", at: span(current),
      help: isRange ? nil : "write `a < b and b < c`")
  }

  /// The operator at the cursor. A line end ends the expression, unless `and` or `or` follows it.
  private var infix: Infix? {
    let token = current
    if isAtLineEnd, token.keyword != .or, token.keyword != .and { return nil }
    switch token.kind {
    case .word:
      switch token.keyword {
      case .or: return next.kind == .leftBrace ? nil : .binary(.or)
      case .and: return .binary(.and)
      case .div: return .binary(.integerDivide)
      case .mod: return .binary(.modulo)
      case .in: return .binary(.isIn)
      default: return nil
      }
    case .range: return .range
    case .equal: return .binary(.equal)
    case .notEqual: return .binary(.notEqual)
    case .less: return .binary(.less)
    case .lessOrEqual: return .binary(.lessOrEqual)
    case .greater: return .binary(.greater)
    case .greaterOrEqual: return .binary(.greaterOrEqual)
    case .plus: return .binary(.add)
    case .minus: return .binary(.subtract)
    case .star: return .binary(.multiply)
    case .slash: return .binary(.divide)
    default: return nil
    }
  }

  private mutating func prefix(_ minimum: Int) -> Expression {
    let start = current.start
    switch current.kind {
    case .minus:
      roles[position] = .unary
      advance()
      return unary(.negate, 7, from: start)
    case .word where at(.not) && minimum <= 3:
      advance()
      return unary(.not, 3, from: start)
    case .word where isAny && minimum <= 4:
      return anyOf()
    default: return operand()
    }
  }

  private mutating func unary(_ operation: UnaryOperator, _ minimum: Int, from start: Int32) -> Expression {
    let value = expression(minimum)
    height += 1
    return Expression(.unary(operation, value), span(from: start))
  }

  /// `any` of a range; `any(…)` is the aggregate.
  var isAny: Bool { at(.any) && next.kind != .leftParenthesis && !isPlainWord }

  /// `any a..b`
  private mutating func anyOf() -> Expression {
    let start = current.start
    advance()
    let low = expression(5)
    let lowHeight = height
    guard expect(.range, "a range after `any`", help: "`any 1..6`") else {
      return Expression(.missing, span(from: start))
    }
    let high = expression(5)
    height = max(lowHeight, height) + 1
    return Expression(.anyOf(low, high), span(from: start))
  }
}
