import OutageReport

/// How answers are written.
enum Mode: String, CaseIterable {
  case text, json, csv, markdown
}

/// Rows under headings; in text and Markdown numbers stand to the right.
struct Table {
  var headings: [String]
  var rows: [[Cell]] = []

  func lines(_ mode: Mode, width: Int) -> [String] {
    switch mode {
    case .text: aligned(width)
    case .json: rows.map(object)
    case .csv:
      [headings.map(Escape.csv).joined(separator: ",")] + rows.map { $0.map(\.csv).joined(separator: ",") }
    case .markdown:
      ["| " + headings.map(Escape.markdown).joined(separator: " | ") + " |"]
        + ["|" + headings.map { _ in "---" }.joined(separator: "|") + "|"]
        + rows.map { "| " + $0.map { Escape.markdown($0.text) }.joined(separator: " | ") + " |" }
    }
  }

  private func aligned(_ width: Int) -> [String] {
    let rows = rows.map { $0.map { Escape.terminal($0.text) } }
    let all = [headings.map(Escape.terminal)] + rows
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

  private func object(_ row: [Cell]) -> String {
    "{" + zip(headings, row).map { "\(Escape.json($0)):\($1.json)" }.joined(separator: ",") + "}"
  }
}
