import ArgumentParser
import OutageKit
import OutageREPL
import OutageSyntax

struct Outage: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "outage",
    abstract: "Write down an outage and watch it happen.",
    discussion: """
      exit codes: 0 everything holds, 1 something is violated, 2 unknown (a limit was reached), 64 wrong usage, \
      65 the script is wrong, 66 a file cannot be read or written, 70 a fault of the program, 130 Ctrl-C (143 SIGTERM, \
      129 SIGHUP, 131 SIGQUIT), 141 nobody reads what is written
      """,
    version: Version.full,
    subcommands: [
      RunCommand.self, ExploreCommand.self, TestCommand.self, ReplayCommand.self, CheckCommand.self, FormatCommand.self,
      ReplCommand.self,
    ],
    defaultSubcommand: ReplCommand.self)

  /// - Parameter words: what stands behind the program's name.
  static func start(_ words: [String]) -> Never {
    Console.openStandardFiles()
    Interrupt.watch()
    do {
      refuseUnknownCommand(words)
      var command = try parse(command: words)
      try command.run()
    } catch {
      let code = exitCode(for: error)
      let text = fullMessage(for: error)
      if code == .success {
        Console.out(text.isEmpty ? "" : text + "\n")
        Console.quit(.holds)
      }
      let isPlain = text.hasPrefix("Error: ")
      Console.tell((isPlain ? "outage: " + text.dropFirst(7) : text) + "\n")
      Console.quit(.usage)
    }
    Console.quit(.holds)
  }

  /// A command is parsed without the others, in half of the time. What that refuses, help included, is the whole
  /// program's to tell of.
  private static func parse(command words: [String]) throws -> any ParsableCommand {
    let named = configuration.subcommands.first { $0.configuration.commandName == words.first }
    if let named, let command = try? named.parseAsRoot(Array(words.dropFirst())), type(of: command) == named {
      return command
    }
    return try parseAsRoot(words)
  }

  /// A first word that is no command: the parser would only speak of unexpected arguments.
  private static func refuseUnknownCommand(_ words: [String]) {
    guard let word = words.first == "help" ? words.dropFirst().first : words.first, !word.hasPrefix("-") else { return }
    let names = configuration.subcommands.compactMap { $0.configuration.commandName }
    if names.contains(word) || word == "help" { return }
    let nearest = Spelling.nearest(word, in: names).map { "did you mean \($0)? " } ?? ""
    Console.fail(
      .usage, "there is no command \(word)", help: "\(nearest)There are: \(names.joined(separator: ", "))")
  }
}

/// The program begins here, under the name that the package manager gives to `main`. Words are taken as they come: Swift's
/// own list reads them from /proc, or from the environment's neighbourhood, and where there is neither it has none.
@c(outage_main) public func main(_ count: Int32, _ words: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> Int32 {
  let texts = (0..<Int(count)).map { k in words[k].map { String(cString: $0) } ?? "" }
  Outage.start(Array(texts.dropFirst()))
}
