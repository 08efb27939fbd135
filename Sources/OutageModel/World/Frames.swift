// What an element is in the middle of, for those who ask why it does not go on.

/// A body of code that is not finished.
public struct FrameView: Sendable {
  public enum Waiting: Sendable {
    /// A wait or a piece of work is over at this time.
    case time(isWork: Bool, until: Int64)
    /// A call to this element (-1: none was found) is not answered; its time-out, or Int64.max.
    case answer(from: Int, until: Int64)
    /// For an item of a queue, or for a lease to be free.
    case item(of: Int, until: Int64)
    /// For its condition to come true.
    case condition(until: Int64)
    /// Held at a labelled step, or about to go on.
    case turn
  }
  /// Where it stands: a step of the image, or -1.
  public var step: Int
  public var waiting: Waiting
  /// Since when the body runs, ns since the start.
  public var since: Int64
}

/// An element that acts, as it stands.
public struct ElementView: Sendable {
  public var isCrashed: Bool
  public var isStalled: Bool
  public var isDisabled: Bool
  public var stalledSince: Int64
  /// Bodies that came to their end.
  public var finished: Int64
  /// Newest first, at most `limit` of them.
  public var frames: [FrameView]
}

extension World {
  /// Looks at an element of a kind that acts.
  public func view(of element: Int, limit: Int = 8) -> ElementView {
    let island = Island(base + Int(image.tables.elementIsland[element]))
    let e = island.offset(element)
    let flags = island.mem[e &+ Active.frames]
    var view = ElementView(
      isCrashed: flags & Active.crashed != 0, isStalled: flags & Active.isStalled != 0,
      isDisabled: flags & Active.disabled != 0, stalledSince: island.mem[e &+ Active.stallSince],
      finished: island.mem[e &+ Active.finished], frames: [])
    var frame = Int(flags & 0xFFFF_FFFF)
    while frame != 0, view.frames.count < limit {
      view.frames.append(self.view(frame, island))
      frame = Int(island.mem[frame &+ Frame.links] & 0xFFFF_FFFF)
    }
    return view
  }

  private func view(_ frame: Int, _ island: Island) -> FrameView {
    let code = image.tables.code
    let pc = Int(UInt32(truncatingIfNeeded: island.mem[frame]))
    let step = island.step(behind: frame)
    var due = (resume: Int64.max, timeout: Int64.max)
    island.eachPending { event in
      guard Int(event.a) == frame, island.isStill(event) else { return }
      if event.kind.goesOn { due.resume = event.time }
      if event.kind == .timeout { due.timeout = event.time }
    }
    let instruction = code[max(0, pc - 1)]
    func register(_ r: UInt16) -> Int { Int(island.mem[frame &+ Frame.header + Int(r)]) }
    let waiting: FrameView.Waiting
    switch instruction.op {
    case .wait, .work: waiting = .time(isWork: instruction.op == .work, until: due.resume)
    case .call: waiting = .answer(from: register(instruction.b), until: due.timeout)
    case .take: waiting = .item(of: register(instruction.b), until: due.timeout)
    case .park: waiting = .condition(until: due.timeout)
    default: waiting = .turn
    }
    return FrameView(step: step, waiting: waiting, since: island.mem[frame &+ Frame.start])
  }

  /// Labels (by id) that are watched from now on.
  public func watch(labels: [Int]) {
    shared.pointee.watched?.deallocate()
    let ids = UnsafeMutablePointer<Int64>.allocate(capacity: max(1, labels.count))
    for (k, label) in labels.enumerated() { ids[k] = Int64(label) }
    (shared.pointee.watched, shared.pointee.watchedCount) = (ids, labels.count)
    let bits = labels.reduce(UInt64(0)) { $0 | 1 << UInt64($1 & 63) }
    for i in 0..<islandCount { base[i].watchedLabels = bits }
    forgetLabelHit()
  }

  /// A watched label that was reached since it was last forgotten: of the first island in which one was, the first.
  public var labelHit: Int? {
    (0..<islandCount).lazy.map { self.base[$0].labelHit }.first { $0 >= 0 }.map { Int($0) }
  }

  public func forgetLabelHit() { for i in 0..<islandCount { base[i].labelHit = -1 } }
}

extension Island {
  /// A label that may be watched; others share its bit.
  @inline(never)
  func meet(label: Int64) {
    guard p.pointee.labelHit < 0, let ids = shared.pointee.watched else { return }
    for k in 0..<shared.pointee.watchedCount where ids[k] == label { p.pointee.labelHit = label }
  }
}

extension EventQueue {
  /// Calls `body` with every pending event, in no order.
  func forEach(_ body: (Event) -> Void) {
    for k in runHead..<runEnd { body(run[k]) }
    for k in 0..<heapCount { body(heap[k]) }
    guard let heads else { return }
    for list in 0..<Self.lists {
      var c = heads[list]
      while c >= 0 {
        let link = chunks.links[Int(c)]
        for k in 0..<Int(link.fill) { body(chunks.events[Int(c) * EventChunks.size + k]) }
        c = link.next
      }
    }
  }
}
