import OutageModel

/// States from the start on, each with the actor that led to it (none for the first).
typealias Path = [(state: StateID, actor: Int)]

extension Search {
  /// A shortest path to a state that the search has met first (or another of its level for which `isMet` holds), and
  /// among the shortest one with the fewest changes of actor.
  func path(to first: StateID, isMet: (StateID) -> Bool) -> Path {
    let level = level(of: first)
    var marked: [Set<StateID>] = Array(repeating: [], count: level + 1)
    store.eachState(level) { if $0 == first || isMet($0) { marked[level].insert($0) } }
    // Backwards: what lies on a shortest path.
    for d in stride(from: level - 1, through: 0, by: -1) {
      store.eachState(d) { s in
        var leads = false
        for a in graph.actors.indices where !leads {
          each(a, s) { t in if marked[d + 1].contains(t) { leads = true } }
        }
        if leads { marked[d].insert(s) }
      }
    }
    return calmest(marked.map { $0.sorted() })
  }

  /// The path by which the search came to a state.
  func plainPath(to id: StateID) -> Path {
    var states = [id]
    var level = level(of: id)
    while level > 0, let s = states.last {
      states.append(store.parent(s))
      level -= 1
    }
    states.reverse()
    var path: Path = [(states[0], -1)]
    for k in 1..<max(1, states.count) { path.append((states[k], actor(from: states[k - 1], to: states[k]))) }
    return path
  }

  func level(of id: StateID) -> Int { store.level(of: id) }

  private func actor(from s: StateID, to t: StateID) -> Int {
    for a in graph.actors.indices {
      var isIt = false
      each(a, s) { if $0 == t { isIt = true } }
      if isIt { return a }
    }
    return -1
  }

  /// Calls `body` with each known successor of a state by an actor.
  func each(_ a: Int, _ s: StateID, _ body: (StateID) -> Void) {
    graph.eachSuccessor(a, store.state(s)) { if let t = store.find($0) { body(t) } }
  }

  /// Fewest changes of actor: dynamic programming over the states on shortest paths, level by level.
  private func calmest(_ levels: [[StateID]]) -> Path {
    let actors = graph.actors.count
    // Cost of having come by an actor, and the actor before it; by position in the level.
    var cost: [[Int32]] = levels.map { [Int32](repeating: .max, count: $0.count * actors) }
    var from: [[Int32]] = levels.map { [Int32](repeating: -1, count: $0.count * actors) }
    for a in 0..<actors { cost[0][a] = 0 }
    for d in 0..<(levels.count - 1) {
      let positions = Dictionary(uniqueKeysWithValues: levels[d + 1].enumerated().map { ($1, $0) })
      for (i, s) in levels[d].enumerated() {
        for a in 0..<actors {
          var best = Int32.max
          var via: Int32 = -1
          for b in 0..<actors where cost[d][i * actors + b] != .max {
            let c = cost[d][i * actors + b] + (a == b || d == 0 ? 0 : 1)
            if c < best { (best, via) = (c, Int32(i * actors + b)) }
          }
          if best == .max { continue }
          each(a, s) { t in
            guard let j = positions[t], best < cost[d + 1][j * actors + a] else { return }
            cost[d + 1][j * actors + a] = best
            from[d + 1][j * actors + a] = via
          }
        }
      }
    }
    let last = levels.count - 1
    guard var at = cost[last].indices.min(by: { cost[last][$0] < cost[last][$1] }) else { return [] }
    var path: Path = []
    for d in stride(from: last, through: 1, by: -1) {
      path.append((levels[d][at / actors], at % actors))
      at = Int(from[d][at])
    }
    path.append((levels[0][0], -1))
    return path.reversed()
  }
}
