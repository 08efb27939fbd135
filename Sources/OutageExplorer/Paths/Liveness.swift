import OutageModel

// Properties of paths, decided over all transitions once the space is complete.

extension Search {
  /// The value of a condition in a state of the whole space.
  func value(_ judge: Judge, _ s: Int, _ edges: Edges) -> Bool {
    let isStuck = judge.property.readsStuck && mayEnd(s, edges) && isUnfinished(edges.ids[s])
    return judge.value(store.state(edges.ids[s]), graph, isStuck: isStuck) != 0
  }

  /// Now and then: a judge forgets what helps nobody, and a host may say that it is enough.
  private func isTold(to judge: Judge, _ turns: Int) -> Bool {
    if turns & Self.pace != 0 { return false }
    judge.forgetIfUseless(states: turns, graph)
    return isToStop()
  }

  /// Whether a path may end there: nothing is left but faults that need not come.
  private func mayEnd(_ s: Int, _ edges: Edges) -> Bool {
    edges.row(s).allSatisfy { graph.actors[Int(edges.actors[$0])].isOptional }
  }

  /// From every state some path leads to one where the condition holds: the states from which none does; nil: stopped.
  func lost(_ judge: Judge, _ edges: Edges) -> [Bool]? {
    var isLost = [Bool](repeating: true, count: edges.count)
    var work: [UInt32] = []
    work.reserveCapacity(edges.count)
    for s in 0..<edges.count {
      if isTold(to: judge, s) { return nil }
      if !value(judge, s, edges) { continue }
      isLost[s] = false
      work.append(UInt32(s))
    }
    if work.count == edges.count { return isLost }
    let (into, sources) = edges.backwards()
    var turns = 0
    while let t = work.popLast() {
      turns &+= 1
      if turns & Self.pace == 0, isToStop() { return nil }
      for e in Int(into[Int(t)])..<Int(into[Int(t) + 1]) where isLost[Int(sources[e])] {
        isLost[Int(sources[e])] = false
        work.append(sources[e])
      }
    }
    return isLost
  }

  /// How a fair path avoids a condition for ever.
  enum Avoidance {
    /// It ends in this state.
    case end(StateID)
    /// It loops: states and actors, the first without an actor, back to it.
    case loop(Path)
    case none
  }

  /// States on paths, from the start or from where a premise holds, along which the condition has not come true; nil: stopped.
  func open(_ judge: Judge, premise: Judge?, _ edges: Edges) -> (isOpen: [Bool], hadPremise: Bool)? {
    var isOpen = [Bool](repeating: false, count: edges.count)
    var work: [UInt32] = []
    work.reserveCapacity(edges.count)
    func open(_ s: Int) {
      if isOpen[s] || value(judge, s, edges) { return }
      isOpen[s] = true
      work.append(UInt32(s))
    }
    var hadPremise = premise == nil
    if let premise {
      for s in 0..<edges.count {
        if isTold(to: premise, s) { return nil }
        if !value(premise, s, edges) { continue }
        hadPremise = true
        open(s)
      }
    } else {
      var start: StateID = 0
      store.eachState(0) { start = $0 }
      open(edges.number(start))
    }
    var turns = 0
    while let s = work.popLast() {
      turns &+= 1
      if isTold(to: judge, turns) { return nil }
      for e in edges.row(Int(s)) { open(Int(edges.targets[e])) }
    }
    return (isOpen, hadPremise)
  }

  /// A path that ends, or a fair loop, in the open states; nil: stopped.
  func avoidance(_ edges: Edges, _ isOpen: [Bool]) -> Avoidance? {
    var end: (level: Int, state: Int)?
    for s in isOpen.indices where isOpen[s] && mayEnd(s, edges) {
      let level = level(of: edges.ids[s])
      if end.map({ level < $0.level }) ?? true { end = (level, s) }
    }
    if let end { return .end(edges.ids[end.state]) }
    guard let components = Components(edges, isOpen, isToStop: isToStop) else { return nil }
    var best: (level: Int, entry: Int, component: Int)?
    for c in stride(from: 1, through: components.count, by: 1) where isFair(c, components, edges) {
      for s in components.states(c) {
        let at = (level(of: edges.ids[Int(s)]), Int(s))
        if best.map({ at < ($0.level, $0.entry) }) ?? true { best = (at.0, at.1, c) }
      }
    }
    guard let best else { return Avoidance.none }
    return .loop(tour(edges, components, best.component, from: best.entry))
  }

