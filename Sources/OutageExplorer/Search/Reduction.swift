import OutageModel

/// Which arrays of processes a search may reduce by symmetry, and why not the others.
struct Reduction {
  private(set) var symmetries: [ImageMeta.Symmetry] = []
  private(set) var leftOut: [(array: String?, reason: String)] = []

  init(_ image: Image, _ options: ExploreOptions, _ chosen: [Int], _ cone: Cone, isPresent: Bool) {
    if let reason = Self.obstacle(image, options, chosen, isPresent: isPresent) {
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
  func realLayers(to states: [[UInt64]], at level: Int) -> [[[UInt64]]] {
    let kept = keptLayers(to: states, at: level)
    var layers: [[[UInt64]]] = Array(repeating: [], count: level + 1)
    layers[0] = [graph.start()]
    for d in 0..<level {
      var seen: Set<[UInt64]> = []
      for s in layers[d] {
        for a in graph.actors.indices {
          graph.eachSuccessor(a, s) { next in
            if seen.count == Self.mostOfLayer || !kept[d + 1].contains(graph.canon.words(next, width: graph.width)) {
              return
            }
            let words = Array(UnsafeBufferPointer(start: next, count: graph.width))
            if seen.insert(words).inserted { layers[d + 1].append(words) }
          }
        }
      }
    }
    return layers
  }

  /// The kept states on shortest paths, level by level: those of which a successor is one of the next level.
  private func keptLayers(to states: [[UInt64]], at level: Int) -> [Set<[UInt64]>] {
    var layers: [Set<[UInt64]>] = Array(repeating: [], count: level + 1)
    layers[level] = Set(states)
    for d in stride(from: level - 1, to: 0, by: -1) {
      store.eachState(d) { s in
        let leads = graph.actors.indices.contains { a in
          var found = false
          graph.eachSuccessor(a, store.state(s)) { next in
            if !found { found = layers[d + 1].contains(graph.canon.words(next, width: graph.width)) }
          }
          return found
        }
        if leads { layers[d].insert(store.words(s)) }
      }
    }
    return layers
  }
}
