// Queues between processes: `put`, `take` with waiters in order. Who is stalled takes no step, and is handed nothing: what
// comes meanwhile is for those behind, or lies in the queue until the stall ends.

extension Island {
  /// Appends an item of `width` words at `args`, or hands it to the first waiter that may take it. False when the queue is full.
  func put(_ own: Int, _ args: UnsafeMutablePointer<Int64>) -> Bool {
    let info = node(own)
    let e = offset(own)
    let width = Int(info.pointee.width)
    if let waiter = nextTaker(e) {
      give(args, to: waiter, width: width)
      touch(info)
      return true
    }
    if mem[e + Store.items &+ Deque.count] >= mem[e + Store.capacity] { return false }
    let entry = pushBack(e + Store.items, width: width + 1)
    mem[entry] = now
    for k in 0..<width { mem[entry + 1 + k] = args[k] }
    rise(e + Store.level)
    touch(info)
    return true
  }

  /// The first waiter that is not stalled, taken out of the list.
  private func nextTaker(_ e: Int) -> Int? {
    var previous = 0
    var waiter = Int(mem[e + Store.waitersHead])
    while waiter != 0, isStalled(waiter) {
      previous = waiter
      waiter = Int(mem[waiter &+ Frame.link])
    }
    if waiter == 0 { return nil }
    let next = mem[waiter &+ Frame.link]
    if previous == 0 { mem[e + Store.waitersHead] = next } else { mem[previous &+ Frame.link] = next }
    if next == 0 { mem[e + Store.waitersTail] = Int64(previous) }
    return waiter
  }

  private func isStalled(_ frame: Int) -> Bool {
    let own = Int(mem[frame &+ Frame.kind] >> 32)
    return kind(own) != .lease && mem[offset(own) &+ Active.frames] & Active.isStalled != 0
  }

  private func give(_ item: UnsafePointer<Int64>, to waiter: Int, width: Int) {
    mem[waiter &+ Frame.kind] &= ~Frame.taking
    let pc = Int(UInt32(truncatingIfNeeded: mem[waiter]))
    let into = waiter &+ Frame.header + Int(tables.code[pc - 1].a)
    mem[into] = 0
    for k in 0..<width { mem[into + 1 + k] = item[k] }
    // It goes on as resumed work; nothing else may reach it before.
    mem[waiter] &+= 1 << 32
    schedule(now, .resume, waiter, UInt32(truncatingIfNeeded: mem[waiter] >> 32))
  }

  /// At the end of a stall: who waited through it takes what lies in the queues, in their order.
  func serveTakers(_ own: Int) {
    while let store = queueToTakeFrom(own), let waiter = nextTaker(offset(store)) {
      let items = offset(store) + Store.items
      let width = Int(node(store).pointee.width)
      give(mem + front(items, width: width + 1) + 1, to: waiter, width: width)
      dropFront(items, width: width + 1)
      fall(offset(store) + Store.level)
      touch(node(store))
    }
  }

  /// The first queue that holds something and for which a frame of this element waits.
  private func queueToTakeFrom(_ own: Int) -> Int? {
    var first: Int?
    var frame = Int(mem[offset(own) &+ Active.frames] & 0xFFFF_FFFF)
    while frame != 0 {
      if mem[frame &+ Frame.kind] & Frame.taking != 0 {
        let pc = Int(UInt32(truncatingIfNeeded: mem[frame]))
        let store = Int(mem[frame &+ Frame.header &+ Int(tables.code[pc - 1].b)])
        if mem[offset(store) &+ Store.items &+ Deque.count] > 0, store < first ?? .max { first = store }
      }
      frame = Int(mem[frame &+ Frame.links] & 0xFFFF_FFFF)
    }
    return first
  }

  /// Takes an item or a lease at once, status and value into `r`; false: the frame waits.
  func take(_ frame: Int, _ target: Int, into r: UnsafeMutablePointer<Int64>, width: Int) -> Bool {
    let info = node(target)
    let e = offset(target)
    if info.pointee.kind == .lease {
      if let token = acquire(target, holder: Int(mem[frame &+ Frame.kind] >> 32)) {
        mem[frame &+ Frame.kind] &= ~Frame.looking
        r[0] = 0
        r[1] = token
        return true
      }
      // Looks again when the lease changes: the compiler loops on status -1.
      r[0] = -1
      park(frame)
      return false
    }
    let items = e + Store.items
    if mem[items &+ Deque.count] > 0 {
      let entry = front(items, width: width + 1)
      r[0] = 0
      for k in 0..<width { r[1 + k] = mem[entry + 1 + k] }
      dropFront(items, width: width + 1)
      fall(e + Store.level)
      touch(info)
      return true
    }
    mem[frame &+ Frame.kind] |= Frame.taking
    mem[frame &+ Frame.link] = 0
    mem[waitSlot(frame)] = Int64(e)
    let tail = Int(mem[e + Store.waitersTail])
    if tail == 0 { mem[e + Store.waitersHead] = Int64(frame) } else { mem[tail &+ Frame.link] = Int64(frame) }
    mem[e + Store.waitersTail] = Int64(frame)
    return false
  }

  func clearStore(_ own: Int) {
    let e = offset(own)
    let width = Int(node(own).pointee.width) + 1
    while mem[e + Store.items &+ Deque.count] > 0 {
      dropFront(e + Store.items, width: width)
      fall(e + Store.level)
    }
    touch(node(own))
  }
}
