// Lists live in blocks of the arena: capacity, count, items. A register owns its block; 0 is the empty list.

extension Island {
  @inline(__always)
  func listLength(_ list: Int64) -> Int64 { list == 0 ? 0 : mem[Int(list) + 1] }

  @inline(__always)
  func listClear(_ list: inout Int64) {
    if list != 0 { mem[Int(list) + 1] = 0 }
  }

  /// False when the list is longer than lists may be, or the memory budget is used up.
  func listAppend(_ list: inout Int64, _ value: Int64) -> Bool {
    if list == 0 {
      list = Int64(allocate(8))
      mem[Int(list)] = 6
      mem[Int(list) + 1] = 0
    }
    var block = Int(list)
    let count = Int(mem[block &+ 1])
    let capacity = Int(mem[block])
    if count == capacity {
      let words = 2 * (capacity + 2)
      if words > Arena.longest || p.pointee.trouble != 0 || !hasRoom(words) { return false }
      let larger = allocate(words)
      mem[larger] = Int64(words - 2)
      mem[larger + 1] = Int64(count)
      (mem + larger + 2).update(from: mem + block + 2, count: count)
      free(block, words: capacity + 2)
      block = larger
      list = Int64(block)
    }
    mem[block + 2 + count] = value
    mem[block &+ 1] = Int64(count + 1)
    return true
  }

  /// Whether a block that doubles still fits the budget: if not, the run stops.
  func hasRoom(_ words: Int) -> Bool {
    if words <= Arena.longest, p.pointee.memUsed &+ words <= p.pointee.memCapacity { return true }
    trouble(.memory)
    return false
  }

  func listContains(_ list: Int64, _ value: Int64) -> Bool {
    if list == 0 { return false }
    let block = Int(list)
    for k in 0..<Int(mem[block &+ 1]) where mem[block + 2 + k] == value { return true }
    return false
  }

  @inline(__always)
  func listFree(_ list: Int64) {
    if list != 0 { free(Int(list), words: Int(mem[Int(list)]) + 2) }
  }
}
