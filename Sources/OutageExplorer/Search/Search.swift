import CShim
import OutageModel

/// Breadth-first search, level by level. A level is expanded in batches of chunks: workers look up the successors of
/// their chunk, and find them where nobody has met them before; workers add what is new, each to its own shards, and one
/// thread meanwhile numbers and keeps what was found, which is added last. What is kept, and in which order, is the same for every number of workers.
final class Search {
  static let mostChunksOfBatch = 16
  /// Bytes that may be used for each chunk of a batch: what one batch adds is little beside them.
  private static let bytesOfChunk = 4 << 20
  /// Actors up to which a batch is full.
  private static let actorsOfBatch = 32

  let graph: Graph
  let options: ExploreOptions
  private(set) var store: StateStore
  let judges: [Judge]
  /// By whom some states are left; nil: by all that can move.
  private let agents: Agents?
  private let pool: Pool
  private let halt: (SearchProgress) -> SearchHalt
  private let chunksOfBatch: Int
  private let outboxes = UnsafeMutablePointer<Outbox>.allocate(capacity: mostChunksOfBatch)
  private var outboxCount = 0
  /// Successors of the batch's states for which something had to be found first.
  private let late = UnsafeMutablePointer<Outbox>.allocate(capacity: 1)
  /// States that the present batch began with, and their bytes.
  private var seen = (states: 0, bytes: 0)
  private var hits: [ShardHits]
  private(set) var transitions = 0
  private(set) var limit: ExploreResult.Limit?
  /// The state in which a step failed, and its level.
  private(set) var failedAt: (state: [UInt64], level: Int)?
  private var levelTransitions = 0
  /// Workers have machines of their own, with which they find what nobody has met before.
  private var findsInWorkers = false
  /// Of the graph, as the present batch began: what was known then is still looked up.
  private var drops = 0
  /// Where the level that is expanded ends, by shard.
  private let levelEnds = UnsafeMutablePointer<Int>.allocate(capacity: StateStore.shardCount)
  /// States of the level that are not expanded yet.
  private var left = 0
  /// States when limits were looked at last.
  private var lastLook = 0
  /// Properties that are still looked for in new states, and those that must know whether anybody can move.
  private var looking: [Look] = []
  private var lookingStuck: [Look] = [] {
    didSet { for (k, look) in lookingStuck.enumerated() { stuckLooks[k] = look } }
  }
  /// The same for workers, who would count references to an array at every state.
  private let stuckLooks: UnsafeMutablePointer<Look>

  /// - Parameter isPartial: where the steps of one process stand for all others, no others are made.
  init(
    _ graph: Graph, _ judges: [Judge], _ options: ExploreOptions, isPartial: Bool = false,
    halt: @escaping (SearchProgress) -> SearchHalt
  ) {
    self.graph = graph
    self.judges = judges
    agents = isPartial ? Agents(graph, judges) : nil
    self.options = options
    self.halt = halt
    pool = Pool(workers: options.workers)
    // Between batches it is asked whether to go on: states from which many may move are taken in smaller ones.
    let most = Self.mostChunksOfBatch * Self.actorsOfBatch / max(Self.actorsOfBatch, graph.actors.count)
    chunksOfBatch = max(1, min(most, options.room / Self.bytesOfChunk))
    store = StateStore(width: graph.width, isCompact: options.isCompact)
    hits = Array(repeating: ShardHits(), count: StateStore.shardCount)
    late.initialize(to: Outbox(width: graph.width, actors: graph.actors.count))
    stuckLooks = .allocate(capacity: max(1, judges.count))
    graph.mover.isToStop = { [unowned self] bytes in
      if seen.bytes + bytesBesideStates + bytes > options.room { limit = .memory(options.maxMemory) }
      return isToStop()
    }
  }

  deinit {
    releaseOutboxes()
    outboxes.deallocate()
    late.pointee.deallocate()
    late.deinitialize(count: 1)
    late.deallocate()
    stuckLooks.deallocate()
    levelEnds.deallocate()
  }

  private func releaseOutboxes() {
    for k in 0..<outboxCount { outboxes[k].deallocate() }
    outboxes.deinitialize(count: outboxCount)
    outboxCount = 0
  }

  var bytes: Int { store.bytes + bytesBesideStates }

