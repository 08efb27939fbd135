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
  /// Lines that begin in earlier blocks of bytes, that of the first byte included, and characters there. A list of all
  /// lines would be longer than a text of empty ones.
  private let before: [(lines: Int32, characters: Int32)]
  private static let block = 4096

  package init(_ file: SourceFile) {
    text = file.text
    before = file.text.withUnsafeBufferPointer { text in
      var before: [(lines: Int32, characters: Int32)] = []
      before.reserveCapacity(text.count / Self.block + 1)
      var (lines, characters) = (Int32(1), Int32(0))
      for start in stride(from: 0, to: max(1, text.count), by: Self.block) {
        before.append((lines, characters))
        for i in start..<min(start + Self.block, text.count) {
          lines += text[i] == 0x0A ? 1 : 0
          characters += text[i] & 0xC0 != 0x80 ? 1 : 0
        }
      }
      return before
    }
  }

  private func block(of offset: Int) -> Int { min(max(0, offset) / Self.block, before.count - 1) }

  /// Index of the line that holds the byte.
  package func line(of offset: Int) -> Int {
    let block = block(of: offset)
    let end = min(max(0, offset), text.count)
    return Int(before[block].lines) - 1 + text[block * Self.block..<end].count { $0 == 0x0A }
  }

  /// First byte of a line; the length of the text where there is none.
  private func start(of line: Int) -> Int {
    if line <= 0 { return 0 }
    // The last block before which so many lines have not begun.
    var (low, high) = (0, before.count)
    while high - low > 1 {
      let middle = (low + high) / 2
      if Int(before[middle].lines) <= line { low = middle } else { high = middle }
    }
    var left = line - Int(before[low].lines) + 1
    for i in low * Self.block..<min((low + 1) * Self.block, text.count) where text[i] == 0x0A {
      left -= 1
      if left == 0 { return i + 1 }
    }
    return text.count
  }

  /// Bytes of a line without its end.
  func range(of line: Int) -> Range<Int> {
    let start = start(of: line)
    var end = self.start(of: line + 1)
    if end > start, text[end - 1] == 0x0A { end -= 1 }
    if end > start, text[end - 1] == 0x0D { end -= 1 }
    return start..<end
  }

  /// Characters before the byte in its line, counted from one.
  func column(of offset: Int) -> Int {
    let start = start(of: line(of: offset))
    return characters(before: min(max(offset, start), text.count)) - characters(before: start) + 1
  }

  private func characters(before offset: Int) -> Int {
    let block = block(of: offset)
    return Int(before[block].characters) + text[block * Self.block..<offset].count { $0 & 0xC0 != 0x80 }
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
    default: isHarmful(scalar) ? "\u{FFFD}" : scalar
    }
  }

  /// Controls the cursor, ends lines, or turns the direction of writing, whoever shows it.
  package static func isHarmful(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0..<0x20, 0x7F..<0xA0: true
    // Marks of direction, ends of lines and paragraphs, shapes of digits, annotations, tags.
    case 0x061C, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x206F, 0xFEFF, 0xFFF9...0xFFFB, 0xE0000...0xE007F: true
    default: false
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
