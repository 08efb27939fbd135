import OutageSyntax
import Testing

@Suite struct SpeedTests {
  /// Reading must stay linear: sixteen times the text may not take sixty-four times as long.
  @Test("time grows with the length of the text, not faster")
  func linear() {
    let one = CorpusFile.all(in: "Tests/Corpus/parsing/ok").map(\.text).joined(separator: "\n")
    func fastest(_ copies: Int) -> Duration {
      let source = SourceFile(name: "long", text: Array(String(repeating: one + "\n", count: copies).utf8))
      let clock = ContinuousClock()
      let times = (0..<5).map { _ in clock.measure { _ = parse(source, index: 0).tree.items.count } }
      return times.min() ?? .zero
    }
    let short = fastest(4)
    let long = fastest(64)
    #expect(long < short * 64, "4 copies: \(short), 64 copies: \(long)")
  }
}
