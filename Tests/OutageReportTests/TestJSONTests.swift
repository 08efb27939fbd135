import Foundation
import OutageKit
import OutageReport
import Testing

/// docs/test-json.md lists exactly what is printed.
@Suite struct TestJSONTests {
  private static let script = """
    var x = 0
    process p[2] { let seen = x; x = seen + 1 }
    never "lost" { p[0].finished and p[1].finished and x < 2 }
    """

  private func collect(_ value: Any, _ path: String, _ fields: inout Set<String>) {
    if let object = value as? [String: Any] {
      if path == "shard" { fields.insert(path) }
      for (key, inner) in object { collect(inner, path.isEmpty ? key : "\(path).\(key)", &fields) }
    } else if let items = value as? [[String: Any]], !items.isEmpty {
      for item in items { collect(item, path + "[]", &fields) }
    } else {
      fields.insert(path)
    }
  }

  @Test func thePageListsExactlyTheFieldsThatArePrinted() throws {
    let source = Source(name: "a.outage", text: Array(Self.script.utf8)) { _, _ in .failure(LoadError("none")) }
    let options = TrialOptions()
    let tests = TestCase.judge(source.trials(options).compactMap { source.attempt($0, options) }, isStrict: false)
    #expect(tests.map(\.outcome) == [.passed, .violated])
    var report = TestReport([TestedScript(path: "a.outage", cases: tests)])
    report.shard = (1, 2)
    let printed = testJSON(report, version: "1")
    let object = try #require(try JSONSerialization.jsonObject(with: Data(printed.utf8)) as? [String: Any])
    var emitted: Set<String> = []
    collect(object, "", &emitted)
    let page = try String(contentsOf: Corpus.root.appending(path: "docs/test-json.md"), encoding: .utf8)
    let listed = page.matches(of: /(?m)^\| `([^`]+)` \|/).map { String($0.1) }
    #expect(Set(listed).count == listed.count)
    #expect(emitted.subtracting(listed).sorted() == [], "printed, but not on the page")
    #expect(Set(listed).subtracting(emitted).sorted() == [], "on the page, but not printed")
    for outcome in TestOutcome.allCases { #expect(page.contains("- `\(outcome.rawValue)`")) }
  }
}
