// The way to where a condition is avoided: it must not come true on the way either, or not behind the premise.

extension Search {
  /// A path to an open state along which the condition has not come true, from the start or from where the premise holds. One
  /// with few changes of actor if a shortest one will do.
  func stem(to id: StateID, _ judge: Judge, premise: Judge?, _ edges: Edges, _ isOpen: [Bool]) -> Path {
    let calm = path(to: id)
    if avoids(calm, judge, premise, edges) { return calm }
    let begins = (0..<edges.count).filter { s in
      guard isOpen[s] else { return false }
      return premise.map { value($0, s, edges) } ?? (level(of: edges.ids[s]) == 0)
    }
    return shortest(from: begins, to: edges.number(id), edges, isOpen) ?? calm
  }

  private func avoids(_ path: Path, _ judge: Judge, _ premise: Judge?, _ edges: Edges) -> Bool {
    let last = path.lastIndex { value(judge, $0.state, edges) } ?? -1
    guard let premise else { return last < 0 }
    return path[(last + 1)...].contains { value(premise, $0.state, edges) }
  }

  private func value(_ judge: Judge, _ state: [UInt64], _ edges: Edges) -> Bool {
    if let id = store.find(state) { return value(judge, edges.number(id), edges) }
    return judge.value(state, graph) != 0
  }

  /// A shortest path to one of these states, and on through open ones to a state.
  private func shortest(from begins: [Int], to end: Int, _ edges: Edges, _ isOpen: [Bool]) -> Path? {
    var ways: [Int: [Int]] = [:]
    for s in begins { ways[level(of: edges.ids[s]), default: []].append(s) }
    let levels = ways.keys.sorted()
    /// From where, and by whom, each was first reached: itself where it begins.
    var from = [UInt32](repeating: .max, count: edges.count)
    var by = [UInt8](repeating: 0, count: edges.count)
    var layer: [Int] = []
    var (distance, next) = (levels.first ?? 0, 0)
    while from[end] == .max {
      if next < levels.count, layer.isEmpty { distance = levels[next] }
      if next < levels.count, levels[next] == distance {
        for s in ways[distance] ?? [] where from[s] == .max {
          from[s] = UInt32(s)
          layer.append(s)
        }
        next += 1
      }
      if layer.isEmpty && next == levels.count { return nil }
      var reached: [Int] = []
      for s in layer {
        for e in edges.row(s) {
          let t = Int(edges.targets[e])
          if !isOpen[t] || from[t] != .max { continue }
          (from[t], by[t]) = (UInt32(s), edges.actors[e])
          reached.append(t)
        }
      }
      layer = reached
      distance += 1
    }
    var back: Path = []
    var at = end
    while Int(from[at]) != at {
      back.append((store.words(edges.ids[at]), Int(by[at])))
      at = Int(from[at])
    }
    return path(to: edges.ids[at]) + back.reversed()
  }
}
