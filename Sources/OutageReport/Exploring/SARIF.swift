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
        json.list("invocations", [0]) { json, _ in json.invocation(results) }
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
  /// Whether the searches came to their ends, and what kept them from it.
  fileprivate mutating func invocation(_ results: [(name: String, result: ExploreResult)]) {
    let notes = results.flatMap { row in
      unfinished(row.result).map { (level: $0.level, text: $0.text + (row.name.isEmpty ? "" : " (\(row.name))")) }
    }
    object { json in
      json.field("executionSuccessful", !notes.contains { $0.level == "error" })
      json.list("toolExecutionNotifications", notes) { json, note in
        json.object { json in
          json.field("level", note.level)
          json.message(note.text)
        }
      }
    }
  }

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
            json.message(([step.element.text] + step.element.effects).joined(separator: "; "))
          }
        }
      }
    }
  }

  fileprivate mutating func message(_ text: String) {
    key("message")
    object { $0.field("text", text) }
  }

  private mutating func place(_ file: String, _ line: Int) {
    key("physicalLocation")
    object { json in
      json.key("artifactLocation")
      json.object { $0.field("uri", Escape.reference(file)) }
      json.key("region")
      json.object { $0.field("startLine", max(1, line)) }
    }
  }
}

/// What a search has not decided, and why.
private func unfinished(_ r: ExploreResult) -> [(level: String, text: String)] {
  var notes: [(level: String, text: String)] = []
  if let failure = r.failure { notes.append(("error", "\(failure.code): \(failure.message)")) }
  if let limit = r.limit { notes.append(("error", "the search ended early: \(words(limit))")) }
  for p in r.properties where p.verdict == .unknown {
    notes.append((r.limit == nil ? "warning" : "error", "\(p.kind) \"\(p.text)\" is unknown: \(p.reason)"))
  }
  notes += r.skipped.map { ("warning", "\"\($0.text)\" was not judged: \($0.reason)") }
  return notes
}
