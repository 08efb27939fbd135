import OutageCompiler
import OutageEngine
public import OutageExplorer
import OutageModel
import OutageSemantics
import OutageSyntax

extension LiveWorld {
  /// Searches every order of steps from where the world stands: processes go on where they are, passive nodes hold what
  /// they hold. Time, load, messages on their way and operators are forgotten. The world stays as it is.
  /// - Parameter halt: asked now and then; true ends the search.
  public func explore(
    _ search: ExploreOptions, halt: @escaping (SearchProgress) -> Bool = { _ in false }
  ) throws(RunProblem) -> ExploreResult {
    let image: Image
    do { image = try ground.explorable(program, settings: settings, files: text.files) } catch {
      throw .script(error.diagnostics)
    }
    do { return try OutageExplorer.explore(image, search, from: run.world, halt: halt) } catch {
      throw .usage(UsageProblem(error.message, help: error.help))
    }
  }
}
