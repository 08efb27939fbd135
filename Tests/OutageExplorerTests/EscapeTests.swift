import Foundation
import OutageExplorer
import OutageKit
import OutageReport
import OutageSyntax
import Testing

/// Whatever a text holds, the readers of every format read it, and nothing in it reaches a terminal as an order.
@Suite struct EscapeTests {
  /// Every control character, marks of direction and of lines, and what means something to some format.
  static let hostile: [String] = {
    var all = (0..<0xA0).compactMap { Unicode.Scalar($0).map(String.init) }
    all += ["\u{61C}", "\u{200E}", "\u{202E}", "\u{2028}", "\u{2029}", "\u{2066}", "\u{FEFF}", "\u{FFF9}", "\u{E0041}", "é", "漢", "🙂"]
    let whole = all.joined()
    return all.map { "a\($0)b" } + [
      whole, "\u{1B}]0;title\u{7}", "\"; drop", "<script>alert(1)</script>", "`x`|y", "=1+2", "@sum", "+1", "-a", "a,b;c", "end", "the End",
      "%%{init}%%", "#35;", "\\\"", "\\", "](javascript:x)", "", " ", "a\r\nb",
    ]
  }()

  private static func isHarmless(_ text: String) -> Bool {
    text.unicodeScalars.allSatisfy { $0 == "\n" || !SourceLines.isHarmful($0) }
  }

  @Test func jsonKeepsTheTextAndOrdersNothing() throws {
    for text in Self.hostile {
      let written = Escape.json(text)
      #expect(Self.isHarmless(written))
      let read = try JSONSerialization.jsonObject(with: Data(written.utf8), options: .fragmentsAllowed) as? String
      #expect(read.map { Array($0.unicodeScalars) } == Array(text.unicodeScalars))
    }
  }

  /// A reader of RFC 4180, written for this test.
  private func cells(_ line: String) -> [String] {
    var (cells, cell, isQuoted) = ([String](), "", false)
    var rest = Substring(line)
    while let c = rest.popFirst() {
      if isQuoted, c == "\"" {
        if rest.first == "\"" { cell.append(rest.removeFirst()) } else { isQuoted = false }
      } else if isQuoted {
        cell.append(c)
      } else if c == "\"" {
        isQuoted = true
      } else if c == "," {
        cells.append(cell)
        cell = ""
      } else {
        cell.append(c)
      }
    }
    return cells + [cell]
  }

  @Test func csvIsOneCellAndNoFormula() {
    for text in Self.hostile {
      let written = Escape.csv(text)
      #expect(Self.isHarmless(written) && !written.contains("\n"))
      let read = cells(written + ",next")
      #expect(read.count == 2)
      #expect(read[0] == text.harmless || read[0] == "'" + text.harmless)
      #expect(read[0].first.map { !"=@".contains($0) } ?? true)
    }
  }

  /// Within quotes of DOT only a quote and a backslash mean something; `dot` itself agrees where it is installed.
  @Test func dotIsOneString() throws {
    for text in Self.hostile {
      let written = Escape.dot(text)
      #expect(Self.isHarmless(written))
      let inner = written.dropFirst().dropLast().replacing("\\\\", with: "").replacing("\\\"", with: "")
      #expect(!inner.contains("\"") && !inner.contains("\\") && !inner.contains("\n"))
    }
  }

  @Test func mermaidHasNoMarkup() {
    for text in Self.hostile {
      let written = Escape.mermaid(text)
      #expect(Self.isHarmless(written))
      let plain = written.replacing(/#\d+;/, with: "")
      #expect(!plain.contains { "#;<>&\"`|[]{}()%\\\n".contains($0) })
      #expect(plain.lowercased().firstMatch(of: /\bend\b/) == nil)
    }
  }

  @Test func markdownIsOneCell() {
    for text in Self.hostile {
      let written = Escape.markdown(text)
      #expect(Self.isHarmless(written))
      #expect(!written.contains("<") && !written.contains("]("))
      #expect(written.replacing("\\\\", with: "").replacing("\\|", with: "").contains("|") == false)
    }
  }

  @Test func xmlHasNoMarkup() {
    for text in Self.hostile + ["]]>", "\u{FFFE}\u{FFFF}", "a\nb"] {
      let written = Escape.xml(text)
      #expect(Self.isHarmless(written.replacing("\n", with: "")))
      #expect(!written.contains { "<>\"".contains($0) })
      #expect(written.replacing(/&(amp|lt|gt|quot);/, with: "").contains("&") == false)
      #expect(!written.unicodeScalars.contains { $0.value & 0xFFFE == 0xFFFE })
    }
  }

  @Test func annotationsAreOneLine() {
    for text in Self.hostile + ["a,b:c%d\n::error::e"] {
      #expect(!Escape.annotation(text).contains { $0.isNewline })
      let property = Escape.annotationProperty(text)
      #expect(!property.contains { $0.isNewline || ":,".contains($0) })
    }
  }

  // MARK: Whole outputs

  private static let script = """
    scenario "a\\u{9B}31m\\u{202E}b\\u{1B}[2J"
    var x = 0
    process end { step: x = 1 }
    process graph { x = 2 }
    never "bad \\u{9B}|`<b>;\\u{202E}\\"" { x == 2 }
    never "end" { x == 1 }
    """

  @Test func searchesWriteNothingHarmful() throws {
    let r = try Exploration.explore(Exploration.source(text: Self.script), "") { $0.search.countsAll = true }
    for text in [
      explorationJSON([("", r)], file: "a\u{9B}.outage", version: "1", digest: ""), mermaid([("", r), ("again", r)]),
      sarif([("", r)], file: "a\u{9B}.outage", version: "1"), ExplorationText(width: 80, color: false, unicode: true).render(r.harmless),
    ] {
      #expect(Self.isHarmless(text))
    }
    let diagram = mermaid([("", r), ("again", r)])
    #expect(diagram.hasPrefix("sequenceDiagram\n"))
    #expect(diagram.split(separator: "\n").count { $0 == "sequenceDiagram" } == 1)
    let none = try Exploration.explore(Exploration.source(text: "var x = 0\nprocess p { x = 1 }\nnever \"two\" { x == 2 }"), "") { _ in }
    #expect(mermaid(none).hasPrefix("sequenceDiagram\n"))
  }

  @Test func sarifSaysWhenASearchDidNotEnd() throws {
    let source = Exploration.source(text: "var x = 0\nprocess p { loop { x = x + 1 } }\nnever \"less\" { x < 0 }")
    let r = try Exploration.explore(source, "") { $0.search.maxStates = 100 }
    let log = try JSONReader.value(Array(sarif([("", r)], file: "f", version: "1").utf8))
    let run = try #require(log["runs"]?.list?.first?["invocations"]?.list?.first)
    #expect(Self.truth(run["executionSuccessful"]) == false)
    #expect(run["toolExecutionNotifications"]?.list?.first?["message"]?["text"]?.text == "the search ended early: states 100")
    let whole = try Exploration.explore(Exploration.source(text: Self.script), "") { _ in }
    let other = try JSONReader.value(Array(sarif([("", whole)], file: "f", version: "1").utf8))
    #expect(Self.truth(other["runs"]?.list?.first?["invocations"]?.list?.first?["executionSuccessful"]) == true)
  }

  private static func truth(_ value: JSONValue?) -> Bool? { if case .truth(let truth)? = value { truth } else { nil } }
}
