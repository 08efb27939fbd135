import OutageEngine

/// Tests for machines; docs/test-json.md has a line for each field.
public func testJSON(_ report: TestReport, version: String) -> String {
  var json = JSONWriter()
  json.object { json in
    json.field("schema", "outage.test/1")
    json.field("version", version)
    json.field("outcome", report.outcome.rawValue)
    json.field("end", report.end.rawValue)
    json.key("shard")
    if let shard = report.shard {
      json.object { json in
        json.field("part", shard.part)
        json.field("of", shard.of)
        json.field("elsewhere", report.elsewhere)
      }
    } else {
      json.null()
    }
    json.key("counts")
    json.object { json in
      json.field("scripts", report.scripts.count)
      for outcome in TestOutcome.allCases { json.field(outcome.rawValue, report.count(outcome)) }
    }
    json.list("scripts", report.scripts) { json, script in
      json.object { json in
        json.field("path", script.path)
        json.field("outcome", script.outcome.rawValue)
        json.list("tests", script.cases) { json, test in json.test(test) }
      }
    }
  }
  return json.text + "\n"
}

extension JSONWriter {
  fileprivate mutating func test(_ test: TestCase) {
    object { json in
      json.field("name", test.name)
      json.key("seed")
      if case .run(let seed) = test.kind { json.raw(String(seed)) } else { json.null() }
      json.field("variant", test.variant)
      json.field("outcome", test.outcome.rawValue)
      json.field("as_pinned", test.isUnknownAsPinned)
      json.field("extent", test.extent)
      json.field("command", test.command)
      json.list("remarks", test.remarks) { json, text in json.string(text) }
      json.list("blind_spots", test.blindSpots) { json, text in json.string(text) }
      json.list("gone", test.difference.gone) { json, text in json.string(text) }
      json.list("new", test.difference.new) { json, text in json.string(text) }
      json.list("properties", test.properties) { json, p in
        json.object { json in
          json.field("text", p.text)
          json.field("kind", p.kind)
          json.field("verdict", p.verdict.rawValue)
          json.field("meant_violated", p.isMeantViolated)
          json.field("outcome", p.outcome.rawValue)
          json.field("shown_elsewhere", p.isShownElsewhere)
          json.field("reason", p.reason)
          json.field("file", p.file)
          json.field("line", p.line)
        }
      }
    }
  }
}
