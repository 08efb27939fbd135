public import OutageModel

/// Moves a world through time: windows no longer than the smallest latency between islands, in parallel; operators alone.
struct Windows {
  let world: World
  let pool: WorkerPool
  /// Fewer events than this in the last window: the calling thread does it alone.
  static let worthwhile: Int64 = 600
  /// Events of a round: after so many the host is asked whether to go on.
  static let round: Int64 = 2_000_000
  /// Words of notes after which they are told, and of messages after which they are weighed.
  static let many = 1 << 16
  private var lastWork: Int64 = 0
  /// End of a window that single steps have begun and not finished.
  var open: Int64?
  /// The last step was not made because a budget is used up.
  private(set) var isUsedUp = false

  init(_ world: World, _ pool: WorkerPool) {
    self.world = world
    self.pool = pool
  }

  /// Handles every event up to and including `time`. Stops early when `mayGoOn` says no, at trouble, or when a budget is
  /// used up. `hear` is called between windows when much was noted: what is told late would take its time all at once;
  /// `acted` when operators have.
  mutating func advance(
    to time: Int64, budgets: Budgets, hear: () -> Void, acted: () -> Void, mayGoOn: () -> Bool
  ) -> Bool {
    let end = time.later(by: 1)
    while true {
      let operators = world.nextTime(0)
      let barrier = min(operators, end)
      while let windowEnd = nextWindow(before: barrier) {
        if !window(to: windowEnd, budgets, mayGoOn) || !exchange(budgets) { return false }
        open = nil
        if world.notedWords > Self.many { hear() }
      }
      if operators >= end { return true }
      world.align(to: operators)
      if !operate(to: operators.later(by: 1), budgets, mayGoOn) { return false }
      acted()
      if world.notedWords > Self.many { hear() }
    }
  }

  /// Handles the earliest event up to and including `time` (all operators of an instant count as one); nil: there is none,
  /// or `isUsedUp`.
  mutating func step(upTo time: Int64, budgets: Budgets) -> SingleStep? {
    isUsedUp = false
    let end = time.later(by: 1)
    while true {
      let operators = world.nextTime(0)
      guard let windowEnd = nextWindow(before: min(operators, end)) else {
        if operators >= end { return nil }
        world.align(to: operators)
        if !operate(to: operators.later(by: 1), budgets, { true }), world.trouble == nil {
          isUsedUp = true
          return nil
        }
        return SingleStep(time: operators, kind: nil, element: -1, step: -1)
      }
      open = windowEnd
      var earliest = windowEnd
      var island = 0
      for i in 1..<world.islandCount where world.nextTime(i) < earliest {
        earliest = world.nextTime(i)
        island = i
      }
      if island > 0, !allow([island], budgets) {
        isUsedUp = true
        return nil
      }
      if island > 0, let step = world.step(island) {
        return SingleStep(time: step.time, kind: step.kind, element: step.element, step: step.step)
      }
      world.exchange()
      open = nil
    }
  }

  /// End of the window that is open, or of the next one with events before `barrier`.
  private func nextWindow(before barrier: Int64) -> Int64? {
    if let open { return open }
    var earliest = Int64.max
    for i in 1..<max(1, world.islandCount) { earliest = min(earliest, world.nextTime(i)) }
    if earliest >= barrier { return nil }
    return min(barrier, earliest.later(by: world.image.meta.lookahead))
  }

  /// Hands messages over, unless there is no room for what they become.
  private func exchange(_ budgets: Budgets) -> Bool {
    if world.postedWords > Self.many, world.stateBytes >= budgets.memory { return false }
    world.exchange()
    return true
  }

  /// Runs the operators' island alone: all others stand still.
  mutating func operate(to end: Int64, _ budgets: Budgets, _ mayGoOn: () -> Bool) -> Bool {
    repeat {
      if !allow([0], budgets) { return false }
      world.advance(0, to: end)
      if world.trouble != nil || !mayGoOn() { return false }
    } while world.isPaused(0)
    world.settleAll()
    return exchange(budgets) && world.trouble == nil
  }

  /// One window: islands that pause go on in further rounds, until all have reached its end.
  private mutating func window(to end: Int64, _ budgets: Budgets, _ mayGoOn: () -> Bool) -> Bool {
    var active: [Int] = []
    for i in 1..<world.islandCount where world.nextTime(i) < end { active.append(i) }
    if active.isEmpty { return true }
    let before = world.events
    repeat {
      if !allow(active, budgets) { return false }
      if active.count == 1 || pool.workers == 1 || lastWork < Self.worthwhile {
        for i in active { world.advance(i, to: end) }
      } else {
        let (world, active) = (self.world, active)
        pool.run(active.count) { world.advance(active[$0], to: end) }
      }
      if world.trouble != nil || !mayGoOn() { return false }
      active.removeAll { !world.isPaused($0) }
    } while !active.isEmpty
    lastWork = world.events - before
    return true
  }

  /// Shares what is left of the budgets out among islands; false when nothing is. An island may grow by a part of its
  /// share in a round, so that the sum is looked at often while the budget runs out.
  private func allow(_ active: [Int], _ budgets: Budgets) -> Bool {
    let events = budgets.events - world.events
    let bytes = budgets.memory - world.stateBytes
    if events <= 0 || bytes <= 0 { return false }
    let n = active.count
    let turn = min(max(1, events / Int64(n)), Self.round / Int64(n) + 20_000)
    for i in active { world.allow(i, events: turn, bytes: max(4096, bytes / (4 * n)), atMost: bytes) }
    return true
  }
}

/// One event that was handled alone.
public struct SingleStep: Sendable {
  /// ns since the start
  public var time: Int64
  /// nil: the operators of this instant.
  public var kind: EventKind?
  /// -1: nobody any more (its request was given up, its process crashed).
  public var element: Int
  /// Of the source, as the image numbers them; -1: none.
  public var step: Int
}
