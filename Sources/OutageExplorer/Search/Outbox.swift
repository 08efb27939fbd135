/// Successors found in one chunk of a level, on their way to their shards. An entry is the words of a state, its hash, and
/// its parent.
struct Outbox {
  static let chunk = 1024

  let width: Int
  private(set) var entries: UnsafeMutablePointer<UInt64>
  private var capacity: Int
  private(set) var count = 0
  /// Entries in the order of their shards.
  private(set) var order: UnsafeMutablePointer<UInt32>
  private(set) var starts = [Int](repeating: 0, count: StateStore.shardCount + 1)
  var transitions = 0
  /// States of the chunk for which something must be computed first.
  var misses: [StateID] = []
  /// States from which nobody moves.
  var ends: [StateID] = []

  init(width: Int) {
    self.width = width
    capacity = 256
    entries = .allocate(capacity: capacity * (width + 2))
    order = .allocate(capacity: capacity)
  }

  func deallocate() {
    entries.deallocate()
    order.deallocate()
  }

  var bytes: Int { capacity * ((width + 2) * 8 + 4) }

  mutating func clear() {
    count = 0
    transitions = 0
    misses.removeAll(keepingCapacity: true)
    ends.removeAll(keepingCapacity: true)
  }

  mutating func truncate(to count: Int) { self.count = count }

  /// Room for one more entry; the caller fills in the state, then calls `add`.
  @inline(__always)
  mutating func room() -> UnsafeMutablePointer<UInt64> {
    if count == capacity { grow() }
    return entries + count &* (width &+ 2)
  }

  @inline(__always)
  mutating func add(hash: UInt64, parent: StateID) {
    let entry = entries + count &* (width &+ 2)
    entry[width] = hash
    entry[width &+ 1] = UInt64(parent)
    count &+= 1
  }

  @inline(never)
  private mutating func grow() {
    let larger = UnsafeMutablePointer<UInt64>.allocate(capacity: capacity * 2 * (width + 2))
    larger.update(from: entries, count: count * (width + 2))
    entries.deallocate()
    entries = larger
    order.deallocate()
    capacity *= 2
    order = .allocate(capacity: capacity)
  }

  /// Sorts the entries by shard, by counting.
  mutating func sort() {
    let stride = width + 2
    starts.withUnsafeMutableBufferPointer { starts in
      for k in 0...StateStore.shardCount { starts[k] = 0 }
      for i in 0..<count { starts[StateStore.shard(entries[i &* stride &+ width]) + 1] += 1 }
      for k in 0..<StateStore.shardCount { starts[k + 1] += starts[k] }
      withUnsafeTemporaryAllocation(of: Int.self, capacity: StateStore.shardCount) { next in
        for k in 0..<StateStore.shardCount { next[k] = starts[k] }
        for i in 0..<count {
          let shard = StateStore.shard(entries[i &* stride &+ width])
          order[next[shard]] = UInt32(truncatingIfNeeded: i)
          next[shard] += 1
        }
      }
    }
  }
}
