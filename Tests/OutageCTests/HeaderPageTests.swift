import Foundation
import Testing

/// `docs/outage-h.md` is the header, rendered: its comments as prose, its declarations as code.
@Suite struct HeaderPageTests {
  static let page = CLibrary.root.appending(path: "docs/outage-h.md")

  static func rendered(_ header: String) -> String {
    var out = "# outage.h\n\nThe interface for C, from `Sources/COutage/include/outage.h`; how it is used stands in\n"
    out += "[Embedding](embedding.md). `OUTAGE_RECORD=1 swift test --filter HeaderPageTests` writes this page.\n"
    var code: [String] = []
    func endCode() {
      while code.first?.isEmpty == true { code.removeFirst() }
      while code.last?.isEmpty == true { code.removeLast() }
      if !code.isEmpty { out += "\n```c\n" + code.joined(separator: "\n") + "\n```\n" }
      code = []
    }
    var comment: [String]?
    for line in header.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) {
      if comment == nil, !line.hasPrefix("/*") {
        if !isGuard(line) { code.append(line) }
        continue
      }
      if comment == nil {
        endCode()
        comment = []
      }
      var words = line
      if words.hasPrefix("/* ") {
        words.removeFirst(3)
      } else if words.hasPrefix(" *") {
        words.removeFirst(min(3, words.count))
      }
      let ends = words.hasSuffix("*/")
      if ends { words = String(words.dropLast(2)) }
      while words.last == " " { words.removeLast() }
      comment?.append(words)
      if ends, let text = comment {
        out += "\n" + prose(text)
        comment = nil
      }
    }
    endCode()
    return out
  }

  private static func isGuard(_ line: String) -> Bool {
    ["#ifndef", "#define OUTAGE_H", "#ifdef", "#endif", "extern \"C\"", "}"].contains {
      $0 == "}" ? line == $0 : line.hasPrefix($0) && !line.contains("_VERSION_")
    }
  }

  /// A line of dashes is a heading; lines that begin with spaces are a table of words.
  private static func prose(_ lines: [String]) -> String {
    if let first = lines.first, first.hasPrefix("-- ") {
      return "## " + first.filter { $0 != "-" }.trimmingCharacters(in: .whitespaces) + "\n"
    }
    var out = ""
    var isTable = false
    for line in lines {
      if line.hasPrefix("  ") != isTable {
        out += "```\n"
        isTable.toggle()
      }
      out += (isTable ? String(line.dropFirst(2)) : line) + "\n"
    }
    return out + (isTable ? "```\n" : "")
  }

  @Test func theHeaderIsRendered() throws {
    let wanted = Self.rendered(try String(contentsOf: CLibrary.header, encoding: .utf8))
    if ProcessInfo.processInfo.environment["OUTAGE_RECORD"] != nil {
      try wanted.write(to: Self.page, atomically: true, encoding: .utf8)
    }
    #expect(try String(contentsOf: Self.page, encoding: .utf8) == wanted)
  }
}
