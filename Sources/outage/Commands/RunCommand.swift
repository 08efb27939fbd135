import ArgumentParser
import OutageEngine
import OutageKit
import OutageReport
import OutageSyntax
import Synchronization

struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Run a script and tell what happens.",
    usage: "outage run FILE [options]",
    discussion: """
      outage run race.outage --set enactors=3 --seed 7
      outage run race.outage --variant fenced --until 02:25
      outage run race.outage --format json | jq .verdict
      """)

  enum StopOn: String, ExpressibleByArgument, CaseIterable { case violated }
  enum Format: String, ExpressibleByArgument, CaseIterable { case text, json }

  @Argument(help: "The script; - for standard input.") var file: String
  @Option(name: .customLong("set"), help: ArgumentHelp("Give a parameter another value.", valueName: "name=value"))
  var settings: [String] = []
  @Option(help: "Use a variant of the script.") var variant: String?
  @Option(help: "Seed of all random numbers.") var seed: UInt64 = 1
  @Option(help: "Threads; the result does not depend on it. Default: the cores.") var workers: Int?
  @Option(help: "Stop at a clock time or after a duration.") var until: String?
  @Option(
    name: .customLong("stop-on"), help: "violated: stop at the tick of the first violation that is not meant.")
  var stopOn: StopOn?
  @Option(help: "text or json.") var format: Format = .text
  @Option(help: "Write every event to a file, as lines of JSON; - for standard output.") var trace: String?
  @Option(
    name: .customLong("max-events"), help: "Stop after this many events, with the verdict unknown (default 2 billion).")
  var maxEvents: Int64?
  @Option(name: .customLong("max-memory"), help: "Bytes of state, such as 512M or 6G (default 8G).")
  var maxMemory: String?
  @Option(name: .customLong("max-time"), help: "Wall-clock time, such as 30s.") var maxTime: String?

  mutating func run() throws {
    var options = RunOptions()
    options.settings = Console.settings(settings)
    options.variant = variant
    options.seed = seed
    options.until = until
    options.stopsOnViolation = stopOn == .violated
    options.workers = Console.workers(workers)
    if let maxEvents {
      if maxEvents < 1 { Console.fail(Exit.usage, "--max-events \(maxEvents)", help: "at least 1") }
      options.budgets.events = maxEvents
    }
    if let maxMemory { options.budgets.memory = Console.bytes(maxMemory, "--max-memory") }
    var deadline = Double.infinity
    let begun = wallSeconds()
    if let maxTime {
      guard let seconds = Amount.seconds(maxTime) else {
        Console.fail(Exit.usage, "--max-time \(maxTime)", help: "a duration, such as 30s or 5m")
      }
      deadline = begun + seconds
    }
    let source = Console.source(file, deadline: deadline)
    Console.report(source.diagnostics, source.files)
    if source.program == nil { Console.quit(Exit.script) }

    var traceFile: TraceFile?
    if let trace {
      if trace == "-", format == .json {
        Console.fail(Exit.usage, "--trace - with --format json", help: "name a file for the trace")
      }
      if Files.isSame(trace, file) { Console.fail(Exit.usage, "--trace \(trace)", help: "that is the script itself") }
      let opened = TraceFile(trace)
      guard opened.isOpen else { Console.fail(Exit.file, "\(trace): \(Files.reason())") }
      options.trace = { opened.add($0) }
      traceFile = opened
    }
    let limit = maxTime ?? ""
    let end = deadline
    options.endWhen { Interrupt.isDue(end) }
    let progress = Progress()
    options.halt = { time, events in
      if Interrupt.seen.load(ordering: .relaxed) { return .interrupted }
      let now = wallSeconds()
      if now > deadline { return .timeIsUp(limit: limit) }
      progress.show(time, events, now)
      return .goOn
    }
    let result: RunResult
    do { result = try source.run(options) } catch {
      progress.clear()
      Console.refuse(error, source)
    }
    progress.clear()
    if let traceFile, !traceFile.close() { Console.fail(Exit.file, "\(trace ?? ""): \(Files.reason())") }
    switch format {
    case .json: Console.out(renderJSON(result))
    case .text:
      let report = TextReport(width: Console.width, color: Console.wantsColor(1), unicode: Console.showsUnicode)
      Console.out(report.render(result))
    }
    if case .failed(let failure) = result.end {
      let span = Span(file: failure.file, start: failure.from, end: failure.to)
      let who = failure.subject.isEmpty ? "" : " in \(failure.subject)"
      Console.report(
        [
          Diagnostic(
            code: failure.code, failure.message, at: span, label: "at \(result.clock.text(failure.time))\(who)")
        ],
        source.files)
      Console.quit(Exit.script)
    }
    if case .interrupted = result.end { Console.quit(Exit.interrupted) }
    switch result.verdict {
    case .holds: Console.quit(Exit.holds)
    case .violated: Console.quit(Exit.violated)
    case .unknown: Console.quit(Exit.unknown)
    }
  }
}
