// What a script, a path or a user wrote, made fit for each format: here, and nowhere else. Texts for terminals are made
// harmless first in every format that people look at, so that no format carries what its viewer would obey. JSON keeps all of
// a text: what is harmful is written by its number.

import OutageSyntax

package enum Escape {
  /// For lines of a terminal.
  package static func terminal(_ text: String) -> String { text.harmless }

  /// For a terminal, line by line.
  package static func lines(_ text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false).map { String($0).harmless }.joined(separator: "\n")
  }

  /// A string of JSON with its quotes.
  package static func json(_ text: String) -> String {
    var json = JSONWriter(oneLine: true)
    json.string(text)
    return json.text
  }

  /// A cell of RFC 4180. What a spreadsheet would take for a formula begins with an apostrophe.
  package static func csv(_ text: String) -> String {
    var text = text.harmless
    if let first = text.first, "=+-@".contains(first), Double(text) == nil { text = "'" + text }
    guard text.contains(where: { $0 == "," || $0 == "\"" || $0 == ";" }) || text.first == " " || text.last == " " else {
      return text
    }
    return "\"" + text.replacing("\"", with: "\"\"") + "\""
  }

  /// A cell of a table in Markdown.
  package static func markdown(_ text: String) -> String {
    var out = ""
    for c in text.harmless.unicodeScalars {
      switch c {
      case "|", "`", "\\": out += "\\" + String(c)
      case "<": out += "&lt;"
      case ">": out += "&gt;"
      case "&": out += "&amp;"
      default: out.unicodeScalars.append(c)
      }
    }
    // Else a text could be a link.
    return out.replacing("](", with: "]\\(")
  }

  /// A string of Graphviz's DOT with its quotes: within them only a quote and a backslash mean something.
  package static func dot(_ text: String) -> String {
    "\"" + text.harmless.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
  }

  /// A text within a diagram of Mermaid: what ends a statement, begins markup or is a word of the language is written by
  /// its number.
  package static func mermaid(_ text: String) -> String {
    var out = ""
    var word = ""
    func close() {
      // The one word that ends a diagram wherever it stands.
      if word.lowercased() == "end", let first = word.unicodeScalars.first {
        out += "#\(first.value);" + word.dropFirst()
      } else {
        out += word
      }
      word = ""
    }
    for c in text.harmless.unicodeScalars {
      if c.isASCII, c.properties.isAlphabetic {
        word.unicodeScalars.append(c)
        continue
      }
      close()
      if "#;<>&\"`|[]{}()%\\".unicodeScalars.contains(c) { out += "#\(c.value);" } else { out.unicodeScalars.append(c) }
    }
    close()
    return out
  }

  /// Text or an attribute of XML 1.0, of which lines may be several.
  package static func xml(_ text: String) -> String {
    var out = ""
    for c in lines(text).unicodeScalars {
      switch c {
      case "&": out += "&amp;"
      case "<": out += "&lt;"
      case ">": out += "&gt;"
      case "\"": out += "&quot;"
      // No document may have them, whatever their spelling.
      case "\u{FFFE}", "\u{FFFF}": out += "\u{FFFD}"
      default: out.unicodeScalars.append(c)
      }
    }
    return out
  }

  /// The message of a workflow command of GitHub Actions.
  package static func annotation(_ text: String) -> String {
    lines(text).replacing("%", with: "%25").replacing("\n", with: "%0A")
  }

  /// A property of such a command.
  package static func annotationProperty(_ text: String) -> String {
    annotation(text.harmless).replacing(":", with: "%3A").replacing(",", with: "%2C")
  }

  /// A path as a reference of RFC 3986: what is not allowed there is written in hexadecimal.
  package static func reference(_ path: String) -> String {
    var out = ""
    for byte in path.utf8 {
      let isPlain = (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
      if isPlain || "-._~/".utf8.contains(byte) {
        out.unicodeScalars.append(Unicode.Scalar(byte))
      } else {
        let digits = String(byte, radix: 16, uppercase: true)
        out += byte < 16 ? "%0" + digits : "%" + digits
      }
    }
    return out
  }
}
