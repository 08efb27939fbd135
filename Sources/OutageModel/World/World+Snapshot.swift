// Snapshots: the whole state of a world is plain words at fixed offsets, so that a snapshot is a copy of the used part of
// each arena and of the pending events. A world that runs on from a snapshot gives the same bytes as one that never stopped.

extension World {
  /// The state of a world at one moment, apart from any world: worlds of the same image take it back or begin from it.
  /// Holds a copy of what is used, not of what is reserved. Immutable, and free to cross threads.
  public final class Snapshot: @unchecked Sendable {
    public let image: Image
    let seed: UInt64
    fileprivate let islands: [IslandCopy]
    fileprivate let measures: [Sample]
    fileprivate let windows: [Sample]
    fileprivate let nodeWords: [Int64]
    fileprivate let rules: [LinkRule]
    fileprivate let checks: [Check]
    fileprivate let periods: [Int64]
    fileprivate let lookahead: Int64
    #if DEBUG
      fileprivate let drawn: Set<DrawnBefore.Name>
    #endif

    /// Bytes that the snapshot holds.
    public var bytes: Int { islands.reduce(0) { $0 + $1.words.count * 8 + $1.state.queueBytes + Self.overhead } }
    /// Queues without events and the state itself, of each island, about.
    private static let overhead = 16 << 10

    fileprivate init(_ world: World) {
      image = world.image
      seed = world.seed
      islands = (0..<world.islandCount).map { IslandCopy(world.base[$0]) }
      let shared = world.shared.pointee
      let meta = world.image.meta
      measures = (0..<meta.measures.count).map { shared.measures[$0] }
      windows = (0..<meta.windowPlaces).map { shared.windows[$0] }
      nodeWords = (0..<2 * world.image.tables.nodeCount).map { shared.nodeWords[$0] }
      rules = (0..<shared.ruleCount).map { shared.rules[$0] }
      checks = (0..<meta.checks.count).map { shared.checks[$0] }
      periods = (0..<meta.entries.count).map { shared.periods[$0] }
      lookahead = shared.lookahead
      #if DEBUG
        drawn = shared.drawn.takeUnretainedValue().all
      #endif
    }

    deinit {
      for island in islands { island.state.deallocateQueues() }
    }
  }

  /// What stands now. Only while the world stands still: not from another thread while it is driven.
  public func snapshot() -> Snapshot { Snapshot(self) }

  /// Goes back (or forth) to a snapshot of a world of the same seed whose image is this one, or grew from or into it.
  public func restore(_ snapshot: Snapshot) {
    precondition(snapshot.seed == seed, "a snapshot of another world")
    let meta = snapshot.image.meta
    resize(to: snapshot.islands.count, tables: snapshot.image.tables, words: meta.islandWords)
    adopt(snapshot.image)
    for i in 0..<islandCount { base[i].take(snapshot.islands[i]) }
    let s = shared
    World.replace(&s.pointee.measures, snapshot.measures)
    World.replace(&s.pointee.windows, snapshot.windows)
    World.replace(&s.pointee.nodeWords, snapshot.nodeWords)
    World.replace(&s.pointee.checks, snapshot.checks)
    World.replace(&s.pointee.periods, snapshot.periods)
    s.pointee.lookahead = snapshot.lookahead
    #if DEBUG
      s.pointee.drawn.takeUnretainedValue().replace(with: snapshot.drawn)
    #endif
    placeChecks()
    shared.pointee.ruleCount = 0
    for rule in snapshot.rules { append(rule) }
  }

  /// A world of its own that stands where the snapshot was taken.
  /// - Parameter memory: bytes of state it may use in all.
  public convenience init(_ snapshot: Snapshot, memory: Int, traced: Bool = false) {
    let used = snapshot.islands.reduce(0) { max($0, $1.words.count * 8) }
    self.init(blank: snapshot.image, seed: snapshot.seed, memory: memory, needed: used, traced: traced)
    restore(snapshot)
  }

  private static func replace<T>(_ words: inout UnsafeMutablePointer<T>, _ values: [T]) {
    words.deallocate()
    words = .allocate(capacity: max(1, values.count))
    for (k, value) in values.enumerated() { (words + k).initialize(to: value) }
  }

  /// Links that are cut in another world are cut here.
  func takeCuts(from other: World) {
    for k in 0..<other.shared.pointee.ruleCount {
      let rule = other.shared.pointee.rules[k]
      if rule.probability >= 1 { append(rule) }
    }
  }

  private func append(_ rule: LinkRule) {
    let s = shared
    if s.pointee.ruleCount == s.pointee.ruleCapacity {
      let moved = UnsafeMutablePointer<LinkRule>.allocate(capacity: s.pointee.ruleCapacity * 2)
      moved.update(from: s.pointee.rules, count: s.pointee.ruleCount)
      s.pointee.rules.deallocate()
      s.pointee.rules = moved
      s.pointee.ruleCapacity *= 2
    }
    s.pointee.rules[s.pointee.ruleCount] = rule
    s.pointee.ruleCount += 1
  }
}

/// The used words of an island, and its plain state with queues of its own; its pointers to the world are never followed.
private struct IslandCopy {
  let words: [Int64]
  let state: IslandState

  init(_ state: IslandState) {
    words = Array(UnsafeBufferPointer(start: state.mem, count: state.memUsed))
    self.state = state.withOwnQueues()
  }
}

extension IslandState {
  /// The same state, its queues copied.
  fileprivate func withOwnQueues() -> IslandState {
    var copy = self
    copy.queue = queue.copy()
    copy.rings = .allocate(capacity: 4)
    for c in 0..<4 { (copy.rings + c).initialize(to: rings[c].copy()) }
    copy.outbox.words = outbox.words.copy()
    copy.notes = notes.copy()
    return copy
  }

  func deallocateQueues() {
    queue.deallocate()
    for c in 0..<4 { rings[c].base.deallocate() }
    rings.deallocate()
    outbox.words.base.deallocate()
    notes.base.deallocate()
  }

  /// Becomes what was copied, in this world's memory.
  fileprivate mutating func take(_ copy: IslandCopy) {
    let fresh = copy.state.withOwnQueues()
    let used = memUsed
    deallocateQueues()
    let kept = (mem, memCapacity, memReserved, tables, islands, shared, isTraced, isSighted, eventLimit)
    self = fresh
    (mem, memCapacity, memReserved, tables, islands, shared, isTraced, isSighted, eventLimit) = kept
    queue.memory = mem
    precondition(copy.words.count <= memReserved / 8, "a snapshot larger than the memory of the world")
    discardMemory(mem + copy.words.count, words: used - copy.words.count)
    copy.words.withUnsafeBufferPointer { mem.update(from: $0.baseAddress.unsafelyUnwrapped, count: copy.words.count) }
  }
}
