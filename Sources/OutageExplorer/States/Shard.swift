import CShim

// Visited states lie in a fixed number of shards, by their hash. A shard is small enough for a cache, and one worker at a
// time owns it: adding states needs no locks, and their order never depends on how many workers there are.

/// Number of a state: index within its shard << 6 | shard.
typealias StateID = UInt32

/// The states of one shard, in the order in which they were met, and a table that finds them by hash: of 32-bit words with
/// six bits of hash and an index (exact), or of 56-bit fingerprints alone, with the states of the last two levels only
/// (compact).
struct Shard {
  let width: Int
  let isCompact: Bool
  private(set) var count = 0
  /// States before this one are forgotten (compact only).
  private(set) var forgotten = 0
  private var capacity: Int
  private(set) var states: UnsafeMutablePointer<UInt64>
  /// Exact: tag << 26 | 1 + index, 0: empty. Compact: `Fingerprint`s of seven bytes each.
  private var slots: UnsafeMutableRawPointer
  private var slotCount: Int
  private var most: Int
  /// Two bits that go with each fingerprint: the level modulo 4.
  var levelBits: UInt64 = 0

  /// Shards fill evenly, and would all grow at once: each begins a little larger than the one before, so that they take
  /// turns, and the memory of all grows steadily.
  init(width: Int, isCompact: Bool, number: Int, of shards: Int) {
    self.width = width
    self.isCompact = isCompact
    capacity = 64 + Self.growth(of: 64) * number / shards
    slotCount = 160 + Self.growth(ofSlots: 160, isCompact) * number / shards
    most = Self.most(slotCount, isCompact)
    states = Self.zeroed(capacity * width * 8).bindMemory(to: UInt64.self, capacity: capacity * width)
    slots = Self.zeroed(slotCount * Self.slotBytes(isCompact) + 8)
  }

  func deallocate() {
    outage_release(states, capacity * width * 8)
    outage_release(slots, slotBytes(slotCount))
  }

  private static func slotBytes(_ isCompact: Bool) -> Int { isCompact ? 7 : 4 }

  /// A fingerprint is read and written as a word.
  private func slotBytes(_ count: Int) -> Int { count * Self.slotBytes(isCompact) + 8 }

  private mutating func resizeStates(to new: Int) {
    let block = outage_resize(states, capacity * width * 8, new * width * 8).unsafelyUnwrapped
    states = block.bindMemory(to: UInt64.self, capacity: new * width)
    capacity = new
  }

  private static func zeroed(_ bytes: Int) -> UnsafeMutableRawPointer { outage_zeroed(bytes).unsafelyUnwrapped }

  var bytes: Int { capacity * width * 8 + slotCount * Self.slotBytes(isCompact) }

  @inline(__always)
  func state(_ index: Int, width: Int) -> UnsafeMutablePointer<UInt64> { states + (index &- forgotten) &* width }

  // MARK: Finding

  /// The slot at which to look first.
  @inline(__always)
  private func home(_ hash: UInt64) -> Int {
    Int(truncatingIfNeeded: ((hash & 0xFFFF_FFFF) &* UInt64(truncatingIfNeeded: slotCount)) &>> 32)
  }

  /// Bits of the hash that neither choose the shard nor the slot.
  @inline(__always)
  private static func tag(_ hash: UInt64) -> UInt32 { UInt32(truncatingIfNeeded: (hash &>> 32) & 63) }

  @inline(__always)
  private func isEqual(_ i: Int, _ state: UnsafePointer<UInt64>, _ width: Int) -> Bool {
    let there = states + i &* width
    for k in 0..<width where there[k] != state[k] { return false }
    return true
  }

  /// Asks for the line of the slots where a state will be looked for.
  @inline(__always)
  func prefetchSlot(_ hash: UInt64, isCompact: Bool) {
    if isCompact {
      outage_prefetch(slots + home(Fingerprint.spread(hash)) &* 7)
    } else {
      outage_prefetch(slots + home(hash) &* 4)
    }
  }

  /// Asks for the state that may be the same.
  @inline(__always)
  func prefetchState(_ hash: UInt64, width: Int) {
    let slots = slots.assumingMemoryBound(to: UInt32.self)
    let tag = Self.tag(hash)
    var slot = home(hash)
    while slots[slot] != 0 {
      if slots[slot] &>> 26 == tag {
        outage_prefetch(states + (Int(slots[slot] & 0x3FF_FFFF) &- 1) &* width)
        return
      }
      slot = slot &+ 1 == slotCount ? 0 : slot &+ 1
    }
  }

  /// Index of a state (exact only).
  func find(_ state: UnsafePointer<UInt64>, hash: UInt64) -> Int? {
    let slots = slots.assumingMemoryBound(to: UInt32.self)
    var slot = home(hash)
    while slots[slot] != 0 {
      let i = Int(slots[slot] & 0x3FF_FFFF) - 1
      if slots[slot] >> 26 == Self.tag(hash), isEqual(i, state, width) { return i }
      slot = slot + 1 == slotCount ? 0 : slot + 1
    }
    return nil
  }

