import OutageModel

/// States from the start on, each with the actor that led to it (none for the first).
typealias Path = [(state: [UInt64], actor: Int)]

/// Some states, one after the other.
struct StateList {
  let width: Int
  var words: [UInt64] = []

  var count: Int { words.count / width }

  func each(_ body: (UnsafePointer<UInt64>) -> Void) {
    words.withUnsafeBufferPointer { words in
      guard let first = words.baseAddress else { return }
      for at in stride(from: 0, to: words.count, by: width) { body(first + at) }
    }
  }

  mutating func append(_ state: UnsafePointer<UInt64>) { words += UnsafeBufferPointer(start: state, count: width) }
}

// A way's cost is its changes of actor, times the number of actors, and less for a later last actor: of ways with equally
// many changes those are wanted whose last actor comes last, and of these the one whose actors come first. So one pass from
// the ends to the start knows of each state what the best way from there costs, by who has led to it.
extension Search {
  /// A shortest path to one of some states of a level, and among the shortest one with the fewest changes of actor; where
  /// the memory allowed does not hold all states on shortest paths, among those that it holds.
  func path(to states: StateList, at level: Int) -> Path {
    let agents = PathAgents(graph.actors)
    let first = path(to: states, at: level, agents, roomForPath)
    if first.path.count > level || !first.isCut { return first.path }
    // Fingerprints may take a later state for one of a layer, and leave no room for those on the way.
    return path(to: states, at: level, agents, .max / 2).path
  }

  private func path(
    to states: StateList, at level: Int, _ agents: PathAgents, _ room: Int
  ) -> (path: Path, isCut: Bool) {
    let isReduced = !graph.orbits.isEmpty
    var layers =
      isReduced
      ? realLayers(to: states, at: level, agents, room) : layersBackwards(to: states, at: level, agents, room)
    defer { layers.deallocate() }
    if isReduced { weigh(&layers, level, agents) }
    return (calmest(layers, level, agents), layers.isCut)
  }

  /// A shortest path to a state.
  func path(to state: [UInt64], at level: Int) -> Path {
    path(to: StateList(width: graph.width, words: state), at: level)
  }

  /// A shortest path to a state that is kept.
  func path(to id: StateID) -> Path { path(to: store.words(id), at: level(of: id)) }

  func level(of id: StateID) -> Int { store.level(of: id) }

  /// Calls `body` with each known successor of a state by an actor.
  func each(_ a: Int, _ s: StateID, _ body: (StateID) -> Void) {
    graph.eachSuccessor(a, store.state(s)) { next in
      let kept = graph.orbits.isEmpty ? store.find(next) : store.find(graph.canon.words(next, width: graph.width))
      if let kept { body(kept) }
    }
  }

  /// The states on shortest paths, from the last layer to that after the start, with what the ways from there cost.
  private func layersBackwards(to states: StateList, at level: Int, _ agents: PathAgents, _ room: Int) -> PathLayers {
    var layers = PathLayers(
      width: graph.width, agents: agents.count, change: graph.actors.count, isFromEnd: true)
    if level == 0 { return layers }
    let backwards = Backwards(graph)
    defer { backwards.deallocate() }
    let room = room - backwards.bytes
    layers.beginLayer(room: room, left: level)
    states.each { layers.insert($0) }
    var sources = Sources(width: graph.width)
    defer { sources.deallocate() }
    for d in stride(from: level - 1, to: 0, by: -1) {
      let next = layers.layer(d + 1, of: level)
      layers.beginLayer(room: room, left: d)
      for t in next {
        goBack(backwards, t, isLast: d + 1 == level, &sources, at: d, &layers, agents)
      }
      settle(&sources, at: d, &layers)
    }
    return layers
  }

  /// Notes the states from which steps lead to a state of the next layer.
  private func goBack(
    _ backwards: Backwards, _ t: Int, isLast: Bool, _ sources: inout Sources, at d: Int, _ layers: inout PathLayers,
    _ agents: PathAgents
  ) {
    sources.target.update(from: layers.state(t), count: graph.width)
    backwards.eachPredecessor(of: sources.target, sources.previous) { a in
      let hash = sources.add(agents.of[a], cost(a, t, isLast, layers, agents))
      store.shards[StateStore.shard(hash)].prefetchSlot(hash, isCompact: options.isCompact)
      if sources.isFull { settle(&sources, at: d, &layers) }
    }
  }

