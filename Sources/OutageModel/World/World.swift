// A world: the islands of one run and what they share. One thread at a time drives it; the engine lends islands to workers.

public final class World: @unchecked Sendable {
  public internal(set) var image: Image
  public let seed: UInt64
  var base: UnsafeMutablePointer<IslandState>
  public internal(set) var islandCount: Int
  let shared: UnsafeMutablePointer<SharedState>
  /// Bytes of address space that each island reserves.
  let memory: Int

  /// A world that is driven step by step: nothing begins by itself.
  convenience init(stepping image: Image, _ stepping: UnsafeMutablePointer<Stepping>) {
    self.init(blank: image, seed: 0, memory: 1 << 28, traced: false)
    for i in 0..<islandCount { base[i].stepping = stepping }
    // What a search does not follow stands for any value: there is one.
    for k in image.meta.measures.indices { shared.pointee.measures[k] = Sample(0) }
    for k in 0..<image.meta.windowPlaces { shared.pointee.windows[k] = Sample(0) }
    putFirstItems()
    for element in 0..<image.tables.elementCount where image.tables.elements[element].kind == .lease {
      let island = Island(base + Int(image.tables.elementIsland[element]))
      if island.isHeldAtStart(element) { island.holdInSearch(element) }
    }
  }

  /// A new world at time 0.
  /// - Parameters:
  ///   - memory: bytes of state it may use in all.
  ///   - watch: may stop it before all has begun.
  public convenience init(_ image: Image, seed: UInt64, memory: Int, traced: Bool = false, watch: Watch? = nil) {
    self.init(blank: image, seed: seed, memory: memory, traced: traced)
    watched(by: watch) { start() }
  }

  /// A world in which nothing begins: for a run that cannot.
  public convenience init(empty image: Image, seed: UInt64) {
    self.init(blank: image, seed: seed, memory: 0, traced: false)
  }

  /// A world in which nothing has begun.
  /// - Parameters:
  ///   - memory: bytes of state it may use in all.
  ///   - needed: bytes that an island has to hold in any case.
  init(blank image: Image, seed: UInt64, memory: Int, needed: Int = 0, traced: Bool) {
    self.image = image
    self.seed = seed
    let tables = image.tables
    let meta = image.meta
    islandCount = tables.islandCount
    self.memory = max(needed, Self.reserve(memory, islands: islandCount))
    base = .allocate(capacity: islandCount)
    shared = .allocate(capacity: 1)
    let measures = Self.samples(of: meta.measures)
    let windows = Self.samples(meta.windowPlaces, .none)
    let nodeWords = UnsafeMutablePointer<Int64>.allocate(capacity: max(1, 2 * tables.nodeCount))
    nodeWords.initialize(repeating: 0, count: max(1, 2 * tables.nodeCount))
    for (n, words) in meta.nodeWords.enumerated() {
      for (k, word) in words.enumerated() { nodeWords[2 * n + k] = word }
    }
    let checks = UnsafeMutablePointer<Check>.allocate(capacity: max(1, meta.checks.count))
    for (k, c) in meta.checks.enumerated() { (checks + k).initialize(to: Check(c, decidedAt: -1)) }
    let periods = UnsafeMutablePointer<Int64>.allocate(capacity: max(1, meta.entries.count))
    for (k, entry) in meta.entries.enumerated() {
      periods[k] = if case .every(let period) = entry.kind { period } else { 0 }
    }
    shared.initialize(
      to: SharedState(
        placeKeys: World.placeKeys(image, seed), measures: measures, windows: windows, nodeWords: nodeWords,
        rules: .allocate(capacity: 8),
        ruleCount: 0, ruleCapacity: 8, checks: checks, periods: periods, lookahead: meta.lookahead,
        linkKey: mix(mix(seed &+ golden) ^ 0x6C69_6E6B)))
    for i in 0..<islandCount {
      (base + i).initialize(
        to: IslandState(
          id: i, tables: tables, islands: base, shared: shared, fixedWords: meta.islandWords[i], reserve: self.memory))
      base[i].isTraced = traced
    }
    placeChecks()
    for initial in meta.initials { write(initial) }
  }

  deinit {
    base[0].journal?.deinitialize(count: 1).deallocate()
    for i in 0..<islandCount { release(base[i]) }
    base.deallocate()
    shared.pointee.measures.deallocate()
    shared.pointee.windows.deallocate()
    shared.pointee.nodeWords.deallocate()
    shared.pointee.rules.deallocate()
    shared.pointee.checks.deallocate()
    shared.pointee.periods.deallocate()
    shared.pointee.placeKeys.deallocate()
    shared.pointee.watched?.deallocate()
    shared.pointee.sights?.deallocate()
    #if DEBUG
      shared.pointee.drawn.release()
    #endif
    shared.deallocate()
  }

