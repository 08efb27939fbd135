// Response times: a log-linear histogram (64 buckets an octave: within 0.8 %) that covers only the octaves seen.

/// A block in the arena: first bucket, buckets, total; then counts.
enum Histogram {
  static let header = 3
  static let perOctave = 64

  /// Bucket of a value in ns: exact below 128, then 64 an octave.
  @inline(__always)
  static func bucket(_ value: Int64) -> Int {
    if value < 128 { return Int(max(0, value)) }
    let shift = 63 - value.leadingZeroBitCount - 6
    return shift * perOctave + Int(value >> Int64(shift))
  }

  /// The middle of a bucket, in ns.
  static func middle(_ bucket: Int) -> Double {
    if bucket < 128 { return Double(bucket) }
    let shift = bucket / perOctave - 1
    let low = Double(Int64(bucket - shift * perOctave) << Int64(shift))
    return low + Double(Int64(1) << Int64(shift)) / 2 - 0.5
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
    mem[block &+ 2] &+= 1
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
    mem[block &+ 2] = old == 0 ? 0 : mem[old &+ 2]
    (mem + block + Histogram.header).update(repeating: 0, count: count)
    if old != 0 {
      let oldCount = Int(mem[old &+ 1])
      let shift = Int(mem[old]) &- first
      (mem + block + Histogram.header + shift).update(from: mem + old + Histogram.header, count: oldCount)
      free(old, words: Histogram.header + oldCount)
    }
    mem[slot] = Int64(block)
    return block
  }

  /// Adds the counts of a histogram to a dense array.
  func collect(_ slot: Int, into counts: inout [Int64]) {
    let block = Int(mem[slot])
    if block == 0 { return }
    let first = Int(mem[block])
    let n = Int(mem[block &+ 1])
    if counts.count < first + n { counts += [Int64](repeating: 0, count: first + n - counts.count) }
    for k in 0..<n { counts[first &+ k] += mem[block &+ Histogram.header &+ k] }
  }

  /// The quantile q (0…1) of one histogram in ns, 0 when empty.
  func quantile(_ slot: Int, _ q: Double) -> Double {
    let block = Int(mem[slot])
    if block == 0 { return 0 }
    let target = max(1, Int64((q * Double(mem[block &+ 2])).rounded(.up)))
    var seen: Int64 = 0
    for k in 0..<Int(mem[block &+ 1]) {
      seen += mem[block &+ Histogram.header &+ k]
      if seen >= target { return Histogram.middle(Int(mem[block]) &+ k) }
    }
    return 0
  }
}

/// The quantile q (0…1) of collected counts in ns, 0 when empty.
func quantile(of counts: [Int64], _ q: Double) -> Double {
  let total = counts.reduce(0, +)
  if total == 0 { return 0 }
  let target = max(1, Int64((q * Double(total)).rounded(.up)))
  var seen: Int64 = 0
  for (bucket, n) in counts.enumerated() {
    seen += n
    if seen >= target { return Histogram.middle(bucket) }
  }
  return 0
}
