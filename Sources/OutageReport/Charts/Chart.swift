package import OutageEngine

/// One series as columns of blocks. A column that stands for many samples is solid up to their mean and shaded up to the
/// greatest, so that a spike is seen without looking like a plateau.
package struct Chart {
  struct Point {
    var mean: Double
    var greatest: Double
  }
  let series: Series
  let axis: TimeAxis
  /// Value of the lowest and the highest line.
  package let floor: Double
  package let ceiling: Double

  package init(_ series: Series, _ axis: TimeAxis) {
    self.series = series
    self.axis = axis
    let finite = series.values.filter(\.isFinite)
    let least = finite.min() ?? 0
    let greatest = finite.max() ?? 0
    // From zero, unless that would hide all there is to see.
    floor = least < 0 || (greatest > 0 && least > greatest / 2) ? least : 0
    ceiling = greatest
  }

  /// There is nothing to draw: one value throughout, or none.
  package var isConstant: Bool {
    series.values.allSatisfy { $0 == series.values.first } || series.values.allSatisfy(\.isNaN)
  }

  /// What each column shows; nil where there is no sample, and no value.
  var points: [Point?] {
    var sums = [(sum: Double, count: Double, greatest: Double, last: Double)?](repeating: nil, count: axis.columns)
    var isGap = [Bool](repeating: false, count: axis.columns)
    for (time, value) in zip(series.times, series.values) where time >= axis.from && time <= axis.to {
      isGap[axis.column(time)] = value.isNaN
      if !value.isFinite { continue }
      let old = sums[axis.column(time)] ?? (0, 0, value, value)
      sums[axis.column(time)] = (old.sum + value, old.count + 1, max(old.greatest, value), value)
    }
    // What stands between two samples stays as it was, up to the last sample.
    let end = series.times.last.map(axis.column) ?? 0
    var before: Double?
    return sums.enumerated().map { c, column in
      if let column {
        before = isGap[c] ? nil : column.last
        return Point(mean: column.sum / column.count, greatest: column.greatest)
      }
      if isGap[c] { before = nil }
      return c <= end ? before.map { Point(mean: $0, greatest: $0) } : nil
    }
  }

  /// Rows from the top.
  package func rows(height: Int, _ glyphs: Glyphs) -> [String] {
    let levels: [(solid: Int, top: Int)] = points.map { point in
      guard let point else { return (0, 0) }
      return (level(point.mean, height), level(point.greatest, height))
    }
    return (0..<height).reversed().map { row in
      levels.map { level in
        let filled = min(8, max(0, level.solid - row * 8))
        return filled == 0 && level.top > row * 8 ? glyphs.shade : glyphs.block(filled)
      }.joined()
    }
  }

  /// Eighths of a row from the floor; a value that is not zero always shows.
  private func level(_ value: Double, _ height: Int) -> Int {
    guard ceiling > floor else { return 0 }
    let level = Int(((value - floor) / (ceiling - floor) * Double(height * 8)).rounded())
    return min(height * 8, max(value == 0 && floor == 0 ? 0 : 1, level))
  }
}
