import Dispatch
import OutageEngine
import OutageExplorer
import Synchronization

/// One run of a script, on one worker.
struct ScriptRun: Sendable {
  var script: Script
  var variant: String?
  var result: RunResult
  /// Every order of steps, where the header invites to it.
  var explored: ExploreResult?

  /// Every script in every variant, in the order of the table; made once for all tests, side by side.
  static let all: [Result<ScriptRun, ScriptProblem>] = {
    let cases = Script.all.flatMap { script in script.variants.map { (script, $0) } }
    return eachAtOnce(cases) { script, variant in
      do {
        let explored = script.isExplored ? try script.explore(variant: variant) : nil
        return .success(
          ScriptRun(script: script, variant: variant, result: try script.run(variant: variant), explored: explored))
      } catch {
        return .failure(ScriptProblem(command: script.command(variant: variant), reason: "\(error)"))
      }
    }
  }()

  static func of(_ script: Script) -> [ScriptRun] {
    all.compactMap { try? $0.get() }.filter { $0.script.name == script.name }
  }
}

/// A script that cannot be run, and the command that shows it.
struct ScriptProblem: Error, Sendable {
  var command: String
  var reason: String
}

/// Maps in as many threads as there are processors, and keeps the order.
func eachAtOnce<Case: Sendable, Outcome: Sendable>(
  _ cases: [Case], _ body: @Sendable (Case) -> Outcome
) -> [Outcome] {
  let made = Mutex<[Outcome?]>(Array(repeating: nil, count: cases.count))
  DispatchQueue.concurrentPerform(iterations: cases.count) { i in
    let outcome = body(cases[i])
    made.withLock { $0[i] = outcome }
  }
  return made.withLock { $0.compactMap(\.self) }
}