  private var bytesBesideStates: Int {
    graph.bytes + (agents?.bytes ?? 0) + judges.reduce(0) { $0 + $1.bytes }
      + (0..<outboxCount).reduce(late.pointee.bytes) { $0 + outboxes[$1].bytes }
  }

  /// Bytes for what is not counted, since it is not the same for every number of workers: heaps and machines of threads, what
  /// they have found and what was missed.
  private var reserve: Int { min(3 << 19, options.room / 10) }

  /// Bytes that finding a path may take: what is left of those allowed, at least a little.
  var roomForPath: Int { max(options.room / 16, options.room - bytes - bytesOfEdges) }

  /// Bytes of what properties of paths are decided by, once it is there.
  var bytesOfEdges = 0

  /// Every state was seen and expanded.
  private(set) var isComplete = false

  func run() {
    begin()
    while limit == nil, graph.failure == nil {
      let level = store.levelCount - 1
      if store.levelSize(level) == 0 {
        isComplete = true
        seen = (store.count, store.bytes)
        return
      }
      let isDone = expand(level)
      if graph.needsWidening {
        if options.isCompact {
          startOver()
          continue
        } else if hasRoomToRepack {
          repack(levels: level + 1)
          continue
        }
        limit = .memory(options.maxMemory)
      }
      transitions += levelTransitions
      endLevel()
      if isDone, isDecided { return }
    }
  }

  private func begin() {
    var start = graph.start()
    if graph.needsWidening {
      _ = graph.widen()
      start = graph.start()
      judges.forEach { $0.layOut(graph) }
      agents?.layOut()
      store = StateStore(width: graph.width, isCompact: options.isCompact)
      late.pointee.deallocate()
      late.pointee = Outbox(width: graph.width, actors: graph.actors.count)
    }
    start = graph.canon.words(start, width: graph.width)
    if let id = store.insert(start) {
      for judge in judges where judge.isLookedAt && !judge.property.readsStuck {
        if judge.value(start, graph) == judge.wanted { judge.meet(id) }
      }
    }
    endLevel()
  }

  private func endLevel() {
    judges.forEach { $0.endLevel(store) }
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
    chooseLooks()
    var chunks: [Chunk] = []
    for shard in 0..<StateStore.shardCount {
      let range = store.range(level, shard)
      levelEnds[shard] = range.upperBound
      var from = range.lowerBound
      while from < range.upperBound {
        let to = min(range.upperBound, from + Outbox.chunk)
        chunks.append(Chunk(shard: shard, range: from..<to))
        from = to
      }
    }
    left = chunks.reduce(0) { $0 + $1.range.count }
    var at = 0
    while at < chunks.count {
      let batch = nextBatch(&chunks, &at)
      expand(batch)
      if graph.needsWidening || graph.failure != nil { return false }
      left -= batch.reduce(0) { $0 + $1.range.count }
      checkLimits()
      if limit != nil { return false }
    }
    return true
  }

  /// The chunks that are expanded next: if each state has a successor by every actor, not far more than are wanted.
  private func nextBatch(_ chunks: inout [Chunk], _ at: inout Int) -> [Chunk] {
    var room = max(1, (options.maxStates - store.count) / max(1, graph.actors.count))
    var batch: [Chunk] = []
    while at < chunks.count, batch.count < chunksOfBatch, room > 0 {
      let range = chunks[at].range
      let end = range.lowerBound + min(range.count, room)
      batch.append(Chunk(shard: chunks[at].shard, range: range.lowerBound..<end))
      (room, chunks[at].range) = (room - (end - range.lowerBound), end..<range.upperBound)
      if chunks[at].range.isEmpty { at += 1 }
    }
    return batch
  }

  private func chooseLooks() {
    looking = []
    lookingStuck = []
    for (k, judge) in judges.enumerated() where judge.isLookedAt && (judge.first == nil || options.countsAll) {
      var look = Look(
        judge: k, wanted: UInt64(judge.wanted) << 1 | 1, table: judge.table(isStuck: false),
        stuckTable: judge.table(isStuck: true), onlyStuck: false)
      if judge.property.readsStuck {
        look.onlyStuck = judge.isConstant && judge.value(store.anyState, graph) != judge.wanted
        lookingStuck.append(look)
      } else {
        looking.append(look)
      }
    }
  }

