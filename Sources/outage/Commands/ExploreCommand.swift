import ArgumentParser
import OutageEngine
import OutageExplorer
import OutageKit
import OutageREPL
import OutageReport
import OutageSyntax

struct ExploreCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explore", abstract: "Search every order of steps for one in which it goes wrong.")

  enum Format: String, ExpressibleByArgument, CaseIterable { case text, json, mermaid, sarif }

  @Argument(help: "The script; - for standard input.") var file: String
  @Option(name: .customLong("set"), help: ArgumentHelp("Give a parameter another value.", valueName: "name=value"))
  var settings: [String] = []
  @Option(help: "Use a variant of the script; all: a table of all of them.") var variant: String?
  @Option(help: ArgumentHelp("A table of all values of a parameter.", valueName: "name[=value,…]")) var vary: [String] =
    []
  @Option(name: .customLong("property"), help: "Only this property (may be repeated).") var properties: [String] = []
  @Flag(help: "Search on past violations and count violating states.") var all = false
  @Flag(name: .customLong("count-paths"), help: "Count complete paths, and those that end in a violation.")
  var countPaths = false
  @Flag(help: "Steps never reached and premises never true are failures.") var strict = false
  @Option(help: "Threads; the result does not depend on it. Default: those that can run at once.") var workers: Int?
  @Option(name: .customLong("abandoned"), help: "Requests in hand at once that nobody waits for.")
  var abandoned = 1
  @Option(name: .customLong("max-states"), help: "Stop after about this many states, with the verdict unknown.")
  var maxStates: Int?
  @Option(name: .customLong("max-memory"), help: "Bytes of the process, such as 512M or 6G (default 8G, or 4/5 of what there is; at least 48M).")
  var maxMemory: String?
  @OptionGroup var time: TimeLimit
  @Flag(help: "Keep fingerprints of states, not states: less memory, a small chance of a miss.")
  var compact = false
  @Flag(help: "Keep one of all states that differ only in which of identical processes is where.")
  var symmetry = false
  @Flag(
    name: .customLong("partial-order"),
    help: "Leave out orders of steps that no property can tell apart; no path need be the shortest then.")
  var partialOrder = false
  @Option(
    name: .customLong("as-script"),
    help: ArgumentHelp("Write the first counterexample as a script that a run follows.", valueName: "file"))
  var asScript: String?
  @Option(help: "text, json, mermaid (a sequence diagram) or sarif.") var format: Format = .text

  mutating func run() throws {
    time.begin()
    Console.outlivesItsReader = true
    var options = ExplorationOptions()
    options.settings = Console.settings(settings)
    options.search.properties = properties
    options.search.countsAll = all
    options.search.countsPaths = countPaths
    options.search.abandoned = abandoned
    options.search.isCompact = compact
    options.search.usesSymmetry = symmetry
    options.search.usesPartialOrder = partialOrder
    options.search.workers = Console.workers(workers)
    try limits(&options)
    refuseContradictions(options)
    let source = Console.source(file)
    Console.report(source.diagnostics, source.files)
    if source.program == nil { Console.quit(.script) }
    let progress = Progress()
    options.search.memoryInUse = Console.residentBytes
    options.endWhen { Interrupt.isDue }
    let begun = wallSeconds()
    options.halt = { seen in
      if Interrupt.isSignalled { return .interrupted }
      if Interrupt.isDue { return .timeIsUp }
      progress.show(seen, since: begun, wallSeconds())
      return .goOn
    }
    let cases = cases(source)
    var results: [(name: String, result: ExploreResult)] = []
    var found: (result: ExploreResult, options: ExplorationOptions)?
    for one in cases ?? [ExplorationCase(name: "", settings: [], variant: variant)] {
      var own = options
      own.settings = one.settings + options.settings
      own.variant = one.variant ?? (variant == "all" ? nil : variant)
      let result = explore(source, own, progress)
      results.append((one.name, result))
      if found == nil, Self.counterexample(result) != nil { found = (result, own) }
    }
    progress.clear()
    if let fault = results.lazy.compactMap(\.result.fault).first {
      Console.fail(Exit.fault, "a fault of this program: \(fault.harmless)", help: "please report it with the script")
    }
    Console.out(render(results, isTable: cases != nil, source))
    Console.report(results.compactMap(\.result.failedStep), source.files)
    if let asScript { writeScript(asScript, found, source) }
    finish(results.map(\.result), isTable: cases != nil, source)
  }

  /// Options that would undo each other, and files that would be lost.
  private func refuseContradictions(_ options: ExplorationOptions) {
    if vary.count > 1 { Console.fail(.usage, "--vary \(vary[1])", help: "one parameter is varied at a time") }
    if let vary = vary.first, variant == "all" {
      Console.fail(.usage, "--vary \(vary) with --variant all", help: "one table at a time")
    }
    let varied = vary.first.map { String($0.prefix { $0 != "=" }) }
    if let varied, options.settings.contains(where: { $0.0 == varied }) {
      Console.fail(.usage, "--set \(varied) with --vary \(varied)", help: "a parameter is set or varied")
    }
    guard let asScript else { return }
    if file == "-" {
      Console.fail(.usage, "--as-script \(asScript)", help: "what is written imports the script: give it as a file")
    }
    if asScript == "-", format != .text {
      Console.fail(.usage, "--as-script - with --format \(format.rawValue)", help: "name a file for the script")
    }
    if Files.isSame(asScript, file) {
      Console.fail(.usage, "--as-script \(asScript)", help: "that is the script itself")
    }
  }

  private func limits(_ options: inout ExplorationOptions) throws {
    if abandoned < 0 || abandoned > 16 { Console.fail(.usage, "--abandoned \(abandoned)", help: "from 0 to 16") }
    if let maxStates {
      if maxStates < 1 { Console.fail(.usage, "--max-states \(maxStates)", help: "at least 1") }
      options.search.maxStates = maxStates
    }
    // Below it, what a search cannot count would be more than a tenth.
    options.search.maxMemory =
      maxMemory.map { Console.bytes($0, "--max-memory", megabytes: 48) } ?? Resources.memory
  }

  /// Several explorations for a table, or nil.
  private func cases(_ source: Source) -> [ExplorationCase]? {
    if let vary = vary.first {
      do { return try source.cases(varying: vary) } catch { Console.fail(.usage, error.message, help: error.help) }
    }
    return variant == "all" ? source.casesOfVariants : nil
  }

  private func explore(_ source: Source, _ options: ExplorationOptions, _ progress: Progress) -> ExploreResult {
    do { return try source.explore(options) } catch {
      progress.clear()
      Console.refuse(error, source)
    }
  }

  private func render(_ results: [(name: String, result: ExploreResult)], isTable: Bool, _ source: Source) -> String {
    // Texts of a script from somebody else do not reach the terminal as they are.
    let shown = results.map { (name: $0.name, result: $0.result.harmless) }
    let file = file == "-" ? "standard input" : file
    switch format {
    case .json: return explorationJSON(results, file: file, version: Version.full, digest: source.digest)
    case .mermaid: return mermaid(shown)
    case .sarif: return sarif(results, file: file, version: Version.full)
    case .text:
      let report = ExplorationText(width: Console.width, color: Console.wantsColor(1), unicode: Console.showsUnicode)
      return isTable ? report.table(shown) : report.render(shown[0].result)
    }
  }

  private static func counterexample(_ result: ExploreResult) -> ExploreResult.Property? {
    result.properties.first { $0.verdict == .violated && $0.trace != nil }
  }

  private func writeScript(
    _ path: String, _ found: (result: ExploreResult, options: ExplorationOptions)?, _ source: Source
  ) {
    guard let (result, options) = found, let property = Self.counterexample(result)
    else { return Console.error("no counterexample to write\n") }
    do {
      let script = try source.script(
        for: property, of: result.processes, settings: options.settings, variant: options.variant,
        importing: relative(to: path), memory: options.search.maxMemory, isUnwanted: { Interrupt.isDue },
        load: Files.load)
      guard case .written(let text, _) = script else {
        if case .impossible(let reason) = script {
          Console.tell("outage: no script for \"\(property.text)\": \(reason)\n")
        }
        return
      }
      if path == "-" { return Console.out(text) }
      Console.write(text, to: path)
    } catch {
      if case .interrupted = error {
        return Console.error("outage: no script for \"\(property.text)\": there was no time to look for one\n")
      }
      Console.refuse(error, source)
    }
  }

  /// How a script at `path` names the one that is explored: beside it by its name alone, elsewhere by its full path.
  private func relative(to path: String) -> String {
    let folder = Files.folder(file)
    return folder == Files.folder(path) ? String(file.dropFirst(folder.count)) : Files.full(file)
  }

  private func finish(_ results: [ExploreResult], isTable: Bool, _ source: Source) -> Never {
    if Interrupt.isSignalled { Console.quit(Interrupt.code ?? .interrupted) }
    if results.contains(where: { $0.failure != nil }) { Console.quit(.script) }
    if results.contains(where: { $0.verdict == .violated || strict && $0.hasBlindSpots }) {
      Console.quit(.violated)
    }
    Console.quit(results.contains { $0.verdict == .unknown } ? .unknown : .holds)
  }
}
