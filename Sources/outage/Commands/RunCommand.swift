import ArgumentParser
import OutageEngine
import OutageKit
import OutageREPL
import OutageReport
import OutageSyntax

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
  @Option(help: "Threads; the result does not depend on it. Default: those that can run at once.") var workers: Int?
  @Option(help: "Stop at a clock time or after a duration.") var until: String?
  @Option(
    name: .customLong("stop-on"), help: "violated: stop at the tick of the first violation that is not meant.")
  var stopOn: StopOn?
  @Option(help: "text or json.") var format: Format = .text
  @Option(help: "Write every event to a file, as lines of JSON; - for standard output.") var trace: String?
  @Option(
    name: .customLong("max-events"), help: "Stop after this many events, with the verdict unknown (default 2 billion).")
  var maxEvents: Int64?
  @Option(name: .customLong("max-memory"), help: "Bytes of state, such as 512M or 6G (default 8G, or 4/5 of what there is).")
  var maxMemory: String?
  @OptionGroup var time: TimeLimit

  mutating func run() throws {
    time.begin()
    Console.outlivesItsReader = trace != "-"
    var options = options()
    let source = Console.source(file)
    Console.report(source.diagnostics, source.files)
    if source.program == nil { Console.quit(.script) }
    let traceFile = trace.map { openTrace($0) }
    if let traceFile { options.trace = { traceFile.add($0) } }
    let progress = Progress()
    options.endWhen { Interrupt.isDue }
    let limit = time.text
    options.halt = { time, events in
      if Interrupt.isSignalled { return .interrupted }
      if Interrupt.isDue { return .timeIsUp(limit: limit) }
      progress.show(time, events, wallSeconds())
      return .goOn
    }
    let result: RunResult
    do { result = try source.run(options) } catch {
      progress.clear()
      Console.refuse(error, source)
    }
    progress.clear()
    traceFile?.close()
    // From here on there is a verdict, whoever reads it.
    Console.outlivesItsReader = true
    tell(result, source)
    if let trace, let failure = traceFile?.failure, !failure.isInterrupted {
      Console.fail(.file, "\(trace): \(failure.reason)")
    }
    Console.quit(code(of: result))
  }

  private func options() -> RunOptions {
    var options = RunOptions()
    options.settings = Console.settings(settings)
    options.variant = variant
    options.seed = seed
    options.until = until
    options.stopsOnViolation = stopOn == .violated
    options.workers = Console.workers(workers)
    options.budgets.memory = maxMemory.map { Console.bytes($0, "--max-memory") } ?? Resources.memory
    if let maxEvents {
      if maxEvents < 1 { Console.fail(.usage, "--max-events \(maxEvents)", help: "at least 1") }
      options.budgets.events = maxEvents
    }
    return options
  }

  private func openTrace(_ path: String) -> TraceFile {
    if format == .json, Files.isOutput(path) {
      Console.fail(.usage, "--trace \(path) with --format json", help: "name a file for the trace")
    }
    if Files.isSame(path, file) { Console.fail(.usage, "--trace \(path)", help: "that is the script itself") }
    do { return try TraceFile(path) } catch {
      if error.isInterrupted { Console.leave() }
      Console.fail(.file, "\(path): \(error.reason)")
    }
  }

  private func tell(_ result: RunResult, _ source: Source) {
    switch format {
    case .json: Console.out(renderJSON(result))
    case .text:
      let report = TextReport(width: Console.width, color: Console.wantsColor(1), unicode: Console.showsUnicode)
      Console.out(report.render(result))
    }
    if let failed = result.failedEvent { Console.report([failed], source.files) }
  }

  private func code(of result: RunResult) -> Exit {
    if case .failed = result.end { return .script }
    if case .interrupted = result.end { return Interrupt.code ?? .interrupted }
    return switch result.verdict {
    case .holds: .holds
    case .violated: .violated
    case .unknown: .unknown
    }
  }
}
