// Little's law as an identity of the sample path: the integral of the number in the system over time equals the total time
// spent in it. Both sums are kept exactly, as Int128 in two words.

extension Island {
  /// Adds `count * time` to the Int128 at `slot`.
  @inline(__always)
  func addWide(_ slot: Int, _ count: Int64, _ time: Int64) {
    let product = count.multipliedFullWidth(by: time)
    let (low, carry) = UInt64(bitPattern: mem[slot]).addingReportingOverflow(product.low)
    mem[slot] = Int64(bitPattern: low)
    mem[slot &+ 1] = mem[slot &+ 1] &+ product.high &+ (carry ? 1 : 0)
  }

  func wide(_ slot: Int) -> Int128 {
    Int128(mem[slot &+ 1]) << 64 | Int128(UInt64(bitPattern: mem[slot]))
  }

  /// The number in the system of a service element changes by `delta`.
  @inline(__always)
  func occupy(_ e: Int, _ delta: Int64) {
    let n = mem[e &+ Service.inSystem]
    let dt = now &- mem[e &+ Service.lastChange]
    if dt != 0 {
      addWide(e &+ Service.area, n, dt)
      mem[e &+ Service.lastChange] = now
    }
    mem[e &+ Service.inSystem] = n &+ delta
  }
}
