extension Parser {
  /// `var x = 0`, `var rm[n]: working | prepared = working`
  mutating func variable() -> VariableItem {
    _ = begin()
    let name = name("the variable's name", example: "`var connected = false`")
    let count = elementCount()
    let choices = choices()
    return VariableItem(name: name, count: count, choices: choices, value: assigned())
  }
}
