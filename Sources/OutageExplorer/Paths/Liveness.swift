// Properties of paths, decided over all transitions once the space is complete.

extension Search {
  /// From every state some path leads to one where the condition holds: the states from which none does.
  func lost(_ judge: Judge, _ edges: Edges) -> [Bool] {
    let (into, sources) = edges.backwards()
    var good = [Bool](repeating: false, count: edges.count)
    var work: [Int] = []
    for s in 0..<edges.count where judge.value(store.state(edges.ids[s]), graph) != 0 {
      good[s] = true
      work.append(s)
    }
    while let t = work.popLast() {
      for e in Int(into[t])..<Int(into[t + 1]) where !good[Int(sources[e])] {
        good[Int(sources[e])] = true
        work.append(Int(sources[e]))
      }
    }
    return good.map { !$0 }
  }

  /// How a fair path avoids a condition for ever.
  enum Avoidance {
    /// It ends in this state.
    case end(StateID)
    /// It loops: states and actors, the first without an actor, back to it.
    case loop(Path)
  }

  /// States on paths, from the start or from where a premise holds, along which the condition has not come true.
  func open(_ judge: Judge, premise: Judge?, _ edges: Edges) -> (isOpen: [Bool], hadPremise: Bool) {
    var isOpen = [Bool](repeating: false, count: edges.count)
    var work: [Int] = []
    func open(_ s: Int) {
      if isOpen[s] || judge.value(store.state(edges.ids[s]), graph) != 0 { return }
      isOpen[s] = true
      work.append(s)
    }
    var hadPremise = premise == nil
    if let premise {
      for s in 0..<edges.count where premise.value(store.state(edges.ids[s]), graph) != 0 {
        hadPremise = true
        open(s)
      }
    } else {
      var start: StateID = 0
      store.eachState(0) { start = $0 }
      open(edges.number(start))
    }
    while let s = work.popLast() { for e in edges.row(s) { open(Int(edges.targets[e])) } }
    return (isOpen, hadPremise)
  }

  /// A path that ends, or a fair loop, in the open states; nil when there is none.
  func avoidance(_ edges: Edges, _ isOpen: [Bool]) -> Avoidance? {
    let ends = isOpen.indices.filter { isOpen[$0] && edges.row($0).isEmpty }
    if let end = ends.min(by: { level(of: edges.ids[$0]) < level(of: edges.ids[$1]) }) { return .end(edges.ids[end]) }
    var best: (level: Int, component: [Int])?
    for component in edges.components(isOpen) where isFair(component, edges) {
      let level = component.map { self.level(of: edges.ids[$0]) }.min() ?? 0
      if best.map({ level < $0.level }) ?? true { best = (level, component) }
    }
    guard let (least, component) = best,
      let entry = component.first(where: { level(of: edges.ids[$0]) == least })
    else { return nil }
    return .loop(tour(edges, Set(component), entry))
  }

  /// Weak fairness: each activity moves inside, or is disabled somewhere in it.
  private func isFair(_ component: [Int], _ edges: Edges) -> Bool {
    let inside = Set(component)
    var hasEdge = false
    var isFair = graph.actors.map { !$0.isFair }
    for s in component {
      var isEnabled = [Bool](repeating: false, count: graph.actors.count)
      for e in edges.row(s) {
        let a = Int(edges.actors[e])
        isEnabled[a] = true
        if inside.contains(Int(edges.targets[e])) {
          isFair[a] = true
          hasEdge = true
        }
      }
      for a in isFair.indices where !isEnabled[a] { isFair[a] = true }
    }
    return hasEdge && isFair.allSatisfy { $0 }
  }

  /// A closed walk through a strongly connected set in which every activity that moves inside it moves, or passes a
  /// state in which it cannot.
  private func tour(_ edges: Edges, _ inside: Set<Int>, _ start: Int) -> Path {
    var walk: [(state: Int, actor: Int)] = [(start, -1)]
    /// Breadth first within the set until an edge meets the goal.
    func go(_ isGoal: (_ actor: Int, _ target: Int) -> Bool) {
      guard let here = walk.last?.state else { return }
      var parent: [Int: (Int, Int)] = [:]
      var queue = [here]
      var seen: Set<Int> = [here]
      var head = 0
      while head < queue.count {
        let s = queue[head]
        head += 1
        for e in edges.row(s) where inside.contains(Int(edges.targets[e])) {
          let t = Int(edges.targets[e])
          if isGoal(Int(edges.actors[e]), t) {
            var back: [(state: Int, actor: Int)] = [(t, Int(edges.actors[e]))]
            var at = s
            while at != here, let (from, a) = parent[at] {
              back.append((at, a))
              at = from
            }
            walk += back.reversed()
            return
          }
          if seen.insert(t).inserted {
            parent[t] = (s, Int(edges.actors[e]))
            queue.append(t)
          }
        }
      }
    }
    let isMet = { (a: Int, s: Int) in edges.row(s).allSatisfy { Int(edges.actors[$0]) != a } }
    for a in graph.actors.indices where graph.actors[a].isFair {
      if walk.contains(where: { $0.actor == a || isMet(a, $0.state) }) { continue }
      let moves = inside.contains { s in
        edges.row(s).contains { Int(edges.actors[$0]) == a && inside.contains(Int(edges.targets[$0])) }
      }
      if moves { go { b, _ in b == a } } else { go { _, t in isMet(a, t) } }
    }
    if walk.count == 1 || walk.last?.state != start { go { _, t in t == start } }
    return walk.map { (store.words(edges.ids[$0.state]), $0.actor) }
  }

  // MARK: Counting paths

  /// How many complete paths there are, and how many of them end where each property is violated; nil when a loop makes
  /// them endless, or there are more than 2^127.
  func countPaths(_ edges: Edges, _ ends: (StateID) -> Bool) -> (all: UInt128, met: UInt128)? {
    var into = [UInt32](repeating: 0, count: edges.count)
    for t in edges.targets { into[Int(t)] += 1 }
    var ways = [UInt128](repeating: 0, count: edges.count)
    var start: StateID = 0
    store.eachState(0) { start = $0 }
    ways[edges.number(start)] = 1
    var ready = into.indices.filter { into[$0] == 0 }
    var seen = 0
    var (all, met): (UInt128, UInt128) = (0, 0)
    while let s = ready.popLast() {
      seen += 1
      if edges.row(s).isEmpty {
        all += ways[s]
        if ends(edges.ids[s]) { met += ways[s] }
      }
      for e in edges.row(s) {
        let t = Int(edges.targets[e])
        let (sum, overflow) = ways[t].addingReportingOverflow(ways[s])
        if overflow || sum >> 120 != 0 { return nil }
        ways[t] = sum
        into[t] -= 1
        if into[t] == 0 { ready.append(t) }
      }
    }
    return seen == edges.count ? (all, met) : nil
  }
}
