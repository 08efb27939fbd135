/// The transition relation backwards, from what was learnt of it: what a state may have come from. It knows every
/// transition of every state that was expanded.
struct Backwards {
  private let width: Int
  private let actors: Int
  /// Of each actor's own component.
  private let fields: UnsafeMutablePointer<Field>
  /// First link of the masks by which an actor may have come to a content of its own component: those of an actor begin
  /// where `begins` says.
  private let begins: UnsafeMutablePointer<Int>
  private let heads: UnsafeMutablePointer<Int32>
  /// The first is none.
  private var links: [Link] = [Link()]
  /// Words of all masks, one after the other; a mask belongs to one actor.
  private var masks: [UInt64] = []
  /// Of each transition what is left of it behind its mask (`width` words), where its difference is, and its mask << 32 | 1 +
  /// the next of its bucket.
  private let transitions: UnsafeMutablePointer<UInt64>
  private let stride: Int
  private let capacity: Int
  private var count = 0
  private let buckets: UnsafeMutablePointer<UInt32>
  private let bucketCount: Int
  /// Differences of what is no longer looked up.
  private let outdated: UnsafeMutablePointer<UInt64>

  private struct Link {
    var mask: Int32 = 0
    var next: Int32 = 0
  }

  init(_ graph: Graph) {
    width = graph.width
    actors = graph.actors.count
    stride = width + 2
    fields = .allocate(capacity: actors)
    begins = .allocate(capacity: actors + 1)
    begins[0] = 0
    for (a, actor) in graph.actors.enumerated() {
      (fields + a).initialize(to: graph.layout.fields[actor.own])
      begins[a + 1] = begins[a] + graph.contents[graph.tableOf[actor.own]].count
    }
    heads = .allocate(capacity: begins[actors])
    heads.initialize(repeating: 0, count: begins[actors])
    var known = graph.outdated.count
    for a in graph.actors.indices {
      graph.tables[a].eachStage { _, _, slots in known += Self.count(slots, graph.width) }
    }
    capacity = known
    transitions = .allocate(capacity: known * stride)
    var buckets = 16
    while buckets < known { buckets *= 2 }
    bucketCount = buckets
    self.buckets = .allocate(capacity: buckets)
    self.buckets.initialize(repeating: 0, count: buckets)
    outdated = .allocate(capacity: graph.outdated.count * width)
    var numbers: [[[UInt64]: Int]] = Array(repeating: [:], count: actors)
    for a in graph.actors.indices { add(a, graph, &numbers[a]) }
    addOutdated(graph, &numbers)
  }

  func deallocate() {
    fields.deallocate()
    begins.deallocate()
    heads.deallocate()
    transitions.deallocate()
    buckets.deallocate()
    outdated.deallocate()
  }

  var bytes: Int {
    begins[actors] * 4 + links.count * 8 + masks.count * 8 + capacity * stride * 8 + bucketCount * 4
  }

  // MARK: Learning

  private static func count(_ slots: UnsafeBufferPointer<UInt64>, _ width: Int) -> Int {
    var count = 0
    for at in Swift.stride(from: width, to: slots.count, by: width + 1) where slots[at] & 1 != 0 {
      count += SuccessorLists.others(slots[at])
    }
    return count
  }

  private mutating func add(_ a: Int, _ graph: Graph, _ numbers: inout [[UInt64]: Int]) {
    let field = fields[a]
    let differences = graph.lists.words
    withUnsafeTemporaryAllocation(of: UInt64.self, capacity: width) { buffer in
      let key = buffer.baseAddress.unsafelyUnwrapped
      graph.tables[a].eachStage { own, head, slots in
        var words = Array(UnsafeBufferPointer(start: head, count: width))
        words[field.word] |= field.mask << field.shift
        let mask = number(words, &numbers)
        for at in Swift.stride(from: 0, to: slots.count, by: width + 1) where slots[at + width] & 1 != 0 {
          for k in 0..<width { key[k] = slots[at + k] }
          key[field.word] = key[field.word] & ~(field.mask << field.shift) | UInt64(own) << field.shift
          let list = slots[at + width]
          for s in 0..<SuccessorLists.others(list) {
            add(a, mask, key, differences + SuccessorLists.from(list) + s * width)
          }
        }
      }
    }
  }

