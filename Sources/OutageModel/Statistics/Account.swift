// The account of a node's requests, all elements together.

public struct Account: Sendable {
  public var node: Int
  public var isLoad: Bool
  public var arrived: Int64 = 0
  public var completed: Int64 = 0
  public var failed: Int64 = 0
  public var refused: Int64 = 0
  public var dropped: Int64 = 0
  public var expired: Int64 = 0
  public var wasted: Int64 = 0
  public var inHand: Int64 = 0
  public var responseSum = 0.0
  public var responseMax: Int64 = 0
  /// Integral of the number in the system, and total time in the system clipped at now: equal (ns).
  public var area: Int128 = 0
  public var sojourn: Int128 = 0
  var histogram: [Int64] = []

  public func quantile(_ q: Double) -> Double { OutageModel.quantile(of: histogram, q) }
}

extension World {
  /// Accounts of all services and loads, at `now`.
  public func accounts(at now: Int64) -> [Account] {
    let tables = image.tables
    var accounts: [Account] = []
    for n in 0..<tables.nodeCount {
      let info = tables.nodes[n]
      guard info.kind == .service || info.kind == .load else { continue }
      var a = Account(node: n, isLoad: info.kind == .load)
      for own in Int(info.first)..<Int(info.first + info.count) {
        let island = island(Int(tables.elementIsland[own]))
        if a.isLoad { addLoad(island, own, now, &a) } else { addService(island, own, now, &a) }
      }
      accounts.append(a)
    }
    return accounts
  }

  private func addService(_ i: Island, _ own: Int, _ now: Int64, _ a: inout Account) {
    let e = i.offset(own)
    let info = i.node(own)
    a.arrived += i.mem[e &+ Service.arrived]
    a.completed += i.mem[e &+ Service.completed]
    a.failed += i.mem[e &+ Service.failed]
    a.refused += i.mem[e &+ Service.refused]
    a.dropped += i.mem[e &+ Service.dropped]
    a.expired += i.mem[e &+ Service.expired]
    a.wasted += i.mem[e &+ Service.wasted]
    a.inHand += i.mem[e &+ Service.inSystem]
    a.responseSum += Double(bitPattern: UInt64(bitPattern: i.mem[e &+ Service.responseSum]))
    a.responseMax = max(a.responseMax, i.mem[e &+ Service.responseMax])
    i.collect(e &+ Service.histogram, into: &a.histogram)
    a.area +=
      i.wide(e &+ Service.area)
      + Int128(i.mem[e &+ Service.inSystem]) * Int128(now - i.mem[e &+ Service.lastChange])
    a.sojourn += i.wide(e &+ Service.sojourn)
    var frame = Int(i.mem[e &+ Active.frames] & 0xFFFF_FFFF)
    while frame != 0 {
      a.sojourn += Int128(now - i.mem[frame &+ Frame.start])
      frame = Int(i.mem[frame &+ Frame.links] & 0xFFFF_FFFF)
    }
    let width = Entry.words + Int(info.pointee.width)
    for level in 0..<Int(info.pointee.mode) {
      i.eachEntry(e &+ Service.levels + level * Service.levelWords, width: width) {
        a.sojourn += Int128(now - i.mem[$0])
      }
    }
  }

  private func addLoad(_ i: Island, _ own: Int, _ now: Int64, _ a: inout Account) {
    let e = i.offset(own)
    let isClosed = image.tables.bodies[Int(i.node(own).pointee.link)].isClosed
    a.arrived += i.mem[e &+ Load.started]
    a.completed += i.mem[e &+ Load.ok]
    a.failed += i.mem[e &+ Load.failed]
    a.inHand += i.mem[e &+ Load.inFlight]
    a.responseSum += Double(bitPattern: UInt64(bitPattern: i.mem[e &+ Load.responseSum]))
    a.responseMax = max(a.responseMax, i.mem[e &+ Load.responseMax])
    i.collect(e &+ Load.histogram, into: &a.histogram)
    a.area += i.wide(e &+ Load.area) + Int128(i.mem[e &+ Load.inFlight]) * Int128(now - i.mem[e &+ Load.lastChange])
    a.sojourn += i.wide(e &+ Load.sojourn)
    var frame = Int(i.mem[e &+ Active.frames] & 0xFFFF_FFFF)
    while frame != 0 {
      if !isClosed || i.mem[frame &+ Frame.caller] == 1 { a.sojourn += Int128(now - i.mem[frame &+ Frame.start]) }
      frame = Int(i.mem[frame &+ Frame.links] & 0xFFFF_FFFF)
    }
  }
}
