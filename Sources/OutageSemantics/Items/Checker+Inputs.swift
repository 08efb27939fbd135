import OutageSyntax

/// What was typed at a prompt: expressions are looked at, statements act as an operator would.
extension Checker {
  func checkInputs() {
    checkedInputs = inputs.compactMap { input in
      switch input {
      case .item: return nil
      case .statement(let statement): return act(statement)
      case .expression(let source):
        if let use = memberUse(source), use.entry.use != .measure, use.entry.use != .attribute {
          return act(Statement(.operation(source), span: source.span))
        }
        return value(source)
      }
    }
  }

  private func act(_ statement: Statement) -> CheckedInput {
    .act(body(Block([statement], statement.span), Context(place: .timeline, owner: nil)))
  }

  private func value(_ source: Expression) -> CheckedInput {
    var context = Context(place: .prompt, owner: nil)
    context.draws = false
    let (value, locals) = withLocals(context) { closed(expression(source)) }
    return .value(value, CheckedBody(locals: locals, parameterCount: 0, statements: []))
  }
}
