// Where the events of a wheel lie: chunks of sixteen, linked into lists. The links are apart from the events: these are
// written once and read once, long after, and a list is walked without waiting for them.

import CShim

struct EventChunks {
  static let size = 16

  struct Link {
    var next: Int32
    var fill: Int32
  }

  private(set) var events: UnsafeMutablePointer<Event>
  private(set) var links: UnsafeMutablePointer<Link>
  private var used = 0
  private var capacity = 0
  /// First of the chunks that were given back, or -1.
  private var free: Int32 = -1

  init() {
    events = .allocate(capacity: 1)
    links = .allocate(capacity: 1)
  }

  var bytes: Int { capacity * (Self.size * MemoryLayout<Event>.stride + MemoryLayout<Link>.stride) }

  func deallocate() {
    events.deallocate()
    links.deallocate()
  }

  func copy() -> EventChunks {
    var other = self
    (other.events, other.links) = moved(to: capacity)
    return other
  }

  private func moved(to capacity: Int) -> (UnsafeMutablePointer<Event>, UnsafeMutablePointer<Link>) {
    let events = UnsafeMutablePointer<Event>.allocate(capacity: max(1, capacity * Self.size))
    events.update(from: self.events, count: used * Self.size)
    let links = UnsafeMutablePointer<Link>.allocate(capacity: max(1, capacity))
    links.update(from: self.links, count: used)
    return (events, links)
  }

  /// Puts an event into the chunk at the head of a list, or into a fresh one, which is then the head.
  @inline(__always)
  mutating func append(_ event: Event, to head: inout Int32) {
    if head < 0 || links[Int(head)].fill == Int32(Self.size) {
      let fresh = take()
      links[Int(fresh)] = Link(next: head, fill: 0)
      head = fresh
    }
    let fill = Int(links[Int(head)].fill)
    events[Int(head) &* Self.size &+ fill] = event
    links[Int(head)].fill = Int32(truncatingIfNeeded: fill &+ 1)
  }

  @inline(never)
  private mutating func take() -> Int32 {
    if free >= 0 {
      let c = free
      free = links[Int(c)].next
      return c
    }
    if used == capacity {
      let more = max(64, capacity + capacity / 2)
      let (moved, linked) = moved(to: more)
      deallocate()
      (events, links, capacity) = (moved, linked, more)
    }
    used += 1
    return Int32(used - 1)
  }

  mutating func give(back c: Int32) {
    links[Int(c)].next = free
    free = c
  }

  /// Turns a list round, for events as they came: most delays are alike, and what is in order is soon sorted.
  func turned(_ head: Int32) -> Int32 {
    var c = head
    var oldest: Int32 = -1
    while c >= 0 {
      let next = links[Int(c)].next
      links[Int(c)].next = oldest
      oldest = c
      c = next
    }
    return oldest
  }

  /// Asks for a chunk that is read soon.
  @inline(__always)
  func fetch(_ c: Int32) {
    if c < 0 { return }
    let chunk = events + Int(c) &* Self.size
    for k in stride(from: 0, to: Self.size, by: 2) { outage_prefetch(chunk + k) }
  }
}
