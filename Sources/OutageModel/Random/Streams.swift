// Distributions. A draw takes one number of its place wherever an inverse or a ziggurat gives a value of it; what needs more
// (stages of an Erlang, what a ziggurat refuses) takes further numbers of the same draw. No draw moves another.

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The mixer of splitmix64 (Steele, Lea, Flood, OOPSLA 2014), a bijection.
@inline(__always)
func mix(_ value: UInt64) -> UInt64 {
  var z = value
  z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
  z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
  return z ^ (z >> 31)
}

let golden: UInt64 = 0x9E37_79B9_7F4A_7C15

extension Island {
  /// The `draw` instruction: the distribution's code, +16 when the result is an integer. What is drawn most stands here.
  @inline(__always)
  func draw(_ x: UInt8, _ draw: Draw, _ first: Int64, _ second: Int64, into r: UnsafeMutablePointer<Int64>) -> Trouble? {
    let isInteger = x & 16 != 0
    let code = unsafeBitCast(x & 15, to: DistributionCode.self)
    if isInteger, code == .exp {
      let v = Ziggurat.exponential(draw, tables.exponential) * Double(first)
      if !(v.magnitude < 9e18) { return .overflow }
      r.pointee = Int64(v + 0.5)
    } else if isInteger, code == .normal {
      let v = Double(first) + Double(second) * Ziggurat.normal(draw, tables.normal)
      if !(v < 9e18) { return .notANumber }
      r.pointee = v > 0 ? Int64(v + 0.5) : 0
    } else if let v = self.draw(code, isInteger, draw, first, second) {
      r.pointee = v
    } else {
      return .notANumber
    }
    return nil
  }

  /// A draw of a distribution, an Int64 when `isInteger`, else the bits of a Double; nil when it is not finite.
  func draw(_ code: DistributionCode, _ isInteger: Bool, _ draw: Draw, _ first: Int64, _ second: Int64) -> Int64? {
    func value(_ word: Int64) -> Double {
      isInteger ? Double(word) : Double(bitPattern: UInt64(bitPattern: word))
    }
    func number(_ word: Int64) -> Double { Double(bitPattern: UInt64(bitPattern: word)) }
    let v: Double
    switch code {
    case .exp: v = Ziggurat.exponential(draw, tables.exponential) * value(first)
    case .uniform:
      if isInteger { return first <= second ? draw.uniform(first, second) : nil }
      v = value(first) + (value(second) - value(first)) * draw.uniform
    case .normal:
      let z = Ziggurat.normal(draw, tables.normal)
      v = isInteger ? max(0, value(first) + value(second) * z) : value(first) + value(second) * z
    case .lognormal:
      // p99 = median * e^(sigma * z99)
      let sigma = log(value(second) / value(first)) / 2.3263478740408408
      v = value(first) * exp(sigma * Ziggurat.normal(draw, tables.normal))
    case .pareto: v = value(first) / pow(1 - draw.uniform, 1 / number(second))
    case .erlang:
      // first: the count of stages; second: the mean of the sum
      let stages = max(1, min(first, 10_000))
      var numbers = DrawNumbers(draw)
      var sum = 0.0
      for _ in 0..<stages { sum += Ziggurat.exponential(&numbers) }
      v = sum * value(second) / Double(stages)
    case .fixed: return first
    case .empirical:
      let series = Int(second)
      let n = tables.seriesCounts[series]
      guard n > 0, let values = tables.series[series] else { return nil }
      v = number(values[Int(draw.uniform(0, Int64(n - 1)))])
    case .weighted, .buckets:
      guard let drawn = shared(code, Int(second), draw.uniform) else { return nil }
      v = drawn
    }
    if !v.isFinite { return nil }
    if !isInteger { return Int64(bitPattern: v.bitPattern) }
    // To the nearest nanosecond; what is negative stops the run in any case.
    return v.magnitude < 9e18 ? Int64(v + 0.5) : nil
  }
}

extension Island {
  /// From pairs of a value and the share of what is up to it: the value at a share `u`; of buckets, a value that lies between
  /// the bounds as `u` lies between their shares, from 0 on in the first.
  private func shared(_ code: DistributionCode, _ series: Int, _ u: Double) -> Double? {
    let n = tables.seriesCounts[series] / 2
    guard n > 0, let words = tables.series[series] else { return nil }
    func number(_ k: Int) -> Double { Double(bitPattern: UInt64(bitPattern: words[k])) }
    var (low, high) = (0, n - 1)
    while low < high {
      let middle = (low + high) / 2
      if number(2 * middle + 1) > u { high = middle } else { low = middle + 1 }
    }
    let value = number(2 * low)
    if code == .weighted { return value }
    let (bound, share) = low > 0 ? (number(2 * low - 2), number(2 * low - 1)) : (0, 0)
    let width = number(2 * low + 1) - share
    return width > 0 ? bound + (value - bound) * min(1, max(0, (u - share) / width)) : value
  }
}

func numberFunction(_ code: UInt8, _ x: Double, _ y: Double) -> Double {
  switch NumberFunction(rawValue: code).unsafelyUnwrapped {
  case .abs: x.magnitude
  case .floor: x.rounded(.down)
  case .ceil: x.rounded(.up)
  case .round: x.rounded()
  case .sqrt: x.squareRoot()
  case .ln: log(x)
  case .pow: pow(x, y)
  case .min: Swift.min(x, y)
  case .max: Swift.max(x, y)
  }
}
