// A compiled program as the machine sees it: flat tables of plain values addressed by ids, immutable and shared by
// every world, fork and worker. `Image` owns the memory; `ImageTables` is the bare view that hot code reads.

public enum NodeKind: UInt8, Sendable {
  case variable, plans, dns, queue, lease, service, balancer, load, process, timeline
}

/// One node: its elements are `first ..< first + count`.
public struct NodeInfo: Sendable {
  public var kind: NodeKind
  public var first: Int32
  public var count: Int32
  /// Words of state an element has.
  public var words: Int32
  /// Plans: 0. DNS: first element of its plans node. Lease: body of the renewal or -1. Service: first handler.
  /// Balancer: node of the service. Load, process: body. Timeline: its first entry.
  public var link: Int32
  /// DNS: plans elements. Service: handlers. Balancer: zones.
  public var linkCount: Int32
  /// Variable: words of its value. Queue: words an item. Service: words of arguments a queue entry holds at most. Lease: 1
  /// if renewed from the answer.
  public var width: Int32
  /// Variable: 1 a number. Service: queue levels. Load: 1 even, 2 at the times of its series. Lease: phase (0 uniform, 1 even,
  /// 2 fixed).
  public var mode: Int32
  /// Load: count limit or Int64.max. Lease: jitter ns. Balancer: probe handler or -1. Service: the least latency that is
  /// drawn, ns.
  public var amount: Int64
  /// Lease: fixed phase ns. Load: series id or -1.
  public var amount2: Int64
  /// Random place for what the node itself draws (load: arrivals; lease: phase, and jitter behind it), or -1.
  public var place: Int32
  /// Lease: row in the table of shards. -1 for others.
  public var shardRow: Int32
  /// Hash of the name: what it loses on its links is drawn under it.
  public var key: UInt64 = 0
  /// A property or a waiting process reads it.
  public var isWatched: Bool
  /// A waiting process reads it: properties alone wake nobody.
  public var isAwaited = false
  /// Lease: free at the start.
  public var startsLapsed = false
  /// Queue, service: a step of a process or handler assigns what it admits, which is part of what a search calls its state.
  public var isAssigned = false
  /// Service: bodies that draw how long a message to it and back takes, or -1.
  public var wireThere: Int32 = -1
  public var wireBack: Int32 = -1
  /// Service: somebody assigns `enabled`, operators too.
  public var isSwitched = false
  /// Variable: offset of its `Measured` words, 0: none.
  public var measured: Int32 = 0
  /// Service: queue discipline (0 fifo, 1 lifo, 2 priority), drop policy (0 none, 1 expired, 2 hopeless), full (0 refuse, 1 drop).
  public var discipline: UInt8
  public var dropPolicy: UInt8
  public var dropsWhenFull: Bool

  public init(kind: NodeKind, first: Int, count: Int) {
    self.kind = kind
    self.first = Int32(first)
    self.count = Int32(count)
    words = 0
    link = -1
    linkCount = 0
    width = 0
    mode = 0
    amount = 0
    amount2 = 0
    place = -1
    shardRow = -1
    isWatched = false
    discipline = 0
    dropPolicy = 0
    dropsWhenFull = false
  }
}

public enum BodyKind: UInt8, Sendable {
  case process, handler, load, lease, timeline, expression
  /// What happens as a lease lapses.
  case lapse
}

/// A compiled body of code.
public struct BodyInfo: Sendable {
  public var kind: BodyKind
  public var start: Int32
  /// Words of a frame: header and registers.
  public var frameWords: Int32
  public var node: Int32
  /// Registers that own lists: range in `listRegisters`.
  public var listsFrom: Int32
  public var listsCount: Int32
  /// Handler: index into `handlers`.
  public var handler: Int32
  /// Expression: its place in the source, for diagnostics; -1: none.
  public var step: Int32 = -1
  /// Load: a closed-loop user (never ends by itself).
  public var isClosed: Bool
  /// Others can see in a search that it has come to its end.
  public var isEndSeen = false
  /// Hash of what names it: see `Draw`.
  public var key: UInt64 = 0
  /// Words of a frame that count draws and calls: the first, and how many.
  public var countsFrom: Int32 = 0
  public var countsCount: Int32 = 0
  public init(kind: BodyKind, start: Int, frameWords: Int, node: Int) {
    self.kind = kind
    self.start = Int32(start)
    self.frameWords = Int32(frameWords)
    self.node = Int32(node)
    listsFrom = 0
    listsCount = 0
    handler = -1
    isClosed = false
  }
}

