extension ExploreResult {
  /// The same with other texts: of the scenario, properties and steps.
  package func texts(_ other: (String) -> String) -> ExploreResult {
    var r = self
    r.scenario = other(scenario)
    r.variant = variant.map(other)
    r.skipped = skipped.map { (other($0.text), $0.reason) }
    r.unreached = unreached.map { ($0.line, other($0.file), other($0.text)) }
    for k in properties.indices {
      r.properties[k].file = other(properties[k].file)
      r.properties[k].text = other(properties[k].text)
      r.properties[k].condition = other(properties[k].condition)
      r.properties[k].trace = properties[k].trace?.texts(other)
    }
    r.failure?.text = other(failure?.text ?? "")
    r.failure?.file = other(failure?.file ?? "")
    r.failure?.trace = failure?.trace?.texts(other)
    return r
  }
}

extension ExploreResult.Trace {
  func texts(_ other: (String) -> String) -> ExploreResult.Trace {
    var trace = self
    for k in steps.indices {
      trace.steps[k].file = other(steps[k].file)
      trace.steps[k].text = other(steps[k].text)
      trace.steps[k].choices = steps[k].choices.map(other)
      trace.steps[k].changes = steps[k].changes.map(other)
    }
    trace.values = values.map(other)
    return trace
  }
}
