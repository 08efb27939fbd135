import OutageEngine
import OutageExplorer
import OutageKit
import Testing

/// Counterexamples as scripts: a run of them takes the same path and breaks the same property.
@Suite struct FollowTests {
  static let violated: [(path: String, settings: String)] = [
    ("races/enactors.outage", "fix=none"), ("races/enactors.outage", "fix=compare_and_set"),
    ("races/enactors.outage", "fix=seed"), ("races/enactors.outage", "fix=check_then_delete"),
    ("races/enactors.outage", "fix=atomic_delete"), ("races/enactor-queue.outage", "fix=none"),
    ("models/bakery.outage", "choosing=false"), ("models/leader-election.outage", "forwards=all"),
    ("races/two-writers.outage", "fix=none"), ("races/two-writers.outage", "fix=check_then_delete"),
    ("dns/clean-up.outage", "stage=original"), ("dns/clean-up.outage", "stage=compare_and_set"),
    ("dns/clean-up.outage", "stage=check_then_delete"), ("dns/clean-up.outage", "stage=atomic_delete"),
    ("races/stuck-rollback.outage", ""), ("races/lease-fencing.outage", ""),
  ]

  @Test(arguments: violated) func runFollowsTheCounterexample(_ path: String, _ settings: String) throws {
    let source = try Exploration.source(path)
    let r = try Exploration.explore(source, settings)
    let property = try #require(r.properties.first { $0.verdict == .violated && $0.kind == "never" })
    let script = try source.script(
      for: property, of: r.processes, settings: Exploration.pairs(settings), variant: nil, importing: path,
      load: { _, _ in .failure(LoadError("no imports here")) })
    #expect(script != nil, "\(path) \(settings): no run takes the path")
  }

  @Test func orderOfStepsIsFollowed() throws {
    let text = """
      clock 10:00 for 1m
      var log = 0
      process a { repeat 2 { log = log * 10 + 1; wait 1s } }
      process b { repeat 2 { log = log * 10 + 2; wait 3s } }
      at 10:00 follow a, b, b, a
      never "in this order" { log == 1221 }
      """
    let source = Exploration.source(text: text)
    let run = try source.run(RunOptions())
    #expect(run.properties[0].verdict == .violated)
    let plain = Exploration.source(text: text.replacing("at 10:00 follow a, b, b, a\n", with: ""))
    #expect(try plain.run(RunOptions()).properties[0].verdict != .violated)
  }
}