public struct HandlerInfo: Sendable {
  public var body: Int32
  public var level: Int32
  /// Offset in the element of its `HandlerLimit`, or 0: none.
  public var offset: Int32
  /// Words of arguments.
  public var width: Int32
  /// Offset in the element of its `HandlerAccount`.
  public var account: Int32
  public init(body: Int, level: Int, offset: Int, width: Int, account: Int) {
    self.width = Int32(width)
    self.account = Int32(account)
    self.body = Int32(body)
    self.level = Int32(level)
    self.offset = Int32(offset)
  }
}

/// A place in the source that draws random numbers.
public struct PlaceInfo: Sendable {
  /// Hash of its name: body, statement, and the ordinal among such.
  public var key: UInt64
  /// Arguments of its distribution that are known before the run (`drawFixed`).
  public var arguments: (Int64, Int64) = (0, 0)
  public init(key: UInt64) { self.key = key }
}

/// An atomic step in the source, for traces, stalls and diagnostics.
public struct StepInfo: Sendable {
  /// Id of the label or -1.
  public var label: Int32
  /// It reads or writes what others can see.
  public var isVisible = true
  /// A choice of branches: a process rests here, and the branch taken is part of its first step.
  public var isBranch = false
  /// What it does is counted and not told.
  public var isQuiet = false
  /// Byte range in the source.
  public var file: Int32
  public var from: Int32
  public var to: Int32
  public init(label: Int, file: Int32, from: Int32, to: Int32) {
    self.label = Int32(label)
    self.file = file
    self.from = from
    self.to = to
  }
}

/// Where an element is found: one load of the hot path.
public struct ElementInfo {
  /// Word of its state in its island
  public var offset: UInt32
  public var node: Int32
  public var island: UInt16
  public var kind: NodeKind
}

/// The tables of an image as bare pointers.
public struct ImageTables {
  public var elements: UnsafePointer<ElementInfo>
  public var code: UnsafePointer<Instruction>
  public var nodes: UnsafePointer<NodeInfo>
  public var nodeCount: Int
  public var bodies: UnsafePointer<BodyInfo>
  public var handlers: UnsafePointer<HandlerInfo>
  public var places: UnsafePointer<PlaceInfo>
  let exponential = UnsafePointer(Ziggurat.exponential.layers)
  let normal = UnsafePointer(Ziggurat.normal.layers)
  public var steps: UnsafePointer<StepInfo>
  public var listRegisters: UnsafePointer<UInt16>
  /// Elements of all orders that may be followed.
  public var orders: UnsafePointer<Int32>
  /// Ranges that values are held to; the first is that of durations.
  let ranges: UnsafePointer<ValueRange>
  public var elementNode: UnsafePointer<Int32>
  public var elementIsland: UnsafePointer<UInt16>
  public var elementOffset: UnsafePointer<UInt32>
  public var elementCount: Int
  /// shardRow * islandCount + island → offset of the fleet's shard block there, or 0
  public var shards: UnsafePointer<UInt32>
  public var islandCount: Int
  public var series: UnsafePointer<UnsafePointer<Int64>?>
  public var seriesCounts: UnsafePointer<Int>
  /// Owned by the image.
  var host: Unmanaged<HostTable>
  /// Turns of one frame, and events of one island, after which the host is asked whether to stop.
  let askInterval: Int
}

extension ImageTables {
  /// The body of an element of a process.
  public func body(of process: Int) -> Int { Int(nodes[Int(elementNode[process])].link) }

  /// A handler of an element of a service, by its number there.
  public func handler(_ k: Int, of service: Int) -> HandlerInfo {
    handlers[Int(nodes[Int(elementNode[service])].link) + k]
  }
}

/// A copy of an array in memory of its own, never moved or freed before its owner.
public final class Table<Element>: @unchecked Sendable {
  public let base: UnsafeMutablePointer<Element>
  public let count: Int
  public init(_ values: [Element]) {
    count = values.count
    base = .allocate(capacity: max(1, values.count))
    values.withUnsafeBufferPointer { if let p = $0.baseAddress { base.initialize(from: p, count: count) } }
  }
  public var bytes: Int { count * MemoryLayout<Element>.stride }
  deinit {
    base.deinitialize(count: count)
    base.deallocate()
  }
}

