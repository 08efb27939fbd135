import OutageEngine
import OutageExplorer
import OutageKit
import Testing

/// Where a path may end, and what happens in the end on every fair one: faults need not come, everything else does.
@Suite struct EndsAndFairnessTests {
  struct Case: CustomTestStringConvertible, Sendable {
    var name: String
    var text: String
    var verdicts: [ExploreResult.Verdict]
    /// Steps of the first property's trace.
    var steps: Int?
    var testDescription: String { name }
  }

  static let cases: [Case] = [
    Case(
      name: "a crash that may come keeps nobody from being stuck",
      text: """
        var x = 0
        process p { wait until x == 5 }
        process q { x = 1; x = 2 }
        explore { may crash p at most 1; may restart p at most 1 }
        never "stuck" { stuck }
        """, verdicts: [.violated], steps: 2),
    Case(
      name: "a lease that will lapse lets who waits for it go on",
      text: """
        lease l { lasts 1m }
        var x = 0
        process a { let t = l.acquire; wait until x == 1 }
        process b { wait 1s; let t = l.acquire; x = 1 }
        never "stuck" { stuck }
        """, verdicts: [.holds]),
    Case(
      name: "a path may end where only a crash is left",
      text: """
        var x = 0
        process q { wait until x == 5 }
        process p { wait until not q.up; x = 1 }
        explore { may crash q at most 1 }
        eventually "x" { x == 1 }
        """, verdicts: [.violated]),
    Case(
      name: "a time-out comes in the end",
      text: """
        var x = 0
        var beat = false
        service s { on w { wait until x == 1 } }
        process p { call s.w timeout 1s else { x = 1 } }
        process r { loop { beat = not beat; wait 1s } }
        eventually "x" after { beat } { x == 1 }
        """, verdicts: [.holds]),
    Case(
      name: "a lease lapses in the end",
      text: """
        var x = 0
        var beat = false
        lease l { lasts 1m }
        process a { let t = l.acquire; wait until x == 9 }
        process b { wait 1s; let t = l.acquire; x = x + 1 }
        process r { loop { beat = not beat; wait 1s } }
        eventually "b gets it" { x == 1 }
        """, verdicts: [.holds]),
    Case(
      name: "a lease that is renewed need not lapse",
      text: """
        var x = 0
        lease l { lasts 1m }
        process a { let t = l.acquire; loop { let ok = l.renew(t); wait 30s } }
        process b { wait 1s; let t = l.acquire; x = x + 1 }
        eventually "b gets it" { x == 1 }
        """, verdicts: [.violated]),
    Case(
      name: "a restart comes in the end",
      text: """
        var x = 0
        var beat = false
        process p { wait 2s; x = 1 }
        process r { loop { beat = not beat; wait 1s } }
        explore { may crash p at most 1; may restart p at most 1 }
        eventually "x" { x == 1 }
        """, verdicts: [.holds]),
    Case(
      name: "whoever stalls for ever need not move",
      text: """
        var x = 0
        var beat = false
        process p { wait 2s; x = 1 }
        process r { loop { beat = not beat; wait 1s } }
        explore { may stall p at most 1 }
        eventually "x" { x == 1 }
        never "down" { not p.up }
        """, verdicts: [.violated, .violated]),
    Case(
      name: "stuck is seen by properties of paths too",
      text: """
        var x = 0
        process p { x = 1; wait until x == 5 }
        eventually "it comes" { stuck }
        recoverable "there is a way" { stuck }
        eventually "after it" after { stuck } { x == 7 }
        sometimes "it is seen" { stuck }
        """, verdicts: [.holds, .holds, .violated, .holds]),
    Case(
      name: "a variable outlives a crash between two steps of its own",
      text: """
        var x = 0
        process q { var m = 0; m = m + 1; wait 2s; x = m }
        explore { may crash q at most 1; may restart q at most 1 }
        never "twice" { x == 2 }
        """, verdicts: [.violated], steps: 5),
    Case(
      name: "a loop that chooses before it does anything",
      text: """
        var x = 0
        process p { loop { let v = any 0..9; if v == 3 { x = 1 - x } } }
        process q { loop { if chance(50%) { x = x }; wait 1s } }
        never "two" { x == 2 }
        eventually "one" { x == 1 }
        """, verdicts: [.holds, .violated]),
  ]

