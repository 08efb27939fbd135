/// One series over time as rows of blocks, as wide as the window.
struct Chart {
  var title: String
  var times: [Int64]
  var values: [Double]
  /// Writes a value, and a time.
  var value: (Double) -> String
  var time: (Int64) -> String

  static let height = 6
  private static let blocks: [Character] = [" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"]

  func lines(width: Int) -> [String] {
    guard let first = times.first, let last = times.last, !values.isEmpty else { return ["\(title): nothing yet"] }
    let there = values.filter { !$0.isNaN }
    if there.isEmpty { return ["\(title): no value"] }
    let low = min(0, there.min() ?? 0)
    let high = max(there.max() ?? 0, low)
    let top = value(high)
    let bottom = value(low)
    let margin = max(top.count, bottom.count)
    let columns = max(10, width - margin - 3)
    let heights = columnMaxima(columns).map { v in
      high > low && !v.isNaN ? (v - low) / (high - low) * Double(Self.height * 8) : 0
    }
    var lines = [title]
    for row in (0..<Self.height).reversed() {
      let label = row == Self.height - 1 ? top : row == 0 ? bottom : ""
      var line = String(repeating: " ", count: margin - label.count) + label + " │"
      for h in heights { line.append(Self.blocks[min(8, max(0, Int(h.rounded()) - row * 8))]) }
      while line.last == " " { line.removeLast() }
      lines.append(line)
    }
    let (from, to) = (time(first), time(last))
    let gap = max(1, heights.count - from.count - to.count)
    lines.append(
      String(repeating: " ", count: margin + 2) + from + String(repeating: " ", count: gap) + to)
    return lines
  }

  /// The greatest value in each column: a peak is never lost. Not a number where there is none: a gap.
  private func columnMaxima(_ columns: Int) -> [Double] {
    let n = values.count
    let used = min(columns, n)
    return (0..<used).map { c in
      values[(c * n / used)..<max(c * n / used + 1, (c + 1) * n / used)].filter { !$0.isNaN }.max() ?? .nan
    }
  }
}
