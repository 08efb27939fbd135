import ArgumentParser
import OutageKit
import OutageREPL
import OutageReport
import OutageSyntax

struct TestCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "test", abstract: "Test scripts: run each, and search the orders of its steps.",
    usage: "outage test [options] PATH...",
    discussion: """
      outage test scripts --seeds 1..5
      outage test scripts --format junit=report.xml --format github
      outage test scripts --shard 2/4

      Every file .outage under the paths is run, and searched where it has processes and properties that orders of steps \
      decide. A test passes when all that the script states holds, or is violated as meant. What did not pass is told at \
      the end, with the command that does it again.
      """)

  @Argument(help: "Scripts, and folders of scripts.") var paths: [String]
  @Option(help: "Of the runs: 1..5, 7, or 1,4,9.") var seeds = "1"
  @Flag(help: "Test every variant of each script as well.") var variants = false
  @Flag(name: .customLong("no-explore"), help: "Run the scripts, and search no orders of steps.") var runsOnly = false
  @Flag(help: "Steps never reached, premises never true, and what no search can decide do not pass.") var strict = false
  @Option(
    help: ArgumentHelp(
      "text, junit, github, json or markdown; may be repeated. Without a file it is printed.",
      valueName: "format[=file]"))
  var format: [TestFormat] = []
  @Option(help: ArgumentHelp("Test one part of the scripts, such as 2/4.", valueName: "part/of")) var shard: String?
  @Flag(help: "Write what is found beside each script, as NAME.expected; later tests are compared with it.")
  var update = false
  @Flag(name: .customLong("exit-zero"), help: "End with 0 whatever the tests find.") var exitZero = false
  @Option(help: "Tests at once; the result does not depend on it. Default: those that can run at once.") var workers: Int?
  @Option(
    name: .customLong("max-states"),
    help: "Of each search: stop after about this many states, with the verdict unknown.")
  var maxStates = 100_000
  @Option(name: .customLong("max-events"), help: "Of each run: stop after this many events (default 2 billion).")
  var maxEvents: Int64?
  @Option(name: .customLong("max-memory"), help: "Bytes of each test, such as 1G; at least 48M.") var maxMemory = "512M"
  @OptionGroup var time: TimeLimit

  mutating func run() throws {
    time.begin()
    Console.outlivesItsReader = true
    let options = options()
    let formats = formats()
    let shard = shard.map { text in
      guard let shard = Shard(text) else { Console.fail(.usage, "--shard \(text)", help: "a part and their number, such as 2/4") }
      return shard
    }
    if paths.contains("-") { Console.fail(.usage, "-", help: "name files or folders: a test can be made again") }
    var finder = ScriptFinder()
    let empty = paths.compactMap { finder.add($0) }
    let found = finder.found.filter { shard?.has($0.path) ?? true }
    var report = TestReport(Tester(options, Console.workers(workers), isUpdate: update).test(found))
    report.shard = shard.map { ($0.part, $0.of) }
    report.elsewhere = finder.found.count - found.count
    if Interrupt.isDue { report.end = Interrupt.isSignalled ? .interrupted : .time }
    let isWritten = finish(&report, formats)
    for path in empty { Console.tell("outage: \(path): there is no script in it\n") }
    Console.quit(code(of: report, isWhole: isWritten && empty.isEmpty))
  }

  private func options() -> TrialOptions {
    var options = TrialOptions()
    guard let seeds = Seeds.read(seeds) else {
      Console.fail(.usage, "--seeds \(seeds)", help: "such as 1..5, 7, or 1,4,9; at most \(Seeds.most)")
    }
    options.seeds = seeds
    options.coversVariants = variants
    options.searches = !runsOnly
    options.isStrict = strict
    if maxStates < 1 { Console.fail(.usage, "--max-states \(maxStates)", help: "at least 1") }
    options.maxStates = maxStates
    if let maxEvents, maxEvents < 1 { Console.fail(.usage, "--max-events \(maxEvents)", help: "at least 1") }
    options.maxEvents = maxEvents
    options.memory = Console.bytes(maxMemory, "--max-memory", megabytes: 48)
    options.wantsToStop = { Interrupt.isDue }
    return options
  }

  /// One goes to standard output: the text, where nothing else does.
  private func formats() -> [TestFormat] {
    let printed = format.filter { $0.file == nil }
    if printed.count > 1 {
      let words = printed.map { "--format \($0.kind.rawValue)" }.joined(separator: " ")
      Console.fail(.usage, words, help: "one can be printed: write --format \(printed[1].kind.rawValue)=FILE")
    }
    let files = format.compactMap(\.file)
    if let twice = files.first(where: { file in files.count { $0 == file || Files.isSame($0, file) } > 1 }) {
      Console.fail(.usage, "--format to \(twice) twice", help: "name another file")
    }
    return printed.isEmpty ? format + [TestFormat(kind: .text)] : format
  }

  /// Writes what was found; what cannot be written is told, and the rest is written all the same.
  private func finish(_ report: inout TestReport, _ formats: [TestFormat]) -> Bool {
    var isWritten = true
    func write(_ text: String, to path: String) {
      do { try Files.write(text, to: path) } catch {
        isWritten = false
        Console.tell("outage: \(path): \(error.reason)\n")
      }
    }
    for k in report.scripts.indices {
      let script = report.scripts[k]
      if update, report.end == .complete, let text = Pinned.text(of: script) {
        let path = Pinned.path(of: script.path)
        if (try? Files.read(path)) != Array(text.utf8) { write(text, to: path) }
      }
    }
    for format in formats {
      let text = format.render(report)
      if let file = format.file { write(text, to: file) } else { Console.out(text) }
    }
    return isWritten
  }

  private func code(of report: TestReport, isWhole: Bool) -> Exit {
    if Interrupt.isSignalled { return Interrupt.code ?? .interrupted }
    let outcome = report.outcome
    if outcome == .fault { return .fault }
    if !isWhole || outcome == .file { return .file }
    if exitZero { return .holds }
    return switch outcome {
    case .passed, .notSearched: .holds
    case .unknown: .unknown
    case .violated, .changed: .violated
    case .script: .script
    case .file: .file
    case .fault: .fault
    }
  }
}
