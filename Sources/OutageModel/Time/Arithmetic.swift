// Instants and durations are nanoseconds in 64 bits, as far as 292 years either way, and scripts and hosts choose them. Their sums
// and products go through these, which hold them at the ends of time: what lies beyond the end never comes. A test reads the
// sources for those that do not.

extension Int64 {
  /// An instant that never comes: no clock reaches it.
  package static let never = Int64.max

  /// This instant, `span` later; beyond the end of time: never.
  @inline(__always)
  package func later(by span: Int64) -> Int64 {
    let (sum, isBeyond) = addingReportingOverflow(span)
    return isBeyond ? (span < 0 ? .min : .never) : sum
  }

  /// This instant, `span` earlier.
  @inline(__always)
  package func earlier(by span: Int64) -> Int64 {
    let (rest, isBeyond) = subtractingReportingOverflow(span)
    return isBeyond ? (span < 0 ? .never : .min) : rest
  }

  /// This span, `count` times.
  package func times(_ count: Int64) -> Int64 {
    let (product, isBeyond) = multipliedReportingOverflow(by: count)
    return isBeyond ? ((self < 0) == (count < 0) ? .never : .min) : product
  }

  /// The nearest whole number of nanoseconds; of what is none: 0.
  package init(nanoseconds value: Double) {
    let whole = value.rounded()
    // 2^63 is a Double, the greatest Int64 is not.
    if whole.isNaN { self = 0 } else { self = Int64(exactly: whole) ?? (whole < 0 ? .min : .max) }
  }
}
