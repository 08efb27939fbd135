import CShim

// What an actor does depends on the contents of its own component (a program counter and locals) and on the components
// that its next step reads. Which they are is learnt while steps are run. What a step reads next depends on what it has
// read before, so what is known is kept in stages: under the mask of the components that it always reads first, a state has
// either an answer, or leads to the stage for what is read then. A transition is so found once and looked up ever after.

/// What is known of one actor, by the number of its own component's content.
struct RuleTable {
  let width: Int
  let field: Field
  /// First stage of each content, and the stages after them: `width` words of mask, then where the slots are << 6 | 64 -
  /// log2 of their number; 0: nothing is known. A slot is `width` words of key and one of answer (0: empty). An answer
  /// is odd; an even word is twice the number of the next stage.
  private var roots: UnsafeMutablePointer<UInt64>
  private var contents = 0
  private var later: UnsafeMutablePointer<UInt64>
  private var laterCapacity = 4
  private var rootStages: [Stage] = []
  /// Stage 0 is none.
  private var laterStages: [Stage] = [Stage()]
  private var slotBytes = 0
  /// Of the stage that has most.
  private var mostSlotBytes = 0

  private struct Stage {
    /// Components read up to here, in order.
    var components: [Int] = []
    /// Of these, how many the stages before have.
    var before = 0
    var count = 0
    var next: [(first: Int, stage: Int)] = []
  }

  /// A stage: of a content, or a later one.
  private enum Place {
    case root(Int)
    case later(Int)
  }

  init(_ field: Field, width: Int) {
    self.field = field
    self.width = width
    roots = .allocate(capacity: width + 1)
    later = .allocate(capacity: laterCapacity * (width + 1))
    later.initialize(repeating: 0, count: laterCapacity * (width + 1))
  }

  func deallocate() {
    for k in 0..<contents { releaseSlots(roots[k * (width + 1) + width]) }
    for k in 1..<laterStages.count { releaseSlots(later[k * (width + 1) + width]) }
    roots.deallocate()
    later.deallocate()
  }

  private func releaseSlots(_ place: UInt64) { if place != 0 { slots(place).deallocate() } }

  /// Answers of a table with a single content and a fixed mask.
  var count: Int { rootStages.first?.count ?? 0 }

  /// Bytes that may be needed at once, beside those in use, when a part of it grows.
  var growth: Int { 2 * max(mostSlotBytes, contents * (width + 1) * 8) }

  var bytes: Int { (contents + laterStages.count) * ((width + 1) * 8 + 64) + slotBytes }

  // MARK: Looking up

  @inline(__always)
  func own(_ state: UnsafePointer<UInt64>) -> Int {
    Int(truncatingIfNeeded: (state[field.word] &>> field.shift) & field.mask)
  }

  @inline(__always)
  private func slots(_ place: UInt64) -> UnsafeMutablePointer<UInt64> {
    UnsafeMutablePointer(bitPattern: UInt(truncatingIfNeeded: place &>> 6)).unsafelyUnwrapped
  }

  /// The slot at which to look first.
  @inline(__always)
  private func home(_ state: UnsafePointer<UInt64>, _ head: UnsafePointer<UInt64>, width: Int) -> UInt64 {
    var h: UInt64 = 0
    for k in 0..<width { h = (h &+ (state[k] & head[k])) &* 0x9E37_79B9_7F4A_7C15 }
    return h &>> (head[width] & 63)
  }

  /// The word for a state in a stage, or 0.
  @inline(__always)
  private func word(_ state: UnsafePointer<UInt64>, _ head: UnsafePointer<UInt64>, width: Int) -> UInt64 {
    let place = head[width]
    if place == 0 { return 0 }
    let last = UInt64.max &>> (place & 63)
    var slot = home(state, head, width: width)
    let base = slots(place)
    while true {
      let entry = base + Int(truncatingIfNeeded: slot) &* (width &+ 1)
      if entry[width] == 0 { return 0 }
      var isSame = true
      for k in 0..<width where entry[k] != state[k] & head[k] { isSame = false }
      if isSame { return entry[width] }
      slot = (slot &+ 1) & last
    }
  }

