// What a run may set: `param`, `variant`, `explore`; and what it may not: `let`, `fn`.

extension Parser {
  /// `param fix: none | cas = none`, `param servers = 4 in 1..100`
  mutating func param() -> Item.Kind {
    _ = begin()
    let name = name("the parameter's name", example: "`param servers = 4`")
    let choices = choices()
    expect(.assign, "`=` and the usual value")
    // Comparisons stand in parentheses, so that `in` begins the range.
    let value = expression(5)
    var range: (Expression, Expression)?
    if accept(.in) {
      let low = expression(5)
      expect(.range, "`..` and the largest value", help: "`param servers = 4 in 1..100`")
      range = (low, expression(5))
    }
    return .param(ParamItem(name: name, choices: choices, value: value, range: range))
  }

  /// `: working | prepared`, or nothing
  mutating func choices() -> [Name] {
    guard accept(.colon) else { return [] }
    var names = [name("the name of a choice")]
    while accept(.bar) { names.append(name("the name of a choice")) }
    return names
  }

  mutating func variant() -> Item.Kind {
    _ = begin()
    let (text, span) = plainText("the variant's name in quotes")
    var settings: [Setting] = []
    _ = braces("settings") { parser in
      settings.append(parser.setting())
      parser.endOfStatement("setting")
    }
    return .variant(text, span, settings)
  }

  mutating func setting() -> Setting {
    roles[position] = .start
    let name = name("the name of a parameter", example: "`servers = 8`")
    return Setting(name: name, value: assigned())
  }

  /// `explore { versions = 3; may crash enactor at most 1 }`
  mutating func explore() -> Item.Kind {
    _ = begin()
    var clauses: [ExploreClause] = []
    _ = braces("bounds") { parser in
      if parser.at(.may), !parser.isPlainWord {
        clauses.append(parser.may())
      } else {
        clauses.append(.setting(parser.setting()))
      }
      parser.endOfStatement("setting")
    }
    return .explore(clauses)
  }

  private mutating func may() -> ExploreClause {
    _ = begin()
    let isFault = at(.crash) || at(.stall) || at(.restart)
    let fault = isFault ? takeName() : Name("", here)
    if !isFault { expected("`crash` or `stall` or `restart`", help: "`may crash enactor at most 1`") }
    let node = expression()
    expect(.at, example: "`may crash enactor at most 1`")
    expect(.most, example: "`may crash enactor at most 1`")
    return .may(fault: fault, node, atMost: expression())
  }

  mutating func constant() -> Item.Kind {
    _ = begin()
    let name = name("a name", example: "`let keep = 3`")
    return .let(name, assigned())
  }

  /// `fn f(x, y) = expr`
  mutating func function() -> Item.Kind {
    _ = begin()
    let name = name("the function's name", example: "`fn twice(x) = 2 * x`")
    let parameters = at(.leftParenthesis) ? parameters() : []
    return .function(name, parameters: parameters, assigned())
  }

  /// `extern fn f(x: number, y: count): number`
  mutating func external() -> Item.Kind {
    let example = "`extern fn capacity(servers: count): number`"
    _ = begin()
    expect(.fn, example: example)
    let name = name("the function's name", example: example)
    var parameters: [ExternalItem.Parameter] = []
    if at(.leftParenthesis) {
      roles[position] = .glued
      advance()
      openBrackets += 1
      while !at(.rightParenthesis), !isPanicking {
        let argument = self.name("the name of an argument", example: example)
        parameters.append(ExternalItem.Parameter(name: argument, kind: kind(example)))
        if !accept(.comma) { break }
      }
      openBrackets -= 1
    }
    expect(.rightParenthesis, "`)` after the arguments", help: example)
    return .external(ExternalItem(name: name, parameters: parameters, result: kind(example)))
  }

  /// `: number`
  private mutating func kind(_ example: String) -> Name {
    expect(.colon, "`:` and the kind of the value", help: example)
    return name("the kind of a value", example: example)
  }

  /// `(a, b)`
  mutating func parameters() -> [Name] {
    roles[position] = .glued
    advance()
    openBrackets += 1
    defer { openBrackets -= 1 }
    var names: [Name] = []
    while !at(.rightParenthesis), !isPanicking {
      names.append(name("the name of an argument"))
      if !accept(.comma) { break }
    }
    expect(.rightParenthesis, "`)` after the arguments")
    return names
  }
}
