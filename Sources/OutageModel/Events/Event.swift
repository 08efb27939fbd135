/// What happens at an instant. 32 bytes; the order is (time, class, order of scheduling).
@frozen public struct Event {
  /// ns since the start
  public var time: Int64
  /// class << 62 | sequence number
  public var key: UInt64
  // Whole words: parts of a word stored one by one would stall the load that follows.
  private var target: UInt64
  private var rest: UInt64

  /// Frame, element or message, by kind.
  @inline(__always) public var a: UInt32 { UInt32(truncatingIfNeeded: target) }
  /// Token of the frame or element when it was scheduled; another now: the event is stale.
  @inline(__always) public var b: UInt32 { UInt32(truncatingIfNeeded: target >> 32) }
  /// Block with the words of an answer, or 0.
  @inline(__always) public var c: UInt32 { UInt32(truncatingIfNeeded: rest) }
  @inline(__always) public var kind: EventKind {
    unsafeBitCast(UInt8(truncatingIfNeeded: rest >> 32), to: EventKind.self)
  }
  /// Call status of an answer.
  @inline(__always) public var status: UInt8 { UInt8(truncatingIfNeeded: rest >> 40) }

  @inline(__always)
  init(time: Int64, key: UInt64, kind: EventKind, a: UInt32, b: UInt32, c: UInt32 = 0, status: UInt8 = 0) {
    self.time = time
    self.key = key
    target = UInt64(a) | UInt64(b) << 32
    rest = UInt64(c) | UInt64(kind.rawValue) << 32 | UInt64(status) << 40
  }

  /// Its target is a frame.
  var isOfFrame: Bool {
    switch kind {
    case .resume, .answer, .timeout, .look: true
    default: false
    }
  }

  /// Time, class and order of scheduling as one number: no time is negative.
  @inline(__always)
  var order: UInt128 { UInt128(UInt64(bitPattern: time)) << 64 | UInt128(key) }

  /// After every event.
  static let never = Event(time: .max, key: .max, kind: .resume, a: 0, b: 0)
}

/// The order within an instant (design, Time).
enum EventClass {
  static let operators: UInt64 = 0
  static let answers: UInt64 = 1 << 62
  static let timeouts: UInt64 = 2 << 62
  static let work: UInt64 = 3 << 62
}

@frozen public enum EventKind: UInt8 {
  /// A wait or a piece of work is over: frame a, token b.
  case resume
  /// Frame a, token b gets the answer of its call: status, words in block c.
  case answer
  /// The time-out of frame a, token b.
  case timeout
  /// Message a (a block) arrives.
  case request
  /// Lease element a may expire.
  case expiry
  /// Lease element a begins a renewal.
  case renewal
  /// Load element a makes its next request, or changes its rate (b: generation).
  case arrival, rateChange
  /// A stall or slowness of element a ends (b: generation).
  case stallEnd, slowEnd
  /// A process, probe or timeline entry of element a begins: body in b.
  case begin
  /// A parked frame a, token b looks again.
  case look
  /// A property of the island begins to matter.
  case attend
}
