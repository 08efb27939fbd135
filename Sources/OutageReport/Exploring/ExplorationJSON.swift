public import OutageExplorer

// Explorations for machines. Keys stand in a fixed order, numbers are integers, nothing depends on the machine.

/// One object, with a list of explorations: one, or a row for each variant.
public func explorationJSON(
  _ results: [(name: String, result: ExploreResult)], file: String, version: String, digest: String
) -> String {
  var json = JSONWriter()
  json.object { json in
    json.field("format", "outage exploration 1")
    json.field("version", version)
    json.field("file", file)
    json.field("source", digest)
    json.list("explorations", results) { json, row in json.exploration(row.name, row.result) }
  }
  return json.text + "\n"
}

extension JSONWriter {
  package mutating func list<T>(_ name: String, _ values: [T], _ each: (inout JSONWriter, T) -> Void) {
    key(name)
    array(values, each)
  }

  fileprivate mutating func exploration(_ name: String, _ r: ExploreResult) {
    object { json in
      json.field("name", name)
      json.field("scenario", r.scenario)
      json.list("parameters", r.parameters) { json, p in json.pair(p.name, p.value) }
      json.list("bounds", r.bounds) { json, text in json.string(text) }
      if !r.outranked.isEmpty { json.list("outranked", r.outranked) { json, text in json.string(text) } }
      json.field("abandoned", r.abandoned)
      json.list("leftOut", r.leftOut) { json, text in json.string(text) }
      json.field("verdict", r.verdict.rawValue)
      json.field("states", r.states)
      json.field("transitions", r.transitions)
      json.field("depth", r.depth)
      json.field("bytes", r.bytes)
      if let bits = r.fingerprintBits, let n = r.missedOneIn {
        json.field("fingerprintBits", bits)
        json.field("missedOneIn", n)
      }
      if let symmetry = r.symmetry {
        json.list("symmetricArrays", symmetry.arrays) { json, name in json.string(name) }
        if let represented = symmetry.represented { json.field("representedStates", represented) }
        json.list("symmetryLeftOut", symmetry.leftOut) { json, one in json.pair(one.array ?? "", one.reason) }
      }
      if let partialOrder = r.partialOrder {
        json.field("partialOrder", r.isPartial)
        if let reason = partialOrder.leftOut { json.field("partialOrderLeftOut", reason) }
      }
      json.field("complete", r.isComplete)
      json.field("limit", r.limit.map(words))
      json.field("hint", r.hint)
      if let failure = r.failure {
        json.field("error", "\(failure.code): \(failure.message)")
        json.field("errorLine", failure.line)
        if !failure.file.isEmpty { json.field("errorFile", failure.file) }
      }
      json.list("processes", r.processes) { json, text in json.string(text) }
      if !r.uninvolved.isEmpty { json.list("uninvolved", r.uninvolved) { json, text in json.string(text) } }
      json.list("properties", r.properties) { json, p in json.property(p) }
      json.list("skipped", r.skipped) { json, s in json.pair(s.text, s.reason) }
      json.list("unreached", r.unreached) { json, s in json.pair("\(s.line)", s.text, file: s.file) }
      if let (all, met) = r.paths {
        json.field("paths", "\(all)")
        json.list("pathsByProperty", met) { json, m in
          let p = r.properties[m.property]
          json.object { json in
            json.field("kind", p.kind)
            json.field("text", p.text)
            json.field(p.kind == "sometimes" ? "reachingPaths" : "violatingPaths", "\(m.count)")
          }
        }
      }
    }
  }

  fileprivate mutating func pair(_ name: String, _ value: String, file: String = "") {
    object { json in
      json.field("name", name)
      json.field("value", value)
      if !file.isEmpty { json.field("file", file) }
    }
  }

  private mutating func property(_ p: ExploreResult.Property) {
    object { json in
      json.field("text", p.text)
      json.field("kind", p.kind)
      json.field("verdict", p.verdict.rawValue)
      json.field("meantViolated", p.isMeantViolated)
      json.field("reason", p.reason)
      json.field("line", p.line)
      if !p.file.isEmpty { json.field("file", p.file) }
      json.field("condition", p.condition)
      if let violating = p.violating { json.field("violating", violating) }
      json.field("vacuous", p.isVacuous)
      if let trace = p.trace {
        json.key("trace")
        json.trace(trace)
      }
    }
  }

  private mutating func trace(_ trace: ExploreResult.Trace) {
    object { json in
      if let loop = trace.loop { json.field("loop", loop) }
      json.field("switches", trace.switches)
      json.list("values", trace.values) { json, text in json.string(text) }
      json.list("steps", trace.steps) { json, s in
        json.object { json in
          json.field("kind", s.kind.rawValue)
          json.field("actor", s.actor)
          json.field("line", s.line)
          if !s.file.isEmpty { json.field("file", s.file) }
          json.field("text", s.text)
          if !s.label.isEmpty { json.field("label", s.label) }
          if !s.choices.isEmpty { json.list("choices", s.choices) { json, text in json.string(text) } }
          json.list("changes", s.changes) { json, text in json.string(text) }
        }
      }
    }
  }
}

func words(_ limit: ExploreResult.Limit) -> String {
  switch limit {
  case .states(let n): "states \(n)"
  case .memory(let n): "memory \(n)"
  case .time: "time"
  case .interrupted: "interrupted"
  }
}
