import ArgumentParser
import OutageKit
import OutageSyntax

@main
struct Outage: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "outage",
    abstract: "Write down an outage and watch it happen.",
    discussion: """
      exit codes: 0 everything holds, 1 something is violated, 2 unknown (a limit was reached), 64 wrong usage, \
      65 the script is wrong, 66 a file cannot be read or written, 70 a fault of the program, 130 interrupted
      """,
    version: Version.text,
    subcommands: [
      RunCommand.self, ExploreCommand.self, ReplayCommand.self, CheckCommand.self, FormatCommand.self, ReplCommand.self,
    ],
    defaultSubcommand: ReplCommand.self)

  static func main() {
    Interrupt.watch()
    do {
      refuseUnknownCommand()
      var command = try parseAsRoot()
      try command.run()
    } catch {
      let code = exitCode(for: error)
      let text = fullMessage(for: error)
      if code == .success {
        Console.out(text.isEmpty ? "" : text + "\n")
        Console.quit(Exit.holds)
      }
      let isPlain = text.hasPrefix("Error: ")
      Console.tell((isPlain ? "outage: " + text.dropFirst(7) : text) + "\n")
      Console.quit(Exit.usage)
    }
  }

  /// A first word that is no command: the parser would only speak of unexpected arguments.
  private static func refuseUnknownCommand() {
    let words = CommandLine.arguments.dropFirst()
    guard let word = words.first == "help" ? words.dropFirst().first : words.first, !word.hasPrefix("-") else { return }
    let names = configuration.subcommands.compactMap { $0.configuration.commandName }
    if names.contains(word) || word == "help" { return }
    let nearest = Spelling.nearest(word, in: names).map { "did you mean \($0)? " } ?? ""
    Console.fail(
      Exit.usage, "there is no command \(word)", help: "\(nearest)There are: \(names.joined(separator: ", "))")
  }
}
