public import OutageModel

// A search that begins where a live world stands carries every process over as registers at an instruction between steps.
// A process in the midst of a call is more than that: its request may be on its way, in a queue, in the hands of a handler
// that calls itself, or lost, and its answer under way. A process in the midst of a step has done a part of what others are
// to see at once. Neither is followed; which one stands in the way can be asked of every moment of a world.

/// Whether a search can begin where a world stands.
public final class Beginning {
  private let stepper: Stepper

  /// A search of these options would begin in a world of this image.
  public init(_ image: Image, _ options: ExploreOptions) throws(ExploreProblem) {
    let properties = try Explorer.choose(image, options.properties).map { image.meta.properties[$0] }
    let cone = Cone(image, properties, abandoned: options.abandoned)
    stepper = Stepper(image, processes: cone.processes.map(\.element), places: cone.bounds.places)
  }

  /// The first process that cannot be followed from where it stands; nil: all can.
  public func obstacle(in present: World) -> (process: Int, obstacle: Stepper.Obstacle)? {
    stepper.firstObstacle(in: present)
  }
}

extension Stepper {
  func firstObstacle(in present: World) -> (process: Int, obstacle: Obstacle)? {
    for k in processes.indices {
      if let obstacle = obstacle(k, in: present) { return (processes[k], obstacle) }
    }
    return nil
  }
}

extension Stepper.Obstacle {
  public var words: String {
    switch self {
    case .waitsForAnswer: "waits for the answer to a call"
    case .isWithinStep: "is in the midst of a step"
    }
  }

  /// Of the source, as the image numbers them.
  public var step: Int {
    switch self {
    case .waitsForAnswer(let step), .isWithinStep(let step): step
    }
  }
}
