import OutageCompiler
import OutageEngine
public import OutageExplorer
import OutageModel
import OutageSemantics
import OutageSyntax

extension LiveWorld {
  /// Searches every order of steps from where the world stands: processes go on where they are, passive nodes hold what
  /// they hold. Time, load, messages on their way and operators are forgotten. The world stays as it is.
  /// - Parameters:
  ///   - search: properties, bounds and reductions.
  ///   - halt: asked now and then whether to go on.
  public func explore(
    _ search: ExploreOptions, halt: @escaping (SearchProgress) -> SearchHalt = { _ in .goOn }
  ) throws(RunProblem) -> ExploreResult {
    let image: Image
    do { image = try ground.explorable(program, settings: settings, files: text.files) } catch {
      throw .script(error.diagnostics)
    }
    do throws(ExploreProblem) {
      let beginning = try Beginning(image, search)
      if let obstacle = beginning.obstacle(in: run.world) { throw refusal(obstacle, beginning) }
      return try OutageExplorer.explore(image, search, from: run.world, halt: halt)
    } catch { throw .usage(UsageProblem(error.message, help: error.help)) }
  }

  /// Events that are looked ahead for a moment at which a search can begin.
  private static let aheadAtMost: Int64 = 2000

  /// Who cannot be followed, where it stands, and how many events on all can be.
  private func refusal(_ first: (process: Int, obstacle: Stepper.Obstacle), _ beginning: Beginning) -> ExploreProblem {
    let name = elementName(first.process, run.image)
    let place = place(ofStep: first.obstacle.step).map { " (\($0))" } ?? ""
    let message = "\(name) \(first.obstacle.words)\(place): a search cannot begin there"
    var ahead: Int64 = 0
    guard let other = LiveWorld(past: self, at: moment, Following()) else { return ExploreProblem(message: message) }
    while ahead < Self.aheadAtMost, other.event().step != nil {
      ahead += 1
      if beginning.obstacle(in: other.run.world) == nil {
        return ExploreProblem(
          message: message,
          help: ":event \(ahead) goes on to \(clock.text(other.now)), where all stand between their steps")
      }
    }
    return ExploreProblem(
      message: message,
      help: "it does not come out of there within \(ahead) events: go on with :step, or back with :back")
  }
}
