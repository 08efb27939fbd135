import CShim

/// States on shortest paths, layer by layer, each once, and what the cheapest way from each to the end of the paths costs: in
/// flat tables, since there may be as many as the search has states.
struct PathLayers {
  /// More than any way costs.
  static let never: UInt64 = 1 << 62
  let width: Int
  /// Processes and others between whom changes are counted.
  private let agents: Int
  /// What one change costs; ways with equally many changes differ by less.
  let change: UInt64
  /// Layers are given from the last to the first.
  private let isFromEnd: Bool
  /// Of each state its words, and what the cheapest way costs.
  private var records: UnsafeMutablePointer<UInt64>
  private let stride: Int
  /// Of each state how much more it costs if an agent goes first, by agent; `.max`: as much as a change.
  private var surpluses: UnsafeMutablePointer<UInt16>
  private var capacity = 16
  private(set) var count = 0
  /// 1 + where a state is; 0: empty. At most half of them are taken.
  private var slots: UnsafeMutablePointer<UInt32>
  private var slotCount = 64
  /// First state of each layer.
  private var firsts: [Int] = []
  /// That of the layer at hand.
  private var first = 0
  private var most = 0
  /// Not all states that were given found room.
  private(set) var isCut = false

  /// - Parameter agents: 0: no costs are kept.
  init(width: Int, agents: Int, change: Int, isFromEnd: Bool) {
    self.width = width
    self.agents = agents
    self.change = UInt64(change)
    self.isFromEnd = isFromEnd
    stride = width + 1
    records = Self.block(outage_zeroed(capacity * stride * 8), capacity * stride)
    surpluses = Self.block(outage_zeroed(Self.surplusBytes(capacity, agents)), capacity * agents)
    slots = Self.block(outage_zeroed(slotCount * 4), slotCount)
  }

  func deallocate() {
    outage_release(records, capacity * stride * 8)
    outage_release(surpluses, Self.surplusBytes(capacity, agents))
    outage_release(slots, slotCount * 4)
  }

  private static func block<T: BitwiseCopyable>(
    _ bytes: UnsafeMutableRawPointer?, _ count: Int
  ) -> UnsafeMutablePointer<T> {
    bytes.unsafelyUnwrapped.bindMemory(to: T.self, capacity: count)
  }

  private static func surplusBytes(_ states: Int, _ agents: Int) -> Int { max(8, states * agents * 2) }

  var bytes: Int { capacity * stride * 8 + Self.surplusBytes(capacity, agents) + slotCount * 4 }

  /// Bytes that one more state may take, with what tables have in reserve and need while they grow.
  private var bytesOfState: Int { (stride * 8 + agents * 2) * 3 / 2 + 24 }

  // MARK: Layers

  /// What is given from here on is a layer of its own.
  /// - Parameters:
  ///   - room: bytes that it and those to come may take; what has no room is left out.
  ///   - left: how many layers these are.
  ///   - most: states of which no more are wanted.
  mutating func beginLayer(room: Int, left: Int, most wanted: Int = .max) {
    first = count
    firsts.append(count)
    most = min(wanted, max(Self.least, (room - bytes) / max(1, left) / bytesOfState))
  }

  /// States that a layer has room for in any case.
  private static let least = 64

  /// Where the states of a layer are.
  func layer(_ d: Int, of level: Int) -> Range<Int> {
    let k = isFromEnd ? level - d : d
    return firsts[k]..<(k + 1 < firsts.count ? firsts[k + 1] : count)
  }

  /// Of use until more are added.
  @inline(__always)
  func state(_ i: Int) -> UnsafePointer<UInt64> { UnsafePointer(records + i &* stride) }

  @inline(__always)
  private func home(_ hash: UInt64) -> Int { Int(truncatingIfNeeded: hash) & (slotCount &- 1) }

