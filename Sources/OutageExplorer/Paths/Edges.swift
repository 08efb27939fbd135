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

  /// nil when there are too many.
  init?(_ search: Search) {
    if search.transitions > Self.most || search.graph.actors.count > 255 { return nil }
    if search.bytes + Self.bytes(search) > search.options.maxMemory { return nil }
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
    for id in ids {
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

  /// Strongly connected components of the states that are open (R. Tarjan, SIAM J. Comput. 1972; iterative), each
  /// sorted, in the order of their first states.
  func components(_ isOpen: [Bool]) -> [[Int]] {
    var index = [Int32](repeating: -1, count: count)
    var low = [Int32](repeating: 0, count: count)
    var onStack = [Bool](repeating: false, count: count)
    var stack: [Int] = []
    var found: [[Int]] = []
    var counter: Int32 = 0
    func enter(_ s: Int) {
      index[s] = counter
      low[s] = counter
      counter += 1
      stack.append(s)
      onStack[s] = true
    }
    for root in 0..<count where isOpen[root] && index[root] < 0 {
      var calls: [(state: Int, edge: Int)] = [(root, rows[root])]
      enter(root)
      while let (s, e) = calls.last {
        if e < rows[s + 1] {
          calls[calls.count - 1].edge += 1
          let t = Int(targets[e])
          if !isOpen[t] { continue }
          if index[t] < 0 {
            enter(t)
            calls.append((t, rows[t]))
          } else if onStack[t] {
            low[s] = min(low[s], index[t])
          }
          continue
        }
        calls.removeLast()
        if let parent = calls.last?.state { low[parent] = min(low[parent], low[s]) }
        if low[s] != index[s] { continue }
        var component: [Int] = []
        while let t = stack.popLast() {
          onStack[t] = false
          component.append(t)
          if t == s { break }
        }
        found.append(component.sorted())
      }
    }
    return found.sorted { $0[0] < $1[0] }
  }
}
