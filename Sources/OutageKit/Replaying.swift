public import OutageExplorer
import OutageModel
public import OutageReport
import OutageSemantics
import OutageSyntax

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
  public func replay(_ saved: SavedTraces.Exploration, settings: [(String, String)] = []) throws(RunProblem)
    -> ReplayOfExploration
  {
    guard let program else { throw .script(diagnostics) }
    let known = saved.parameters.filter { p in program.params.contains { $0.name == p.name } }
    let missing = saved.parameters.map(\.name).filter { name in !known.contains { $0.name == name } }
    let image = try imageToExplore(settings: known.map { ($0.name, $0.value) } + settings)
    let results = saved.traces.map { OutageExplorer.replay($0, image, abandoned: saved.abandoned) }
    return ReplayOfExploration(results: results, missing: missing)
  }
}
