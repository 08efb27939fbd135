import OutageEngine
import OutageExplorer
import OutageKit
import OutageModel
import OutageSyntax

/// A run of the engine, event by event, replayed through the explorer's transitions. A set of states is kept that the run may
/// be in; when it is empty, the run was not a path. The engine writes down each step that a process comes to the end of:
/// the walk makes the same ones in the same order, and whatever nobody else can see. Where there are calls, requests and
/// their callers may make any steps between two looks, and what services and time-outs do is told by the passive nodes alone.
struct EngineWalk {
  static let mostStates = 3000
  static let tooWide = "too many positions at once"

  struct Told: Hashable {
    var element: Int
    var step: Int
    /// Passive elements that it changes: they are not compared until the engine tells of it.
    var changed: [Int]
  }

  /// Where a run may be, and steps that were made there before the engine tells of their end.
  struct Position: Hashable {
    var state: Walk.State
    var told: Set<Told>
  }

  let run: Run
  let walk: Walk
  private let image: Image
  private let hasCalls: Bool
  private var states: Set<Position> = []
  private(set) var events = 0
  private(set) var steps = 0

  /// - Parameters:
  ///   - engine: what is run; - explorer: whose graph is walked: the same script, unless a test wants it to fail.
  init(engine: Source, explorer: Source, settings: [(String, String)], variant: String?, seed: UInt64) throws {
    // The bounds for exploring are for the run as well.
    let image = try explorer.imageToExplore(settings: settings, variant: variant)
    let values = image.meta.params.map { ($0.name, $0.value) }
    run = Run(try engine.image(settings: values), seed: seed, workers: 1, budgets: Budgets())
    run.world.keepJournal()
    walk = Walk(image, abandoned: 2)
    self.image = image
    hasCalls = image.meta.exploring.processes.contains { $0.calls }
    states = closure([Position(state: walk.start, told: [])], []) ?? []
  }

  /// A run whose steps were written down goes on, and the walk begins where it stands; or at the start of the script, where
  /// the run stands as well.
  /// - Parameter image: that of the run with what a search needs.
  init(_ run: Run, _ image: Image, abandoned: Int, fromStart: Bool = false) {
    self.run = run
    self.image = image
    walk = Walk(image, abandoned: abandoned, from: fromStart ? nil : run.world)
    hasCalls = image.meta.exploring.processes.contains { $0.calls }
    // A step that has begun is made already, or is still to be made.
    var positions = [Position(state: walk.start, told: [])]
    for (element, step) in run.world.openSteps.sorted(by: { $0.key < $1.key }) where !fromStart {
      let told = Told(element: element, step: step, changed: [])
      positions += positions.map { Position(state: $0.state, told: $0.told.union([told])) }
    }
    states = closure(positions, []) ?? []
  }

  /// Where the run leaves the graph, or nil.
  mutating func failure(mostEvents: Int) -> String? {
    while events < mostEvents, let event = run.step(before: run.clock.duration) {
      if let reason = failure(at: event) { return reason }
    }
    return run.end.map { "the run ended: \($0)" }.flatMap { $0.contains("failed") ? $0 : nil }
  }

  /// Follows one event.
  mutating func failure(at event: SingleStep) -> String? {
    events += 1
    let made = run.world.takeJournal()
    steps += made.count
    let before = states.count
    return follow(event, made).map { reason in
      "event \(events) (\(event.kind.map { "\($0)" } ?? "operators") of \(name(event.element))): \(reason), from \(before) states"
    }
  }

  /// What passive elements hold in all states that some order leads to from where the run may be; nil: too many states.
  func held(most: Int) -> Set<[[Int64]]>? {
    var seen = Set(states.map(\.state))
    var work = Array(seen)
    while let state = work.popLast() {
      for a in walk.actors {
        for next in walk.successors(of: state, by: a) where seen.insert(next).inserted { work.append(next) }
      }
      if seen.count > most { return nil }
    }
    return Set(seen.map { walk.held($0) })
  }

