import ArgumentParser
import OutageEngine
import OutageExplorer
import OutageKit
import OutageREPL
import OutageReport
import OutageSyntax

struct ReplayCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "replay", abstract: "Walk saved counterexamples through a script, step by step.",
    usage: "outage replay TRACE FILE [options]",
    discussion: """
      outage explore race.outage --format json > trace.json
      outage replay trace.json race.outage

      Ends with 0 when every trace still fits: its steps can be made and violate the same property. A script that was \
      changed makes them no longer fit: then it says at which step, and what can be done there instead.
      """)

  @Argument(help: ArgumentHelp("What outage explore --format json wrote; - for standard input.")) var trace: String
  @Argument(help: "The script.") var file: String
  @Option(
    name: .customLong("set"),
    help: ArgumentHelp("Give a parameter another value than the trace was found with.", valueName: "name=value"))
  var settings: [String] = []
  @Option(name: .customLong("property"), help: "Only the trace of this property (may be repeated).")
  var properties: [String] = []
  @OptionGroup var time: TimeLimit

  mutating func run() throws {
    time.begin()
    Console.outlivesItsReader = true
    let settings = Console.settings(settings)
    var saved = savedTraces()
    if saved.isEmpty, properties.isEmpty {
      Console.out("\(trace.harmless): there is no trace in it, and nothing to replay\n")
      Console.quit(.holds)
    }
    for k in saved.explorations.indices where !properties.isEmpty {
      saved.explorations[k].traces.removeAll { !properties.contains($0.property) }
    }
    if saved.isEmpty {
      Console.fail(
        .usage, "\(trace): there is no trace of \(properties.map { "\"\($0)\"" }.joined(separator: ", "))")
    }
    let source = Console.source(file)
    Console.report(source.diagnostics, source.files)
    if source.program == nil { Console.quit(.script) }
    let report = ReplayText(width: Console.width, color: Console.wantsColor(1), unicode: Console.showsUnicode)
    var fits = true
    for exploration in saved.explorations where !exploration.traces.isEmpty {
      let replay = replay(exploration, settings, source)
      for name in replay.missing { Console.error("outage: the script has no parameter \(name.harmless): left out\n") }
      if !exploration.name.isEmpty { Console.out(exploration.name.harmless + "\n") }
      for result in replay.results {
        Console.out(report.render(result))
        if case .fits = result.outcome { continue }
        fits = false
      }
    }
    Console.quit(fits ? .holds : .violated)
  }

  private func savedTraces() -> SavedTraces {
    let bytes = Console.read(trace)
    do {
      return try SavedTraces(bytes, Console.interruption)
    } catch {
      if Interrupt.isDue { Console.leave() }
      Console.fail(.script, "\(trace): \(error.message)")
    }
  }

  private func replay(
    _ exploration: SavedTraces.Exploration, _ settings: [(String, String)], _ source: Source
  ) -> ReplayOfExploration {
    do {
      return try source.replay(exploration, settings: settings, memory: Resources.memory, interruption: Console.interruption)
    } catch { Console.refuse(error, source) }
  }
}
