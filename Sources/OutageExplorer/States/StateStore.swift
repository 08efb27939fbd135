/// All visited states, and where each level of the search begins in every shard.
final class StateStore {
  static let shardBits = 6
  static let shardCount = 1 << shardBits

  let width: Int
  /// Only fingerprints are kept, and the states of the level that is expanded and of the one that is made.
  let isCompact: Bool
  let shards: UnsafeMutablePointer<Shard>
  /// First index of each level in each shard; the last entry is the end of the level that is being made.
  private(set) var levels: [[Int]]

  init(width: Int, isCompact: Bool) {
    self.width = width
    self.isCompact = isCompact
    shards = .allocate(capacity: Self.shardCount)
    for k in 0..<Self.shardCount {
      (shards + k).initialize(to: Shard(width: width, isCompact: isCompact, number: k, of: Self.shardCount))
    }
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
  static func shard(_ hash: UInt64) -> Int { Int(truncatingIfNeeded: hash &>> 58) }

  @inline(__always)
  static func id(_ shard: Int, _ index: Int) -> StateID {
    StateID(truncatingIfNeeded: index << shardBits | shard)
  }

  /// Words of a state; in compact storage only of the last two levels.
  @inline(__always)
  func state(_ id: StateID) -> UnsafePointer<UInt64> {
    let shard = shards + Int(id) & (Self.shardCount - 1)
    return UnsafePointer(shard.pointee.state(Int(id) >> Self.shardBits, width: width))
  }

  /// The first state that is kept.
  var anyState: UnsafePointer<UInt64> {
    let k = (0..<Self.shardCount).first { shards[$0].count > shards[$0].forgotten } ?? 0
    return UnsafePointer(shards[k].states)
  }

  func words(_ id: StateID) -> [UInt64] { Array(UnsafeBufferPointer(start: state(id), count: width)) }

  /// Number of a state (exact only).
  func find(_ state: UnsafePointer<UInt64>) -> StateID? {
    let hash = mixed(state, width)
    let shard = Self.shard(hash)
    return shards[shard].find(state, hash: hash).map { Self.id(shard, $0) }
  }

  /// Adds a state; its number when it is new.
  @discardableResult
  func insert(_ state: UnsafePointer<UInt64>) -> StateID? {
    let hash = mixed(state, width)
    let shard = Self.shard(hash)
    let isNew = shards[shard].insert(state, hash: hash, width: width, isCompact: isCompact)
    return isNew ? Self.id(shard, shards[shard].count - 1) : nil
  }

  // MARK: Levels

  /// Levels that are complete.
  var levelCount: Int { levels.count - 1 }

  /// What was added since is a level of its own.
  func endLevel() {
    levels.append((0..<Self.shardCount).map { shards[$0].count })
    if !isCompact { return }
    for k in 0..<Self.shardCount {
      shards[k].forget(before: levels[levels.count - 2][k])
      shards[k].levelBits = UInt64((levels.count - 1) & 3)
    }
  }

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

  /// Whether a state was met at this level; compact storage tells levels apart modulo 4, and may take a state for another.
  func isMet(_ state: UnsafePointer<UInt64>, hash: UInt64, at level: Int) -> Bool {
    let shard = Self.shard(hash)
    if isCompact { return shards[shard].level(hash: hash) == UInt64(level & 3) }
    return shards[shard].find(state, hash: hash).map { range(level, shard).contains($0) } ?? false
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
