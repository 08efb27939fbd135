import OutageExplorer
import OutageKit
import OutageReport
import Testing

@Suite struct SearchTests {
  @Test(arguments: ["races/enactors.outage", "races/enactor-queue.outage", "races/stuck-rollback.outage"])
  func workersDoNotChangeAByte(_ path: String) throws {
    let texts = try [1, 2, 4].map { workers in
      let r = try Exploration.explore(path) { $0.search.workers = workers }
      return explorationJSON([("", r)], file: path, version: "0", digest: "")
    }
    #expect(texts[0] == texts[1])
    #expect(texts[0] == texts[2])
  }

  /// Levels that workers share: much is met for the first time there, by several of them at once.
  @Test(arguments: [
    ("races/enactors.outage", "enactors=3 endpoints=2 versions=4 fix=refcount"),
    ("races/enactors.outage", "enactors=3 endpoints=2 versions=4 fix=none"),
    ("models/two-phase-commit.outage", "managers=5"),
  ])
  func workersDoNotChangeAByteOfLargeLevels(_ path: String, _ settings: String) throws {
    for isCompact in [false, true] {
      let texts = try [1, 2, 3, 4].map { workers in
        let r = try Exploration.explore(path, settings) {
          $0.search.workers = workers
          $0.search.countsAll = true
          $0.search.isCompact = isCompact
        }
        #expect(r.states > 4096)
        return explorationJSON([("", r)], file: path, version: "0", digest: "")
      }
      for text in texts { #expect(text == texts[0]) }
    }
  }

  @Test(arguments: [2, 3]) func onlyFencingClosesTheRace(_ enactors: Int) throws {
    let source = try Exploration.source("dns-race.outage")
    var verdicts: [String: ExploreResult.Verdict] = [:]
    for one in try source.cases(varying: "fix") {
      let r = try Exploration.explore(source, "enactors=\(enactors)") { $0.settings = one.settings + $0.settings }
      verdicts[one.name] = r.properties[0].verdict
    }
    #expect(
      verdicts == [
        "fix = none": .violated, "fix = check_in_use": .violated, "fix = conditional_delete": .violated,
        "fix = compare_and_set": .violated, "fix = fencing": .holds,
      ])
  }

  @Test func withRollbackTheBadStatesCannotBeLeft() throws {
    let r = try Exploration.explore("dns-race.outage", "rollback=on") { $0.search.countsAll = true }
    #expect(r.states == 561)
    let recoverable = try #require(r.properties.first { $0.kind == "recoverable" })
    #expect(recoverable.violating == 24)
  }

  /// One server, kept for ever by the first request: its caller gives up, and the other's request never begins.
  @Test func aHandlerThatNeverEndsKeepsItsServer() throws {
    let text = """
      var began = 0
      var gaveUp = 0
      service s { servers 1; on h { began = began + 1; loop { wait 1s } } }
      process p[2] { call s.h timeout 1s else { gaveUp = gaveUp + 1 } }
      sometimes "both give up" { gaveUp == 2 }
      never "both begin" { began == 2 }
      """
    for abandoned in [1, 2] {
      let r = try Exploration.explore(text: text) { $0.search.abandoned = abandoned }
      #expect(r.properties.map(\.verdict) == [abandoned == 2 ? .holds : .unknown, .holds])
    }
  }

  @Test func counterexampleOfTheRaceFitsOnAScreen() throws {
    let r = try Exploration.explore("dns-race.outage")
    let text = ExplorationText(width: 80, color: false, unicode: true).render(r)
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines.count <= 40)
    #expect(lines.allSatisfy { $0.count <= 80 })
  }
}
