/// What happens at an instant. 32 bytes; the order is (time, class, order of scheduling).
@frozen public struct Event {
  /// ns since the start
  public var time: Int64
  /// class << 62 | sequence number
  public var key: UInt64
  /// Frame, element or message, by kind.
  public var a: UInt32
  /// Token of the frame or element when it was scheduled; another now: the event is stale.
  public var b: UInt32
  /// Block with the words of an answer, or 0.
  public var c: UInt32
  public var kind: EventKind
  /// Call status of an answer.
  public var status: UInt8
  public var spare: UInt16 = 0

  @inline(__always)
  init(time: Int64, key: UInt64, kind: EventKind, a: UInt32, b: UInt32, c: UInt32 = 0, status: UInt8 = 0) {
    self.time = time
    self.key = key
    self.kind = kind
    self.a = a
    self.b = b
    self.c = c
    self.status = status
  }

  @inline(__always)
  func isBefore(_ other: Event) -> Bool {
    time != other.time ? time < other.time : key < other.key
  }
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
}
