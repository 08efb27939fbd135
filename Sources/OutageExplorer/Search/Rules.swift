import CShim

// What an actor does depends on the contents of its own component (a program counter and locals) and on the few
// components that its next step reads. That set is learnt while steps are run: a step that read more than was known
// enlarges the mask of its rule. A transition is so found once and looked up ever after.

/// What is known of one actor, by the number of its own component's content: a mask of what its next step reads or
/// changes, and for each state under that mask an answer. Everything lies in two arrays of words, so that a look-up
/// touches one line of each.
struct RuleTable {
  let width: Int
  let field: Field
  /// For each content `width` words of mask, then where its slots begin << 6 | 64 - log2 of their number; 0: nothing known.
  private var heads: UnsafeMutablePointer<UInt64>
  private var contents = 0
  /// Slots of `width` words of key and one of answer; answer 0: empty.
  private var slots: UnsafeMutablePointer<UInt64>
  private var slotWords = 0
  private var slotCapacity = 256
  /// Answers known for each content.
  private var counts: [Int32] = []

  init(_ field: Field, width: Int) {
    self.field = field
    self.width = width
    heads = .allocate(capacity: width + 1)
    slots = .allocate(capacity: slotCapacity)
  }

  func deallocate() {
    heads.deallocate()
    slots.deallocate()
  }

  var bytes: Int { contents * (width + 1) * 8 + slotWords * 8 + counts.count * 4 }

  @inline(__always)
  func own(_ state: UnsafePointer<UInt64>) -> Int {
    Int(truncatingIfNeeded: (state[field.word] &>> field.shift) & field.mask)
  }

  /// The answer for a state, or 0: unknown. `width` is a literal where this is called in loops.
  @inline(__always)
  func find(_ state: UnsafePointer<UInt64>, width: Int) -> UInt64 {
    let own = own(state)
    if own >= contents { return 0 }
    let head = heads + own &* (width &+ 1)
    let place = head[width]
    if place == 0 { return 0 }
    var h: UInt64 = 0
    for k in 0..<width { h = (h &+ (state[k] & head[k])) &* 0x9E37_79B9_7F4A_7C15 }
    let last = UInt64.max &>> (place & 63)
    var slot = h &>> (place & 63)
    let base = slots + Int(truncatingIfNeeded: place &>> 6)
    while true {
      let entry = base + Int(truncatingIfNeeded: slot) &* (width &+ 1)
      if entry[width] == 0 { return 0 }
      var isSame = true
      for k in 0..<width where entry[k] != state[k] & head[k] { isSame = false }
      if isSame { return entry[width] }
      slot = (slot &+ 1) & last
    }
  }

  /// Asks for the line where an answer will be looked for first.
  @inline(__always)
  func prefetch(_ state: UnsafePointer<UInt64>, width: Int) {
    let own = own(state)
    if own >= contents { return }
    let head = heads + own &* (width &+ 1)
    var h: UInt64 = 0
    for k in 0..<width { h = (h &+ (state[k] & head[k])) &* 0x9E37_79B9_7F4A_7C15 }
    let slot = Int(truncatingIfNeeded: h &>> (head[width] & 63))
    outage_prefetch(slots + (Int(truncatingIfNeeded: head[width] &>> 6) &+ slot &* (width &+ 1)))
  }

  /// What the next step of a content reads or changes; nil: nothing is known.
  func mask(_ own: Int) -> UnsafePointer<UInt64>? {
    own < contents && heads[own * (width + 1) + width] != 0 ? UnsafePointer(heads + own * (width + 1)) : nil
  }

  /// Begins the rule of a content, or begins it anew with a larger mask.
  mutating func setMask(_ own: Int, _ mask: [UInt64]) {
    if own >= contents { growHeads(own + 1) }
    for w in 0..<width { heads[own * (width + 1) + w] = mask[w] }
    counts[own] = 0
    placeSlots(own, logarithm: 1)
  }

  private mutating func growHeads(_ least: Int) {
    let size = max(least, contents * 2, 8)
    let larger = UnsafeMutablePointer<UInt64>.allocate(capacity: size * (width + 1))
    larger.initialize(repeating: 0, count: size * (width + 1))
    larger.update(from: heads, count: contents * (width + 1))
    heads.deallocate()
    heads = larger
    contents = size
    counts += [Int32](repeating: 0, count: size - counts.count)
  }

