import OutageEngine
import OutageKit
import OutageModel
import Testing

/// A run that goes on from a snapshot gives the same bytes as one that never stopped.
@Suite struct SnapshotTests {
  /// Everything a run shows, as text, and its trace.
  final class Lines {
    var text = ""
  }

  static func whole(_ run: Run, _ source: Source, _ lines: Lines) -> String {
    let manifest = source.manifest(run.image, RunOptions())
    return "\(run.result(manifest: manifest))\n\(lines.text)"
  }

  static let scripts = Bench.scripts("Tests/Corpus/engine") + Bench.scripts("Tests/Corpus/running/ok")

  static func begin(_ source: Source, seed: UInt64 = 7, workers: Int = 1, _ lines: Lines) throws -> Run {
    Run(
      try source.image(), seed: seed, workers: workers, budgets: Budgets(memory: 1 << 30), trace: { lines.text += $0 })
  }

  /// Times at which a run is cut, in ns: whole and odd ones.
  static func cuts(_ duration: Int64, _ count: Int, seed: UInt64) -> [Int64] {
    var dice = Dice(seed)
    return (0..<count).map { _ in Int64(dice.below(UInt64(duration))) }.sorted()
  }

  @Test(arguments: scripts) func stoppingOnTheWayChangesNothing(_ path: String) throws {
    let source = try Bench.source(try RunningCorpusTests.text(path))
    let straight = Lines()
    let one = try Self.begin(source, straight)
    one.advance(to: .max)
    let stopped = Lines()
    let other = try Self.begin(source, stopped)
    for time in Self.cuts(one.clock.duration, 6, seed: 1) + [.max] { other.advance(to: time) }
    #expect(Self.whole(one, source, straight) == Self.whole(other, source, stopped))
  }

  @Test(arguments: scripts) func goingBackAndOnGivesTheSameBytes(_ path: String) throws {
    let source = try Bench.source(try RunningCorpusTests.text(path))
    let straight = Lines()
    let one = try Self.begin(source, straight)
    one.advance(to: .max)
    let expected = Self.whole(one, source, straight)

    let lines = Lines()
    let run = try Self.begin(source, lines)
    var kept: [(Run.Snapshot, String)] = [(run.snapshot(), lines.text)]
    for time in Self.cuts(one.clock.duration, 4, seed: 2) {
      run.advance(to: time)
      kept.append((run.snapshot(), lines.text))
    }
    run.advance(to: .max)
    #expect(Self.whole(run, source, lines) == expected)
    for (snapshot, text) in kept.reversed() {
      run.restore(snapshot)
      lines.text = text
      #expect(run.reached == snapshot.time)
      run.advance(to: .max)
      #expect(Self.whole(run, source, lines) == expected)
    }
  }

  @Test(arguments: scripts) func forksDoNotTouchEachOther(_ path: String) throws {
    let source = try Bench.source(try RunningCorpusTests.text(path))
    let straight = Lines()
    let one = try Self.begin(source, straight)
    one.advance(to: .max)
    let expected = Self.whole(one, source, straight)

    let lines = Lines()
    let run = try Self.begin(source, lines)
    var forks: [(Run, Lines)] = []
    for time in Self.cuts(one.clock.duration, 5, seed: 3) {
      run.advance(to: time)
      let copy = Lines()
      copy.text = lines.text
      forks.append((run.fork(workers: 2, trace: { copy.text += $0 }), copy))
      // The forks move in turns, a little each.
      for (fork, _) in forks { fork.advance(to: fork.reached + 1_500_000_000) }
    }
    for (fork, copy) in forks.reversed() {
      fork.advance(to: .max)
      #expect(Self.whole(fork, source, copy) == expected)
    }
    run.advance(to: .max)
    #expect(Self.whole(run, source, lines) == expected)
  }

  @Test func manyForksAreCheap() throws {
    let source = try Bench.source(try Bench.text("engine/lease-workers.outage"))
    let lines = Lines()
    let run = try Self.begin(source, lines)
    run.advance(to: 50_000_000_000)
    let snapshot = run.snapshot()
    #expect(snapshot.bytes < 4 << 20)
    var results: Set<String> = []
    for _ in 0..<300 {
      let copy = Lines()
      let fork = Run(snapshot, workers: 1, budgets: Budgets(memory: 1 << 30), trace: { copy.text += $0 })
      fork.advance(to: 120_000_000_000)
      results.insert(Self.whole(fork, source, copy))
    }
    #expect(results.count == 1)
  }
}
