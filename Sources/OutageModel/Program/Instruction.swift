// The steps of a program, compiled: a register machine over 64-bit words. One instruction is 16 bytes, its operation a
// small enum under an exhaustive switch (the fastest dispatch measured on this toolchain, docs/performance.md).
// Registers are words of the frame; floating values are stored as bit patterns.

/// What an instruction does. `a`, `b`, `c` are registers unless said; `imm` is a constant of the instruction.
@frozen public enum Operation: UInt8, Sendable {
  // Control
  /// Start of an atomic step; imm: step id
  case step
  /// The step that follows carries label imm: an armed stall holds the frame here
  case label
  /// Jump to imm
  case jump
  /// Jump to imm if a is true / false
  case jumpIf, jumpUnless
  /// End of the body: a request succeeds with x words from a; a process is finished
  case end
  /// The request fails
  case fail
  /// An unhandled failed call of a process: logged; a: status
  case logFailure
  /// One turn of a loop begins: guards against loops that take no time
  case turn

  // Values
  /// a ← imm
  case const
  /// a ← b
  case move
  /// a ← index of the own element
  case index
  /// a ← own element
  case own
  /// a ← now
  case now
  /// a ← element imm(lo 32) + b, b checked against count imm(hi 32)
  case element
  /// a ← word imm of element b
  case load
  /// word imm of element b ← a
  case store
  /// a ← word imm(lo 40) of island imm(hi 24)
  case loadAt
  case addCount, subtractCount, multiplyCount, divideCount, moduloCount, negateCount
  /// a ← b + imm
  case addConst
  case addNumber, subtractNumber, multiplyNumber, divideNumber, negateNumber
  case equal, notEqual, less, lessOrEqual
  case equalNumber, notEqualNumber, lessNumber, lessOrEqualNumber
  case not
  case countToNumber, numberToCount, durationToSeconds, secondsToDuration
  /// a ← x: NumberFunction of b, c
  case numberFunction
  case minCount, maxCount, absCount
  /// a lies in range imm, or else the run ends; x: 1 of a number, with the trouble (a `RangeTrouble`) << 1
  case within
  /// a ← host function imm of the x words from c
  case host

  // Chance
  /// a ← truth with probability b; imm: place | slot << 48 (`Instruction.slot`)
  case chance
  /// a ← uniform in b…c; imm: place | slot << 48
  case anyOf
  /// a ← x (DistributionCode, +16 when the result is an integer) of b, c; imm: place | slot << 48
  case draw
  /// a ← the same of the arguments that the place keeps; imm: place | slot << 48
  case drawFixed

  // Lists: registers that own their block
  /// a ← empty list
  case listNew
  /// append b to list a
  case listAppend
  /// a ← length of list b
  case listLength
  /// a ← b[c]
  case listGet
  /// a ← b…c as a list
  case listRange
  /// a ← list b has c
  case listContains

  // Nodes
  /// a ← member x of element b
  case read
  /// a ← sum of member x over the elements of node imm
  case readAll
  /// member x of element b ← a
  case assign
  /// a… ← operation x on element b with imm words of arguments from c
  case operate
  /// a ← measure imm as sampled at the last tick; x 1: a + 1 ← whether it had a value
  case measure
  /// a, a + 1 ← what stands in place imm(lo 32) of the windows, and whether there is a value; x 1: in place
  /// imm(lo 32) + (b - imm(hi 32)) × c, with the element b
  case window
  /// a ← no process can move
  case stuck

  // Time and blocking
  /// Sleep for a; imm: the range of a
  case wait
  /// Serve for a (scaled by `slow`, frozen by `stall`); imm: the range of a
  case work
  /// Take from queue b or acquire lease b: status in a, value in a + 1…; c: register of the deadline or 0xFFFF; x: width
  case take
  /// Park until something changes: status (0 look again, 1 timed out) in a; c: register of the deadline or 0xFFFF;
  /// imm: the tick at which to look again even so, or 0
  case park
  /// What the frame parked for has come
  case waited
  /// a ← time b + duration c, held below the end of time
  case later
  /// a ← element drawn from node imm(lo 32); place imm(hi 32); c: slot
  case pick
  /// a ← element behind balancer element b, or -1
  case route
  /// a ← element behind record element b of service node imm(lo 32), or -2; place imm(hi 32), that of the cache behind it;
  /// c: slot; x: caches of the caller
  case resolve
  /// Call element b with x words from c; status in a, answer in a + 1…;
  /// imm: handler | register of the time-out (0xFFFF: none) << 16 | words of the answer << 32 | cyclic << 40 | slot << 48
  case call
  /// The same without an answer; imm: handler | cyclic << 40 | slot << 48
  case send
  /// a ← back-off before retry b (1…); c: first of (base, limit, last); imm: place | jitter << 32 | slot << 48
  case backoff
  /// a ← a token of the retry budget could be taken; b: burst; imm: offset in the own element
  case budgetTake
  /// Earn a tokens; b: burst; imm: offset
  case budgetEarn
  /// Count a retry of the own element
  case countRetry
  /// Record log imm with x values from a
  case log