  /// The level bits that were kept with a fingerprint, or nil (compact only).
  func level(hash: UInt64) -> UInt64? {
    var slot = home(Fingerprint.spread(hash))
    while true {
      let there = fingerprint(slot)
      if there == 0 { return nil }
      if there >> 2 == Fingerprint.of(hash) { return there & 3 }
      slot = slot + 1 == slotCount ? 0 : slot + 1
    }
  }

  @inline(__always)
  private func fingerprint(_ slot: Int) -> UInt64 {
    slots.loadUnaligned(fromByteOffset: slot &* 7, as: UInt64.self) & Fingerprint.all
  }

  @inline(__always)
  private func setFingerprint(_ slot: Int, _ value: UInt64) {
    let next = slots.loadUnaligned(fromByteOffset: slot &* 7, as: UInt64.self) & ~Fingerprint.all
    slots.storeBytes(of: next | value, toByteOffset: slot &* 7, as: UInt64.self)
  }

  // MARK: Adding

  /// Adds a state unless it is there; true when it is new.
  @inline(__always)
  mutating func insert(_ state: UnsafePointer<UInt64>, hash: UInt64, width: Int, isCompact: Bool) -> Bool {
    if isCompact {
      let print = Fingerprint.of(hash)
      var slot = home(Fingerprint.spread(hash))
      while true {
        let there = fingerprint(slot)
        if there == 0 { break }
        if there &>> 2 == print { return false }
        slot = slot &+ 1 == slotCount ? 0 : slot &+ 1
      }
      setFingerprint(slot, print &<< 2 | levelBits)
    } else {
      let slots = slots.assumingMemoryBound(to: UInt32.self)
      let tag = Self.tag(hash)
      var slot = home(hash)
      while slots[slot] != 0 {
        let v = slots[slot]
        if v &>> 26 == tag, isEqual(Int(v & 0x3FF_FFFF) &- 1, state, width) { return false }
        slot = slot &+ 1 == slotCount ? 0 : slot &+ 1
      }
      slots[slot] = tag &<< 26 | UInt32(truncatingIfNeeded: count &+ 1)
    }
    let place = count &- forgotten
    if place == capacity { growStates() }
    for k in 0..<width { states[place &* width &+ k] = state[k] }
    count &+= 1
    if count > most { growSlots() }
    return true
  }

  private static func growth(of capacity: Int) -> Int { capacity / 4 }

  /// Tables of exact storage are 53 to 80 % full, those of fingerprints 82 to 90 %.
  private static func growth(ofSlots count: Int, _ isCompact: Bool) -> Int { isCompact ? count / 10 : count / 2 }

  private static func most(_ slots: Int, _ isCompact: Bool) -> Int { isCompact ? slots * 9 / 10 : slots * 4 / 5 }

  @inline(never)
  private mutating func growStates() {
    resizeStates(to: capacity + Self.growth(of: capacity))
  }

  @inline(never)
  private mutating func growSlots() {
    let old = slots
    let oldCount = slotCount
    slotCount += Self.growth(ofSlots: slotCount, isCompact)
    most = Self.most(slotCount, isCompact)
    slots = Self.zeroed(slotBytes(slotCount))
    if isCompact {
      for k in 0..<oldCount {
        let value = old.loadUnaligned(fromByteOffset: k * 7, as: UInt64.self) & Fingerprint.all
        if value == 0 { continue }
        var slot = home(Fingerprint.spread(value >> 2))
        while fingerprint(slot) != 0 { slot = slot + 1 == slotCount ? 0 : slot + 1 }
        setFingerprint(slot, value)
      }
    } else {
      let new = slots.assumingMemoryBound(to: UInt32.self)
      for i in 0..<count {
        let hash = mixed(states + i * width, width)
        var slot = home(hash)
        while new[slot] != 0 { slot = slot + 1 == slotCount ? 0 : slot + 1 }
        new[slot] = Self.tag(hash) << 26 | UInt32(truncatingIfNeeded: i + 1)
      }
    }
    outage_release(old, slotBytes(oldCount))
  }

  /// Forgets the states before an index, but not their fingerprints.
  mutating func forget(before index: Int) {
    let gone = index - forgotten
    if gone <= 0 { return }
    let left = count - index
    states.update(from: states + gone * width, count: left * width)
    forgotten = index
    if capacity > 4 * left + 1024 {
      resizeStates(to: 2 * left + 16)
    }
  }
}

/// What compact storage keeps of a state: 54 bits of its hash, beside the six that choose its shard.
enum Fingerprint {
  static let all: UInt64 = (1 << 56) - 1
  /// Bits that tell two states apart.
  static let bits = 60

  /// Never 0: that is an empty slot.
  @inline(__always)
  static func of(_ hash: UInt64) -> UInt64 {
    let bits = hash & ((1 << 54) - 1)
    return bits == 0 ? 1 : bits
  }

  /// Upper bits of the fingerprint, as the lower half of a word: where its slot is.
  @inline(__always)
  static func spread(_ hash: UInt64) -> UInt64 { of(hash) &>> 22 }
}