/// What the compiler makes: the tables, and what reports need to name things.
public final class Image: @unchecked Sendable {
  public let tables: ImageTables
  public let meta: ImageMeta
  private let owned: [AnyObject]
  /// What the host gives, and why a call of it failed.
  public let host: HostTable

  /// Bytes of the tables.
  public let bytes: Int

  /// Bytes of what queues begin with, of elements from this one on.
  func bytesOfFirstItems(from element: Int = 0) -> Int {
    meta.begins.reduce(0) { sum, initial in
      if initial.element < element { return sum }
      let width = Int(tables.nodes[Int(tables.elementNode[initial.element])].width)
      return sum + Int(initial.value) * (width + 1) * 8
    }
  }

  /// Bytes of state that a world has at its start: fixed words, first items, and an event for each element that acts.
  public var leastStateBytes: Int {
    var bytes = meta.islandWords.reduce(0, +) * 8 + bytesOfFirstItems()
    for n in 0..<tables.nodeCount {
      switch tables.nodes[n].kind {
      case .lease, .process, .load: bytes += Int(tables.nodes[n].count) * MemoryLayout<Event>.stride
      default: break
      }
    }
    return bytes
  }

  public init(_ p: ImageParts, meta: ImageMeta) {
    let code = Table(p.code)
    let nodes = Table(p.nodes)
    let bodies = Table(p.bodies)
    let handlers = Table(p.handlers)
    let places = Table(p.places)
    let steps = Table(p.steps)
    let lists = Table(p.listRegisters)
    let orders = Table(p.orders)
    let ranges = Table(p.ranges)
    let elementNode = Table(p.elementNode)
    let elementIsland = Table(p.elementIsland)
    let elementOffset = Table(p.elementOffset)
    let elements = Table(
      p.elementNode.indices.map { e in
        ElementInfo(
          offset: p.elementOffset[e], node: p.elementNode[e], island: p.elementIsland[e],
          kind: p.nodes[Int(p.elementNode[e])].kind)
      })
    let shards = Table(p.shards)
    let series = p.series.map(Table.init)
    let seriesPointers = Table(series.map { Optional(UnsafePointer($0.base)) })
    let seriesCounts = Table(series.map(\.count))
    host = HostTable(p.host)
    tables = ImageTables(
      elements: elements.base, code: code.base, nodes: nodes.base, nodeCount: p.nodes.count, bodies: bodies.base,
      handlers: handlers.base, places: places.base, steps: steps.base, listRegisters: lists.base,
      orders: orders.base, ranges: ranges.base,
      elementNode: elementNode.base, elementIsland: elementIsland.base,
      elementOffset: elementOffset.base, elementCount: p.elementNode.count, shards: shards.base,
      islandCount: p.islandWords.count, series: seriesPointers.base, seriesCounts: seriesCounts.base,
      host: .passUnretained(host), askInterval: Self.askInterval(p))
    owned =
      [code, nodes, bodies, handlers, places, steps, lists, orders, ranges, elementNode, elementIsland] as [AnyObject]
      + [elementOffset, elements, shards, seriesPointers, seriesCounts] + series
    bytes =
      code.bytes + nodes.bytes + bodies.bytes + handlers.bytes + places.bytes + steps.bytes + lists.bytes
      + orders.bytes + elementNode.bytes + elementIsland.bytes + elementOffset.bytes + elements.bytes + shards.bytes
      + series.reduce(0) { $0 + $1.bytes }
    self.meta = meta
  }
}

extension Image {
  /// An event may be of almost so many turns as there are between two questions: some ten thousand turns pass at most. Of
  /// bodies with a hundred thousand steps in one line there are fewer.
  private static func askInterval(_ p: ImageParts) -> Int {
    let starts = p.bodies.map { Int($0.start) }.sorted() + [p.code.count]
    let longest = zip(starts, starts.dropFirst()).reduce(1) { max($0, $1.1 - $1.0) }
    return max(1, min(1 << 8, 1_000_000 / longest))
  }
}

