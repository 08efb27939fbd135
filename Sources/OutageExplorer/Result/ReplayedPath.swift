import OutageModel

/// A condition that is looked at along a walk.
final class Condition {
  let judge: Judge
  private let walk: Walk
  private var packings: Int

  init(_ judge: Judge, _ walk: Walk) {
    (self.judge, self.walk, packings) = (judge, walk, walk.packings)
  }

  func value(_ state: Walk.State, isStuck: Bool) -> Int64 {
    if walk.packings != packings {
      judge.layOut(walk.graph)
      packings = walk.packings
    }
    return walk.withWords(state) { judge.value($0, walk.graph, isStuck: isStuck) }
  }
}

// Paths along which something is to come true: does a saved one still avoid it for ever?
extension Replay {
  /// A path up to some state, and what counts of it.
  private struct Standpoint: Hashable {
    var state: Walk.State
    /// The premise has held, and the condition not since then.
    var isOpen: Bool
    /// In the loop: the condition has come true there.
    var cameTrue = false
    /// In the loop: who has had no turn there, and could have moved in each of its states so far.
    var waiting: Set<Int> = []
  }

  private struct Looks {
    var walk: Walk
    var holds: (Walk.State) -> Bool
    var premise: (Walk.State) -> Bool
    var isAnyPremise: Bool
  }

  /// - Parameter isAnyPremise: there is none: what counts begins at the start.
  func avoids(
    _ walk: Walk, _ path: [Set<Walk.State>], _ holds: @escaping (Walk.State) -> Bool,
    premise: @escaping (Walk.State) -> Bool, isAnyPremise: Bool
  ) -> ReplayResult.Outcome {
    let looks = Looks(walk: walk, holds: holds, premise: premise, isAnyPremise: isAnyPremise)
    if let loop = trace.loop, !path.indices.contains(loop) {
      return .harmless("the saved loop begins behind its last step")
    }
    let begin = Standpoint(state: walk.start, isOpen: !holds(walk.start) && premise(walk.start))
    var points: Set<Standpoint> = [begin]
    for k in 0..<(trace.loop ?? trace.steps.count) { points = next(points, trace.steps[k], looks, isLooping: false) }
    return trace.loop == nil ? ends(points, looks) : loops(points, looks)
  }

  /// The path ends, and what is to come true does not.
  private func ends(_ points: Set<Standpoint>, _ looks: Looks) -> ReplayResult.Outcome {
    let open = points.filter(\.isOpen).map(\.state).sorted()
    if open.isEmpty { return .harmless(notOpen(looks, "by the last step")) }
    if open.contains(where: { isEnd(looks.walk, $0) }) { return .fits }
    let names = open.compactMap { state in
      looks.walk.actors.lazy.compactMap { a in name(a, state, looks.walk) }.first
    }
    return .harmless("the path does not end there: \(names.first ?? "somebody") can go on")
  }

  /// The path comes back, and is one that fair schedules may take.
  private func loops(_ starts: Set<Standpoint>, _ looks: Looks) -> ReplayResult.Outcome {
    let loop = trace.loop ?? 0
    var back: [Standpoint] = []
    for start in starts.sorted(by: { $0.state < $1.state }) {
      let first = looks.walk.actors.filter { looks.walk.graph.isFair($0) }
      var points: Set<Standpoint> = [
        Standpoint(
          state: start.state, isOpen: start.isOpen, cameTrue: looks.holds(start.state),
          waiting: waiting(Set(first), start.state, looks.walk))
      ]
      for step in trace.steps[loop...] { points = next(points, step, looks, isLooping: true) }
      back += points.filter { $0.state == start.state }
    }
    if back.isEmpty || loop == trace.steps.count {
      return .harmless("the loop does not come back to where it began")
    }
    back.removeAll(where: \.cameTrue)
    if back.isEmpty { return .harmless("the condition comes true in the loop") }
    back = back.filter(\.isOpen)
    guard let fairest = back.min(by: { $0.waiting.count < $1.waiting.count }) else {
      return .harmless(notOpen(looks, "before the loop"))
    }
    guard let left = fairest.waiting.min() else { return .fits }
    let who = name(left, fairest.state, looks.walk) ?? "somebody"
    return .harmless("\(who) could move all along the loop, and never does: a fair schedule gives it a turn")
  }

  private func notOpen(_ looks: Looks, _ place: String) -> String {
    looks.isAnyPremise
      ? "the condition comes true \(place)" : "its premise is not met on the way, or the condition comes true after it"
  }

  /// Where the saved step leads, from all that were reached.
  private func next(_ points: Set<Standpoint>, _ step: ExploreResult.Step, _ looks: Looks, isLooping: Bool)
    -> Set<Standpoint>
  {
    var next: Set<Standpoint> = []
    for point in points {
      for a in looks.walk.actors {
        for target in looks.walk.successors(of: point.state, by: a) {
          if !looks.walk.step(a, from: point.state, to: target).isSame(as: step) { continue }
          let isTrue = looks.holds(target)
          var reached = Standpoint(state: target, isOpen: point.isOpen)
          reached.isOpen = !isTrue && (point.isOpen || !looks.isAnyPremise && looks.premise(target))
          if isLooping {
            reached.cameTrue = point.cameTrue || isTrue
            reached.waiting = waiting(point.waiting.subtracting([a]), target, looks.walk)
          }
          next.insert(reached)
        }
      }
    }
    return next
  }

  /// Of these, who can move and change something: whoever cannot, or can move and leave all as it is, waits for no turn.
  private func waiting(_ actors: Set<Int>, _ state: Walk.State, _ walk: Walk) -> Set<Int> {
    actors.filter { a in
      let targets = walk.successors(of: state, by: a)
      return !targets.isEmpty && !targets.contains(state)
    }
  }

  /// Who makes an actor's moves; nil: it cannot move.
  private func name(_ a: Int, _ state: Walk.State, _ walk: Walk) -> String? {
    walk.successors(of: state, by: a).first.map { walk.step(a, from: state, to: $0).actor }
  }
}
