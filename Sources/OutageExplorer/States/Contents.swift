/// The contents a component has been seen with, each once and numbered; the words lie in one array.
struct Contents {
  private var words: [Int64] = []
  private var starts: [Int] = [0]
  /// 0: empty, else 1 + number
  private var slots = [UInt32](repeating: 0, count: 16)

  var count: Int { starts.count - 1 }

  /// By what is in use, with the slack that arrays have on average: their capacities are not the same on every run.
  var bytes: Int { words.count * 12 + starts.count * 12 + slots.count * 4 }

  subscript(id: Int) -> [Int64] { Array(words[starts[id]..<starts[id + 1]]) }

  func word(_ id: Int, _ k: Int) -> Int64 { words[starts[id] + k] }

  mutating func id(_ content: [Int64]) -> Int {
    var slot = Self.hash(content[...]) & (slots.count - 1)
    while slots[slot] != 0 {
      let id = Int(slots[slot]) - 1
      if words[starts[id]..<starts[id + 1]].elementsEqual(content) { return id }
      slot = (slot + 1) & (slots.count - 1)
    }
    words += content
    starts.append(words.count)
    slots[slot] = UInt32(count)
    if count * 2 > slots.count { grow() }
    return count - 1
  }

  private mutating func grow() {
    slots = [UInt32](repeating: 0, count: slots.count * 2)
    for id in 0..<count {
      var slot = Self.hash(words[starts[id]..<starts[id + 1]]) & (slots.count - 1)
      while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
      slots[slot] = UInt32(id + 1)
    }
  }

  private static func hash(_ content: ArraySlice<Int64>) -> Int {
    var h: UInt64 = 0x9E37_79B9_7F4A_7C15
    for word in content {
      let product = (h ^ UInt64(bitPattern: word)).multipliedFullWidth(by: 0xA076_1D64_78BD_642F)
      h = product.high ^ product.low
    }
    return Int(truncatingIfNeeded: h >> 1)
  }
}
