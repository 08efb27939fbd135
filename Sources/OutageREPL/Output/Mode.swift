/// How answers are written.
enum Mode: String, CaseIterable {
  case text, json, csv, markdown
}

/// Rows under headings; in text and Markdown numbers stand to the right.
struct Table {
  var headings: [String]
  var rows: [[String]] = []

  func lines(_ mode: Mode, width: Int) -> [String] {
    switch mode {
    case .text: aligned(width)
    case .json: rows.map(object)
    case .csv: ([headings] + rows).map { $0.map(Self.cell).joined(separator: ",") }
    case .markdown:
      ["| " + headings.joined(separator: " | ") + " |", "|" + headings.map { _ in "---" }.joined(separator: "|") + "|"]
        + rows.map { "| " + $0.map { $0.replacing("|", with: "\\|") }.joined(separator: " | ") + " |" }
    }
  }

  private func aligned(_ width: Int) -> [String] {
    let all = [headings] + rows
    let widths = fitted(headings.indices.map { k in all.map { $0[k].count }.max() ?? 0 }, width)
    let isNumber = headings.indices.map { k in
      !rows.isEmpty && rows.allSatisfy { $0[k].isEmpty || $0[k].first.map { "0123456789-".contains($0) } ?? true }
    }
    return all.map { row in
      var line = ""
      for k in row.indices {
        let cell = row[k].count > widths[k] ? row[k].prefix(widths[k] - 1) + "…" : row[k]
        let blank = String(repeating: " ", count: widths[k] - cell.count)
        line += (k > 0 ? "  " : "") + (isNumber[k] ? blank + cell : cell + blank)
      }
      while line.last == " " { line.removeLast() }
      return line.count > width ? String(line.prefix(max(1, width - 1))) + "…" : line
    }
  }

  /// Widths of columns in a window: the widest gives way, so that what stands at the end of a line is seen, too.
  private func fitted(_ wanted: [Int], _ window: Int) -> [Int] {
    var widths = wanted
    var over = wanted.reduce(-2) { $0 + $1 + 2 } - window
    while over > 0, let widest = widths.indices.max(by: { (widths[$0], $0) < (widths[$1], $1) }), widths[widest] > 6 {
      widths[widest] -= 1
      over -= 1
    }
    return widths
  }

  private func object(_ row: [String]) -> String {
    "{" + zip(headings, row).map { "\(JSON.text($0)):\(JSON.text($1))" }.joined(separator: ",") + "}"
  }

  private static func cell(_ text: String) -> String {
    text.contains { $0 == "," || $0 == "\"" || $0.isNewline } ? "\"" + text.replacing("\"", with: "\"\"") + "\"" : text
  }
}

enum JSON {
  static func text(_ s: String) -> String {
    var out = "\""
    for u in s.unicodeScalars {
      switch u {
      case "\"": out += "\\\""
      case "\\": out += "\\\\"
      case "\n": out += "\\n"
      case "\t": out += "\\t"
      case "\r": out += "\\r"
      default:
        if u.value < 0x20 {
          let hex = String(u.value, radix: 16)
          out += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
        } else {
          out.unicodeScalars.append(u)
        }
      }
    }
    return out + "\""
  }
}