  // Load and lease bodies
  /// A request of a closed load begins / ended (a: ok)
  case requestStart, requestEnd
  /// A user whose place is gone leaves: jump to imm if this one does
  case leaveUnless
  /// The balancer's check of target imm ended; a: status
  case checked

  // Faults; targets are the elements a ... b
  /// crash, restart
  case crash, restart
  /// imm: label or -1; c: register of the duration or 0xFFFF
  case stall
  /// c: factor, then duration in c + 1 or -1
  case slow
  /// Messages from a ... b to c ... c + 1 vanish with probability in c + 2; x: 1 both ways
  case drop
  /// Where an order is followed, the step imm that follows waits for its turn
  case turnstile
  /// Where an order is followed, the step has come to its end
  case passed
  /// Follow the order imm(lo 32) ... of imm(hi 32) elements
  case follow
  /// x: 0 everything; 1 elements a ... b; 2 between a ... b and c ... c + 1
  case heal
}

public struct Instruction: Sendable {
  public var op: Operation
  public var x: UInt8
  public var a: UInt16
  public var b: UInt16
  public var c: UInt16
  public var imm: Int64

  public init(
    _ op: Operation, x: Int = 0, a: Int = 0, b: Int = 0, c: Int = 0, imm: Int64 = 0
  ) {
    self.op = op
    self.x = UInt8(truncatingIfNeeded: x)
    self.a = UInt16(truncatingIfNeeded: a)
    self.b = UInt16(truncatingIfNeeded: b)
    self.c = UInt16(truncatingIfNeeded: c)
    self.imm = imm
  }
}

extension Instruction {
  /// Where the slot stands in `imm`: the word of the frame that counts how often it was done for one owner; 0: once.
  public static let slotShift = 48
  /// Set where a call may lead back to the body that makes it.
  public static let cyclic: Int64 = 1 << 40

  /// Words of the answer of a call.
  @inline(__always)
  public var answerWords: Int { Int(imm >> 32 & 0xFF) }
}

/// An instruction where it stands: each field is loaded only where it is used.
struct Fetched {
  private let at: UnsafePointer<Instruction>
  @inline(__always) init(_ at: UnsafePointer<Instruction>) { self.at = at }
  @inline(__always) var op: Operation { at.pointee.op }
  @inline(__always) var x: UInt8 { at.pointee.x }
  @inline(__always) var a: UInt16 { at.pointee.a }
  @inline(__always) var b: UInt16 { at.pointee.b }
  @inline(__always) var c: UInt16 { at.pointee.c }
  @inline(__always) var imm: Int64 { at.pointee.imm }
  @inline(__always) var place: Int { Int(imm & 0xFFFF_FFFF) }
  @inline(__always) var slot: Int { Int(imm >> Int64(Instruction.slotShift) & 0xFFFF) }
  @inline(__always) var isCyclic: Bool { imm & Instruction.cyclic != 0 }
}

public enum NumberFunction: UInt8, Sendable {
  case abs, floor, ceil, round, sqrt, ln, pow, min, max
}

/// How a value out of its range ends a run.
public enum RangeTrouble: UInt8, Sendable { case badValue, negativeTime, emptyList, noValue }

public enum JitterCode: Int, Sendable { case none, equal, full, decorrelated }

public enum DistributionCode: UInt8, Sendable {
  case exp, uniform, normal, lognormal, pareto, erlang, fixed, empirical, weighted, buckets
}

/// How a call ended, as the word in its status register.
public enum CallStatus: Int64, Sendable, CaseIterable {
  case ok = 0
  case timedOut, refused, noAddress, crashed, failed, noTarget

  public var words: String {
    switch self {
    case .ok: "ok"
    case .timedOut: "timed out"
    case .refused: "refused"
    case .noAddress: "no address"
    case .crashed: "connection lost"
    case .failed: "failed"
    case .noTarget: "found nobody in routing"
    }
  }
}
