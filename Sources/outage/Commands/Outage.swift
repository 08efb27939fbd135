import ArgumentParser
import OutageKit

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
    subcommands: [RunCommand.self, CheckCommand.self, FormatCommand.self])

  static func main() {
    Interrupt.watch()
    do {
      var command = try parseAsRoot()
      try command.run()
    } catch {
      let code = exitCode(for: error)
      let text = fullMessage(for: error)
      if code == .success {
        Console.out(text.isEmpty ? "" : text + "\n")
        Console.quit(Exit.holds)
      }
      Console.error(text + "\n")
      Console.quit(Exit.usage)
    }
  }
}
