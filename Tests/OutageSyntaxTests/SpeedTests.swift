import OutageSyntax
import Testing

@Suite struct SpeedTests {
  /// Reading must stay linear: sixteen times the text may not take 128 times as long.
  @Test("time grows with the length of the text, not faster")
  func linear() {
    let one = CorpusFile.all(in: "Tests/Corpus/parsing/ok").map(\.text).joined(separator: "\n")
    func fastest(_ copies: Int) -> Duration {
      let source = SourceFile(name: "long", text: Array(String(repeating: one + "\n", count: copies).utf8))
      let clock = ContinuousClock()
      // The fastest of many: other tests share the cores.
      let times = (0..<25).map { _ in clock.measure { _ = parse(source, index: 0).tree.items.count } }
      return times.min() ?? .zero
    }
    let short = fastest(8)
    let long = fastest(128)
    #expect(long < short * 128, "8 copies: \(short), 128 copies: \(long)")
  }
}