  /// Adds the states of a level that were noted: their slots have been asked for, now their states are.
  private func settle(_ sources: inout Sources, at d: Int, _ layers: inout PathLayers) {
    if !options.isCompact {
      sources.each { state, hash, _, _ in
        if layers.find(state, hash: hash) != nil { return }
        store.shards[StateStore.shard(hash)].prefetchState(hash, width: graph.width)
      }
    }
    sources.each { state, hash, agent, cost in
      var s = layers.find(state, hash: hash)
      if s == nil, store.isMet(state, hash: hash, at: d) { s = layers.insert(state, hash: hash) }
      if let s { layers.take(s, agent, cost) }
    }
    sources.clear()
  }

  /// What the cheapest way costs that begins with a step by an actor to a state.
  @inline(__always)
  private func cost(_ a: Int, _ t: Int, _ isLast: Bool, _ layers: PathLayers, _ agents: PathAgents) -> UInt64 {
    isLast ? layers.change &- 1 &- UInt64(truncatingIfNeeded: a) : layers.cost(t, after: agents.of[a])
  }

  /// Finds what ways cost from the states of layers that were found forwards.
  private func weigh(_ layers: inout PathLayers, _ level: Int, _ agents: PathAgents) {
    for d in stride(from: level - 1, to: 0, by: -1) {
      let next = layers.layer(d + 1, of: level)
      for s in layers.layer(d, of: level) {
        for a in graph.actors.indices {
          graph.eachSuccessor(a, layers.state(s)) { state in
            guard let t = layers.find(state, in: next) else { return }
            let cost = cost(a, t, d + 1 == level, layers, agents)
            if cost < PathLayers.never { layers.take(s, agents.of[a], cost) }
          }
        }
      }
    }
  }

  /// Goes the cheapest way, of equally cheap steps the first.
  private func calmest(_ layers: PathLayers, _ level: Int, _ agents: PathAgents) -> Path {
    var path: Path = [(graph.start(), -1)]
    var agent = -1
    for d in 0..<level {
      let next = layers.layer(d + 1, of: level)
      var best = (cost: PathLayers.never, actor: -1, state: -1)
      for a in graph.actors.indices {
        let change = d == 0 || agents.of[a] == agent ? 0 : layers.change
        graph.eachSuccessor(a, path[d].state) { state in
          guard let t = layers.find(state, in: next) else { return }
          let cost = cost(a, t, d + 1 == level, layers, agents) + change
          if cost < best.cost { best = (cost, a, t) }
        }
      }
      if best.actor < 0 { break }
      agent = agents.of[best.actor]
      path.append((Array(UnsafeBufferPointer(start: layers.state(best.state), count: graph.width)), best.actor))
    }
    return path
  }
}

/// Those between whom changes are counted: an activity is one, whether it makes a step or gives up a call.
struct PathAgents {
  /// By actor.
  private(set) var of: [Int] = []
  private(set) var count = 0

  init(_ actors: [Actor]) {
    var moving: [Int: Int] = [:]
    for actor in actors {
      switch actor {
      case .move(let k), .timeOut(let k):
        if let known = moving[k] {
          of.append(known)
          continue
        }
        moving[k] = count
      case .expiry, .crash, .restart, .stall: break
      }
      of.append(count)
      count += 1
    }
  }
}

/// States from which steps lead to those of a layer, a few at a time, so that their places in the store can be asked for
/// ahead.
private struct Sources {
  private static let most = 64
  private let width: Int
  /// The state from which steps are gone back, and one that a step comes from.
  let target: UnsafeMutablePointer<UInt64>
  let previous: UnsafeMutablePointer<UInt64>
  /// Of each the words, their hash, who makes the step, and what the way costs.
  private let records: UnsafeMutablePointer<UInt64>
  private let stride: Int
  private var count = 0

  init(width: Int) {
    self.width = width
    stride = width + 3
    target = .allocate(capacity: 2 * width + Self.most * stride)
    previous = target + width
    records = previous + width
  }

  func deallocate() { target.deallocate() }

  var isFull: Bool { count == Self.most }

  /// Adds the previous state; its hash.
  @inline(__always)
  mutating func add(_ agent: Int, _ cost: UInt64) -> UInt64 {
    let record = records + count &* stride
    for k in 0..<width { record[k] = previous[k] }
    let hash = mixed(previous, width)
    record[width] = hash
    record[width &+ 1] = UInt64(truncatingIfNeeded: agent)
    record[width &+ 2] = cost
    count &+= 1
    return hash
  }

  @inline(__always)
  func each(_ body: (UnsafePointer<UInt64>, UInt64, Int, UInt64) -> Void) {
    for k in 0..<count {
      let record = records + k &* stride
      body(record, record[width], Int(truncatingIfNeeded: record[width &+ 1]), record[width &+ 2])
    }
  }

  mutating func clear() { count = 0 }
}
