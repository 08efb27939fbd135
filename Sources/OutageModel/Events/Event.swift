/// What happens at an instant. 32 bytes; the order is (time, rank, order of scheduling).
@frozen public struct Event {
  /// ns since the start
  public var time: Int64
  /// rank << 62 | sequence number
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

  /// Time, rank and order of scheduling as one number: no time is negative.
  @inline(__always)
  var order: UInt128 { UInt128(UInt64(bitPattern: time)) << 64 | UInt128(key) }

  /// After every event.
  static let never = Event(time: .max, key: .max, kind: .resume, a: 0, b: 0)
}

/// The order within an instant: what is pending then happens by rank, and within a rank in the order in which it was
/// scheduled. What is scheduled meanwhile for the same instant joins its rank.
@frozen public enum EventRank: UInt8, CaseIterable, Sendable {
  /// What people and the timeline do, and the end of faults.
  case operators
  /// Answers, the ends of work, and the turns of those who waited for a server.
  case answers
  /// Time-outs of whoever waits, and expiries of leases.
  case timeouts
  /// What begins: requests that arrive, waits that are over, retries.
  case work

  /// Where it stands in the key of an event.
  @inline(__always) var key: UInt64 { UInt64(rawValue) << 62 }
}

/// Every kind of event. A kind has one rank: see `rank`.
@frozen public enum EventKind: UInt8, CaseIterable, Sendable {
  /// A wait of frame a, token b is over: of `wait`, for an item, for a turn; or a retry without a pause comes.
  case resume
  /// A piece of work of frame a, token b is over.
  case done
  /// Frame a, token b of a request that has waited has a server.
  case start
  /// Frame a, token b gets the answer of its call: status, words in block c.
  case answer
  /// The time-out of frame a, token b.
  case timeout
  /// A parked frame a, token b looks again.
  case look
  /// Message a (a block) arrives.
  case request
  /// Message a from another island has been on its way for the least that it takes: how long it takes is drawn.
  case underway
  /// Lease element a may expire.
  case expiry
  /// Lease element a begins a renewal.
  case renewal
  /// Load element a makes its next request, or changes its rate (b: generation).
  case arrival, rateChange
  /// A stall or slowness of element a ends (b: generation).
  case stallEnd, slowEnd
  /// Timeline entry a acts: body in b.
  case act
  /// A process or probe of element a begins: body in b.
  case begin
  /// A property of the island begins to matter.
  case attend

  /// When it comes within its instant. This is the one place that says so.
  @inline(__always)
  public var rank: EventRank {
    switch self {
    case .act, .rateChange, .stallEnd, .slowEnd: .operators
    case .answer, .done, .start: .answers
    case .timeout, .expiry: .timeouts
    case .resume, .look, .request, .underway, .renewal, .arrival, .begin, .attend: .work
    }
  }

  /// Its target is a frame.
  @inline(__always)
  var isOfFrame: Bool {
    switch self {
    case .resume, .done, .start, .answer, .timeout, .look: true
    case .request, .underway, .expiry, .renewal, .arrival, .rateChange, .stallEnd, .slowEnd, .act, .begin, .attend:
      false
    }
  }

  /// A frame goes on where it stands, with nothing new.
  @inline(__always)
  var goesOn: Bool {
    switch self {
    case .resume, .done, .start: true
    case .answer, .timeout, .look, .request, .underway, .expiry, .renewal, .arrival, .rateChange, .stallEnd, .slowEnd,
      .act, .begin, .attend:
      false
    }
  }

  /// Its target is a request on its way.
  @inline(__always)
  var isMessage: Bool {
    switch self {
    case .request, .underway: true
    case .resume, .done, .start, .answer, .timeout, .look, .expiry, .renewal, .arrival, .rateChange, .stallEnd,
      .slowEnd, .act, .begin, .attend:
      false
    }
  }
}
