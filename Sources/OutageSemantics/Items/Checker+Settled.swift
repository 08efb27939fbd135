import OutageSyntax

/// Parameters, constants, variants and the bounds for exploring: settled before the run.
extension Checker {
  /// Parameters and constants in the order of the text: each may read those before it.
  func checkSettledItems() {
    for item in tree.items {
      if interruption.looks() { break }
      switch item.kind {
      case .param(let param): program.params.append(checked(param))
      case .let(let name, let source):
        let value = settled { expression(source) }
        if value.type == .nothing { report("E0410", "this gives no value", at: value.span) }
        program.constants.append(.init(name: name.text, value: value))
      default: break
      }
    }
    var names: Set<String> = []
    for item in tree.items {
      if interruption.looks() { break }
      switch item.kind {
      case .variant(let name, let span, let settings):
        if !names.insert(name).inserted {
          report("E0302", "variant \"\(name)\" is already declared", at: span)
        }
        program.variants.append(.init(name: name, settings: assignments(settings)))
      default: break
      }
    }
  }

  /// Checks something that reads parameters and constants only.
  func settled<T>(hasIndex: Bool = false, owner: Int? = nil, _ body: () -> T) -> T {
    var context = Context.settled
    context.hasIndex = hasIndex
    context.owner = owner
    return withLocals(context, body).value
  }

  /// Checks something that reads parameters and constants, and draws anew each time it is needed.
  func drawn<T>(_ body: () -> T) -> T {
    var drawing = context
    drawing.draws = true
    return within(drawing, body)
  }

  private func checked(_ param: ParamItem) -> CheckedProgram.Param {
    settled {
      let value: CheckedExpression
      if param.choices.isEmpty {
        value = paramValue(param)
      } else {
        value = expression(param.value, as: .choice(declarations.choice(param.choices)), "the value")
      }
      let range = param.range.map { low, high in
        (
          expression(low, as: value.type, "the start of the range"),
          expression(high, as: value.type, "the end of the range")
        )
      }
      requireInRange(value, range, param.name.text)
      return CheckedProgram.Param(
        name: param.name.text, type: value.type, value: value, range: range, span: param.name.span)
    }
  }

  private func paramValue(_ param: ParamItem) -> CheckedExpression {
    let value = expression(param.value)
    switch value.type {
    case .list, .record, .nothing, .address:
      return wrong(
        "E0402", "a parameter must be a plain value, not \(value.type.phrase)", at: value.span)
    default: return value
    }
  }

  func requireInRange(
    _ value: CheckedExpression, _ range: (CheckedExpression, CheckedExpression)?, _ name: String
  ) {
    guard let range, let low = ConstantFold.plain(range.0), let high = ConstantFold.plain(range.1),
      let constant = ConstantFold.plain(value)
    else { return }
    if constant.asDouble < low.asDouble || constant.asDouble > high.asDouble {
      report(
        "E0505", "'\(name)' must be in \(sourceText(range.0.span))..\(sourceText(range.1.span))",
        at: value.span)
    }
  }

  func assignments(_ settings: [Setting]) -> [CheckedProgram.Assignment] {
    var seen: Set<String> = []
    return settings.compactMap { setting in
      if !seen.insert(setting.name.text).inserted {
        report("E0606", "'\(setting.name.text)' is set twice", at: setting.name.span)
      }
      return assignment(setting)
    }
  }

  func assignment(_ setting: Setting) -> CheckedProgram.Assignment? {
    guard case .param(let id)? = declarations.symbols[setting.name.text], id < program.params.count else {
      _ = settled { expression(setting.value) }
      report(
        "E0309", "unknown parameter '\(setting.name.text)'", at: setting.name.span,
        help: suggestion(setting.name.text, in: program.params.map(\.name)))
      return nil
    }
    let param = program.params[id]
    let value = settled { expression(setting.value, as: param.type, "the value of '\(param.name)'") }
    requireInRange(value, param.range, param.name)
    return .init(param: id, value: value)
  }
}
