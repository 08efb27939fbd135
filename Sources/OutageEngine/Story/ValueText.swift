public import OutageModel

/// How values are written in stories: the same in every report.
public enum ValueText {
  /// `1h30m`, `4.2ms`: the largest fitting units, at most three significant parts.
  public static func duration(_ ns: Int64) -> String {
    if ns < 0 { return ns == .min ? "-292y" : "-" + duration(-ns) }
    if ns == 0 { return "0s" }
    if ns < 1_000 { return "\(ns)ns" }
    if ns < 1_000_000 { return decimal(Double(ns) / 1e3) + "us" }
    if ns < 1_000_000_000 { return decimal(Double(ns) / 1e6) + "ms" }
    if ns < 60_000_000_000 { return decimal(Double(ns) / 1e9) + "s" }
    let seconds = ns / 1_000_000_000 + (ns % 1_000_000_000 >= 500_000_000 ? 1 : 0)
    let (h, m, s) = (seconds / 3600, seconds / 60 % 60, seconds % 60)
    if h >= 48 { return "\(h / 24)d" + (h % 24 > 0 ? "\(h % 24)h" : "") }
    return (h > 0 ? "\(h)h" : "") + (m > 0 ? "\(m)m" : "") + (s > 0 ? "\(s)s" : "")
  }

  /// Of a mean or a percentile.
  public static func duration(_ ns: Double) -> String { duration(Int64(nanoseconds: ns)) }

  /// At most three digits that matter, no trailing zeros: `4.25`, `17.3`, `812`.
  public static func decimal(_ value: Double) -> String {
    if !value.isFinite { return value.isNaN ? "?" : value < 0 ? "-∞" : "∞" }
    let a = value.magnitude
    if a >= 1e15 { return scientific(value) }
    let digits = a >= 100 ? 0 : a >= 10 ? 1 : a >= 1 ? 2 : a >= 0.1 ? 3 : a >= 0.01 ? 4 : 6
    var scale = 1.0
    for _ in 0..<digits { scale *= 10 }
    let scaled = (a * scale).rounded()
    let whole = Int64(scaled / scale)
    var fraction = String(Int64(scaled) - whole * Int64(scale))
    while fraction.utf8.count < digits { fraction = "0" + fraction }
    while fraction.hasSuffix("0") { fraction.removeLast() }
    let sign = value < 0 && scaled != 0 ? "-" : ""
    return sign + grouped(whole) + (digits > 0 && !fraction.isEmpty ? "." + fraction : "")
  }

  private static func scientific(_ value: Double) -> String { "\(value)" }

  /// `1,234,567`
  public static func grouped(_ value: Int64) -> String {
    let digits = Array(String(value.magnitude))
    var out = value < 0 ? "-" : ""
    for (k, d) in digits.enumerated() {
      if k > 0, (digits.count - k) % 3 == 0 { out.append(",") }
      out.append(d)
    }
    return out
  }

  public static func word(_ word: Int64, _ type: ImageMeta.ValueType, texts: [String], clock: (Int64) -> String)
    -> String
  {
    switch type {
    case .truth: word != 0 ? "true" : "false"
    case .count, .list: grouped(word)
    case .number: decimal(Double(bitPattern: UInt64(bitPattern: word)))
    case .rate: decimal(Double(bitPattern: UInt64(bitPattern: word))) + "/s"
    case .duration: duration(word)
    case .time: clock(word)
    case .text, .address:
      word >= 0 && word < Int64(texts.count) ? texts[Int(word)] : "element \(-(word &+ 1))"
    case .choice(let names): names.indices.contains(Int(word)) ? names[Int(word)] : "\(word)"
    }
  }
}
