import Foundation
import OutageSemantics
import OutageSyntax
import Testing

/// Scripts that were cut, doubled and mixed must never trap the checker.
@Suite struct FuzzTests {
  /// SplitMix64, so that a failure repeats.
  struct Dice {
    var state: UInt64
    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var z = state
      z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
      z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
      return z ^ (z >> 31)
    }
    mutating func below(_ bound: Int) -> Int { bound > 0 ? Int(next() % UInt64(bound)) : 0 }
  }

  static let iterations = Int(ProcessInfo.processInfo.environment["FUZZ_ITERATIONS"] ?? "") ?? 300
  static let seed = UInt64(ProcessInfo.processInfo.environment["FUZZ_SEED"] ?? "") ?? 1

  static func corpus() throws -> [[String]] {
    try ["ok", "error"].flatMap { folder in
      try Workbench.files(in: Workbench.corpus.appending(path: folder), suffix: ".outage").map {
        words(try String(contentsOf: $0, encoding: .utf8))
      }
    }
  }

  /// Words, signs and white space, so that mutations mostly stay readable.
  static func words(_ text: String) -> [String] {
    text.split(separator: "\n", omittingEmptySubsequences: false).flatMap { line -> [String] in
      let code = line.prefix { $0 != "#" }
      return code.matches(of: /[\w.%\/]+|\s+|"[^"]*"|./).map { String($0.0) } + ["\n"]
    }
  }

  static func mutated(_ corpus: [[String]], _ dice: inout Dice) -> String {
    var words = corpus[dice.below(corpus.count)]
    let other = corpus[dice.below(corpus.count)]
    for _ in 0...dice.below(6) {
      guard !words.isEmpty else { break }
      let at = dice.below(words.count)
      switch dice.below(5) {
      case 0: words.remove(at: at)
      case 1: words.insert(other[dice.below(other.count)], at: at)
      case 2: words[at] = other[dice.below(other.count)]
      case 3: words.swapAt(at, dice.below(words.count))
      default:
        let from = dice.below(other.count)
        words.insert(contentsOf: other[from..<min(other.count, from + dice.below(40))], at: at)
      }
    }
    return words.joined()
  }

  @Test func mutationsNeverTrap() throws {
    let corpus = try Self.corpus()
    var dice = Dice(state: Self.seed)
    for iteration in 0..<Self.iterations {
      let text = Self.mutated(corpus, &dice)
      let (result, files, all) = Workbench.check(text)
      let isWrong = result.diagnostics.contains { $0.severity == .error }
      #expect(isWrong == (result.program == nil), "FUZZ_SEED=\(Self.seed) iteration \(iteration)\n\(text)")
      if let program = result.program, !all.contains(where: { $0.severity == .error }) {
        let shown = "\(program)"
        let isOpen = shown.contains("Type.unknown") || shown.contains("Kind.missing")
        #expect(!isOpen, "FUZZ_SEED=\(Self.seed) iteration \(iteration)\n\(text)")
      }
      for diagnostic in result.diagnostics {
        let span = diagnostic.primary.span
        let isInside =
          files.indices.contains(Int(span.file))
          && span.start >= 0 && span.start <= span.end && Int(span.end) <= files[Int(span.file)].text.count
        #expect(isInside, "FUZZ_SEED=\(Self.seed) iteration \(iteration): \(diagnostic.message)")
      }
    }
  }

  @Test func twoRunsSayTheSame() throws {
    for words in try Self.corpus() {
      let (a, b) = (Workbench.check(words.joined()), Workbench.check(words.joined()))
      #expect(a.all.map(\.message) == b.all.map(\.message))
      #expect(a.all.map(\.help) == b.all.map(\.help))
      #expect("\(a.result.program as Any)" == "\(b.result.program as Any)")
    }
  }
}
