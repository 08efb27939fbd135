import OutageSyntax

extension Checker {
  func builtin(_ builtin: Builtin, _ given: [Expression], _ span: Span) -> CheckedExpression {
    if builtin == .min || builtin == .max { return extreme(builtin, given, span) }
    let wanted = builtin == .pow ? 2 : 1
    guard given.count == wanted else {
      for argument in given { _ = expression(argument) }
      return wrong(
        "E0408", "'\(builtin.rawValue)' takes \(wanted == 1 ? "one argument" : "two arguments")", at: span)
    }
    let what = "the argument of '\(builtin.rawValue)'"
    switch builtin {
    case .min, .max: return missing(span)
    case .abs: return absolute(expression(given[0]), span)
    case .floor, .ceil, .round:
      return CheckedExpression(.builtin(builtin, [expression(given[0], as: .number, what)]), .count, span)
    case .sqrt, .ln, .pow:
      let values = given.map { expression($0, as: .number, what) }
      return CheckedExpression(.builtin(builtin, values), .number, span)
    case .seconds:
      return CheckedExpression(.builtin(.seconds, [expression(given[0], as: .duration, what)]), .number, span)
    }
  }

  private func absolute(_ value: CheckedExpression, _ span: Span) -> CheckedExpression {
    guard value.type.isSummable || value.type == .unknown else {
      return wrong("E0402", "'abs' needs a quantity, not \(value.type.phrase)", at: value.span)
    }
    return CheckedExpression(.builtin(.abs, [value]), value.type, span)
  }

  /// The least or greatest of two or more values.
  private func extreme(_ builtin: Builtin, _ given: [Expression], _ span: Span) -> CheckedExpression {
    guard given.count >= 2 else {
      return wrong("E0408", "'\(builtin.rawValue)' takes a list, or two values and more", at: span)
    }
    let values = given.map { expression($0) }
    guard let type = common(values, "the arguments of '\(builtin.rawValue)'", "E0402") else {
      return missing(span)
    }
    guard type.isOrdered || type == .unknown else {
      return wrong("E0402", "'\(builtin.rawValue)' needs values with an order, not \(type.plural)", at: span)
    }
    let fitted = values.map { coerce($0, to: type, "the argument of '\(builtin.rawValue)'") }
    return CheckedExpression(.builtin(builtin, fitted), type, span)
  }

  /// The one type of all values; reports the first that does not fit.
  func common(_ values: [CheckedExpression], _ what: String, _ code: String) -> Type? {
    var type = Type.unknown
    for value in values {
      guard let joined = type.joined(value.type) else {
        report(
          code, "\(what) must be of one kind: \(type.phrase) and \(value.type.phrase)", at: value.span,
          label: "this is \(value.type.phrase)")
        return nil
      }
      type = joined
    }
    return type
  }
}