  @Test(arguments: cases) func pathsEndAndGoOnAsTimeDoes(_ one: Case) throws {
    let r = try Exploration.explore(text: one.text)
    #expect(r.properties.map(\.verdict) == one.verdicts)
    if let steps = one.steps { #expect(r.properties[0].trace?.steps.count == steps) }
    // Where orders may be left out nothing is lost by that.
    let reduced = try Exploration.explore(text: one.text) { $0.search.usesPartialOrder = true }
    #expect(reduced.properties.map(\.verdict) == one.verdicts)
  }

  @Test func aLoopThatChoosesTakesAFewStates() throws {
    let r = try Exploration.explore(
      text: "var x = 0\nprocess p { loop { if chance(50%) { x = 1 - x }; wait 1s } }\nnever \"two\" { x == 2 }")
    #expect(r.states <= 3)
    #expect(r.verdict == .holds)
  }

  /// A run and a search say of the same scripts whether somebody is stuck.
  @Test(arguments: [
    ("service s { work 5s; x = 1 }\nprocess p { send s; wait until x == 1 }", false),
    ("process a { x = 1 }\nprocess p { wait until x == 1 }", false),
    ("process p { x = 2; wait until x == 1 }", true),
    ("service s { wait until x == 1 }\nprocess p { call s }", true),
    ("service s { wait until x == 1 }\nprocess p { call s timeout 5s else { } }", false),
    ("service s { servers 1; queue fifo capacity 0 full drop; work 10m }\nprocess p { send s; call s; x = 1 }", true),
    ("service t { work 10s }\nservice s { call t; x = 1 }\nprocess p { send s; wait until x == 1 }", false),
    ("service s { servers 1; work 10s; x = x + 1 }\nprocess p { send s; send s; wait until x == 2 }", false),
    ("queue q\nprocess p { let i = q.take }\nprocess r { wait 10s; q.put(1) }", false),
    ("queue q\nprocess p { let i = q.take }", true),
  ]) func runsAndSearchesAgreeOnWhoIsStuck(_ text: String, _ isStuck: Bool) throws {
    let text = "clock 00:00 for 30m\nvar x = 0\n\(text)\nnever \"stuck\" { stuck }"
    let wanted = isStuck ? ExploreResult.Verdict.violated : .holds
    #expect(try Exploration.explore(text: text) { $0.search.abandoned = 2 }.properties.map(\.verdict) == [wanted])
    let run = try Exploration.source(text: text).run(RunOptions())
    #expect(run.properties.map(\.verdict) == [isStuck ? .violated : .holds])
  }

  /// Whoever is stalled for ever does not go on; whoever crashed has come to its end; what loads do comes from outside.
  @Test(arguments: [
    ("process p { wait 10s; x = 1 }\nat 5s stall p", true),
    ("process p { wait 10s; x = 1 }\nat 5s stall p for 5m", false),
    ("process p { wait 10s; x = 1 }\nat 5s crash p", false),
    ("service s { work 10s }\nload l rate 10/s { call s }\nprocess p { wait until x == 1 }", true),
    ("service s { work 1s; x = 1 }\nprocess p { send s; wait until x == 1 }\nat 500ms stall s", true),
    ("service s { work 1s; x = 1 }\nprocess p { send s; wait until x == 1 }\nat 500ms stall s for 5s", false),
  ]) func faultsMayLeaveARunStuck(_ text: String, _ isStuck: Bool) throws {
    let text = "clock 00:00 for 30m\nvar x = 0\n\(text)\nnever \"stuck\" { stuck }"
    let run = try Exploration.source(text: text).run(RunOptions())
    #expect(run.properties.map(\.verdict) == [isStuck ? .violated : .holds])
  }

  /// In a run too, where the one who waits gets the lease in the end.
  @Test func runsAreNotStuckBeforeALeaseHasLapsed() throws {
    let text = "clock 00:00 for 5m\n" + Self.cases[1].text
    let run = try Exploration.source(text: text).run(RunOptions())
    #expect(run.properties.map(\.verdict) == [.holds])
  }
}
