import OutageExplorer
import OutageKit
import Testing

/// What a call may come to: where it arrives, and who turns it away.
@Suite struct CalledTests {
  private func verdicts(_ text: String) throws -> [ExploreResult.Verdict] {
    try Exploration.explore(text: text).properties.map(\.verdict)
  }

  @Test func aCallThroughABalancerReachesItsService() throws {
    let text = """
      var n = 0
      service s { n = n + 1 }
      service other { n = n + 10 }
      balancer lb over s
      process p { call lb }
      sometimes "s is reached" { n == 1 }
      never "another is" { n == 10 }
      """
    let r = try Exploration.explore(text: text)
    #expect(r.properties.map(\.verdict) == [.holds, .holds])
    #expect(r.leftOut == ["health checks of lb"])
    // Where nodes are few, the wrong number led out of the world.
    #expect(
      try verdicts(
        """
        var n = 0
        var m = 0
        service s { n = n + 1 }
        balancer lb over s
        process p { call lb }
        sometimes "it is reached" { n == 1 }
        """) == [.holds])
  }

  /// A `send` is one step, also where it is the last.
  @Test(arguments: [
    ("send s", 2), ("if y == 1 { send s } else { y = 3 }", 3), ("repeat 2 { send s }", 3),
    ("atomic { y = 2; send s }", 2),
    ("atomic { send s; send s }", 2),
  ])
  func aLastSendEndsItsProcess(_ last: String, _ steps: Int) throws {
    let r = try Exploration.explore(
      text: """
        var x = 0
        var y = 0
        service s { x = 2 }
        process p { y = 1; \(last) }
        sometimes "the end" { p.finished }
        """
    ) { $0.search.abandoned = 2 }
    #expect(r.properties.map(\.verdict) == [.holds])
    #expect(r.properties[0].reason == "reached in \(steps) steps")
  }

  /// Nothing comes between the statements of an atomic step that sends, and whom a service lets in is asked where it sends.
  @Test func anAtomicStepThatSendsIsOneStep() throws {
    let r = try Exploration.explore(
      text: """
        var x = 0
        var y = 0
        var z = 0
        var seen = 0
        service s { limit 5; on go { y = y + 1 } }
        service t { on go { atomic { send s.go; z = 1 } } }
        process p { atomic { send s.go; send s.go; x = 1; s.limit = 1 } }
        process q { atomic { seen = x + 10 * y }; call t.go }
        never "between" { seen == 10 or seen == 20 }
        sometimes "behind" { seen == 21 }
        never "between those of a request" { y == 3 and z == 0 }
        sometimes "all three" { y == 3 }
        """
    ) { $0.search.abandoned = 3 }
    #expect(r.properties.map(\.verdict) == [.holds, .holds, .holds, .holds])
  }

  /// Another attempt of a call is a step, and giving up another.
  @Test func aRetryIsAStep() throws {
    let r = try Exploration.explore(
      text: """
        var x = 0
        service s { servers 1; queue fifo capacity 0 full drop; wait until x == 9 }
        process p { call s timeout 1s retry 1 else { x = 1 } }
        never "given up" { x == 1 }
        """)
    let steps = try #require(r.properties[0].trace?.steps)
    #expect(steps.map(\.kind) == [.step, .timeout, .step, .timeout, .step])
    #expect(steps[2].text.hasPrefix("again: call s"))
    #expect(r.unreached.allSatisfy { !$0.text.hasPrefix("call s") && !$0.text.hasPrefix("again") })
  }

  /// Who waits for the bound of requests and for nothing else is not stuck, and has a way on.
  @Test(arguments: [
    """
    var go = 0
    service s { servers 2; wait until go == 1 }
    process p { send s; send s; go = 1 }
    never "stuck" { stuck }
    eventually "done" { p.finished }
    recoverable "back" { go == 1 }
    sometimes "there" { go == 1 }
    never "high" { go > 1 }
    """,
    """
    var go = 0
    service s { servers 2; wait until go == 2 }
    process p[2] { call s timeout 1s else { go = go + 1 } }
    never "stuck" { stuck }
    eventually "done" { all(p[*].finished) }
    recoverable "back" { go == 2 }
    sometimes "there" { go == 2 }
    never "high" { go > 2 }
    """,
  ]) func whatWaitsForABoundIsNotDecided(_ text: String) throws {
    let bounded = try Exploration.explore(text: text)
    #expect(bounded.properties.map(\.verdict) == [.unknown, .unknown, .unknown, .unknown, .holds])
    #expect(bounded.properties.allSatisfy { $0.trace == nil } && bounded.unreached.isEmpty)
    #expect(bounded.bounds.contains("calls and time-outs beyond these waited"))
    #expect(bounded.properties.last?.reason.hasSuffix("within these bounds") == true)
    let r = try Exploration.explore(text: text) { $0.search.abandoned = 2 }
    #expect(r.properties.map(\.verdict) == [.holds, .holds, .holds, .holds, .holds])
    #expect(!r.bounds.contains("calls and time-outs beyond these waited"))
  }

  @Test func aHandlerReachesEveryElementThroughABalancer() throws {
    let text = """
      var n = 0
      var hit[3] = 0
      service s[3] { on get { hit[index] = hit[index] + 1 }; on other { n = n + 1 } }
      service front { on ask { call lb.get; call lb.other } }
      balancer lb over s
      process p { call front.ask }
      sometimes "the first" { hit[0] == 1 and n == 1 }
      sometimes "the last" { hit[2] == 1 and n == 1 }
      never "two of them" { sum(hit[i] for i in 0..2) > 1 }
      """
    #expect(try verdicts(text) == [.holds, .holds, .holds])
  }

  private static let full = """
    var refused = 0
    var served = 0
    service s { queue capacity 1; on go { work 1s; served = served + 1 } }
    process p[3] { call s.go else { refused = refused + 1 } }
    sometimes "one is refused" { refused == 1 and served == 2 }
    never "two are" { refused > 1 }
    """

  @Test func aFullQueueRefuses() throws {
    #expect(try verdicts(Self.full) == [.holds, .holds])
    // Nobody hears that he was dropped: he may only give up.
    let drops = Self.full.replacing("capacity 1", with: "capacity 1 full drop")
    #expect(try verdicts(drops + "\nnever \"lost\" { stuck }") == [.violated, .holds, .violated])
    let room = Self.full.replacing("capacity 1", with: "capacity 2")
    #expect(try verdicts(room) == [.violated, .holds])
    // Of three on their way one may come first, or last.
    let far = Self.full.replacing("on go", with: "latency 5ms; on go")
    #expect(try verdicts(far + "\nsometimes \"all are served\" { served == 3 }") == [.holds, .holds, .holds])
  }

  @Test func whoIsBeyondALimitIsRefused() throws {
    let text = """
      var refused = 0
      var served = 0
      service s { servers 3; limit 1; on go { served = served + 1 }; on other { } }
      process p[2] { call s.go else { refused = refused + 1 } }
      sometimes "one is refused" { refused == 1 and served == 1 }
      sometimes "none" { served == 2 }
      never "both" { refused == 2 }
      """
    #expect(try verdicts(text) == [.holds, .holds, .holds])
    let ofHandler = text.replacing("limit 1; on go", with: "on go limit 1")
    #expect(try verdicts(ofHandler) == [.holds, .holds, .holds])
    let rate = try Exploration.explore(text: text.replacing("limit 1;", with: "limit 5/s;"))
    #expect(rate.properties.map(\.verdict) == [.holds, .holds, .violated])
    #expect(rate.leftOut == ["rates of s (any call may be refused)"])
  }

  @Test func aNameLeadsToWhatItsPlanSays() throws {
    let text = """
      plans z
      dns d of z
      var hit = 9
      service s[2] at d { hit = index }
      process a { z.add(s[0]); d.apply(1); call s }
      sometimes "the one is called" { hit == 0 }
      never "the other is" { hit == 1 }
      """
    #expect(try verdicts(text) == [.holds, .holds])
  }

  @Test func statementsOfHandlersThatAreNeverReachedAreReported() throws {
    let text = """
      var x = 0
      service s { on go { if x == 9 { x = 4 } }; on never { x = 5 } }
      process p { call s.go; if x == 7 { call s.never } }
      sometimes "x is 0" { x == 0 }
      """
    let r = try Exploration.explore(text: text + "\nnever \"x is 5\" { x == 5 }")
    #expect(
      r.unreached.map(\.text) == ["x = 4", "call s.never"] || r.unreached.map(\.text) == ["call s.never", "x = 4"])
  }
}
