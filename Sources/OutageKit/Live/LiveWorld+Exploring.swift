import OutageCompiler
import OutageEngine
public import OutageExplorer
public import OutageModel
import OutageSemantics
import OutageSyntax

extension LiveWorld {
  /// Searches every order of steps from where the world stands: processes go on where they are, passive nodes hold what
  /// they hold, and what processes have asked of services goes on as well. Time, load and operators are forgotten. The world
  /// stays as it is.
  /// - Parameters:
  ///   - search: properties, bounds and reductions.
  ///   - halt: asked now and then whether to go on.
  public func explore(
    _ search: ExploreOptions, halt: @escaping (SearchProgress) -> SearchHalt = { _ in .goOn }
  ) throws(RunProblem) -> ExploreResult {
    let image = try imageToExplore()
    do { return try OutageExplorer.explore(image, search, from: run.world, halt: halt) } catch {
      throw RunProblem(error)
    }
  }

  /// The image of the world with what a search of orders needs to know.
  public func imageToExplore() throws(RunProblem) -> Image {
    do { return try ground.explorable(program, settings: settings, files: text.files) } catch {
      throw RunProblem(error)
    }
  }
}
