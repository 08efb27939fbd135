// A text is one line: `"backlog {dwfm.queue.length}\n"`. It becomes a start, pieces, parts `{ … }` whose
// inside is lexed as usual, and an end. Line end closes everything that is open, so that one lost quote costs
// one line.

extension Lexer {
  mutating func textStart() {
    position += 1
    emit(.textStart, from: position - 1)
    textPieces()
  }

  /// From inside a text up to its end or the next part.
  mutating func textPieces() {
    let start = position
    while position < source.count {
      switch source[position] {
      case UInt8(ascii: "\""):
        piece(from: start)
        position += 1
        return emit(.textEnd, from: position - 1)
      // Further in there is no expression that the parser would read: it says so, and here there is nothing to close.
      case UInt8(ascii: "{") where parts.count <= Limits.nesting:
        piece(from: start)
        position += 1
        emit(.partStart, from: position - 1)
        parts.append(0)
        return
      case UInt8(ascii: "\\"): escape()
      case 0x0A:
        piece(from: start)
        return unterminated(from: start)
      default: position += 1
      }
    }
    piece(from: start)
    unterminated(from: start)
  }

  private mutating func piece(from start: Int) {
    if position > start { emit(.textPiece, from: start) }
  }

  private mutating func unterminated(from start: Int) {
    let end = start < position && source[position - 1] == 0x0D ? position - 1 : position
    report(
      "E0102", "a text ends with `\"` on the line it begins on", max(0, start - 1), end, label: "not closed")
    emit(.textEnd, from: position)
  }

  /// Where the line or the file ends inside a part.
  mutating func closeText() {
    guard !parts.isEmpty else { return }
    report(
      "E0102", "a part `{ … }` of a text ends on the line it begins on", position, position,
      label: "`}` and `\"` are missing")
    for _ in parts {
      emit(.partEnd, from: position)
      emit(.textEnd, from: position)
    }
    parts = []
  }

  /// `\n \t \" \\ \{ \}` and `\u{1F4A5}`.
  private mutating func escape() {
    let start = position
    position += 1
    switch byte() {
    case UInt8(ascii: "n"), UInt8(ascii: "t"), UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "{"),
      UInt8(ascii: "}"):
      position += 1
    case UInt8(ascii: "u"):
      position += 1
      if Self.scalar(source, position) == nil {
        report("E0103", "`\\u` is followed by a character's number, as in `\\u{2014}`", start, position)
      } else {
        while byte() != UInt8(ascii: "}") { position += 1 }
        position += 1
      }
    default:
      report(
        "E0103", "a text knows no such escape", start, min(position + 1, source.count),
        help: "one of `\\n` `\\t` `\\\"` `\\\\` `\\{` `\\}` `\\u{…}`")
      while byte() & 0xC0 == 0x80 { position += 1 }
    }
  }

  /// The scalar of `{1F4A5}` at `start`.
  static func scalar(_ source: [UInt8], _ start: Int) -> Unicode.Scalar? {
    guard start < source.count, source[start] == UInt8(ascii: "{") else { return nil }
    var value: UInt32 = 0
    var i = start + 1
    while i < source.count, i <= start + 7 {
      if source[i] == UInt8(ascii: "}") { return i > start + 1 ? Unicode.Scalar(value) : nil }
      guard let digit = Character(Unicode.Scalar(source[i])).hexDigitValue else { return nil }
      value = value << 4 | UInt32(digit)
      i += 1
    }
    return nil
  }

  /// What a piece says, with its escapes resolved.
  static func decode(_ source: [UInt8], _ start: Int, _ end: Int) -> String {
    guard source[start..<end].contains(UInt8(ascii: "\\")) else {
      return String(decoding: source[start..<end], as: UTF8.self)
    }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(end - start)
    var i = start
    while i < end {
      guard source[i] == UInt8(ascii: "\\"), i + 1 < end else {
        bytes.append(source[i])
        i += 1
        continue
      }
      let escaped = source[i + 1]
      i += 2
      switch escaped {
      case UInt8(ascii: "n"): bytes.append(0x0A)
      case UInt8(ascii: "t"): bytes.append(0x09)
      case UInt8(ascii: "u"):
        guard let scalar = scalar(source, i) else { continue }
        bytes.append(contentsOf: Array(String(Character(scalar)).utf8))
        while i < end, source[i] != UInt8(ascii: "}") { i += 1 }
        i += 1
      default: bytes.append(escaped)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
