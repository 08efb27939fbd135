import Foundation
import OutageSyntax
import Testing

/// Random edits of the corpus, the same on every run. Nothing may trap, and everything must end.
/// `FUZZ_ITERATIONS` sets how many.
@Suite struct MutationTests {
  /// xorshift64*
  struct Draw {
    var state: UInt64

    mutating func next(_ bound: Int) -> Int {
      state ^= state >> 12
      state ^= state << 25
      state ^= state >> 27
      return Int((state &* 0x2545_F491_4F6C_DD1D) >> 33) % max(1, bound)
    }
  }

  static let fragments = [
    "{", "}", "(", ")", "[", "]", "\"", "\n", ";", "\\", "..", ".", ",", "=", "if", "or {", "else", "5m", "99999999999999999999h",
    "\u{0}", "é", "{x}", "#", "process p {", "service", "not ", "-", "1e999", "23:", "2025-10-19", "\"{\"{\"", " in ", "any ", "/s",
  ].map { Array($0.utf8) }

  static func mutate(_ bytes: [UInt8], _ others: [[UInt8]], _ draw: inout Draw) -> [UInt8] {
    var bytes = bytes
    for _ in 0...draw.next(6) {
      let i = draw.next(bytes.count + 1)
      let end = min(bytes.count, i + draw.next(20))
      switch draw.next(6) {
      case 0: bytes.removeSubrange(i..<end)
      case 1: bytes.insert(UInt8(draw.next(256)), at: i)
      case 2: bytes.insert(contentsOf: fragments[draw.next(fragments.count)], at: i)
      case 3: bytes.replaceSubrange(i..<end, with: fragments[draw.next(fragments.count)])
      case 4:
        let other = others[draw.next(others.count)]
        let start = draw.next(other.count)
        bytes.insert(contentsOf: other[start..<min(other.count, start + draw.next(60))], at: i)
      default: bytes.removeSubrange(end..<min(bytes.count, end + draw.next(200)))
      }
    }
    return bytes
  }

  @Test func damagedFilesAreReadToTheirEnd() {
    let files = CorpusFile.all(in: "Tests/Corpus").map { Array($0.text.utf8) } + [[]]
    let count = ProcessInfo.processInfo.environment["FUZZ_ITERATIONS"].flatMap(Int.init) ?? 3000
    var draw = Draw(state: 0x9E37_79B9_7F4A_7C15)
    var printed = 0
    for i in 0..<count {
      let bytes = Self.mutate(files[draw.next(files.count)], files, &draw)
      let source = SourceFile(name: "damaged \(i)", text: bytes)
      let result = parse(source, index: 0)
      _ = parseInput(source, index: 0)
      let renderer = DiagnosticRenderer(files: [source], color: false)
      for diagnostic in result.diagnostics.prefix(5) { _ = renderer.render(diagnostic) }
      for diagnostic in result.diagnostics {
        let span = diagnostic.primary.span
        if span.start < 0 || span.end < span.start || Int(span.end) > bytes.count {
          Issue.record("iteration \(i): \(diagnostic.code) has the span \(span)")
        }
      }
      guard let text = format(source).text else { continue }
      printed += 1
      let again = SourceFile(name: source.name, text: Array(text.utf8))
      let isStable = format(again).text == text
      let isSame = structure(parse(again, index: 0).tree) == structure(result.tree)
      if !isStable || !isSame {
        Issue.record(
          "iteration \(i): stable \(isStable), same \(isSame)\n\(String(decoding: bytes, as: UTF8.self))\n---\n\(text)")
        return
      }
    }
    #expect(printed > count / 100)
  }
}
