package import OutageSyntax

/// Rows of cells in columns that are as wide as they need be. Where the width does not suffice, columns in which
/// nothing happened are left out; where it still does not, each row becomes a paragraph of `title value` pairs.
package struct Table {
  package struct Column {
    var title: String
    var isRight: Bool
    /// May be left out when all its cells are idle.
    var isOptional: Bool
    package init(_ title: String, right: Bool = true, optional: Bool = false) {
      self.title = title
      isRight = right
      isOptional = optional
    }
  }
  package struct Cell {
    var text: String
    var style: Style
    /// Nothing to see: a zero, or not applicable.
    var isIdle: Bool
    package init(_ text: String, _ style: Style = .plain, idle: Bool = false) {
      self.text = text
      self.style = idle ? .faint : style
      isIdle = idle
    }
  }

  var columns: [Column]
  var rows: [[Cell]]
  static let indent = 2
  static let gap = 2

  package init(_ columns: [Column], _ rows: [[Cell]]) {
    self.columns = columns
    self.rows = rows
  }

  /// - Parameter interruption: asked meanwhile whether they are still wanted.
  package func lines(width: Int, _ interruption: Interruption = Interruption()) -> [Line] {
    if rows.isEmpty { return [] }
    var table = self
    table.shortenNames(to: max(12, width / 3))
    var widths = table.widths(interruption)
    if Self.width(widths) > width {
      table.dropIdle()
      widths = table.widths(interruption)
    }
    if interruption.asks() { return [] }
    return Self.width(widths) > width ? table.paragraphs(width, interruption) : table.grid(widths, interruption)
  }

  private func widths(_ interruption: Interruption) -> [Int] {
    var widths = columns.map(\.title.columns)
    for row in rows {
      if interruption.looks() { break }
      for c in columns.indices { widths[c] = max(widths[c], row[c].text.columns) }
    }
    return widths
  }

  private static func width(_ widths: [Int]) -> Int { indent + widths.reduce(0, +) + gap * (widths.count - 1) }

  private mutating func shortenNames(to limit: Int) {
    for r in rows.indices { rows[r][0].text = rows[r][0].text.shortened(to: limit) }
  }

  private mutating func dropIdle() {
    let kept = columns.indices.filter { c in !columns[c].isOptional || rows.contains { !$0[c].isIdle } }
    columns = kept.map { columns[$0] }
    rows = rows.map { row in kept.map { row[$0] } }
  }

  private func grid(_ widths: [Int], _ interruption: Interruption) -> [Line] {
    func line(_ cells: [Cell]) -> Line {
      var line = Line()
      var at = Self.indent
      for (c, cell) in cells.enumerated() {
        line.pad(to: columns[c].isRight ? at + widths[c] - cell.text.columns : at)
        line.add(cell.text, cell.style)
        at += widths[c] + Self.gap
      }
      return line
    }
    return [line(columns.map { Cell($0.title, .faint) })] + interruption.map(rows, line)
  }

  private func paragraphs(_ width: Int, _ interruption: Interruption) -> [Line] {
    interruption.map(rows) { row in
      var lines = [Line]()
      var line = Line(String(repeating: " ", count: Self.indent))
      line.add(row[0].text, .strong)
      lines.append(line)
      line = Line()
      for c in columns.indices.dropFirst() where !(columns[c].isOptional && row[c].isIdle) {
        let pair = columns[c].title.columns + 1 + row[c].text.columns
        if line.width > 0, line.width + Self.gap + pair > width {
          lines.append(line)
          line = Line()
        }
        line.pad(to: line.width == 0 ? 2 * Self.indent : line.width + Self.gap)
        line.add(columns[c].title + " ", .faint)
        line.add(row[c].text, row[c].style)
      }
      if line.width > 0 { lines.append(line) }
      return lines
    }.flatMap { $0 }
  }
}
