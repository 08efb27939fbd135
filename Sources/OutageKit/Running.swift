import CShim
import OutageCompiler
public import OutageEngine
public import OutageModel
import OutageSemantics
public import OutageSyntax

public enum Version {
  public static let text = "0.1.0"

  /// `0.1.0 (1b08080c0ffe)`: with the commit, where the program was built as a release.
  public static var full: String {
    let commit = String(cString: outage_commit())
    return commit.isEmpty ? text : "\(text) (\(commit))"
  }
}

/// What a run may be told from outside.
public struct RunOptions {
  /// Parameters by name, values as written in a script.
  public var settings: [(String, String)] = []
  public var variant: String?
  public var seed: UInt64 = 1
  public var workers = 1
  /// A clock time or a duration; nil: the scenario's end.
  public var until: String?
  /// End at the tick of the first violation that is not meant, with a partial result.
  public var stopsOnViolation = false
  public var budgets = Budgets()
  /// The functions that the script declares as `extern fn`.
  public var host: [HostFunction] = []
  /// Gets every event as a line of JSON.
  public var trace: ((String) -> Void)?
  /// Asked from within long ticks and events, by any worker, whether to stop; `halt` then says why.
  public var watch: Watch?
  /// Asked between windows with the simulated time (ns) and the events so far.
  public var halt: (Int64, Int64) -> Halt = { _, _ in .goOn }
  public init() {}

  /// Asks from within long ticks and events, on any worker, whether to stop; `halt` then says why.
  public mutating func endWhen(_ wantsToStop: @escaping @Sendable () -> Bool) { watch = Watch(wantsToStop) }
}

extension Interruption {
  /// What ends a run ends the work before it.
  convenience init(_ watch: Watch?) { self.init(when: { watch?.wantsToStop() == true }) }
}

/// Why a script cannot be run with these options.
public enum RunProblem: Error {
  case usage(UsageProblem)
  /// The script is wrong for these parameters; of a statement or expression: it is wrong.
  case script([Diagnostic])
  /// A limit of the host was reached before anything ran.
  case budget(what: String, limit: String)
  /// What was asked for has no value now, or could not be done.
  case failed(RuntimeFailure)
  /// The host wanted no more of it before anything ran.
  case interrupted

  /// What there is to say of a script without a program or an image: nothing if the host wanted no more of it.
  init(_ diagnostics: [Diagnostic]) { self = diagnostics.isEmpty ? .interrupted : .script(diagnostics) }
  init(_ failure: CompileFailure) { self.init(failure.diagnostics) }
}

extension [Diagnostic] {
  /// They tell of what does not fit into the memory allowed: a limit, nothing that is wrong.
  public var areOfALimit: Bool { contains { $0.code == "E0624" } }
}

extension Source {
  /// The image for these parameters. What surely needs more than `memory` bytes of state is refused before it is built.
  public func image(
    settings texts: [(String, String)] = [], variant: String? = nil, host: [HostFunction] = [],
    memory: Int = .max, interruption: Interruption = Interruption()
  ) throws(RunProblem) -> Image {
    guard let program else { throw RunProblem(diagnostics) }
    let values: [Int: ParamValue]
    do { values = try OutageKit.settings(program, texts, variant: variant) } catch { throw .usage(error) }
    do {
      return try compile(
        program, settings: values, files: files, host: host, memory: memory, interruption: interruption)
    } catch { throw RunProblem(error) }
  }

  /// Whether these are parameters and a variant of the script; throws what is wrong.
  public func validate(settings texts: [(String, String)], variant: String?) throws(RunProblem) {
    guard let program else { throw .script(diagnostics) }
    do { _ = try OutageKit.settings(program, texts, variant: variant) } catch { throw .usage(error) }
  }

  /// Runs the script to its end, `until`, or a limit.
  public func run(_ options: RunOptions) throws(RunProblem) -> RunResult {
    let image = try image(
      settings: options.settings, variant: options.variant, host: options.host,
      memory: options.budgets.memory, interruption: Interruption(options.watch))
    return try run(image, options)
  }

  func run(_ image: Image, _ options: RunOptions) throws(RunProblem) -> RunResult {
    let clock = image.meta.clock
    var until = clock.duration
    if let text = options.until {
      guard let time = timeOfScenario(text, clock) else {
        throw .usage(
          UsageProblem("\(text) is not a time", help: "a clock time such as 02:25, or a duration such as 3h"))
      }
      guard 0...until ~= time else {
        let face = ClockFace(clock)
        throw .usage(
          UsageProblem("\(text) is not in the scenario", help: "from \(face.text(0)) to \(face.text(until))"))
      }
      until = time
    }
    let run = Run(
      image, seed: options.seed, workers: options.workers, budgets: options.budgets, watch: options.watch,
      trace: options.trace)
    run.stopsOnViolation = options.stopsOnViolation
    run.advance(to: until, halt: options.halt)
    return run.result(manifest: manifest(image, options), stoppedAt: until)
  }

  public func manifest(_ image: Image, _ options: RunOptions) -> Manifest {
    Manifest(
      version: Version.full, sourceHash: digest, parameters: image.meta.params, variant: options.variant,
      seed: options.seed)
  }
}

/// Nanoseconds since the start of `02:25` (the next such time after it), `2025-10-20 02:25`, `02:25 + 1d`, or `3h` (since the
/// start); nil: it is no time.
func timeOfScenario(_ text: String, _ clock: ImageMeta.Clock) -> Int64? {
  let input = parseInput(SourceFile(name: "time", text: Array(text.utf8)), index: 0)
  guard input.diagnostics.isEmpty, input.inputs.count == 1, case .expression(let e) = input.inputs[0],
    case .elapsed(let time)? = clock.begins.reading(of: e)
  else { return nil }
  return time
}

extension ImageMeta.Clock {
  var begins: ClockStart { ClockStart(day: day, time: start) }
}
