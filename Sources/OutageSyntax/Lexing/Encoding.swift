extension Lexer {
  /// Reports the first NUL and the first bytes that are not UTF-8. The lexer goes on in both cases.
  mutating func checkEncoding() {
    var i = 0
    var sawNUL = false
    while i < source.count {
      let first = source[i]
      if first == 0, !sawNUL {
        sawNUL = true
        report("E0003", "a source file is text and holds no NUL", i, i + 1)
      }
      if first < 0x80 {
        i += 1
        continue
      }
      let length = Self.sequenceLength(source, i)
      if length == 0 {
        report(
          "E0002", "a source file is UTF-8", i, i + 1, label: "this byte is not",
          help: "save the file as UTF-8")
        return
      }
      i += length
    }
  }

  /// Bytes of the well-formed sequence of a non-ASCII scalar at `i`, 0 when there is none (Unicode 15, table
  /// 3-7).
  static func sequenceLength(_ source: [UInt8], _ i: Int) -> Int {
    func tail(_ offset: Int, _ low: UInt8 = 0x80, _ high: UInt8 = 0xBF) -> Bool {
      i + offset < source.count && source[i + offset] >= low && source[i + offset] <= high
    }
    switch source[i] {
    case 0xC2...0xDF: return tail(1) ? 2 : 0
    case 0xE0: return tail(1, 0xA0) && tail(2) ? 3 : 0
    case 0xED: return tail(1, 0x80, 0x9F) && tail(2) ? 3 : 0
    case 0xE1...0xEF: return tail(1) && tail(2) ? 3 : 0
    case 0xF0: return tail(1, 0x90) && tail(2) && tail(3) ? 4 : 0
    case 0xF1...0xF3: return tail(1) && tail(2) && tail(3) ? 4 : 0
    case 0xF4: return tail(1, 0x80, 0x8F) && tail(2) && tail(3) ? 4 : 0
    default: return 0
    }
  }
}
