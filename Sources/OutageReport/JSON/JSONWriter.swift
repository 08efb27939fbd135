/// Writes JSON: a small one of our own, since Foundation's start-up costs more than a small run.
package struct JSONWriter: Sendable {
  package private(set) var text = ""
  private var needsComma = false
  private var depth = 0

  package init() {}

  package mutating func object(_ body: (inout JSONWriter) -> Void) { nested("{", "}", body) }
  package mutating func array(_ body: (inout JSONWriter) -> Void) { nested("[", "]", body) }

  package mutating func array<T>(_ values: [T], _ each: (inout JSONWriter, T) -> Void) {
    array { json in for value in values { each(&json, value) } }
  }

  private mutating func nested(_ open: String, _ close: String, _ body: (inout JSONWriter) -> Void) {
    separate()
    text += open
    needsComma = false
    depth += 1
    body(&self)
    depth -= 1
    text += close
    needsComma = true
  }

  package mutating func key(_ name: String) {
    separate()
    quoted(name)
    text += ":"
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
    text += value
    needsComma = true
  }

  private mutating func separate() {
    // Each member of the outermost value on a line of its own: differences between two runs can be read.
    if needsComma { text += depth == 1 ? ",\n" : "," }
  }

  private mutating func quoted(_ value: String) {
    text += "\""
    for scalar in value.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      case "\r": text += "\\r"
      case "\t": text += "\\t"
      case "\u{0}"..<"\u{20}", "\u{7F}", "\u{2028}", "\u{2029}": text += Self.escape(scalar)
      default: text.unicodeScalars.append(scalar)
      }
    }
    text += "\""
  }

  private static func escape(_ scalar: Unicode.Scalar) -> String {
    let hex = String(scalar.value, radix: 16)
    return "\\u" + String(repeating: "0", count: 4 - hex.utf8.count) + hex
  }
}