  private mutating func follow(_ event: SingleStep, _ made: [(element: Int, step: Int)]) -> String? {
    var next = states
    if event.kind == .expiry {
      // Unless it was renewed or released: then nothing lapses.
      for s in states { for a in walk.actors(of: event.element) { next.formUnion(moves(s, a).map(\.target)) } }
    }
    let busy = busy(event)
    guard var reached = closure(next, busy) else { return Self.tooWide }
    if !hasCalls { reached.formUnion(handedOver(reached)) }
    for (element, step) in made where !hasCalls {
      guard var behind = closure(reached.flatMap { steps(step, of: element, from: $0) }, busy) else {
        return Self.tooWide
      }
      if behind.isEmpty { return "\(name(element)) cannot make the step \"\(text(step))\"" }
      behind.formUnion(handedOver(behind))
      reached = behind
    }
    let contents = Dictionary(uniqueKeysWithValues: walk.passives.map { ($0, run.world.contents(of: $0)) })
    states = reached.filter { position in
      let unsure = Set(position.told.flatMap(\.changed))
      return walk.matches(position.state, contents.filter { !unsure.contains($0.key) })
    }
    return states.isEmpty ? "no state has these contents: \(told(contents))" : nil
  }

  /// Who waits for an item has it in hand before it goes on, from the step on that puts it there: the step of taking it is
  /// made here, and told of later.
  private func handedOver(_ positions: Set<Position>) -> Set<Position> {
    var reached = positions
    for (element, step) in run.world.openSteps.sorted(by: { $0.key < $1.key }) {
      for position in reached where !position.told.contains(where: { $0.element == element }) {
        for target in steps(step, of: element, from: position) {
          let told = Told(element: element, step: step, changed: walk.changes(from: position.state, to: target.state))
          reached.insert(Position(state: target.state, told: position.told.union([told])))
        }
      }
    }
    return reached
  }

  /// Positions behind one step of a process.
  private func steps(_ step: Int, of element: Int, from position: Position) -> [Position] {
    if let told = position.told.first(where: { $0.element == element }) {
      return told.step == step ? [Position(state: position.state, told: position.told.subtracting([told]))] : []
    }
    return walk.actors(of: element).flatMap { a in
      moves(position, a).filter { walk.visibleSteps(a, from: position.state, to: $0.target.state).contains(step) }
    }.map(\.target)
  }

  private func moves(_ position: Position, _ actor: Int) -> [(actor: Int, target: Position)] {
    walk.successors(of: position.state, by: actor).map { (actor, Position(state: $0, told: position.told)) }
  }

  /// Who may make any steps at an event: faults; where there are calls, whom it is about, and requests and callers, which
  /// the engine lets go on at once.
  private func busy(_ event: SingleStep) -> [Int] {
    guard event.kind != nil else { return walk.faults }
    if !hasCalls || event.element < 0 { return [] }
    let isProcess = walk.isProcess(event.element)
    let others = isProcess ? walk.requests : walk.movers
    return Array(Set(walk.actors(of: event.element) + others + walk.giveUps)).sorted()
  }

  /// Where these actors lead, and moves that nobody else can see.
  private func closure<S: Sequence<Position>>(_ positions: S, _ actors: [Int]) -> Set<Position>? {
    var seen = Set(positions)
    var work = Array(seen)
    while let position = work.popLast() {
      for a in actors {
        for move in moves(position, a) where seen.insert(move.target).inserted { work.append(move.target) }
      }
      for a in hasCalls ? [] : walk.movers {
        for move in moves(position, a)
        where !seen.contains(move.target)
          && walk.visibleSteps(a, from: position.state, to: move.target.state).contains(-1)
        {
          seen.insert(move.target)
          work.append(move.target)
        }
      }
      if seen.count > Self.mostStates { return nil }
    }
    return seen
  }

  private func name(_ element: Int) -> String {
    if element < 0 { return "nobody" }
    let n = Int(image.tables.elementNode[element])
    return "\(image.meta.nodes[n].name)[\(element - Int(image.tables.nodes[n].first))]"
  }

  private func text(_ step: Int) -> String { image.meta.exploring.stepTexts[step]?.1 ?? "step \(step)" }

  private func told(_ contents: [Int: [Int64]]) -> String {
    contents.keys.sorted().map { "\(name($0)) \(contents[$0] ?? [])" }.joined(separator: ", ")
  }
}
