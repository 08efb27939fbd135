import OutageSyntax

/// One line of `# error E0301: unknown name 'x'`, as written or as found.
struct Expectation: Hashable, Comparable, CustomStringConvertible {
  var line: Int
  var severity: String
  var code: String
  var message: String

  var description: String { "\(line): \(severity) \(code): \(message)" }

  static func < (a: Expectation, b: Expectation) -> Bool {
    (a.line, a.code, a.message) < (b.line, b.code, b.message)
  }

  /// Expectations stand in comments on the line that they are about; several are cut by ` # `.
  static func written(in text: String) -> [Expectation] {
    var found: [Expectation] = []
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      for part in line.components(of: "# ").dropFirst() {
        let words = part.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: true)
        guard words.count == 3, words[0] == "error" || words[0] == "warning", words[1].hasSuffix(":") else {
          continue
        }
        found.append(
          Expectation(
            line: index + 1, severity: String(words[0]), code: String(words[1].dropLast()),
            message: words[2].trimmed))
      }
    }
    return found.sorted()
  }

  static func found(_ diagnostics: [Diagnostic], in text: [UInt8]) -> [Expectation] {
    diagnostics.map { diagnostic in
      let start = min(max(0, Int(diagnostic.primary.span.start)), text.count)
      let line = text[..<start].count { $0 == UInt8(ascii: "\n") } + 1
      return Expectation(
        line: line, severity: diagnostic.severity.rawValue, code: diagnostic.code, message: diagnostic.message
      )
    }.sorted()
  }
}

extension Substring {
  fileprivate func components(of mark: String) -> [Substring] {
    var parts: [Substring] = []
    var rest = self
    while let range = rest.firstRange(of: mark) {
      parts.append(rest[..<range.lowerBound])
      rest = rest[range.upperBound...]
    }
    return parts + [rest]
  }

  fileprivate var trimmed: String {
    var text = self
    while text.last == " " { text.removeLast() }
    return String(text)
  }
}
