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

  package mutating func object(_ body: (inout JSONWriter) -> Void) {
    nested(UInt8(ascii: "{"), UInt8(ascii: "}"), body)
  }

  package mutating func array(_ body: (inout JSONWriter) -> Void) {
    nested(UInt8(ascii: "["), UInt8(ascii: "]"), body)
  }

  package mutating func array<T>(_ values: [T], _ each: (inout JSONWriter, T) -> Void) {
    array { json in
      for value in values {
        if json.interruption.looks() { break }
        each(&json, value)
      }
    }
  }

  private mutating func nested(_ open: UInt8, _ close: UInt8, _ body: (inout JSONWriter) -> Void) {
    separate()
    bytes.append(open)
    needsComma = false
    depth += 1
    body(&self)
    depth -= 1
    bytes.append(close)
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

  package mutating func integer(_ value: Int64) {
    separate()
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: Self.digits) { room in
      let first = Self.put(value, before: room.count, in: room)
      bytes.append(contentsOf: UnsafeMutableBufferPointer(rebasing: room[first...]))
    }
    needsComma = true
  }

  /// An array of three numbers: of these there may be thousands.
  package mutating func triple(_ a: Int64, _ b: Int64, _ c: Int64) {
    separate()
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 3 * Self.digits + 4) { room in
      var first = room.count
      func put(_ byte: UInt8) {
        first &-= 1
        room[first] = byte
      }
      put(UInt8(ascii: "]"))
      first = Self.put(c, before: first, in: room)
      put(UInt8(ascii: ","))
      first = Self.put(b, before: first, in: room)
      put(UInt8(ascii: ","))
      first = Self.put(a, before: first, in: room)
      put(UInt8(ascii: "["))
      bytes.append(contentsOf: UnsafeMutableBufferPointer(rebasing: room[first...]))
    }
    needsComma = true
  }

  /// A sign, and 19 digits at most.
  private static let digits = 20

  /// Writes a number that ends before a place; gives where it begins.
  @inline(__always)
  private static func put(_ value: Int64, before end: Int, in room: UnsafeMutableBufferPointer<UInt8>) -> Int {
    var first = end
    var rest = value.magnitude
    repeat {
      let (tens, digit) = rest.quotientAndRemainder(dividingBy: 10)
      first &-= 1
      room[first] = UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: digit)
      rest = tens
    } while rest != 0
    if value < 0 {
      first &-= 1
      room[first] = UInt8(ascii: "-")
    }
    return first
  }

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
    if !needsComma { return }
    bytes.append(UInt8(ascii: ","))
    if depth == 1 && !isOneLine { bytes.append(UInt8(ascii: "\n")) }
  }

  private mutating func add(_ text: String) {
    var text = text
    text.withUTF8 { bytes.append(contentsOf: $0) }
  }

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
    switch byte {
    case 0..<0x20, UInt8(ascii: "\""), UInt8(ascii: "\\"), 0x7F: true
    // What begins characters of which some are harmful.
    case 0xC2, 0xD8, 0xE2, 0xEF, 0xF3: true
    default: false
    }
  }

  /// What is written for the character at a byte, and how many bytes it has; nil: it stands for itself.
  private static func escape(_ utf8: UnsafeBufferPointer<UInt8>, _ k: Int) -> (String, Int)? {
    switch utf8[k] {
    case UInt8(ascii: "\""): return ("\\\"", 1)
    case UInt8(ascii: "\\"): return ("\\\\", 1)
    case UInt8(ascii: "\n"): return ("\\n", 1)
    case UInt8(ascii: "\r"): return ("\\r", 1)
    case UInt8(ascii: "\t"): return ("\\t", 1)
    case 0..<0x80: return (escape(UInt16(utf8[k])), 1)
    default:
      let length = utf8[k] < 0xE0 ? 2 : utf8[k] < 0xF0 ? 3 : 4
      guard k + length <= utf8.count else { return nil }
      var value = UInt32(utf8[k]) & (0x7F >> UInt32(length))
      for i in 1..<length { value = value << 6 | UInt32(utf8[k + i] & 0x3F) }
      guard let scalar = Unicode.Scalar(value), SourceLines.isHarmful(scalar) else { return nil }
      return (UTF16.encode(scalar).map { $0.map(escape).joined() } ?? "", length)
    }
  }

  private static func escape(_ unit: UInt16) -> String {
    let hex = String(unit, radix: 16)
    return "\\u" + String(repeating: "0", count: 4 - hex.utf8.count) + hex
  }
}
