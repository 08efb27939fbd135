import OutageExplorer
import OutageModel
import OutageReport
import OutageSyntax
import Synchronization

/// What a search of every order of steps found.
///
/// ```swift
/// let found = try program.explore(parameters: ["fix": "fencing"])
/// print(found.verdict, found.states, found.rendered(.text))
/// ```
public struct Exploration: Sendable {
  public struct Budgets: Sendable {
    public var states = 100_000_000
    /// Of states and all that the search keeps.
    public var bytes = 1 << 30
    public var wallTime: WallTime?
    public init() {}
  }

  public struct Options: Sendable {
    /// Values as written in a script.
    public var parameters: [String: String] = [:]
    public var variant: String?
    /// Properties to look at, by name; empty: all that a search can judge.
    public var properties: [String] = []
    /// Threads, the caller included, from 1 to 1024. No result depends on it.
    public var workers = 1
    /// Keep one of all states that differ only in which of identical processes is where. Verdicts stay; `states` counts
    /// those that are kept.
    public var usesSymmetry = false
    /// Leave out orders of steps that no property can tell apart. Verdicts stay; `states` counts those that are kept, and
    /// counterexamples need not be the shortest. Where it cannot be used, everything is searched.
    public var usesPartialOrder = false
    public var budgets = Budgets()
    public var cancellation = Cancellation()
    public init() {}
  }

  /// Of a search that runs.
  public struct Progress: Sendable, Hashable {
    public var states: Int
    /// States that wait to be expanded.
    public var frontier: Int
    public var bytes: Int
    /// Steps from the start.
    public var depth: Int
  }

  public enum Format: String, Sendable, CaseIterable { case text, json }

  let result: ExploreResult
  private let digest: String
  private let name: String
  /// Why the search ended before all was seen; what is said holds for what was seen.
  public let limit: Limit?

  init(_ result: ExploreResult, _ program: Program, _ options: Options, _ bound: CallBound) {
    self.result = result
    digest = program.digest
    name = program.source.files[0].name
    limit =
      switch result.limit {
      case .states(let n): .states(n)
      case .memory: .bytes(options.budgets.bytes)
      case .time, .interrupted: bound.limit
      case nil: nil
      }
  }

  public var verdict: Report.Verdict { Report.Verdict(rawValue: result.verdict.rawValue) ?? .unknown }
  public var states: Int { result.states }
  public var transitions: Int { result.transitions }
  /// The longest of the shortest paths from the start, in steps.
  public var depth: Int { result.depth }
  public var bytes: Int { result.bytes }

  public var properties: [Property] {
    result.properties.map { p in
      Property(
        name: p.text, kind: p.kind, verdict: Report.Verdict(rawValue: p.verdict.rawValue) ?? .unknown,
        outcome: Report.Verdict(rawValue: p.outcome.rawValue) ?? .unknown, reason: p.reason,
        steps: p.trace?.steps.map {
          Step(actor: $0.actor, text: $0.text, line: $0.line, file: $0.file, changes: $0.changes)
        })
    }
  }

  public struct Property: Sendable, Hashable {
    public var name: String
    public var kind: String
    public var verdict: Report.Verdict
    /// With `meant violated` taken into account.
    public var outcome: Report.Verdict
    public var reason: String
    /// A shortest path to the violation, or to what came true.
    public var steps: [Step]?
  }

  public struct Step: Sendable, Hashable {
    /// `enactor[0]`
    public var actor: String
    public var text: String
    /// From 1; 0: none.
    public var line: Int
    /// The file of the line, if that is not the script itself.
    public var file = ""
    /// `endpoint.version 0 → 3`
    public var changes: [String]
  }

  /// For people, or as JSON.
  public func rendered(_ format: Format) -> String {
    switch format {
    case .text: ExplorationText(width: 80, color: false, unicode: true).render(result)
    case .json: explorationJSON([("", result)], file: name, version: Program.version, digest: digest)
    }
  }
}

extension Program {
  /// Searches every order of steps for one in which a property is violated.
  /// - Parameters:
  ///   - options: parameters, properties, bounds of the search.
  ///   - progress: called now and then, on the calling thread.
  /// - Throws: the program has errors, an option is wrong, or there is nothing to search.
  public func explore(_ options: Exploration.Options = .init(), progress: (Exploration.Progress) -> Void = { _ in })
    throws(Refusal) -> Exploration
  {
    guard (1...1024).contains(options.workers) else {
      throw Refusal("\(options.workers) workers", help: "from 1 to 1024")
    }
    guard isSound else { throw Refusal(problems.filter { $0.severity == .error }, limit: limit) }
    let bound = CallBound(options.cancellation)
    bound.begin(options.budgets.wallTime)
    var search = ExplorationOptions()
    search.settings = options.parameters.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    search.variant = options.variant
    let failures = HostFailures()
    search.host = functions.map(failures.hearing)
    search.search.properties = options.properties
    search.search.workers = options.workers
    search.search.usesSymmetry = options.usesSymmetry
    search.search.usesPartialOrder = options.usesPartialOrder
    search.search.maxStates = options.budgets.states
    search.search.maxMemory = options.budgets.bytes
    search.watch = Watch { bound.isReached }
    let result: Result<ExploreResult, RunProblem> = withoutActuallyEscaping(progress) { progress in
      search.halt = { now in
        progress(Exploration.Progress(states: now.states, frontier: now.frontier, bytes: now.bytes, depth: now.depth))
        if !bound.isReached { return .goOn }
        return bound.cancellation.isCancelled ? .interrupted : .timeIsUp
      }
      defer { search.halt = { _ in .goOn } }
      return Result { () throws(RunProblem) in try source.explore(search) }
    }
    switch result {
    case .success(var found):
      if let fault = found.fault { throw Refusal("a fault of this program: \(fault)") }
      if let failure = found.failure { found.failure?.message = failures.told(failure.message) }
      return Exploration(found, self, options, bound)
    case .failure(let problem): throw Refusal(problem, source.files, options.budgets.bytes, bound)
    }
  }
}

/// What functions of the host said when they failed: a search knows only that one did.
private final class HostFailures: Sendable {
  private let heard = Mutex<Set<String>>([])
  private static let most = 1000

  func hearing(_ function: HostFunction) -> HostFunction {
    var function = function
    function.onFailure = { [self] words in heard.withLock { if $0.count < Self.most { $0.insert(words) } } }
    return function
  }

  /// The message of a failure, in the words of the host. Several workers may have heard several: the first in order of
  /// letters, so that the order in which they failed changes nothing.
  func told(_ message: String) -> String {
    guard let words = heard.withLock({ $0.min() }) else { return message }
    return message.replacing(Trouble.host.words, with: words)
  }
}
