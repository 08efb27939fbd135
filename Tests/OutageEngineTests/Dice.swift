/// Numbers for tests: splitmix64.
struct Dice {
  private var state: UInt64
  init(_ seed: UInt64) { state = (seed &+ 1) &* 0xBF58_476D_1CE4_E5B9 }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// 0 ..< n
  mutating func below(_ n: UInt64) -> UInt64 { n == 0 ? 0 : next() % n }
  mutating func pick<T>(_ items: [T]) -> T { items[Int(below(UInt64(items.count)))] }
  mutating func chance(_ percent: UInt64) -> Bool { below(100) < percent }
}
