public import OutageExplorer

/// A counterexample as a Mermaid sequence diagram: processes are participants, steps are notes over them. A file of Mermaid
/// holds one diagram: that of the first violated property, else of the first with a trace; comments name the others.
public func mermaid(_ results: [(name: String, result: ExploreResult)]) -> String {
  var traced: [(name: String, processes: [String], property: ExploreResult.Property)] = []
  for row in results {
    traced += row.result.properties.filter { $0.trace != nil }.map { (row.name, row.result.processes, $0) }
  }
  let chosen = traced.firstIndex { $0.property.verdict == .violated } ?? traced.indices.first
  guard let chosen, let trace = traced[chosen].property.trace else {
    // A reader refuses a file without a diagram.
    return "sequenceDiagram\n  participant p0 as outage\n  Note over p0: there is no counterexample\n"
  }
  var out = diagram(traced[chosen].name, traced[chosen].property, trace, traced[chosen].processes)
  for (k, other) in traced.enumerated() where k != chosen {
    let (name, text) = (Escape.mermaid(other.name), Escape.mermaid(other.property.text))
    out += "%% there is also a trace of \(other.property.kind) '\(text)'" + (name.isEmpty ? "" : ", \(name)") + "\n"
  }
  return out
}

/// Of one search.
public func mermaid(_ r: ExploreResult) -> String { mermaid([("", r)]) }

private func diagram(
  _ name: String, _ p: ExploreResult.Property, _ trace: ExploreResult.Trace, _ processes: [String]
) -> String {
  var actors = processes.filter { name in trace.steps.contains { $0.actor == name } }
  for step in trace.steps where !actors.contains(step.actor) { actors.append(step.actor) }
  var out = "sequenceDiagram\n  title \(Escape.mermaid("\(p.kind) \(p.text): \(p.verdict.rawValue)" + (name.isEmpty ? "" : " (\(name))")))\n"
  for (k, actor) in actors.enumerated() { out += "  participant p\(k) as \(Escape.mermaid(actor))\n" }
  for (k, step) in trace.steps.enumerated() {
    if trace.loop == k { out += "  loop for ever\n" }
    let who = "p\(actors.firstIndex(of: step.actor) ?? 0)"
    let place = step.file.isEmpty ? "\(step.line)" : "\(step.file) \(step.line)"
    let text = ([step.line > 0 ? "\(place): \(step.text)" : step.text] + step.effects).map(Escape.mermaid)
    out += "  Note over \(who): " + text.joined(separator: "<br/>") + "\n"
  }
  if trace.loop != nil { out += "  end\n" }
  if let last = actors.indices.last {
    let over = last == 0 ? "p0" : "p0,p\(last)"
    out += "  Note over \(over): " + ([p.condition] + trace.values).map(Escape.mermaid).joined(separator: "<br/>") + "\n"
  }
  return out
}
