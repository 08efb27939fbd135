/// What may be read and what may be changed, as sets of components of a state: a bit for each.
struct Footprint: Hashable {
  private(set) var reads: [UInt64]
  private(set) var writes: [UInt64]

  init(components: Int) {
    reads = [UInt64](repeating: 0, count: (components + 63) / 64)
    writes = reads
  }

  /// Everything may be read and changed.
  static func everything(components: Int) -> Footprint {
    var all = Footprint(components: components)
    for k in 0..<components { all.use(k) }
    return all
  }

  mutating func read(_ component: Int) { reads[component / 64] |= 1 << UInt64(component % 64) }
  mutating func write(_ component: Int) { writes[component / 64] |= 1 << UInt64(component % 64) }

  mutating func use(_ component: Int) {
    read(component)
    write(component)
  }

  /// Takes in another one; false when nothing is new.
  @discardableResult
  mutating func add(_ other: Footprint) -> Bool {
    var isNew = false
    for w in reads.indices {
      if other.reads[w] & ~reads[w] != 0 || other.writes[w] & ~writes[w] != 0 { isNew = true }
      reads[w] |= other.reads[w]
      writes[w] |= other.writes[w]
    }
    return isNew
  }

  static func components(_ bits: [UInt64]) -> [Int] {
    bits.indices.flatMap { w in (0..<64).compactMap { bits[w] >> UInt64($0) & 1 != 0 ? w * 64 + $0 : nil } }
  }
}
