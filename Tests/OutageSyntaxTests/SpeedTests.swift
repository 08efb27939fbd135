import OutageSyntax
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

@Suite struct SpeedTests {
  /// Reading must stay linear: sixteen times the text may not take 128 times as long.
  @Test("time grows with the length of the text, not faster")
  func linear() {
    let one = CorpusFile.all(in: "Tests/Corpus/parsing/ok").map(\.text).joined(separator: "\n")
    /// Processor time of this thread, s: other programs and other tests share the cores.
    func now() -> Double {
      var t = timespec()
      clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t)
      return Double(t.tv_sec) + Double(t.tv_nsec) * 1e-9
    }
    func fastest(_ copies: Int) -> Double {
      let source = SourceFile(name: "long", text: Array(String(repeating: one + "\n", count: copies).utf8))
      let times = (0..<10).map { _ in
        let begun = now()
        _ = parse(source, index: 0).tree.items.count
        return now() - begun
      }
      return times.min() ?? 0
    }
    let short = fastest(8)
    let long = fastest(128)
    #expect(long < short * 128, "8 copies: \(short), 128 copies: \(long)")
  }
}
