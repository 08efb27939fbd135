/// Every word that the grammar knows. Only the `isReserved` ones can never be names: the others mean
/// something at their place and are plain names elsewhere.
public enum Keyword: String, Sendable, CaseIterable {
  // items
  case language, scenario, clock, tick, warmup, `import`, param, variant, explore, may, most
  case `let`, fn, extern, policy, `var`, plans, dns, queue, lease, service, balancer, load, process
  case at, every, when, plot, measure
  case never, always, eventually, expect, recoverable, sometimes, meant, violated, within, until, after
  // clauses
  case of, ttl, negative, capacity, full, holds, refuse, drop, fifo, lifo, priority
  case none, expired, hopeless
  case lasts, starts, lapsed, renew, phase, uniform, even, from, start, answer, jitter
  case servers, limit, latency, on
  case over, check, timeout, down, up, velocity, per, zones, failover
  case rate, times, count, users, think, resolvers
  case column, time, weight, buckets, unit
  // statements
  case call, send, with, retry, forever, backoff, to, equal, decorrelated, budget, burst
  case wait, work, `return`, fail, log, `if`, `else`, `for`, `where`, `repeat`, loop, `while`
  case `break`, `continue`, atomic, either, or
  case stall, crash, restart, slow, by, cut, heal, follow, quiet
  // expressions
  case and, not, `in`, div, mod, `true`, `false`, any, empirical

  /// Never a name.
  public var isReserved: Bool {
    switch self {
    case .and, .or, .not, .in, .div, .mod, .if, .else, .for, .where, .true, .false: true
    default: false
    }
  }

  /// Begins an item of a file.
  public var beginsItem: Bool {
    switch self {
    case .scenario, .clock, .import, .param, .variant, .explore, .let, .fn, .extern, .policy, .var, .plans, .dns,
      .queue, .lease, .service, .balancer, .load, .process, .at, .every, .when, .plot, .measure, .never,
      .always, .eventually, .expect, .recoverable, .sometimes, .meant:
      true
    default: false
    }
  }

  /// Begins a statement.
  public var beginsStatement: Bool {
    switch self {
    case .let, .call, .send, .wait, .work, .return, .fail, .log, .if, .for, .repeat, .loop, .while, .break,
      .continue, .atomic, .either, .stall, .crash, .restart, .slow, .cut, .drop, .heal, .follow:
      true
    default: false
    }
  }
}

/// Finds the keyword of a word in the source without making a string of it.
package struct KeywordTable: Sendable {
  package static let shared = KeywordTable()

  /// Open addressing by `hash`; −1 is empty.
  private var slots: [Int16]
  private var spellings: [[UInt8]]
  private let keywords = Keyword.allCases
  private static let mask = 1023

  private init() {
    slots = Array(repeating: -1, count: Self.mask + 1)
    spellings = keywords.map { Array($0.rawValue.utf8) }
    for (ordinal, spelling) in spellings.enumerated() {
      var hash: UInt32 = 2_166_136_261
      for byte in spelling { hash = Self.mix(hash, byte) }
      var slot = Int(hash) & Self.mask
      while slots[slot] >= 0 { slot = (slot + 1) & Self.mask }
      slots[slot] = Int16(ordinal)
    }
  }

  /// One step of FNV-1a.
  @inline(__always)
  private static func mix(_ hash: UInt32, _ byte: UInt8) -> UInt32 { (hash ^ UInt32(byte)) &* 16_777_619 }

  package func keyword(_ source: [UInt8], _ start: Int, _ end: Int) -> Keyword? {
    var hash: UInt32 = 2_166_136_261
    for i in start..<end { hash = Self.mix(hash, source[i]) }
    var slot = Int(hash) & Self.mask
    while slots[slot] >= 0 {
      let ordinal = Int(slots[slot])
      if matches(ordinal, source, start, end) { return keywords[ordinal] }
      slot = (slot + 1) & Self.mask
    }
    return nil
  }

  private func matches(_ ordinal: Int, _ source: [UInt8], _ start: Int, _ end: Int) -> Bool {
    let count = spellings[ordinal].count
    guard count == end - start else { return false }
    for i in 0..<count where spellings[ordinal][i] != source[start + i] { return false }
    return true
  }
}
