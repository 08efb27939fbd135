/// What can be computed from the text alone: literals and arithmetic on them. Parameters are not constant.
enum ConstantValue: Equatable {
  case integer(Int64)
  case number(Double)

  var asDouble: Double {
    switch self {
    case .integer(let value): Double(value)
    case .number(let value): value
    }
  }
}

enum FoldFailure: Error {
  case overflow
  case divisionByZero
}

enum ConstantFold {
  /// nil when the value is not constant; a failure where computing it would fail.
  static func value(_ expression: CheckedExpression) -> Result<ConstantValue, FoldFailure>? {
    switch expression.kind {
    case .integer(let value): .success(.integer(value))
    case .number(let value): .success(.number(value))
    case .negate(let operand): negated(operand)
    case .convert(let conversion, let operand): converted(conversion, operand)
    case .arithmetic(let operation, let a, let b): computed(operation, a, b)
    default: nil
    }
  }

  /// The value, if it is constant and can be computed.
  static func plain(_ expression: CheckedExpression) -> ConstantValue? {
    guard case .success(let value)? = value(expression) else { return nil }
    return value
  }

  private static func negated(_ operand: CheckedExpression) -> Result<ConstantValue, FoldFailure>? {
    switch value(operand) {
    case .success(.integer(let value))?:
      let (result, overflow) = Int64(0).subtractingReportingOverflow(value)
      return overflow ? .failure(.overflow) : .success(.integer(result))
    case .success(.number(let value))?: return .success(.number(-value))
    case let other: return other
    }
  }

  private static func converted(
    _ conversion: Conversion, _ operand: CheckedExpression
  ) -> Result<ConstantValue, FoldFailure>? {
    guard let folded = value(operand) else { return nil }
    guard case .success(let value) = folded else { return folded }
    switch conversion {
    case .countToNumber: return .success(.number(value.asDouble))
    case .durationToSeconds: return .success(.number(value.asDouble / 1e9))
    case .numberToCount: return rounded(value.asDouble)
    case .secondsToDuration: return rounded(value.asDouble * 1e9)
    case .textToAddress: return nil
    }
  }

  static func rounded(_ value: Double) -> Result<ConstantValue, FoldFailure> {
    guard let whole = Int64(exactly: value.rounded(.toNearestOrAwayFromZero)) else {
      return .failure(.overflow)
    }
    return .success(.integer(whole))
  }

  private static func computed(
    _ operation: Arithmetic, _ a: CheckedExpression, _ b: CheckedExpression
  ) -> Result<ConstantValue, FoldFailure>? {
    guard let left = value(a), let right = value(b) else { return nil }
    guard case .success(let x) = left else { return left }
    guard case .success(let y) = right else { return right }
    switch (x, y) {
    case (.integer(let x), .integer(let y)): return counted(operation, x, y)
    default: return numbered(operation, x.asDouble, y.asDouble)
    }
  }

  private static func counted(
    _ operation: Arithmetic, _ x: Int64, _ y: Int64
  ) -> Result<ConstantValue, FoldFailure>? {
    let (result, overflow): (Int64, Bool)
    switch operation {
    case .countAdd: (result, overflow) = x.addingReportingOverflow(y)
    case .countSubtract: (result, overflow) = x.subtractingReportingOverflow(y)
    case .countMultiply: (result, overflow) = x.multipliedReportingOverflow(by: y)
    case .countDivide:
      if y == 0 { return .failure(.divisionByZero) }
      // Downwards, as in a run.
      let (quotient, isBeyond) = x.dividedReportingOverflow(by: y)
      if isBeyond { return .failure(.overflow) }
      (result, overflow) = (x % y != 0 && (x < 0) != (y < 0) ? quotient - 1 : quotient, false)
    case .countModulo:
      if y == 0 { return .failure(.divisionByZero) }
      let rest = y == -1 ? 0 : x % y
      (result, overflow) = (rest != 0 && (rest < 0) != (y < 0) ? rest + y : rest, false)
    default: return nil
    }
    return overflow ? .failure(.overflow) : .success(.integer(result))
  }

  private static func numbered(
    _ operation: Arithmetic, _ x: Double, _ y: Double
  ) -> Result<ConstantValue, FoldFailure>? {
    let result: Double
    switch operation {
    case .numberAdd: result = x + y
    case .numberSubtract: result = x - y
    case .numberMultiply: result = x * y
    case .numberDivide:
      if y == 0 { return .failure(.divisionByZero) }
      result = x / y
    default: return nil
    }
    return result.isFinite ? .success(.number(result)) : .failure(.overflow)
  }
}
