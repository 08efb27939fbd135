import OutageExplorer
import OutageKit
import OutageReport
import Testing

/// Storage of fingerprints alone finds what exact storage finds.
@Suite struct CompactTests {
  private static let scripts: [(path: String, settings: String)] = [
    ("models/bakery.outage", ""), ("models/bakery.outage", "choosing=false"),
    ("models/dining-philosophers.outage", "philosophers=6"), ("models/leader-election.outage", "forwards=all"),
    ("models/two-phase-commit.outage", "managers=5"), ("dns-race.outage", ""), ("dns-race.outage", "fix=fencing"),
    ("dns-race.outage", "rollback=on enactors=3"),
  ]

  @Test(arguments: scripts) func findsWhatExactStorageFinds(_ path: String, _ settings: String) throws {
    for countsAll in [false, true] {
      let exact = try Exploration.explore(path, settings) { $0.search.countsAll = countsAll }
      let compact = try Exploration.explore(path, settings) {
        $0.search.countsAll = countsAll
        $0.search.isCompact = true
      }
      #expect(compact.states == exact.states)
      #expect(compact.transitions == exact.transitions)
      #expect(compact.depth == exact.depth)
      #expect(compact.isComplete == exact.isComplete)
      for (c, e) in zip(compact.properties, exact.properties) where e.kind != "eventually" && e.kind != "recoverable" {
        #expect(c.verdict == e.verdict)
        #expect(c.violating == e.violating)
        #expect(c.trace?.steps.map(\.text) == e.trace?.steps.map(\.text))
        #expect(c.trace?.switches == e.trace?.switches)
      }
    }
  }

  @Test func propertiesOfPathsAreLeftOpen() throws {
    let r = try Exploration.explore("models/bakery.outage") { $0.search.isCompact = true }
    let served = try #require(r.properties.first { $0.kind == "eventually" })
    #expect(served.verdict == .unknown)
    #expect(served.reason == "not decided: fingerprints do not tell paths")
  }

  @Test func workersDoNotChangeAByte() throws {
    let texts = try [1, 2, 4].map { workers in
      let r = try Exploration.explore("models/two-phase-commit.outage", "managers=5") {
        $0.search.workers = workers
        $0.search.isCompact = true
      }
      return explorationJSON([("", r)], file: "", version: "0", digest: "")
    }
    #expect(texts[0] == texts[1])
    #expect(texts[0] == texts[2])
  }

  @Test func theChanceOfAMissIsThatOfABirthday() throws {
    let r = try Exploration.explore("models/two-phase-commit.outage", "managers=3") { $0.search.isCompact = true }
    #expect(r.states == 288)
    let bits = try #require(r.fingerprintBits)
    // 288 states make 41,328 pairs.
    #expect(r.missedOneIn == (1 << bits) / 41_328)
    let text = ExplorationText(width: 200, color: false, unicode: true).render(r)
    #expect(text.contains("by fingerprints of 60 bits: the chance that a state was missed is at most 1 in 27,"))
  }

  /// Everything that the search keeps, tables with their slack included.
  @Test func bytesOfAState() throws {
    let path = "races/enactors.outage"
    let settings = "enactors=3 endpoints=3 versions=4 fix=refcount"
    let exact = try Exploration.explore(path, settings)
    let compact = try Exploration.explore(path, settings) { $0.search.isCompact = true }
    #expect(exact.states == 719_604)
    #expect(compact.states == 719_604)
    #expect(exact.bytes / exact.states < 32)
    #expect(compact.bytes < exact.bytes * 2 / 3)
  }
}
