import Foundation
import OutageEngine
import OutageKit
import OutageReport
import Testing

/// docs/run-json.md lists exactly what is printed, and JSON and text agree.
@Suite struct SchemaTests {
  @Test func thePageListsExactlyTheFieldsThatArePrinted() throws {
    var emitted: Set<String> = []
    for name in Corpus.names {
      let object = try parsed(renderJSON(Corpus.result(name)))
      collect(object, "", &emitted)
    }
    let page = try String(contentsOf: Corpus.root.appending(path: "docs/run-json.md"), encoding: .utf8)
    let listed = page.matches(of: /(?m)^\| `([^`]+)` \|/).map { String($0.1) }
    #expect(Set(listed).count == listed.count)
    #expect(emitted.subtracting(listed).sorted() == [], "printed, but not on the page")
    #expect(Set(listed).subtracting(emitted).sorted() == [], "on the page, but not printed")
  }

  @Test("same keys in every element", arguments: Corpus.names) func fieldsAreAlwaysThere(_ name: String) throws {
    let object = try parsed(renderJSON(Corpus.result(name)))
    for (key, value) in object {
      guard let items = value as? [[String: Any]], let first = items.first else { continue }
      for item in items { #expect(Set(item.keys) == Set(first.keys), "\(key)") }
    }
  }

  @Test("verdicts and figures are those of the text", arguments: Corpus.names)
  func agrees(_ name: String) throws {
    let result = try Corpus.result(name)
    let object = try parsed(renderJSON(result))
    let text = TextReport(width: 200, color: false, unicode: true).render(result)
    let words = Set(text.split(whereSeparator: \.isWhitespace).map(String.init))

    let verdicts = text.split(separator: "\n").drop { $0 != "Verdicts" }.map(String.init)
    for p in try #require(object["properties"] as? [[String: Any]]) {
      let claim = "\(try string(p, "kind")) \"\(try string(p, "text"))\""
      let reason = try string(p, "reason")
      let k = try #require(
        verdicts.firstIndex { $0.hasSuffix(claim) || $0.hasSuffix("\(claim)  \(reason)") }, "\(claim)")
      let isShort = verdicts[k].hasSuffix(reason)
      let own = verdicts[k].replacing(claim, with: "").replacing(reason, with: "").filter { $0 != " " }
      let words = (own.isEmpty ? verdicts[k - 1] : verdicts[k]).replacing(claim, with: "").replacing(reason, with: "")
        .trimmingCharacters(in: .whitespaces).dropFirst(2)
      let verdict = try string(p, "verdict")
      if try #require(p["meant_violated"] as? Bool) {
        #expect(words == (verdict == "violated" ? "violated, as meant" : "holds, but is meant to be violated"))
      } else {
        #expect(words == verdict)
      }
      #expect(isShort || verdicts[k + 1].hasSuffix(reason))
      let place = "line \(try #require(p["line"] as? Int)): \(try string(p, "condition"))"
      #expect(verdicts[k + (isShort ? 1 : 2)].hasSuffix(place))
    }
    for m in try #require(object["measures"] as? [[String: Any]]) {
      let known = try #require(result.measures.first { $0.name == m["name"] as? String })
      for key in ["last", "min", "mean", "p50", "p90", "p99", "p99_9", "max"] {
        #expect(words.contains(quantity(try #require(m[key] as? Double), known.unit, result.clock)), "\(key)")
      }
    }
    for r in try #require(object["requests"] as? [[String: Any]]) {
      let name = try string(r, "name")
      let rows = text.split(separator: "\n").filter { $0.split(separator: " ").first.map(String.init) == name }
        .map { Set($0.split(separator: " ").map(String.init)) }
      let isService = try string(r, "kind") == "service"
      let counts = ["arrived", "completed", "failed", "in_hand"] + (isService ? ["refused", "dropped", "wasted"] : [])
      for key in counts {
        let shown = ValueText.grouped(try #require(r[key] as? Int64))
        #expect(rows.contains { $0.contains(shown) }, "\(name) \(key) \(shown)")
      }
      if r["completed"] as? Int == 0 { continue }
      for key in ["mean_ns", "p50_ns", "p90_ns", "p99_ns", "p99_9_ns", "max_ns"] {
        let shown = ValueText.duration(Int64((try #require(r[key] as? Double)).rounded()))
        #expect(rows.contains { $0.contains(shown) }, "\(name) \(key) \(shown)")
      }
    }
    for e in try #require(object["story"] as? [[String: Any]]) where try string(e, "kind") == "fault" {
      #expect(text.contains(try string(e, "text")) || text.contains("more like this"))
      #expect(text.contains(try string(e, "at")))
    }
    let manifest = try #require(object["manifest"] as? [String: Any])
    #expect(words.contains(try string(manifest, "source")))
    #expect(words.contains("\(try #require(manifest["seed"] as? UInt64))"))
    for (name, value) in try #require(manifest["parameters"] as? [String: String]) {
      #expect(text.contains("\(name)=\(value)"))
    }
    #expect(text.contains("\(try string(object, "verdict"))"))
  }

  @Test("percentiles rise and none is above the maximum", arguments: ["1s", "2s", "5s", "20s", "1h"])
  func percentilesRise(_ until: String) throws {
    var options = RunOptions()
    options.until = until
    for name in ["verdicts", "collapse"] {
      for r in try Corpus.run(name, options).responses {
        let times = [r.p50, r.p90, r.p99, r.p999, r.max]
        #expect(times == times.sorted(), "\(name) \(r.name)")
      }
    }
  }

  @Test func whatJSONHasNoNumberForIsNull() throws {
    var json = JSONWriter()
    json.array([0.1, .nan, .infinity, -0.0, 1e300, 3, -2.5e-300]) { $0.number($1) }
    #expect(json.text == "[0.1,\nnull,\nnull,\n0,\n1e+300,\n3,\n-2.5e-300]")
  }

  @Test func everyTextComesBackAsItWas() throws {
    var all = String.UnicodeScalarView()
    for v in UInt32(0)..<0x3000 { if let scalar = Unicode.Scalar(v) { all.append(scalar) } }
    for text in ["", "\"\\/\u{8}\u{C}\n\r\t", "e\u{301} \u{1F4A5} \u{2028}", String(all)] {
      var json = JSONWriter()
      json.object { $0.field("text", text) }
      let back = try #require(try parsed(json.text)["text"] as? String)
      #expect(Array(back.unicodeScalars) == Array(text.unicodeScalars))
    }
  }

  // MARK: Reading

  private func parsed(_ text: String) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
  }

  private func string(_ object: [String: Any], _ key: String) throws -> String {
    try #require(object[key] as? String, "\(key)")
  }

  private func collect(_ value: Any, _ path: String, _ fields: inout Set<String>) {
    switch value {
    case let object as [String: Any] where object.isEmpty: if path != "manifest.parameters" { fields.insert(path) }
    case let object as [String: Any] where !path.isEmpty || object["schema"] != nil:
      for (key, inner) in object {
        let name = path == "manifest.parameters" ? "*" : key
        collect(inner, path.isEmpty ? name : "\(path).\(name)", &fields)
      }
    case let items as [[String: Any]]: for item in items { collect(item, path + "[]", &fields) }
    case let items as [Any]
    where items.isEmpty && ["properties", "story", "measures", "requests", "series"].contains(path):
      break
    default: fields.insert(path)
    }
  }
}
