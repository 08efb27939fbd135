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

@inline(__always) func logarithm(_ x: Double) -> Double { log(x) }
@inline(__always) private func exponential(_ x: Double) -> Double { exp(x) }

extension Island {
  /// The next 64 bits of a place's stream for an element.
  @inline(__always)
  func bits64(_ place: Int, _ element: Int) -> UInt64 {
    let counter = offset(element) &+ Int(tables.places[place].offset)
    let there = home(element)
    let n = UInt64(bitPattern: there.mem[counter])
    there.mem[counter] = Int64(bitPattern: n &+ 1)
    let index = UInt64(truncatingIfNeeded: element &- Int(tables.places[place].first))
    let stream = mix(shared.pointee.placeKeys[place] ^ (index &* golden))
    return mix(stream &+ (n &+ 1) &* golden)
  }

  /// Uniform in [0, 1).
  @inline(__always)
  func uniform(_ place: Int, _ element: Int) -> Double {
    Double(bits64(place, element) >> 11) * 0x1p-53
  }

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
      let v = -logarithm(1 - uniform(place, own)) * Double(first)
      if !(v < 9e18) { return .overflow }
      r.pointee = Int64(v + 0.5)
    } else if isInteger, code == .normal {
      let v = Double(first) + Double(second) * normalQuantile(max(uniform(place, own), 0x1p-54))
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
    case .exp: v = -log(1 - uniform(place, element)) * value(first)
    case .uniform:
      if isInteger {
        return first <= second ? uniformInteger(place, element, first, second) : nil
      }
      v = value(first) + (value(second) - value(first)) * uniform(place, element)
    case .normal:
      let z = normalQuantile(max(uniform(place, element), 0x1p-54))
      v = isInteger ? max(0, value(first) + value(second) * z) : value(first) + value(second) * z
    case .lognormal:
      // p99 = median * e^(sigma * z99)
      let sigma = log(value(second) / value(first)) / 2.3263478740408408
      v = value(first) * exponential(sigma * normalQuantile(max(uniform(place, element), 0x1p-54)))
    case .pareto: v = value(first) / pow(1 - uniform(place, element), 1 / number(second))
    case .erlang:
      // first: the count of stages; second: the mean of the sum
      let stages = max(1, min(first, 10_000))
      var sum = 0.0
      for _ in 0..<stages { sum -= log(1 - uniform(place, element)) }
      v = sum * value(second) / Double(stages)
    case .fixed: return first
    case .empirical:
      let series = Int(first)
      let n = tables.seriesCounts[series]
      guard n > 0, let values = tables.series[series] else { return nil }
      v = values[Int(uniformInteger(place, element, 0, Int64(n - 1)))]
    }
    if !v.isFinite { return nil }
    if !isInteger { return Int64(bitPattern: v.bitPattern) }
    // To the nearest nanosecond; what is negative stops the run in any case.
    return v.magnitude < 9e18 ? Int64(v + 0.5) : nil
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

/// The quantile of the standard normal distribution, for 0 < p < 1, within 1e-15 (M. J. Wichura, algorithm AS 241, Applied
/// Statistics 37, 1988).
@inline(__always)
func normalQuantile(_ p: Double) -> Double {
  let q = p - 0.5
  if abs(q) <= 0.425 {
    let r = 0.180625 - q * q
    return q
      * polynomial(
        r, 2509.0809287301226727, 33430.575583588128105, 67265.770927008700853, 45921.953931549871457,
        13731.693765509461125, 1971.5909503065514427, 133.14166789178437745, 3.387132872796366608)
      / polynomial(
        r, 5226.495278852545925, 28729.085735721942674, 39307.89580009271061, 21213.794301586595867,
        5394.1960214247511077, 687.1870074920579083, 42.313330701600911252, 1)
  }
  return normalTail(p)
}

@inline(never)
private func normalTail(_ p: Double) -> Double {
  let q = p - 0.5
  var r = (-log(q < 0 ? p : 1 - p)).squareRoot()
  let v: Double
  if r <= 5 {
    r -= 1.6
    v =
      polynomial(
        r, 7.7454501427834140764e-4, 0.0227238449892691845833, 0.24178072517745061177,
        1.27045825245236838258, 3.64784832476320460504, 5.7694972214606914055, 4.6303378461565452959,
        1.42343711074968357734)
      / polynomial(
        r, 1.05075007164441684324e-9, 5.475938084995344946e-4, 0.0151986665636164571966,
        0.14810397642748007459, 0.68976733498510000455, 1.6763848301838038494, 2.05319162663775882187, 1)
  } else {
    r -= 5
    v =
      polynomial(
        r, 2.01033439929228813265e-7, 2.71155556874348757815e-5, 0.0012426609473880784386,
        0.026532189526576123093, 0.29656057182850489123, 1.7848265399172913358, 5.4637849111641143699,
        6.6579046435011037772)
      / polynomial(
        r, 2.04426310338993978564e-15, 1.4215117583164458887e-7, 1.8463183175100546818e-5,
        7.868691311456132591e-4, 0.0148753612908506148525, 0.13692988092273580531,
        0.59983220655588793769, 1)
  }
  return q < 0 ? -v : v
}

/// Highest power first, by Estrin's scheme: a chain of three products instead of seven.
@inline(__always)
private func polynomial(
  _ x: Double, _ a: Double, _ b: Double, _ c: Double, _ d: Double, _ e: Double, _ f: Double, _ g: Double,
  _ h: Double
) -> Double {
  let x2 = x * x
  return ((a * x + b) * x2 + (c * x + d)) * (x2 * x2) + ((e * x + f) * x2 + (g * x + h))
}
