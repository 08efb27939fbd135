import OutageEngine
import OutageExplorer
import OutageKit
import OutageReport
import OutageSyntax
import Synchronization
import Testing

/// What each kind of property says about small scripts whose answers can be seen by eye.
@Suite struct PropertyTests {
  private func verdicts(_ text: String) throws -> [ExploreResult.Verdict] {
    try Exploration.explore(text: text).properties.map(\.verdict)
  }

  @Test func lostUpdateIsFoundAndAtomicAdditionHolds() throws {
    let racy = """
      var x = 0
      var done = 0
      process p[2] { let seen = x; x = seen + 1; done = done + 1 }
      never "an update is lost" { done == 2 and x < 2 }
      """
    let r = try Exploration.explore(text: racy)
    #expect(r.verdict == .violated)
    let trace = try #require(r.properties[0].trace)
    #expect(trace.steps.count == 6)
    #expect(trace.values == ["x 1", "done 2"])
    let atomic = racy.replacing("let seen = x; x = seen + 1", with: "x = x + 1")
    #expect(try verdicts(atomic) == [.holds])
  }

  @Test func deadlockIsAPropertyOnly() throws {
    let text = """
      var a = false
      var b = false
      process one { atomic { wait until not a; a = true }; atomic { wait until not b; b = true }; b = false; a = false }
      process two { atomic { wait until not b; b = true }; atomic { wait until not a; a = true }; a = false; b = false }
      """
    #expect(try Exploration.explore(text: text).verdict == .holds)
    let r = try Exploration.explore(text: text + "\nnever \"deadlock\" { stuck }")
    #expect(r.verdict == .violated)
    #expect(r.shortest == 2)
  }

  /// Whoever chose a branch waits in it, whether it can go on there or not.
  @Test func choicesAreSettledBeforeAClosedGuard() throws {
    for chosen in ["if chance(50%) { wait until y > 0 }", "let k = any 0..1; wait until y == k"] {
      let text = "var y = 0\nprocess a { \(chosen) }\nnever \"deadlock\" { stuck }"
      let r = try Exploration.explore(text: text)
      #expect(r.verdict == .violated, "\(chosen)")
      #expect(r.shortest == 1)
    }
    // A branch of `either` is open only while its first step can be made.
    let open = "var y = 0\nprocess a { either { wait until y > 0 } or { y = 2 } }\nnever \"deadlock\" { stuck }"
    #expect(try verdicts(open) == [.holds])
  }

  @Test func finishedProcessesAreNoDeadlock() throws {
    #expect(try verdicts("var x = 0\nprocess p { x = 1 }\nnever \"deadlock\" { stuck }") == [.holds])
  }

  @Test func eventuallyNeedsTurnsThatAreFair() throws {
    // `spinner` alone could go on for ever; weak fairness gives `worker` its turn.
    let fair = """
      var x = 0
      var turns = false
      process spinner { loop { turns = not turns } }
      process worker { x = 1 }
      eventually "x is set" { x == 1 }
      sometimes "it has turned" { turns }
      """
    #expect(try verdicts(fair) == [.holds, .holds])
    let unfair = fair.replacing("process worker { x = 1 }", with: "process worker { either { x = 1 } or { x = 2 } }")
    let r = try Exploration.explore(text: unfair)
    #expect(r.properties[0].verdict == .violated)
    #expect(r.properties[0].trace?.loop != nil)
  }

  @Test func pathThatEndsViolatesEventually() throws {
    let r = try Exploration.explore(text: "var x = 0\nprocess p { x = 1; x = 2 }\neventually \"three\" { x == 3 }")
    #expect(r.properties[0].verdict == .violated)
    #expect(r.properties[0].trace?.steps.count == 2)
  }

