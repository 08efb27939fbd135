public import OutageExplorer

/// SARIF 2.1.0: one result for each violated property, its counterexample a code flow with one thread flow a process.
public func sarif(_ results: [(name: String, result: ExploreResult)], file: String, version: String) -> String {
  var json = JSONWriter()
  json.object { json in
    json.field("$schema", "https://json.schemastore.org/sarif-2.1.0.json")
    json.field("version", "2.1.0")
    json.list("runs", [0]) { json, _ in
      json.object { json in
        json.key("tool")
        json.object { json in
          json.key("driver")
          json.object { json in
            json.field("name", "outage")
            json.field("version", version)
          }
        }
        let violated = results.flatMap { row in
          row.result.properties.filter { $0.verdict == .violated }.map { (row.name, $0) }
        }
        json.list("results", violated) { json, one in json.result(one.0, one.1, file) }
      }
    }
  }
  return json.text + "\n"
}

extension JSONWriter {
  fileprivate mutating func result(_ name: String, _ p: ExploreResult.Property, _ file: String) {
    object { json in
      json.field("ruleId", p.kind)
      json.field("level", p.isMeantViolated ? "note" : "error")
      json.message("\(p.text): \(p.reason)" + (name.isEmpty ? "" : " (\(name))"))
      json.list("locations", [p.line]) { json, line in json.object { $0.place(p.file.isEmpty ? file : p.file, line) } }
      guard let trace = p.trace else { return }
      var actors: [String] = []
      for step in trace.steps where !actors.contains(step.actor) { actors.append(step.actor) }
      json.list("codeFlows", [0]) { json, _ in
        json.object { json in
          json.list("threadFlows", actors) { json, actor in json.threadFlow(actor, trace, file) }
        }
      }
    }
  }

  private mutating func threadFlow(_ actor: String, _ trace: ExploreResult.Trace, _ file: String) {
    object { json in
      json.field("id", actor)
      json.list("locations", trace.steps.enumerated().filter { $0.element.actor == actor }) { json, step in
        json.object { json in
          json.field("executionOrder", step.offset + 1)
          json.key("location")
          json.object { json in
            json.place(step.element.file.isEmpty ? file : step.element.file, step.element.line)
            json.message(([step.element.text] + step.element.changes).joined(separator: "; "))
          }
        }
      }
    }
  }

  private mutating func message(_ text: String) {
    key("message")
    object { $0.field("text", text) }
  }

  private mutating func place(_ file: String, _ line: Int) {
    key("physicalLocation")
    object { json in
      json.key("artifactLocation")
      json.object { $0.field("uri", reference(file)) }
      json.key("region")
      json.object { $0.field("startLine", max(1, line)) }
    }
  }
}

/// A path as a reference of RFC 3986: what is not allowed there is written in hexadecimal.
private func reference(_ path: String) -> String {
  var out = ""
  for byte in path.utf8 {
    let isPlain = (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
    if isPlain || "-._~/".utf8.contains(byte) {
      out.unicodeScalars.append(Unicode.Scalar(byte))
    } else {
      let digits = String(byte, radix: 16, uppercase: true)
      out += byte < 16 ? "%0" + digits : "%" + digits
    }
  }
  return out
}
