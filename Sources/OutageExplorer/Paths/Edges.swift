/// All transitions of an explored space, forward, in rows of states numbered one after the other: made only for
/// properties that speak of paths.
final class Edges {
  private(set) var rows: [Int] = [0]
  private(set) var targets: [UInt32] = []
  private(set) var actors: [UInt8] = []
  private let bases: [Int]
  let ids: [StateID]
  var count: Int { ids.count }

  /// Most transitions that properties of paths are decided for.
  static let most = 200_000_000

  /// Bytes that they, and what decides a property by them, take at most: nine for a transition, there and back; rows,
  /// numbers and marks of each state.
  static func bytes(_ search: Search) -> Int { search.transitions * 9 + search.store.count * 48 }

  /// nil when there are too many, or the search is to stop.
  init?(_ search: Search) {
    if search.transitions > Self.most || search.graph.actors.count >= UInt8.max { return nil }
    if search.bytes + Self.bytes(search) > search.options.room { return nil }
    let bases = search.store.bases
    self.bases = bases
    var ids: [StateID] = []
    ids.reserveCapacity(search.store.count)
    for shard in 0..<StateStore.shardCount {
      for i in 0..<search.store.shards[shard].count { ids.append(StateStore.id(shard, i)) }
    }
    self.ids = ids
    rows.reserveCapacity(ids.count + 1)
    targets.reserveCapacity(search.transitions)
    actors.reserveCapacity(search.transitions)
    for (k, id) in ids.enumerated() {
      if k & Search.pace == 0, search.isToStop() { return nil }
      for a in search.graph.actors.indices {
        search.each(a, id) { t in
          targets.append(UInt32(truncatingIfNeeded: self.number(t)))
          actors.append(UInt8(a))
        }
      }
      rows.append(targets.count)
    }
  }

  func number(_ id: StateID) -> Int {
    bases[Int(id) & (StateStore.shardCount - 1)] + Int(id) >> StateStore.shardBits
  }

  @inline(__always)
  func row(_ s: Int) -> Range<Int> { rows[s]..<rows[s + 1] }

  /// Sources of the transitions into each state: first index of each, and the sources.
  func backwards() -> (into: [UInt32], sources: [UInt32]) {
    var into = [UInt32](repeating: 0, count: count + 1)
    for t in targets { into[Int(t) + 1] += 1 }
    for i in 0..<count { into[i + 1] += into[i] }
    var sources = [UInt32](repeating: 0, count: targets.count)
    var fill = into
    for s in 0..<count {
      for e in row(s) {
        let t = Int(targets[e])
        sources[Int(fill[t])] = UInt32(truncatingIfNeeded: s)
        fill[t] += 1
      }
    }
    return (into, sources)
  }
}
