// What an actor does depends on the contents of its own component (a program counter and locals) and on the few
// components that its next step reads. That set is learnt while steps are run: a step that read more than was known
// enlarges the mask of its rule. A transition is so found once and looked up ever after.

/// The transitions of one actor while its own component has one content. Keys are states under the mask.
struct Rule {
  /// Ones where what it reads or changes lies; nil: nothing is known.
  var mask: UnsafeMutablePointer<UInt64>?
  private(set) var keys: UnsafeMutablePointer<UInt64>
  /// Number of the successor list, -1: empty
  private(set) var lists: UnsafeMutablePointer<Int32>
  private(set) var slotMask = 3
  private(set) var count = 0

  init(width: Int) {
    keys = .allocate(capacity: 4 * width)
    lists = .allocate(capacity: 4)
    lists.initialize(repeating: -1, count: 4)
  }

  func deallocate() {
    mask?.deallocate()
    keys.deallocate()
    lists.deallocate()
  }

  func bytes(width: Int) -> Int { (slotMask + 1) * (width * 8 + 4) + 64 }

  @inline(__always)
  func find(_ state: UnsafePointer<UInt64>, width: Int) -> Int {
    guard let mask else { return -1 }
    var h: UInt64 = 0x9E37_79B9_7F4A_7C15
    for k in 0..<width {
      let product = (h ^ (state[k] & mask[k])).multipliedFullWidth(by: 0xA076_1D64_78BD_642F)
      h = product.high ^ product.low
    }
    var slot = Int(truncatingIfNeeded: h) & slotMask
    while lists[slot] >= 0 {
      var isSame = true
      for k in 0..<width where keys[slot &* width &+ k] != state[k] & mask[k] { isSame = false }
      if isSame { return Int(lists[slot]) }
      slot = (slot + 1) & slotMask
    }
    return -1
  }

  mutating func insert(_ key: UnsafePointer<UInt64>, _ list: Int, width: Int) {
    if count * 2 > slotMask { grow(width) }
    put(key, Int32(list), width)
    count += 1
  }

  private mutating func put(_ key: UnsafePointer<UInt64>, _ list: Int32, _ width: Int) {
    var slot = Int(truncatingIfNeeded: mixed(key, width)) & slotMask
    while lists[slot] >= 0 { slot = (slot + 1) & slotMask }
    for k in 0..<width { keys[slot * width + k] = key[k] }
    lists[slot] = list
  }

  private mutating func grow(_ width: Int) {
    let (oldKeys, oldLists, oldMask) = (keys, lists, slotMask)
    slotMask = slotMask * 2 + 1
    keys = .allocate(capacity: (slotMask + 1) * width)
    lists = .allocate(capacity: slotMask + 1)
    lists.initialize(repeating: -1, count: slotMask + 1)
    for s in 0...oldMask where oldLists[s] >= 0 { put(oldKeys + s * width, oldLists[s], width) }
    oldKeys.deallocate()
    oldLists.deallocate()
  }
}

/// The rules of one actor, by the number of its own component's content.
struct RuleTable {
  var field: Field
  private(set) var rules: UnsafeMutablePointer<Rule?>
  private(set) var count: Int

  init(_ field: Field) {
    self.field = field
    count = 0
    rules = .allocate(capacity: 1)
  }

  func deallocate() {
    for k in 0..<count { rules[k]?.deallocate() }
    rules.deallocate()
  }

  /// The number of the list of a state's successors, or -1.
  @inline(__always)
  func find(_ state: UnsafePointer<UInt64>, width: Int) -> Int {
    let own = Int(truncatingIfNeeded: (state[field.word] >> field.shift) & field.mask)
    guard own < count, let rule = rules[own] else { return -1 }
    return rule.find(state, width: width)
  }

  /// What the rule of a state's content reads or changes; only where `find` found a list.
  @inline(__always)
  func mask(_ state: UnsafePointer<UInt64>) -> UnsafeMutablePointer<UInt64> {
    let own = Int(truncatingIfNeeded: (state[field.word] >> field.shift) & field.mask)
    return rules[own].unsafelyUnwrapped.mask.unsafelyUnwrapped
  }

  /// The rule for a content, made if need be.
  mutating func rule(_ own: Int, width: Int) -> UnsafeMutablePointer<Rule?> {
    if own >= count {
      let larger = UnsafeMutablePointer<Rule?>.allocate(capacity: max(own + 1, count * 2, 8))
      larger.moveInitialize(from: rules, count: count)
      let size = max(own + 1, count * 2, 8)
      (larger + count).initialize(repeating: nil, count: size - count)
      rules.deallocate()
      rules = larger
      count = size
    }
    if rules[own] == nil { rules[own] = Rule(width: width) }
    return rules + own
  }

  func bytes(width: Int) -> Int {
    var sum = count * MemoryLayout<Rule?>.stride
    for k in 0..<count { if let rule = rules[k] { sum += rule.bytes(width: width) } }
    return sum
  }
}

/// Lists of successors: words under the mask of their rule.
struct SuccessorLists {
  private(set) var words: UnsafeMutablePointer<UInt64> = .allocate(capacity: 1024)
  private var used = 0
  private var capacity = 1024
  /// First word, count
  private(set) var lists: UnsafeMutablePointer<(from: Int, count: Int)> = .allocate(capacity: 256)
  private(set) var count = 0
  private var listCapacity = 256

  func deallocate() {
    words.deallocate()
    lists.deallocate()
  }

  var bytes: Int { capacity * 8 + listCapacity * 16 }

  mutating func append(_ successors: [[UInt64]], under mask: UnsafePointer<UInt64>, width: Int) -> Int {
    let need = used + successors.count * width
    if need > capacity {
      capacity = max(need, capacity * 2)
      let larger = UnsafeMutablePointer<UInt64>.allocate(capacity: capacity)
      larger.update(from: words, count: used)
      words.deallocate()
      words = larger
    }
    if count == listCapacity {
      listCapacity *= 2
      let larger = UnsafeMutablePointer<(from: Int, count: Int)>.allocate(capacity: listCapacity)
      larger.update(from: lists, count: count)
      lists.deallocate()
      lists = larger
    }
    lists[count] = (used, successors.count)
    for s in successors {
      for k in 0..<width { words[used + k] = s[k] & mask[k] }
      used += width
    }
    count += 1
    return count - 1
  }
}
