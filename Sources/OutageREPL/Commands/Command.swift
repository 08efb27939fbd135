/// A command of the session: what help, completion and the reference say of it, and what it does.
package struct Command {
  enum Group: String, CaseIterable {
    case time = "Time"
    case stops = "Stops"
    case looking = "Looking"
    case whatIf = "What if"
    case session = "The session"
  }

  /// What may be completed after it.
  enum Argument {
    case nothing, expression, node, property, label, parameter, variant, fork, file, mode, topic
  }

  package var name: String
  package var aliases: [String] = []
  var group: Group
  /// After the name: `[n]`, `until TIME|EXPR`.
  var form: String
  /// One line, imperative.
  var summary: String
  /// What else there is to know.
  var details: String
  var example: String
  var argument: Argument
  /// Doing it again is part of doing the session again.
  var changes: Bool
  /// With a `!` after its name it does what it would refuse otherwise.
  var mayBeForced: Bool
  var run: (Session, String) throws(Complaint) -> Void

  init(
    _ name: String, aliases: [String] = [], _ group: Group, form: String = "", _ summary: String,
    details: String = "", example: String, argument: Argument = .nothing, changes: Bool = false,
    mayBeForced: Bool = false,
    run: @escaping (Session, String) throws(Complaint) -> Void
  ) {
    self.name = name
    self.aliases = aliases
    self.group = group
    self.form = form
    self.summary = summary
    self.details = details
    self.example = example
    self.argument = argument
    self.changes = changes
    self.mayBeForced = mayBeForced
    self.run = run
  }

  /// How the page of the command begins.
  package var pageHead: String {
    "# `\(usage)`\n\n\(summary)" + (details.isEmpty ? "" : " \(details)") + "\n"
      + (aliases.isEmpty ? "" : "\nAlso \(aliases.map { "`:\($0)`" }.joined(separator: ", ")).\n")
  }

  var usage: String { ":\(name)" + (form.isEmpty ? "" : " \(form)") }
}

/// All commands, in the order in which help lists them.
package enum CommandTable {
  package static var all: [Command] { time + stops + looking + whatIf + session }

  package static func command(_ word: String) -> Command? {
    all.first { $0.name == word || $0.aliases.contains(word) }
  }

  /// The page that lists every command: `docs/repl/README.md`.
  package static func reference() -> String {
    var page = """
      # The prompt

      `outage` opens an empty world, `outage repl FILE` that of a script. A line that begins with a colon is a command;
      anything else is the language: expressions are printed, statements and faults act now, items join the live world.
      Each command has a page with a session that a test runs.


      """
    for group in Command.Group.allCases {
      page += "## \(group.rawValue)\n\n| command | what it does |\n|---|---|\n"
      for command in all where command.group == group {
        let usage = command.usage.replacing("|", with: "\\|")
        page += "| [`\(usage)`](\(command.name).md) | \(command.summary) |\n"
      }
      page += "\n"
    }
    return page
  }
}
