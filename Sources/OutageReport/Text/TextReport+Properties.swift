import OutageEngine

extension TextReport {
  func properties(_ result: RunResult) -> [Line] {
    let lines = interruption.map(result.properties, verdict).flatMap { $0 }
    return section("Verdicts", lines + summary(result))
  }

  private func verdict(_ p: PropertyResult) -> [Line] {
    let (sign, style) = sign(p.outcome, p.isMeantViolated)
    let word = Self.word(p)
    var head = Line("  ")
    head.add("\(sign) \(word)", style)
    let column = width >= 60 ? 14 : 4
    var lines: [Line] = []
    var claim = "\(p.kind) \"\(p.text.harmless)\""
    let reason = p.reason.harmless
    let hasRoom = column + claim.columns + 2 + reason.columns <= width && head.width + 2 <= column
    if hasRoom { claim += "  " }
    if head.width + 2 > column {
      lines.append(head)
      lines += paragraph(claim, at: column, .strong)
    } else {
      for (k, part) in claim.wrapped(to: width - column).enumerated() {
        var line = k == 0 ? head : Line()
        line.pad(to: column)
        line.add(part, .strong)
        if hasRoom { line.add(reason) }
        lines.append(line)
      }
    }
    if !hasRoom { lines += paragraph(reason, at: column) }
    lines += paragraph("line \(p.line): \(p.condition.harmless)", at: column, .faint)
    return lines
  }

  /// `violated, as meant`
  static func word(_ p: PropertyResult) -> String {
    switch (p.verdict, p.isMeantViolated) {
    case (.violated, true): "violated, as meant"
    case (.holds, true): "holds, but is meant to be violated"
    default: p.verdict.rawValue
    }
  }

  private func sign(_ outcome: Verdict, _ isMeant: Bool) -> (String, Style) {
    switch outcome {
    case .holds: (glyphs.good, .good)
    case .violated: (glyphs.bad, .bad)
    case .unknown: (glyphs.unknown, .warning)
    }
  }

  /// One line for the whole run.
  private func summary(_ result: RunResult) -> [Line] {
    let all = result.properties.count
    func count(_ v: Verdict) -> Int { result.properties.count { $0.outcome == v } }
    let (sign, style) = sign(result.verdict, false)
    var text: String
    switch result.verdict {
    case .violated where count(.violated) > 0:
      text = "violated: \(count(.violated)) of \(all) \(all == 1 ? "property" : "properties")"
    case .violated: text = "no verdict"
    case .unknown where count(.unknown) > 0:
      text = "unknown: \(count(.unknown)) of \(all) \(all == 1 ? "property" : "properties")"
    case .unknown: text = "unknown"
    case .holds where all == 0: text = "holds: nothing was stated"
    case .holds: text = "holds: \(all) of \(all) \(all == 1 ? "property" : "properties")"
    }
    if all == 0 || count(result.verdict) > 0 { text += " in this run" }
    if let reason = result.stopReason { text += "; \(reason)" }
    return text.wrapped(to: width - 4).enumerated().map { k, part in
      var line = Line("  ")
      line.add(k == 0 ? "\(sign) \(part)" : "  \(part)", style)
      return line
    }
  }
}
