// A queue of fixed-size entries in linked chunks: it grows and shrinks without copying, at both ends. Five words hold it:
// first chunk, last chunk, index in first, end in last, count.

public enum Deque {
  public static let first = 0
  public static let last = 1
  public static let start = 2
  public static let end = 3
  public static let count = 4
  public static let words = 5
  /// Entries in a chunk; a chunk is next, previous, entries.
  public static let chunk = 30
}

extension Island {
  /// The word offset of a fresh entry at the back of the deque at `d`.
  @inline(__always)
  func pushBack(_ d: Int, width: Int) -> Int {
    var last = Int(mem[d &+ Deque.last])
    if last == 0 || mem[d &+ Deque.end] == Deque.chunk {
      let fresh = allocate(2 + Deque.chunk * width)
      mem[fresh] = 0
      mem[fresh &+ 1] = Int64(last)
      if last == 0 {
        mem[d &+ Deque.first] = Int64(fresh)
        mem[d &+ Deque.start] = 0
      } else {
        mem[last] = Int64(fresh)
      }
      mem[d &+ Deque.last] = Int64(fresh)
      mem[d &+ Deque.end] = 0
      last = fresh
    }
    let k = Int(mem[d &+ Deque.end])
    mem[d &+ Deque.end] = Int64(k &+ 1)
    mem[d &+ Deque.count] &+= 1
    return last &+ 2 &+ k &* width
  }

  /// The front entry of a deque that is not empty.
  @inline(__always)
  func front(_ d: Int, width: Int) -> Int {
    Int(mem[d &+ Deque.first]) &+ 2 &+ Int(mem[d &+ Deque.start]) &* width
  }

  @inline(__always)
  func back(_ d: Int, width: Int) -> Int {
    Int(mem[d &+ Deque.last]) &+ 2 &+ Int(mem[d &+ Deque.end] &- 1) &* width
  }

  @inline(__always)
  func dropFront(_ d: Int, width: Int) {
    mem[d &+ Deque.start] &+= 1
    mem[d &+ Deque.count] &-= 1
    let first = Int(mem[d &+ Deque.first])
    if mem[d &+ Deque.count] == 0 {
      freeChunk(first, width)
      mem[d &+ Deque.first] = 0
      mem[d &+ Deque.last] = 0
    } else if mem[d &+ Deque.start] == Deque.chunk {
      let next = mem[first]
      freeChunk(first, width)
      mem[d &+ Deque.first] = next
      mem[Int(next) &+ 1] = 0
      mem[d &+ Deque.start] = 0
    }
  }

  @inline(__always)
  func dropBack(_ d: Int, width: Int) {
    mem[d &+ Deque.end] &-= 1
    mem[d &+ Deque.count] &-= 1
    let last = Int(mem[d &+ Deque.last])
    if mem[d &+ Deque.count] == 0 {
      freeChunk(last, width)
      mem[d &+ Deque.first] = 0
      mem[d &+ Deque.last] = 0
    } else if mem[d &+ Deque.end] == 0 {
      let previous = mem[last &+ 1]
      freeChunk(last, width)
      mem[d &+ Deque.last] = previous
      mem[Int(previous)] = 0
      mem[d &+ Deque.end] = Int64(Deque.chunk)
    }
  }

  @inline(__always)
  private func freeChunk(_ chunk: Int, _ width: Int) { free(chunk, words: 2 + Deque.chunk * width) }

  /// Calls `body` with the offset of each entry, front to back.
  @inline(__always)
  func eachEntry(_ d: Int, width: Int, _ body: (Int) -> Void) {
    var chunk = Int(mem[d &+ Deque.first])
    var k = Int(mem[d &+ Deque.start])
    for _ in 0..<Int(mem[d &+ Deque.count]) {
      if k == Deque.chunk {
        chunk = Int(mem[chunk])
        k = 0
      }
      body(chunk &+ 2 &+ k &* width)
      k &+= 1
    }
  }
}
