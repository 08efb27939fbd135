import Testing

/// Scripts and hosts choose times, as far as Int64 reaches, and Swift's operators end the process where a sum does not fit. Sums of
/// times go through `later`, `earlier` and `times` of OutageModel; one that surely fits says why: `// in range: …` before it.
@Suite struct TimeArithmeticTests {
  /// Targets in which times are what scripts say; in the lexer and the parser they are places in a text.
  private static let targets = [
    "OutageSyntax/Calendar", "OutageSemantics", "OutageModel", "OutageCompiler", "OutageEngine", "OutageExplorer",
    "OutageReport", "OutageKit", "OutageC", "OutageREPL",
  ]

  private static func isSum(_ line: String) -> Bool {
    let words = "now|time|deadline|expiry|interval|period|phase|duration|tick|reached|within|until|elapsed|present|span"
      + "|latency|arrival|attempt|wire|dayLength|(?:lasts|every)\\(\\w*\\)|wholeNanoseconds|clock\\.start"
    guard let sum = try? Regex("(?:\\b(?:\(words))\\)? [-+*]=? )|(?: [-+*]=? (?:[a-z]\\w*\\.)*(?:\(words))\\b(?!\\w*[.(\\[]))")
    else { return true }
    // Sums of texts, of commands, of numbers that do not trap, and of offsets in memory.
    let isOther = ["+ \"", "[Command]", "Double(", "Int128(", "static let"].contains { line.contains($0) }
    return !isOther && line.firstMatch(of: sum) != nil
  }

  @Test func sumsOfTimesSayHowTheyEnd() throws {
    for target in Self.targets {
      for file in try House.files(under: "Sources/\(target)", suffix: ".swift") where !file.hasSuffix("Time/Arithmetic.swift") {
        let lines = try House.text(file).split(separator: "\n", omittingEmptySubsequences: false).map { String($0) }
        for (k, line) in lines.enumerated() {
          let code = String(line.split(separator: "//", omittingEmptySubsequences: false)[0])
          if !Self.isSum(code.replacing(/"(?:[^"\\]|\\.)*"/, with: "\"\"")) { continue }
          let before = k > 0 ? lines[k - 1].drop { $0 == " " } : ""
          #expect(before.hasPrefix("// in range: "), "\(file):\(k + 1): \(line)")
        }
      }
    }
  }

  /// The test sees what it is there for.
  @Test(arguments: [
    "let end = time + 1", "if now - start < hold { return }", "x = base + lasts(n)", "next += clock.duration",
    "schedule(now + period, .act)", "let last = ticks * clock.tick",
  ]) func aSumIsSeen(_ line: String) { #expect(Self.isSum(line)) }

  @Test(arguments: ["let text = clock.text(time) + \" \"", "let end = time.later(by: 1)", "Double(now) + mean"])
  func otherLinesPass(_ line: String) { #expect(!Self.isSum(line)) }
}
