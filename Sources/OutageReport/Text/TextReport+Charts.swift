import OutageEngine
import OutageSyntax

extension TextReport {
  /// Plots under each other on one time axis, with what happened marked on it.
  func charts(_ result: RunResult) -> [Line] {
    let end = max(result.counts.reached, result.series.compactMap(\.times.last).max() ?? 0)
    let plotted = result.series.filter { !$0.times.isEmpty }
    if plotted.isEmpty || end == 0 { return [] }
    let height = plotted.count <= 4 ? 4 : plotted.count <= 8 ? 3 : 2
    let labels = interruption.map(plotted) { series in
      let chart = Chart(series, TimeAxis(from: 0, to: end, columns: 1, clock: result.clock))
      return [chart.ceiling, chart.floor].map { quantity($0, series.unit, result.clock).shortened(to: width / 3) }
    }
    let gutter = 2 + (labels.joined().map(\.columns).max() ?? 0) + 2
    let axis = TimeAxis(from: 0, to: end, columns: min(120, width - gutter), clock: result.clock)
    var lines: [Line] = []
    for (series, label) in zip(plotted, labels) {
      if interruption.looks() { break }
      let chart = Chart(series, axis)
      lines.append(title(series, chart, result.clock))
      if chart.isConstant { continue }
      lines += drawing(chart, height, label, gutter)
    }
    if lines.count == plotted.count { return section("Over time", lines) }
    return section("Over time", lines + axisLines(axis, gutter, result))
  }

  private func title(_ series: Series, _ chart: Chart, _ clock: ClockFace) -> Line {
    func text(_ v: Double) -> String { quantity(v, series.unit, clock) }
    func time(of value: Double) -> String { clock.text(series.times[series.values.firstIndex(of: value) ?? 0]) }
    let there = series.values.filter { !$0.isNaN }
    let (least, greatest) = (there.min() ?? .nan, there.max() ?? .nan)
    let facts =
      chart.isConstant
      ? there.isEmpty ? "no value" : "\(text(least)) throughout"
      : "min \(text(least)) at \(time(of: least)), max \(text(greatest)) at \(time(of: greatest)), "
        + "last \(text(series.values.last ?? 0))"
    var line = Line("  ")
    let name = series.title.harmless
    line.add(name.shortened(to: max(12, width - 4)), .strong)
    if line.width + 2 + facts.columns <= width { line.add("  " + facts, .faint) }
    return line
  }

  private func drawing(_ chart: Chart, _ height: Int, _ labels: [String], _ gutter: Int) -> [Line] {
    chart.rows(height: height, glyphs).enumerated().map { k, row in
      let label = k == 0 ? labels[0] : k == height - 1 ? labels[1] : ""
      var line = Line()
      line.pad(to: gutter - 2 - label.columns)
      line.add(label, .faint)
      line.pad(to: gutter - 1)
      line.add(label.isEmpty ? glyphs.wall : glyphs.mark, .faint)
      line.add(row, .chart)
      return line
    }
  }

  private func axisLines(_ axis: TimeAxis, _ gutter: Int, _ result: RunResult) -> [Line] {
    var floor = Array(repeating: glyphs.floor, count: axis.columns)
    var labels = Line()
    for tick in axis.ticks {
      floor[tick.column] = glyphs.tick
      let column = min(gutter + tick.column, gutter + axis.columns - tick.label.columns)
      if column >= labels.width + (labels.width == 0 ? 0 : 2) {
        labels.pad(to: column)
        labels.add(tick.label, .faint)
      }
    }
    var line = Line()
    line.pad(to: gutter - 1)
    line.add(glyphs.corner + floor.joined(), .faint)
    return [line, labels] + marks(axis, gutter, result)
  }

  /// Faults, recoveries and violations under the columns in which they fall.
  private func marks(_ axis: TimeAxis, _ gutter: Int, _ result: RunResult) -> [Line] {
    var marks = [(sign: String, style: Style, weight: Int)?](repeating: nil, count: axis.columns)
    for event in result.story {
      let (sign, style, weight): (String, Style, Int)
      switch event.kind {
      case .violation: (sign, style, weight) = (glyphs.bad, .bad, 4)
      case .fault: (sign, style, weight) = (glyphs.fault, .fault, 3)
      case .recovery: (sign, style, weight) = (glyphs.recovery, .recovery, 2)
      case .action: (sign, style, weight) = (glyphs.action, .action, 1)
      default: continue
      }
      let c = axis.column(event.time)
      if weight > marks[c]?.weight ?? 0 { marks[c] = (sign, style, weight) }
    }
    if marks.allSatisfy({ $0 == nil }) { return [] }
    var line = Line()
    line.pad(to: gutter)
    for (c, mark) in marks.enumerated() {
      guard let mark else { continue }
      line.pad(to: gutter + c)
      line.add(mark.sign, mark.style)
    }
    return [line]
  }
}
