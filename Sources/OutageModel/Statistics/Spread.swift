/// How often values of each size came, apart from any world: buckets in their order, the least and the greatest exactly.
public struct Spread: Sendable, Equatable {
  public struct Bucket: Sendable, Equatable {
    /// Values from `low` to `high`, both included, in ns.
    public var low: Int64
    public var high: Int64
    public var count: Int64
  }

  /// By number of the bucket, the first one being `first`.
  private var counts: [Int64] = []
  private var first = 0
  public private(set) var total: Int64 = 0
  /// In ns; of no values 0.
  public private(set) var least: Int64 = 0
  public private(set) var greatest: Int64 = 0

  public init() {}

  /// Those buckets that hold something.
  public var buckets: [Bucket] {
    counts.enumerated().filter { $0.element != 0 }.map { k, count in
      let (low, width) = Histogram.range(first + k)
      return Bucket(low: low, high: low + (width - 1), count: count)
    }
  }

  /// The quantile q (0…1) in ns, between the least and the greatest; nil of no values.
  public func quantile(_ q: Double) -> Int64? { value(at: Histogram.rank(q, of: total)) }

  /// The quantile q when `more` values, as great as you like, have come too; nil: it would be one of them.
  public func quantile(_ q: Double, with more: Int64) -> Int64? {
    let rank = Histogram.rank(q, of: total + more)
    return rank > total ? nil : value(at: rank)
  }

  private func value(at rank: Int64) -> Int64? {
    if total == 0 { return nil }
    if rank >= total { return greatest }
    if rank <= 1 { return least }
    var seen: Int64 = 0
    for (k, count) in counts.enumerated() {
      seen += count
      if seen >= rank { return min(greatest, max(least, Histogram.middle(first + k))) }
    }
    return greatest
  }

  /// What came of each size since another spread of the same values: buckets by number, and how many.
  public func added(since before: Spread) -> [(bucket: Int, count: Int64)] {
    counts.enumerated().compactMap { k, count in
      let old = before.counts.indices.contains(first + k - before.first) ? before.counts[first + k - before.first] : 0
      return count == old ? nil : (first + k, count - old)
    }
  }

  /// More values of one size, or fewer. The extremes are for others to say: `setExtremes`.
  public mutating func change(_ bucket: Int, by count: Int64) {
    if counts.isEmpty { first = bucket }
    if bucket < first {
      counts.insert(contentsOf: repeatElement(0, count: first - bucket), at: 0)
      first = bucket
    }
    if bucket >= first + counts.count {
      counts += repeatElement(0, count: bucket + 1 - first - counts.count)
    }
    counts[bucket - first] += count
    total += count
  }

  public mutating func setExtremes(_ least: Int64, _ greatest: Int64) { (self.least, self.greatest) = (least, greatest) }

  /// Bytes of the buckets.
  public var bytes: Int { counts.count * 8 }

  public mutating func add(_ other: Spread) {
    other.counts.withUnsafeBufferPointer { add($0, from: other.first, other.total, other.least, other.greatest) }
  }

  mutating func add(
    _ more: UnsafeBufferPointer<Int64>, from bucket: Int, _ total: Int64, _ least: Int64, _ greatest: Int64
  ) {
    if total == 0 { return }
    if counts.isEmpty { first = bucket }
    if bucket < first {
      counts.insert(contentsOf: repeatElement(0, count: first - bucket), at: 0)
      first = bucket
    }
    let end = bucket + more.count
    if end > first + counts.count { counts += repeatElement(0, count: end - first - counts.count) }
    for k in more.indices { counts[bucket - first + k] += more[k] }
    self.least = self.total == 0 ? least : min(self.least, least)
    self.greatest = self.total == 0 ? greatest : max(self.greatest, greatest)
    self.total += total
  }
}

extension Spread {
  /// Takes out what had come before; the extremes are already those of what came since.
  mutating func subtract(_ before: Spread) {
    for (k, count) in before.counts.enumerated() where count != 0 { counts[before.first - first + k] -= count }
    total -= before.total
    if total == 0 { self = Spread() }
  }
}

extension Island {
  /// Adds what the histogram in word `slot` holds.
  /// - Parameter sinceWarm: the extremes are those since the warm-up ended.
  func collect(_ slot: Int, into spread: inout Spread, sinceWarm: Bool) {
    let block = Int(mem[slot])
    if block == 0 { return }
    let ends = extremes(block, sinceWarm: sinceWarm)
    spread.add(
      UnsafeBufferPointer(start: mem + block + Histogram.header, count: Int(mem[block &+ 1])), from: Int(mem[block]),
      mem[block &+ Histogram.total], ends.least, ends.greatest)
  }
}
