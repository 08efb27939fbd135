/// The few signs of a report, in Unicode or ASCII; each takes one column.
package struct Glyphs: Sendable {
  package var unicode: Bool
  package init(unicode: Bool) { self.unicode = unicode }

  var fault: String { unicode ? "▼" : "v" }
  var recovery: String { unicode ? "▲" : "^" }
  var action: String { unicode ? "●" : "*" }
  var rule: String { unicode ? "◆" : ">" }
  var log: String { unicode ? "·" : "-" }
  var bad: String { unicode ? "✗" : "X" }
  var good: String { unicode ? "✓" : "+" }
  var unknown: String { "?" }
  var trouble: String { "!" }
  var atLeast: String { unicode ? "≥" : ">=" }
  var dash: String { unicode ? "–" : "-" }

  // Charts
  var corner: String { unicode ? "└" : "+" }
  var floor: String { unicode ? "─" : "-" }
  var tick: String { unicode ? "┬" : "+" }
  var wall: String { unicode ? "│" : "|" }
  var mark: String { unicode ? "┤" : "|" }

  /// A cell filled from below, in eighths.
  func block(_ eighths: Int) -> String {
    unicode
      ? [" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"][eighths]
      : [" ", "_", "_", "-", "-", "=", "=", "#", "#"][eighths]
  }

  /// A cell that was reached, but is not filled on average.
  var shade: String { unicode ? "░" : "." }
}
