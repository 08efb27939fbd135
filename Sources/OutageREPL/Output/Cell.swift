import OutageEngine
import OutageKit
import OutageModel
import OutageReport

/// One cell of an answer: as people read it, and as programs do.
struct Cell {
  var text: String
  /// A number, a truth or nothing, as JSON writes it; nil: a text.
  var plain: String?

  init(_ text: String, plain: String? = nil) {
    self.text = text
    self.plain = plain
  }

  static func count(_ value: Int64) -> Cell { Cell(ValueText.grouped(value), plain: "\(value)") }
  static func count(_ value: Int) -> Cell { Cell("\(value)", plain: "\(value)") }

  /// Programs get seconds.
  static func duration(_ value: Int64) -> Cell { Cell(ValueText.duration(value), plain: seconds(value)) }

  static func duration(_ value: Double) -> Cell {
    Cell(ValueText.duration(value), plain: Int64(exactly: value).map(seconds) ?? number(value / 1_000_000_000))
  }

  /// A value of a script; `text` is how people read it.
  static func value(_ value: LiveValue, _ text: String) -> Cell {
    switch value {
    case .word(let word, let type):
      switch type {
      case .truth: Cell(text, plain: word == 0 ? "false" : "true")
      case .count: Cell(text, plain: word == .max ? "null" : "\(word)")
      case .duration: Cell(text, plain: seconds(word))
      case .number, .rate: Cell(text, plain: number(Double(bitPattern: UInt64(bitPattern: word))))
      case .time, .text, .address, .choice, .list: Cell(text)
      }
    case .none: Cell(text, plain: "null")
    case .list, .record, .text: Cell(text)
    }
  }

  static func number(_ value: Double) -> String {
    if let whole = Int64(exactly: value) { return "\(whole)" }
    return value.isFinite ? "\(value)" : "null"
  }

  /// Nanoseconds as seconds, to the last of them.
  static func seconds(_ value: Int64) -> String {
    let size = value.magnitude
    var fraction = String(size % 1_000_000_000)
    fraction = String(repeating: "0", count: 9 - fraction.count) + fraction
    while fraction.last == "0" { fraction.removeLast() }
    return (value < 0 ? "-" : "") + "\(size / 1_000_000_000)" + (fraction.isEmpty ? "" : "." + fraction)
  }

  var json: String { plain ?? Escape.json(text) }
  var csv: String { plain.map { $0 == "null" ? "" : $0 } ?? Escape.csv(text) }
}
