/// The contents a component has been seen with, each once and numbered.
struct Contents {
  private var contents: [[Int64]] = []
  /// 0: empty, else 1 + number
  private var slots = [UInt32](repeating: 0, count: 16)
  private var wordCount = 0

  var count: Int { contents.count }

  /// By what is in use, with the slack that arrays have on average: their capacities are not the same on every run.
  var bytes: Int { wordCount * 8 + contents.count * 52 + slots.count * 4 }

  subscript(id: Int) -> [Int64] { contents[id] }

  mutating func id(_ content: [Int64]) -> Int {
    var slot = Self.hash(content) & (slots.count - 1)
    while slots[slot] != 0 {
      let id = Int(slots[slot]) - 1
      if contents[id] == content { return id }
      slot = (slot + 1) & (slots.count - 1)
    }
    contents.append(Array(content))
    wordCount += content.count
    slots[slot] = UInt32(count)
    if count * 2 > slots.count { grow() }
    return count - 1
  }

  private mutating func grow() {
    slots = [UInt32](repeating: 0, count: slots.count * 2)
    for id in contents.indices {
      var slot = Self.hash(contents[id]) & (slots.count - 1)
      while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
      slots[slot] = UInt32(id + 1)
    }
  }

  private static func hash(_ content: [Int64]) -> Int {
    var h = hashSeed
    for word in content { h = mixed(h, UInt64(bitPattern: word)) }
    return Int(truncatingIfNeeded: h >> 1)
  }
}
