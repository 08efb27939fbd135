import OutageEngine

/// One run of a script, on one worker.
struct ScriptRun: Sendable {
  var script: Script
  var variant: String?
  var result: RunResult

  /// Every script in every variant, in the order of the table; made once for all tests.
  static let all: [Result<ScriptRun, ScriptProblem>] = Script.all.flatMap { script in
    script.variants.map { variant in
      do {
        return .success(ScriptRun(script: script, variant: variant, result: try script.run(variant: variant)))
      } catch {
        return .failure(ScriptProblem(command: script.command(variant: variant), reason: "\(error)"))
      }
    }
  }

  static func of(_ script: Script) -> [ScriptRun] {
    all.compactMap { try? $0.get() }.filter { $0.script.name == script.name }
  }
}

/// A script that cannot be run, and the command that shows it.
struct ScriptProblem: Error, Sendable {
  var command: String
  var reason: String
}
