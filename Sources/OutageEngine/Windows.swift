import OutageModel

/// Moves a world through time: windows no longer than the smallest latency between islands, in parallel; operators alone.
struct Windows {
  let world: World
  let pool: WorkerPool
  /// Fewer events than this in the last window: the calling thread does it alone.
  static let worthwhile: Int64 = 600
  private var lastWork: Int64 = 0

  init(_ world: World, _ pool: WorkerPool) {
    self.world = world
    self.pool = pool
  }

  /// Handles every event up to and including `time`. Stops early when `mayGoOn` says no or at trouble.
  /// - Parameter budget: events left in all.
  mutating func advance(to time: Int64, eventLimit: Int64, mayGoOn: () -> Bool) -> Bool {
    let end = time == .max ? time : time + 1
    let n = world.islandCount
    while true {
      let operators = world.nextTime(0)
      let barrier = min(operators, end)
      while true {
        var earliest = Int64.max
        for i in 1..<max(1, n) { earliest = min(earliest, world.nextTime(i)) }
        if earliest >= barrier { break }
        let lookahead = world.image.meta.lookahead
        let (sum, overflow) = earliest.addingReportingOverflow(lookahead)
        window(to: min(barrier, overflow ? .max : sum))
        world.exchange()
        if world.trouble != nil || world.events >= eventLimit || !mayGoOn() { return false }
      }
      if operators >= end { return true }
      world.align(to: operators)
      world.advance(0, to: operators + 1)
      world.settleAll()
      world.exchange()
      if world.trouble != nil || world.events >= eventLimit || !mayGoOn() { return false }
    }
  }

  private mutating func window(to end: Int64) {
    var active: [Int] = []
    for i in 1..<world.islandCount where world.nextTime(i) < end { active.append(i) }
    let before = world.events
    if active.count == 1 || pool.workers == 1 || lastWork < Self.worthwhile {
      for i in active { world.advance(i, to: end) }
    } else {
      let world = self.world
      pool.run(active.count) { world.advance(active[$0], to: end) }
    }
    lastWork = world.events - before
  }
}
