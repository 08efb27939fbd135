import CShim
import OutageModel

/// Breadth-first search, level by level. A level is expanded in batches of chunks: workers look up the successors of
/// their chunk, one thread computes what nobody has met before, workers add what is new, each to its own shards. What
/// is found, and in which order, is the same for every number of workers.
final class Search {
  static let chunksOfBatch = 64

  let graph: Graph
  let options: ExploreOptions
  private(set) var store: StateStore
  let judges: [Judge]
  private let pool: Pool
  private let halt: (SearchProgress) -> Bool
  private var outboxes: [Outbox] = []
  private var hits: [ShardHits]
  private(set) var transitions = 0
  private(set) var limit: ExploreResult.Limit?
  /// The state in which a step failed.
  private(set) var failedAt: StateID?
  private var levelTransitions = 0
  /// States when limits were looked at last.
  private var lastLook = 0

  /// What was met in a shard during one batch.
  private struct ShardHits {
    var met: [(judge: Int, id: StateID)] = []
    var unknown: [(judge: Int, id: StateID)] = []
  }

  init(_ graph: Graph, _ judges: [Judge], _ options: ExploreOptions, halt: @escaping (SearchProgress) -> Bool) {
    self.graph = graph
    self.judges = judges
    self.options = options
    self.halt = halt
    pool = Pool(workers: options.workers)
    store = StateStore(width: graph.width)
    hits = Array(repeating: ShardHits(), count: StateStore.shardCount)
  }

  deinit { outboxes.forEach { $0.deallocate() } }

  var bytes: Int {
    store.bytes + graph.bytes + judges.reduce(0) { $0 + $1.bytes } + outboxes.reduce(0) { $0 + $1.bytes }
  }

  /// Every state was seen and expanded.
  private(set) var isComplete = false

  func run() {
    begin()
    while limit == nil, graph.failure == nil {
      let level = store.levelCount - 1
      if store.levelSize(level) == 0 {
        isComplete = true
        return
      }
      let isDone = expand(level)
      if graph.needsWidening {
        repack(levels: level + 1)
        continue
      }
      transitions += levelTransitions
      judges.forEach { $0.endLevel() }
      store.endLevel()
      if isDone, isDecided { return }
    }
  }

  private func begin() {
    var start = graph.initialState()
    if graph.needsWidening {
      _ = graph.widen()
      start = graph.initialState()
      judges.forEach { $0.layOut(graph) }
      store = StateStore(width: graph.width)
    }
    start.withUnsafeBufferPointer { buffer in
      let state = buffer.baseAddress.unsafelyUnwrapped
      let id = store.insert(state, parent: 0)
      for judge in judges where judge.isLookedAt && !judge.property.readsStuck {
        if judge.value(state, graph) == judge.wanted { judge.meet(id) }
      }
    }
    judges.forEach { $0.endLevel() }
    store.endLevel()
  }

  /// Nothing more to be learnt: every property that a state can decide is decided, and nobody asked for counts.
  private var isDecided: Bool {
    if options.countsAll || options.countsPaths || judges.isEmpty { return false }
    return judges.allSatisfy { $0.isLookedAt && $0.first != nil }
  }

  // MARK: One level

  private struct Chunk {
    var shard: Int
    var range: Range<Int>
  }

  /// Expands a level; false when it was left early.
  private func expand(_ level: Int) -> Bool {
    levelTransitions = 0
    var chunks: [Chunk] = []
    for shard in 0..<StateStore.shardCount {
      let range = store.range(level, shard)
      var from = range.lowerBound
      while from < range.upperBound {
        let to = min(range.upperBound, from + Outbox.chunk)
        chunks.append(Chunk(shard: shard, range: from..<to))
        from = to
      }
    }
    var at = 0
    while at < chunks.count {
      let batch = chunks[at..<min(chunks.count, at + Self.chunksOfBatch)]
      expand(Array(batch))
      if graph.needsWidening || graph.failure != nil { return false }
      at += batch.count
      checkLimits(frontier: chunks[at...].reduce(0) { $0 + $1.range.count })
      if limit != nil { return false }
    }
    return true
  }

