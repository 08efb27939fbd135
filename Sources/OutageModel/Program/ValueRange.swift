/// Numbers that a place takes. Which places take which is for the compiler to say: it fills `ImageParts.ranges`, and tells of one by
/// its index.
public struct ValueRange: Sendable {
  public var low: Double
  public var isLowIncluded: Bool
  public var high: Double

  public init(low: Double, isLowIncluded: Bool, high: Double) {
    self.low = low
    self.isLowIncluded = isLowIncluded
    self.high = high
  }

  @inline(__always)
  func contains(_ value: Double) -> Bool { (isLowIncluded ? value >= low : value > low) && value <= high }
}