  private mutating func placeSlots(_ own: Int, logarithm: Int) {
    let words = (width + 1) << logarithm
    if slotWords + words > slotCapacity {
      slotCapacity = max(slotCapacity * 2, slotWords + words)
      let larger = UnsafeMutablePointer<UInt64>.allocate(capacity: slotCapacity)
      larger.update(from: slots, count: slotWords)
      slots.deallocate()
      slots = larger
    }
    (slots + slotWords).initialize(repeating: 0, count: words)
    heads[own * (width + 1) + width] = UInt64(slotWords) << 6 | UInt64(64 - logarithm)
    slotWords += words
  }

  /// Adds an answer that is not there; `key`: a state under the mask of its content.
  mutating func insert(_ own: Int, _ key: [UInt64], _ answer: UInt64) {
    let place = heads[own * (width + 1) + width]
    let logarithm = 64 - Int(place & 63)
    if Int(counts[own] + 1) * 2 > 1 << logarithm {
      placeSlots(own, logarithm: logarithm + 1)
      let old = slots + Int(place >> 6)
      for s in 0..<(1 << logarithm) where old[s * (width + 1) + width] != 0 {
        put(own, old + s * (width + 1), old[s * (width + 1) + width])
      }
    }
    put(own, key, answer)
    counts[own] += 1
  }

  private func put(_ own: Int, _ key: UnsafePointer<UInt64>, _ answer: UInt64) {
    let place = heads[own * (width + 1) + width]
    let last = UInt64.max >> (place & 63)
    var h: UInt64 = 0
    for k in 0..<width { h = (h &+ key[k]) &* 0x9E37_79B9_7F4A_7C15 }
    var slot = h >> (place & 63)
    let base = slots + Int(place >> 6)
    while base[Int(slot) * (width + 1) + width] != 0 { slot = (slot + 1) & last }
    for k in 0..<width { base[Int(slot) * (width + 1) + k] = key[k] }
    base[Int(slot) * (width + 1) + width] = answer
  }

  /// Calls `body` with every key and its answer, content by content.
  func each(_ body: (_ own: Int, _ mask: UnsafePointer<UInt64>, _ key: UnsafePointer<UInt64>, _ answer: UInt64) -> Void)
  {
    for own in 0..<contents { each(own, body) }
  }

  func each(
    _ own: Int,
    _ body: (_ own: Int, _ mask: UnsafePointer<UInt64>, _ key: UnsafePointer<UInt64>, _ answer: UInt64) -> Void
  ) {
    guard let mask = mask(own) else { return }
    let place = heads[own * (width + 1) + width]
    let base = slots + Int(place >> 6)
    for s in 0..<(1 << (64 - Int(place & 63))) where base[s * (width + 1) + width] != 0 {
      body(own, mask, base + s * (width + 1), base[s * (width + 1) + width])
    }
  }
}

/// Lists of successors: for each what differs from the state it comes from. A list is named by one word, never 0: where
/// it begins << 22 | how many << 2 | whether the state itself is one more << 1 | 1.
struct SuccessorLists {
  private(set) var words: UnsafeMutablePointer<UInt64> = .allocate(capacity: 1024)
  private var used = 0
  private var capacity = 1024

  func deallocate() { words.deallocate() }

  var bytes: Int { used * 8 }

  @inline(__always)
  static func from(_ list: UInt64) -> Int { Int(truncatingIfNeeded: list &>> 22) }

  /// Successors that are not the state itself.
  @inline(__always)
  static func others(_ list: UInt64) -> Int { Int(truncatingIfNeeded: (list &>> 2) & 0xF_FFFF) }

  @inline(__always)
  static func hasItself(_ list: UInt64) -> Bool { list & 2 != 0 }

  /// All successors.
  @inline(__always)
  static func count(_ list: UInt64) -> Int { others(list) &+ Int(truncatingIfNeeded: (list &>> 1) & 1) }

  mutating func append(_ differences: [UInt64], others: Int, hasItself: Bool) -> UInt64 {
    if used + differences.count > capacity {
      capacity = max(used + differences.count, capacity * 2)
      let larger = UnsafeMutablePointer<UInt64>.allocate(capacity: capacity)
      larger.update(from: words, count: used)
      words.deallocate()
      words = larger
    }
    for (k, w) in differences.enumerated() { words[used + k] = w }
    used += differences.count
    return UInt64(used - differences.count) << 22 | UInt64(others) << 2 | (hasItself ? 3 : 1)
  }
}
