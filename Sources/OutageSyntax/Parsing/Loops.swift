extension Parser {
  /// After `for`: `old in regional.versions where old < mine { … }`
  mutating func forIn() -> Statement.Kind {
    let example = "`for old in regional.versions where old < mine { … }`"
    let variable = name("a name for the element", example: example)
    expect(.in, example: example)
    let source = expression()
    let filter = accept(.where) ? expression() : nil
    return .forIn(variable, source, filter: filter, block("statements of the loop"))
  }

  mutating func repeatTimes() -> Statement.Kind {
    let count = expression(beforeBlock: "how many times")
    return .repeat(count, block("statements of the loop"))
  }

  mutating func whileLoop() -> Statement.Kind {
    let condition = ruleCondition()
    return .while(condition, block("statements of the loop"))
  }
}
