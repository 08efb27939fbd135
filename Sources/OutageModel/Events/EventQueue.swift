// Pending events. Those of the present instant wait in one ring a class; near ones in a 4-ary heap; far ones unsorted in
// the buckets of a two-level wheel, poured into the heap bucket by bucket. The order is exact at any size; few events
// never leave the heap.

import CShim

struct EventQueue {
  /// A bucket of level 0 is 16.8 ms wide; its window of 275 s is one bucket of level 1.
  static let bucketBits: Int64 = 24
  static let levelBits: Int64 = 14
  static let outerBits: Int64 = 11
  static let buckets = 1 << 14
  static let outer = 1 << 11
  static let chunk = 15
  /// Up to this many events all live in the heap.
  static let small = 256

  var heap: UnsafeMutablePointer<Event>
  var heapCount = 0
  var heapCapacity = 64
  /// Every event before this time is in the heap.
  var nearEnd: Int64 = 0
  /// Index of the window of level 0: time >> (bucketBits + levelBits).
  var window: Int64 = 0
  /// Level 0, level 1: heads of chunk lists, then one overflow list. nil until the first far event.
  var heads: UnsafeMutablePointer<Int32>?
  var bits: UnsafeMutablePointer<UInt64>?
  /// Level 0 holds nothing below this bucket (a multiple of 64).
  var cursor = 0
  var farCount = 0
  /// Chunk c: a header event (time: next chunk, key: fill) and `chunk` events.
  var chunks: UnsafeMutablePointer<Event>
  var chunkUsed = 0
  var chunkCapacity = 0
  var freeChunk: Int32 = -1
  /// The arena: what events of a bucket point at is fetched when the bucket comes near.
  var memory: UnsafeMutablePointer<Int64>?

  static let lists = buckets + outer + 1
  static let words = (buckets + outer) / 64

  init() {
    heap = Self.makeHeap(64)
    chunks = .allocate(capacity: 1)
  }

  /// Every child that may be looked at exists: three past the last event, none of which is ever before another.
  private static func makeHeap(_ capacity: Int) -> UnsafeMutablePointer<Event> {
    let heap = UnsafeMutablePointer<Event>.allocate(capacity: capacity + 4)
    heap.initialize(repeating: .never, count: capacity + 4)
    return heap
  }

  func deallocate() {
    heap.deallocate()
    chunks.deallocate()
    heads?.deallocate()
    bits?.deallocate()
  }

  func copy() -> EventQueue {
    var other = self
    other.heap = Self.makeHeap(other.heapCapacity)
    other.heap.update(from: heap, count: heapCount)
    other.chunks = .allocate(capacity: max(1, chunkCapacity * (Self.chunk + 1)))
    other.chunks.update(from: chunks, count: chunkUsed * (Self.chunk + 1))
    if let heads, let bits {
      let h = UnsafeMutablePointer<Int32>.allocate(capacity: Self.lists)
      h.update(from: heads, count: Self.lists)
      let b = UnsafeMutablePointer<UInt64>.allocate(capacity: Self.words)
      b.update(from: bits, count: Self.words)
      (other.heads, other.bits) = (h, b)
    }
    return other
  }

  var bytes: Int {
    heapCapacity * 32 + chunkCapacity * (Self.chunk + 1) * 32 + (heads == nil ? 0 : Self.lists * 4)
  }

  var count: Int { heapCount + farCount }

  // MARK: Heap

  @inline(__always)
  mutating func push(_ event: Event) {
    if event.time < nearEnd || heapCount + farCount < Self.small { pushNear(event) } else { pushFar(event) }
  }

  @inline(__always)
  mutating func pushNear(_ event: Event) {
    if heapCount == heapCapacity { growHeap() }
    var i = heapCount
    heapCount &+= 1
    while i > 0 {
      let parent = (i &- 1) >> 2
      if event.order >= heap[parent].order { break }
      heap[i] = heap[parent]
      i = parent
    }
    heap[i] = event
  }

  @inline(never)
  private mutating func growHeap() {
    let moved = Self.makeHeap(heapCapacity * 2)
    moved.update(from: heap, count: heapCount)
    heap.deallocate()
    heap = moved
    heapCapacity *= 2
  }

