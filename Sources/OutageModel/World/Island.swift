// An island: nodes that can touch each other without latency, their memory and their pending events. Islands run
// alone and in parallel; only operators, ticks and the exchange between windows look into several at once.

/// Handle of an island. Methods never take exclusive access to the state, so that operators running in one island may
/// change another (only while all islands stand still).
struct Island {
  let p: UnsafeMutablePointer<IslandState>
  /// The arena, which never moves: held here so that it is not read again after every store.
  let mem: UnsafeMutablePointer<Int64>

  @inline(__always)
  init(_ p: UnsafeMutablePointer<IslandState>) {
    self.p = p
    mem = p.pointee.mem
  }

  @inline(__always) var now: Int64 { p.pointee.now }
  @inline(__always) var tables: ImageTables { p.pointee.tables }
  @inline(__always) var shared: UnsafeMutablePointer<SharedState> { p.pointee.shared }

  /// The island that holds an element.
  @inline(__always)
  func home(_ element: Int) -> Island {
    isHere(element) ? self : Island(p.pointee.islands + Int(p.pointee.tables.elements[element].island))
  }

  /// Whether an element lives in this island.
  @inline(__always)
  func isHere(_ element: Int) -> Bool {
    Int32(p.pointee.tables.elements[element].island) == p.pointee.id
  }

  /// Offset of an element's state in its island.
  @inline(__always)
  func offset(_ element: Int) -> Int { Int(p.pointee.tables.elements[element].offset) }

  @inline(__always)
  func node(_ element: Int) -> UnsafePointer<NodeInfo> {
    p.pointee.tables.nodes + Int(p.pointee.tables.elements[element].node)
  }

  /// What kind of node an element belongs to.
  @inline(__always)
  func kind(_ element: Int) -> NodeKind { p.pointee.tables.elements[element].kind }

  /// Something that a property or a waiting process reads was changed.
  @inline(__always)
  func touch(_ node: UnsafePointer<NodeInfo>) {
    if node.pointee.isWatched {
      p.pointee.isDirty = true
      if node.pointee.isAwaited { p.pointee.mustLook = true }
    }
  }

  // MARK: Scheduling

  @inline(always)
  func nextKey(_ rank: EventRank) -> UInt64 {
    let s = p.pointee.sequence
    p.pointee.sequence = s &+ 1
    return rank.key | s
  }

  /// Key of a message from another island: after what the island itself has scheduled for that instant and rank, by
  /// island of origin, then by order of sending. It does not depend on where windows end, and so not on ticks.
  @inline(__always)
  func remoteKey(_ rank: EventRank, from island: Int, _ ordinal: UInt64) -> UInt64 {
    rank.key | 1 << 61 | UInt64(island) << 44 | ordinal & 0xFFF_FFFF_FFFF
  }

  /// Schedules an event; at the present instant it joins the ring of its rank.
  @inline(always)
  func schedule(
    _ time: Int64, _ kind: EventKind, _ a: Int, _ b: UInt32 = 0, c: Int = 0, status: UInt8 = 0
  ) {
    let event = Event(
      time: time, key: nextKey(kind.rank), kind: kind, a: UInt32(truncatingIfNeeded: a), b: b,
      c: UInt32(truncatingIfNeeded: c), status: status)
    if time <= p.pointee.now, p.pointee.isRunning { present(event, kind.rank) } else { p.pointee.queue.push(event) }
  }

  @inline(always)
  private func present(_ event: Event, _ rank: EventRank) {
    var event = event
    event.time = p.pointee.now
    pushPresent(event, rank)
  }

  /// Puts an event of the present instant into the ring of its rank.
  @inline(always)
  func pushPresent(_ event: Event, _ rank: EventRank) {
    p.pointee.rings[Int(rank.rawValue)].push(event)
    p.pointee.pending |= 1 << UInt(rank.rawValue)
  }

  /// Whether an event of this rank, scheduled now for now, would be the very next to be handled.
  @inline(always)
  func isNext(_ rank: EventRank) -> Bool {
    let k = UInt64(rank.rawValue)
    if p.pointee.pending & ((2 << UInt(k)) &- 1) != 0 || p.pointee.isDirty { return false }
    let top = p.pointee.queue.top
    return p.pointee.isRunning && (top.pointee.time != p.pointee.now || top.pointee.key >> 62 > k)
  }