  private mutating func addOutdated(_ graph: Graph, _ numbers: inout [[[UInt64]: Int]]) {
    for (k, t) in graph.outdated.enumerated() {
      for w in 0..<width { outdated[k * width + w] = t.difference[w] }
      add(t.actor, number(t.mask, &numbers[t.actor]), t.key, outdated + k * width)
    }
  }

  private mutating func number(_ mask: [UInt64], _ numbers: inout [[UInt64]: Int]) -> Int {
    if let known = numbers[mask] { return known }
    let number = masks.count / width
    numbers[mask] = number
    masks += mask
    return number
  }

  /// Adds what an actor does in the states that have `key` behind a mask.
  private mutating func add(
    _ a: Int, _ mask: Int, _ key: UnsafePointer<UInt64>, _ difference: UnsafePointer<UInt64>
  ) {
    let after = transitions + count * stride
    for k in 0..<width { after[k] = key[k] ^ difference[k] }
    link(begins[a] + own(a, after), mask)
    let bucket = bucket(mask) { after[$0] }
    after[width] = UInt64(UInt(bitPattern: difference))
    after[width + 1] = UInt64(mask) << 32 | UInt64(buckets[bucket])
    count += 1
    buckets[bucket] = UInt32(truncatingIfNeeded: count)
  }

  private mutating func link(_ content: Int, _ mask: Int) {
    var at = Int(heads[content])
    while at != 0 {
      if Int(links[at].mask) == mask { return }
      at = Int(links[at].next)
    }
    links.append(Link(mask: Int32(truncatingIfNeeded: mask), next: heads[content]))
    heads[content] = Int32(truncatingIfNeeded: links.count - 1)
  }

  // MARK: Looking up

  @inline(__always)
  private func own(_ a: Int, _ state: UnsafePointer<UInt64>) -> Int {
    Int(truncatingIfNeeded: (state[fields[a].word] &>> fields[a].shift) & fields[a].mask)
  }

  @inline(__always)
  private func bucket(_ mask: Int, _ word: (Int) -> UInt64) -> Int {
    var h = hashSeed ^ UInt64(truncatingIfNeeded: mask)
    for k in 0..<width { h = mixed(h, word(k)) }
    return Int(truncatingIfNeeded: h) & (bucketCount &- 1)
  }

  /// Calls `body` with each actor and state from which a transition leads to `state`; some may be given twice. The words that
  /// are given are `previous`.
  @inline(__always)
  func eachPredecessor(
    of state: UnsafePointer<UInt64>, _ previous: UnsafeMutablePointer<UInt64>, _ body: (Int) -> Void
  ) {
    masks.withUnsafeBufferPointer { masks in
      links.withUnsafeBufferPointer { links in
        for a in 0..<actors {
          var link = Int(heads[begins[a] &+ own(a, state)])
          while link != 0 {
            let number = Int(links[link].mask)
            let mask = masks.baseAddress.unsafelyUnwrapped + number &* width
            var at = Int(buckets[bucket(number) { state[$0] & mask[$0] }])
            while at != 0 {
              let known = transitions + (at &- 1) &* stride
              if take(known, number, state, mask, previous) { body(a) }
              at = Int(truncatingIfNeeded: known[width &+ 1] & 0xFFFF_FFFF)
            }
            link = Int(links[link].next)
          }
        }
      }
    }
  }

  /// Goes back by a transition if it can have led to a state.
  @inline(__always)
  private func take(
    _ known: UnsafePointer<UInt64>, _ number: Int, _ state: UnsafePointer<UInt64>, _ mask: UnsafePointer<UInt64>,
    _ previous: UnsafeMutablePointer<UInt64>
  ) -> Bool {
    if Int(truncatingIfNeeded: known[width &+ 1] &>> 32) != number { return false }
    for k in 0..<width where known[k] != state[k] & mask[k] { return false }
    let difference = UnsafePointer<UInt64>(bitPattern: UInt(truncatingIfNeeded: known[width])).unsafelyUnwrapped
    for k in 0..<width { previous[k] = state[k] ^ difference[k] }
    return true
  }
}
