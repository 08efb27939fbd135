// Visited states lie in a fixed number of shards, by their hash. A shard is small enough for a cache, and one worker at a
// time owns it: adding states needs no locks, and their order never depends on how many workers there are.

/// Number of a state: index within its shard << 6 | shard.
typealias StateID = UInt32

struct Shard {
  let width: Int
  private(set) var count = 0
  private var capacity = 16
  private(set) var states: UnsafeMutablePointer<UInt64>
  private(set) var parents: UnsafeMutablePointer<StateID>
  /// 0: empty, else 1 + index
  private var slots: UnsafeMutablePointer<UInt32>
  private var slotMask = 31

  init(width: Int) {
    self.width = width
    states = .allocate(capacity: capacity * width)
    parents = .allocate(capacity: capacity)
    slots = .allocate(capacity: slotMask + 1)
    slots.initialize(repeating: 0, count: slotMask + 1)
  }

  func deallocate() {
    states.deallocate()
    parents.deallocate()
    slots.deallocate()
  }

  var bytes: Int { capacity * (width * 8 + 4) + (slotMask + 1) * 4 }

  @inline(__always)
  func find(_ state: UnsafePointer<UInt64>, hash: UInt64) -> Int? {
    var slot = Int(truncatingIfNeeded: hash & 0xFFFF_FFFF) & slotMask
    while slots[slot] != 0 {
      if isEqual(Int(slots[slot]) - 1, state) { return Int(slots[slot]) - 1 }
      slot = (slot + 1) & slotMask
    }
    return nil
  }

  @inline(__always)
  private func isEqual(_ i: Int, _ state: UnsafePointer<UInt64>) -> Bool {
    let there = states + i &* width
    for k in 0..<width where there[k] != state[k] { return false }
    return true
  }

  /// Adds a state unless it is there; true when it is new.
  @inline(__always)
  mutating func insert(_ state: UnsafePointer<UInt64>, hash: UInt64, parent: StateID) -> Bool {
    var slot = Int(truncatingIfNeeded: hash & 0xFFFF_FFFF) & slotMask
    while slots[slot] != 0 {
      if isEqual(Int(slots[slot]) - 1, state) { return false }
      slot = (slot + 1) & slotMask
    }
    if count == capacity { growStates() }
    for k in 0..<width { states[count &* width &+ k] = state[k] }
    parents[count] = parent
    count += 1
    slots[slot] = UInt32(truncatingIfNeeded: count)
    if count * 4 > slotMask * 3 { growSlots() }
    return true
  }

  @inline(never)
  private mutating func growStates() {
    capacity += max(16, capacity / 4)
    states = Self.moved(states, count * width, to: capacity * width)
    parents = Self.moved(parents, count, to: capacity)
  }

  private static func moved<T>(_ old: UnsafeMutablePointer<T>, _ count: Int, to capacity: Int) -> UnsafeMutablePointer<
    T
  > {
    let new = UnsafeMutablePointer<T>.allocate(capacity: capacity)
    new.moveInitialize(from: old, count: count)
    old.deallocate()
    return new
  }

  @inline(never)
  private mutating func growSlots() {
    let size = (slotMask + 1) * 2
    slots.deallocate()
    slots = .allocate(capacity: size)
    slots.initialize(repeating: 0, count: size)
    slotMask = size - 1
    for i in 0..<count {
      var slot = Int(truncatingIfNeeded: mixed(states + i * width, width) & 0xFFFF_FFFF) & slotMask
      while slots[slot] != 0 { slot = (slot + 1) & slotMask }
      slots[slot] = UInt32(truncatingIfNeeded: i + 1)
    }
  }
}