  /// The step that is done now, -1 when no body runs: of a frame that went on in the middle of a step, that step.
  var step: Int32 {
    let now = p.pointee.currentStep
    let frame = p.pointee.currentFrame
    if now >= 0 || frame == 0 { return now }
    let body = tables.bodies[Int(mem[frame &+ Frame.kind] & Frame.bodyMask)]
    if body.kind == .expression { return body.step }
    var pc = Int(UInt32(truncatingIfNeeded: mem[frame]))
    while pc > Int(body.start) {
      pc -= 1
      if tables.code[pc].op == .step { return Int32(truncatingIfNeeded: tables.code[pc].imm) }
    }
    return -1
  }

  /// Stops the run with a diagnostic or a budget; the first one counts.
  @inline(never)
  func trouble(_ kind: Trouble, frame: Int = 0, detail: Int64 = 0) {
    if p.pointee.trouble != 0 { return }
    p.pointee.trouble = kind.rawValue
    p.pointee.troubleStep = step
    p.pointee.troubleElement = frame == 0 ? -1 : Int32(truncatingIfNeeded: mem[frame &+ Frame.kind] >> 32)
    p.pointee.troubleDetail = detail
    p.pointee.troubleTime = now
  }
}

/// Why an island stopped by itself.
@frozen public enum Trouble: UInt8, Sendable {
  case none, memory, events, divisionByZero, overflow, index, zeroTime, emptyList, notANumber, negativeTime, badValue
  case latency, hugeList, tooManyRules
  /// A host function failed; the detail is its message in the host table.
  case host
  /// A window in which nothing ended, where a value is needed.
  case noValue
  /// The host wants no more: cancelled, or its time is up.
  case stopped
}

public struct IslandState {
  var mem: UnsafeMutablePointer<Int64>
  var memUsed: Int
  var memCapacity: Int
  /// Bytes reserved by the arena.
  var memReserved: Int
  var now: Int64 = 0
  var sequence: UInt64 = 0
  var queue = EventQueue()
  /// Events of the present instant by rank, and which ranks have some (bits).
  var rings: UnsafeMutablePointer<EventRing>
  var pending: UInt = 0
  /// True while events of the present instant are handled.
  var isRunning = false
  /// A watched node changed since properties were checked.
  var isDirty = false
  /// A node that someone waits for changed.
  var mustLook = false
  var isTraced = false
  /// Somebody looks at this island after every event.
  var isSighted = false
  /// Labels (bits by id modulo 64) at which somebody may want to know; the one of them that was reached first, or -1.
  var watchedLabels: UInt64 = 0
  var labelHit: Int64 = -1
  /// For drivers that go step by step, of the whole world.
  var stepping: UnsafeMutablePointer<Stepping>?
  /// Where steps are written down; nil: nowhere.
  var journal: UnsafeMutablePointer<StepJournal>?
  /// A property is looked at between two steps of a frame that goes on at once.
  var isWithinEvent = false
  /// What `stuck` says in a search.
  var isStuck = false
  var trouble: UInt8 = 0
  let id: Int32
  var tables: ImageTables
  var islands: UnsafeMutablePointer<IslandState>
  var shared: UnsafeMutablePointer<SharedState>
  /// Frames parked in `wait until`, oldest first.
  var parkedHead = 0
  /// Waits begun so far.
  var waits: Int64 = 0
  var parkedTail = 0
  var events: Int64 = 0
  /// The island pauses when it has handled this many events, or uses more words than this: see `World.allow`.
  var eventLimit: Int64 = .max
  var pauseWords = Int.max
  /// The same for all its bytes, which are looked at less often.
  var pauseBytes = Int.max
  /// Bytes of the island after which the run stops, even within an event.
  var byteLimit = Int.max
  /// Events after which the host is asked whether to stop; at most `eventLimit`.
  var lookUpAt: Int64 = .max
  var isPaused = false
  var instantEvents: Int64 = 0
  /// Events of the instant that were handled since it began or went on after a pause.
  var handled: Int64 = 0
  /// The last step that began in this island, -1: none since the frame that runs went on.
  var currentStep: Int32 = -1
  var currentFrame = 0
  var troubleStep: Int32 = -1
  var troubleElement: Int32 = -1
  var troubleDetail: Int64 = 0
  var troubleTime: Int64 = 0
  /// Properties that speak of this island alone: bodies in `shared.checks`, first and count.
  var checksFrom: Int32 = 0
  var checksCount: Int32 = 0
  var outbox = Outbox()
  var notes = WordBuffer()
  /// The order that is followed here.
  var order = Order()
  /// The first one of which a turn was not taken, at that turn: somebody had ended before it, or another order began.
  var unmade = Order()
  /// Frames asleep for the explorer and the REPL: live frames.
  var frames = 0

