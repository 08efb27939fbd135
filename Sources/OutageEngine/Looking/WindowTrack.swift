import OutageModel

// What was taken down of a window at looks, as far back as it reaches. A count or an area is the difference of what it had
// come to; response times are kept as what each look added to their histogram, few buckets a time, with the least and the
// greatest. At the start, and after it was typed, a window is as long as there is something to look back at.

/// The windows of one member and length.
struct WindowTrack: Sendable {
  let window: ImageMeta.Window
  /// Looks, oldest first, and what had been counted at each, `width` words for each row.
  private var times: [Int64] = []
  private var words: [Int64] = []
  /// Looks in front that are out of reach.
  private var head = 0
  private var spreads: [SpreadRow]
  private let width: Int

  init(_ window: ImageMeta.Window) {
    self.window = window
    width = window.kind.width
    spreads = window.kind == .percentiles ? window.elements.map(SpreadRow.init) : []
  }

  /// Bytes, by what was taken down alone, so that a budget ends at the same look wherever the run was taken up again.
  var bytes: Int {
    (times.count + words.count) * 16 + spreads.reduce(window.bytes) { $0 + $1.bytes }
  }

  /// Takes down what stands now, and writes what follows from it into the places.
  /// - Parameter isUnwanted: asked on the way through very many elements.
  /// - Returns: false where it was left on the way.
  mutating func look(_ world: World, at time: Int64, unless isUnwanted: () -> Bool) -> Bool {
    if window.kind == .percentiles {
      for k in spreads.indices {
        if k % 1024 == 1023, isUnwanted() { return false }
        spreads[k].look(world, at: time, reach: window.length)
      }
      writeSpreads(world)
      return true
    }
    guard takeTallies(world, at: time, isUnwanted) else { return false }
    writeTallies(world)
    return true
  }

  /// The extremes of response times are about to be set aside.
  mutating func takeExtremes(_ world: World) { for k in spreads.indices { spreads[k].takeExtremes(world) } }

  // MARK: Counts and areas

  private mutating func takeTallies(_ world: World, at time: Int64, _ isUnwanted: () -> Bool) -> Bool {
    times.append(time)
    for row in 0..<rows {
      if row % 1024 == 1023, isUnwanted() { return false }
      window.kind.append(world.tally(window.kind, window.elements(of: row)), to: &words)
    }
    let from = time.earlier(by: window.length)
    while times[head] < from, head < times.count - 1 { head += 1 }
    if head >= 64, head * 2 >= times.count {
      times.removeFirst(head)
      words.removeFirst(head * width * rows)
      head = 0
    }
    return true
  }

  private var rows: Int { window.rows }

  private func writeTallies(_ world: World) {
    let (first, last) = (head * width * rows, (times.count - 1) * width * rows)
    let time = times[times.count - 1].earlier(by: times[head])
    for row in 0..<rows {
      let (old, new) = (
        window.kind.tally(words, at: first + row * width), window.kind.tally(words, at: last + row * width)
      )
      world.setWindow(window.place + row, window.sample(old, new, over: time))
    }
  }

  // MARK: Response times

  private func writeSpreads(_ world: World) {
    for (row, spread) in spreads.enumerated() where spread.hasChanged {
      for (k, q) in ImageMeta.Window.quantiles.enumerated() {
        let place = window.place + row * window.places + k
        world.setWindow(place, spread.inside.quantile(q).map { Sample($0) } ?? .none)
      }
    }
  }
}

extension ImageMeta.Window {
  /// What a window shows between two looks.
  fileprivate func sample(_ old: World.Tally, _ new: World.Tally, over time: Int64) -> Sample {
    func bits(_ value: Double) -> Sample { Sample(Int64(bitPattern: value.bitPattern)) }
    let (above, below) = (new.above &- old.above, new.below &- old.below)
    switch kind {
    case .increase: return Sample(Int64(truncatingIfNeeded: above))
    case .mean(_, let isNumber):
      if time == 0 { return .none }
      if isNumber { return bits((new.number - old.number) / Double(time)) }
      return givesDuration ? Sample(rounded(above, Int128(time))) : bits(Double(above) / Double(time))
    case .utilisation, .failedShare: return below == 0 ? .none : bits(Double(above) / Double(below))
    case .meanResponse: return below == 0 ? .none : Sample(rounded(above, below))
    case .percentiles: return .none
    }
  }

  /// The nearest whole number; `b` is above zero.
  private func rounded(_ a: Int128, _ b: Int128) -> Int64 {
    Int64(truncatingIfNeeded: (a + (a < 0 ? -b / 2 : b / 2)) / b)
  }
}

extension ImageMeta.Window.Kind {
  /// Words that a tally of this kind takes.
  fileprivate var width: Int {
    switch self {
    case .increase: 1
    case .mean(_, let isNumber): isNumber ? 1 : 2
    case .failedShare: 2
    case .meanResponse: 3
    case .utilisation: 4
    case .percentiles: 0
    }
  }

