package import OutageEngine

/// How a value of a unit is written; durations and times in ns.
package func quantity(_ value: Double, _ unit: ValueUnit, _ clock: ClockFace) -> String {
  // There is no value.
  if value.isNaN { return "-" }
  return switch unit {
  case .truth: value == 0 ? "false" : value == 1 ? "true" : ValueText.decimal(value * 100) + "%"
  case .count, .list, .text: counted(value)
  case .number: ValueText.decimal(value)
  case .rate: ValueText.decimal(value) + "/s"
  case .duration: ValueText.duration(nanoseconds(value))
  case .time: clock.text(nanoseconds(value))
  case .choice(let names):
    Int(exactly: value).flatMap { names.indices.contains($0) ? names[$0] : nil } ?? ValueText.decimal(value)
  }
}

private func counted(_ value: Double) -> String {
  Int64(exactly: value).map(ValueText.grouped) ?? ValueText.decimal(value)
}

/// The nearest Int64, for values that may lie outside.
func nanoseconds(_ value: Double) -> Int64 {
  if value.isNaN { return 0 }
  return Int64(exactly: value.rounded()) ?? (value < 0 ? .min : .max)
}
