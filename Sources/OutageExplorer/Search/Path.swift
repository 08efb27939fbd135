import OutageModel

/// States from the start on, each with the actor that led to it (none for the first).
typealias Path = [(state: [UInt64], actor: Int)]

extension Search {
  /// A shortest path to one of some states of a level, and among the shortest one with the fewest changes of actor.
  func path(to states: [[UInt64]], at level: Int) -> Path {
    if !graph.orbits.isEmpty { return calmest(realLayers(to: states, at: level)) }
    var layers: [[[UInt64]]] = Array(repeating: [], count: level + 1)
    layers[level] = states
    if level > 0 {
      let backwards = Backwards(graph)
      for d in stride(from: level - 1, to: 0, by: -1) {
        var seen: Set<[UInt64]> = []
        for t in layers[d + 1] {
          backwards.eachPredecessor(t) { s in
            if seen.contains(s) || !store.isMet(s, at: d) { return }
            seen.insert(s)
            layers[d].append(s)
          }
        }
      }
      layers[0] = [graph.start()]
    }
    return calmest(layers)
  }

  /// A shortest path to a state that is kept.
  func path(to id: StateID) -> Path { path(to: [store.words(id)], at: level(of: id)) }

  func level(of id: StateID) -> Int { store.level(of: id) }

  /// Calls `body` with each known successor of a state by an actor.
  func each(_ a: Int, _ s: StateID, _ body: (StateID) -> Void) {
    graph.eachSuccessor(a, store.state(s)) { next in
      let kept = graph.orbits.isEmpty ? store.find(next) : store.find(graph.canon.words(next, width: graph.width))
      if let kept { body(kept) }
    }
  }

  /// A step from a layer's state to one of the next layer.
  private typealias Edge = (actor: Int, target: Int)

  /// Fewest changes of actor: dynamic programming from the end over the states on shortest paths.
  private func calmest(_ layers: [[[UInt64]]]) -> Path {
    var path: Path = [(layers[0][0], -1)]
    if layers.count == 1 { return path }
    let rows = (0..<(layers.count - 1)).map { steps(from: layers[$0], to: layers[$0 + 1]) }
    // Of equal ones that whose last actor comes last, then that whose actors come first.
    var best: (changes: Int32, left: [[Int32]])?
    for last in stride(from: graph.actors.count - 1, through: 0, by: -1) {
      let left = changesLeft(rows, layers[layers.count - 1].count, last)
      let changes = rows[0][0].map { cost($0, after: -1, 0, left[1]) }.min() ?? Self.never
      if changes < best?.changes ?? Self.never { best = (changes, left) }
    }
    guard let left = best?.left else { return path }
    var (at, actor) = (0, -1)
    for d in rows.indices {
      let after = actor
      let edge = rows[d][at].min { cost($0, after: after, d, left[d + 1]) < cost($1, after: after, d, left[d + 1]) }
      guard let edge else { break }
      (at, actor) = (edge.target, edge.actor)
      path.append((layers[d + 1][at], actor))
    }
    return path
  }

  private func steps(from layer: [[UInt64]], to next: [[UInt64]]) -> [[Edge]] {
    let positions = Dictionary(next.enumerated().map { ($1, $0) }) { first, _ in first }
    return layer.map { s in
      var row: [Edge] = []
      for a in graph.actors.indices {
        graph.eachSuccessor(a, s) { t in
          let words = Array(UnsafeBufferPointer(start: t, count: graph.width))
          if let j = positions[words] { row.append((a, j)) }
        }
      }
      return row
    }
  }

  /// Changes of actor from here to an end that `last` comes to, by layer, state of the layer, and the actor that has come
  /// to it.
  private func changesLeft(_ rows: [[[Edge]]], _ ends: Int, _ last: Int) -> [[Int32]] {
    let actors = graph.actors.count
    var left: [[Int32]] = Array(repeating: [], count: rows.count + 1)
    left[rows.count] = (0..<(ends * actors)).map { $0 % actors == last ? 0 : Self.never }
    for d in rows.indices.reversed() {
      left[d] = rows[d].flatMap { row in
        (0..<actors).map { a in row.map { self.cost($0, after: a, d, left[d + 1]) }.min() ?? Self.never }
      }
    }
    return left
  }

  /// More changes than any path has.
  private static let never: Int32 = 1 << 30

  private func cost(_ edge: (actor: Int, target: Int), after actor: Int, _ d: Int, _ left: [Int32]) -> Int32 {
    let isSame = d == 0 || edge.actor == actor || graph.actors[edge.actor].isOne(with: graph.actors[actor])
    let change: Int32 = isSame ? 0 : 1
    return min(Self.never, left[edge.target * graph.actors.count + edge.actor] + change)
  }
}
