/// All visited states, and where each level of the search begins in every shard.
final class StateStore {
  static let shardBits = 6
  static let shardCount = 1 << shardBits

  let width: Int
  let shards: UnsafeMutablePointer<Shard>
  /// First index of each level in each shard; the last entry is the end of the level that is being made.
  private(set) var levels: [[Int]]

  init(width: Int) {
    self.width = width
    shards = .allocate(capacity: Self.shardCount)
    for k in 0..<Self.shardCount { (shards + k).initialize(to: Shard(width: width)) }
    levels = [[Int](repeating: 0, count: Self.shardCount)]
  }

  deinit {
    for k in 0..<Self.shardCount { shards[k].deallocate() }
    shards.deallocate()
  }

  var count: Int { (0..<Self.shardCount).reduce(0) { $0 + shards[$1].count } }

  var bytes: Int {
    (0..<Self.shardCount).reduce(levels.count * (Self.shardCount * 8 + 48)) { $0 + shards[$1].bytes }
  }

  @inline(__always)
  static func shard(_ hash: UInt64) -> Int { Int(truncatingIfNeeded: hash >> 58) }

  @inline(__always)
  static func id(_ shard: Int, _ index: Int) -> StateID {
    StateID(truncatingIfNeeded: index << shardBits | shard)
  }

  @inline(__always)
  func state(_ id: StateID) -> UnsafePointer<UInt64> {
    let shard = shards + Int(id) & (Self.shardCount - 1)
    return UnsafePointer(shard.pointee.states + Int(id) >> Self.shardBits &* width)
  }

  func parent(_ id: StateID) -> StateID {
    shards[Int(id) & (Self.shardCount - 1)].parents[Int(id) >> Self.shardBits]
  }

  func find(_ state: UnsafePointer<UInt64>) -> StateID? {
    let hash = mixed(state, width)
    let shard = Self.shard(hash)
    return shards[shard].find(state, hash: hash).map { Self.id(shard, $0) }
  }

  @discardableResult
  func insert(_ state: UnsafePointer<UInt64>, parent: StateID) -> StateID {
    let hash = mixed(state, width)
    let shard = Self.shard(hash)
    if shards[shard].insert(state, hash: hash, parent: parent) { return Self.id(shard, shards[shard].count - 1) }
    return find(state) ?? 0
  }

  // MARK: Levels

  /// Levels that are complete.
  var levelCount: Int { levels.count - 1 }

  /// What was added since is a level of its own.
  func endLevel() { levels.append((0..<Self.shardCount).map { shards[$0].count }) }

  func range(_ level: Int, _ shard: Int) -> Range<Int> { levels[level][shard]..<levels[level + 1][shard] }

  func levelSize(_ level: Int) -> Int { (0..<Self.shardCount).reduce(0) { $0 + range(level, $1).count } }

  /// The level of a state: the first whose end lies behind it.
  func level(of id: StateID) -> Int {
    let (shard, index) = (Int(id) & (Self.shardCount - 1), Int(id) >> Self.shardBits)
    var (low, high) = (0, levels.count - 1)
    while low < high {
      let middle = (low + high) / 2
      if levels[middle + 1][shard] > index { high = middle } else { low = middle + 1 }
    }
    return low
  }

  /// All states of a level, in the order of shards.
  func eachState(_ level: Int, _ body: (StateID) -> Void) {
    for shard in 0..<Self.shardCount { for i in range(level, shard) { body(Self.id(shard, i)) } }
  }

  // MARK: One number after the other

  /// First dense number of each shard's states.
  var bases: [Int] {
    var sum = 0
    return (0..<Self.shardCount).map { k in
      defer { sum += shards[k].count }
      return sum
    }
  }
}