  /// The way to a loop avoids what is to come true as well, or leads over the premise, though another may be shorter.
  @Test func theWayToALoopIsPartOfTheCounterexample() throws {
    let eventually = try Exploration.explore(
      text: """
        var x = 0
        var y = 0
        process a { either { x = 1 } or { y = 1; y = 0 }; x = 2; loop { y = 1; y = 0 } }
        eventually "one" { x == 1 }
        """)
    #expect(
      eventually.properties[0].trace?.steps.map(\.text) == ["y = 1", "y = 0", "x = 2", "y = 1", "y = 0"])
    #expect(eventually.properties[0].trace?.loop == 3)
    let leadsTo = try Exploration.explore(
      text: """
        var x = 0
        var y = 0
        process a { either { x = 1; y = 7; y = 0 } or { y = 1; y = 0 }; x = 2; wait until x == 5 }
        eventually "three" after { x == 1 } { x == 3 }
        """)
    #expect(leadsTo.properties[0].trace?.steps.map(\.text) == ["x = 1", "y = 7", "y = 0", "x = 2"])
  }

  @Test func leadsToLooksOnlyBehindItsPremise() throws {
    let text = """
      var asked = 0
      var answered = 0
      process asker { repeat 2 { asked = asked + 1 } }
      process answerer { repeat 2 { atomic { wait until asked > answered; answered = answered + 1 } } }
      eventually "answered" after { asked > answered } { asked == answered }
      """
    #expect(try verdicts(text) == [.holds])
    #expect(
      try verdicts(text.replacing("process answerer { repeat 2", with: "process answerer { repeat 1")) == [.violated])
    let vacuous = try Exploration.explore(
      text: text.replacing("asked > answered }  {", with: "").replacing(
        "after { asked > answered }", with: "after { asked > 9 }"))
    #expect(vacuous.properties[0].verdict == .holds)
    #expect(vacuous.properties[0].isVacuous)
    #expect(vacuous.hasBlindSpots)
  }

  @Test func recoverableCountsTheStatesWithoutAWayBack() throws {
    let text = """
      var broken = false
      var repairs = 0
      process fault { repeat 2 { broken = true } }
      process repair { atomic { wait until broken; broken = false; repairs = repairs + 1 } }
      recoverable "it can be mended" { not broken }
      """
    let r = try Exploration.explore(text: text)
    #expect(r.properties[0].verdict == .violated)
    #expect((r.properties[0].violating ?? 0) > 0)
    #expect(
      try verdicts(
        text.replacing("process repair { atomic {", with: "process repair { loop { atomic {").replacing(
          "repairs + 1 } }", with: "0 } } }")) == [.holds])
  }

  @Test func unreachedStepsAreReported() throws {
    let r = try Exploration.explore(text: "var x = 0\nprocess p { if x > 5 { x = 9 } }\nnever \"nine\" { x == 9 }")
    #expect(r.unreached.map(\.text) == ["x = 9"])
    #expect(r.hasBlindSpots)
  }

  @Test func chanceAndAnyGoEveryWay() throws {
    let text = """
      var x = 0
      process p { let v = any 1..6; x = v if chance(50%) }
      sometimes "six" { x == 6 }
      sometimes "nothing" { p.finished and x == 0 }
      never "seven" { x == 7 }
      """
    #expect(try verdicts(text) == [.holds, .holds, .holds])
  }

  @Test func branchesAreOpenWhenTheirFirstStepIs() throws {
    let text = """
      var x = 0
      var y = 0
      process p { either { atomic { wait until x == 1; y = 1 } } or { atomic { wait until x == 2; y = 2 } } }
      process q { x = 2 }
      never "the first branch" { y == 1 }
      sometimes "the second branch" { y == 2 }
      """
    #expect(try verdicts(text) == [.holds, .holds])
  }

  /// A time-out of a branch's first step counts from where its `either` begins. Where no branch can go on before, the one with
  /// the earliest is taken: in a run at that time, in a search wherever no branch is open.
  @Test(arguments: [
    "wait until x == 1", "atomic { wait until x == 1", "let i = q.take", "let t = l.acquire", "atomic { let i = q.take",
  ]) func timeOutOpensItsBranch(_ first: String) throws {
    let end = first.hasPrefix("atomic") ? " }" : ""
    let text = """
      clock 10:00 for 1m
      var x = 0
      var y = 0
      queue q
      lease l { lasts 10m }
      process holder { let t = l.acquire; wait 30s; q.put(1) }
      process p {
        wait 1s
        either { \(first) timeout 5s else { y = 1 }\(end) }
        or { wait until x == 2; y = 2 }
        or { wait until x == 3 timeout 7s else { y = 3 } }
      }
      sometimes "one" { y == 1 }
      never "two" { y == 2 }
      never "three" { y == 3 }
      """
    let r = try Exploration.explore(text: text)
    #expect(r.properties.map(\.outcome) == [.holds, .holds, .holds], "\(first)")
    let run = try Exploration.source(text: text).run(RunOptions())
    #expect(run.properties.map(\.verdict) == [.holds, .holds, .holds], "\(first)")
    #expect(run.properties[0].time == 6_000_000_000, "\(first)")
    // Who comes in time is heard, and the time-out is forgotten.
    let early = text.replacing("process holder", with: "process early { wait 3s; x = 2 }\nprocess holder")
    let heard = try Exploration.source(text: early).run(RunOptions())
    #expect(heard.properties.map(\.verdict) == [.unknown, .violated, .holds], "\(first)")
    #expect(try Exploration.explore(text: early).properties.map(\.verdict) == [.holds, .violated, .holds], "\(first)")
  }

  @Test func faultBudgetsAreSpent() throws {
    let text = """
      var x = 0
      process p { x = 1; x = 2 }
      eventually "two" { x == 2 }
      """
    #expect(try verdicts(text) == [.holds])
    #expect(try verdicts(text + "\nexplore { may crash p at most 1 }") == [.violated])
    #expect(try verdicts(text + "\nexplore { may stall p at most 1 }") == [.violated])
    #expect(try verdicts(text + "\nexplore { may crash p at most 1; may restart p at most 0 }") == [.violated])
  }

  @Test func leaseMayLapseAtAnyMoment() throws {
    let r = try Exploration.explore("races/lease-fencing.outage")
    #expect(r.properties[0].verdict == .violated)
    #expect(r.properties[0].trace?.steps.contains { $0.kind == .expiry } == true)
    #expect(try Exploration.explore("races/lease-fencing.outage", "store=fenced").verdict == .holds)
  }

  @Test func calledHandlerGoesOnAfterItsCallerHasGivenUp() throws {
    let text = """
      var charged = 0
      service bank { servers 2; on pay { charged = charged + 1; return charged } }
      process shop { call bank.pay timeout 1s retry 1 else { wait 1s } }
      never "paid twice" { charged == 2 }
      """
    let r = try Exploration.explore(text: text)
    #expect(r.verdict == .violated)
    #expect(r.properties[0].trace?.steps.contains { $0.kind == .timeout } == true)
    let once = try Exploration.explore(text: text) { $0.search.abandoned = 0 }
    #expect(once.verdict == .holds)
    #expect(once.bounds.contains { $0.contains("0 of them abandoned") })
  }

  @Test func serverIsHeldFromTheFirstStatementToTheLast() throws {
    let text = """
      var inside = 0
      service store { servers 1; on write { inside = inside + 1; inside = inside - 1 } }
      process client[2] { call store.write else { wait 1s } }
      never "two at once" { inside == 2 }
      """
    #expect(try verdicts(text) == [.holds])
    #expect(try verdicts(text.replacing("servers 1", with: "servers 2")) == [.violated])
  }

  @Test func endlessSpaceStopsAtItsLimitAndNamesWhatGrows() throws {
    let r = try Exploration.explore(
      text: "var ticket = 0\nprocess p { loop { ticket = ticket + 1 } }\nnever \"n\" { ticket < 0 }"
    ) {
      $0.search.maxStates = 20_000
    }
    #expect(r.verdict == .unknown)
    #expect(r.limit == .states(20_000))
    #expect(r.hint?.contains("ticket") == true)
    let small = try Exploration.explore(
      text: "var ticket = 0\nprocess p { loop { ticket = ticket + 1 } }\nnever \"n\" { ticket < 0 }"
    ) {
      $0.search.maxMemory = 8 << 20
    }
    #expect(small.limit == .memory(8 << 20))
    #expect(small.bytes <= 8 << 20)
  }

  /// Three counters, modulo some number.
  private static func counters(_ n: Int) -> String {
    """
    var a = 0
    var b = 0
    var c = 0
    process x { loop { a = (a + 1) mod \(n) } }
    process y { loop { b = (b + 1) mod \(n) } }
    process z { loop { c = (c + 1) mod \(n) } }
    always "small" { a + b + c < 3 * \(n) }
    """
  }

  @Test(arguments: [8, 24], [false, true]) func memoryIsUsedUpToItsLimit(_ megabytes: Int, _ isCompact: Bool) throws {
    let r = try Exploration.explore(text: Self.counters(300)) {
      $0.search.maxMemory = megabytes << 20
      $0.search.isCompact = isCompact
    }
    #expect(r.limit == .memory(megabytes << 20))
    #expect(r.bytes <= megabytes << 20, "\(r.bytes)")
    #expect(Double(r.bytes) >= 0.85 * Double(megabytes << 20), "\(r.bytes)")
  }

  @Test func pathsThatDoNotFitIntoMemoryAreLeftOpen() throws {
    let text = Self.counters(50) + "\neventually \"all at once\" { a == 7 and b == 7 and c == 7 }"
    func judged(_ megabytes: Int) throws -> ExploreResult.Property {
      let r = try Exploration.explore(text: text) { $0.search.maxMemory = megabytes << 20 }
      #expect(r.isComplete)
      return try #require(r.properties.last)
    }
    #expect(try judged(8).verdict == .unknown)
    #expect(try judged(8).reason == "not decided: the memory allowed does not hold 375,000 transitions")
    #expect(try judged(64).verdict == .violated)
  }

  @Test func whoeverAsksForTheEndIsHeardBetweenLongSteps() throws {
    for (why, limit) in [(SearchHalt.timeIsUp, ExploreResult.Limit.time), (.interrupted, .interrupted)] {
      let asked = Mutex(0)
      let r = try Exploration.explore(
        text:
          "var x = 0\nprocess p { loop { x = (x + 1 + sum(k for k in 0..200_000)) mod 1000 } }\nalways \"small\" { x < 1000 }"
      ) {
        $0.halt = { _ in
          asked.withLock { $0 += 1 }
          return asked.withLock { $0 } > 3 ? why : .goOn
        }
      }
      #expect(r.limit == limit)
      #expect(r.states < 100, "\(r.states)")
      let page = ExplorationText(width: 200, color: false, unicode: true).render(r)
      #expect(page.contains(limit == .time ? "\nstopped at the time allowed; " : "\ninterrupted; "), "\(page)")
      let json = explorationJSON([("", r)], file: "", version: "", digest: "")
      #expect(json.contains(limit == .time ? "\"limit\":\"time\"" : "\"limit\":\"interrupted\""), "\(json)")
    }
  }

  @Test func whoeverAsksForTheEndIsHeardWhilePathsAreLookedAt() throws {
    let text =
      Self.counters(20) + "\neventually \"all\" { a == 7 and b == 7 and c == 7 }\nrecoverable \"back\" { a == 0 }"
    func judged(stopAt: Int) throws -> (asked: Int, ExploreResult) {
      let asked = Mutex(0)
      let r = try Exploration.explore(text: text) {
        $0.halt = { _ in
          asked.withLock {
            $0 += 1
            return $0 >= stopAt ? .timeIsUp : .goOn
          }
        }
      }
      return (asked.withLock { $0 }, r)
    }
    let (all, whole) = try judged(stopAt: .max)
    #expect(whole.limit == nil && whole.isComplete)
    var late = 0
    for k in 1..<all {
      let (_, r) = try judged(stopAt: k)
      #expect(r.limit == .time)
      #expect(r.properties.last?.verdict == .unknown)
      if r.isComplete { late += 1 }
    }
    #expect(late > 2, "\(late) of \(all)")
  }

  @Test func aStepOfManyChoicesEndsAtItsLimits() throws {
    let text = """
      var x = 0
      process p { let a = any 0..999; let b = any 0..900; x = a * 1000 + b }
      never "large" { x > 1_000_000 }
      """
    let small = try Exploration.explore(text: text) { $0.search.maxMemory = 32 << 20 }
    #expect(small.limit == .memory(32 << 20))
    let short = try Exploration.explore(text: text) { $0.halt = { _ in .timeIsUp } }
    #expect(short.limit == .time)
  }

  @Test func leasesThatAreRenewedAreHeldAtTheStart() throws {
    let text = """
      service s { work 1s }
      lease renewed { lasts 9m; renew every 4m { call s timeout 5s } }
      lease taken { lasts 9m }
      process p { let seen = renewed.active }
      sometimes "held" { renewed.active }
      sometimes "taken" { taken.active }
      """
    #expect(try verdicts(text) == [.holds, .violated])
    #expect(
      try verdicts(text.replacing("lasts 9m; renew", with: "lasts 9m; starts lapsed; renew")) == [.unknown, .violated])
  }

  @Test func propertiesOfTimeAndLoadSayWhyTheyAreNotExplored() throws {
    let text = """
      var x = 0
      service api { work 1s }
      process p { x = 1 }
      always "soon" until 1m { x == 1 }
      never "busy" { api.busy > 3 }
      never "x is two" { x == 2 }
      """
    let r = try Exploration.explore(text: text)
    #expect(r.properties.map(\.text) == ["x is two"])
    #expect(r.skipped.map(\.text) == ["soon", "busy"])
    #expect(r.skipped[1].reason.contains("api"))
  }

  @Test func localStepsMakeNoStates() throws {
    let plain = try Exploration.explore(text: "var x = 0\nprocess p[2] { x = x + 1 }\nnever \"n\" { x < 0 }")
    let busy = try Exploration.explore(
      text:
        "var x = 0\nprocess p[2] { let a = 1; let b = a + 1; repeat 3 { let c = b }; x = x + 1; let d = 4 }\nnever \"n\" { x < 0 }"
    )
    #expect(plain.states == busy.states)
    #expect(plain.transitions == busy.transitions)
  }

  @Test func failingStepIsAnError() throws {
    let r = try Exploration.explore(text: "var x = 0\nprocess p { x = 1; x = 7 div (x - 1) }\nnever \"n\" { x < 0 }")
    #expect(r.failure?.code == "E0701")
    #expect(r.failure?.trace?.steps.count == 1)
  }

  /// Of a condition that cannot be told, in a state or along paths, it is said where it is and what leads there.
  @Test(arguments: ["never", "eventually", "recoverable"], [false, true])
  func failingConditionIsAnErrorWithItsPlaceAndTrace(_ kind: String, _ isCompact: Bool) throws {
    if isCompact, kind != "never" { return }
    let text = "var x = 2\nprocess a { repeat 2 { x = x - 1 } }\n\(kind) \"bad\" { 10 / x > 100 }"
    let r = try Exploration.explore(text: text) { $0.search.isCompact = isCompact }
    let failure = try #require(r.failure)
    #expect(failure.code == "E0701" && failure.message == "division by zero, in \"bad\"")
    #expect(failure.line == 3 && failure.text == "10 / x > 100")
    #expect(failure.trace?.steps.map(\.changes) == [["x 2 → 1"], ["x 1 → 0"]])
    let place = try #require(r.failedStep?.primary.span)
    #expect(Array(text.utf8)[Int(place.start)..<Int(place.end)].elementsEqual("10 / x > 100".utf8))
    #expect(r.properties[0].verdict == .unknown && r.properties[0].trace == nil)
    #expect(r.properties[0].reason == "not decided: its condition fails")
    let words = ExplorationText(width: 80, color: false, unicode: true).render(r)
    #expect(!words.contains("until all was decided"))
  }
}
