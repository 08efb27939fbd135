public import OutageModel

/// A saved counterexample: what `outage explore --format json` wrote of it.
public struct SavedTrace: Sendable {
  public var property: String
  /// All properties of that search: they say what it followed.
  public var searched: [String]
  public var steps: [ExploreResult.Step]
  /// Of a lasso: the step from which on it repeats.
  public var loop: Int?
  public init(property: String, searched: [String], steps: [ExploreResult.Step], loop: Int?) {
    (self.property, self.searched, self.steps, self.loop) = (property, searched, steps, loop)
  }
}

/// How a saved trace and a script stand to each other.
public struct ReplayResult: Sendable {
  public enum Outcome: Sendable {
    /// The same steps can be made, and they end as they did: in a violation, or at the witness of a `sometimes`.
    case fits
    /// The same steps can be made, and no longer end so: why.
    case harmless(String)
    /// Step `at` (from 0) cannot be made as it is written there.
    case misfit(Misfit)
    /// There is no such property any more, or a search cannot judge it: why.
    case incomparable(String)
  }

  public struct Misfit: Sendable {
    public var at: Int
    public var expected: ExploreResult.Step
    /// The step that its actor would make instead, or the same one with other changes.
    public var found: [ExploreResult.Step]
    /// What others could do.
    public var others: [ExploreResult.Step]
  }

  public var property: String
  public var kind: String
  public var steps: Int
  public var outcome: Outcome
}

/// Walks a saved trace through the steps of a script.
/// - Parameter image: compiled for exploring, with the parameters of the trace.
/// - Parameter isUnwanted: asked at every state: true ends it, and what is given then says nothing.
public func replay(
  _ trace: SavedTrace, _ image: Image, abandoned: Int, isUnwanted: @escaping () -> Bool = { false }
) -> ReplayResult {
  Replay(trace, image, abandoned, isUnwanted).run()
}

struct Replay {
  let trace: SavedTrace
  let image: Image
  let abandoned: Int

  let isUnwanted: () -> Bool

  init(_ trace: SavedTrace, _ image: Image, _ abandoned: Int, _ isUnwanted: @escaping () -> Bool) {
    (self.trace, self.image, self.abandoned) = (trace, image, abandoned)
    self.isUnwanted = isUnwanted
  }

  func run() -> ReplayResult {
    var result = ReplayResult(property: trace.property, kind: "", steps: trace.steps.count, outcome: .fits)
    guard let property = image.meta.properties.first(where: { $0.text == trace.property }) else {
      result.outcome = .incomparable("the script has no such property")
      return result
    }
    result.kind = property.kind.word
    if let reason = Explorer.unexplored(property) {
      result.outcome = .incomparable("it cannot be explored: \(reason)")
      return result
    }
    let walk = Walk(image, image.meta.properties.filter { trace.searched.contains($0.text) }, abandoned: abandoned)
    var path: [Set<Walk.State>] = [[walk.start]]
    for (k, step) in trace.steps.enumerated() {
      let states = path[k]
      var next: Set<Walk.State> = []
      var enabled: [ExploreResult.Step] = []
      for state in states.sorted() {
        if isUnwanted() { return result }
        for a in walk.actors {
          for target in walk.successors(of: state, by: a) {
            let made = walk.step(a, from: state, to: target)
            if made.isSame(as: step) { next.insert(target) } else { enabled.append(made) }
          }
        }
      }
      if next.isEmpty {
        result.outcome = .misfit(misfit(k, step, enabled))
        return result
      }
      path.append(next)
    }
    result.outcome = verdict(property, walk, path)
    return result
  }

  private func misfit(_ k: Int, _ expected: ExploreResult.Step, _ enabled: [ExploreResult.Step]) -> ReplayResult.Misfit
  {
    var known: Set<String> = []
    let each = enabled.filter { known.insert("\($0.kind.rawValue) \($0.actor) \($0.text) \($0.effects)").inserted }
    return ReplayResult.Misfit(
      at: k, expected: expected, found: each.filter { $0.actor == expected.actor },
      others: each.filter { $0.actor != expected.actor })
  }

  // MARK: The end of the path

  private func verdict(_ property: ImageMeta.Property, _ walk: Walk, _ path: [Set<Walk.State>]) -> ReplayResult.Outcome
  {
    let condition = Condition(Judge(property, walk.graph), walk)
    let last = path[path.count - 1].sorted()
    let value = { (condition: Condition, state: Walk.State) in
      condition.value(state, isStuck: property.readsStuck && isStuck(walk, state))
    }
    let holds = { (state: Walk.State) in value(condition, state) != 0 }
    switch property.kind {
    case .never, .always:
      return last.contains { value(condition, $0) == condition.judge.wanted }
        ? .fits : .harmless("its condition is not met after the last step")
    case .sometimes: return last.contains(where: holds) ? .fits : .harmless("it is not reached by the last step")
    case .recoverable:
      let hopeless = last.filter { !holds($0) }
      if hopeless.isEmpty { return .harmless("it holds after the last step") }
      // The steps as they are written may lead to several states.
      let found = hopeless.map { leadsBack(walk, $0, holds) }
      if found.contains(false) { return .fits }
      return .harmless(
        found.contains(nil)
          ? "not decided: more than \(grouped(Self.most)) states lie behind the last step"
          : "a path leads back from where the trace ends")
    case .eventually: return avoids(walk, path, holds, premise: { _ in true }, isAnyPremise: true)
    case .leadsTo(let premise):
      var other = property
      other.probe = premise
      let condition = Condition(Judge(other, walk.graph), walk)
      return avoids(walk, path, holds, premise: { value(condition, $0) != 0 }, isAnyPremise: false)
    case .expect: return .harmless("it speaks of times")
    }
  }

  func isEnd(_ walk: Walk, _ state: Walk.State) -> Bool {
    walk.actors.allSatisfy { walk.graph.actors[$0].isOptional || walk.successors(of: state, by: $0).isEmpty }
  }

  private func isStuck(_ walk: Walk, _ state: Walk.State) -> Bool {
    guard isEnd(walk, state) else { return false }
    let stands = walk.graph.stepper.processes.indices.map { k in walk.withWords(state) { walk.graph.standing($0, k) } }
    return stands.contains { $0 >= 0 } && !stands.contains(Standing.idle)
  }

  private static let most = 200_000

  /// Whether a path leads to where the condition holds; nil: too many states.
  private func leadsBack(_ walk: Walk, _ from: Walk.State, _ holds: (Walk.State) -> Bool) -> Bool? {
    var seen: Set<Walk.State> = [from]
    var queue = [from]
    var head = 0
    while head < queue.count {
      let state = queue[head]
      head += 1
      if isUnwanted() { return nil }
      if holds(state) { return true }
      for a in walk.actors {
        for next in walk.successors(of: state, by: a) where seen.insert(next).inserted { queue.append(next) }
      }
      if seen.count > Self.most { return nil }
    }
    return false
  }
}

extension ExploreResult.Step {
  /// The same move: lines may have shifted.
  func isSame(as saved: ExploreResult.Step) -> Bool {
    kind == saved.kind && actor == saved.actor && text == saved.text && choices == saved.choices
      && changes == saved.changes
  }
}
