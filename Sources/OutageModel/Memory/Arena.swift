// The memory of an island: one block of words that never moves. Everything the run changes lives in it and is addressed by
// word offsets, so that a snapshot is a copy of its used part. The first words hold the heads of the free lists.

public enum Arena {
  /// Free lists of general blocks (class k: 2^k words, head at word k).
  static let classes = 40
  /// Free lists of frames (class k: 4k words, head at word frames + k).
  static let frames = classes
  static let frameClasses = 64
  /// First word of fixed element state. Offset 0 means "none" everywhere.
  public static let header = classes + frameClasses
  /// Words of address space beyond the limit.
  static let slack = 1 << 25
  /// Longest block that lists may ask for.
  static let longest = 1 << 22

  @inline(__always)
  static func sizeClass(_ words: Int) -> Int {
    words <= 2 ? 1 : Int.bitWidth - (words - 1).leadingZeroBitCount
  }
}

extension Island {
  /// A block of at least `words` words, contents undefined.
  @inline(__always)
  func allocate(_ words: Int) -> Int {
    let k = Arena.sizeClass(words)
    let head = Int(mem[k])
    if head != 0 {
      mem[k] = mem[head]
      return head
    }
    return carve(1 << k)
  }

  @inline(__always)
  func free(_ block: Int, words: Int) {
    let k = Arena.sizeClass(words)
    mem[block] = mem[k]
    mem[k] = Int64(block)
  }

  /// A frame block: word 0 keeps its token across lives, so that late events of an earlier life are recognized.
  @inline(__always)
  func allocateFrame(_ words: Int) -> Int {
    let k = Arena.frames + (words + 3) >> 2
    let head = Int(mem[k])
    if head != 0 {
      mem[k] = mem[head + 1]
      return head
    }
    // Frames begin on a cache line.
    p.pointee.memUsed = (p.pointee.memUsed + 7) & ~7
    let block = carve((words + 3) & ~3)
    mem[block] = 0
    return block
  }

  @inline(__always)
  func freeFrame(_ block: Int, words: Int) {
    let k = Arena.frames + (words + 3) >> 2
    mem[block &+ 1] = mem[k]
    mem[k] = Int64(block)
  }

  @inline(__always)
  private func carve(_ words: Int) -> Int {
    let block = p.pointee.memUsed
    let used = block &+ words
    if used > p.pointee.memCapacity { exhausted(used) }
    p.pointee.memUsed = used
    return block
  }

  /// Out of memory: the run stops at the end of this event. Until then blocks come from the slack beyond the limit
  /// (`Arena.slack`), of which one event cannot use much: whoever builds lists looks at `trouble`.
  @inline(never)
  private func exhausted(_ used: Int) {
    trouble(.memory)
    precondition(used <= p.pointee.memReserved / 8, "arena slack exhausted")
  }
}
