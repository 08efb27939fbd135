// Events of the present instant.

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
