// A report is lines of pieces, each a text with a style. Layout counts the columns of the texts alone; a decorator adds
// colour last, so that colour can never move a column, and a pipe gets the same characters as a terminal.

/// What a piece of text is, which decides its colour.
package enum Style: Sendable {
  case plain, title, heading, faint, strong
  case fault, recovery, action, rule, good, bad, warning, chart
}

/// One line of a report, without its end.
package struct Line: Sendable {
  package struct Piece: Sendable {
    package var text: String
    package var style: Style
  }
  package private(set) var pieces: [Piece] = []
  /// Columns it takes in a terminal.
  package private(set) var width = 0

  package init() {}

  package init(_ text: String, _ style: Style = .plain) { add(text, style) }

  package mutating func add(_ text: String, _ style: Style = .plain) {
    if text.isEmpty { return }
    pieces.append(Piece(text: text, style: style))
    width += text.columns
  }

  package mutating func add(_ line: Line) {
    pieces += line.pieces
    width += line.width
  }

  /// Blanks up to a column.
  package mutating func pad(to column: Int) {
    if column > width { add(String(repeating: " ", count: column - width)) }
  }
}
