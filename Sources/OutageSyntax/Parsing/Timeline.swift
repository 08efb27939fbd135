// What happens when: `at 23:48 …`, `every 5m …`, `when expr for 1m …`.

extension Parser {
  mutating func timed() -> Item.Kind {
    _ = begin()
    let time = expression(beforeBlock: "a time")
    return .at(time, action())
  }

  mutating func recurring() -> Item.Kind {
    _ = begin()
    let period = expression(beforeBlock: "how often")
    return .every(period, action())
  }

  mutating func rule() -> Item.Kind {
    _ = begin()
    let trigger = expression(beforeBlock: "a condition")
    let hold = accept(.for) ? expression(beforeBlock: "how long it must hold") : nil
    return .when(trigger, for: hold, action())
  }

  /// A block, or one statement on the same line.
  private mutating func action() -> Block {
    if at(.leftBrace) { return block("statements") }
    if isPanicking || isAtEnd || current.newlineBefore {
      expected("what happens: a statement or `{ … }`", help: "`at 5m crash api`")
      return Block([], here)
    }
    let role = roles[position]
    let start = position
    let statement = statement()
    // It goes on the line of its item.
    roles[start] = role
    return Block([statement], statement.span)
  }
}