  private func expand(_ chunks: [Chunk]) {
    while outboxCount < chunks.count {
      (outboxes + outboxCount).initialize(to: Outbox(width: graph.width, actors: graph.actors.count))
      outboxCount += 1
    }
    let states = chunks.reduce(0) { $0 + $1.range.count }
    let isSmall = states < 512
    findsInWorkers = !isSmall && pool.workers > 1
    drops = graph.drops
    if findsInWorkers { graph.provideMovers(pool.workers) }
    agents?.update()
    each(chunks.count, inline: isSmall) { c in expand(chunks[c], into: outboxes + c) }
    late.pointee.clear()
    seen = (store.count, store.bytes)
    hits.withUnsafeMutableBufferPointer { hits in
      let base = hits.baseAddress.unsafelyUnwrapped
      let body = { [self] (shard: Int) in add(outboxes, chunks.count, shard, base + shard) }
      if isSmall || agents != nil {
        compute(chunks.count)
        each(StateStore.shardCount, inline: isSmall, body)
      } else {
        pool.run(StateStore.shardCount, beside: { compute(chunks.count) }, body)
      }
      if graph.needsWidening { return }
      each(StateStore.shardCount, inline: late.pointee.count < 4096) { shard in add(late, 1, shard, base + shard) }
    }
    if graph.needsWidening {
      for shard in hits.indices { hits[shard] = ShardHits() }
      return
    }
    for c in chunks.indices { judge(outboxes + c) }
    judge(late)
    for shard in hits.indices {
      for (k, id) in hits[shard].met { judges[k].meet(id) }
      for (k, id) in hits[shard].unknown where judges[k].value(store.state(id), graph) == judges[k].wanted {
        judges[k].meet(id)
      }
      hits[shard].met.removeAll(keepingCapacity: true)
      hits[shard].unknown.removeAll(keepingCapacity: true)
    }
    for judge in judges { judge.forgetIfUseless(states: store.count, graph) }
  }

