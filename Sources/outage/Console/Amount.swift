import OutageSyntax

/// Amounts as typed on a command line.
enum Amount {
  /// `512M`, `6G`, `1000000`: bytes, at least a megabyte.
  static func bytes(_ text: String) -> Int? {
    var digits = text
    var scale = 1
    if let last = text.last?.uppercased(), let shift = ["K": 10, "M": 20, "G": 30, "T": 40][last] {
      scale = 1 << shift
      digits.removeLast()
    }
    guard let value = Int(digits), value > 0 else { return nil }
    let (bytes, overflow) = value.multipliedReportingOverflow(by: scale)
    return overflow || bytes < 1 << 20 ? nil : bytes
  }

  /// `30s`, `5m`: a duration of the language, in seconds.
  static func seconds(_ text: String) -> Double? {
    let input = parseInput(SourceFile(name: "duration", text: Array(text.utf8)), index: 0)
    guard input.diagnostics.isEmpty, input.inputs.count == 1, case .expression(let e) = input.inputs[0],
      case .duration(let ns) = e.kind, ns > 0
    else { return nil }
    return Double(ns) / 1e9
  }
}