  /// The answer for a state, or 0: unknown. `width` is a literal where this is called in loops.
  @inline(__always)
  func find(_ state: UnsafePointer<UInt64>, width: Int) -> UInt64 {
    let own = own(state)
    if own >= contents { return 0 }
    var head = UnsafePointer(roots + own &* (width &+ 1))
    while true {
      let word = word(state, head, width: width)
      if word & 1 != 0 || word == 0 { return word }
      head = UnsafePointer(later + Int(truncatingIfNeeded: word &>> 1) &* (width &+ 1))
    }
  }

  /// The bits on which a known answer depends, beside the own content.
  @inline(__always)
  func mask(of state: UnsafePointer<UInt64>, width: Int) -> UnsafePointer<UInt64> {
    var head = UnsafePointer(roots + own(state) &* (width &+ 1))
    while true {
      let word = word(state, head, width: width)
      if word & 1 != 0 { return head }
      head = UnsafePointer(later + Int(truncatingIfNeeded: word &>> 1) &* (width &+ 1))
    }
  }

  /// Asks for the line where an answer will be looked for first.
  @inline(__always)
  func prefetch(_ state: UnsafePointer<UInt64>, width: Int) {
    let own = own(state)
    if own >= contents { return }
    let head = UnsafePointer(roots + own &* (width &+ 1))
    if head[width] == 0 { return }
    outage_prefetch(slots(head[width]) + Int(truncatingIfNeeded: home(state, head, width: width)) &* (width &+ 1))
  }

  // MARK: Learning

  /// Adds the answer of all states that agree with `state` in `components`, listed in the order in which they are read.
  /// Gives what is no longer looked up, since a stage turned out to read less than was thought.
  mutating func insert(
    _ own: Int, _ components: [Int], _ state: UnsafePointer<UInt64>, _ answer: UInt64, _ layout: Layout
  ) -> [Known] {
    if own >= contents { growRoots(own + 1) }
    var dropped: [Known] = []
    var place = Place.root(own)
    if roots[own * (width + 1) + width] == 0 { begin(place, components, before: 0, layout) }
    while true {
      let (before, read, count) = agreement(place, components)
      if read < count {
        drop(place, own, &dropped)
        begin(place, Array(components.prefix(read)), before: before, layout)
      }
      let known = word(state, head(place), width: width)
      if read == components.count {
        if known == 0 { put(place, state, answer) }
        return dropped
      }
      let next = nextStage(place, components, read, layout)
      if known == 0 { put(place, state, UInt64(next) << 1) }
      place = .later(next)
    }
  }

  /// The one answer of a table with a single content and a fixed mask.
  mutating func insert(_ state: UnsafePointer<UInt64>, _ answer: UInt64) { put(.root(0), state, answer) }

  /// Begins a table with a single content and a fixed mask.
  mutating func fix(_ components: [Int], _ layout: Layout) {
    growRoots(1)
    begin(.root(0), components, before: 0, layout)
  }

  private func head(_ place: Place) -> UnsafeMutablePointer<UInt64> {
    switch place {
    case .root(let own): roots + own * (width + 1)
    case .later(let k): later + k * (width + 1)
    }
  }

  private func stage(_ place: Place) -> Stage {
    switch place {
    case .root(let own): rootStages[own]
    case .later(let k): laterStages[k]
    }
  }

  /// Components that the stages before a stage have, those that it has with them in the order of `components`, and all of
  /// its own with them.
  private func agreement(_ place: Place, _ components: [Int]) -> (before: Int, read: Int, count: Int) {
    switch place {
    case .root(let own): Self.agreement(rootStages[own], components)
    case .later(let k): Self.agreement(laterStages[k], components)
    }
  }

