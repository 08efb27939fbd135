// Comma-separated values (RFC 4180), read one record at a time. Why not a package: docs/decisions.md. Beyond the RFC:
// the separator is a comma, a semicolon or a tab, whichever the first record shows; lines may end in LF, CRLF or CR; empty
// lines and lines that begin with `#` are passed over; blanks around a cell do not count.

struct CSVReader {
  /// Where the content of a cell stands, without its quotes and the blanks around it.
  struct Cell {
    var start: Int
    var end: Int
    var isQuoted: Bool
  }

  struct Fault: Error {
    var start: Int
    var end: Int
    var message: String
    var help: String?
  }

  /// More columns than this are no table that somebody meant.
  static let mostColumns = 4096

  let text: [UInt8]
  let separator: UInt8
  private var position = 0

  private static let quote = UInt8(ascii: "\"")
  private static let tab = UInt8(ascii: "\t")

  init(_ text: [UInt8]) {
    self.text = text
    separator = Self.separator(of: text)
  }

  /// A tab or else a semicolon in the first record, outside of quotes, separates cells; else a comma does.
  private static func separator(of text: [UInt8]) -> UInt8 {
    var found = UInt8(ascii: ",")
    var (isQuoted, isComment, isAtStart) = (false, false, true)
    for byte in text {
      if byte == 0x0A || byte == 0x0D {
        if isQuoted { continue }
        if !isComment, !isAtStart { break }
        (isComment, isAtStart) = (false, true)
        continue
      }
      if isAtStart { isComment = byte == UInt8(ascii: "#") }
      isAtStart = false
      if isComment { continue }
      if byte == quote { isQuoted.toggle() }
      if isQuoted { continue }
      if byte == tab { return tab }
      if byte == UInt8(ascii: ";") { found = byte }
    }
    return found
  }

  /// The next record; false: there is none.
  mutating func next(_ cells: inout [Cell]) throws(Fault) -> Bool {
    while true {
      cells.removeAll(keepingCapacity: true)
      skipNothings()
      if position >= text.count { return false }
      repeat {
        if cells.count == Self.mostColumns {
          throw Fault(start: position, end: position + 1, message: "a line has at most \(Self.mostColumns) cells")
        }
        cells.append(try cell())
      } while takeSeparator()
      takeLineEnd()
      if cells.count > 1 || cells[0].isQuoted || cells[0].end > cells[0].start { return true }
    }
  }

  /// The content of a cell; doubled quotes are one.
  func string(_ cell: Cell) -> String {
    let bytes = text[cell.start..<cell.end]
    let content = String(decoding: bytes, as: UTF8.self)
    return cell.isQuoted ? content.replacing("\"\"", with: "\"") : content
  }
}

extension CSVReader {
  private func isLineEnd(_ i: Int) -> Bool { text[i] == 0x0A || text[i] == 0x0D }
  private func isBlank(_ i: Int) -> Bool { text[i] == 0x20 || text[i] == Self.tab && separator != Self.tab }

  /// Past empty lines and comments, at the start of a line.
  private mutating func skipNothings() {
    while position < text.count {
      if isLineEnd(position) {
        position += 1
      } else if text[position] == UInt8(ascii: "#") {
        while position < text.count, !isLineEnd(position) { position += 1 }
      } else {
        return
      }
    }
  }

  private mutating func cell() throws(Fault) -> Cell {
    while position < text.count, isBlank(position) { position += 1 }
    if position < text.count, text[position] == Self.quote { return try quotedCell() }
    let start = position
    while position < text.count, text[position] != separator, !isLineEnd(position) {
      if text[position] == Self.quote {
        throw Fault(
          start: position, end: position + 1, message: "a quote stands around a whole cell",
          help: "within a quoted cell a quote is written twice")
      }
      position += 1
    }
    var end = position
    while end > start, isBlank(end - 1) { end -= 1 }
    return Cell(start: start, end: end, isQuoted: false)
  }

  private mutating func quotedCell() throws(Fault) -> Cell {
    let opening = position
    position += 1
    while true {
      guard position < text.count else {
        throw Fault(start: opening, end: opening + 1, message: "this quote is never closed")
      }
      if text[position] == Self.quote {
        guard position + 1 < text.count, text[position + 1] == Self.quote else { break }
        position += 1
      }
      position += 1
    }
    let cell = Cell(start: opening + 1, end: position, isQuoted: true)
    position += 1
    while position < text.count, isBlank(position) { position += 1 }
    if position < text.count, text[position] != separator, !isLineEnd(position) {
      throw Fault(
        start: position, end: position + 1, message: "after a quoted cell comes a separator or the end of the line",
        help: "within a quoted cell a quote is written twice")
    }
    return cell
  }

  private mutating func takeSeparator() -> Bool {
    guard position < text.count, text[position] == separator else { return false }
    position += 1
    return true
  }

  private mutating func takeLineEnd() {
    guard position < text.count else { return }
    let isReturn = text[position] == 0x0D
    position += 1
    if isReturn, position < text.count, text[position] == 0x0A { position += 1 }
  }
}
