import OutageModel

// No path is told that was not walked once more: it begins at the start, each of its steps can be made, and it ends as its
// property says. However a search finds its way back, a path that fails here is a fault of the program and not of the script.

extension Search {
  /// What is wrong with a path; nil: it begins at the start, and each of its steps can be made.
  func flaw(of path: Path) -> String? {
    if path.first?.state != graph.start() { return "does not begin at the start" }
    for k in path.indices.dropFirst() where !graph.leads(path[k].actor, from: path[k - 1].state, to: path[k].state) {
      return "has a step \(k) that cannot be made"
    }
    return nil
  }

  /// The value of a condition in a state of a path, not looked up: whether somebody is stuck there is found anew.
  func holds(_ judge: Judge, _ state: [UInt64]) -> Bool {
    let isStuck = judge.property.readsStuck && mayEnd(state) && isUnfinished(state)
    return graph.evaluate(judge.property.probe, judge.components, state, stuck: isStuck) != 0
  }

  /// Whether a path may end in a state: nobody can move, but for faults that need not come.
  func mayEnd(_ state: [UInt64]) -> Bool {
    graph.actors.indices.allSatisfy { graph.actors[$0].isOptional || !graph.canMove($0, state) }
  }

  /// Whether a path, and what repeats of it for ever from `loop` on, never makes a condition true that is to come true from the
  /// start, or from where a premise holds.
  func avoids(_ path: Path, loop: Int?, _ judge: Judge, premise: Judge?) -> Bool {
    let last = path.lastIndex { holds(judge, $0.state) } ?? -1
    if let premise {
      if !path[(last + 1)...].contains(where: { holds(premise, $0.state) }) { return false }
    } else if last >= 0 {
      return false
    }
    guard let loop else { return path.last.map { mayEnd($0.state) } ?? false }
    return last < loop && isFairLoop(path[loop...])
  }

  /// It comes back to where it began, and everybody has a turn in it or cannot move somewhere on the way.
  private func isFairLoop(_ loop: Path.SubSequence) -> Bool {
    guard let first = loop.first, let last = loop.last, first.state == last.state else { return false }
    return graph.actors.indices.allSatisfy { a in
      !graph.isFair(a) || loop.dropFirst().contains { $0.actor == a } || loop.contains { !graph.canMove(a, $0.state) }
    }
  }

  /// From a state that is lost everything that can be reached is.
  func staysLost(_ state: [UInt64], _ isLost: [Bool], _ edges: Edges) -> Bool {
    guard let id = store.find(graph.canon.words(state, width: graph.width)) else { return false }
    var seen: Set<Int> = [edges.number(id)]
    var work = [edges.number(id)]
    while let s = work.popLast() {
      if !isLost[s] { return false }
      for e in edges.row(s) {
        let t = Int(edges.targets[e])
        if seen.insert(t).inserted { work.append(t) }
      }
    }
    return true
  }
}

extension Graph {
  /// Whether a step by an actor leads from a state to another.
  func leads(_ a: Int, from state: [UInt64], to target: [UInt64]) -> Bool {
    guard actors.indices.contains(a) else { return false }
    var isFound = false
    eachSuccessor(a, state) { next in
      if !isFound { isFound = (0..<width).allSatisfy { next[$0] == target[$0] } }
    }
    return isFound
  }

  /// Whether an actor can move.
  func canMove(_ a: Int, _ state: [UInt64]) -> Bool {
    let list = list(a, state)
    return list != 0 && SuccessorLists.count(list) > 0
  }
}
