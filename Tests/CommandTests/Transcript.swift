import Foundation

/// A Markdown page of sessions. A fenced block with a name behind its language (```` ```outage race.outage ````) is a file
/// in the session's folder; a block `console` holds `$ command` lines, each with exactly what it prints and, when its
/// exit code is not 0, a line `[exit 65]`.
struct Transcript {
  enum Step {
    case file(name: String, text: String)
    /// `expected` are lines of the page.
    case command(String, expected: Range<Int>)
  }
  var lines: [String]
  private(set) var steps: [Step] = []

  init(_ text: String) {
    lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    var k = 0
    while k < lines.count {
      let words = lines[k].split(separator: " ").map(String.init)
      k += 1
      guard let fence = words.first, fence.hasPrefix("```"), fence == "```console" || words.count > 1 else { continue }
      let end = lines[k...].firstIndex { $0 == "```" } ?? lines.count
      if fence == "```console" {
        addCommands(k..<end)
      } else {
        steps.append(.file(name: words[1], text: lines[k..<end].joined(separator: "\n") + "\n"))
      }
      k = end + 1
    }
  }

  private mutating func addCommands(_ range: Range<Int>) {
    let starts = range.filter { lines[$0].hasPrefix("$ ") }
    for (start, end) in zip(starts, starts.dropFirst() + [range.upperBound]) {
      steps.append(.command(String(lines[start].dropFirst(2)), expected: start + 1..<end))
    }
  }

  /// What a command printed, as it stands on a page.
  static func shown(_ outcome: Program.Outcome) -> [String] {
    var lines = outcome.output.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    if lines.last == "" { lines.removeLast() }
    return outcome.code == 0 ? lines : lines + ["[exit \(outcome.code)]"]
  }
}
