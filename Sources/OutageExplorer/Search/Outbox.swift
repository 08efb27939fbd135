/// Successors found in one chunk of a level, on their way to their shards: for each shard the words of the states that
/// belong to it, in the order in which they were found.
struct Outbox {
  /// States of a chunk.
  static let chunk = 1024

  let width: Int
  private(set) var lanes: Lanes
  /// The successor lists of the state at hand, by actor.
  let lists: UnsafeMutablePointer<UInt64>
  /// A successor on its way to the state that is kept of its kind.
  private let next: UnsafeMutablePointer<UInt64>
  var transitions = 0
  /// States of the chunk for which something must be computed first.
  private(set) var misses: [StateID] = []
  /// Their words: while others are added, these move in the store.
  private(set) var missed: [UInt64] = []
  /// Of the first misses the lists of successors that are known, by actor; 0: not known.
  private(set) var known: [UInt64] = []
  /// What a worker has found of others, by miss, then by actor.
  private(set) var found: [Found] = []
  /// Of all these, one after the other: what is needed, what changes.
  private var foundWords: [Int64] = []
  private var foundSteps: [Int32] = []

  /// What an actor can do in the state of a miss.
  struct Found {
    var miss: Int
    var actor: Int
    var needed: Range<Int>
    var changes: Range<Int>
    var steps: Range<Int>
    var successors: Int
  }
  /// States from which nobody moves.
  var stops: [StateID] = []
  /// States that met a property which speaks of being stuck, or for which its value is not known.
  var met: [(judge: Int, id: StateID)] = []
  var unknown: [(judge: Int, id: StateID, isStuck: Bool)] = []

  init(width: Int, actors: Int) {
    self.width = width
    lanes = Lanes(width: width)
    lists = .allocate(capacity: max(1, actors))
    next = .allocate(capacity: width)
    clear()
  }

  func deallocate() {
    lanes.deallocate()
    lists.deallocate()
    next.deallocate()
  }

  var bytes: Int { lanes.bytes }

  mutating func clear() {
    lanes.clear()
    transitions = 0
    misses.removeAll(keepingCapacity: true)
    missed.removeAll(keepingCapacity: true)
    known.removeAll(keepingCapacity: true)
    found.removeAll(keepingCapacity: true)
    foundWords.removeAll(keepingCapacity: true)
    foundSteps.removeAll(keepingCapacity: true)
    stops.removeAll(keepingCapacity: true)
    met.removeAll(keepingCapacity: true)
    unknown.removeAll(keepingCapacity: true)
  }

  /// All states.
  var count: Int {
    let lanes = lanes
    return (0..<StateStore.shardCount).reduce(0) { $0 + lanes.count($1) }
  }

  mutating func miss(_ id: StateID, _ state: UnsafePointer<UInt64>) {
    misses.append(id)
    missed += UnsafeBufferPointer(start: state, count: width)
  }

  /// Keeps what is known of the next miss.
  mutating func keepLists(actors: Int) { known += UnsafeBufferPointer(start: lists, count: actors) }

  /// Keeps what was found of the next miss.
  mutating func keep(_ actor: Int, _ new: Mover.Found) {
    let (words, steps) = (foundWords.count, foundSteps.count)
    foundWords += new.needed
    foundWords += new.changes
    foundSteps += new.steps
    let changes = words + new.needed.count
    found.append(
      Found(
        miss: misses.count, actor: actor, needed: words..<changes, changes: changes..<foundWords.count,
        steps: steps..<foundSteps.count, successors: new.successors))
  }

  /// Teaches the graph what was found.
  func teach(_ graph: Graph, _ state: UnsafePointer<UInt64>, _ found: Found) -> UInt64 {
    foundWords.withUnsafeBufferPointer { words in
      graph.learn(
        found.actor, state, UnsafeBufferPointer(rebasing: words[found.needed]),
        UnsafeBufferPointer(rebasing: words[found.changes]), successors: found.successors, foundSteps[found.steps])
    }
  }

  /// Adds the state that differs from another by `difference`.
  @inline(__always)
  mutating func add(_ state: UnsafePointer<UInt64>, _ difference: UnsafePointer<UInt64>, width: Int) {
    var h = hashSeed
    for k in 0..<width { h = mixed(h, state[k] ^ difference[k]) }
    let place = lanes.place(StateStore.shard(h), width: width)
    for k in 0..<width { place[k] = state[k] ^ difference[k] }
  }

  /// Adds what is kept of the state that differs from another by `difference`.
  @inline(__always)
  mutating func add(
    _ state: UnsafePointer<UInt64>, _ difference: UnsafePointer<UInt64>, width: Int, _ canon: Canon
  ) {
    for k in 0..<width { next[k] = state[k] ^ difference[k] }
    canon.apply(next)
    for k in 0..<width { next[k] ^= state[k] }
    add(state, next, width: width)
  }
}

/// The words of an outbox, a lane for each shard. It refers to nothing that is counted: whoever adds states takes it from
/// every outbox for every shard, all workers at the same time.
struct Lanes {
  let width: Int
  private var words: UnsafeMutablePointer<UInt64>
  /// Room for states of each shard.
  private var capacity = 32
  /// Where the next state of each shard goes, and where its room ends.
  private let ends: UnsafeMutablePointer<UnsafeMutablePointer<UInt64>>
  private let limits: UnsafeMutablePointer<UnsafeMutablePointer<UInt64>>

  init(width: Int) {
    self.width = width
    words = .allocate(capacity: StateStore.shardCount * capacity * width)
    ends = .allocate(capacity: StateStore.shardCount)
    limits = .allocate(capacity: StateStore.shardCount)
  }

  func deallocate() {
    words.deallocate()
    ends.deallocate()
    limits.deallocate()
  }

  var bytes: Int { StateStore.shardCount * (capacity * width * 8 + 16) }

  func clear() {
    for k in 0..<StateStore.shardCount {
      ends[k] = words + k * capacity * width
      limits[k] = ends[k] + capacity * width
    }
  }

  /// States that belong to a shard.
  @inline(__always)
  func count(_ shard: Int) -> Int { (ends[shard] - (words + shard &* capacity &* width)) / width }

  /// Copies the states of a shard; gives where the next ones go.
  @inline(__always)
  func copy(_ shard: Int, to there: UnsafeMutablePointer<UInt64>) -> UnsafeMutablePointer<UInt64> {
    let first = words + shard &* capacity &* width
    there.update(from: first, count: ends[shard] - first)
    return there + (ends[shard] - first)
  }

  /// Where one more state of a shard goes.
  @inline(__always)
  mutating func place(_ shard: Int, width: Int) -> UnsafeMutablePointer<UInt64> {
    var place = ends[shard]
    if place == limits[shard] {
      grow()
      place = ends[shard]
    }
    ends[shard] = place + width
    return place
  }

  @inline(never)
  private mutating func grow() {
    let larger = UnsafeMutablePointer<UInt64>.allocate(capacity: StateStore.shardCount * capacity * 2 * width)
    for k in 0..<StateStore.shardCount {
      let there = larger + k * capacity * 2 * width
      ends[k] = copy(k, to: there)
      limits[k] = there + capacity * 2 * width
    }
    words.deallocate()
    words = larger
    capacity *= 2
  }
}
