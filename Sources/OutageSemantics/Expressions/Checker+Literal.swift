import OutageSyntax

/// Texts, lists and records.
extension Checker {
  func text(_ parts: [TextPart], _ span: Span) -> CheckedExpression {
    let checked = parts.map { part -> CheckedTextPart in
      switch part {
      case .literal(let literal): return .literal(literal)
      case .value(let source):
        let value = expression(source)
        if value.type == .nothing { return .value(wrong("E0410", "this gives no value", at: value.span)) }
        return .value(value)
      }
    }
    return CheckedExpression(.text(checked), .text, span)
  }

  func list(_ sources: [Expression], _ span: Span, _ wanted: Type?) -> CheckedExpression {
    var hint: Type?
    if case .list(let element)? = wanted { hint = element }
    let values = sources.map { expression($0, wanted: hint) }
    guard let type = common(values, "the elements of a list", "E0414") else { return missing(span) }
    guard isListable(type) else {
      return wrong("E0414", "a list holds plain values, not \(type.plural)", at: span)
    }
    let fitted = values.map { coerce($0, to: type, "an element of a list") }
    return CheckedExpression(.list(fitted), .list(type), span)
  }

  func record(
    _ sources: [(name: Name, value: Expression)], _ span: Span, _ wanted: Type?
  ) -> CheckedExpression {
    var hints: [String: Type] = [:]
    if case .record(let fields)? = wanted { for field in fields { hints[field.name] = field.type } }
    var names: Set<String> = []
    var fields: [Type.RecordField] = []
    var values: [CheckedExpression] = []
    for (name, source) in sources {
      if interruption.looks() { break }
      let value = expression(source, wanted: hints[name.text])
      if !names.insert(name.text).inserted {
        report("E0302", "'\(name.text)' is already a field of this record", at: name.span)
        continue
      }
      if value.type == .nothing { report("E0410", "this gives no value", at: value.span) }
      fields.append(Type.RecordField(name: name.text, type: value.type))
      values.append(value)
    }
    // A record of records of records doubles with each line.
    let type = Type.record(fields)
    if type.width > Self.mostValuesOfRecord {
      return wrong("E0609", "a record of more than \(Self.mostValuesOfRecord) values", at: span, help: "split it")
    }
    if type.depth > Self.deepestRecord {
      return wrong("E0609", "records in records of more than \(Self.deepestRecord) levels", at: span, help: "split it")
    }
    return CheckedExpression(.record(values), type, span)
  }
}
