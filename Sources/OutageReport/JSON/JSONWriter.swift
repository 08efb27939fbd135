package import OutageSyntax

/// Writes JSON: a small one of our own, since Foundation's start-up costs more than a small run.
package struct JSONWriter {
  private var bytes: [UInt8] = []
  private var needsComma = false
  private var depth = 0
  private let isOneLine: Bool
  private let interruption: Interruption

  /// - Parameters:
  ///   - oneLine: without the ends of lines between members of the outermost value.
  ///   - interruption: asked at every item of an array. What was interrupted is no JSON.
  package init(oneLine: Bool = false, _ interruption: Interruption = Interruption()) {
    isOneLine = oneLine
    self.interruption = interruption
  }

  package var text: String { OutageReport.text(bytes, interruption) }

  package mutating func object(_ body: (inout JSONWriter) -> Void) { nested("{", "}", body) }
  package mutating func array(_ body: (inout JSONWriter) -> Void) { nested("[", "]", body) }

  package mutating func array<T>(_ values: [T], _ each: (inout JSONWriter, T) -> Void) {
    array { json in
      for value in values {
        if json.interruption.looks() { break }
        each(&json, value)
      }
    }
  }

  private mutating func nested(_ open: String, _ close: String, _ body: (inout JSONWriter) -> Void) {
    separate()
    add(open)
    needsComma = false
    depth += 1
    body(&self)
    depth -= 1
    add(close)
    needsComma = true
  }

  package mutating func key(_ name: String) {
    separate()
    quoted(name)
    add(":")
    needsComma = false
  }

  package mutating func field(_ name: String, _ value: String?) {
    key(name)
    if let value { string(value) } else { null() }
  }

  package mutating func field(_ name: String, _ value: Int64?) {
    key(name)
    if let value { integer(value) } else { null() }
  }

  package mutating func field(_ name: String, _ value: Int) { field(name, Int64(value)) }

  package mutating func field(_ name: String, _ value: Bool) {
    key(name)
    raw(value ? "true" : "false")
  }

  package mutating func field(_ name: String, _ value: Double) {
    key(name)
    number(value)
  }

  package mutating func string(_ value: String) {
    separate()
    quoted(value)
    needsComma = true
  }

  package mutating func integer(_ value: Int64) { raw(String(value)) }

  /// Whole numbers without a fraction; what JSON has no number for is null.
  package mutating func number(_ value: Double) {
    if let whole = Int64(exactly: value), whole.magnitude < 1 << 53 {
      integer(whole)
    } else if value.isFinite {
      raw("\(value)")
    } else {
      null()
    }
  }

  package mutating func null() { raw("null") }

  package mutating func raw(_ value: String) {
    separate()
    add(value)
    needsComma = true
  }

  private mutating func separate() {
    // Each member of the outermost value on a line of its own: differences between two runs can be read.
    if needsComma { add(depth == 1 && !isOneLine ? ",\n" : ",") }
  }

  private mutating func add(_ text: String) { bytes += text.utf8 }

  private mutating func quoted(_ value: String) {
    add("\"")
    var value = value
    value.withUTF8 { utf8 in
      // Runs of what stands for itself are copied as they are.
      var start = 0
      for k in utf8.indices where Self.mayNeedEscape(utf8[k]) {
        guard let (escape, length) = Self.escape(utf8, k) else { continue }
        bytes += utf8[start..<k]
        add(escape)
        start = k + length
      }
      bytes += utf8[start...]
    }
    add("\"")
  }

  private static func mayNeedEscape(_ byte: UInt8) -> Bool {
    byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") || byte == 0x7F || byte == 0xE2
  }

  /// What is written for the character at a byte, and how many bytes it has; nil: it stands for itself.
  private static func escape(_ utf8: UnsafeBufferPointer<UInt8>, _ k: Int) -> (String, Int)? {
    switch utf8[k] {
    case UInt8(ascii: "\""): return ("\\\"", 1)
    case UInt8(ascii: "\\"): return ("\\\\", 1)
    case UInt8(ascii: "\n"): return ("\\n", 1)
    case UInt8(ascii: "\r"): return ("\\r", 1)
    case UInt8(ascii: "\t"): return ("\\t", 1)
    case 0xE2:
      // U+2028 and U+2029 end lines in some readers.
      guard k + 2 < utf8.count, utf8[k + 1] == 0x80, utf8[k + 2] & 0xFE == 0xA8 else { return nil }
      return (escape(Unicode.Scalar(0x2000 + UInt16(utf8[k + 2] & 0x3F)) ?? " "), 3)
    default: return (escape(Unicode.Scalar(utf8[k])), 1)
    }
  }

  private static func escape(_ scalar: Unicode.Scalar) -> String {
    let hex = String(scalar.value, radix: 16)
    return "\\u" + String(repeating: "0", count: 4 - hex.utf8.count) + hex
  }
}
