// Random numbers: each draw is a pure function of (seed, place in the source, element, ordinal of the draw), so that a
// change elsewhere leaves it alone. The mixer is splitmix64 (Steele, Lea, Flood, OOPSLA 2014).

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

@inline(__always)
func mix(_ value: UInt64) -> UInt64 {
  var z = value
  z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
  z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
  return z ^ (z >> 31)
}

let golden: UInt64 = 0x9E37_79B9_7F4A_7C15

extension Island {
  /// The next 64 bits of a place's stream for an element.
  @inline(__always)
  func bits64(_ place: Int, _ element: Int) -> UInt64 {
    let counter = offset(element) &+ Int(tables.places[place].offset)
    let there = home(element)
    var state = UInt64(bitPattern: there.mem[counter])
    if state == 0 { state = beginStream(place, element) }
    state &+= golden
    there.mem[counter] = Int64(bitPattern: state)
    return mix(state)
  }

  /// Where a stream begins; 0 in the element's word says that nothing was drawn yet. The n-th draw mixes this plus n times
  /// the golden ratio.
  @inline(never)
  private func beginStream(_ place: Int, _ element: Int) -> UInt64 {
    let index = UInt64(truncatingIfNeeded: element &- Int(tables.places[place].first))
    return mix(shared.pointee.placeKeys[place] ^ (index &* golden))
  }

  /// Uniform in [0, 1).
  @inline(__always)
  func uniform(_ place: Int, _ element: Int) -> Double {
    Double(bits64(place, element) >> 11) * 0x1p-53
  }

  /// Exponential of mean 1.
  @inline(__always)
  func exponential(_ place: Int, _ element: Int) -> Double {
    Ziggurat.exponential(bits64(place, element), tables.exponential)
  }

  /// Normal of mean 0 and variance 1.
  @inline(__always)
  func normal(_ place: Int, _ element: Int) -> Double { Ziggurat.normal(bits64(place, element), tables.normal) }

  /// Uniform in low…high (multiply-shift; the bias is below 2^-32 for ranges of practical size).
  @inline(__always)
  func uniformInteger(_ place: Int, _ element: Int, _ low: Int64, _ high: Int64) -> Int64 {
    let range = UInt64(bitPattern: high &- low) &+ 1
    let bits = bits64(place, element)
    return range == 0 ? Int64(bitPattern: bits) : low &+ Int64(bitPattern: bits.multipliedFullWidth(by: range).high)
  }

  /// The `draw` instruction: the distribution's code, +16 when the result is an integer. What is drawn most stands here.
  @inline(__always)
  func draw(_ x: UInt8, _ place: Int, _ own: Int, _ first: Int64, _ second: Int64, into r: UnsafeMutablePointer<Int64>)
    -> Trouble?
  {
    let isInteger = x & 16 != 0
    let code = unsafeBitCast(x & 15, to: DistributionCode.self)
    if isInteger, code == .exp {
      let v = exponential(place, own) * Double(first)
      if !(v.magnitude < 9e18) { return .overflow }
      r.pointee = Int64(v + 0.5)
    } else if isInteger, code == .normal {
      let v = Double(first) + Double(second) * normal(place, own)
      if !(v < 9e18) { return .notANumber }
      r.pointee = v > 0 ? Int64(v + 0.5) : 0
    } else if let v = draw(code, isInteger, place, own, first, second) {
      r.pointee = v
    } else {
      return .notANumber
    }
    return nil
  }

  /// A draw of a distribution, an Int64 when `isInteger`, else the bits of a Double; nil when it is not finite.
  func draw(
    _ code: DistributionCode, _ isInteger: Bool, _ place: Int, _ element: Int, _ first: Int64, _ second: Int64
  ) -> Int64? {
    func value(_ word: Int64) -> Double {
      isInteger ? Double(word) : Double(bitPattern: UInt64(bitPattern: word))
    }
    func number(_ word: Int64) -> Double { Double(bitPattern: UInt64(bitPattern: word)) }
    let v: Double
    switch code {
    case .exp: v = exponential(place, element) * value(first)
    case .uniform:
      if isInteger {
        return first <= second ? uniformInteger(place, element, first, second) : nil
      }
      v = value(first) + (value(second) - value(first)) * uniform(place, element)
    case .normal:
      let z = normal(place, element)
      v = isInteger ? max(0, value(first) + value(second) * z) : value(first) + value(second) * z
    case .lognormal:
      // p99 = median * e^(sigma * z99)
      let sigma = log(value(second) / value(first)) / 2.3263478740408408
      v = value(first) * exp(sigma * normal(place, element))
    case .pareto: v = value(first) / pow(1 - uniform(place, element), 1 / number(second))
    case .erlang:
      // first: the count of stages; second: the mean of the sum
      let stages = max(1, min(first, 10_000))
      var sum = 0.0
      for _ in 0..<stages { sum += exponential(place, element) }
      v = sum * value(second) / Double(stages)
    case .fixed: return first
    case .empirical:
      let series = Int(second)
      let n = tables.seriesCounts[series]
      guard n > 0, let values = tables.series[series] else { return nil }
      v = number(values[Int(uniformInteger(place, element, 0, Int64(n - 1)))])
    case .weighted, .buckets:
      guard let drawn = shared(code, Int(second), uniform(place, element)) else { return nil }
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
