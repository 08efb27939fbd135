// Areas: the integral of a number over time, exactly. A number that was raised by 1 at times a and lowered by 1 at times b
// has the integral Σ(t - a) - Σ(t - b) at time t, which is n·t - (Σa - Σb) when it stands at n. So that a change costs one
// sum, and the area is there whenever somebody asks. Little's law as an identity of the sample path: the integral of the
// number in the system equals the total time spent in it, which is summed apart, a request at a time.

/// Where a level's sum of times stands: an Int128 in two words.
public enum Level {
  public static let words = 2
}

extension Island {
  /// Adds to the Int128 at `slot`.
  @inline(__always)
  func addWide(_ slot: Int, _ value: Int64) {
    let (low, carry) = UInt64(bitPattern: mem[slot]).addingReportingOverflow(UInt64(bitPattern: value))
    mem[slot] = Int64(bitPattern: low)
    mem[slot &+ 1] = mem[slot &+ 1] &+ (value >> 63) &+ (carry ? 1 : 0)
  }

  /// Adds a product to the Int128 at `slot`.
  func addWide(_ slot: Int, _ a: Int64, times b: Int64) {
    let sum = wide(slot) &+ Int128(a) * Int128(b)
    mem[slot] = Int64(truncatingIfNeeded: sum)
    mem[slot &+ 1] = Int64(truncatingIfNeeded: sum >> 64)
  }

  func wide(_ slot: Int) -> Int128 {
    Int128(mem[slot &+ 1]) << 64 | Int128(UInt64(bitPattern: mem[slot]))
  }

  /// The number whose level stands at `slot` rises, or falls, by one.
  @inline(__always)
  func rise(_ slot: Int) { addWide(slot, now) }
  @inline(__always)
  func fall(_ slot: Int) { addWide(slot, 0 &- now) }

  /// The number whose level stands at `slot` changes by `delta`.
  func change(_ slot: Int, by delta: Int64) { addWide(slot, delta, times: now) }

  /// The integral over time of a number that stands at `n`, since it began.
  func area(_ slot: Int, _ n: Int64, at time: Int64) -> Int128 { Int128(n) * Int128(time) - wide(slot) }
}
