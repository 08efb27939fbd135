import OutageModel

/// States from the start on, each with the actor that led to it (none for the first).
typealias Path = [(state: [UInt64], actor: Int)]

extension Search {
  /// A shortest path to one of some states of a level, and among the shortest one with the fewest changes of actor; of
  /// these, the one whose actors come last.
  func path(to states: [[UInt64]], at level: Int) -> Path {
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
    graph.eachSuccessor(a, store.state(s)) { if let t = store.find($0) { body(t) } }
  }

  /// Steps from a layer's states into the next layer.
  private struct Row {
    var edges: [(actor: Int, target: Int)] = []
  }

  /// Fewest changes of actor: dynamic programming from the end over the states on shortest paths.
  private func calmest(_ layers: [[[UInt64]]]) -> Path {
    let actors = graph.actors.count
    var rows: [[Row]] = []
    // Changes from here to the end, by state of the layer and the actor that has come here.
    var left: [[Int32]] = Array(repeating: [], count: layers.count)
    left[layers.count - 1] = Array(repeating: 0, count: layers[layers.count - 1].count * actors)
    for d in stride(from: layers.count - 2, through: 0, by: -1) {
      let positions = Dictionary(layers[d + 1].enumerated().map { ($1, $0) }) { first, _ in first }
      let row = layers[d].map { s in
        var row = Row()
        for a in 0..<actors {
          graph.eachSuccessor(a, s) { t in
            let words = Array(UnsafeBufferPointer(start: t, count: graph.width))
            if let j = positions[words] { row.edges.append((a, j)) }
          }
        }
        return row
      }
      left[d] = row.flatMap { row in
        (0..<actors).map { a in row.edges.map { self.cost($0, after: a, d, left[d + 1]) }.min() ?? Self.never }
      }
      rows.append(row)
    }
    rows.reverse()
    var path: Path = [(layers[0][0], -1)]
    var (at, actor) = (0, -1)
    for d in 0..<(layers.count - 1) {
      // Of equal ones the last actor.
      let after = actor
      let edge = rows[d][at].edges.reversed().min {
        cost($0, after: after, d, left[d + 1]) < cost($1, after: after, d, left[d + 1])
      }
      guard let edge else { break }
      (at, actor) = (edge.target, edge.actor)
      path.append((layers[d + 1][at], actor))
    }
    return path
  }

  /// More changes than any path has.
  private static let never: Int32 = 1 << 30

  private func cost(_ edge: (actor: Int, target: Int), after actor: Int, _ d: Int, _ left: [Int32]) -> Int32 {
    let change: Int32 = d == 0 || edge.actor == actor ? 0 : 1
    return left[edge.target * graph.actors.count + edge.actor] + change
  }
}
