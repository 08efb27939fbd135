// Windows: what something came to in the time before the last look. Nothing is done at events: whoever looks at the world
// takes down, at each look, what has been counted since the start (`World.tally`), and writes what follows from that into
// the places that instructions read (`World.setWindow`).

/// A value as it was sampled at a look; there may be none.
public struct Sample: Sendable, Equatable {
  public var word: Int64
  public var isThere: Bool

  public init(_ word: Int64, isThere: Bool = true) {
    self.word = word
    self.isThere = isThere
  }

  public static let none = Sample(0, isThere: false)
}

extension ImageMeta {
  /// Windows of one length on one member, of one element or several.
  public struct Window: Sendable, Hashable {
    public enum Kind: Sendable, Hashable {
      /// By how much a count grew.
      case increase(MemberCode)
      /// The mean over time of a level, from its area. `isNumber`: a variable's, whose area is a number.
      case mean(area: MemberCode, isNumber: Bool)
      /// Busy servers over servers.
      case utilisation
      /// Of the requests that ended: those that failed; the mean of response times; their percentiles.
      case failedShare, meanResponse, percentiles
    }
    public var kind: Kind
    /// Elements with a window each; together they have one, where `isSum`.
    public var elements: Range<Int>
    public var isSum: Bool
    /// A whole number of ticks, ns.
    public var length: Int64
    /// Its first place.
    public var place = 0
    /// A mean gives a duration, in whole ns.
    public var givesDuration = false
    /// Something reads it as parameters are set: others are there in case they are set otherwise.
    public var isTaken = true

    public init(_ kind: Kind, _ elements: Range<Int>, isSum: Bool, length: Int64) {
      self.kind = kind
      self.elements = elements
      self.isSum = isSum
      self.length = length
    }

    /// Percentiles that are told apart, in the order of their places.
    public static let quantiles = [0.5, 0.9, 0.99, 0.999]

    /// Places of one element.
    public var places: Int { kind == .percentiles ? Self.quantiles.count : 1 }
    /// One of all its elements, or one of each.
    public var rows: Int { isSum ? 1 : elements.count }
    public func elements(of row: Int) -> Range<Int> {
      isSum ? elements : elements.lowerBound + row..<elements.lowerBound + row + 1
    }
    /// One behind its last place.
    public var end: Int { place + places * rows }
    /// Bytes it takes with nothing in it.
    public var bytes: Int { 128 + rows * (kind == .percentiles ? 320 : 16) }
  }
}

extension Island {
  /// Where an instruction finds its window.
  @inline(__always)
  func windowPlace(_ i: Fetched, _ r: UnsafeMutablePointer<Int64>) -> Int {
    let place = Int(i.imm & 0xFFFF_FFFF)
    if i.x == 0 { return place }
    return place &+ (Int(r[Int(i.b)]) &- Int(i.imm >> 32)) &* Int(i.c)
  }

  /// Requests that ended, and the total of their response times, ns.
  fileprivate func ended(_ own: Int) -> (count: Int64, time: Int128) {
    let (e, info) = (offset(own), node(own))
    let count = (0..<histograms(info)).reduce(Int64(0)) { $0 + total(histogram($1, info, e)) }
    if info.pointee.kind == .load { return (count, wide(e &+ Load.sojourn)) }
    let time = (0..<Int(info.pointee.linkCount)).reduce(Int128(0)) { sum, h in
      let account = e &+ Int(tables.handlers[Int(info.pointee.link) &+ h].account)
      return sum + wide(account &+ HandlerAccount.waited) + wide(account &+ HandlerAccount.served)
    }
    return (count, time)
  }

  fileprivate func failedAndEnded(_ own: Int) -> (Int64, Int64) {
    let e = offset(own)
    if node(own).pointee.kind == .load { return (mem[e &+ Load.failed], mem[e &+ Load.failed] + mem[e &+ Load.ok]) }
    return (mem[e &+ Service.failed], mem[e &+ Service.failed] + mem[e &+ Service.completed])
  }
}

extension World {
  /// What a window looks at, counted since the start: it is divided by `below` over the window. Sums wrap, and unwrap in
  /// differences.
  public struct Tally: Sendable {
    public var above: Int128 = 0
    public var below: Int128 = 0
    /// Of a mean of numbers, in place of `above`.
    public var number = 0.0

