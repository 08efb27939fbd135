/// Philox2x64-10 (J. Salmon, M. Moraes, R. Dror, D. Shaw, "Parallel Random Numbers: As Easy as 1, 2, 3", SC 2011): a block
/// of two numbers for a counter of two words, under a key. For one key it is a bijection: two counters never give one block.
/// No state is kept, so that no draw moves another.
package enum Philox {
  private static let multiplier: UInt64 = 0xD2B7_4407_B1CE_6E93
  private static let weyl: UInt64 = 0x9E37_79B9_7F4A_7C15

  @inline(__always)
  package static func block(_ first: UInt64, _ second: UInt64, key: UInt64) -> (first: UInt64, second: UInt64) {
    var (a, b, k) = (first, second, key)
    @inline(__always) func round() {
      let product = a.multipliedFullWidth(by: multiplier)
      a = product.high ^ k ^ b
      b = product.low
      k &+= weyl
    }
    round()
    round()
    round()
    round()
    round()
    round()
    round()
    round()
    round()
    round()
    return (a, b)
  }
}
