import OutageExplorer
import OutageKit
import Testing

// Numbers that other tools and brute force give: distinct states, transitions, violating states, lengths, interleavings.

@Suite struct ExactnessTests {
  struct Queue: CustomTestStringConvertible, Sendable {
    var settings: String
    var states: Int
    var transitions: Int
    var violating: Int
    var length: Int?
    var testDescription: String { settings }
  }

  static let queues: [Queue] = [
    Queue(settings: "fix=none", states: 116, transitions: 217, violating: 3, length: 11),
    Queue(settings: "fix=check_on_receive", states: 116, transitions: 217, violating: 3, length: 11),
    Queue(settings: "fix=guard_current", states: 116, transitions: 217, violating: 0),
    Queue(settings: "fix=check_on_apply", states: 82, transitions: 162, violating: 0),
    Queue(settings: "fix=one_step", states: 10, transitions: 18, violating: 0),
    Queue(settings: "fix=none versions=5", states: 495, transitions: 1130, violating: 32, length: 11),
    Queue(settings: "fix=check_on_receive versions=5", states: 495, transitions: 1130, violating: 32, length: 11),
    Queue(settings: "fix=guard_current versions=5", states: 515, transitions: 1170, violating: 0),
    Queue(settings: "fix=check_on_apply versions=5", states: 331, transitions: 763, violating: 0),
    Queue(settings: "fix=one_step versions=5", states: 21, transitions: 45, violating: 0),
    Queue(settings: "fix=none versions=5 enactors=3", states: 3640, transitions: 10756, violating: 489, length: 9),
    Queue(settings: "fix=guard_current versions=5 enactors=3", states: 4207, transitions: 12277, violating: 0),
    Queue(settings: "fix=check_on_apply versions=5 enactors=3", states: 1953, transitions: 5847, violating: 0),
    Queue(settings: "fix=one_step versions=5 enactors=3", states: 21, transitions: 60, violating: 0),
  ]

  @Test(arguments: queues) func countsOfEnactorsThatTakePlansFromAQueue(_ queue: Queue) throws {
    let r = try Exploration.explore("races/enactor-queue.outage", queue.settings) { $0.search.countsAll = true }
    #expect(r.states == queue.states)
    #expect(r.transitions == queue.transitions)
    #expect(r.properties[0].violating == queue.violating)
    #expect(r.shortest == queue.length)
  }

  @Test(arguments: 1...4) func twoEnactorsNeedOnePlanMoreThanTheThreshold(_ threshold: Int) throws {
    func verdict(_ versions: Int) throws -> ExploreResult.Verdict {
      try Exploration.explore("races/enactor-queue.outage", "threshold=\(threshold) versions=\(versions)").properties[0]
        .verdict
    }
    #expect(try verdict(threshold) == .holds)
    #expect(try verdict(threshold + 1) == .violated)
  }

  struct Orders: CustomTestStringConvertible, Sendable {
    var settings: String
    var all: UInt128
    var met: UInt128
    var testDescription: String { settings }
  }

  @Test(arguments: [
    Orders(settings: "fix=none", all: 10, met: 4),
    Orders(settings: "fix=check_then_delete", all: 15, met: 4),
    Orders(settings: "fix=atomic_delete", all: 10, met: 2),
    Orders(settings: "fix=compare_and_set", all: 10, met: 2),
    Orders(settings: "fix=fencing", all: 10, met: 0),
    Orders(settings: "fix=none endpoints=3", all: 126, met: 99),
    Orders(settings: "fix=check_then_delete endpoints=3", all: 210, met: 62),
    Orders(settings: "fix=atomic_delete endpoints=3", all: 126, met: 23),
    Orders(settings: "fix=compare_and_set endpoints=3", all: 126, met: 62),
    Orders(settings: "fix=fencing endpoints=3", all: 126, met: 0),
  ])
  func interleavingsOfTheStoryOfTwoWriters(_ orders: Orders) throws {
    let r = try Exploration.explore("races/two-writers.outage", orders.settings) { $0.search.countsPaths = true }
    #expect(r.paths?.all == orders.all)
    #expect(r.paths?.met.map(\.count) == [orders.met])
    #expect(r.properties[0].verdict == (orders.met == 0 ? .holds : .violated))
  }

  /// Of each property of states, not of the first alone.
  @Test func pathsAreCountedForEachProperty() throws {
    let text = """
      var x = 0
      process a { x = 1 }
      process b { x = 2 }
      process c { x = 3 }
      eventually "all" { x > 0 }
      never "one last" { x == 1 and a.finished and b.finished and c.finished }
      sometimes "two or three last" { x > 1 and a.finished and b.finished and c.finished }
      never "four" { x == 4 }
      """
    let r = try Exploration.explore(text: text) { $0.search.countsPaths = true }
    let paths = try #require(r.paths)
    #expect(paths.all == 6)
    #expect(paths.met.map(\.property) == [1, 2, 3] && paths.met.map(\.count) == [2, 4, 0])
  }

  @Test(arguments: [(3, 288), (4, 1568), (5, 8832)])
  func statesOfTwoPhaseCommit(_ managers: Int, _ states: Int) throws {
    let r = try Exploration.explore("models/two-phase-commit.outage", "managers=\(managers)")
    #expect(r.states == states)
    #expect(r.verdict == .holds)
  }

  @Test(arguments: [2, 3, 4, 7]) func statesOfPhilosophers(_ n: Int) throws {
    let r = try Exploration.explore("models/dining-philosophers.outage", "philosophers=\(n)") {
      $0.search.countsAll = true
    }
    #expect(r.states == (0..<n).reduce(1) { product, _ in product * 3 } - 1)
    #expect(r.shortest == n)
    #expect(
      try Exploration.explore("models/dining-philosophers.outage", "philosophers=\(n) polite=true").verdict == .holds)
  }

  struct Enactors: CustomTestStringConvertible, Sendable {
    var fix: String
    /// In all, also past violations.
    var states: Int
    var shortest: Int?
    var testDescription: String { fix }
  }

  @Test(arguments: [
    Enactors(fix: "none", states: 11_367, shortest: 12),
    Enactors(fix: "compare_and_set", states: 13_879, shortest: 12),
    Enactors(fix: "seed", states: 17_767, shortest: 14),
    Enactors(fix: "check_then_delete", states: 15_081, shortest: 13),
    Enactors(fix: "atomic_delete", states: 12_662, shortest: 12),
    Enactors(fix: "retry", states: 7_739),
    Enactors(fix: "conditional", states: 5_417),
    Enactors(fix: "refcount", states: 11_652),
  ])
  func theEightVariantsOfTheEnactorsRace(_ variant: Enactors) throws {
    let all = try Exploration.explore("races/enactors.outage", "fix=\(variant.fix)") { $0.search.countsAll = true }
    #expect(all.states == variant.states)
    let r = try Exploration.explore("races/enactors.outage", "fix=\(variant.fix)")
    #expect(r.shortest == variant.shortest)
  }
}
