// Areas: the integral of a number over time, exactly. A number that was raised by 1 at times a and lowered by 1 at times b
// has the integral Σ(t - a) - Σ(t - b) at time t, which is n·t - (Σa - Σb) when it stands at n. So that a change costs one
// sum, and the area is there whenever somebody asks. Little's law as an identity of the sample path: the integral of the
// number in the system equals the total time spent in it, which is summed apart, a request at a time.

/// Where a level's sum of times stands: an Int128 in two words.
public enum Level {
  public static let words = 2
}

extension Island {
  /// Adds a time, which is not negative, to the Int128 at `slot`: an addition and one with carry.
  @inline(__always)
  func addWide(_ slot: Int, _ time: Int64) {
    let (low, carry) = UInt64(bitPattern: mem[slot]).addingReportingOverflow(UInt64(bitPattern: time))
    mem[slot] = Int64(bitPattern: low)
    mem[slot &+ 1] = mem[slot &+ 1] &+ (carry ? 1 : 0)
  }

  /// Takes one from it.
  @inline(__always)
  private func subtractWide(_ slot: Int, _ time: Int64) {
    let (low, borrow) = UInt64(bitPattern: mem[slot]).subtractingReportingOverflow(UInt64(bitPattern: time))
    mem[slot] = Int64(bitPattern: low)
    mem[slot &+ 1] = mem[slot &+ 1] &- (borrow ? 1 : 0)
  }

  /// Adds a product to the Int128 at `slot`.
  func addWide(_ slot: Int, _ a: Int64, times b: Int64) {
    let sum = wide(slot) &+ Int128(a) * Int128(b)
    mem[slot] = Int64(truncatingIfNeeded: sum)
    mem[slot &+ 1] = Int64(truncatingIfNeeded: sum >> 64)
  }

  func wide(_ slot: Int) -> Int128 {
    Int128(mem[slot &+ 1]) << 64 | Int128(UInt64(bitPattern: mem[slot]))
  }

  /// The number whose level stands at `slot` rises, or falls, by one.
  @inline(__always)
  func rise(_ slot: Int) { addWide(slot, now) }
  @inline(__always)
  func fall(_ slot: Int) { subtractWide(slot, now) }

  /// The number whose level stands at `slot` changes by `delta`.
  func change(_ slot: Int, by delta: Int64) { addWide(slot, delta, times: now) }

  /// The integral over time of a number that stands at `n`, since it began.
  /// Sums on the way wrap and unwrap: the integral itself, at most 2^63 of 2^63 ns, always fits.
  func area(_ slot: Int, _ n: Int64, at time: Int64) -> Int128 { Int128(n) * Int128(time) &- wide(slot) }
}

/// Variables whose mean over time is wanted: the area until the last change, and when that was.
extension Island {
  /// The value is about to change.
  func accrue(_ own: Int, _ info: UnsafePointer<NodeInfo>, _ now: Int64) {
    let e = offset(own)
    let at = e &+ Int(info.pointee.measured)
    let time = now &- mem[at &+ Measured.lastChange]
    if time == 0 { return }
    mem[at &+ Measured.lastChange] = now
    if info.pointee.mode == 1 {
      let area = Double(bitPattern: UInt64(bitPattern: mem[at])) + number(at: e) * Double(time)
      mem[at] = Int64(bitPattern: area.bitPattern)
    } else {
      addWide(at, mem[e], times: time)
    }
  }

  /// The integral of a variable's value over time.
  func valueArea(_ own: Int, _ info: UnsafePointer<NodeInfo>, _ now: Int64) -> Double {
    let e = offset(own)
    let at = e &+ Int(info.pointee.measured)
    let time = now &- mem[at &+ Measured.lastChange]
    if info.pointee.mode == 1 { return number(at: at) + number(at: e) * Double(time) }
    return Double(wholeValueArea(own, info, now))
  }

  private func wholeValueArea(_ own: Int, _ info: UnsafePointer<NodeInfo>, _ now: Int64) -> Int128 {
    let e = offset(own)
    let at = e &+ Int(info.pointee.measured)
    return wide(at) + Int128(mem[e]) * Int128(now &- mem[at &+ Measured.lastChange])
  }

  private func number(at slot: Int) -> Double { Double(bitPattern: UInt64(bitPattern: mem[slot])) }

  /// An area that a member speaks of, of one element.
  func area(_ member: MemberCode, _ own: Int, _ e: Int, at time: Int64) -> Double {
    member == .valueArea ? valueArea(own, node(own), time) : Double(wholeArea(member, own, e, at: time))
  }

  /// The same of what is whole, exactly.
  func wholeArea(_ member: MemberCode, _ own: Int, _ e: Int, at time: Int64) -> Int128 {
    switch member {
    case .lengthArea: area(e &+ Store.level, mem[e &+ Store.items &+ Deque.count], at: time)
    case .queueArea: area(e &+ Service.queueLevel, mem[e &+ Service.queued], at: time)
    case .busyArea: area(e &+ Service.busyLevel, mem[e &+ Service.busy], at: time)
    case .flightArea: area(e &+ Load.flightLevel, mem[e &+ Load.inFlight], at: time)
    case .valueArea: wholeValueArea(own, node(own), time)
    default: 0
    }
  }

  /// The integral of the number of leases of a node that are held.
  func activeArea(_ n: Int, at time: Int64) -> Double { Double(wholeActiveArea(n, at: time)) }

  func wholeActiveArea(_ n: Int, at time: Int64) -> Int128 {
    var area: Int128 = 0
    for i in 0..<tables.islandCount {
      let block = Int(tables.shards[Int(tables.nodes[n].shardRow) * tables.islandCount + i])
      if block == 0 { continue }
      let there = Island(p.pointee.islands + i)
      area += there.area(block &+ Fleet.activeLevel, there.mem[block &+ Fleet.active], at: time)
    }
    return area
  }
}
