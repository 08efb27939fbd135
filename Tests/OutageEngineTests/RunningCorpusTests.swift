import Foundation
import OutageEngine
import OutageKit
import Testing

/// `Tests/Corpus/running`: small scripts that say on their lines what happens there, and when.
///
/// In `ok`, `log "heard"  # at 3s, 5s` (or `never`), or, for several or computed texts, `# "turn 2" at 2s # "turn 3" never`.
/// In `error`, `# error E0701: division by zero`: how the run ends, and on which line.
@Suite struct RunningCorpusTests {
  static let ok = Bench.scripts("Tests/Corpus/running/ok")
  static let error = Bench.scripts("Tests/Corpus/running/error")

  static func text(_ path: String) throws -> String {
    try String(contentsOf: Bench.root.appending(path: path), encoding: .utf8)
  }

  @Test func theCorpusIsThere() {
    #expect(Self.ok.count >= 24)
    #expect(Self.error.count >= 25)
  }

  /// Log text → times, as written in the comments.
  static func expectedLogs(_ text: String) -> [String: String] {
    var logs: [String: String] = [:]
    for line in text.split(separator: "\n") {
      let parts = line.split(separator: "# ").dropFirst()
      for part in parts {
        if let match = part.wholeMatch(of: /at (.+?) */), let said = line.firstMatch(of: /log "([^"]*)"/) {
          logs[String(said.1)] = String(match.1)
        } else if let match = part.wholeMatch(of: /"([^"]*)" at (.+?) */) {
          logs[String(match.1)] = String(match.2)
        } else if part.firstMatch(of: /^"([^"]*)" never *$/) == nil {
          Issue.record("not an expectation: \(part)")
        }
      }
    }
    return logs
  }

  @Test(arguments: ok) func eachLogIsWrittenWhenItsLineSays(_ path: String) throws {
    let text = try Self.text(path)
    let expected = Self.expectedLogs(text)
    #expect(!expected.isEmpty)
    let result = try Bench.run(text)
    #expect("\(result.end)" == "reachedEnd")
    var found: [String: [String]] = [:]
    for event in result.story where event.kind == .log {
      found[event.text, default: []].append(ValueText.duration(event.time))
    }
    #expect(found.mapValues { $0.joined(separator: ", ") } == expected)
  }

  @Test(arguments: error) func eachRunEndsWithTheDiagnosticOfItsLine(_ path: String) throws {
    let text = try Self.text(path)
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let marked = lines.indices.filter { lines[$0].contains("# error ") }
    let line = try #require(marked.first)
    let expected = String(lines[line].split(separator: "# error ")[1])
    let result = try Bench.run(text)
    guard case .failed(let failure) = result.end else {
      Issue.record("\(path) ends with \(result.end)")
      return
    }
    let found = "\(failure.code): \(failure.message)"
    #expect(expected.count == 5 ? failure.code == expected : found == expected, "\(found)")
    let place = text.utf8.prefix(Int(failure.from)).count { $0 == UInt8(ascii: "\n") }
    #expect(place == line, "\(found)")
    #expect(failure.to > failure.from)
    #expect(result.verdict == .violated)
  }
}
