import OutageSyntax

extension Checker {
  func draw(
    _ distribution: Distribution, _ given: [Expression], _ span: Span, _ wanted: Type?
  ) -> CheckedExpression {
    if distribution == .empirical {
      for argument in given { _ = expression(argument) }
      return wrong(
        "E0408", "'empirical' takes the name of a file", at: span, help: "write empirical \"times.csv\"")
    }
    let count = distribution.argumentCount
    guard given.count == count else {
      for argument in given { _ = expression(argument) }
      return wrong(
        "E0408", "'\(distribution.rawValue)' takes \(count == 1 ? "one argument" : "two arguments")", at: span
      )
    }
    let (arguments, type) = drawArguments(distribution, given)
    guard mayDraw(distribution.rawValue, span), let type else { return missing(span) }
    return drawing(.draw(distribution, arguments), type, span)
  }

  /// An expression that draws, with a number of its own.
  func drawing(_ kind: CheckedExpression.Kind, _ type: Type, _ span: Span) -> CheckedExpression {
    var value = CheckedExpression(kind, type, span)
    value.drawn = draws
    draws &+= 1
    return value
  }

  private func drawArguments(
    _ distribution: Distribution, _ given: [Expression]
  ) -> ([CheckedExpression], Type?) {
    switch distribution {
    case .pareto:
      let (scale, type) = quantities([given[0]], distribution)
      return (scale + [expression(given[1], as: .number, "the shape of 'pareto'", .shape)], type)
    case .erlang:
      let stages = expression(given[0], as: .count, "the first argument of 'erlang'", .stages)
      let (mean, type) = quantities([given[1]], distribution)
      return ([stages] + mean, type)
    default: return quantities(given, distribution)
    }
  }

  /// Arguments that have the type of the result: all durations, all rates or all numbers.
  private func quantities(
    _ given: [Expression], _ distribution: Distribution
  ) -> ([CheckedExpression], Type?) {
    let values = given.map { expression($0) }
    guard var type = common(values, "the arguments of '\(distribution.rawValue)'", "E0402") else {
      return (values, nil)
    }
    if type == .count { type = .number }
    guard type == .number || type == .duration || type == .rate || type == .unknown else {
      report(
        "E0402", "'\(distribution.rawValue)' needs durations, rates or numbers, not \(type.plural)",
        at: values[0].span)
      return (values, nil)
    }
    let fitted = values.enumerated().map { k, value in
      let value = coerce(value, to: type, "the argument of '\(distribution.rawValue)'")
      switch distribution {
      case .uniform, .fixed, .empirical: return value
      case .normal: return k == 1 ? require(value, .deviation) : value
      case .lognormal: return k == 0 ? require(value, .median) : value
      case .exp, .pareto, .erlang: return require(value, .distribution)
      }
    }
    checkOrder(distribution, fitted)
    return (fitted, type)
  }

  private func checkOrder(_ distribution: Distribution, _ values: [CheckedExpression]) {
    guard values.count == 2, let a = ConstantFold.plain(values[0])?.asDouble,
      let b = ConstantFold.plain(values[1])?.asDouble
    else { return }
    switch distribution {
    case .uniform where a > b: report("E0501", RangeRule.uniformOrder.text, at: values[0].span)
    case .lognormal where a > b && a > 0: report("E0501", RangeRule.lognormalOrder.text, at: values[0].span)
    default: break
    }
  }
}

extension Distribution {
  var argumentCount: Int {
    switch self {
    case .exp, .fixed, .empirical: 1
    case .uniform, .normal, .lognormal, .pareto, .erlang: 2
    }
  }
}

extension Expression {
  /// The text, if it is written out without any `{…}`.
  var literalText: String? {
    guard case .text(let parts) = kind else { return nil }
    var text = ""
    for part in parts {
      guard case .literal(let literal) = part else { return nil }
      text += literal
    }
    return text
  }
}
