import Foundation
import OutageSyntax
import Testing

/// Files whose comments say what is wrong: `# error E0201: expected a value` on the line, or `# error@-1 …` for the
/// line before. Code and message are compared; a missing and an extra diagnostic both fail.
@Suite struct ErrorCorpusTests {
  struct Finding: Hashable, Comparable, CustomStringConvertible {
    var line: Int
    var text: String

    var description: String { "\(line): \(text)" }
    static func < (a: Finding, b: Finding) -> Bool { (a.line, a.text) < (b.line, b.text) }
  }

  static func expectations(_ text: String) -> [Finding] {
    var findings: [Finding] = []
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    for (i, line) in lines.enumerated() {
      for mark in line.components(separatedBy: "# error").dropFirst() {
        let parts = mark.split(separator: " ", maxSplits: 1)
        let shift = mark.hasPrefix("@") ? Int(parts[0].dropFirst()) ?? 0 : 0
        let message = mark.hasPrefix("@") ? String(parts[1]) : mark
        findings.append(Finding(line: i + 1 + shift, text: message.trimmingCharacters(in: .whitespaces)))
      }
    }
    return findings.sorted()
  }

  @Test(
    "reports what the comments say, and nothing else",
    arguments: CorpusFile.all(in: "Tests/Corpus/parsing/error") + CorpusFile.all(in: "Tests/Corpus/lexing/error"))
  func reports(_ file: CorpusFile) {
    let source = file.source
    let found = parse(source, index: 0).diagnostics.map {
      Finding(line: source.place(of: $0.primary.span.start).line, text: "\($0.code): \($0.message)")
    }
    let expected = Self.expectations(file.text)
    #expect(!expected.isEmpty)
    let missing = expected.filter { !found.contains($0) }
    let extra = found.filter { !expected.contains($0) }
    #expect(missing.isEmpty && extra.isEmpty, "missing: \(missing)\nextra: \(extra)")
    #expect(found.sorted() == expected)
  }
}
