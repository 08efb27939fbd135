// The head of a file: `scenario`, `clock`, `import`, and what it shows: `plot`, `measure`.

extension Parser {
  /// A text without parts, where no value can be read yet.
  mutating func plainText(_ what: String) -> (String, Span) {
    guard at(.textStart) else {
      expected(what)
      return ("", here)
    }
    let text = text()
    var words = ""
    if case .text(let parts) = text.kind {
      for part in parts {
        switch part {
        case .literal(let literal): words += literal
        case .value(let value):
          report(
            "E0207", "this text is fixed and has no `{ … }` parts", at: value.span,
            help: "write `\\{` for a brace")
        }
      }
    }
    return (words, text.span)
  }

  mutating func scenario() -> Item.Kind {
    _ = begin()
    return .scenario(plainText("the scenario's title in quotes").0)
  }

  mutating func importItem() -> Item.Kind {
    _ = begin()
    let (path, span) = plainText("the file's name in quotes")
    return .import(path, span)
  }

  /// `clock [2025-10-19] 23:30 [PDT] for 16h [tick 1s] [warmup 10m]`
  mutating func clock() -> Item.Kind {
    let example = "`clock 2025-10-19 23:30 PDT for 16h tick 1s`"
    _ = begin()
    var date: ClockItem.Date?
    if at(.date) { date = takeDate() }
    let start = current.bits
    guard expect(.clock, "the time the scenario starts, such as `23:30`", help: example) else {
      return .missing
    }
    var zone: Name?
    if isName(current), !isAtLineEnd { zone = takeName() }
    expect(.for, example: example)
    let duration = expression()
    var tick: Expression?
    if accept(.tick) { tick = expression() }
    var warmUp: Expression?
    if accept(.warmup) { warmUp = expression() }
    return .clock(
      ClockItem(date: date, start: start, zone: zone, duration: duration, tick: tick, warmUp: warmUp))
  }

  mutating func plot() -> Item.Kind {
    _ = begin()
    return .plot(expressions())
  }

  mutating func measure() -> Item.Kind {
    _ = begin()
    let name = name("the measure's name", example: "`measure share = droplet.active / leases`")
    return .measure(name, assigned())
  }

  /// `= expr`
  mutating func assigned() -> Expression {
    expect(.assign, "`=` and a value")
    return expression()
  }
}