  /// Weak fairness: each actor moves inside, or is disabled somewhere in it.
  private func isFair(_ c: Int, _ components: Components, _ edges: Edges) -> Bool {
    var isFair = graph.actors.indices.map { !graph.isFair($0) }
    var enabledAt = [Int](repeating: -1, count: graph.actors.count)
    for s in components.states(c) {
      for e in edges.row(Int(s)) {
        let a = Int(edges.actors[e])
        enabledAt[a] = Int(s)
        if components.of[Int(edges.targets[e])] == c { isFair[a] = true }
      }
      for a in isFair.indices where enabledAt[a] != Int(s) { isFair[a] = true }
    }
    return isFair.allSatisfy { $0 }
  }

  /// A closed walk through a strongly connected set in which every fair actor that moves inside it moves, or passes a
  /// state in which it cannot.
  private func tour(_ edges: Edges, _ components: Components, _ c: Int, from start: Int) -> Path {
    var walk: [(state: Int, actor: Int)] = [(start, -1)]
    let isInside = { (s: UInt32) in components.of[Int(s)] == c }
    // By whom, and from where, each state was met first; nobody: it was not met.
    let nobody = UInt8.max
    var (metBy, metFrom) = ([UInt8](repeating: nobody, count: edges.count), [UInt32](repeating: 0, count: edges.count))
    var queue: [UInt32] = []
    /// Breadth first within the set until an edge meets the goal.
    func go(_ isGoal: (_ actor: Int, _ target: Int) -> Bool) {
      guard let here = walk.last?.state else { return }
      for s in queue { metBy[Int(s)] = nobody }
      queue.removeAll(keepingCapacity: true)
      queue.append(UInt32(here))
      metBy[here] = 0
      var head = 0
      while head < queue.count {
        let s = Int(queue[head])
        head += 1
        for e in edges.row(s) where isInside(edges.targets[e]) {
          let t = Int(edges.targets[e])
          if isGoal(Int(edges.actors[e]), t) {
            var back: [(state: Int, actor: Int)] = [(t, Int(edges.actors[e]))]
            var at = s
            while at != here {
              back.append((at, Int(metBy[at])))
              at = Int(metFrom[at])
            }
            walk += back.reversed()
            return
          }
          if metBy[t] == nobody {
            (metBy[t], metFrom[t]) = (edges.actors[e], UInt32(s))
            queue.append(UInt32(t))
          }
        }
      }
    }
    let isMet = { (a: Int, s: Int) in edges.row(s).allSatisfy { Int(edges.actors[$0]) != a } }
    for a in graph.actors.indices where graph.isFair(a) {
      if walk.contains(where: { $0.actor == a || isMet(a, $0.state) }) { continue }
      let moves = components.states(c).contains { s in
        edges.row(Int(s)).contains { Int(edges.actors[$0]) == a && isInside(edges.targets[$0]) }
      }
      if moves { go { b, _ in b == a } } else { go { _, t in isMet(a, t) } }
    }
    if walk.count == 1 || walk.last?.state != start { go { _, t in t == start } }
    return walk.map { (store.words(edges.ids[$0.state]), $0.actor) }
  }

  // MARK: Counting paths

  /// How many complete paths there are, and how many of them end where each of so many conditions is met; nil when a loop
  /// makes them endless, or there are more than 2^120.
  func countPaths(_ edges: Edges, ends count: Int, _ isMet: (Int, StateID) -> Bool) -> (all: UInt128, met: [UInt128])? {
    var into = [UInt32](repeating: 0, count: edges.count)
    for t in edges.targets { into[Int(t)] += 1 }
    var ways = [UInt128](repeating: 0, count: edges.count)
    var start: StateID = 0
    store.eachState(0) { start = $0 }
    ways[edges.number(start)] = 1
    var ready = into.indices.filter { into[$0] == 0 }
    var seen = 0
    var all: UInt128 = 0
    var met = [UInt128](repeating: 0, count: count)
    while let s = ready.popLast() {
      seen += 1
      if edges.row(s).isEmpty {
        all += ways[s]
        for k in met.indices where isMet(k, edges.ids[s]) { met[k] += ways[s] }
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
