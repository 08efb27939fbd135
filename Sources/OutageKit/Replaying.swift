public import OutageExplorer
import OutageModel
public import OutageReport
import OutageSemantics
public import OutageSyntax

/// The replay of the traces of one saved exploration.
public struct ReplayOfExploration: Sendable {
  public var results: [ReplayResult]
  /// Parameters of the trace that the script does not have: they were left out.
  public var missing: [String]
}

extension Source {
  /// Walks saved traces through this script, under the parameters that they were found with.
  /// - Parameters:
  ///   - saved: traces as `outage explore --format json` writes them.
  ///   - settings: parameters that get other values all the same.
  ///   - memory: bytes of state that a script may need.
  ///   - interruption: asked meanwhile whether the answer is still wanted.
  public func replay(
    _ saved: SavedTraces.Exploration, settings: [(String, String)] = [], memory: Int = .max,
    interruption: Interruption = Interruption()
  ) throws(RunProblem) -> ReplayOfExploration {
    guard let program else { throw .script(diagnostics) }
    let known = saved.parameters.filter { p in program.params.contains { $0.name == p.name } }
    let missing = saved.parameters.map(\.name).filter { name in !known.contains { $0.name == name } }
    let image = try imageToExplore(
      settings: known.map { ($0.name, $0.value) } + settings, memory: memory, interruption: interruption)
    let results = saved.traces.map { trace in
      OutageExplorer.replay(trace, image, abandoned: saved.abandoned) { interruption.asks() }
    }
    if interruption.isStopped { throw .interrupted }
    return ReplayOfExploration(results: results, missing: missing)
  }
}
