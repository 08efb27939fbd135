import Foundation
import OutageEngine
import OutageKit

import OutageREPL

/// A session written down in Markdown: blocks marked `repl`, each a session of its own; lines that begin with `> ` are typed,
/// `+ ` goes on with the line before, everything else is answered.
struct Transcript {
  struct Step {
    var typed: String
    var answer: String
  }

  var sessions: [[Step]] = []

  init(_ text: String) {
    var inside = false
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      if !inside, line == "```repl" {
        inside = true
        sessions.append([])
      } else if inside, line == "```" {
        inside = false
      } else if inside {
        add(String(line))
      }
    }
  }

  /// The same text with other answers, asked of `answer` for each session and what is typed in it.
  static func rewritten(_ text: String, _ answer: (_ session: Int, _ typed: String) -> String) -> String {
    let sessions = Transcript(text).sessions
    var lines: [String] = []
    var inside = false
    var session = -1
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      if !inside, line == "```repl" {
        (inside, session) = (true, session + 1)
        lines.append(String(line))
        for step in sessions[session] {
          let typed = step.typed.split(separator: "\n", omittingEmptySubsequences: false)
          lines += typed.enumerated().map { ($0.offset == 0 ? "> " : "+ ") + $0.element }
          lines += answer(session, step.typed).split(separator: "\n", omittingEmptySubsequences: false).dropLast()
            .map(String.init)
        }
      } else if line == "```" || !inside {
        inside = false
        lines.append(String(line))
      }
    }
    return lines.joined(separator: "\n")
  }

  private mutating func add(_ line: String) {
    let last = sessions.count - 1
    if line.hasPrefix("> ") {
      sessions[last].append(Step(typed: String(line.dropFirst(2)), answer: ""))
    } else if line.hasPrefix("+ "), let step = sessions[last].indices.last, sessions[last][step].answer.isEmpty {
      sessions[last][step].typed += "\n" + line.dropFirst(2)
    } else if let step = sessions[last].indices.last {
      sessions[last][step].answer += line + "\n"
    }
  }
}

/// A session whose output is collected; files are those of the repository and those that it saves itself.
final class Desk {
  final class Output {
    var text = ""
    var files: [String: String] = [:]
    var isInterrupted = false
    /// Ctrl-C is pressed while a file is read.
    var interruptsAtRead = false
  }

  let output = Output()
  let session: Session
  private var pending = ""

  static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  init(_ options: LiveOptions = LiveOptions()) throws {
    let output = self.output
    func read(_ path: String) -> Result<[UInt8], HostFailure> {
      if output.interruptsAtRead { output.isInterrupted = true }
      if let saved = output.files[path] { return .success(Array(saved.utf8)) }
      guard let data = try? Data(contentsOf: Desk.root.appendingPathComponent(path)) else {
        return .failure(HostFailure("No such file or directory"))
      }
      return .success(Array(data))
    }
    var host = Host(
      write: { output.text += $0 }, complain: { output.text += $0 }, read: read,
      save: { path, text in
        output.files[path] = text
        return .success(())
      },
      append: { path, text in
        output.files[path, default: ""] += text
        return .success(())
      },
      load: { path, from in
        let name = (from.lastIndex(of: "/").map { String(from[...$0]) } ?? "") + path
        return read(name).map { LoadedFile(name: name, text: $0) }
      })
    host.isInterrupted = { output.isInterrupted }
    session = try Session(host, options: options)
  }

  /// What one line answers.
  @discardableResult
  func type(_ line: String) -> String {
    output.text = ""
    session.perform(line)
    return output.text
  }

  /// What many lines answer; with the codes with which each would end a session without a terminal.
  func typeAll(_ lines: String) -> String {
    lines.split(separator: "\n").map { type(String($0)) }.joined()
  }
}