  /// The time of the next event, or Int64.max. Brings the next bucket near when the heap is empty.
  @inline(__always)
  mutating func nextTime() -> Int64 {
    // Events kept in the heap while there were few may lie beyond buckets filled later.
    while farCount > 0, heapCount == 0 || heap[0].time >= nearEnd { pour() }
    if heapCount == 0 { return .max }
    return heap[0].time
  }

  @inline(__always)
  mutating func pop() -> Event {
    let top = heap[0]
    let n = heapCount &- 1
    heapCount = n
    let last = heap[n]
    heap[n] = .never
    if n > 0 { sink(last, n) }
    return top
  }

  /// Puts an event in place of the root. The least of four children is found without a branch: the places behind the last
  /// event hold `never`.
  @inline(__always)
  private mutating func sink(_ event: Event, _ n: Int) {
    let heap = self.heap
    let order = event.order
    var i = 0
    var first = 1
    while first < n {
      let children = heap + first
      let (a, b) = (children[0].order, children[1].order)
      let (c, d) = (children[2].order, children[3].order)
      let (left, right) = (b < a ? 1 : 0, d < c ? 3 : 2)
      let (leftOrder, rightOrder) = (b < a ? b : a, d < c ? d : c)
      let best = first &+ (rightOrder < leftOrder ? right : left)
      if order <= (rightOrder < leftOrder ? rightOrder : leftOrder) { break }
      heap[i] = heap[best]
      i = best
      first = 4 &* i &+ 1
    }
    heap[i] = event
  }

  // MARK: Wheel

  @inline(never)
  private mutating func makeWheel() {
    let h = UnsafeMutablePointer<Int32>.allocate(capacity: Self.lists)
    h.initialize(repeating: -1, count: Self.lists)
    let b = UnsafeMutablePointer<UInt64>.allocate(capacity: Self.words)
    b.initialize(repeating: 0, count: Self.words)
    heads = h
    bits = b
  }

  private mutating func pushFar(_ event: Event) {
    if heads == nil { makeWheel() }
    let w = event.time >> (Self.bucketBits + Self.levelBits)
    let list: Int
    if w == window {
      list = Int((event.time >> Self.bucketBits) & Int64(Self.buckets - 1))
    } else if w < window {
      pushNear(event)
      return
    } else if w >> Self.outerBits == window >> Self.outerBits {
      list = Self.buckets + Int(w & Int64(Self.outer - 1))
    } else {
      list = Self.buckets + Self.outer
    }
    farCount += 1
    append(event, to: list)
  }

  private mutating func append(_ event: Event, to list: Int) {
    let heads = self.heads.unsafelyUnwrapped
    var c = heads[list]
    let stride = Self.chunk + 1
    if c < 0 || chunks[Int(c) * stride].key == UInt64(Self.chunk) {
      let fresh = takeChunk()
      chunks[Int(fresh) * stride].time = Int64(c)
      chunks[Int(fresh) * stride].key = 0
      heads[list] = fresh
      c = fresh
      if list < Self.buckets + Self.outer { bits.unsafelyUnwrapped[list >> 6] |= 1 << UInt64(list & 63) }
    }
    let base = Int(c) * stride
    let fill = Int(chunks[base].key)
    chunks[base + 1 + fill] = event
    chunks[base].key = UInt64(fill + 1)
  }

  private mutating func takeChunk() -> Int32 {
    let stride = Self.chunk + 1
    if freeChunk >= 0 {
      let c = freeChunk
      freeChunk = Int32(truncatingIfNeeded: chunks[Int(c) * stride].time)
      return c
    }
    if chunkUsed == chunkCapacity {
      let capacity = max(64, chunkCapacity + chunkCapacity / 2)
      let moved = UnsafeMutablePointer<Event>.allocate(capacity: capacity * stride)
      moved.update(from: chunks, count: chunkUsed * stride)
      chunks.deallocate()
      chunks = moved
      chunkCapacity = capacity
    }
    let c = chunkUsed
    chunkUsed += 1
    let empty = Event(time: 0, key: 0, kind: .resume, a: 0, b: 0)
    (chunks + c * stride).initialize(repeating: empty, count: stride)
    return Int32(c)
  }

