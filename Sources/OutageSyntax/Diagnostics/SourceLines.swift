/// Where the lines of a file are, and how they look in a terminal.
package struct SourceLines: Sendable {
  /// One character as it is shown. Tabs are four spaces, control characters are made visible.
  struct Cell: Sendable {
    var text: String
    /// Columns of the terminal.
    var width: Int
    /// Byte offset in the file.
    var offset: Int
  }

  let text: [UInt8]
  /// First byte of each line.
  private let starts: [Int]
  /// Characters before each block of bytes.
  private let characters: [Int]
  private static let block = 4096

  package init(_ file: SourceFile) {
    text = file.text
    var (starts, characters, count) = ([0], [Int](), 0)
    file.text.withUnsafeBufferPointer { text in
      for (i, byte) in text.enumerated() {
        if i % Self.block == 0 { characters.append(count) }
        if byte & 0xC0 != 0x80 { count += 1 }
        if byte == 0x0A { starts.append(i + 1) }
      }
    }
    self.starts = starts
    self.characters = characters
  }

  /// Index of the line that holds the byte.
  package func line(of offset: Int) -> Int {
    var low = 0
    var high = starts.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if starts[middle] <= offset { low = middle } else { high = middle }
    }
    return low
  }

  /// Bytes of a line without its end.
  func range(of line: Int) -> Range<Int> {
    var end = line + 1 < starts.count ? starts[line + 1] - 1 : text.count
    if end > starts[line], text[end - 1] == 0x0D { end -= 1 }
    return starts[line]..<end
  }

  /// Characters before the byte in its line, counted from one.
  func column(of offset: Int) -> Int {
    let start = starts[line(of: offset)]
    return characters(before: min(max(offset, start), text.count)) - characters(before: start) + 1
  }

  private func characters(before offset: Int) -> Int {
    let block = min(offset / Self.block, characters.count - 1)
    if block < 0 { return 0 }
    return characters[block] + text[block * Self.block..<offset].count { $0 & 0xC0 != 0x80 }
  }

  /// The bytes of a line that are near one of its bytes; lines may be of megabytes.
  func range(of line: Int, near offset: Int, within reach: Int) -> Range<Int> {
    let range = range(of: line)
    var start = max(range.lowerBound, min(offset, range.upperBound) - reach)
    while start > range.lowerBound, text[start] & 0xC0 == 0x80 { start -= 1 }
    var end = min(range.upperBound, max(offset, range.lowerBound) + reach)
    while end < range.upperBound, text[end] & 0xC0 == 0x80 { end += 1 }
    return start..<end
  }

  func cells(in range: Range<Int>) -> [Cell] {
    var cells: [Cell] = []
    cells.reserveCapacity(range.count)
    var i = range.lowerBound
    while i < range.upperBound {
      let byte = text[i]
      var length = 1
      if byte == 0x09 {
        cells.append(Cell(text: "    ", width: 4, offset: i))
      } else if byte < 0x80 {
        cells.append(Cell(text: String(Self.shown(Unicode.Scalar(byte))), width: 1, offset: i))
      } else {
        length = Lexer.sequenceLength(text, i)
        let scalar =
          length == 0 ? nil : String(decoding: text[i..<i + length], as: UTF8.self).unicodeScalars.first
        length = max(1, length)
        let shown = Self.shown(scalar ?? "\u{FFFD}")
        cells.append(Cell(text: String(shown), width: Self.width(shown), offset: i))
      }
      i += length
    }
    return cells
  }

  /// The scalar itself unless it would move the cursor or turn the direction of writing.
  static func shown(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
    switch scalar.value {
    case 0..<0x20: Unicode.Scalar(0x2400 + scalar.value) ?? "?"
    case 0x7F: "\u{2421}"
    case 0x80..<0xA0, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069: "\u{FFFD}"
    default: scalar
    }
  }

  /// Columns that a terminal gives the scalar.
  package static func width(_ scalar: Unicode.Scalar) -> Int {
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format: return 0
    default: break
    }
    switch scalar.value {
    case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F,
      0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F680...0x1F6FF, 0x1F900...0x1FAFF,
      0x20000...0x3FFFD:
      return 2
    default: return 1
    }
  }

  /// A text that cannot harm a terminal.
  package static func harmless(_ text: String) -> String {
    if text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) { return text }
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars { result.append(shown(scalar)) }
    return String(result)
  }
}

extension SourceFile {
  /// Line and column of a byte, both counted from one; columns are characters.
  public func place(of offset: Int32) -> (line: Int, column: Int) {
    let end = min(max(0, Int(offset)), text.count)
    let before = text[..<end]
    let lineStart = before.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
    let line = before.count { $0 == 0x0A } + 1
    return (line, text[lineStart..<end].count { $0 & 0xC0 != 0x80 } + 1)
  }
}
