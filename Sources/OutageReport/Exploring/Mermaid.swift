public import OutageExplorer

/// A counterexample as a Mermaid sequence diagram: processes are participants, steps are notes over them. A file of Mermaid
/// holds one diagram: that of the first violated property, else of the first with a trace; comments name the others.
public func mermaid(_ r: ExploreResult) -> String {
  let traced = r.properties.filter { $0.trace != nil }
  guard let p = traced.first(where: { $0.verdict == .violated }) ?? traced.first, let trace = p.trace else {
    return "%% there is no counterexample\n"
  }
  var out = diagram(p, trace, r.processes)
  for other in traced where other.text != p.text {
    out += "%% there is also a trace of \(other.kind) \"\(other.text)\": --property \"\(other.text)\"\n"
  }
  return out
}

private func diagram(_ p: ExploreResult.Property, _ trace: ExploreResult.Trace, _ processes: [String]) -> String {
  var actors = processes.filter { name in trace.steps.contains { $0.actor == name } }
  for step in trace.steps where !actors.contains(step.actor) { actors.append(step.actor) }
  var out = "sequenceDiagram\n  title \(escaped("\(p.kind) \(p.text): \(p.verdict.rawValue)"))\n"
  for (k, actor) in actors.enumerated() { out += "  participant p\(k) as \(escaped(actor))\n" }
  for (k, step) in trace.steps.enumerated() {
    if trace.loop == k { out += "  loop for ever\n" }
    let who = "p\(actors.firstIndex(of: step.actor) ?? 0)"
    let place = step.file.isEmpty ? "\(step.line)" : "\(step.file) \(step.line)"
    let text = ([step.line > 0 ? "\(place): \(step.text)" : step.text] + step.changes).map(escaped)
    out += "  Note over \(who): " + text.joined(separator: "<br/>") + "\n"
  }
  if trace.loop != nil { out += "  end\n" }
  if let last = actors.indices.last {
    let over = last == 0 ? "p0" : "p0,p\(last)"
    out += "  Note over \(over): " + ([p.condition] + trace.values).map(escaped).joined(separator: "<br/>") + "\n"
  }
  return out
}

/// Characters that end a statement or begin markup there.
private func escaped(_ text: String) -> String {
  var out = ""
  for c in text {
    switch c {
    case "#": out += "#35;"
    case ";": out += "#59;"
    case "<": out += "#lt;"
    case ">": out += "#gt;"
    case "\n": out += " "
    default: out.append(c)
    }
  }
  return out
}
