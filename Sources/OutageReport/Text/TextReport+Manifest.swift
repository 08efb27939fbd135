import OutageEngine

extension TextReport {
  func manifest(_ result: RunResult) -> [Line] {
    let m = result.manifest
    let c = result.counts
    let islands = "\(ValueText.grouped(Int64(c.islands))) \(c.islands == 1 ? "island" : "islands")"
    let ran =
      "\(ValueText.grouped(c.events)) events in \(ValueText.grouped(c.ticks)) ticks, "
      + "\(ValueText.grouped(Int64(c.elements))) elements in \(islands)"
    var facts = [("ran", ran), ("version", m.version), ("source", m.sourceHash)]
    if !m.parameters.isEmpty {
      facts.append(("parameters", m.parameters.map { "\($0.name)=\($0.value.harmless)" }.joined(separator: " ")))
    }
    if let variant = m.variant { facts.append(("variant", variant.harmless)) }
    facts.append(("seed", "\(m.seed)"))
    facts.append(("state", "\(m.digest) at \(result.clock.text(c.reached))"))
    return section("Manifest", facts.flatMap { fact($0.0, $0.1) })
  }

  private func fact(_ name: String, _ text: String) -> [Line] {
    text.wrapped(to: width - 14).enumerated().map { k, part in
      var line = Line("  ")
      if k == 0 { line.add(name, .faint) }
      line.pad(to: 14)
      line.add(part)
      return line
    }
  }
}
