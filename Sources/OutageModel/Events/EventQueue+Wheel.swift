// The wheel of later events: a ring of slots, two levels of buckets and a list of what lies beyond, each a list of chunks.
// An event goes down level by level as its time comes near.

import CShim

extension EventQueue {
  @inline(never)
  private mutating func makeWheel() {
    let h = UnsafeMutablePointer<Int32>.allocate(capacity: Self.lists)
    h.initialize(repeating: -1, count: Self.lists)
    let b = UnsafeMutablePointer<UInt64>.allocate(capacity: Self.words)
    b.initialize(repeating: 0, count: Self.words)
    heads = h
    bits = b
  }

  /// Puts an event that is not before `nearEnd` into the wheel, unless it is at the end of time, where slots would end
  /// beyond it.
  mutating func pushFar(_ event: Event) {
    if event.time > Self.lastTime {
      pushNear(event)
      return
    }
    if heads == nil { makeWheel() }
    farCount += 1
    if event.time < nearEnd + Self.soon {
      append(event, to: Self.firstSlot + Int((event.time >> Self.slotBits) & Int64(Self.slots - 1)))
      return
    }
    if event.time < farFrom { farFrom = event.time }
    let w = event.time >> (Self.bucketBits + Self.levelBits)
    if w == window {
      append(event, to: Int((event.time >> Self.bucketBits) & Int64(Self.buckets - 1)))
    } else if w >> Self.outerBits == window >> Self.outerBits {
      append(event, to: Self.buckets + Int(w & Int64(Self.outer - 1)))
    } else {
      if event.time < overflowFrom { overflowFrom = event.time }
      append(event, to: Self.overflow)
    }
  }

  private mutating func append(_ event: Event, to list: Int) {
    let head = heads.unsafelyUnwrapped + list
    if head.pointee < 0, list < Self.overflow { bits.unsafelyUnwrapped[list >> 6] |= 1 << UInt64(list & 63) }
    chunks.append(event, to: &head.pointee)
  }

  /// Takes a list off the wheel and puts its events where they belong now.
  @inline(never)
  private mutating func drain(_ list: Int, near: Bool) {
    let heads = self.heads.unsafelyUnwrapped
    var c = chunks.turned(heads[list])
    heads[list] = -1
    if list < Self.overflow { bits.unsafelyUnwrapped[list >> 6] &= ~(1 << UInt64(list & 63)) }
    while c >= 0 {
      let link = chunks.links[Int(c)]
      if link.next >= 0 { chunks.fetch(chunks.links[Int(link.next)].next) }
      farCount -= Int(link.fill)
      for k in 0..<Int(link.fill) {
        let event = chunks.events[Int(c) &* EventChunks.size &+ k]
        if near {
          if list < Self.firstSlot, let memory {
            outage_prefetch(memory + Int(event.a))
            outage_prefetch(memory + Int(event.a) + 8)
          }
          if runEnd == Self.longest {
            pushNear(event)
            continue
          }
          if runEnd == runCapacity { growRun() }
          run[runEnd] = event
          runEnd &+= 1
        } else {
          pushFar(event)
        }
      }
      chunks.give(back: c)
      c = link.next
    }
  }

  @inline(never)
  private mutating func growRun() {
    run = Self.grown(run, runEnd)
    runCapacity *= 2
  }

  /// Makes the earliest slot or bucket the run, or brings what comes next one level down.
  @inline(never)
  mutating func pour() {
    runHead = 0
    runEnd = 0
    pourNext()
    sortRun()
    run[runEnd] = .never
  }

  private mutating func sortRun() {
    if runEnd > Self.short {
      var events = UnsafeMutableBufferPointer(start: run, count: runEnd)
      events.sort { $0.order < $1.order }
      return
    }
    var k = 1
    while k < runEnd {
      let event = run[k]
      var i = k
      while i > 0, event.order < run[i &- 1].order {
        run[i] = run[i &- 1]
        i &-= 1
      }
      run[i] = event
      k &+= 1
    }
  }

  private mutating func pourNext() {
    let slot = firstSlot()
    let next = min(slot << Self.slotBits, (farFrom >> Self.bucketBits) << Self.bucketBits)
    if heapCount > 0, heap[0].time < next {
      // The slot of the next event is the present one: the heap takes no more than slots one by one.
      nearEnd = (heap[0].time >> Self.slotBits + 1) << Self.slotBits
    } else if (slot + 1) << Self.slotBits <= farFrom {
      pour(slot: slot)
    } else if let list = firstList(from: cursor, to: Self.buckets) {
      pour(bucket: list)
    } else if let list = firstList(from: Self.buckets, to: Self.firstSlot) {
      enter(window: ((window >> Self.outerBits) << Self.outerBits) + Int64(list - Self.buckets), list)
    } else {
      enter(window: overflowFrom >> (Self.bucketBits + Self.levelBits), Self.overflow)
    }
  }

  private mutating func pour(slot: Int64) {
    nearEnd = (slot + 1) << Self.slotBits
    drain(Self.firstSlot + Int(slot & Int64(Self.slots - 1)), near: true)
  }

  /// A bucket joins the run, with what slots hold before its end.
  private mutating func pour(bucket list: Int) {
    let end = ((window << Self.levelBits) + Int64(list) + 1) << Self.bucketBits
    cursor = list & ~63
    while true {
      let slot = firstSlot()
      if slot << Self.slotBits >= end { break }
      pour(slot: slot)
    }
    nearEnd = end
    drain(list, near: true)
    findFar()
  }

  /// Level 0 becomes the window that a list of a higher level is about, or holds the earliest event of.
  private mutating func enter(window next: Int64, _ list: Int) {
    window = next
    cursor = 0
    if list == Self.overflow { overflowFrom = .max }
    nearEnd = max(nearEnd, next << (Self.levelBits + Self.bucketBits))
    drain(list, near: false)
    findFar()
  }

  /// Looks for the first bucket that holds something.
  private mutating func findFar() {
    if let list = firstList(from: cursor, to: Self.buckets) {
      farFrom = ((window << Self.levelBits) + Int64(list)) << Self.bucketBits
      let newest = heads.unsafelyUnwrapped[list]
      chunks.fetch(newest)
      chunks.fetch(chunks.links[Int(newest)].next)
    } else if let list = firstList(from: Self.buckets, to: Self.firstSlot) {
      let next = ((window >> Self.outerBits) << Self.outerBits) + Int64(list - Self.buckets)
      farFrom = next << (Self.bucketBits + Self.levelBits)
    } else {
      farFrom = overflowFrom
    }
  }

  /// The first slot from `nearEnd` on that holds something, counted from the beginning of time; `noSlot` if none does.
  @inline(__always)
  private func firstSlot() -> Int64 {
    let held = bits.unsafelyUnwrapped[Self.firstSlot >> 6]
    if held == 0 { return Self.noSlot }
    let start = nearEnd >> Self.slotBits
    let turn = UInt64(start & 63)
    return start + Int64((held >> turn | held << (64 - turn)).trailingZeroBitCount)
  }

  private func firstList(from: Int, to: Int) -> Int? {
    let bits = self.bits.unsafelyUnwrapped
    for word in (from >> 6)..<(to >> 6) where bits[word] != 0 {
      return word << 6 + bits[word].trailingZeroBitCount
    }
    return nil
  }
}
