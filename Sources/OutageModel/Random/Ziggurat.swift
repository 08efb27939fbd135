#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Exponential and normal numbers of 64 random bits by the ziggurat method (G. Marsaglia, W. W. Tsang, "The Ziggurat Method
/// for Generating Random Variables", J. Stat. Software 5, 2000), with 256 layers of equal area and 53 bits of place within
/// one. Eight bits choose the layer; in 99 of 100 draws the place lies under the density for sure, and no function is
/// needed. What a refused draw needs more are further numbers of that draw: no other is moved.
package struct Ziggurat: @unchecked Sendable {
  /// Of each layer: below which of 2^53 places it lies under the density for sure, and the width of a place.
  let layers: UnsafeMutablePointer<Layer>
  /// Density (1 at 0) at the right edge of each layer, from below; the last is that of 0.
  private let heights: UnsafeMutablePointer<Double>
  /// Where the tail begins.
  private let tail: Double
  private let density: @Sendable (Double) -> Double

  struct Layer {
    var sure: UInt64
    var width: Double
  }

  private static let count = 256

  /// e^-x
  package static let exponential = Ziggurat(tail: 7.69711747013104972, area: { (1 + $0) * exp(-$0) }) {
    exp(-$0)
  } inverse: {
    -log($0)
  }

  /// e^(-x²/2), of the absolute value
  package static let normal = Ziggurat(
    tail: 3.6541528853610088,
    area: { $0 * exp(-$0 * $0 / 2) + (Double.pi / 2).squareRoot() * erfc($0 * 0.5.squareRoot()) }
  ) {
    exp(-$0 * $0 / 2)
  } inverse: {
    (-2 * log($0)).squareRoot()
  }

  /// - Parameters:
  ///   - tail: edge of the lowest layer, for which all layers have the same area.
  ///   - area: of the lowest layer with the tail.
  private init(
    tail: Double, area: (Double) -> Double, density: @escaping @Sendable (Double) -> Double,
    inverse: (Double) -> Double
  ) {
    self.tail = tail
    self.density = density
    layers = .allocate(capacity: Self.count)
    heights = .allocate(capacity: Self.count + 1)
    let area = area(tail)
    var right = area / density(tail)
    var next = tail
    heights[0] = 0
    for i in 0..<Self.count {
      layers[i] = Layer(sure: UInt64(next / right * 0x1p53), width: right * 0x1p-53)
      heights[i + 1] = density(next)
      right = next
      next = i < Self.count - 2 ? inverse(area / next + density(next)) : 0
    }
  }

  /// A number of mean 1; `layers` are those of `exponential`.
  @inline(__always)
  static func exponential(_ draw: Draw, _ layers: UnsafePointer<Layer>) -> Double {
    let bits = draw.bits
    let layer = layers[Int(truncatingIfNeeded: bits & 255)]
    let place = bits &>> 11
    return place < layer.sure ? Double(place) * layer.width : refusedExponential(draw)
  }

  /// A number of mean 0 and variance 1; `layers` are those of `normal`.
  @inline(__always)
  static func normal(_ draw: Draw, _ layers: UnsafePointer<Layer>) -> Double {
    let bits = draw.bits
    let layer = layers[Int(truncatingIfNeeded: bits & 255)]
    let place = bits &>> 11
    let x = place < layer.sure ? Double(place) * layer.width : refusedNormal(draw)
    return bits & 256 == 0 ? x : -x
  }

  @inline(never)
  private static func refusedExponential(_ draw: Draw) -> Double {
    var numbers = DrawNumbers(draw)
    return exponential(&numbers)
  }

  /// Of numbers in a row. The tail begins anew, as every exponential does.
  static func exponential(_ numbers: inout DrawNumbers) -> Double {
    var passed = 0.0
    while true {
      let (x, isTail) = exponential.point(numbers.next(), &numbers)
      if let x { return passed + x }
      if isTail { passed += exponential.tail }
    }
  }

  /// The absolute value. The tail by Marsaglia's method of 1964.
  @inline(never)
  private static func refusedNormal(_ draw: Draw) -> Double {
    var numbers = DrawNumbers(draw)
    while true {
      let (x, isTail) = normal.point(numbers.next(), &numbers)
      if let x { return x }
      while isTail {
        let beyond = -log(1 - numbers.uniform()) / normal.tail
        if -2 * log(1 - numbers.uniform()) > beyond * beyond { return normal.tail + beyond }
      }
    }
  }

  /// Judges a place in a layer; nil when it is refused, because it lies beyond the tail's edge or above the density.
  private func point(_ bits: UInt64, _ numbers: inout DrawNumbers) -> (x: Double?, isTail: Bool) {
    let i = Int(truncatingIfNeeded: bits & 255)
    let place = bits >> 11
    let x = Double(place) * layers[i].width
    if place < layers[i].sure { return (x, false) }
    let height = heights[i] + numbers.uniform() * (heights[i + 1] - heights[i])
    if i > 0, height < density(x) { return (x, false) }
    return (nil, i == 0)
  }
}
