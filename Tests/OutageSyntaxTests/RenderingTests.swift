import Foundation
import OutageSyntax
import Testing

@Suite struct RenderingTests {
  private func file(_ text: String, name: String = "race.outage") -> SourceFile {
    SourceFile(name: name, text: Array(text.utf8))
  }

  private func span(_ text: String, _ part: String, file: Int32 = 0) -> Span {
    guard let range = text.range(of: part) else { return .none }
    let start = text.utf8.distance(from: text.startIndex, to: range.lowerBound)
    return Span(file: file, start: Int32(start), end: Int32(start + part.utf8.count))
  }

  /// Lines shorter and longer than what is counted in one go.
  @Test func everyPlaceIsFound() {
    var text = ""
    for k in 0..<400 {
      text += String(repeating: k % 3 == 0 ? "é" : "x", count: k * k % 257 * (k % 50 == 0 ? 40 : 1)) + "\n"
    }
    for text in [text, String(text.dropLast()), "", "\n", "\n\n", "a", String(repeating: "\n", count: 9000)] {
      let file = file(text)
      let renderer = DiagnosticRenderer(files: [file], color: false)
      for offset in stride(from: 0, through: file.text.count, by: max(1, file.text.count / 500)) {
        let place = renderer.place(of: Span(file: 0, start: Int32(offset), end: Int32(offset)))
        let expected = file.place(of: Int32(offset))
        #expect(place?.line == expected.line && place?.column == expected.column, "\(offset) of \(file.text.count)")
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let shown = renderer.render(
          Diagnostic(code: "E0301", "here", at: Span(file: 0, start: Int32(offset), end: Int32(offset))))
        if lines[expected.line - 1].count < 90, expected.line > 1 {
          let line = "\(expected.line) | \(lines[expected.line - 1])"
          #expect(shown.split(separator: "\n").contains { $0 == line || $0 + " " == line }, "\(offset): \(shown)")
        }
      }
    }
  }

  @Test func longMessagesAreCut() {
    let long = String(repeating: "é", count: 100_000)
    let diagnostic = Diagnostic(
      code: "E0301", long, at: Span(file: 0, start: 0, end: 1), label: long, notes: [long], help: long)
    let shown = DiagnosticRenderer(files: [file("x")], color: false).render(diagnostic)
    #expect(shown.utf8.count < 9000)
    #expect(shown.split(separator: "\n")[0] == "error[E0301]: " + String(repeating: "é", count: 1000) + "…")
  }

  @Test func placeCaretHelp() {
    let text = "process p {\n  call dwmf.renew\n}\n"
    let diagnostic = Diagnostic(
      code: "E0301", "unknown service `dwmf`", at: span(text, "dwmf"), label: "not declared",
      notes: ["services are declared with `service`"], help: "did you mean `dwfm`?")
    #expect(
      DiagnosticRenderer(files: [file(text)], color: false).render(diagnostic) == """
        error[E0301]: unknown service `dwmf`
         --> race.outage:2:8
          |
        2 |   call dwmf.renew
          |        ^^^^ not declared
          |
          = note: services are declared with `service`
          = help: did you mean `dwfm`?
        """)
  }

  @Test func secondaryLabelsAndFiles() {
    let text = "let a = 3\n\n\nlet a = 5 + a\n"
    let other = "let a = 1"
    let diagnostic = Diagnostic(
      .warning, code: "W0001", "declared twice", at: span("\n\n\n\n\n\n\n\n\n\n\n\nlet", "let"),
      label: "here",
      secondary: [
        .init(Span(file: 0, start: 4, end: 5), "first"), .init(Span(file: 1, start: 4, end: 5), ""),
      ])
    #expect(
      DiagnosticRenderer(files: [file(text), file(other, name: "b.outage")], color: false).render(diagnostic)
        == """
        warning[W0001]: declared twice
         --> race.outage:4:1
          |
        1 | let a = 3
          |     - first
        ...
        4 | let a = 5 + a
          | ^^^ here
         ::: b.outage:1:5
          |
        1 | let a = 1
          |     -
        """)
  }

  @Test func wideCharactersTabsAndControls() {
    let text = "\tlet 障害 = \u{1B}x"
    let renderer = DiagnosticRenderer(files: [file(text)], color: false)
    let lines = renderer.render(Diagnostic(code: "E1", "m", at: span(text, "x"))).split(separator: "\n")
    #expect(lines[1] == " --> race.outage:1:12")
    #expect(lines[3] == "1 |     let 障害 = ␛x")
    #expect(lines[4] == "  |                 ^")
  }

  @Test func longLinesAreCutAroundTheCaret() {
    let text = String(repeating: "a", count: 500) + "X" + String(repeating: "b", count: 500)
    let renderer = DiagnosticRenderer(files: [file(text)], color: false)
    let lines = renderer.render(Diagnostic(code: "E1", "m", at: span(text, "X"))).split(separator: "\n")
    #expect(lines[3].count < 120)
    #expect(lines[3].hasPrefix("1 | …aaa"))
    #expect(lines[3].hasSuffix("bbb…"))
    let caret = lines[4].firstIndex(of: "^").map { lines[4].distance(from: lines[4].startIndex, to: $0) }
    let letter = lines[3].firstIndex(of: "X").map { lines[3].distance(from: lines[3].startIndex, to: $0) }
    #expect(caret == letter)
  }

  @Test func spansThatFitNoFileDoNotTrap() {
    let renderer = DiagnosticRenderer(files: [file("")], color: true)
    for (file, start, end) in [(0, 0, 0), (0, 5, 9), (7, 0, 3), (-1, -4, 2), (0, 9, 3), (0, -9, -3)] {
      let span = Span(file: Int32(file), start: Int32(start), end: Int32(end))
      #expect(renderer.render(Diagnostic(code: "E1", "m", at: span)).contains("E1"))
    }
  }

  @Test func colourIsAddedOnly() {
    let text = "let a = 3"
    let diagnostic = Diagnostic(code: "E1", "m", at: span(text, "a"), label: "l", help: "h")
    let plain = DiagnosticRenderer(files: [file(text)], color: false).render(diagnostic)
    var colored = DiagnosticRenderer(files: [file(text)], color: true).render(diagnostic)
    #expect(colored != plain)
    colored.replace(/\u{1B}\[[0-9;]*m/, with: "")
    #expect(colored == plain)
  }

  @Test(
    "the nearest name is suggested, and no far one",
    arguments: [
      ("dwmf", "dwfm"), ("servce", "service"), ("enactr", "enactor"), ("Service", "service"), ("xyz", nil),
      ("", nil),
      ("servers_of_the_region", nil),
    ] as [(String, String?)])
  func nearest(_ name: String, _ expected: String?) {
    #expect(Spelling.nearest(name, in: ["service", "dwfm", "enactor", "planner"]) == expected)
  }
}