  private func expand(_ chunks: [Chunk]) {
    while outboxes.count < chunks.count { outboxes.append(Outbox(width: graph.width)) }
    let states = chunks.reduce(0) { $0 + $1.range.count }
    let isSmall = states < 512
    outboxes.withUnsafeMutableBufferPointer { buffer in
      let boxes = buffer.baseAddress.unsafelyUnwrapped
      each(chunks.count, inline: isSmall) { c in expand(chunks[c], into: boxes + c) }
      for c in chunks.indices where !boxes[c].misses.isEmpty {
        compute(boxes + c)
        if graph.needsWidening || graph.failure != nil { return }
      }
      each(chunks.count, inline: isSmall) { c in boxes[c].sort() }
      hits.withUnsafeMutableBufferPointer { hits in
        let base = hits.baseAddress.unsafelyUnwrapped
        each(StateStore.shardCount, inline: isSmall) { shard in add(boxes, chunks.count, shard, base + shard) }
      }
      for c in chunks.indices { levelTransitions += boxes[c].transitions }
      judgeStuck(chunks, boxes)
    }
    for shard in hits.indices {
      for (k, id) in hits[shard].met { judges[k].meet(id) }
      for (k, id) in hits[shard].unknown where judges[k].value(store.state(id), graph) == judges[k].wanted {
        judges[k].meet(id)
      }
      hits[shard].met.removeAll(keepingCapacity: true)
      hits[shard].unknown.removeAll(keepingCapacity: true)
    }
  }

  private func each(_ count: Int, inline: Bool, _ body: (Int) -> Void) {
    if inline {
      for i in 0..<count { body(i) }
    } else {
      pool.run(count, body)
    }
  }

  /// Looks up the successors of a chunk. The width is a literal in the common cases, so that loops over words vanish.
  private func expand(_ chunk: Chunk, into box: UnsafeMutablePointer<Outbox>) {
    box.pointee.clear()
    switch graph.width {
    case 1: expand(chunk, into: box, width: 1)
    case 2: expand(chunk, into: box, width: 2)
    default: expand(chunk, into: box, width: graph.width)
    }
  }

  @inline(__always)
  private func expand(_ chunk: Chunk, into box: UnsafeMutablePointer<Outbox>, width: Int) {
    let tables = graph.tables
    let lists = graph.lists
    let actors = graph.actors.count
    let states = store.shards[chunk.shard].states
    for i in chunk.range {
      let state = UnsafePointer(states + i &* width)
      let id = StateStore.id(chunk.shard, i)
      let before = box.pointee.count
      var isKnown = true
      for a in 0..<actors {
        let list = tables[a].find(state, width: width)
        if list < 0 {
          isKnown = false
          break
        }
        let (from, count) = lists.lists[list]
        if count == 0 { continue }
        let mask = tables[a].mask(state)
        for s in 0..<count {
          let next = box.pointee.room()
          for w in 0..<width { next[w] = (state[w] & ~mask[w]) | lists.words[from &+ s &* width &+ w] }
          box.pointee.add(hash: mixed(next, width), parent: id)
        }
      }
      if !isKnown {
        box.pointee.truncate(to: before)
        box.pointee.misses.append(id)
      } else {
        let made = box.pointee.count &- before
        box.pointee.transitions &+= made
        if made == 0 { box.pointee.ends.append(id) }
      }
    }
  }

  /// Expands the states for which something is not known yet.
  private func compute(_ box: UnsafeMutablePointer<Outbox>) {
    let width = graph.width
    for id in box.pointee.misses {
      let state = store.state(id)
      var made = 0
      for a in graph.actors.indices {
        let isKnown = graph.eachSuccessor(a, state) { successor in
          let next = box.pointee.room()
          for w in 0..<width { next[w] = successor[w] }
          box.pointee.add(hash: mixed(next, width), parent: id)
          made += 1
        }
        if graph.failure != nil { failedAt = id }
        if !isKnown || graph.failure != nil { return }
      }
      box.pointee.transitions += made
      if made == 0 { box.pointee.ends.append(id) }
    }
  }