  func release(_ state: IslandState) {
    releaseMemory(state.mem, bytes: state.memReserved)
    state.deallocateQueues()
  }

  func island(_ i: Int) -> Island { Island(base + i) }

  /// The time at which operators stand.
  public var now: Int64 { island(0).now }

  /// Queues that hold items at the start.
  private func putFirstItems() { for initial in image.meta.begins { fill(initial) } }

  /// Everything begins: queues' first items, leases, loads, checks, processes, the timeline.
  private func start() {
    putFirstItems()
    for n in 0..<image.tables.nodeCount { begin(node: n) }
    for entry in image.meta.entries { begin(entry, notBefore: 0) }
    for check in image.meta.checks { attend(check, notBefore: 0) }
    for i in 0..<islandCount { base[i].isDirty = true }
  }

  func write(_ initial: ImageMeta.Initial) {
    let island = Island(base + Int(image.tables.elementIsland[initial.element]))
    island.mem[island.offset(initial.element) + initial.offset] = initial.value
  }

  func fill(_ initial: ImageMeta.Initial) {
    let island = Island(base + Int(image.tables.elementIsland[initial.element]))
    var zeros = [Int64](repeating: 0, count: max(1, Int(island.node(initial.element).pointee.width)))
    for _ in 0..<initial.value {
      zeros.withUnsafeMutableBufferPointer { _ = island.put(initial.element, $0.baseAddress.unsafelyUnwrapped) }
    }
  }

  func begin(node n: Int) {
    let info = image.tables.nodes[n]
    for own in Int(info.first)..<Int(info.first + info.count) {
      let island = Island(base + Int(image.tables.elementIsland[own]))
      if own & 0xFFF == 0 { island.askWhetherToStop() }
      if island.p.pointee.trouble != 0 { return }
      if info.kind == .service { island.openAccount(own) }
      if info.measured != 0 {
        island.mem[island.offset(own) &+ Int(info.measured) &+ Measured.lastChange] = island.now
      }
      if info.kind == .lease { island.beginLease(own) } else { island.begin(own) }
    }
  }

  /// A property whose time begins later is looked at when it does.
  func attend(_ check: ImageMeta.Check, notBefore now: Int64) {
    if check.from > now { Island(base + check.island).schedule(check.from, .attend, 0) }
  }

  func begin(_ entry: ImageMeta.Entry, notBefore now: Int64) {
    let island = Island(base + Int(image.tables.elementIsland[entry.element]))
    switch entry.kind {
    case .at(let time):
      if time >= now { island.schedule(time, .act, entry.element, UInt32(entry.body)) }
    case .every(let period):
      island.schedule(now.later(by: period), .act, entry.element, UInt32(entry.body))
    case .when: break
    }
  }

  // MARK: What the engine needs

  /// Time of the next event of an island, or Int64.max.
  public func nextTime(_ i: Int) -> Int64 { base[i].pending != 0 ? base[i].now : base[i].queue.nextTime() }

  /// Handles every event of an island before `end`, as far as its allowance goes.
  public func advance(_ i: Int, to end: Int64) {
    let island = Island(base + i)
    if base[i].isDirty { island.settle() }
    island.advance(to: end)
  }

  /// Handles the next event of an island, one only. Gives its time, kind, element (-1: it was stale) and step (-1: none).
  public func step(_ i: Int) -> (time: Int64, kind: EventKind, element: Int, step: Int)? {
    let island = Island(base + i)
    if base[i].isDirty { island.settle() }
    return island.stepOnce().map { ($0.event.time, $0.event.kind, $0.element, $0.step) }
  }

  /// Whether every event is noted for a trace.
  public var isTraced: Bool {
    get { base[0].isTraced }
    set { for i in 0..<islandCount { base[i].isTraced = newValue } }
  }

  /// All islands stand at `time`: operators and ticks may look into and change any.
  public func align(to time: Int64) {
    for i in 0..<islandCount where base[i].now < time { base[i].now = time }
  }

  public func settleAll() {
    for i in 0..<islandCount where base[i].isDirty || base[i].isSighted {
      if base[i].isDirty { Island(base + i).settle() }
      if base[i].isSighted { Island(base + i).look() }
    }
  }

  /// Hands messages over, in order of islands.
  public func exchange() {
    for i in 0..<islandCount where base[i].outbox.count != 0 { Island(base + i).deliverOutbox() }
  }