  @inline(__always)
  private static func agreement(_ stage: Stage, _ components: [Int]) -> (before: Int, read: Int, count: Int) {
    var read = stage.before
    let count = stage.components.count
    while read < count, read < components.count, stage.components[read] == components[read] { read += 1 }
    return (stage.before, read, count)
  }

  private mutating func countOneMore(_ place: Place) -> Int {
    switch place {
    case .root(let own):
      rootStages[own].count += 1
      return rootStages[own].count
    case .later(let k):
      laterStages[k].count += 1
      return laterStages[k].count
    }
  }

  private func knownStage(_ place: Place, _ component: Int) -> Int? {
    switch place {
    case .root(let own): rootStages[own].next.first { $0.first == component }?.stage
    case .later(let k): laterStages[k].next.first { $0.first == component }?.stage
    }
  }

  private mutating func change(_ place: Place, _ body: (inout Stage) -> Void) {
    switch place {
    case .root(let own): body(&rootStages[own])
    case .later(let k): body(&laterStages[k])
    }
  }

  private mutating func begin(_ place: Place, _ components: [Int], before: Int, _ layout: Layout) {
    change(place) { $0 = Stage(components: components, before: before) }
    let mask = layout.mask(components)
    for w in 0..<width { head(place)[w] = mask[w] }
    head(place)[width] = newSlots(logarithm: 1)
  }

  private mutating func nextStage(_ place: Place, _ components: [Int], _ read: Int, _ layout: Layout) -> Int {
    if let known = knownStage(place, components[read]) { return known }
    let k = laterStages.count
    laterStages.append(Stage())
    if k == laterCapacity {
      let larger = UnsafeMutablePointer<UInt64>.allocate(capacity: 2 * k * (width + 1))
      larger.initialize(repeating: 0, count: 2 * k * (width + 1))
      larger.update(from: later, count: k * (width + 1))
      later.deallocate()
      later = larger
      laterCapacity = 2 * k
    }
    change(place) { $0.next.append((components[read], k)) }
    begin(.later(k), components, before: read, layout)
    return k
  }

  private mutating func growRoots(_ least: Int) {
    let size = max(least, contents * 2, 8)
    let larger = UnsafeMutablePointer<UInt64>.allocate(capacity: size * (width + 1))
    larger.initialize(repeating: 0, count: size * (width + 1))
    larger.update(from: roots, count: contents * (width + 1))
    roots.deallocate()
    roots = larger
    rootStages += [Stage](repeating: Stage(), count: size - contents)
    contents = size
  }

  private mutating func newSlots(logarithm: Int) -> UInt64 {
    let words = (width + 1) << logarithm
    let new = UnsafeMutablePointer<UInt64>.allocate(capacity: words)
    new.initialize(repeating: 0, count: words)
    slotBytes += words * 8
    mostSlotBytes = max(mostSlotBytes, words * 8)
    return UInt64(UInt(bitPattern: new)) << 6 | UInt64(64 - logarithm)
  }

  private mutating func put(_ place: Place, _ state: UnsafePointer<UInt64>, _ word: UInt64) {
    let old = head(place)[width]
    let logarithm = 64 - Int(old & 63)
    let count = countOneMore(place)
    if count * 4 > 3 << logarithm {
      head(place)[width] = newSlots(logarithm: logarithm + 1)
      for s in 0..<(1 << logarithm) {
        let entry = slots(old) + s * (width + 1)
        if entry[width] != 0 { fill(head(place), entry, entry[width]) }
      }
      slots(old).deallocate()
      slotBytes -= ((width + 1) << logarithm) * 8
    }
    fill(head(place), state, word)
  }