  /// Adds what belongs to a shard, chunk by chunk, and looks at what is new.
  private func add(
    _ boxes: UnsafeMutablePointer<Outbox>, _ count: Int, _ shard: Int, _ hits: UnsafeMutablePointer<ShardHits>
  ) {
    let begun = store.shards[shard].count
    switch graph.width {
    case 1: add(boxes, count, shard, width: 1)
    case 2: add(boxes, count, shard, width: 2)
    default: add(boxes, count, shard, width: graph.width)
    }
    for (k, judge) in judges.enumerated() where judge.isLookedAt && !judge.property.readsStuck {
      if judge.first != nil, !options.countsAll { continue }
      let states = store.shards[shard].states
      for i in begun..<store.shards[shard].count {
        let value = judge.known(states + i * graph.width)
        if value < 0 {
          hits.pointee.unknown.append((k, StateStore.id(shard, i)))
        } else if Int64(value) == judge.wanted {
          hits.pointee.met.append((k, StateStore.id(shard, i)))
        }
      }
    }
  }

  @inline(__always)
  private func add(_ boxes: UnsafeMutablePointer<Outbox>, _ count: Int, _ shard: Int, width: Int) {
    let stride = width &+ 2
    var target = store.shards[shard]
    for c in 0..<count {
      let entries = boxes[c].entries
      let order = boxes[c].order
      for k in boxes[c].starts[shard]..<boxes[c].starts[shard + 1] {
        let entry = entries + Int(order[k]) &* stride
        _ = target.insert(entry, hash: entry[width], parent: StateID(truncatingIfNeeded: entry[width &+ 1]))
      }
    }
    store.shards[shard] = target
  }

  /// Properties that speak of `stuck`, at the states just expanded.
  private func judgeStuck(_ chunks: [Chunk], _ boxes: UnsafeMutablePointer<Outbox>) {
    for judge in judges where judge.isLookedAt && judge.property.readsStuck {
      if judge.first != nil, !options.countsAll { continue }
      for c in chunks.indices {
        let ends = Set(boxes[c].ends)
        for i in chunks[c].range {
          let id = StateStore.id(chunks[c].shard, i)
          let isStuck = ends.contains(id) && isUnfinished(id)
          if judge.value(store.state(id), graph, isStuck: isStuck) == judge.wanted { judge.meet(id) }
        }
      }
    }
  }

  /// Some process has not come to its end, and none loops for ever on its own.
  func isUnfinished(_ id: StateID) -> Bool {
    let stands = (0..<graph.stepper.processes.count).map { graph.standing(store.state(id), $0) }
    return stands.contains { $0 >= 0 } && !stands.contains(Standing.idle)
  }

  // MARK: Limits

  private func checkLimits(frontier: Int) {
    let count = store.count
    if count >= options.maxStates { limit = .states(options.maxStates) }
    // Deep and narrow spaces have many levels of few states.
    if limit != nil || count - lastLook < 1024 { return }
    lastLook = count
    let bytes = self.bytes
    if bytes + bytes / 16 > options.maxMemory || count >= Int(StateID.max) - 1 << 24 {
      limit = .memory(options.maxMemory)
    } else if halt(SearchProgress(states: count, frontier: frontier, bytes: bytes, depth: store.levelCount - 1)) {
      limit = .time
    }
  }

  // MARK: Packing anew

  /// A component has outgrown its bits: all states of the complete levels are packed anew, and the level in progress is
  /// begun again.
  private func repack(levels: Int) {
    let old = store
    let translate = graph.widen()
    store = StateStore(width: graph.width)
    outboxes.forEach { $0.deallocate() }
    outboxes = []
    var numbers: [[StateID]] = (0..<StateStore.shardCount).map { shard in
      [StateID](repeating: 0, count: old.levels[levels][shard])
    }
    withUnsafeTemporaryAllocation(of: UInt64.self, capacity: graph.width) { buffer in
      let state = buffer.baseAddress.unsafelyUnwrapped
      for level in 0..<levels {
        old.eachState(level) { id in
          translate(old.state(id), state)
          let parent = old.parent(id)
          let known =
            level == 0 ? 0 : numbers[Int(parent) & (StateStore.shardCount - 1)][Int(parent) >> StateStore.shardBits]
          numbers[Int(id) & (StateStore.shardCount - 1)][Int(id) >> StateStore.shardBits] = store.insert(
            state, parent: known)
        }
        store.endLevel()
      }
    }
    for judge in judges {
      judge.forgetLevel()
      judge.layOut(graph)
      judge.renumber { numbers[Int($0) & (StateStore.shardCount - 1)][Int($0) >> StateStore.shardBits] }
    }
  }
}

/// What a search says of itself while it runs.
public struct SearchProgress: Sendable {
  public var states: Int
  public var frontier: Int
  public var bytes: Int
  public var depth: Int
}