  /// Takes a list off the wheel and gives each event and its chunk back to `body`'s queue.
  private mutating func drain(_ list: Int, near: Bool) {
    let heads = self.heads.unsafelyUnwrapped
    let stride = Self.chunk + 1
    var c = heads[list]
    heads[list] = -1
    if list < Self.buckets + Self.outer { bits.unsafelyUnwrapped[list >> 6] &= ~(1 << UInt64(list & 63)) }
    while c >= 0 {
      let base = Int(c) * stride
      let fill = Int(chunks[base].key)
      farCount -= fill
      let next = Int32(truncatingIfNeeded: chunks[base].time)
      for i in 1...max(1, fill) where i <= fill {
        let event = chunks[base + i]
        if near {
          if let memory {
            outage_prefetch(memory + Int(event.a))
            outage_prefetch(memory + Int(event.a) + 8)
          }
          pushNear(event)
        } else {
          pushFar(event)
        }
      }
      chunks[base].time = Int64(freeChunk)
      freeChunk = c
      c = next
    }
  }

  /// Brings the earliest bucket into the heap.
  @inline(never)
  private mutating func pour() {
    if heads == nil {
      nearEnd = .max
      return
    }
    if let list = firstList(from: cursor, to: Self.buckets) {
      cursor = list & ~63
      nearEnd = ((window << Self.levelBits) + Int64(list) + 1) << Self.bucketBits
      drain(list, near: true)
      return
    }
    if let list = firstList(from: Self.buckets, to: Self.buckets + Self.outer) {
      window = ((window >> Self.outerBits) << Self.outerBits) + Int64(list - Self.buckets)
      cursor = 0
      nearEnd = (window << Self.levelBits) << Self.bucketBits
      drain(list, near: false)
      return
    }
    // Overflow: move the window to its earliest event.
    let list = Self.buckets + Self.outer
    let stride = Self.chunk + 1
    var earliest = Int64.max
    var c = heads.unsafelyUnwrapped[list]
    while c >= 0 {
      let base = Int(c) * stride
      for i in 0..<Int(chunks[base].key) { earliest = min(earliest, chunks[base + 1 + i].time) }
      c = Int32(truncatingIfNeeded: chunks[base].time)
    }
    window = earliest >> (Self.bucketBits + Self.levelBits)
    cursor = 0
    nearEnd = (window << Self.levelBits) << Self.bucketBits
    drain(list, near: false)
  }

  private func firstList(from: Int, to: Int) -> Int? {
    let bits = self.bits.unsafelyUnwrapped
    for word in (from >> 6)..<(to >> 6) where bits[word] != 0 {
      return word << 6 + bits[word].trailingZeroBitCount
    }
    return nil
  }
}

/// Events of the present instant, of one class, in the order they were scheduled.
struct EventRing {
  var base: UnsafeMutablePointer<Event>
  var mask = 15
  var head = 0
  var tail = 0

  init() { base = .allocate(capacity: 16) }

  @inline(__always) var isEmpty: Bool { head == tail }

  @inline(__always)
  mutating func push(_ event: Event) {
    if tail &- head > mask { grow() }
    (base + (tail & mask)).initialize(to: event)
    tail &+= 1
  }

  @inline(__always)
  mutating func pop() -> Event {
    let event = base[head & mask]
    head &+= 1
    return event
  }

  @inline(never)
  private mutating func grow() {
    let count = tail - head
    let moved = UnsafeMutablePointer<Event>.allocate(capacity: (mask + 1) * 2)
    for i in 0..<count { (moved + i).initialize(to: base[(head + i) & mask]) }
    base.deallocate()
    base = moved
    mask = mask * 2 + 1
    head = 0
    tail = count
  }

  func copy() -> EventRing {
    var other = self
    other.base = .allocate(capacity: mask + 1)
    var i = head
    while i != tail {
      (other.base + (i & mask)).initialize(to: base[i & mask])
      i += 1
    }
    return other
  }
}
