// Response times: a log-linear histogram (64 buckets an octave: within 0.8 %) that covers only the octaves seen. The least
// and the greatest are kept as they are, so that every quantile lies between them.

/// A block in the arena: first bucket, buckets, total, then pairs of least and greatest; then counts.
enum Histogram {
  static let total = 2
  /// Of the values since the extremes were last set aside.
  static let least = 3
  static let greatest = 4
  /// Set aside at looks, and of these those before the end of the warm-up: a pair each.
  static let aside = 5
  static let beforeWarm = 7
  static let header = 9
  static let perOctave = 64

  /// Bucket of a value in ns: exact below 128, then 64 an octave.
  @inline(__always)
  static func bucket(_ value: Int64) -> Int {
    if value < 128 { return Int(max(0, value)) }
    // in range: 1 to 56
    let shift = 57 &- value.leadingZeroBitCount
    return shift &* perOctave &+ Int(value &>> Int64(truncatingIfNeeded: shift))
  }

  /// The least value of a bucket, and how many values it has, in ns.
  static func range(_ bucket: Int) -> (low: Int64, width: Int64) {
    if bucket < 128 { return (Int64(bucket), 1) }
    let shift = bucket / perOctave - 1
    return (Int64(bucket - shift * perOctave) << Int64(shift), 1 << Int64(shift))
  }

  /// The middle of a bucket, in ns.
  static func middle(_ bucket: Int) -> Int64 {
    let (low, width) = range(bucket)
    return low + (width - 1) / 2
  }

  /// Which of `total` values, in their order from 1, is the quantile q (0…1).
  static func rank(_ q: Double, of total: Int64) -> Int64 {
    min(total, max(1, Int64((q * Double(total)).rounded(.up))))
  }
}

extension Island {
  /// Adds a response time to the histogram whose block stands in word `slot`.
  @inline(__always)
  func record(_ value: Int64, in slot: Int) {
    let bucket = Histogram.bucket(value)
    var block = Int(mem[slot])
    if block == 0 || bucket < Int(mem[block]) || bucket >= Int(mem[block]) &+ Int(mem[block &+ 1]) {
      block = widen(slot, to: bucket)
    }
    mem[block &+ Histogram.total] &+= 1
    if value < mem[block &+ Histogram.least] { mem[block &+ Histogram.least] = value }
    if value > mem[block &+ Histogram.greatest] { mem[block &+ Histogram.greatest] = value }
    mem[block &+ Histogram.header &+ bucket &- Int(mem[block])] &+= 1
  }

  @inline(never)
  private func widen(_ slot: Int, to bucket: Int) -> Int {
    let old = Int(mem[slot])
    let octave = bucket / Histogram.perOctave * Histogram.perOctave
    var first = octave
    var end = octave + Histogram.perOctave
    if old != 0 {
      first = min(first, Int(mem[old]))
      end = max(end, Int(mem[old]) &+ Int(mem[old &+ 1]))
    }
    let count = end - first
    let block = allocate(Histogram.header + count)
    mem[block] = Int64(first)
    mem[block &+ 1] = Int64(count)
    mem[block &+ Histogram.total] = 0
    clearPair(block &+ Histogram.least)
    clearPair(block &+ Histogram.aside)
    clearPair(block &+ Histogram.beforeWarm)
    (mem + block + Histogram.header).update(repeating: 0, count: count)
    if old != 0 {
      let kept = Histogram.total..<Histogram.header
      (mem + block + kept.lowerBound).update(from: mem + old + kept.lowerBound, count: kept.count)
      let oldCount = Int(mem[old &+ 1])
      let shift = Int(mem[old]) &- first
      (mem + block + Histogram.header + shift).update(from: mem + old + Histogram.header, count: oldCount)
      free(old, words: Histogram.header + oldCount)
    }
    mem[slot] = Int64(block)
    return block
  }

  /// A pair of least and greatest of no values.
  private func clearPair(_ at: Int) { (mem[at], mem[at &+ 1]) = (.max, .min) }

  private func movePair(_ from: Int, _ to: Int) {
    (mem[to], mem[to &+ 1]) = (min(mem[to], mem[from]), max(mem[to &+ 1], mem[from &+ 1]))
    clearPair(from)
  }

  /// The least and the greatest of all values, or of those since the warm-up.
  func extremes(_ block: Int, sinceWarm: Bool = false) -> (least: Int64, greatest: Int64) {
    var ends = (mem[block &+ Histogram.least], mem[block &+ Histogram.greatest])
    func take(_ pair: Int) { ends = (min(ends.0, mem[block &+ pair]), max(ends.1, mem[block &+ pair &+ 1])) }
    take(Histogram.aside)
    if !sinceWarm { take(Histogram.beforeWarm) }
    return ends
  }

  /// Sets the extremes aside, so that those of what comes next can be told.
  func setAside(_ slot: Int, endsWarmUp: Bool) {
    let block = Int(mem[slot])
    if block == 0 { return }
    movePair(block &+ Histogram.least, block &+ Histogram.aside)
    if endsWarmUp { movePair(block &+ Histogram.aside, block &+ Histogram.beforeWarm) }
  }

  /// How many values the histogram in word `slot` has.
  @inline(__always)
  func total(_ slot: Int) -> Int64 { mem[slot] == 0 ? 0 : mem[Int(mem[slot]) &+ Histogram.total] }

  /// The quantile q (0…1) of several histograms together in ns; 0 when all are empty. Nothing is allocated.
  func quantile(_ count: Int, _ q: Double, _ slot: (Int) -> Int) -> Int64 {
    var (total, least, greatest): (Int64, Int64, Int64) = (0, .max, .min)
    var (first, end) = (Int.max, 0)
    for k in 0..<count {
      let block = Int(mem[slot(k)])
      if block == 0 { continue }
      total += mem[block &+ Histogram.total]
      let ends = extremes(block)
      (least, greatest) = (min(least, ends.least), max(greatest, ends.greatest))
      first = min(first, Int(mem[block]))
      end = max(end, Int(mem[block]) &+ Int(mem[block &+ 1]))
    }
    if total == 0 { return 0 }
    let target = Histogram.rank(q, of: total)
    if target == total { return greatest }
    if target == 1 { return least }
    var seen: Int64 = 0
    for bucket in first..<end {
      for k in 0..<count {
        let block = Int(mem[slot(k)])
        let at = block == 0 ? -1 : bucket &- Int(mem[block])
        if at >= 0, at < Int(mem[block &+ 1]) { seen += mem[block &+ Histogram.header &+ at] }
      }
      if seen >= target { return min(greatest, max(least, Histogram.middle(bucket))) }
    }
    return greatest
  }
}
