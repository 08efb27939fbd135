public import OutageEngine
public import OutageSyntax

/// The plotted series of a run as comma-separated values: a line for each sample, `series,unit,at_ns,value`. Truths are 0
/// and 1, durations and times in ns, choices their words; nothing where there is no value.
/// - Parameter interruption: asked meanwhile whether it is still wanted; what was interrupted is of no use.
public func renderCSV(_ result: RunResult, _ interruption: Interruption = Interruption()) -> String {
  var out = Array("series,unit,at_ns,value\n".utf8)
  for series in result.series {
    let head = Array("\(Escape.csv(series.title)),\(series.unit.word),".utf8)
    for (time, value) in zip(series.times, series.values) {
      if interruption.looks() { return "" }
      out += head
      out += "\(time),\(cell(value, series.unit))\n".utf8
    }
  }
  return text(out, interruption)
}

private func cell(_ value: Double, _ unit: ValueUnit) -> String {
  if value.isNaN { return "" }
  if case .choice(let names) = unit, let k = Int(exactly: value), names.indices.contains(k) { return Escape.csv(names[k]) }
  if let whole = Int64(exactly: value) { return "\(whole)" }
  return "\(value)"
}