    public init() {}
  }

  /// - Parameter elements: which are taken together.
  public func tally(_ kind: ImageMeta.Window.Kind, _ elements: Range<Int>) -> Tally {
    var tally = Tally()
    if case .mean(.activeArea, _) = kind {
      tally.above = island(0).wholeActiveArea(Int(image.tables.elementNode[elements.lowerBound]), at: now)
      return tally
    }
    for own in elements {
      let island = island(Int(image.tables.elementIsland[own]))
      switch kind {
      case .increase(let member): tally.above &+= Int128(island.read(member, own))
      case .mean(let area, let isNumber):
        if isNumber {
          tally.number += island.valueArea(own, island.node(own), island.now)
        } else {
          tally.above &+= island.wholeArea(area, own, island.offset(own), at: island.now)
        }
      case .utilisation:
        let e = island.offset(own)
        tally.above &+= island.wholeArea(.busyArea, own, e, at: island.now)
        tally.below &+= island.area(e &+ Service.serverLevel, island.mem[e &+ Service.servers], at: island.now)
      case .failedShare:
        let (failed, ended) = island.failedAndEnded(own)
        tally.above &+= Int128(failed)
        tally.below &+= Int128(ended)
      case .meanResponse:
        let (count, time) = island.ended(own)
        tally.above &+= time
        tally.below &+= Int128(count)
      case .percentiles: break
      }
    }
    return tally
  }

  /// The response times of an element since the start, whatever the ends.
  public func responses(of own: Int) -> Spread {
    let island = island(Int(image.tables.elementIsland[own]))
    var spread = Spread()
    island.eachHistogram(own) { island.collect($0, into: &spread, sinceWarm: false) }
    return spread
  }

  /// Least and greatest of those that came since the extremes were last set aside; nil of none.
  public func extremes(of own: Int) -> (least: Int64, greatest: Int64)? {
    let island = island(Int(image.tables.elementIsland[own]))
    var (least, greatest): (Int64, Int64) = (.max, .min)
    island.eachHistogram(own) { slot in
      let block = Int(island.mem[slot])
      if block == 0 { return }
      least = min(least, island.mem[block &+ Histogram.least])
      greatest = max(greatest, island.mem[block &+ Histogram.greatest])
    }
    return least <= greatest ? (least, greatest) : nil
  }

  /// Requests of an element that have ended.
  public func ended(of own: Int) -> Int64 { island(Int(image.tables.elementIsland[own])).ended(own).count }

  /// The extremes of response times seen so far were taken down: those of what comes next are told apart.
  public func setAside(_ elements: Range<Int>) {
    for own in elements {
      let island = island(Int(image.tables.elementIsland[own]))
      island.eachHistogram(own) { island.setAside($0, endsWarmUp: false) }
    }
  }

  public func setWindow(_ place: Int, _ sample: Sample) { shared.pointee.windows[place] = sample }

  /// What stands in the windows, in whatever order they were made.
  func digestWindows(into sum: inout Digest) {
    if image.meta.windows.isEmpty { return }
    var all: UInt64 = 0
    for window in image.meta.windows where window.isTaken {
      var own = Digest()
      for word in window.kind.words { own.add(word) }
      for word in [window.elements.lowerBound, window.elements.count, window.isSum ? 1 : 0] { own.add(Int64(word)) }
      own.add(window.length)
      for place in window.place..<window.end {
        own.add(shared.pointee.windows[place].word)
        own.add(shared.pointee.windows[place].isThere ? 1 : 0)
      }
      all &+= own.value
    }
    sum.add(Int64(bitPattern: all))
  }
}

extension ImageMeta.Window.Kind {
  /// What tells it from the others.
  fileprivate var words: [Int64] {
    switch self {
    case .increase(let member): [0, Int64(member.rawValue)]
    case .mean(let area, let isNumber): [1, Int64(area.rawValue), isNumber ? 1 : 0]
    case .utilisation: [2]
    case .failedShare: [3]
    case .meanResponse: [4]
    case .percentiles: [5]
    }
  }
}
