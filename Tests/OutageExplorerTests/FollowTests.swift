import OutageEngine
import OutageExplorer
import OutageKit
import Testing

/// Counterexamples as scripts: a run of them takes the same path and breaks the same property.
@Suite struct FollowTests {
  /// Every script of the library that invites to explore it, in each of its variants.
  @Test(arguments: EngineWalkTests.library) func runFollowsTheCounterexample(_ one: EngineWalkTests.Case) throws {
    let source = try Exploration.source(one.path)
    let r = try Exploration.explore(source, "") { $0.variant = one.variant }
    for property in r.properties where property.verdict == .violated && property.kind != "recoverable" {
      let script = try source.script(
        for: property, of: r.processes, settings: [], variant: one.variant, importing: one.path,
        load: { _, _ in .failure(LoadError("no imports here")) })
      guard case .written = script else {
        Issue.record("\(one.testDescription), \(property.text): \(script)")
        continue
      }
    }
  }

  private func script(_ text: String) throws -> CounterexampleScript {
    let source = Exploration.source(text: text)
    let r = try Exploration.explore(source, "")
    let property = try #require(r.properties.first { $0.verdict == .violated })
    return try source.script(
      for: property, of: r.processes, settings: [], variant: nil, importing: "test.outage",
      load: { _, _ in .failure(LoadError("no imports here")) })
  }

  @Test func timeOutsAndFaultsAreWrittenAsStallsAndTimes() throws {
    let timeOut = try script(
      """
      var charged = 0
      service bank { servers 2; on pay { charged = charged + 1; return charged } }
      process shop { call bank.pay timeout 1s retry 1 else { wait 1s } }
      never "paid twice" { charged == 2 }
      """)
    guard case .written(let text, _) = timeOut else {
      Issue.record("\(timeOut)")
      return
    }
    #expect(text.contains("stall bank"))
    let again = try script(
      """
      var x = 0
      service s { servers 1; queue fifo capacity 0 full drop; wait until x == 9 }
      process p { call s timeout 1s retry 1 else { x = 1 } }
      never "given up" { x == 1 }
      """)
    guard case .written(let text, _) = again else {
      Issue.record("\(again)")
      return
    }
    #expect(text.contains("follow p, p, p") && !text.contains("not every step"))
    let crash = try script(
      """
      var taken = false
      var done = false
      process worker { taken = true; wait 10s; taken = false }
      process next { wait 20s; atomic { wait until not taken; done = true } }
      never "it is taken for good" { stuck }
      explore { may crash worker at most 1 }
      """)
    guard case .written(let text, _) = crash else {
      Issue.record("\(crash)")
      return
    }
    #expect(text.contains("crash worker"))
  }

  @Test func whatCannotBeWrittenSaysWhy() throws {
    let lasso = try script("var x = 0\nprocess a { loop { x = 1 - x } }\neventually \"two\" { x == 2 }")
    guard case .impossible(let reason) = lasso else {
      Issue.record("a run that never ends")
      return
    }
    #expect(reason.contains("for ever"))
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
