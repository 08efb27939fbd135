/// The contents a component has been seen with, each once and numbered. Who adds to them does so alone; they may be read by
/// many.
struct Contents {
  /// All contents, one after the other, and where each begins; the last is where the next will.
  private var words: UnsafeMutablePointer<Int64> = .allocate(capacity: 16)
  private var wordCapacity = 16
  private var firsts: UnsafeMutablePointer<Int> = .allocate(capacity: 9)
  private var capacity = 8
  private(set) var count = 0
  /// 0: empty, else 1 + number
  private var slots = [UInt32](repeating: 0, count: 16)

  init() { firsts[0] = 0 }

  func deallocate() {
    words.deallocate()
    firsts.deallocate()
  }

  private var wordCount: Int { firsts[count] }

  /// By what is in use, with the slack of what grows by doubling.
  var bytes: Int { wordCount * 8 + count * 52 + slots.count * 4 }

  /// Of use until more are added.
  @inline(__always)
  subscript(id: Int) -> UnsafeBufferPointer<Int64> {
    UnsafeBufferPointer(start: words + firsts[id], count: firsts[id + 1] - firsts[id])
  }

  @inline(__always)
  func isEqual(_ id: Int, _ content: some RandomAccessCollection<Int64>) -> Bool {
    let there = self[id]
    return there.count == content.count && there.elementsEqual(content)
  }

  mutating func id(_ content: UnsafeBufferPointer<Int64>) -> Int {
    var slot = Self.hash(content) & (slots.count - 1)
    while slots[slot] != 0 {
      let id = Int(slots[slot]) - 1
      if isEqual(id, content) { return id }
      slot = (slot + 1) & (slots.count - 1)
    }
    append(content)
    slots[slot] = UInt32(count)
    if count * 2 > slots.count { grow() }
    return count - 1
  }

  private mutating func append(_ content: UnsafeBufferPointer<Int64>) {
    let first = wordCount
    if first + content.count > wordCapacity {
      let larger = max(first + content.count, wordCapacity * 2)
      words = Self.moved(words, first, to: larger)
      wordCapacity = larger
    }
    if count == capacity {
      firsts = Self.moved(firsts, count + 1, to: 2 * capacity + 1)
      capacity *= 2
    }
    for (k, word) in content.enumerated() { words[first + k] = word }
    count += 1
    firsts[count] = first + content.count
  }

  private static func moved<T>(_ from: UnsafeMutablePointer<T>, _ count: Int, to capacity: Int) -> UnsafeMutablePointer<
    T
  > {
    let larger = UnsafeMutablePointer<T>.allocate(capacity: capacity)
    larger.moveInitialize(from: from, count: count)
    from.deallocate()
    return larger
  }

  private mutating func grow() {
    slots = [UInt32](repeating: 0, count: slots.count * 2)
    for id in 0..<count {
      var slot = Self.hash(self[id]) & (slots.count - 1)
      while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
      slots[slot] = UInt32(id + 1)
    }
  }

  @inline(__always)
  private static func hash(_ content: some Collection<Int64>) -> Int {
    var h = hashSeed
    for word in content { h = mixed(h, UInt64(bitPattern: word)) }
    return Int(truncatingIfNeeded: h >> 1)
  }
}
