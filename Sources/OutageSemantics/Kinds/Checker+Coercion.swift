import OutageSyntax

/// Fitting a value to the type that its place wants. Counts become numbers, texts addresses, durations times
/// since the start; nothing else changes by itself.
extension Checker {
  /// `what` heads the message: "the argument of 'wait'".
  func coerce(_ value: CheckedExpression, to wanted: Type, _ what: String) -> CheckedExpression {
    if value.type == wanted || wanted == .unknown { return value }
    if value.type == .unknown {
      learn(value, wanted)
      return value
    }
    return converted(value, to: wanted) ?? misfit(value, wanted, what)
  }

  /// A conversion that needs no asking, or nil.
  func converted(_ value: CheckedExpression, to wanted: Type) -> CheckedExpression? {
    switch (value.type, wanted) {
    case (.count, .number):
      if case .integer(let whole) = value.kind {
        return CheckedExpression(.number(Double(whole)), .number, value.span)
      }
      return CheckedExpression(.convert(.countToNumber, value), .number, value.span)
    case (.number, .count):
      guard let whole = integralLiteral(value) else { return nil }
      return CheckedExpression(.integer(whole), .count, value.span)
    case (.text, .address):
      return CheckedExpression(.convert(.textToAddress, value), .address, value.span)
    case (.duration, .time):
      var time = value
      time.type = .time
      return time
    case (.list(let from), .list(let to)): return convertedList(value, from: from, to: to)
    case (.record(let from), .record(let to)): return convertedRecord(value, from: from, to: to)
    default: return nil
    }
  }

  private func integralLiteral(_ value: CheckedExpression) -> Int64? {
    switch value.kind {
    case .number(let number): return Int64(exactly: number)
    case .negate(let operand): return integralLiteral(operand).map { 0 &- $0 }
    default: return nil
    }
  }

  private func convertedList(
    _ value: CheckedExpression, from: Type, to: Type
  ) -> CheckedExpression? {
    if from == .unknown || to == .unknown { return CheckedExpression(value.kind, .list(to), value.span) }
    if case .list(let elements) = value.kind {
      var fitted: [CheckedExpression] = []
      for element in elements {
        guard let one = element.type == to ? element : converted(element, to: to) else { return nil }
        fitted.append(one)
      }
      return CheckedExpression(.list(fitted), .list(to), value.span)
    }
    guard allowsLocals else { return nil }
    let local = addLocal("element", from)
    guard let body = converted(CheckedExpression(.local(local), from, value.span), to: to) else { return nil }
    return CheckedExpression(
      .comprehension(.collect, body: body, local: local, source: value, filter: nil), .list(to), value.span)
  }

  /// Fields by name; a record that is written out may have them in any order.
  private func convertedRecord(
    _ value: CheckedExpression, from: [Type.RecordField], to: [Type.RecordField]
  ) -> CheckedExpression? {
    guard from.count == to.count else { return nil }
    var fields: [CheckedExpression] = []
    for field in to {
      guard let ordinal = from.firstIndex(where: { $0.name == field.name }) else { return nil }
      let part: CheckedExpression
      if case .record(let parts) = value.kind, parts.indices.contains(ordinal) {
        part = parts[ordinal]
      } else {
        part = CheckedExpression(.field(value, ordinal), from[ordinal].type, value.span)
      }
      if part.type == field.type || part.type == .unknown || field.type == .unknown {
        fields.append(part)
      } else if let fitted = converted(part, to: field.type) {
        fields.append(fitted)
      } else {
        return nil
      }
    }
    return CheckedExpression(.record(fields), .record(to), value.span)
  }

  private func misfit(
    _ value: CheckedExpression, _ wanted: Type, _ what: String
  ) -> CheckedExpression {
    if value.type == .nothing {
      return wrong("E0410", "\(what) must be \(wanted.phrase), and this gives no value", at: value.span)
    }
    if case (.choice(let id), .choice(let other)) = (wanted, value.type) {
      let names = declarations.choices[id].names.joined(separator: " | ")
      let others = declarations.choices[other].names.joined(separator: " | ")
      return wrong("E0402", "\(what) must be one of \(names), not of \(others)", at: value.span)
    }
    let code = value.type == .number && wanted == .count ? "E0404" : "E0402"
    return wrong(
      code, "\(what) must be \(phrase(wanted)), not \(value.type.phrase)", at: value.span,
      label: "this is \(value.type.phrase)", help: misfitHelp(value, wanted))
  }

  /// A choice is named by its cases.
  func phrase(_ type: Type) -> String {
    guard case .choice(let id) = type else { return type.phrase }
    return "one of \(declarations.choices[id].names.joined(separator: " | "))"
  }

  private func misfitHelp(_ value: CheckedExpression, _ wanted: Type) -> String? {
    switch (value.type, wanted) {
    case (.number, .count): return "use `div`, or round(…), floor(…), ceil(…)"
    case (.count, .duration), (.number, .duration):
      let text = literalText(value)
      return text.map { "write a unit: \($0)s" } ?? "multiply by a unit: … * 1s"
    case (.count, .rate), (.number, .rate): return literalText(value).map { "write a unit: \($0)/s" }
    case (.count, .truth): return "compare it: … > 0"
    case (.choice(let id), .truth):
      return declarations.choices[id].names.last.map { "compare it: … == \($0)" }
    case (.time, .duration): return "subtract a time: … - now"
    case (.duration, .number), (.duration, .count): return "divide by a unit: … / 1s"
    default: return nil
    }
  }

  /// A bare number as it is written, for examples in help.
  func literalText(_ value: CheckedExpression) -> String? {
    switch value.kind {
    case .integer(let whole) where value.type == .count: return "\(whole)"
    case .number(let number) where value.type == .number: return "\(number)"
    default: return nil
    }
  }

  /// A parameter of a handler that has no known type takes the one that its use wants.
  func learn(_ value: CheckedExpression, _ wanted: Type) {
    guard let key = context.handler, expanding.isEmpty, case .local(let slot) = value.kind else { return }
    let count = declarations.nodes[key.node].handlers[key.handler].parameters.count
    inference.learn(parameter: key, slot, of: count, wanted)
  }

  /// An empty list whose elements nobody told of is one of counts.
  func closed(_ value: CheckedExpression) -> CheckedExpression {
    guard inference.isClosing, value.type != .unknown, value.type.isOpen else { return value }
    return converted(value, to: value.type.closed) ?? value
  }

  /// Properties, measures, plots and bodies have slots for comprehension variables; settled values do not.
  var allowsLocals: Bool { context.place != .settled && context.place != .initial }
}
