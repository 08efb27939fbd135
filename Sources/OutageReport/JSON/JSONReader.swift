package import OutageSyntax

/// A value of JSON (RFC 8259). Keys of an object keep their order; the last of equal ones counts.
package indirect enum JSONValue: Sendable {
  case null
  case truth(Bool)
  case number(Double)
  case text(String)
  case list([JSONValue])
  case object([(key: String, value: JSONValue)])

  package subscript(_ key: String) -> JSONValue? {
    if case .object(let pairs) = self { return pairs.last { $0.key == key }?.value }
    return nil
  }

  package var text: String? { if case .text(let text) = self { text } else { nil } }
  package var list: [JSONValue]? { if case .list(let values) = self { values } else { nil } }
  /// A whole number.
  package var integer: Int? { if case .number(let x) = self { Int(exactly: x) } else { nil } }
}

/// What is wrong with a text that should be JSON, and in which line (from 1).
package struct JSONProblem: Error, Sendable {
  package var message: String
  package var line: Int
}

/// Reads JSON, as `JSONWriter` and others write it.
package struct JSONReader {
  private static let deepest = 200

  private let bytes: [UInt8]
  private var at = 0
  private var depth = 0

  /// - Parameter interruption: asked meanwhile whether the value is still wanted.
  package static func value(_ bytes: [UInt8], _ interruption: Interruption = Interruption()) throws(JSONProblem)
    -> JSONValue
  {
    var reader = JSONReader(bytes, interruption)
    let value = try reader.value()
    reader.skipSpace()
    if reader.at < bytes.count { throw reader.problem("something follows the value") }
    return value
  }

  private let interruption: Interruption

  private init(_ bytes: [UInt8], _ interruption: Interruption) {
    self.bytes = bytes
    self.interruption = interruption
  }

  private func problem(_ message: String) -> JSONProblem {
    JSONProblem(message: message, line: 1 + bytes[..<min(at, bytes.count)].count { $0 == 10 })
  }

  private mutating func skipSpace() { while at < bytes.count, [9, 10, 13, 32].contains(bytes[at]) { at += 1 } }

  private mutating func takes(_ c: Character) -> Bool {
    skipSpace()
    guard at < bytes.count, bytes[at] == c.asciiValue else { return false }
    at += 1
    return true
  }

  private mutating func value() throws(JSONProblem) -> JSONValue {
    depth += 1
    defer { depth -= 1 }
    if depth > Self.deepest { throw problem("it is nested too deeply") }
    if interruption.looks() { throw JSONProblem(message: "interrupted", line: 0) }
    if takes("{") { return .object(try pairs()) }
    if takes("[") { return .list(try values()) }
    if takes("\"") { return .text(try string()) }
    for (word, value) in [("null", JSONValue.null), ("true", .truth(true)), ("false", .truth(false))]
    where bytes[at...].starts(with: word.utf8) {
      at += word.utf8.count
      return value
    }
    return try number()
  }

  private mutating func pairs() throws(JSONProblem) -> [(key: String, value: JSONValue)] {
    var pairs: [(key: String, value: JSONValue)] = []
    if takes("}") { return pairs }
    repeat {
      guard takes("\"") else { throw problem("a key in quotes is missing") }
      let key = try string()
      guard takes(":") else { throw problem("a colon is missing") }
      pairs.append((key, try value()))
    } while takes(",")
    guard takes("}") else { throw problem("a closing brace is missing") }
    return pairs
  }

  private mutating func values() throws(JSONProblem) -> [JSONValue] {
    var values: [JSONValue] = []
    if takes("]") { return values }
    repeat { values.append(try value()) } while takes(",")
    guard takes("]") else { throw problem("a closing bracket is missing") }
    return values
  }

  private mutating func number() throws(JSONProblem) -> JSONValue {
    let begin = at
    while at < bytes.count, "+-.0123456789eE".utf8.contains(bytes[at]) { at += 1 }
    guard at > begin, let x = Double(String(decoding: bytes[begin..<at], as: UTF8.self)) else {
      throw problem("this is not JSON")
    }
    return .number(x)
  }

  private mutating func string() throws(JSONProblem) -> String {
    var out: [UInt8] = []
    while at < bytes.count {
      let c = bytes[at]
      at += 1
      switch c {
      case UInt8(ascii: "\""): return String(decoding: out, as: UTF8.self)
      case UInt8(ascii: "\\"): out += String(try escape()).utf8
      default: out.append(c)
      }
    }
    throw problem("a closing quote is missing")
  }

  private mutating func escape() throws(JSONProblem) -> Character {
    guard at < bytes.count else { throw problem("a closing quote is missing") }
    let c = bytes[at]
    at += 1
    switch c {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Character(Unicode.Scalar(c))
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{C}"
    case UInt8(ascii: "u"): return Character(try scalar())
    default: throw problem("an unknown escape")
    }
  }

  /// `\u` and four digits; two of them make a character beyond the first 65,536.
  private mutating func scalar() throws(JSONProblem) -> Unicode.Scalar {
    let high = try unit()
    if let scalar = Unicode.Scalar(high) { return scalar }
    guard high < 0xDC00, at + 1 < bytes.count, bytes[at] == UInt8(ascii: "\\"), bytes[at + 1] == UInt8(ascii: "u")
    else {
      return "\u{FFFD}"
    }
    at += 2
    let low = try unit()
    guard (0xDC00..<0xE000).contains(low) else { return "\u{FFFD}" }
    return Unicode.Scalar(0x10000 + (high - 0xD800) << 10 + (low - 0xDC00)) ?? "\u{FFFD}"
  }

  private mutating func unit() throws(JSONProblem) -> UInt32 {
    guard at + 4 <= bytes.count, let unit = UInt32(String(decoding: bytes[at..<at + 4], as: UTF8.self), radix: 16)
    else {
      throw problem("four digits are missing")
    }
    at += 4
    return unit
  }
}
