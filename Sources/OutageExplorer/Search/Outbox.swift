/// Successors found in one chunk of a level, on their way to their shards: for each shard the words of the states that
/// belong to it, in the order in which they were found.
struct Outbox {
  /// States of a chunk.
  static let chunk = 1024

  let width: Int
  private var words: UnsafeMutablePointer<UInt64>
  /// Room for states of each shard.
  private var capacity = 32
  /// Where the next state of each shard goes, and where its room ends.
  private(set) var ends: UnsafeMutablePointer<UnsafeMutablePointer<UInt64>>
  private var limits: UnsafeMutablePointer<UnsafeMutablePointer<UInt64>>
  /// The successor lists of the state at hand, by actor.
  let lists: UnsafeMutablePointer<UInt64>
  var transitions = 0
  /// States of the chunk for which something must be computed first.
  var misses: [StateID] = []
  /// States from which nobody moves.
  var stops: [StateID] = []
  /// States that met a property which speaks of being stuck, or for which its value is not known.
  var met: [(judge: Int, id: StateID)] = []
  var unknown: [(judge: Int, id: StateID, isStuck: Bool)] = []

  init(width: Int, actors: Int) {
    self.width = width
    words = .allocate(capacity: StateStore.shardCount * capacity * width)
    ends = .allocate(capacity: StateStore.shardCount)
    limits = .allocate(capacity: StateStore.shardCount)
    lists = .allocate(capacity: max(1, actors))
    clear()
  }

  func deallocate() {
    words.deallocate()
    ends.deallocate()
    limits.deallocate()
    lists.deallocate()
  }

  var bytes: Int { StateStore.shardCount * (capacity * width * 8 + 16) }

  mutating func clear() {
    for k in 0..<StateStore.shardCount {
      ends[k] = words + k * capacity * width
      limits[k] = ends[k] + capacity * width
    }
    transitions = 0
    misses.removeAll(keepingCapacity: true)
    stops.removeAll(keepingCapacity: true)
    met.removeAll(keepingCapacity: true)
    unknown.removeAll(keepingCapacity: true)
  }

  /// The states of a shard.
  @inline(__always)
  func states(_ shard: Int) -> (first: UnsafeMutablePointer<UInt64>, end: UnsafeMutablePointer<UInt64>) {
    (words + shard &* capacity &* width, ends[shard])
  }

  /// Adds the state that differs from another by `difference`.
  @inline(__always)
  mutating func add(_ state: UnsafePointer<UInt64>, _ difference: UnsafePointer<UInt64>, width: Int) {
    var h = hashSeed
    for k in 0..<width { h = mixed(h, state[k] ^ difference[k]) }
    let shard = StateStore.shard(h)
    var next = ends[shard]
    if next == limits[shard] {
      grow()
      next = ends[shard]
    }
    for k in 0..<width { next[k] = state[k] ^ difference[k] }
    ends[shard] = next + width
  }

  @inline(never)
  private mutating func grow() {
    let larger = UnsafeMutablePointer<UInt64>.allocate(capacity: StateStore.shardCount * capacity * 2 * width)
    for k in 0..<StateStore.shardCount {
      let (first, end) = states(k)
      let there = larger + k * capacity * 2 * width
      there.update(from: first, count: end - first)
      ends[k] = there + (end - first)
      limits[k] = there + capacity * 2 * width
    }
    words.deallocate()
    words = larger
    capacity *= 2
  }
}
