import Foundation
import OutageKit
import Testing

/// docs/trace-lines.md lists exactly the events and fields that traces have.
@Suite struct TraceTests {
  @Test func thePageListsExactlyWhatIsWritten() throws {
    var lines: [String] = []
    var options = RunOptions()
    options.trace = { lines.append($0) }
    _ = try Corpus.run("../traces/everything", options)

    var written: [String: Set<String>] = [:]
    var last: Int64 = 0
    for line in lines {
      #expect(line.hasSuffix("}\n"))
      let object = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
      let event = try #require(object["event"] as? String)
      let time = try #require(object["t"] as? Int64)
      #expect((object["node"] is String) != (event == "state"))
      #expect(time >= last)
      last = time
      written[event, default: []].formUnion(Set(object.keys).subtracting(["t", "event", "node"]))
    }

    let page = try String(contentsOf: Corpus.root.appending(path: "docs/trace-lines.md"), encoding: .utf8)
    var listed: [String: Set<String>] = [:]
    for row in page.matches(of: /(?m)^\| `([a-z_]+)` \| [^|]*\|([^|]*)\|/) {
      listed[String(row.1)] = Set(row.2.matches(of: /`([a-z]+)`/).map { String($0.1) })
    }
    #expect(Set(written.keys).symmetricDifference(listed.keys).sorted() == [])
    for (event, fields) in written { #expect(listed[event] == fields, "\(event)") }
  }
}
