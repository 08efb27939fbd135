import OutageEngine
import OutageKit
import OutageModel
import OutageSemantics
import Testing

/// Little's law as an identity of the sample path: the integral of the number in the system is the total time in it,
/// clipped at the end and at crashes. For every service and load, at any moment, to the nanosecond.
enum LittlesLaw {
  /// The nodes that break it, in words.
  static func broken(_ run: Run) -> [String] {
    run.world.accounts(at: run.reached).filter { $0.area != $0.sojourn }.map {
      "\(run.image.meta.nodes[$0.node].name): \($0.area) is not \($0.sojourn) at \(run.reached)"
    }
  }

  /// Runs a script and looks at some moments on the way, and at the end.
  static func check(
    _ text: String, settings: [(String, String)] = [], seed: UInt64 = 1, moments: Int = 6,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let image = try Bench.source(text).image(settings: settings)
    let run = Run(image, seed: seed, workers: 1, budgets: Budgets(memory: 2 << 30))
    for time in SnapshotTests.cuts(run.clock.duration, moments, seed: seed) + [.max] {
      run.advance(to: time)
      #expect(broken(run) == [], sourceLocation: sourceLocation)
    }
  }
}

@Suite struct LittlesLawTests {
  static let corpus = Bench.scripts("Tests/Corpus/engine") + Bench.scripts("Tests/Corpus/running/ok")

  @Test(arguments: corpus) func everyScriptOfTheCorpusKeepsIt(_ path: String) throws {
    try LittlesLaw.check(try RunningCorpusTests.text(path))
  }
}