/// The parts of an image while it is made.
public struct ImageParts {
  public var code: [Instruction] = []
  public var nodes: [NodeInfo] = []
  public var bodies: [BodyInfo] = []
  public var handlers: [HandlerInfo] = []
  public var places: [PlaceInfo] = []
  public var steps: [StepInfo] = []
  public var listRegisters: [UInt16] = []
  public var orders: [Int32] = []
  /// Ranges that values are held to; the first is that of durations.
  public var ranges: [ValueRange] = []
  public var elementNode: [Int32] = []
  public var elementIsland: [UInt16] = []
  public var elementOffset: [UInt32] = []
  public var shards: [UInt32] = []
  /// Words of fixed state of each island.
  public var islandWords: [Int] = []
  public var series: [[Int64]] = []
  /// One for each `extern fn`, in the order of their ids.
  public var host: [HostFunction] = []
  public init() {}
}

/// Names, texts, rules and properties: what is read between ticks and in reports, never in a hot path.
public struct ImageMeta: Sendable {
  /// What each of `ImageParts.ranges` asks, in one phrase.
  public var rangeTexts: [String] = []
  public enum ValueType: Sendable, Hashable {
    case truth, count, number, duration, rate, time, text, address
    case choice([String])
    case list
  }
  public struct Node: Sendable {
    public var name: String
    public var isArray: Bool
    public init(name: String, isArray: Bool) {
      self.name = name
      self.isArray = isArray
    }
  }
  public enum LogPart: Sendable {
    case literal(String)
    case value(ValueType)
    /// Of two words: the value, and whether there is one.
    case maybe(ValueType)
  }
  /// A `log`, or an assignment of the timeline, with the values that fill it.
  public struct LogTemplate: Sendable {
    public var parts: [LogPart]
    public var isAction: Bool
    public init(parts: [LogPart], isAction: Bool) {
      self.parts = parts
      self.isAction = isAction
    }
  }
  /// A property that speaks of one island, checked after every step there.
  public struct Check: Sendable {
    public var property: Int
    public var body: Int
    public var island: Int
    /// The value that decides: a violation, or what is sought.
    public var decisive: Int64
    public var isSought: Bool
    public var from: Int64
    public var until: Int64
    public init(
      property: Int, body: Int, island: Int, decisive: Int64, isSought: Bool, from: Int64, until: Int64
    ) {
      self.property = property
      self.body = body
      self.island = island
      self.decisive = decisive
      self.isSought = isSought
      self.from = from
      self.until = until
    }
  }
  /// An expression compiled as a body that leaves its value in register 0; where it may have none, register 1 says whether it has.
  public struct Probe: Sendable {
    public var name: String
    public var body: Int
    public var type: ValueType
    /// Island that holds all it reads, or -1.
    public var island: Int
    /// Its value may change without an event: it reads `now` or an age.
    public var readsTime = false
    /// There may be no value.
    public var mayLack = false
    /// The body that gives the integral of its value over time, a number (value times ns); nil: nobody knows it exactly.
    public var area: Int?
    public init(name: String, body: Int, type: ValueType, island: Int) {
      self.name = name
      self.body = body
      self.type = type
      self.island = island
    }
  }
  /// A read that makes one island of an array whose elements would otherwise run apart.
  public struct Join: Sendable {
    public var array: String
    /// The node that is read.
    public var through: String
    public var count: Int
    /// The expression, and where it is: file and byte range.
    public var read: String
    public var file: Int32
    public var from: Int32
    public var to: Int32
    public init(
      array: String, through: String, count: Int, read: String, file: Int32, from: Int32, to: Int32
    ) {
      self.array = array
      self.through = through
      self.count = count
      self.read = read
      self.file = file
      self.from = from
      self.to = to
    }
  }
  public struct Property: Sendable {
    public enum Kind: Sendable {
      case never
      case always(from: Int64, until: Int64)
      /// Must hold at some tick in `from ... until`.
      case eventually(from: Int64, until: Int64)
      case leadsTo(premise: Probe)
      case expect(at: Int64, within: Int64)
      case recoverable
      case sometimes
    }
    public var kind: Kind
    public var text: String
    public var probe: Probe
    public var isMeantViolated: Bool
    /// Elements that its condition (and premise) reads: first...last each.
    public var reads: [ClosedRange<Int>] = []
    public var readsStuck = false
    /// It was written with times: `from`, `until`, `within`.
    public var hasTimes = false
    /// What it reads that a search of orders forgets.
    public enum Unexplored: Sendable, Hashable {
      case time, measure, window
      /// A service, balancer or load, by name.
      case load(String)
    }
    public var unexplored: Unexplored?
    /// Source of the condition, and where.
    public var source: String
    public var line: Int
    public init(
      kind: Kind, text: String, probe: Probe, isMeantViolated: Bool, source: String, line: Int
    ) {
      self.kind = kind
      self.text = text
      self.probe = probe
      self.isMeantViolated = isMeantViolated
      self.source = source
      self.line = line
    }
  }
  public struct Entry: Sendable {
    public enum Kind: Sendable {
      case at(Int64)
      case every(Int64)
      case when(Probe, for: Int64)
    }
    public var kind: Kind
    public var element: Int
    public var body: Int
    /// First words of the source, for the story.
    public var source: String
    /// All that it does is quiet.
    public var isQuiet = false
    public init(kind: Kind, element: Int, body: Int, source: String) {
      self.kind = kind
      self.element = element
      self.body = body
      self.source = source
    }
  }
  /// One node touches another, or calls it over a link.
  public struct Link: Sendable, Hashable {
    public var from: Int
    public var to: Int
    /// ns each way; nil: it touches the other without a link.
    public var latency: Int64?
    public init(from: Int, to: Int, latency: Int64?) {
      self.from = from
      self.to = to
      self.latency = latency
    }
  }
  /// How an element's state begins: written once into a new world.
  public struct Initial: Sendable {
    public var element: Int
    public var offset: Int
    public var value: Int64
    public init(element: Int, offset: Int, value: Int64) {
      self.element = element
      self.offset = offset
      self.value = value
    }
  }
  /// A process element: what its body touches, itself or through the handlers it calls.
  public struct Process: Sendable {
    public var element: Int
    public var touches: [ClosedRange<Int>]
    /// What it does depends on these.
    public var reads: [ClosedRange<Int>]
    public var writes: [ClosedRange<Int>]
    /// Nodes of services that it may call, itself or through others.
    public var services: Set<Int> = []
    public var calls: Bool { !services.isEmpty }
    public init(
      element: Int, touches: [ClosedRange<Int>], reads: [ClosedRange<Int>], writes: [ClosedRange<Int>]
    ) {
      self.element = element
      self.touches = touches
      self.reads = reads
      self.writes = writes
    }
  }
  public struct Clock: Sendable {
    /// Days since 1970-01-01 or nil: times of day only; `isWritten` false: elapsed times.
    public var day: Int64?
    public var start: Int64
    public var zone: String?
    public var duration: Int64
    public var tick: Int64
    public var isWritten: Bool
    /// What was measured is told from here on, ns since the start.
    public var warmUp: Int64 = 0
    public init(
      day: Int64?, start: Int64, zone: String?, duration: Int64, tick: Int64, isWritten: Bool
    ) {
      self.day = day
      self.start = start
      self.zone = zone
      self.duration = duration
      self.tick = tick
      self.isWritten = isWritten
    }
  }

