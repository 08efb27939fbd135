import OutageEngine
import OutageExplorer
import OutageKit
import Testing

/// `on lapsed { … }`: what happens as a lease lapses, in a run and in every order of steps.
@Suite struct LapseTests {
  private static func run(_ text: String) throws -> RunResult { try Exploration.source(text: text).run(RunOptions()) }

  @Test func aLapseHappensAtItsInstant() throws {
    let text = """
      clock 10:00 for 10m
      var usable[3] = true
      var lapses = 0
      var at_once = true
      lease d[3] { lasts 1m; on lapsed { usable[index] = false; lapses = lapses + 1 } }
      process p { let a = d[0].acquire; wait 10s; let b = d[1].acquire; wait 10s; d[1].release(b) }
      always "one lapse, at the end of its term" from 10:01:30 { lapses == 1 and not usable[0] }
      never "sooner" { lapses > 0 and d[0].active }
      never "by a release" { not usable[1] }
      always "in the same step" { usable[0] or not d[0].active }
      """
    #expect(try Self.run(text).properties.map(\.verdict) == [.holds, .holds, .holds, .holds])
  }

  @Test func whatIsRenewedDoesNotLapse() throws {
    let text = """
      clock 10:00 for 30m
      var lapses = 0
      service store { servers 2; work 1ms }
      lease d[5] { lasts 5m; renew every 2m { call store timeout 1s }; on lapsed { lapses = lapses + 1 } }
      at 10:10 crash store
      at 10:20 restart store
      never "before the store is gone" { lapses > 0 and store.up and d.active == 5 and lapses != 5 }
      eventually "each once" within 15m of 10:00 { lapses == 5 }
      never "again" { lapses > 5 }
      """
    #expect(try Self.run(text).properties.map(\.verdict) == [.holds, .holds, .holds])
  }

  /// A lapse and what follows from it are one step: nobody comes in between.
  @Test func aSearchMakesItOneStep() throws {
    let text = """
      var owner = 0
      lease l { lasts 10s; on lapsed { owner = 0 } }
      process p[2] { atomic { let t = l.acquire; owner = index + 1 }; wait 1s }
      never "owned though nobody holds it" { owner > 0 and not l.active }
      sometimes "taken again" { owner > 0 and l.token == 2 }
      """
    let r = try Exploration.explore(text: text)
    #expect(r.properties.map(\.verdict) == [.holds, .holds])
    // Without it the mark stays behind.
    let without = try Exploration.explore(text: text.replacing("; on lapsed { owner = 0 }", with: ""))
    #expect(without.properties.map(\.verdict) == [.violated, .holds])
  }

  /// What a lapse sends and draws is tried in every way, its loops and failures are those of a step.
  @Test func aLapseMaySendDrawAndFail() throws {
    let text = """
      var got = 0
      var v = 0
      service s { on lost(k) { got = got + k } }
      lease l { lasts 10s; on lapsed { v = any 1..3; send s.lost(v) } }
      process p { let t = l.acquire; v = 0 }
      never "two" { got == 2 }
      never "three" { got == 3 }
      """
    let r = try Exploration.explore(text: text) { $0.search.countsAll = true }
    #expect(r.properties.map(\.verdict) == [.violated, .violated])
    #expect(ToldPathTests.misfits(r, text) == [])
    let fails = try Exploration.explore(
      text:
        "var v = 0\nlease l { lasts 10s; on lapsed { v = 1 div v } }\nprocess p { let t = l.acquire }\nnever \"n\" { v == 9 }"
    )
    #expect(fails.failure?.code == "E0701")
  }

  /// Runs break nothing that a search proves, and the other way round a trace fits.
  @Test func runsAndSearchesAgree() throws {
    let text = """
      clock 10:00 for 10m
      var marks[2] = 0
      lease l[2] { lasts 20s; on lapsed { marks[index] = marks[index] + 1 if marks[index] < 3 } }
      process p[2] { repeat 2 { let t = l[index].acquire; wait 30s } }
      never "a mark too many" { marks[0] > 2 or marks[1] > 2 }
      sometimes "both twice" { marks[0] == 2 and marks[1] == 2 }
      """
    let r = try Exploration.explore(text: text)
    #expect(r.properties.map(\.verdict) == [.holds, .holds])
    #expect(ToldPathTests.misfits(r, text) == [])
    #expect(try Self.run(text).properties.map(\.verdict) == [.holds, .holds])
  }

  /// Reductions that do not know it stay out of the way.
  @Test func reductionsAreLeftOut() throws {
    let text = """
      var mark[2] = false
      lease l[2] { lasts 20s; on lapsed { mark[index] = true } }
      process p[2] { let t = l[index].acquire }
      never "both" { mark[0] and mark[1] }
      """
    for change in [ToldPathTests.ways[3], ToldPathTests.ways[4], ToldPathTests.ways[5]] {
      #expect(try Exploration.explore(text: text, change).properties.map(\.verdict) == [.violated])
    }
  }
}
