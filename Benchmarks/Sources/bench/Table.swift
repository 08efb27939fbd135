import Foundation

/// Rows of cells, as aligned Markdown.
struct Table {
  private var rows: [[String]]
  init(_ head: String...) { rows = [head] }

  mutating func add(_ cells: String...) { rows.append(cells) }

  var text: String {
    let widths = rows[0].indices.map { c in rows.map { $0[c].count }.max() ?? 0 }
    func line(_ cells: [String]) -> String {
      "| "
        + cells.enumerated().map { c, cell in
          let pad = String(repeating: " ", count: widths[c] - cell.count)
          return c == 0 || c == cells.count - 1 ? cell + pad : pad + cell
        }.joined(separator: " | ") + " |\n"
    }
    let rule =
      "|"
      + widths.indices.map { c in
        let dashes = String(repeating: "-", count: widths[c] + 1)
        return c == 0 || c == widths.count - 1 ? dashes + "-" : dashes + ":"
      }.joined(separator: "|") + "|\n"
    return line(rows[0]) + rule + rows.dropFirst().map(line).joined()
  }
}

/// 12.3 M, 456 k
func amount(_ x: Double) -> String {
  x >= 1e6
    ? String(format: "%.2f M", x / 1e6) : x >= 1e3 ? String(format: "%.1f k", x / 1e3) : String(format: "%.0f", x)
}

func ratio(_ x: Double) -> String { String(format: x >= 10 ? "%.0f" : "%.2f", x) }
