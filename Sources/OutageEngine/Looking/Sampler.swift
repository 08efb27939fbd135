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

  mutating func add(_ value: Double, at time: Int64) {
    count += 1
    last = value
    sum += value
    least = min(least, value)
    greatest = max(greatest, value)
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

  var mean: Double { count == 0 ? 0 : sum / Double(count) }

  /// The quantile q of the kept samples.
  func quantiles(_ qs: [Double]) -> [Double] {
    if values.isEmpty { return qs.map { _ in last } }
    let sorted = values.sorted()
    return qs.map { q in sorted[min(sorted.count - 1, max(0, Int((q * Double(sorted.count)).rounded(.up)) - 1))] }
  }
}

/// A probe with its value at the last tick: looked at again only when something happened, or time itself is read.
struct Lookout {
  let probe: ImageMeta.Probe
  private(set) var word: Int64 = 0
  private var isKnown = false

  init(_ probe: ImageMeta.Probe) { self.probe = probe }

  mutating func look(_ world: World, somethingHappened: Bool) -> Int64 {
    if somethingHappened || !isKnown || probe.readsTime {
      word = world.evaluate(probe.body)
      isKnown = true
    }
    return word
  }

  /// The word as a number.
  var value: Double {
    switch probe.type {
    case .number, .rate: Double(bitPattern: UInt64(bitPattern: word))
    default: Double(word)
    }
  }
}