  /// Of the state, with all that is pending.
  var bytes: Int { memUsed * 8 + queueBytes + Self.overhead }
  /// The pages that an arena begins with, queues without events, and the state itself, about.
  private static let overhead = 14 << 10

  /// Bytes of pending events.
  var queueBytes: Int {
    queue.bytes + (0..<4).reduce(0) { $0 + (rings[$1].mask + 1) * MemoryLayout<Event>.stride } + outbox.bytes
      + notes.capacity * 8
  }

  init(
    id: Int, tables: ImageTables, islands: UnsafeMutablePointer<IslandState>,
    shared: UnsafeMutablePointer<SharedState>, fixedWords: Int, reserve: Int
  ) {
    self.id = Int32(id)
    self.tables = tables
    self.islands = islands
    self.shared = shared
    (mem, memReserved) = reserveMemory(words: Arena.header + fixedWords + reserve / 8 + Arena.slack)
    memCapacity = max(Arena.header + fixedWords, memReserved / 8 - Arena.slack)
    memUsed = Arena.header + fixedWords
    queue.memory = mem
    rings = .allocate(capacity: 4)
    for c in 0..<4 { (rings + c).initialize(to: EventRing()) }
  }
}

/// A growing buffer of words outside the arena.
struct WordBuffer {
  var base: UnsafeMutablePointer<Int64>
  var count = 0
  var capacity = 64

  init() { base = .allocate(capacity: 64) }

  @inline(__always)
  mutating func append(_ word: Int64) {
    if count == capacity { grow(to: capacity * 2) }
    base[count] = word
    count &+= 1
  }

  @inline(never)
  private mutating func grow(to size: Int) {
    let moved = UnsafeMutablePointer<Int64>.allocate(capacity: size)
    moved.update(from: base, count: count)
    base.deallocate()
    base = moved
    capacity = size
  }

  func copy() -> WordBuffer {
    var other = self
    other.base = .allocate(capacity: capacity)
    other.base.update(from: base, count: count)
    return other
  }
}

/// Messages to other islands, handed over between windows. A message is 6 words and its payload:
/// island | kind << 32 | status << 48, time, class, a | b << 32, payload count, 0, payload…
struct Outbox {
  var words = WordBuffer()
  var count = 0
  /// Messages handed over since the start.
  var sent: UInt64 = 0

  /// Its own, and what its messages will take where they go: themselves and their events, in tables that double.
  var bytes: Int { (words.capacity + words.count) * 8 + count * 2 * MemoryLayout<Event>.stride }
}

/// What all islands of a world share. Changed only while they stand still.
struct SharedState {
  /// Key of each random place under the seed of the run.
  var placeKeys: UnsafeMutablePointer<UInt64>
  /// What was sampled at the last look: of measures, and in the places of windows.
  var measures: UnsafeMutablePointer<Sample>
  var windows: UnsafeMutablePointer<Sample>
  /// Lease nodes: lasts, every (words 2n, 2n + 1).
  var nodeWords: UnsafeMutablePointer<Int64>
  var rules: UnsafeMutablePointer<LinkRule>
  var ruleCount: Int
  var ruleCapacity: Int
  var checks: UnsafeMutablePointer<Check>
  /// Period of each timeline entry, 0: none.
  var periods: UnsafeMutablePointer<Int64>
  /// Smallest latency that a link between islands may have.
  var lookahead: Int64
  var linkKey: UInt64
  #if DEBUG
    /// What was drawn; owned by the world.
    var drawn = Unmanaged.passRetained(DrawnBefore())
  #endif
  /// Ids of the labels at which somebody wants to know, and their number; owned by the world.
  var watched: UnsafeMutablePointer<Int64>?
  var watchedCount = 0
  /// Expressions at which somebody looks after every event of their islands, and their number; owned by the world.
  var sights: UnsafeMutablePointer<Sight>?
  var sightCount = 0
  /// Asked by whoever works long at one event; owned by the world, nil while nobody drives it.
  var watch: Unmanaged<Watch>?
}

/// A property checked after every step of its island.
struct Check {
  var body: Int32
  var property: Int32
  /// The value that decides: a violation, or what is sought.
  var decisive: Int64
  var isSought: Bool
  var from: Int64
  var until: Int64
  /// When it had that value first, or -1.
  var decidedAt: Int64
}

/// `cut` and `drop`: messages from elements of one range to those of another vanish with a probability.
struct LinkRule {
  var fromFirst: Int32
  var fromLast: Int32
  var toFirst: Int32
  var toLast: Int32
  var probability: Double
  /// Both directions.
  var isCut: Bool
}
