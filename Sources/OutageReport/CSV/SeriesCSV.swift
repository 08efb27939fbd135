public import OutageEngine

/// The plotted series of a run as comma-separated values: a line for each sample, `series,unit,at_ns,value`. Truths are 0
/// and 1, durations and times in ns, choices their words.
public func renderCSV(_ result: RunResult) -> String {
  var out = "series,unit,at_ns,value\n"
  for series in result.series {
    let head = "\(quoted(series.title)),\(series.unit.word),"
    for (time, value) in zip(series.times, series.values) {
      out += head
      out += "\(time),\(cell(value, series.unit))\n"
    }
  }
  return out
}

private func cell(_ value: Double, _ unit: ValueUnit) -> String {
  if case .choice(let names) = unit, let k = Int(exactly: value), names.indices.contains(k) { return quoted(names[k]) }
  if let whole = Int64(exactly: value) { return "\(whole)" }
  return "\(value)"
}

/// RFC 4180: in quotes where it holds a comma, a quote or the end of a line.
private func quoted(_ text: String) -> String {
  guard text.contains(where: { $0 == "," || $0 == "\"" || $0.isNewline }) else { return text }
  return "\"" + text.replacing("\"", with: "\"\"") + "\""
}
