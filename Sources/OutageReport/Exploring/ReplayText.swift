public import OutageExplorer

/// Replays as text for people: does a saved trace still fit, and where does it not?
public struct ReplayText: Sendable {
  public var width: Int
  public var color: Bool
  public var unicode: Bool

  public init(width: Int, color: Bool, unicode: Bool) {
    (self.width, self.color, self.unicode) = (width, color, unicode)
  }

  public func render(_ r: ReplayResult) -> String {
    let name = (r.kind.isEmpty ? "" : r.kind + " ") + "\"\(r.property)\""
    let steps = r.steps == 1 ? "its step" : "its \(r.steps) steps"
    switch r.outcome {
    case .fits:
      let end = r.kind == "sometimes" ? "reached" : "violated"
      return line(true, "\(name): \(steps) can be made, and it is \(end)")
    case .harmless(let reason): return line(false, "\(name): \(steps) can be made, but \(reason)")
    case .incomparable(let reason): return line(false, "\(name): \(reason)")
    case .misfit(let misfit):
      return line(false, "\(name) no longer fits at step \(misfit.at + 1) of \(r.steps)") + describe(misfit)
    }
  }

  private func line(_ fits: Bool, _ text: String) -> String {
    let mark = fits ? (unicode ? "✓" : "ok") : (unicode ? "✗" : "NO")
    let painted = color ? "\u{1B}[\(fits ? 32 : 31)m\(mark)\u{1B}[0m" : mark
    return painted + " " + wrapped(text, indent: 2).dropFirst(2)
  }

  private func describe(_ misfit: ReplayResult.Misfit) -> String {
    var out = row("expected", misfit.expected)
    for step in misfit.found { out += row("instead", step) }
    if misfit.found.isEmpty { out += "  instead   \(misfit.expected.actor.harmless) cannot move\n" }
    for step in misfit.others { out += row("or", step) }
    return out
  }

  /// `  expected  enactor[0], line 48: apply: …`, and the changes below it.
  private func row(_ head: String, _ step: ExploreResult.Step) -> String {
    let file = step.file.isEmpty ? "" : " of \(step.file)"
    let place = step.line > 0 ? ", line \(step.line)\(file): " : ": "
    let begin = "  " + head + String(repeating: " ", count: max(1, 10 - head.count))
    var out = begin + wrapped(step.actor + place + step.text, indent: 12).dropFirst(12)
    if !step.effects.isEmpty { out += wrapped(plain(step.effects.joined(separator: ", ")), indent: 12) }
    return out
  }

  private func plain(_ text: String) -> String {
    unicode ? text : text.replacing("→", with: "->").replacing("−", with: "-")
  }

  /// Broken at spaces, every line indented. A saved trace is anybody's file: it cannot speak to the terminal.
  private func wrapped(_ text: String, indent: Int) -> String {
    let margin = String(repeating: " ", count: indent)
    return text.harmless.wrapped(to: width - indent).map { margin + $0 + "\n" }.joined()
  }
}
