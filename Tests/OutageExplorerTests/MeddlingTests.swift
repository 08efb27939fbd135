import OutageEngine
import OutageExplorer
import OutageKit
import Testing

/// What takes no part in a search and changes what a property depends on: the verdict is none, and never *holds*.
@Suite struct MeddlingTests {
  private static func verdicts(_ text: String, _ settings: String = "") throws -> [ExploreResult.Verdict] {
    try Exploration.explore(Exploration.source(text: text), settings).properties.map(\.verdict)
  }

  private static func reason(_ text: String) throws -> String {
    try Exploration.explore(text: text).properties[0].reason
  }

  static let nodes = """
    clock 00:00 for 1m
    var x = 0
    var other = 0
    queue q { capacity 1 }
    lease l { lasts 10s }
    service s { queue fifo capacity 1; on go { work 1ms }; on mark { x = 1 } }
    service deep { on go { call s.mark } }
    process p { wait 1s; other = 1 }

    """

  /// Each writes x, itself or through others.
  @Test(arguments: [
    "load l1 rate 1/s { x = 1 }", "load l1 rate 1/s { call s.go else { x = 1 } }", "load l1 rate 1/s { call s.mark }",
    "load l1 rate 1/s { call deep.go }", "load l1 users 3 { send s.mark }", "at 5s { x = 1 }", "at 5s x = x + 1",
    "every 5s { if other == 0 { x = 1 } }", "when other == 1 { x = 1 }", "at 5s { call s.mark }",
    "lease m[3] { lasts 9s; renew every 2s { x = 1 } }", "lease m[3] { lasts 9s; renew every 2s { call s.mark } }",
  ]) func whoeverWritesWhatIsReadLeavesItOpen(_ item: String) throws {
    #expect(try Self.verdicts(Self.nodes + "never \"p\" { x == 1 }\n" + item) == [.unknown], "\(item)")
    #expect(try Self.verdicts(Self.nodes + "always \"p\" { x == 0 }\n" + item) == [.unknown], "\(item)")
    #expect(try Self.verdicts(Self.nodes + "sometimes \"p\" { x == 1 }\n" + item) == [.unknown], "\(item)")
    #expect(try Self.verdicts(Self.nodes + "eventually \"p\" { x == 1 }\n" + item) == [.unknown], "\(item)")
    #expect(try Self.verdicts(Self.nodes + "recoverable \"p\" { x == 0 }\n" + item) == [.unknown], "\(item)")
    // Of what it does not write it says nothing.
    #expect(try Self.verdicts(Self.nodes + "never \"p\" { other == 2 }\n" + item) == [.holds], "\(item)")
  }

  /// A process on which a property depends waits for what they write.
  @Test func theyMeddleThroughProcesses() throws {
    let text = Self.nodes + "var y = 0\nprocess r { wait until x == 1; y = 1 }\nnever \"p\" { y == 1 }\nat 5s { x = 1 }"
    #expect(try Self.verdicts(text) == [.unknown])
    #expect(try Exploration.explore(text: text).unreached.isEmpty, "a step behind it may be reached all the same")
    #expect(try Self.reason(text).contains("line \(text.split(separator: "\n", omittingEmptySubsequences: false).count) takes no part in a search, and changes x"))
  }

  /// What was found stands where it was walked to.
  @Test func violationsAndWitnessesStand() throws {
    let text = Self.nodes + "process r { x = 2 }\nat 5s { x = 1 }\n"
    #expect(try Self.verdicts(text + "never \"p\" { x == 2 }\nsometimes \"q\" { x == 2 }") == [.violated, .holds])
  }

  /// Only times depend on it.
  @Test(arguments: [
    "at 5s { l.lasts = 1s }", "at 5s stall r for 5s", "at 5s slow r by 3", "at 5s { s.latency = 3ms }",
    "at 5s log \"{x}\"", "load l1 rate 1/s { work 1ms }", "load l1 rate 1/s count 3 { call deep.go }", "at 5s heal",
    "at 5s crash deep",
  ]) func whatOnlyTakesTimeLeavesItDecided(_ item: String) throws {
    let text = Self.nodes + "var y = 0\nprocess r { wait 1s; y = 1; l.renew(0) }\n" + item + "\n"
    let properties = "never \"p\" { y == 2 }\neventually \"q\" { y == 1 }\nrecoverable \"r\" { y == 1 }"
    #expect(try Self.verdicts(text + properties) == [.holds, .holds, .holds], "\(item)")
  }

  /// Faults that come for sure and are not declared, and room that others take.
  @Test(
    arguments: [
      ("at 5s crash r", [.unknown, .unknown]), ("at 5s restart r", [.unknown, .unknown]),
      ("at 5s stall r", [.holds, .unknown]), ("at 5s cut r from s", [.holds, .unknown]),
      ("at 5s crash s", [.unknown, .unknown]), ("at 5s { s.enabled = off }", [.unknown, .unknown]),
      ("at 5s { s.limit = 1 }", [.unknown, .unknown]), ("load l1 rate 9/s { call s.go }", [.unknown, .unknown]),
      ("at 5s { q.put(1) }", [.holds, .holds]), ("at 5s { other = 7 }", [.holds, .holds]),
    ] as [(String, [ExploreResult.Verdict])]) func faultsAndRoomCount(
      _ item: String, _ expected: [ExploreResult.Verdict]
    )
    throws
  {
    let text = Self.nodes + "var y = 0\nprocess r { wait 1s; y = 1; call s.go else { y = 3 } }\n" + item + "\n"
    let properties = "never \"p\" { y == 2 }\neventually \"q\" { y >= 1 }"
    #expect(try Self.verdicts(text + properties) == expected, "\(item)")
  }

  /// What is said to make it decidable does.
  @Test func whatIsToldMakesItDecidable() throws {
    let text = Self.nodes + "var y = 0\nprocess r { wait 1s; y = 1 }\nat 5s crash r\nat 9s restart r\n"
    let property = "never \"p\" { y == 2 }\n"
    #expect(try Self.reason(text + property).contains("explore { may crash r at most 1 } would be searched"))
    let followed = text + property + "explore { may crash r at most 1; may restart r at most 1 }"
    #expect(try Self.verdicts(followed) == [.holds])
    let load = Self.nodes + "load l1 rate 1/s { x = 1 }\n" + "never \"p\" { x == 2 }"
    #expect(try Self.reason(load).contains("a process that does the same would be searched"))
    #expect(try Self.verdicts(load.replacing("load l1 rate 1/s { x = 1 }", with: "process l1 { x = 1 }")) == [.holds])
  }

  /// A breaker that a load opens: the run is violated, and the search does not say that it holds.
  @Test func aLoadThatOpensABreakerLeavesItOpen() throws {
    let text = """
      clock 00:00 for 1m
      var open = false
      service s { fail "down" }
      load l rate 1/s { call s else { open = true } }
      process cooldown { loop { wait until open; wait 30s; open = false } }
      never "the breaker opens" { open }
      """
    let r = try Exploration.explore(text: text)
    #expect(r.verdict == .unknown && r.properties[0].verdict == .unknown)
    #expect(try Exploration.source(text: text).run(RunOptions()).verdict == .violated)
  }

  /// Who waits for what an operator will do is not stuck for ever.
  @Test func stuckIsLeftOpen() throws {
    let text = "var go = false\nprocess p { wait until go }\nnever \"stuck\" { stuck }\n"
    #expect(try Self.verdicts(text) == [.violated])
    #expect(try Self.verdicts(text + "at 5s { go = true }") == [.unknown])
  }
}
