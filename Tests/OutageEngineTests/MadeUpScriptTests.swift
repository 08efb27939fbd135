import OutageEngine
import OutageKit
import OutageSyntax
import Testing

/// Made-up scripts: what must not change their output does not.
@Suite struct MadeUpScriptTests {
  static let made: UInt64 = Bench.isSoak ? 5000 : 200
  static let batches = 8

  @Test(arguments: 0..<batches) func anyNumberOfWorkersGivesTheSameBytesForMadeUpScripts(_ batch: Int) throws {
    for seed in stride(from: UInt64(batch), to: Self.made, by: Self.batches) {
      let text = ScriptMaker.script(seed &+ 50_000)
      let one = try DeterminismTests.whole(text, seed: seed)
      for workers in [2, 4] {
        #expect(try DeterminismTests.whole(text, seed: seed, workers: workers) == one, "made-up script \(seed)")
      }
    }
  }

  // MARK: What must not matter

  /// Counts, response times, logs and faults: what does not depend on when the world is looked at.
  static func happened(_ text: String, seed: UInt64) throws -> String {
    var lines = ""
    // Digests of the state are taken at ticks.
    let isOfTicks = { (line: String) in line.contains("\"violated\"") || line.contains("\"event\":\"state\"") }
    let result = try Bench.run(text, seed: seed) { $0.trace = { if !isOfTicks($0) { lines += $0 } } }
    let story = result.story.filter { [.log, .fault, .recovery, .action, .trouble].contains($0.kind) }
    return "\(result.responses)\n\(story)\n\(lines)"
  }

  @Test(arguments: 0..<8) func anotherTickChangesOnlyWhatIsSampled(_ batch: Int) throws {
    for seed in stride(from: UInt64(batch), to: Self.made, by: 8) {
      let text = ScriptMaker.script(seed &+ 90_000)
      // Rules act at ticks.
      guard !text.contains("\nwhen "), let line = text.split(separator: "\n").first(where: { $0.hasPrefix("clock") })
      else { continue }
      let clock = line.split(separator: " tick ")[0]
      let expected = try Self.happened(text, seed: seed)
      for tick in ["333ms", "5s"] {
        let other = text.replacing(line, with: "\(clock) tick \(tick)")
        #expect(try Self.happened(other, seed: seed) == expected, "made-up script \(seed), tick \(tick)\n\(text)")
      }
    }
    let text = DeterminismTests.islands.replacing("tick 1s", with: "tick 137ms")
    if batch == 0 {
      #expect(try Self.happened(text, seed: 3) == (try Self.happened(DeterminismTests.islands, seed: 3)))
    }
  }

  @Test(arguments: 0..<20) func commentsAndLayoutChangeNothing(_ seed: UInt64) throws {
    let text = ScriptMaker.script(seed &+ 70_000)
    var spread = "# A comment at the head\n\n"
    for line in text.split(separator: "\n") { spread += "\(line)   # why\n\n" }
    let tidy = format(SourceFile(name: "script.outage", text: Array(text.utf8)))
    let expected = try DeterminismTests.whole(text)
    // Lines of properties are shown in results; they alone move.
    func withoutLines(_ s: String) -> String { s.replacing(/line: \d+/, with: "line: _") }
    #expect(withoutLines(try DeterminismTests.whole(spread)) == withoutLines(expected))
    let tidied = try #require(tidy.text)
    #expect(withoutLines(try DeterminismTests.whole(tidied)) == withoutLines(expected))
  }

  @Test(arguments: 0..<4) func madeUpScriptsKeepIt(_ batch: Int) throws {
    for seed in stride(from: UInt64(batch), to: Bench.isSoak ? 4000 : 120, by: 4) {
      try LittlesLaw.check(ScriptMaker.script(seed &+ 30_000), seed: seed)
    }
  }
}
