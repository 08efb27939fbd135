import ArgumentParser
import OutageEngine
import OutageKit
import OutageREPL
import OutageSyntax

#if Readline
  import OutageReadline
#endif

struct ReplCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "repl", abstract: "Open a prompt on a live world.",
    discussion: "Without a terminal the same commands are read without prompt or echo, up to the first error.")

  @Argument(help: "A script to open.") var file: String?
  @Option(name: [.customShort("c"), .customLong("command")], help: "Do a line, after all files, then leave; may be repeated.")
  var commands: [String] = []
  @Option(
    name: [.customShort("i"), .customLong("input")],
    help: "Do the lines of a file first; may be repeated. At a terminal the prompt follows, even if one fails.")
  var inputs: [String] = []
  @Option(name: .customLong("set"), help: ArgumentHelp("Give a parameter another value.", valueName: "name=value"))
  var settings: [String] = []
  @Option(help: "Use a variant of the script.") var variant: String?
  @Option(help: "Seed of all random numbers.") var seed: UInt64 = 1
  @Option(name: .customLong("max-events"), help: "Events that a world may handle.") var maxEvents: Int64?
  @Option(name: .customLong("max-memory"), help: "Bytes of state, such as 512M or 6G (default 8G, or 4/5 of what there is).") var maxMemory:
    String?
  @Option(name: .customLong("snapshots"), help: "Bytes that snapshots for going back may take (default 1G).")
  var snapshots: String?
  @OptionGroup var time: TimeLimit
  @Flag(name: .customLong("no-rc"), help: "Do not read ~/.outagerc.") var ignoresProfile = false

  mutating func run() throws {
    time.begin()
    let session: Session
    do { session = try Session(Prompt.host, options: try options()) } catch {
      Console.fail(.fault, "\(error)")
    }
    Console.quit(Prompt.run(session, self))
  }

  private func options() throws -> LiveOptions {
    var options = LiveOptions()
    options.settings = Console.settings(settings)
    options.variant = variant
    options.seed = seed
    options.workers = Resources.workers
    if let maxEvents {
      if maxEvents < 1 { Console.fail(.usage, "--max-events \(maxEvents)", help: "at least 1") }
      options.budgets.events = maxEvents
    }
    options.snapshotBytes = snapshots.map { Console.bytes($0, "--snapshots") } ?? min(1 << 30, Resources.memory / 4)
    options.budgets.memory = maxMemory.map { Console.bytes($0, "--max-memory") } ?? Resources.memory
    return options
  }
}
