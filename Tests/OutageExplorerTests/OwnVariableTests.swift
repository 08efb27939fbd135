import OutageExplorer
import Testing

/// What a process does with variables of its own before the first step that others see is done once, when it moves.
@Suite struct OwnVariableTests {
  @Test(arguments: ["", "if chance(50%) { mine = mine + 0 }; ", "repeat 2 { mine = mine + 0 }; "])
  func aBeginningIsMadeOnce(_ more: String) throws {
    let r = try Exploration.explore(
      text: """
        var x = 0
        process p { var mine = 0; mine = mine + 1; \(more)x = mine }
        never "two" { x == 2 }
        sometimes "one" { x == 1 }
        """)
    #expect(r.verdict == .holds)
  }

  @Test func aRestartMakesItAgainAndVariablesStay() throws {
    let r = try Exploration.explore(
      text: """
        var x = 0
        var y = 0
        process p { var mine = 0; mine = mine + 1; x = mine; wait until x > 5 }
        process q { y = 1; y = 2 }
        explore { may crash p at most 1; may restart p at most 1 }
        never "three" { x == 3 }
        sometimes "one, then the others" { x == 1 and y == 2 }
        sometimes "two" { x == 2 and y == 2 }
        """)
    #expect(r.verdict == .holds)
    #expect(r.properties.map { $0.trace?.steps.count } == [nil, 4, 7])
  }
}