  /// Reads and empties the notes of all islands, in order of time and at one time of islands, until `body` says no.
  /// - Returns: `body` never did.
  public func takeNotes(_ body: (Note) -> Bool) -> Bool {
    let noted = (0..<islandCount).filter { base[$0].notes.count != 0 }
    defer { for i in noted { base[i].notes.count = 0 } }
    var order: [(time: Int64, island: Int32, at: Int)] = []
    for i in noted {
      let island = Island(base + i)
      var at = 0
      while at < base[i].notes.count {
        order.append((island.noteTime(at: at), Int32(i), at))
        at = island.afterNote(at: at)
      }
    }
    order.sort { ($0.time, $0.island, $0.at) < ($1.time, $1.island, $1.at) }
    return order.allSatisfy { body(Island(base + Int($0.island)).note(at: $0.at)) }
  }

  /// Evaluates a probe in the coordinator's island.
  public func evaluate(_ body: Int) -> Int64 { Island(base).evaluate(body, own: 0) }

  /// The same of a probe that may have no value.
  public func evaluate(maybe body: Int) -> Sample { Island(base).evaluate(maybe: body) }

  /// Runs the body of a timeline entry now.
  public func fire(_ element: Int, body: Int) {
    Island(base).schedule(base.pointee.now, .act, element, UInt32(body))
  }

  public func setMeasure(_ k: Int, _ sample: Sample) { shared.pointee.measures[k] = sample }

  /// Of measures that were never sampled.
  static func samples(of measures: [ImageMeta.Probe]) -> UnsafeMutablePointer<Sample> {
    let samples = samples(measures.count, Sample(0))
    for (k, measure) in measures.enumerated() where measure.mayLack { samples[k] = .none }
    return samples
  }

  static func samples(_ count: Int, _ first: Sample) -> UnsafeMutablePointer<Sample> {
    let samples = UnsafeMutablePointer<Sample>.allocate(capacity: max(1, count))
    samples.initialize(repeating: first, count: max(1, count))
    return samples
  }

  /// What an island may use until it pauses: the driver looks at the budgets and lets it go on. Pauses depend on the state
  /// alone, never on time or workers, and change nothing.
  /// - Parameters:
  ///   - bytes: more, before it pauses, after an instant.
  ///   - atMost: bytes more, after which the run stops, even within an instant.
  public func allow(_ i: Int, events: Int64, bytes: Int, atMost: Int) {
    let used = base[i].memUsed
    base[i].eventLimit = base[i].events &+ max(1, events)
    base[i].lookUpAt = min(base[i].eventLimit, base[i].events &+ Int64(image.tables.askInterval))
    base[i].pauseWords = used + bytes / 8
    base[i].memCapacity = min(base[i].memReserved / 8 - Arena.slack, used + atMost / 8)
    let all = base[i].bytes
    base[i].pauseBytes = Self.sum(all, bytes)
    base[i].byteLimit = Self.sum(all, atMost)
    base[i].isPaused = false
  }

  /// A limit may be as large as a number can be.
  private static func sum(_ a: Int, _ b: Int) -> Int {
    let (sum, overflow) = a.addingReportingOverflow(b)
    return overflow ? .max : sum
  }

  /// Bytes of address space for each island. However much is allowed, other islands and worlds need some too.
  private static func reserve(_ memory: Int, islands: Int) -> Int {
    min(memory, max(1 << 34, (1 << 42) / max(1, islands)))
  }

  /// The island has events left that its allowance did not cover.
  public func isPaused(_ i: Int) -> Bool { base[i].isPaused }

  public var events: Int64 { (0..<islandCount).reduce(0) { $0 + base[$1].events } }
  public func events(_ i: Int) -> Int64 { base[i].events }

  /// Words of messages that are on their way to other islands.
  public var postedWords: Int { (0..<islandCount).reduce(0) { $0 + base[$1].outbox.words.count } }

  /// Words of notes that nobody has taken yet.
  public var notedWords: Int { (0..<islandCount).reduce(0) { $0 + base[$1].notes.count } }

  public var stateBytes: Int {
    (0..<islandCount).reduce(0) { $0 + base[$1].bytes }
  }

  /// The first trouble in order of time, then of islands.
  public var trouble: (kind: Trouble, element: Int, step: Int, detail: Int64, time: Int64)? {
    var best: (kind: Trouble, element: Int, step: Int, detail: Int64, time: Int64)?
    for i in 0..<islandCount where base[i].trouble != 0 {
      if let b = best, b.time <= base[i].troubleTime { continue }
      best = (
        Trouble(rawValue: base[i].trouble) ?? .none, Int(base[i].troubleElement), Int(base[i].troubleStep),
        base[i].troubleDetail, base[i].troubleTime
      )
    }
    return best
  }
}
