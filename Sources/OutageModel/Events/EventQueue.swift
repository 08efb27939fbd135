// Pending events. Those of the present instant wait in one ring a class; later ones unsorted in the slots and buckets of a
// wheel. The slot or bucket whose time has come is a sorted run; what joins it late is in a 4-ary heap. The order is
// exact at any size; few events never leave the heap.

struct EventQueue {
  /// A slot is 1.05 ms wide; the slots, one bit each in a word, are a ring over 67 ms.
  static let slotBits: Int64 = 20
  static let slots = 64
  static let noSlot = Int64.max >> slotBits - 1
  /// A bucket of level 0 is 16.8 ms wide; its window of 275 s is one bucket of level 1.
  static let bucketBits: Int64 = 24
  static let levelBits: Int64 = 14
  static let outerBits: Int64 = 11
  static let buckets = 1 << 14
  static let outer = 1 << 11
  /// What a run cannot take goes to the heap.
  static let longest = 1 << 12
  /// A shorter one is sorted by insertion.
  static let short = 16
  /// What is later stays in the heap.
  static let lastTime = Int64.max - 1 << 40
  /// Up to this many events all live in the heap.
  static let small = 64
  /// What is due so soon after `nearEnd` goes to a slot.
  static let soon = Int64(slots) << slotBits

  var heap: UnsafeMutablePointer<Event>
  var heapCount = 0
  var heapCapacity = 64
  /// In order, without what was taken: from `runHead` to `runEnd`, where `never` stands.
  var run: UnsafeMutablePointer<Event>
  var runHead = 0
  var runEnd = 0
  var runCapacity = 64
  /// Every event before this time is in the run or the heap; none that is in the wheel.
  var nearEnd: Int64 = 0
  /// Nothing in the buckets and beyond is due before this time.
  var farFrom = Int64.max
  /// The earliest of what lies beyond the buckets.
  var overflowFrom = Int64.max
  /// Index of the window of level 0: time >> (bucketBits + levelBits).
  var window: Int64 = 0
  /// Level 0, level 1, slots: heads of chunk lists, then one overflow list. nil until the first event of the wheel.
  var heads: UnsafeMutablePointer<Int32>?
  var bits: UnsafeMutablePointer<UInt64>?
  /// Level 0 holds nothing below this bucket (a multiple of 64).
  var cursor = 0
  var farCount = 0
  var chunks = EventChunks()
  /// The arena: what events of a bucket point at is fetched when the bucket comes near.
  var memory: UnsafeMutablePointer<Int64>?

  static let firstSlot = buckets + outer
  static let overflow = firstSlot + slots
  static let lists = overflow + 1
  static let words = overflow / 64

  init() {
    heap = Self.makeHeap(64)
    run = Self.makeHeap(64)
  }

  /// Every child that may be looked at exists: three past the last event, none of which is ever before another.
  private static func makeHeap(_ capacity: Int) -> UnsafeMutablePointer<Event> {
    let heap = UnsafeMutablePointer<Event>.allocate(capacity: capacity + 4)
    heap.initialize(repeating: .never, count: capacity + 4)
    return heap
  }

  func deallocate() {
    heap.deallocate()
    run.deallocate()
    chunks.deallocate()
    heads?.deallocate()
    bits?.deallocate()
  }

  func copy() -> EventQueue {
    var other = self
    other.heap = Self.makeHeap(other.heapCapacity)
    other.heap.update(from: heap, count: heapCount)
    other.run = Self.makeHeap(other.runCapacity)
    other.run.update(from: run, count: runEnd)
    other.chunks = chunks.copy()
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
    (heapCapacity + runCapacity) * 32 + chunks.bytes + (heads == nil ? 0 : Self.lists * 4)
  }

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
    heap = Self.grown(heap, heapCount)
    heapCapacity *= 2
  }

  /// Room for twice as many events as there are.
  static func grown(_ events: UnsafeMutablePointer<Event>, _ count: Int) -> UnsafeMutablePointer<Event> {
    let moved = makeHeap(count * 2)
    moved.update(from: events, count: count)
    events.deallocate()
    return moved
  }

  /// The next event; `never` when there is none near.
  @inline(__always)
  var top: UnsafePointer<Event> { UnsafePointer(run[runHead].order < heap[0].order ? run + runHead : heap) }

  /// The time of the next event, or Int64.max. Pours the next slot when nothing near is left.
  @inline(__always)
  mutating func nextTime() -> Int64 {
    // Events kept in the heap while there were few may lie beyond slots filled later.
    while farCount > 0, runHead == runEnd, heap[0].time >= nearEnd { pour() }
    return min(run[runHead].time, heap[0].time)
  }

  @inline(__always)
  mutating func pop() -> Event {
    let top = heap[0]
    if run[runHead].order < top.order {
      runHead &+= 1
      return run[runHead &- 1]
    }
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
}
