import OutageSemantics

enum Value {
  case count(Int64)
  case number(Double)
  case list([Int64])
  case none

  var count: Int64 {
    switch self {
    case .count(let v): v
    case .number(let v): Int64(v)
    case .list(let v): Int64(v.count)
    case .none: 0
    }
  }
  var number: Double {
    switch self {
    case .count(let v): Double(v)
    case .number(let v): v
    case .list(let v): Double(v.count)
    case .none: 0
    }
  }
  var isTrue: Bool { count != 0 }
}

enum FrameKind { case process, handler(Int), load, lease, timeline }

/// One element of a node.
final class Thing {
  let id: Int
  let node: Int
  let index: Int
  let island: Int
  let kind: CheckedProgram.Node.Kind?
  var name = ""
  var value = Value.count(0)
  // What acts
  var frames: [Frame] = []
  var isCrashed = false
  var isStalled = false
  var isEnabled = true
  var epoch = 0
  var stallSince: Int64 = 0
  var stalledFor: Int64 = 0
  var stallGeneration = 0
  var armedLabel: String?
  var armedFor: Int64?
  var slowness: Double?
  var slowGeneration = 0
  var deferred: [() -> Void] = []
  var finished: Int64 = 0
  /// Bodies begun so far.
  private var begun: UInt64 = 0
  /// Gaps drawn since the last arrival.
  var gaps: UInt64 = 0
  var missing: [Int: Double] = [:]
  var timeouts: Int64 = 0
  var retries: Int64 = 0
  // Queue
  var items: [(value: Value, since: Int64)] = []
  var capacity = Int64.max
  var takers: [Frame] = []
  // Lease
  var isActive = false
  var leaseGeneration = 0
  var token: Int64 = 0
  var holder: Int?
  // Service and load
  var servers: Int64 = 1
  var limit = Int64.max
  var rate = 0.0
  var bucket = 0.0
  var bucketTime: Int64 = 0
  /// The least, where it is drawn for each message.
  var latency: Int64 = 0
  var drawnLatency: CheckedExpression?
  var places = Int64.max
  var waiting: [[Request]] = [[]]
  var busy: Int64 = 0
  var inSystem: Int64 = 0
  var lastChange: Int64 = 0
  var area: Int128 = 0
  var arrived: Int64 = 0
  var completed: Int64 = 0
  var failed: Int64 = 0
  var refused: Int64 = 0
  var dropped: Int64 = 0
  var expired: Int64 = 0
  var wasted: Int64 = 0
  var meanService = 0.0
  var handlerCounts: [Int: Int64] = [:]
  /// Assigned ones.
  var handlerLimits: [Int: Value] = [:]
  var handlerBuckets: [Int: (tokens: Double, time: Int64)] = [:]
  // Load
  var users: Int64 = 0
  /// nil: drawn anew for each pause.
  var think: Int64?
  var spawned: Int64 = 0
  var remaining = Int64.max
  var lastArrival: Int64 = 0
  var evenBase: Int64 = 0
  var evenCount: Int64 = 0
  var generation = 0
  // Balancer
  struct Health {
    var isOut = false
    var isIll = false
    /// Results in a row: successes above zero, failures below.
    var run = 0
  }
  var next = 0
  var health: [Health] = []
  var failsOver = true
  /// When each target left last.
  var removals: [Int: Int64] = [:]

  init(id: Int, node: Int, index: Int, island: Int, kind: CheckedProgram.Node.Kind?) {
    self.id = id
    self.node = node
    self.index = index
    self.island = island
    self.kind = kind
  }

  func countBegun() -> UInt64 {
    begun += 1
    return begun - 1
  }

  func occupy(_ delta: Int64, _ now: Int64) {
    area += Int128(inSystem) * Int128(now - lastChange)
    lastChange = now
    inSystem += delta
  }

  var isLease: Bool {
    if case .lease = kind { return true }
    return false
  }
}

struct Request {
  var handler: Int
  var arguments: [Value]
  var caller: Frame?
  var callerToken: Int
  var origin: Thing
  /// For whom its handler draws.
  var owner: UInt64
  var arrival: Int64
  var deadline: Int64
}

/// A running body: its place in the tree is a stack of blocks.
final class Frame {
  final class Block {
    enum Kind {
      case plain
      case forever
      case whileTrue(CheckedExpression)
      case times(Int64)
      case range(Int, Int64)
      case list(Int, [Int64])
      case atomic
    }
    let kind: Kind
    let statements: [CheckedStatement]
    var next: Int
    var turn: Int64 = -1
    init(_ kind: Kind, _ statements: [CheckedStatement]) {
      self.kind = kind
      self.statements = statements
      switch kind {
      case .plain, .atomic: next = 0
      default: next = statements.count
      }
    }
    var isLoop: Bool {
      switch kind {
      case .plain, .atomic: false
      default: true
      }
    }
  }

  let thing: Thing
  let kind: FrameKind
  var locals: [Value]
  var blocks: [Block]
  var token = 0
  var isBlocked = false
  var isOver = false
  var isWorking = false
  var isParked = false
  var isTaking = false
  var isCalling = false
  var since: Int?
  var stalledAtStart: Int64 = 0
  /// What goes on with the status and value of what it waited for.
  var goOn: ((Int64, Value) -> Void)?
  // What it draws
  var body = ""
  var owner: UInt64 = 0
  var draws: [String: UInt64] = [:]
  var calls: [Int: UInt64] = [:]
  // A request
  var request: Request?
  var started: Int64 = 0
  var served: Int64 = 0
  var attempt: Int64 = 0
  var inRequest = false

  init(_ thing: Thing, _ kind: FrameKind, _ body: CheckedBody) {
    self.thing = thing
    self.kind = kind
    locals = body.locals.map { _ in .none }
    blocks = [Block(.plain, body.statements)]
  }
}