  fileprivate func append(_ tally: World.Tally, to words: inout [Int64]) {
    func low(_ sum: Int128) -> Int64 { Int64(truncatingIfNeeded: sum) }
    func high(_ sum: Int128) -> Int64 { Int64(truncatingIfNeeded: sum >> 64) }
    switch self {
    case .increase: words.append(low(tally.above))
    case .mean(_, let isNumber):
      words += isNumber ? [Int64(bitPattern: tally.number.bitPattern)] : [low(tally.above), high(tally.above)]
    case .failedShare: words += [low(tally.above), low(tally.below)]
    case .meanResponse: words += [low(tally.above), high(tally.above), low(tally.below)]
    case .utilisation: words += [low(tally.above), high(tally.above), low(tally.below), high(tally.below)]
    case .percentiles: break
    }
  }

  fileprivate func tally(_ words: [Int64], at k: Int) -> World.Tally {
    func wide(_ k: Int) -> Int128 { Int128(words[k + 1]) << 64 | Int128(UInt64(bitPattern: words[k])) }
    var tally = World.Tally()
    switch self {
    case .increase: tally.above = Int128(words[k])
    case .mean(_, let isNumber):
      if isNumber { tally.number = Double(bitPattern: UInt64(bitPattern: words[k])) } else { tally.above = wide(k) }
    case .failedShare: (tally.above, tally.below) = (Int128(words[k]), Int128(words[k + 1]))
    case .meanResponse: (tally.above, tally.below) = (wide(k), Int128(words[k + 2]))
    case .utilisation: (tally.above, tally.below) = (wide(k), wide(k + 2))
    case .percentiles: break
    }
    return tally
  }
}

/// The response times of one element in a window.
private struct SpreadRow: Sendable {
  private let own: Int
  /// Those in the window, and all that had ended at the last look.
  private(set) var inside = Spread()
  private var before = Spread()
  private var lastLook: Int64?
  /// What looks added, oldest first: since when, buckets, then a bucket and its count each.
  private var log: [Int64] = []
  private var head = 0
  private var least = Extremes(isLeast: true)
  private var greatest = Extremes(isLeast: false)
  /// Since the last look, as far as they were set aside.
  private var pending: (least: Int64, greatest: Int64)?
  private(set) var hasChanged = false

  init(_ own: Int) { self.own = own }

  var bytes: Int { log.count * 8 + inside.bytes + before.bytes + least.bytes + greatest.bytes }

  mutating func takeExtremes(_ world: World) {
    guard let new = world.extremes(of: own) else { return }
    pending = pending.map { (min($0.least, new.least), max($0.greatest, new.greatest)) } ?? new
  }

  /// - Parameter reach: how far back it goes, ns.
  mutating func look(_ world: World, at time: Int64, reach: Int64) {
    hasChanged = lastLook == nil
    takeExtremes(world)
    if world.ended(of: own) != before.total {
      let now = world.responses(of: own)
      if let since = lastLook { take(now, since) }
      before = now
    }
    pending = nil
    lastLook = time
    drop(before: time.earlier(by: reach))
    if let least = least.first, let greatest = greatest.first { inside.setExtremes(least, greatest) }
  }

  private mutating func take(_ now: Spread, _ since: Int64) {
    let new = now.added(since: before)
    log += [since, Int64(new.count)]
    for (bucket, count) in new {
      log += [Int64(bucket), count]
      inside.change(bucket, by: count)
    }
    if let pending {
      least.add(pending.least, since)
      greatest.add(pending.greatest, since)
    }
    hasChanged = true
  }

  /// What looks added that began before.
  private mutating func drop(before time: Int64) {
    while head < log.count, log[head] < time {
      let count = Int(log[head + 1])
      for k in 0..<count { inside.change(Int(log[head + 2 + 2 * k]), by: -log[head + 3 + 2 * k]) }
      head += 2 + 2 * count
      hasChanged = true
    }
    least.drop(before: time)
    greatest.drop(before: time)
    if head >= 1024, head * 2 >= log.count {
      log.removeFirst(head)
      head = 0
    }
  }
}

/// The least, or the greatest, of what a window holds: only those are kept that no later one outdoes.
private struct Extremes: Sendable {
  private let isLeast: Bool
  private var values: [Int64] = []
  private var times: [Int64] = []
  private var head = 0

  init(isLeast: Bool) { self.isLeast = isLeast }

  var first: Int64? { head < values.count ? values[head] : nil }
  var bytes: Int { values.count * 16 }

  mutating func add(_ value: Int64, _ time: Int64) {
    while values.count > head, let last = values.last, isLeast ? last >= value : last <= value {
      values.removeLast()
      times.removeLast()
    }
    values.append(value)
    times.append(time)
  }

  mutating func drop(before time: Int64) {
    while head < times.count, times[head] < time { head += 1 }
    if head >= 64, head * 2 >= times.count {
      values.removeFirst(head)
      times.removeFirst(head)
      head = 0
    }
  }
}
