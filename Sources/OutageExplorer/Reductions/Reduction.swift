import OutageModel

/// Which arrays of processes a search may reduce by symmetry, and why not the others.
struct Reduction {
  private(set) var symmetries: [ImageMeta.Symmetry] = []
  private(set) var leftOut: [(array: String?, reason: String)] = []

  init(_ image: Image, _ options: ExploreOptions, _ chosen: [Int], _ cone: Cone, isPresent: Bool) {
    let acts = cone.lapses.isEmpty ? nil : "something happens as a lease lapses"
    if let reason = acts ?? Self.obstacle(image, options, chosen, isPresent: isPresent) {
      leftOut = [(nil, reason)]
      return
    }
    let followed = Set(cone.processes.map(\.element)).union(cone.passives)
    for symmetry in image.meta.exploring.symmetries {
      let reason =
        symmetry.obstacle ?? Self.unevenness(symmetry, followed)
        ?? chosen.lazy.compactMap { k in
          symmetry.telling[k].map { "\"\(image.meta.properties[k].text)\": \($0)" }
        }.first
      if let reason { leftOut.append((Self.name(symmetry, image), reason)) } else { symmetries.append(symmetry) }
    }
  }

  /// `writer[3]`
  static func name(_ symmetry: ImageMeta.Symmetry, _ image: Image) -> String {
    let node = image.meta.nodes[Int(image.tables.elementNode[symmetry.processes.lowerBound])]
    return "\(node.name)[\(symmetry.processes.count)]"
  }

  /// What stands against any reduction.
  private static func obstacle(_ image: Image, _ options: ExploreOptions, _ chosen: [Int], isPresent: Bool) -> String? {
    if isPresent { return "the search begins in a world that lives" }
    if image.meta.exploring.symmetries.isEmpty { return "there is no array of processes" }
    if options.isCompact { return "fingerprints keep no states to find a path by" }
    if options.countsPaths { return "paths are counted one by one" }
    for k in chosen {
      switch image.meta.properties[k].kind {
      case .eventually, .leadsTo: return "\"\(image.meta.properties[k].text)\" is fair to each process by itself"
      case .never, .always, .sometimes, .recoverable, .expect: break
      }
    }
    return nil
  }

  /// A search follows all elements, and of what goes with them all or none.
  private static func unevenness(_ symmetry: ImageMeta.Symmetry, _ followed: Set<Int>) -> String? {
    if !symmetry.processes.allSatisfy(followed.contains) { return "not all of its elements are followed" }
    let isEven = symmetry.partners.allSatisfy { p in
      p.allSatisfy(followed.contains) || !p.contains(where: followed.contains)
    }
    return isEven ? nil : "not all of its variables are followed"
  }
}

extension ExploreResult {
  /// What was made of the wish to reduce a search.
  public struct Symmetry: Sendable {
    /// Arrays whose elements may change places: `writer[3]`.
    public var arrays: [String] = []
    /// States without the reduction, of those that were seen; nil: not known.
    public var represented: Int?
    /// What is searched as it stands, and why; no array: everything.
    public var leftOut: [(array: String?, reason: String)] = []
  }
}

extension Search {
  /// States that the kept ones stand for. They all have been reached if the start is the same for every element.
  var represented: Int? {
    if graph.orbits.isEmpty || !graph.canon.isFixed(graph.start()) { return nil }
    var sum = 0
    for shard in 0..<StateStore.shardCount {
      for i in 0..<store.shards[shard].count {
        guard let orbit = graph.canon.represented(store.shards[shard].state(i, width: graph.width)) else { return nil }
        let (all, overflow) = sum.addingReportingOverflow(orbit)
        if overflow { return nil }
        sum = all
      }
    }
    return sum
  }
}

// A path through kept states is a path of the script with elements exchanged between its steps. The steps themselves are
// found forwards, from the real start: what leads to a state that stands for one on a shortest path lies on a shortest path
// itself.
extension Search {
  /// Real states of one level that are looked at, at most; each is on a path to the end.
  private static let mostOfLayer = 1 << 18

  /// Layers of real states on shortest paths from the start to states that the given ones stand for.
  func realLayers(to states: StateList, at level: Int, _ agents: PathAgents, _ room: Int) -> PathLayers {
    let kept = keptLayers(to: states, at: level, room / 2)
    defer { kept.deallocate() }
    var layers = PathLayers(width: graph.width, agents: agents.count, change: graph.actors.count, isFromEnd: false)
    let room = max(room - kept.bytes, room / 2)
    layers.beginLayer(room: room, left: level + 1)
    layers.insert(graph.start())
    withUnsafeTemporaryAllocation(of: UInt64.self, capacity: 2 * graph.width) { buffer in
      let state = buffer.baseAddress.unsafelyUnwrapped
      for d in 0..<level {
        let (here, next) = (layers.layer(d, of: level), kept.layer(d + 1, of: level))
        layers.beginLayer(room: room, left: level - d, most: Self.mostOfLayer)
        for s in here {
          state.update(from: layers.state(s), count: graph.width)
          for a in graph.actors.indices { goOn(a, state, kept, next, &layers) }
        }
      }
    }
    return layers
  }

  /// Adds the states to which an actor leads, as far as what is kept of them is in a layer. There is room for the words of two
  /// states.
  private func goOn(
    _ a: Int, _ state: UnsafeMutablePointer<UInt64>, _ kept: PathLayers, _ layer: Range<Int>, _ layers: inout PathLayers
  ) {
    let canonical = state + graph.width
    graph.eachSuccessor(a, state) { next in
      canonical.update(from: next, count: graph.width)
      graph.canon.apply(canonical)
      if kept.find(canonical, in: layer) != nil { layers.insert(next) }
    }
  }

  /// The kept states on shortest paths, level by level: those of which a successor is one of the next level.
  private func keptLayers(to states: StateList, at level: Int, _ room: Int) -> PathLayers {
    var layers = PathLayers(width: graph.width, agents: 0, change: 0, isFromEnd: true)
    layers.beginLayer(room: room, left: level + 1)
    states.each { layers.insert($0) }
    withUnsafeTemporaryAllocation(of: UInt64.self, capacity: graph.width) { buffer in
      let canonical = buffer.baseAddress.unsafelyUnwrapped
      for d in stride(from: level - 1, to: 0, by: -1) {
        let next = layers.layer(d + 1, of: level)
        layers.beginLayer(room: room, left: d)
        store.eachState(d) { s in
          if leads(store.state(s), to: next, of: layers, canonical) { layers.insert(store.state(s)) }
        }
      }
    }
    return layers
  }

  /// Whether what is kept of a successor is in a layer.
  private func leads(
    _ state: UnsafePointer<UInt64>, to layer: Range<Int>, of layers: PathLayers,
    _ canonical: UnsafeMutablePointer<UInt64>
  ) -> Bool {
    graph.actors.indices.contains { a in
      var isFound = false
      graph.eachSuccessor(a, state) { next in
        if isFound { return }
        canonical.update(from: next, count: graph.width)
        graph.canon.apply(canonical)
        isFound = layers.find(canonical, in: layer) != nil
      }
      return isFound
    }
  }
}
