import OutageSemantics
import OutageSyntax

// Values that parameters decide and that lie outside the range that their place wants: the same words as for a literal, at the
// place where the value was written.

/// Where the value of a parameter comes from.
struct ParamSource {
  var name: String
  /// Of its default, or of its setting in a variant; where it comes from outside, of its declaration.
  var span: Span
  /// Given with the command, by a host, or at the prompt.
  var isGiven: Bool
}

extension Settled {
  /// Throws where a value does not lie in the range that its place wants.
  func require(_ word: Int64, _ rule: RangeRule, _ e: CheckedExpression) throws(CompileFailure) {
    guard let message = rule.violation(isNumber(e.type) ? Self.number(word) : Double(word)) else { return }
    throw outOfRange(message, e, code: "E0501")
  }

  /// What is said of a value out of its range: where it was written, and where it is used.
  func outOfRange(_ message: String, _ e: CheckedExpression, code: String) -> CompileFailure {
    var sources: [Int] = []
    let root = root(e)
    collectParameters(root, into: &sources)
    if case .param(let k) = root.kind, sources == [k] {
      return CompileFailure([
        Diagnostic(
          code: code, message, at: paramSources[k].span, label: said(of: k), secondary: [.init(e.span, "used here")])
      ])
    }
    let use: [Diagnostic.Label] = root.span == e.span ? [] : [.init(e.span, "used here")]
    let values: [Diagnostic.Label] = sources.prefix(3).map { k in
      let said = said(of: k)
      return .init(
        paramSources[k].span, said.isEmpty ? "`\(paramSources[k].name)` is \(written(params[k], paramTypes[k]))" : said)
    }
    return CompileFailure([Diagnostic(code: code, message, at: root.span, secondary: use + values)])
  }

  /// What stands behind the names of constants, and behind conversions that nobody wrote.
  private func root(_ e: CheckedExpression) -> CheckedExpression {
    var e = e
    while true {
      switch e.kind {
      case .constant(let k): e = made[k]
      case .convert(_, let a): e = a
      default: return e
      }
    }
  }

  private func collectParameters(_ e: CheckedExpression, into found: inout [Int]) {
    var open = [e]
    while let next = open.popLast() {
      switch next.kind {
      case .param(let k): if !found.contains(k) { found.append(k) }
      case .constant(let k): open.append(made[k])
      default: open += next.parts
      }
    }
    found.sort()
  }

  /// Of a value that stands in no text.
  private func said(of k: Int) -> String {
    let source = paramSources[k]
    let value = written(params[k], paramTypes[k])
    return source.isGiven ? "`\(source.name)` is set to \(value), as by `--set \(source.name)=\(value)`" : ""
  }

  /// A quantity as a script writes it.
  func written(_ word: Int64, _ type: Type) -> String {
    switch type {
    case .number: plain(Self.number(word))
    case .rate: "\(plain(Self.number(word)))/s"
    case .duration, .time: duration(word)
    default: "\(word)"
    }
  }
}

/// The shortest digits that give the same number, without an exponent, which the language does not have.
func plain(_ value: Double) -> String {
  if let whole = Int64(exactly: value) { return "\(whole)" }
  let parts = "\(value.magnitude)".split(separator: "e")
  guard parts.count == 2, let exponent = Int(parts[1]) else { return "\(value)" }
  let digits = parts[0].filter { $0 != "." }
  let point =
    (parts[0].firstIndex(of: ".").map { parts[0].distance(from: parts[0].startIndex, to: $0) } ?? parts[0].count)
    + exponent
  let sign = value < 0 ? "-" : ""
  if point <= 0 { return sign + "0." + String(repeating: "0", count: -point) + digits }
  return sign + digits + String(repeating: "0", count: max(0, point - digits.count)) + ".0"
}

/// `1m30s`, `2.5ms` as `2ms500us`: exact.
func duration(_ ns: Int64) -> String {
  if ns == 0 { return "0s" }
  var text = ns < 0 ? "-" : ""
  var rest = ns.magnitude
  let units: [(UInt64, String)] = [
    (3_600_000_000_000, "h"), (60_000_000_000, "m"), (1_000_000_000, "s"), (1_000_000, "ms"), (1_000, "us"),
    (1, "ns"),
  ]
  for (size, name) in units where rest >= size {
    text += "\(rest / size)\(name)"
    rest %= size
  }
  return text
}
