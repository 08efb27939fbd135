import Foundation
import Testing

/// README.md, docs/commands.md and Tests/Transcripts/*.md say what the program prints: each command is run and compared. With
/// OUTAGE_RECORD=1 the pages are written anew, and the tests fail.
@Suite struct TranscriptTests {
  static let pages: [String] = {
    let folder = Program.root.appending(path: "Tests/Transcripts").path
    let names = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).filter { $0.hasSuffix(".md") }
    return ["README.md", "docs/commands.md"] + names.sorted().map { "Tests/Transcripts/" + $0 }
  }()

  @Test(arguments: pages) func printsWhatThePageSays(_ page: String) throws {
    let place = Program.root.appending(path: page)
    let transcript = Transcript(try String(contentsOf: place, encoding: .utf8))
    let folder = try Program.newFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    var outcomes: [(range: Range<Int>, shown: [String])] = []
    for step in transcript.steps {
      switch step {
      case .file(let name, let text):
        try text.write(to: folder.appending(path: name), atomically: true, encoding: .utf8)
      case .command(let line, let expected):
        let shown = Transcript.shown(try Program.shell(line, in: folder))
        outcomes.append((expected, shown))
        if !Self.isRecording {
          #expect(shown == Array(transcript.lines[expected]), "\(page): $ \(line)\n\(shown.joined(separator: "\n"))")
        }
      }
    }
    #expect(!outcomes.isEmpty, "a page without commands")
    if Self.isRecording { try record(outcomes, transcript, place) }
  }

  private static let isRecording = ProcessInfo.processInfo.environment["OUTAGE_RECORD"] != nil

  private func record(_ outcomes: [(range: Range<Int>, shown: [String])], _ transcript: Transcript, _ place: URL) throws
  {
    var lines = transcript.lines
    for outcome in outcomes.reversed() { lines.replaceSubrange(outcome.range, with: outcome.shown) }
    try lines.joined(separator: "\n").write(to: place, atomically: true, encoding: .utf8)
    Issue.record("\(place.lastPathComponent) was written anew: read the difference")
  }
}
