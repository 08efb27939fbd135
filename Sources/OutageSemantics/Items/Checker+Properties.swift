import OutageSyntax

/// What must hold, what is measured and what is plotted: all of them look at the world and change nothing.
extension Checker {
  func checkProperties() {
    var texts: Set<String> = []
    for item in tree.items {
      if interruption.looks() { break }
      guard case .property(let property) = item.kind else { continue }
      if !texts.insert(property.text).inserted {
        report("E0302", "property \"\(property.text)\" is already declared", at: property.textSpan)
      }
      program.properties.append(checked(property, item.span))
    }
    for item in tree.items {
      if interruption.looks() { break }
      guard case .meantViolated(let text, let span, let condition) = item.kind else { continue }
      if !texts.contains(text) {
        report(
          "E0311", "no property is called \"\(text)\"", at: span, help: suggestion(text, in: texts.sorted()))
      }
      let value = condition.map { source in settled { expression(source, as: .truth, "the condition of `meant`") } }
      program.meantViolated.append(.init(text: text, condition: value))
    }
  }

  private func looking<T>(_ place: Context.Place, _ body: () -> T) -> (value: T, locals: [CheckedBody.Local]) {
    var context = Context(place: place, owner: nil)
    context.draws = false
    return withLocals(context, body)
  }

  private func checked(_ property: PropertyItem, _ span: Span) -> CheckedProgram.Property {
    let (made, locals) = looking(.property) {
      (kind(of: property), expression(property.condition, as: .truth, "a property"))
    }
    let applies = property.applies.map { source in settled { expression(source, as: .truth, "a condition") } }
    return .init(
      kind: made.0, text: property.text, applies: applies, condition: made.1, locals: locals, span: span)
  }

  private func kind(of property: PropertyItem) -> CheckedProgram.Property.Kind {
    switch property.kind {
    case .never: return .never
    case .always(let from, let until):
      return .always(
        from: from.map { instant($0, "the time of `from`") },
        until: until.map { instant($0, "the time of `until`") })
    case .eventually(let within, let of):
      let (reach, begin) = (
        within.map { duration($0, "the time of `within`") }, of.map { instant($0, "the time of `of`") }
      )
      if let reach, let begin { warnOfLateVerdict(begin, reach) }
      return .eventually(within: reach, of: begin)
    case .leadsTo(let premise):
      return .leadsTo(premise: expression(premise, as: .truth, "the premise of a property"))
    case .expect(let at, let within):
      let (time, reach) = (instant(at, "the time of `at`"), duration(within, "the time of `within`"))
      warnOfLateVerdict(time, reach)
      return .expect(at: time, within: reach)
    case .recoverable: return .recoverable
    case .sometimes: return .sometimes
    }
  }

  private func duration(_ source: Expression, _ what: String) -> CheckedExpression {
    settled { expression(source, as: .duration, what, .duration) }
  }

  func checkMeasures() {
    for (id, measure) in declarations.measures.enumerated() {
      if interruption.looks() { break }
      let (value, locals) = looking(.measure) { sampled(measure.value, "a measure") }
      inference.learn(measure: id, value.type)
      program.measures.append(
        .init(name: measure.name.text, value: value, span: measure.span, locals: locals))
    }
  }

  func checkPlots() {
    for item in tree.items {
      if interruption.looks() { break }
      guard case .plot(let sources) = item.kind else { continue }
      for source in sources {
        let (value, locals) = looking(.plot) { sampled(source, "a plot") }
        program.plots.append(.init(title: sourceText(source.span), value: value, locals: locals))
      }
    }
  }

  /// A value that a chart can show.
  private func sampled(_ source: Expression, _ what: String) -> CheckedExpression {
    let value = expression(source)
    switch value.type {
    case .list, .record, .text, .address, .nothing:
      return wrong(
        "E0402", "\(what) must be a quantity or a truth, not \(value.type.phrase)", at: value.span)
    default: return value
    }
  }
}
