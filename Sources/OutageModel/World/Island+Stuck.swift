// `stuck` in a run: some process has not come to its end, and none can go on by itself. Those that wait for a duration, an
// answer, the end of a stall or their turn in an order go on; those that wait for a condition or for an item do not, unless
// they give up in the end, or a lease has yet to lapse that nobody renews: somebody may wait for that.

extension Island {
  /// What `stuck` says: in a run of the present moment, in a search of the state at hand.
  func saysStuck() -> Bool { p.pointee.stepping != nil ? p.pointee.isStuck : isStuckNow() }

  private func isStuckNow() -> Bool {
    var waiting: [Int] = []
    for element in 0..<tables.elementCount where kind(element) == .process {
      let i = home(element)
      let e = i.offset(element)
      let frames = i.mem[e &+ Active.frames]
      if i.mem[e &+ Active.finished] != 0 || frames & Active.crashed != 0 { continue }
      let frame = Int(frames & 0xFFFF_FFFF)
      if frame == 0 || frames & (Active.isStalled | Active.armed) != 0 { return false }
      if i.mem[frame &+ Frame.kind] & (Frame.parked | Frame.taking) == 0 { return false }
      waiting.append(element)
    }
    return !waiting.isEmpty && !waiting.contains { home($0).hasPending($0) } && !hasLeaseToLapse()
  }

  private func hasLeaseToLapse() -> Bool {
    (0..<tables.elementCount).contains { element in
      if kind(element) != .lease { return false }
      let i = home(element)
      return i.node(element).pointee.link < 0 && i.mem[i.offset(element)] & Lease.active != 0
    }
  }

  /// Something is scheduled for a process: it gives up, or looks again.
  private func hasPending(_ element: Int) -> Bool {
    let frame = Int(mem[offset(element) + Active.frames] & 0xFFFF_FFFF)
    var events = p.pointee.queue.copy()
    defer { events.deallocate() }
    while events.nextTime() < .max {
      let event = events.pop()
      if event.isOfFrame, Int(event.a) == frame, isStill(event) { return true }
    }
    return false
  }
}
