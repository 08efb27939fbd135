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

  @Test func counterexampleOfTheRaceFitsOnAScreen() throws {
    let r = try Exploration.explore("dns-race.outage")
    let text = ExplorationText(width: 80, color: false, unicode: true).render(r)
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines.count <= 40)
    #expect(lines.allSatisfy { $0.count <= 80 })
  }
}
