package import OutageSyntax

/// Turns lines into the bytes of a terminal or a pipe.
package struct Decorator: Sendable {
  package var color: Bool
  /// False: everything outside ASCII is replaced.
  package var unicode: Bool

  package init(color: Bool, unicode: Bool) {
    self.color = color
    self.unicode = unicode
  }

  package func text(_ lines: [Line], _ interruption: Interruption = Interruption()) -> String {
    var out = ""
    for line in lines {
      if interruption.looks() { return "" }
      out += text(line)
      out += "\n"
    }
    return out
  }

  private func text(_ line: Line) -> String {
    var pieces = line.pieces
    while var last = pieces.popLast() {
      while last.text.hasSuffix(" ") { last.text.removeLast() }
      if last.text.isEmpty { continue }
      pieces.append(last)
      break
    }
    return pieces.map { painted(unicode ? $0.text : Self.ascii($0.text), $0.style) }.joined()
  }

  private func painted(_ text: String, _ style: Style) -> String {
    guard color, let code = Self.code(style) else { return text }
    return "\u{1B}[\(code)m\(text)\u{1B}[0m"
  }

  private static func code(_ style: Style) -> String? {
    switch style {
    case .plain: nil
    case .title, .strong: "1"
    case .heading: "1;4"
    case .faint: "2"
    case .fault: "31"
    case .recovery, .good: "32"
    case .action, .chart: "36"
    case .rule: "35"
    case .bad: "1;31"
    case .warning: "33"
    }
  }

  /// As many columns in ASCII; what has no likeness becomes `?`.
  static func ascii(_ text: String) -> String {
    if text.utf8.allSatisfy({ $0 < 0x80 }) { return text }
    var out = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "…": out += "~"
      case "–", "—", "─": out += "-"
      case "·", "•": out += "."
      case "∞": out += "~"
      case "×": out += "x"
      case "’", "‘": out += "'"
      case "“", "”": out += "\""
      default:
        out += scalar.isASCII ? String(scalar) : String(repeating: "?", count: scalar.columns)
      }
    }
    return out
  }
}
