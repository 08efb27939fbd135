public import OutageEngine
public import OutageExplorer
import OutageModel
import OutageSemantics
import OutageSyntax

/// A counterexample as a script that a run follows.
public enum CounterexampleScript: Sendable {
  /// Its text, and the seed under which a run makes the same choices.
  case written(text: String, seed: UInt64)
  /// Why no run can take the path, or none that was tried did.
  case impossible(String)
}

extension Source {
  /// Writes a script that imports this one and fixes the order of steps of a counterexample, and makes sure that a run of
  /// it breaks the same property: what cannot be ordered (requests, time-outs) is left to times, and tried.
  /// - Parameters:
  ///   - property: what a search found, with its trace.
  ///   - processes: names of the processes that were explored.
  ///   - settings: parameters of the search.
  ///   - variant: of the search.
  ///   - path: how the new script names this one.
  ///   - memory: bytes of state that a run which is tried may take.
  ///   - isUnwanted: asked meanwhile, by any worker: the script is no longer wanted.
  ///   - load: gives the text of a file, as for `Source`.
  /// - Throws: `interrupted` where it is so.
  public func script(
    for property: ExploreResult.Property, of processes: [String], settings: [(String, String)], variant: String?,
    importing path: String, memory: Int = Budgets().memory,
    isUnwanted: @escaping @Sendable () -> Bool = { false },
    load: (_ path: String, _ from: String) -> Result<LoadedFile, LoadError>
  ) throws(RunProblem) -> CounterexampleScript {
    guard let program, let trace = property.trace else { return .impossible("there is no trace") }
    if property.kind == "recoverable" {
      return .impossible("a run takes one path, and cannot show that none leads back")
    }
    if trace.loop != nil { return .impossible("it goes on for ever, and a run ends") }
    let watch = Watch(isUnwanted)
    let values = try valuesThatDiffer(program, settings, variant, watch)
    let trial = Trial(property: property, values: values, path: path, memory: memory, watch: watch)
    let plans = OrderPlan.candidates(trace, processes)
    var another: CounterexampleScript?
    for plan in plans {
      // With one way to break it at hand, the first seed tells whether a plan takes the whole path.
      for seed in UInt64(1)...(plans.count == 1 ? 40 : 8) where another == nil || seed == 1 {
        let text = counterexampleText(property, plan, values, path, seed, program)
        switch try outcome(of: text, seed, trial, load) {
        case .samePath: return .written(text: text, seed: seed)
        case .otherPath where another == nil:
          let note = "# A run breaks it on the way: not every step of the order below is made.\n#\n"
          another = .written(text: note + text, seed: seed)
        case .otherPath, .holds: break
        }
      }
    }
    return another ?? .impossible(OrderPlan.obstacle(trace, processes))
  }

  private enum Outcome {
    /// The property is broken, and every order was made to its end.
    case samePath
    /// The property is broken.
    case otherPath
    case holds
  }

  /// What every script that is tried has in common.
  private struct Trial {
    var property: ExploreResult.Property
    var values: [(name: String, value: String)]
    /// How it names the script that was searched.
    var path: String
    var memory: Int
    var watch: Watch
  }

  private func outcome(
    of text: String, _ seed: UInt64, _ trial: Trial,
    _ load: (_ path: String, _ from: String) -> Result<LoadedFile, LoadError>
  ) throws(RunProblem) -> Outcome {
    let interruption = Interruption(trial.watch)
    let source = Source(name: "counterexample", text: Array(text.utf8), interruption: interruption) { wanted, from in
      if wanted == trial.path { return .success(LoadedFile(name: files[0].name, text: files[0].text)) }
      return load(wanted, from == "counterexample" ? files[0].name : from)
    }
    guard source.program != nil else { throw RunProblem(source.diagnostics) }
    var options = RunOptions()
    options.variant = trial.values.isEmpty ? nil : Self.variantName
    options.seed = seed
    options.budgets.memory = trial.memory
    options.watch = trial.watch
    options.halt = { _, _ in trial.watch.wantsToStop() ? .interrupted : .goOn }
    let result = try source.run(options)
    if case .interrupted = result.end { throw .interrupted }
    if !result.properties.contains(where: { $0.text == trial.property.text && $0.verdict == .violated }) { return .holds }
    return result.ordersLeft == 0 ? .samePath : .otherPath
  }

  private static let variantName = "counterexample"

  /// Parameters whose values differ from the script's own, as they would be written.
  private func valuesThatDiffer(
    _ program: CheckedProgram, _ settings: [(String, String)], _ variant: String?, _ watch: Watch
  ) throws(RunProblem) -> [(name: String, value: String)] {
    let asWritten = try image(interruption: Interruption(watch)).meta.params
    let explored = try imageToExplore(settings: settings, variant: variant, interruption: Interruption(watch)).meta
      .params
    return explored.filter { p in asWritten.first { $0.name == p.name }?.value != p.value }
  }

  private func counterexampleText(
    _ property: ExploreResult.Property, _ plan: OrderPlan, _ values: [(name: String, value: String)], _ path: String,
    _ seed: UInt64, _ program: CheckedProgram
  ) -> String {
    let steps = property.trace?.steps ?? []
    var out = "# The order of steps in which this is violated, written by `outage explore --as-script`:\n"
    out += "# \(property.kind) \"\(escaped(property.text))\"\n#\n"
    for (k, step) in steps.enumerated() {
      out +=
        "# \(k + 1). \(step.actor)" + (step.line > 0 ? ", line \(step.line)" : "")
        + (step.file.isEmpty ? "" : " of \(step.file.split(whereSeparator: \.isNewline).joined(separator: " "))")
        + ": \(step.text.split(whereSeparator: \.isNewline).joined(separator: " "))\n"
    }
    var command = "outage run THIS"
    if !values.isEmpty { command += " --variant \(Self.variantName)" }
    if seed != 1 { command += " --seed \(seed)" }
    out += "#\n# What to try: \(command)\n"
    out += "scenario \"\(escaped(program.scenario)): a counterexample\"\n"
    if program.clock.isWritten, let clock = clockText() { out += clock + "\n" }
    out += "import \"\(escaped(path))\"\n"
    if !values.isEmpty {
      out +=
        "variant \"\(Self.variantName)\" { " + values.map { "\($0.name) = \($0.value)" }.joined(separator: "; ")
        + " }\n"
    }
    return out + plan.timeline.map { $0 + "\n" }.joined()
  }

  /// The `clock` line of the script itself.
  private func clockText() -> String? {
    guard let file = files.first else { return nil }
    let lines = String(decoding: file.text, as: UTF8.self).split(separator: "\n")
    return lines.first { $0.hasPrefix("clock ") }.map { line in
      var text = line.prefix { $0 != "#" }
      while text.last == " " || text.last == ";" { text.removeLast() }
      return String(text)
    }
  }

  private func escaped(_ text: String) -> String {
    text.unicodeScalars.map { scalar in
      switch scalar {
      case "\\": "\\\\"
      case "\"": "\\\""
      case "{": "\\{"
      case "\n": "\\n"
      case _ where scalar.value < 0x20 || scalar.value == 0x7F: "\\u{\(String(scalar.value, radix: 16))}"
      default: String(scalar)
      }
    }.joined()
  }
}
