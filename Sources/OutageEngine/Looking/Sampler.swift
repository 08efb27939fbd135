import OutageModel

/// Samples of one expression at ticks, thinned evenly so that a long run stays small: every `stride`-th tick is kept.
struct Sampler {
  static let most = 8192
  var times: [Int64] = []
  var values: [Double] = []
  private var stride = 1
  private var skipped = 0
  private(set) var count = 0
  private(set) var last = 0.0
  private(set) var least = Double.infinity
  private(set) var greatest = -Double.infinity
  private var sum = 0.0

  /// Samples before this time are kept, but not told.
  private var from = Int64.min

  /// What is told begins anew.
  mutating func restart(at time: Int64) {
    from = time
    (count, sum, least, greatest) = (0, 0, .infinity, -.infinity)
  }

  /// Those that are told.
  var kept: [Double] {
    (from == .min ? values : zip(times, values).filter { $0.0 >= from }.map(\.1)).filter { !$0.isNaN }
  }

  /// - Parameter value: not a number where there is none: a gap.
  mutating func add(_ value: Double, at time: Int64) {
    last = value
    if !value.isNaN {
      count += 1
      sum += value
      least = min(least, value)
      greatest = max(greatest, value)
    }
    skipped += 1
    if skipped < stride { return }
    skipped = 0
    times.append(time)
    values.append(value)
    if times.count >= Self.most {
      times = times.enumerated().filter { $0.offset % 2 == 1 }.map(\.element)
      values = values.enumerated().filter { $0.offset % 2 == 1 }.map(\.element)
      stride *= 2
    }
  }

  /// Bytes that the samples take; arrays grow by doubling. By what was sampled alone, so that a budget ends at the same
  /// tick wherever the run was taken up again.
  var bytes: Int { 2 * 8 * max(8, 1 << (Int.bitWidth - max(1, times.count - 1).leadingZeroBitCount)) }

  var mean: Double { count == 0 ? 0 : sum / Double(count) }
}

/// An expression that is sampled: a measure or a plot.
struct Track {
  /// Bytes of one without samples, about.
  static let bytes = 320
  private(set) var lookout: Lookout
  private(set) var sampler = Sampler()

  init(_ probe: ImageMeta.Probe) { lookout = Lookout(probe) }

  var samples: (times: [Int64], values: [Double]) { (sampler.times, sampler.values) }

  mutating func restart(at time: Int64) { sampler.restart(at: time) }

  /// - Returns: bytes by which the samples have grown.
  mutating func look(_ world: World, at time: Int64, somethingHappened: Bool) -> Int {
    _ = lookout.look(world, somethingHappened: somethingHappened)
    let before = sampler.bytes
    sampler.add(lookout.value, at: time)
    return sampler.bytes - before
  }
}

/// A probe with its value at the last tick: looked at again only when something happened, or time itself is read.
struct Lookout {
  let probe: ImageMeta.Probe
  private(set) var sample = Sample(0)
  private var isKnown = false

  var word: Int64 { sample.word }

  init(_ probe: ImageMeta.Probe) { self.probe = probe }

  mutating func look(_ world: World, somethingHappened: Bool) -> Int64 {
    if somethingHappened || !isKnown || probe.readsTime {
      sample = probe.mayLack ? world.evaluate(maybe: probe.body) : Sample(world.evaluate(probe.body))
      isKnown = true
    }
    return word
  }

  /// The word as a number; not a number where there is no value.
  var value: Double {
    if !sample.isThere { return .nan }
    return switch probe.type {
    case .number, .rate: Double(bitPattern: UInt64(bitPattern: word))
    default: Double(word)
    }
  }
}