  /// Looks at the states of a chunk for properties that speak of being stuck.
  private func judge(_ box: UnsafeMutablePointer<Outbox>) {
    levelTransitions += box.pointee.transitions
    for (k, id) in box.pointee.met { judges[k].meet(id) }
    for (k, id, isStuck) in box.pointee.unknown
    where judges[k].value(store.state(id), graph, isStuck: isStuck) == judges[k].wanted {
      judges[k].meet(id)
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
    if let agents { return expand(chunk, into: box, agents.choice) }
    switch (graph.width, graph.orbits.isEmpty) {
    case (1, true): expand(chunk, into: box, width: 1, isReduced: false)
    case (2, true): expand(chunk, into: box, width: 2, isReduced: false)
    case (3, true): expand(chunk, into: box, width: 3, isReduced: false)
    case (let width, true): expand(chunk, into: box, width: width, isReduced: false)
    case (let width, false): expand(chunk, into: box, width: width, isReduced: true)
    }
  }

  @inline(always)
  private func expand(_ chunk: Chunk, into box: UnsafeMutablePointer<Outbox>, width: Int, isReduced: Bool) {
    let canon = graph.canon
    let tables = graph.tables
    let words = UnsafePointer(graph.lists.words)
    let actors = graph.actors.count
    let lists = box.pointee.lists
    let first = UnsafePointer(store.shards[chunk.shard].state(chunk.range.lowerBound, width: width))
    let looksStuck = lookingStuck.count
    var transitions = 0
    for i in 0..<chunk.range.count {
      let state = first + i &* width
      var known: UInt64 = 1
      var made = 0
      for a in 0..<actors {
        let list = tables[a].find(state, width: width)
        lists[a] = list
        known &= list
        made &+= SuccessorLists.count(list)
      }
      if known == 0 {
        if findsInWorkers { find(state, box) }
        box.pointee.miss(StateStore.id(chunk.shard, chunk.range.lowerBound + i), state)
        continue
      }
      transitions &+= made
      if looksStuck > 0 {
        look(
          StateStore.id(chunk.shard, chunk.range.lowerBound + i), state, isEnd: graph.mayEnd(lists, made: made), box,
          looksStuck)
      }
      for a in 0..<actors { add(lists[a], of: state, words, to: box, width: width, isReduced ? canon : nil) }
    }
    box.pointee.transitions &+= transitions
  }

  /// The same where the steps of some may stand for all others.
  private func expand(_ chunk: Chunk, into box: UnsafeMutablePointer<Outbox>, _ choice: AmpleChoice) {
    let actors = graph.actors.count
    let lists = box.pointee.lists
    for i in chunk.range {
      let id = StateStore.id(chunk.shard, i)
      let state = store.state(id)
      var known: UInt64 = 1
      for a in 0..<actors {
        lists[a] = graph.tables[a].find(state, width: graph.width)
        known &= lists[a]
      }
      if known != 0 {
        leave(id, state, choice, box)
        continue
      }
      if findsInWorkers { find(state, box) }
      box.pointee.miss(id, state)
    }
  }

  /// Makes the steps of some where they stand for all others, else those of everybody; all are known.
  private func leave(
    _ id: StateID, _ state: UnsafePointer<UInt64>, _ choice: AmpleChoice, _ box: UnsafeMutablePointer<Outbox>
  ) {
    let (width, canon, shards, ends) = (graph.width, graph.canon, store.shards, levelEnds)
    let isReduced = !graph.orbits.isEmpty
    let lists = box.pointee.lists
    var made = 0
    withUnsafeTemporaryAllocation(of: UInt64.self, capacity: choice.scratchWords) { buffer in
      let scratch = buffer.baseAddress.unsafelyUnwrapped
      let isChosen = choice.choose(state, lists, graph, scratch) { next in
        if isReduced { canon.apply(next) }
        let hash = mixed(next, width)
        let shard = StateStore.shard(hash)
        return shards[shard].find(next, hash: hash).map { $0 >= ends[shard] } ?? true
      }
      for a in graph.actors.indices where !isChosen || choice.isChosen(a, scratch) {
        add(lists[a], of: state, graph.lists.words, to: box, width: width, isReduced ? canon : nil)
        made += SuccessorLists.count(lists[a])
      }
      // Faults alone are never chosen.
      let mayEnd = !isChosen && graph.mayEnd(lists, made: made)
      if !lookingStuck.isEmpty { look(id, state, isEnd: mayEnd, box, lookingStuck.count) }
    }
    box.pointee.transitions += made
  }

  /// Adds the states to which a list of successors leads; with `canon`, what is kept of each.
  @inline(always)
  private func add(
    _ list: UInt64, of state: UnsafePointer<UInt64>, _ words: UnsafePointer<UInt64>,
    to box: UnsafeMutablePointer<Outbox>, width: Int, _ canon: Canon?
  ) {
    var difference = words + SuccessorLists.from(list)
    for _ in 0..<SuccessorLists.others(list) {
      if let canon {
        box.pointee.add(state, difference, width: width, canon)
      } else {
        box.pointee.add(state, difference, width: width)
      }
      difference += width
    }
  }

  /// Actors of a chunk's states for which a worker finds what they can do, and runs for each of them. What is more is left
  /// to the thread that looks at limits.
  private static let mostFound = 256
  private static let mostRuns = 64
  /// Lists of a miss are kept where actors are no more.
  private static let mostActors = 64

  /// Finds what is not known of a state.
  @inline(never)
  private func find(_ state: UnsafePointer<UInt64>, _ box: UnsafeMutablePointer<Outbox>) {
    let mover = graph.movers[Pool.worker]
    let actors = graph.actors.count
    if box.pointee.found.count >= Self.mostFound { return }
    if box.pointee.known.count == box.pointee.misses.count * actors, actors <= Self.mostActors {
      box.pointee.keepLists(actors: actors)
    }
    for a in 0..<actors where box.pointee.lists[a] == 0 && box.pointee.found.count < Self.mostFound {
      guard let found = mover.find(a, state, most: Self.mostRuns), found.failure == nil, !found.ranOutOfPlaces
      else { return }
      box.pointee.keep(a, found)
    }
  }

  /// The list of successors of a chunk's miss by an actor, with what was found of it; 0 when states must be packed anew.
  @inline(__always)
  private func list(
    _ a: Int, _ state: UnsafePointer<UInt64>, _ miss: Int, _ next: inout Int, _ box: UnsafeMutablePointer<Outbox>
  ) -> UInt64 {
    let at = miss * graph.actors.count + a
    if graph.drops == drops, at < box.pointee.known.count, box.pointee.known[at] != 0 { return box.pointee.known[at] }
    let known = graph.tables[a].find(state, width: graph.width)
    let isFound =
      next < box.pointee.found.count && box.pointee.found[next].miss == miss && box.pointee.found[next].actor == a
    if isFound { next += 1 }
    if known != 0 { return known }
    return isFound ? box.pointee.teach(graph, state, box.pointee.found[next - 1]) : graph.list(a, state)
  }

  /// Expands the states for which something is not known yet. The store is only looked at for
  /// what may be left out; else states are added to it meanwhile.
  private func compute(_ chunks: Int) {
    for c in 0..<chunks where !outboxes[c].misses.isEmpty {
      outboxes[c].missed.withUnsafeBufferPointer { compute(outboxes + c, $0.baseAddress.unsafelyUnwrapped) }
      if graph.needsWidening || graph.failure != nil || limit != nil { return }
    }
  }

  private func compute(_ box: UnsafeMutablePointer<Outbox>, _ states: UnsafePointer<UInt64>) {
    let width = graph.width
    var next = 0
    for (k, id) in box.pointee.misses.enumerated() {
      // Steps are made here, and each may take long.
      if k & 15 == 0 { askWhetherToStop() }
      if limit != nil { return }
      let state = states + k * width
      var made = 0
      let lists = late.pointee.lists
      for a in graph.actors.indices {
        let list = list(a, state, k, &next, box)
        if graph.failure != nil {
          failedAt = (Array(UnsafeBufferPointer(start: state, count: width)), store.level(of: id))
        }
        if list == 0 || graph.failure != nil { return }
        lists[a] = list
        if agents != nil { continue }
        add(list, of: state, graph.lists.words, to: late, width: width, graph.orbits.isEmpty ? nil : graph.canon)
        made += SuccessorLists.count(list)
      }
      if let agents {
        agents.update()
        leave(id, state, agents.choice, late)
        continue
      }
      late.pointee.transitions += made
      if !lookingStuck.isEmpty { look(id, state, isEnd: graph.mayEnd(lists, made: made), late, lookingStuck.count) }
    }
  }

  /// Properties that speak of `stuck`, at a state that is expanded.
  private func look(
    _ id: StateID, _ state: UnsafePointer<UInt64>, isEnd: Bool, _ box: UnsafeMutablePointer<Outbox>, _ looks: Int
  ) {
    let isStuck = isEnd && isUnfinished(state)
    for k in 0..<looks {
      let look = stuckLooks[k]
      if look.onlyStuck, !isStuck { continue }
      let value = (isStuck ? look.stuckTable : look.table).pointee.find(state, width: box.pointee.width)
      if value == 0 {
        box.pointee.unknown.append((look.judge, id, isStuck))
      } else if value == look.wanted {
        box.pointee.met.append((look.judge, id))
      }
    }
  }

  /// Adds what belongs to a shard, chunk by chunk, and looks at what is new.
  private func add(
    _ boxes: UnsafeMutablePointer<Outbox>, _ count: Int, _ shard: Int, _ hits: UnsafeMutablePointer<ShardHits>
  ) {
    switch (graph.width, options.isCompact) {
    case (1, false): add(boxes, count, shard, hits, width: 1, isCompact: false)
    case (2, false): add(boxes, count, shard, hits, width: 2, isCompact: false)
    case (3, false): add(boxes, count, shard, hits, width: 3, isCompact: false)
    case (1, true): add(boxes, count, shard, hits, width: 1, isCompact: true)
    case (2, true): add(boxes, count, shard, hits, width: 2, isCompact: true)
    default: add(boxes, count, shard, hits, width: graph.width, isCompact: options.isCompact)
    }
  }

  /// A state's slot is asked for this long before the state in it, and that as long before both are looked at.
  private static let ahead = 16

  @inline(always)
  private func add(
    _ boxes: UnsafeMutablePointer<Outbox>, _ count: Int, _ shard: Int, _ hits: UnsafeMutablePointer<ShardHits>,
    width: Int, isCompact: Bool
  ) {
    var target = store.shards[shard]
    let begun = target.count
    var total = 0
    for c in 0..<count { total += boxes[c].lanes.count(shard) }
    // Not in a closure: it would be compiled once, for any width.
    let states = UnsafeMutablePointer<UInt64>.allocate(capacity: total * (width + 1))
    let hashes = states + total * width
    var next = states
    for c in 0..<count { next = boxes[c].lanes.copy(shard, to: next) }
    for i in 0..<(total &+ 2 &* Self.ahead) {
      if i < total {
        hashes[i] = mixed(states + i &* width, width)
        target.prefetchSlot(hashes[i], isCompact: isCompact)
      }
      let near = i &- Self.ahead
      if !isCompact, near >= 0, near < total { target.prefetchState(hashes[near], width: width) }
      let k = near &- Self.ahead
      if k >= 0 {
        _ = target.insert(states + k &* width, hash: hashes[k], width: width, isCompact: isCompact)
      }
    }
    states.deallocate()
    store.shards[shard] = target
    for look in looking {
      let table = look.table
      for i in begun..<target.count {
        if i &+ 8 < target.count { table.pointee.prefetch(target.state(i &+ 8, width: width), width: width) }
        let value = table.pointee.find(target.state(i, width: width), width: width)
        if value == 0 {
          hits.pointee.unknown.append((look.judge, StateStore.id(shard, i)))
        } else if value == look.wanted {
          hits.pointee.met.append((look.judge, StateStore.id(shard, i)))
        }
      }
    }
  }

  // MARK: Limits

  private func checkLimits() {
    let count = store.count
    if count >= options.maxStates { limit = .states(options.maxStates) }
    // Deep and narrow spaces have many levels of few states.
    if limit != nil || count - lastLook < 1024 { return }
    lastLook = count
    seen = (store.count, store.bytes)
    askWhetherToStop()
  }

  /// What looks at the whole space afterwards asks once in so many turns, less 1, whether to stop.
  static let pace = 0xFFF

  /// Whether to stop, within a long step or when the whole space is looked at: a host is asked.
  func isToStop() -> Bool {
    if limit == nil { ask() }
    return limit != nil
  }

  /// States may be added meanwhile: the host hears of those that there were before.
  private func ask() {
    let bytes = seen.bytes + bytesBesideStates
    let asked = halt(SearchProgress(states: seen.states, frontier: left, bytes: bytes, depth: store.levelCount - 1))
    // A host that said so once need not say so again.
    if let reason = asked.limit { limit = reason }
  }

  private func askWhetherToStop() {
    let (count, bytes) = (seen.states, seen.bytes + bytesBesideStates)
    let growth = judges.reduce(graph.growth) { max($0, $1.growth) }
    if bytes + bytes / 32 + growth + reserve > options.room || count >= Int(StateID.max) - 1 << 24 {
      limit = .memory(options.maxMemory)
    } else {
      ask()
    }
  }

  // MARK: Packing anew

  /// States are packed into a store of their own, of words that may be one more.
  private var hasRoomToRepack: Bool {
    bytes + store.bytes / graph.width * (graph.width + 1) <= options.room
  }

  /// A component has outgrown its bits: all states of the complete levels are packed anew, and the level in progress is
  /// begun again.
  private func repack(levels: Int) {
    let old = store
    let repacking = graph.widen()
    relayOut()
    withUnsafeTemporaryAllocation(of: UInt64.self, capacity: graph.width) { buffer in
      let state = buffer.baseAddress.unsafelyUnwrapped
      for level in 0..<levels {
        old.eachState(level) { id in
          repacking.apply(old.state(id), state)
          store.insert(state)
        }
        store.endLevel()
      }
    }
    judges.forEach { $0.repack(repacking) }
  }

  /// The states are gone: their fingerprints say nothing of the new layout.
  private func startOver() {
    _ = graph.widen()
    relayOut()
    transitions = 0
    lastLook = 0
    judges.forEach { $0.forgetAll() }
    begin()
  }

  private func relayOut() {
    store = StateStore(width: graph.width, isCompact: options.isCompact)
    releaseOutboxes()
    late.pointee.deallocate()
    late.pointee = Outbox(width: graph.width, actors: graph.actors.count)
    agents?.layOut()
    for judge in judges {
      judge.forgetLevel()
      judge.layOut(graph)
    }
  }
}
