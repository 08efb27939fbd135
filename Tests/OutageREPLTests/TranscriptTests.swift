import Foundation
import OutageKit
import Testing

import OutageREPL

/// Every session in the documentation is done again and answers what is written there. With OUTAGE_RECORD=1 the answers are
/// written anew, and the tests fail; what a session saves stays in memory.
@Suite struct TranscriptTests {
  static let pages: [String] = ["docs", "docs/repl", "docs/errors"].flatMap { folder in
    let names =
      (try? FileManager.default.contentsOfDirectory(atPath: Desk.root.appendingPathComponent(folder).path)) ?? []
    return names.filter { $0.hasSuffix(".md") }.sorted().map { "\(folder)/\($0)" }
  }.filter {
    (try? String(contentsOf: Desk.root.appendingPathComponent($0), encoding: .utf8))?.contains("\n```repl\n") ?? false
  }

  private func text(_ path: String) throws -> String {
    try String(contentsOf: Desk.root.appendingPathComponent(path), encoding: .utf8)
  }

  @Test("a session in the documentation answers what is written there", arguments: pages)
  func page(_ path: String) throws {
    if ProcessInfo.processInfo.environment["OUTAGE_RECORD"] != nil { return try record(path) }
    for session in Transcript(try text(path)).sessions {
      let desk = try Desk()
      for step in session {
        let answer = desk.type(step.typed)
        #expect(answer == step.answer, "\(path): \(step.typed)\n\(answer)")
      }
    }
  }

  private func record(_ path: String) throws {
    let old = try text(path)
    var desks: [Desk] = []
    for _ in Transcript(old).sessions { desks.append(try Desk()) }
    let new = Transcript.rewritten(old) { desks[$0].type($1) }
    if new == old { return }
    try new.write(to: Desk.root.appendingPathComponent(path), atomically: true, encoding: .utf8)
    Issue.record("\(path) was written anew: read the difference")
  }

  @Test("every command has a page with a session in which it is typed", arguments: CommandTable.all.map(\.name))
  func commandHasPage(_ name: String) throws {
    let command = try #require(CommandTable.command(name))
    let page = try text("docs/repl/\(name).md")
    #expect(page.hasPrefix(command.pageHead))
    let typed = Transcript(page).sessions.joined().map(\.typed)
    #expect(typed.contains { $0 == ":\(name)" || $0.hasPrefix(":\(name) ") })
  }

  @Test("the reference is what the table of commands says")
  func reference() throws {
    #expect(try text("docs/repl/README.md") == CommandTable.reference())
  }

  @Test("names of commands are told apart")
  func names() {
    let words = CommandTable.all.flatMap { [$0.name] + $0.aliases }
    #expect(Set(words).count == words.count)
  }

  @Test("examples of help topics parse", arguments: HelpTopics.all.map(\.name))
  func topic(_ name: String) throws {
    let desk = try Desk()
    let answer = desk.type(":help \(name)")
    #expect(answer.contains("example: "))
    let topic = try #require(HelpTopics.all.first { $0.name == name })
    #expect(!desk.session.world.isUnfinished(topic.example))
    #expect(desk.session.world.parses(topic.example))
  }
}