  @inline(__always)
  private func isEqual(_ i: Int, _ state: UnsafePointer<UInt64>) -> Bool {
    let there = records + i &* stride
    for k in 0..<width where there[k] != state[k] { return false }
    return true
  }

  /// Where a state of a layer is.
  func find(_ state: UnsafePointer<UInt64>, in layer: Range<Int>) -> Int? {
    find(state, hash: mixed(state, width), in: layer)
  }

  @inline(__always)
  private func find(_ state: UnsafePointer<UInt64>, hash: UInt64, in layer: Range<Int>) -> Int? {
    var slot = home(hash)
    while slots[slot] != 0 {
      let i = Int(slots[slot]) &- 1
      if layer.contains(i), isEqual(i, state) { return i }
      slot = (slot &+ 1) & (slotCount &- 1)
    }
    return nil
  }

  /// Where a state of the layer at hand is.
  func find(_ state: UnsafePointer<UInt64>, hash: UInt64) -> Int? { find(state, hash: hash, in: first..<count) }

  /// Adds a state to the layer at hand; where it is, or nil if there is no room for it.
  @discardableResult
  mutating func insert(_ state: UnsafePointer<UInt64>) -> Int? { insert(state, hash: mixed(state, width)) }

  mutating func insert(_ state: UnsafePointer<UInt64>, hash: UInt64) -> Int? {
    if let known = find(state, hash: hash) { return known }
    if count - first >= most {
      isCut = true
      return nil
    }
    if count == capacity { growRecords() }
    if 2 * count >= slotCount { growSlots() }
    let record = records + count * stride
    for k in 0..<width { record[k] = state[k] }
    record[width] = Self.never
    (surpluses + count * agents).update(repeating: .max, count: agents)
    put(count, hash)
    count += 1
    return count - 1
  }

  private func put(_ i: Int, _ hash: UInt64) {
    var slot = home(hash)
    while slots[slot] != 0 { slot = (slot &+ 1) & (slotCount &- 1) }
    slots[slot] = UInt32(truncatingIfNeeded: i + 1)
  }

  private mutating func growRecords() {
    let larger = capacity + capacity / 2
    records = Self.block(outage_resize(records, capacity * stride * 8, larger * stride * 8), larger * stride)
    let (old, new) = (Self.surplusBytes(capacity, agents), Self.surplusBytes(larger, agents))
    surpluses = Self.block(outage_resize(surpluses, old, new), larger * agents)
    capacity = larger
  }

  private mutating func growSlots() {
    outage_release(slots, slotCount * 4)
    slotCount *= 2
    slots = Self.block(outage_zeroed(slotCount * 4), slotCount)
    for i in 0..<count { put(i, mixed(state(i), width)) }
  }

  // MARK: Costs

  /// Takes into account that from a state of the layer at hand an agent can go a way of this cost.
  @inline(__always)
  mutating func take(_ i: Int, _ agent: Int, _ cost: UInt64) {
    let cheapest = records + (i &* stride &+ width)
    let surplus = surpluses + i &* agents
    if cost >= cheapest.pointee {
      surplus[agent] = min(surplus[agent], Self.surplus(cost &- cheapest.pointee))
      return
    }
    let saved = cheapest.pointee &- cost
    for k in 0..<agents where surplus[k] != .max { surplus[k] = Self.surplus(UInt64(surplus[k]) &+ saved) }
    cheapest.pointee = cost
    surplus[agent] = 0
  }

  @inline(__always)
  private static func surplus(_ cost: UInt64) -> UInt16 { UInt16(truncatingIfNeeded: min(cost, UInt64(UInt16.max))) }

  /// The cheapest way from a state to which an agent has come.
  @inline(__always)
  func cost(_ i: Int, after agent: Int) -> UInt64 {
    let surplus = surpluses[i &* agents &+ agent]
    return records[i &* stride &+ width] &+ (surplus == .max ? change : min(UInt64(surplus), change))
  }
}