  /// Places of all windows.
  public var windowPlaces: Int { windows.last?.end ?? 0 }

  public var scenario: String
  public var clock: Clock
  public var nodes: [Node] = []
  public var texts: [String] = []
  public var labels: [String] = []
  public var joins: [Join] = []
  public var logs: [LogTemplate] = []
  public var measures: [Probe] = []
  public var plots: [Probe] = []
  public var windows: [Window] = []
  public var properties: [Property] = []
  public var entries: [Entry] = []
  public var initials: [Initial] = []
  /// Who reaches whom, each pair once, in order of nodes; the timeline is left out.
  public var links: [Link] = []
  /// Queues that hold items at the start, and how many.
  public var begins: [Initial] = []
  /// Sorted by island.
  public var checks: [Check] = []
  public var placeCount = 0
  /// What is compiled for exploring only.
  public var exploring = Exploring()
  /// Node-wide words that attributes assign (lease: lasts, every): node → values.
  public var nodeWords: [[Int64]] = []
  public var islandWords: [Int] = []
  /// Latency of a message between islands: the smallest declared, or Int64.max.
  public var lookahead: Int64 = .max
  /// Handler names per service node.
  public var handlerNames: [Int: [String]] = [:]
  /// Their priorities, where the queue of the service looks at them.
  public var handlerPriorities: [Int: [Int64]] = [:]
  /// Settled parameters as (name, value as written).
  public var params: [(name: String, value: String)] = []

  public init(scenario: String, clock: Clock) {
    self.scenario = scenario
    self.clock = clock
  }
}
