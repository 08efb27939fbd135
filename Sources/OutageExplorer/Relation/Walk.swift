public import OutageModel

/// The transition relation, one state at a time and with nothing kept: a recorded path is walked through it, a saved trace
/// or the events of a run.
public final class Walk {
  /// The number of each component's content: it outlives the packing of states.
  public struct State: Hashable, Sendable, Comparable {
    var contents: [Int]
    public static func < (a: State, b: State) -> Bool { a.contents.lexicographicallyPrecedes(b.contents) }
  }

  let graph: Graph
  let teller: Teller
  private let image: Image
  /// How often states were packed anew.
  private(set) var packings = 0

  /// - Parameters:
  ///   - image: compiled for exploring.
  ///   - properties: what is followed is what these can depend on; none: everything.
  ///   - abandoned: requests in hand at once that nobody waits for.
  ///   - present: a world of the image in which it begins; nil: at the start.
  public init(
    _ image: Image, _ properties: [ImageMeta.Property] = [], abandoned: Int, from present: World? = nil
  ) {
    self.image = image
    var cone = Cone(image, properties, abandoned: abandoned)
    let beginning = present.map { Beginning(image, &cone, in: $0) }
    graph = Graph(image, cone, from: beginning)
    teller = Teller(graph)
  }

  public var start: State {
    while true {
      let state = graph.start()
      if !graph.needsWidening { return unpacked(state) }
      widen()
    }
  }

  /// A step that could not be made: what it failed with.
  public var failure: ExploreResult.Failure? { graph.failure }
  /// Who may move.
  public var actors: Range<Int> { graph.actors.indices }

  // MARK: Moves

  /// Where an actor can go from a state.
  public func successors(of state: State, by actor: Int) -> [State] {
    while true {
      var found: [State] = []
      let isDone = packed(state).withUnsafeBufferPointer { buffer in
        graph.eachSuccessor(actor, buffer.baseAddress.unsafelyUnwrapped) { next in
          found.append(State(contents: graph.elements.indices.map { graph.layout.get(next, $0) }))
        }
      }
      if isDone { return found }
      widen()
    }
  }

  private func widen() {
    _ = graph.widen()
    packings += 1
  }

  /// Ids of the steps that others can see by which an actor goes from one state to another; -1: none, only what nobody
  /// else can see. Usually one, more where branches do the same.
  public func visibleSteps(_ actor: Int, from: State, to: State) -> Set<Int> {
    guard case .move(let k) = graph.actors[actor] else { return [-1] }
    var steps: Set<Int> = []
    withWords(from) { state in
      let stands = graph.standing(state, k)
      if stands & Standing.within != 0, let step = graph.stepBefore(stands & 0xFFFF_FFFF) { steps.insert(step) }
      var found = Mover.Found()
      graph.mover.eachRun(actor, k, state) { outcome in
        let ways = graph.mover.ways(k, outcome, state, &found)
        if ways.contains(where: { leads($0, from: from, to: to) }) {
          let step = graph.stepper.stepsBegun.first { image.tables.steps[Int($0)].isVisible }
          if stands & Standing.within == 0 { steps.insert(step.map { Int($0) } ?? -1) }
        }
        return true
      }
    }
    return steps
  }

  /// Whether these changes, and no others, lead from a state to another.
  private func leads(_ changes: [Mover.Change], from: State, to: State) -> Bool {
    changes.allSatisfy { graph.holds($0, to.contents[$0.component]) }
      && from.contents.indices.allSatisfy { k in
        from.contents[k] == to.contents[k] || changes.contains { $0.component == k }
      }
  }

  /// The step of a move, in words.
  func step(_ actor: Int, from: State, to: State) -> ExploreResult.Step {
    let (a, b) = (packed(from), packed(to))
    return a.withUnsafeBufferPointer { a in
      b.withUnsafeBufferPointer { b in
        teller.step(actor, a.baseAddress.unsafelyUnwrapped, b.baseAddress.unsafelyUnwrapped)
      }
    }
  }

  private func packed(_ state: State) -> [UInt64] {
    var words = [UInt64](repeating: 0, count: graph.width)
    words.withUnsafeMutableBufferPointer { buffer in
      for (k, id) in state.contents.enumerated() { graph.layout.set(buffer.baseAddress.unsafelyUnwrapped, k, id) }
    }
    return words
  }

  private func unpacked(_ words: [UInt64]) -> State {
    words.withUnsafeBufferPointer { buffer in
      State(contents: graph.elements.indices.map { graph.layout.get(buffer.baseAddress.unsafelyUnwrapped, $0) })
    }
  }

  func withWords<T>(_ state: State, _ body: (UnsafePointer<UInt64>) -> T) -> T {
    packed(state).withUnsafeBufferPointer { body($0.baseAddress.unsafelyUnwrapped) }
  }

  // MARK: Sets of states

  /// Who moves when an element does: a process, a service with requests in hand, a lease that lapses.
  public func actors(of element: Int) -> [Int] {
    actors.filter { a in
      switch graph.actors[a] {
      case .move(let k), .timeOut(let k):
        k < graph.stepper.processes.count
          ? graph.stepper.processes[k] == element : image.tables.nodes[node(element)].kind == .service
      case .expiry(let lease, _): lease == element
      case .crash, .restart, .stall: false
      }
    }
  }

  /// Those who make steps: processes and requests.
  public var movers: [Int] { actors.filter { if case .move = graph.actors[$0] { true } else { false } } }

  /// Of these, requests in hand.
  public var requests: [Int] {
    movers.filter { if case .move(let k) = graph.actors[$0] { k >= graph.stepper.processes.count } else { false } }
  }

  public func isProcess(_ element: Int) -> Bool { graph.stepper.processes.contains(element) }

  /// Callers that give up, and faults from budgets: they may come at any moment.
  public var giveUps: [Int] { actors.filter { if case .timeOut = graph.actors[$0] { true } else { false } } }
  public var faults: [Int] {
    actors.filter {
      switch graph.actors[$0] {
      case .crash, .restart: true
      default: false
      }
    }
  }

  private func node(_ element: Int) -> Int { Int(image.tables.elementNode[element]) }

  /// Passive elements that are followed.
  public var passives: [Int] { graph.elements[graph.activities...].filter { $0 >= 0 } }

  /// Whether an activity of this element has come to its end.
  public func isFinished(_ state: State, _ element: Int) -> Bool {
    guard let k = graph.componentOf[element], k < graph.stepper.processes.count else { return true }
    return withWords(state) { graph.standing($0, k) } == Standing.finished
  }

  /// What the passive elements hold that are followed, in their order.
  public func held(_ state: State) -> [[Int64]] {
    (graph.activities..<graph.elements.count).filter { graph.elements[$0] >= 0 }.map { k in
      withWords(state) { graph.words($0, k) }
    }
  }

  /// Passive elements that differ.
  public func changes(from: State, to: State) -> [Int] {
    (graph.activities..<graph.elements.count).filter { from.contents[$0] != to.contents[$0] && graph.elements[$0] >= 0 }
      .map { graph.elements[$0] }
  }

  /// Whether the passive elements of a state have these contents.
  public func matches(_ state: State, _ contents: [Int: [Int64]]) -> Bool {
    for k in graph.activities..<graph.elements.count where graph.elements[k] >= 0 {
      if let wanted = contents[graph.elements[k]], !graph.contents[graph.tableOf[k]].isEqual(state.contents[k], wanted)
      {
        return false
      }
    }
    return true
  }
}