  private func fill(_ head: UnsafePointer<UInt64>, _ state: UnsafePointer<UInt64>, _ word: UInt64) {
    let last = UInt64.max >> (head[width] & 63)
    var slot = home(state, head, width: width)
    let base = slots(head[width])
    while base[Int(slot) * (width + 1) + width] != 0 { slot = (slot + 1) & last }
    for k in 0..<width { base[Int(slot) * (width + 1) + k] = state[k] & head[k] }
    base[Int(slot) * (width + 1) + width] = word
  }

  // MARK: All that is known

  /// What an actor does in all states that have this content, and `key` in these components.
  struct Known {
    var own: Int
    var components: [Int]
    var key: [UInt64]
    var answer: UInt64
  }

  func each(_ body: (Known) -> Void) {
    for own in 0..<contents { each(.root(own), own, body) }
  }

  private func each(_ place: Place, _ own: Int, _ body: (Known) -> Void) {
    let head = head(place)
    if head[width] == 0 { return }
    let stage = stage(place)
    for s in 0..<(1 << (64 - Int(head[width] & 63))) {
      let entry = slots(head[width]) + s * (width + 1)
      if entry[width] & 1 == 0 { continue }
      let key = Array(UnsafeBufferPointer(start: entry, count: width))
      body(Known(own: own, components: stage.components, key: key, answer: entry[width]))
    }
    for next in stage.next { each(.later(next.stage), own, body) }
  }

  /// Calls `body` with each stage: the content for which it is, the mask of what is read up to there, and its slots, each of
  /// `width` words of key and one that is odd if it is an answer.
  func eachStage(_ body: (Int, UnsafePointer<UInt64>, UnsafeBufferPointer<UInt64>) -> Void) {
    for own in 0..<contents { eachStage(.root(own), own, body) }
  }

  private func eachStage(
    _ place: Place, _ own: Int, _ body: (Int, UnsafePointer<UInt64>, UnsafeBufferPointer<UInt64>) -> Void
  ) {
    let head = head(place)
    if head[width] == 0 { return }
    let count = (width + 1) << (64 - Int(head[width] & 63))
    body(own, head, UnsafeBufferPointer(start: slots(head[width]), count: count))
    for next in stage(place).next { eachStage(.later(next.stage), own, body) }
  }

  /// Empties a stage, and those that follow it for good.
  private mutating func drop(_ place: Place, _ own: Int, _ dropped: inout [Known]) {
    each(place, own) { dropped.append($0) }
    for next in stage(place).next { release(.later(next.stage)) }
    release(place)
  }

  private mutating func release(_ place: Place) {
    let words = head(place)[width]
    if words == 0 { return }
    if case .later = place { for next in stage(place).next { release(.later(next.stage)) } }
    slots(words).deallocate()
    slotBytes -= ((width + 1) << (64 - Int(words & 63))) * 8
    head(place)[width] = 0
  }
}

/// Lists of successors: for each what differs from the state it comes from. A list is named by one odd word: where it
/// begins << 22 | how many << 2 | whether the state itself is one more << 1 | 1.
struct SuccessorLists {
  private(set) var words: UnsafeMutablePointer<UInt64> = .allocate(capacity: 1024)
  private var used = 0
  private var capacity = 1024
  /// Short lists, each kept once.
  private var known: [[UInt64]: UInt64] = [:]

  func deallocate() { words.deallocate() }

  var bytes: Int { used * 8 + known.count * 96 }

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
    let isShort = others <= 4
    if isShort, let list = known[differences] { return list & ~2 | (hasItself ? 2 : 0) }
    if used + differences.count > capacity {
      capacity = max(used + differences.count, capacity * 2)
      let larger = UnsafeMutablePointer<UInt64>.allocate(capacity: capacity)
      larger.update(from: words, count: used)
      words.deallocate()
      words = larger
    }
    for (k, w) in differences.enumerated() { words[used + k] = w }
    used += differences.count
    let list = UInt64(used - differences.count) << 22 | UInt64(others) << 2 | (hasItself ? 3 : 1)
    if isShort { known[differences] = list }
    return list
  }
}
