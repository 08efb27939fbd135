extension Parser {
  /// `process P[n] { var mine = 0 … }`
  mutating func process() -> Item.Kind {
    _ = begin()
    let name = name("the process's name", example: "`process enactor[2] { loop { … } }`")
    var item = ProcessItem(name: name, count: elementCount(), variables: [], body: Block([], here))
    item.body.span = braces("statements of the process") { parser in
      if parser.isVariable, item.body.statements.isEmpty {
        item.variables.append(parser.variable())
      } else {
        item.body.statements.append(parser.statement())
      }
      parser.endOfStatement("statement")
    }
    return .process(item)
  }

  var isVariable: Bool { at(.var) && !isPlainWord }
}
