import OutageExplorer
import OutageKit
import Testing

/// A search of orders forgets time, and with it what came in a window.
@Suite struct WindowSearchTests {
  @Test func aPropertyThatReadsOneIsLeftOpen() throws {
    let result = try Exploration.explore(
      text: """
        service s { work 1ms; fail "no" if chance(10%) }
        load a rate 1/s { call s }
        var x = 0
        process p { x = 1 }
        when a.failed.share over 5m > 5% { log "alarm" }
        never "two" { x == 2 }
        never "many fail" { a.failed.share over 5m > 5% and x == 1 }
        """)
    #expect(result.properties.map(\.text) == ["two"])
    #expect(result.properties.map(\.verdict) == [.holds])
    #expect(result.skipped.map(\.text) == ["many fail"])
    #expect(result.skipped.map(\.reason) == ["it reads a window of time, which a search of orders forgets"])
  }
}
