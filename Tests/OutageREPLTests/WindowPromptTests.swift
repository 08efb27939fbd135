import Foundation
import OutageEngine
import OutageKit
import Testing

import OutageREPL

/// Windows in a world that lives: going back, forking and typing more.
@Suite struct WindowPromptTests {
  static let script = "Tests/Corpus/engine/windows.outage"

  private static let ground = """
    clock 00:00 for 1h
    service api { servers 2; work 5ms }
    load client rate 10/s even { call api }
    """

  private func desk(_ more: String = "") throws -> Desk {
    let desk = try Desk()
    desk.output.files["here.outage"] = Self.ground + "\n" + more
    desk.type(":load here.outage")
    return desk
  }

  private func sight(_ desk: Desk) -> String {
    [":measures", ":properties", ":story 100000", ":trace 20"].map { desk.type($0) }.joined()
      + "\(desk.session.world.result())"
  }

  @Test func aLiveWorldIsTheWorldOfARun() throws {
    let desk = try Desk()
    desk.type(":load \(Self.script)")
    desk.type(":run")
    let live = desk.session.world.result()
    let text = try Data(contentsOf: Desk.root.appendingPathComponent(Self.script))
    let run = try Source(name: Self.script, text: Array(text)) { _, _ in .failure(LoadError("none")) }.run(RunOptions())
    #expect("\(live.measures) \(live.series) \(live.story)" == "\(run.measures) \(run.series) \(run.story)")
    #expect(live.manifest.digest == run.manifest.digest)
  }

  @Test func goingBackAndForthChangesNothing() throws {
    let desk = try Desk()
    desk.type(":load \(Self.script)")
    for line in [":step 60", "measure mine = clients.ok over 11s", ":step 37"] { desk.type(line) }
    let there = sight(desk)
    for back in [1, 20, 36, 40, 90] {
      desk.type(":back \(back)")
      desk.type(":step \(back)")
      #expect(sight(desk) == there, "\(back)")
    }
  }

  @Test func aWindowThatIsTypedBeginsThere() throws {
    let desk = try desk()
    desk.type(":step 20")
    #expect(desk.type("client.ok over 5s").contains("E0631"))
    desk.type("measure recent = client.ok over 5s")
    desk.type("measure worst = client.latency.p99 over 5s")
    #expect(desk.type("recent") == "0\n")
    #expect(desk.type("worst").hasPrefix("no value"))
    var counts: [String] = []
    for _ in 0..<7 {
      desk.type(":step")
      counts.append(desk.type("client.ok over 5s").trimmingCharacters(in: .newlines))
    }
    #expect(counts == ["10", "20", "30", "40", "50", "50", "50"])
    #expect(desk.type("worst") == "5ms\n")
    // One more that looks further back has seen nothing of that either.
    desk.type("measure longer = client.ok over 1m")
    #expect(desk.type("longer") == "0\n")
    #expect(desk.type("recent") == "50\n")
    desk.type(":step 2")
    #expect(desk.type("longer") == "20\n")
  }

  @Test func aWindowMayBeginWithinATick() throws {
    let desk = try desk()
    desk.type(":step 3")
    // Requests 30 and 31 begin and end.
    for _ in 0..<8 { desk.type(":event") }
    let half = desk.session.world.run.present
    #expect(half > 3_000_000_000 && half < 4_000_000_000)
    desk.type("measure recent = client.ok over 1s")
    desk.type(":step")
    let first = Int(desk.type("recent").trimmingCharacters(in: .newlines)) ?? -1
    #expect(first > 0 && first < 10)
    desk.type(":step")
    #expect(desk.type("recent") == "10\n")
  }

  @Test func rulesAndStatementsThatAreTypedHaveWindows() throws {
    let desk = try desk("param reach = 4s\nmeasure recent = client.ok over reach")
    desk.type(":step 10")
    desk.type("when client.ok over 3s >= 30 { log \"thirty at {now}\" }")
    #expect(desk.type(":step 5").contains("thirty at 00:00:13"))
    #expect(desk.type("log \"{client.ok over reach}\"").contains("40"))
    #expect(desk.type(":set reach 5s").contains("E0622"))
    desk.type(":reset --set reach=5s")
    desk.type(":step 10")
    #expect(desk.type("recent") == "50\n")
    #expect(desk.type("client.ok over 1500ms").contains("E0630"))
    #expect(desk.type("api.utilisation").contains("E0629"))
  }

  @Test func forksGoTheirOwnWay() throws {
    let desk = try desk("measure recent = client.ok over 5s")
    desk.type(":step 10")
    desk.type(":fork other")
    desk.type("client.rate = 0/s")
    desk.type(":step 10")
    #expect(desk.type("recent") == "0\n")
    desk.type(":switch other")
    desk.type(":step 10")
    #expect(desk.type("recent") == "50\n")
  }

  @Test func aChartOfThePastHasGaps() throws {
    let desk = try desk("measure p99 = client.latency.p99 over 2s\nat 5s { client.rate = 0/s }")
    desk.type(":step 20")
    let chart = desk.type(":plot client.latency.p99 over 2s")
    #expect(chart.contains("█") && !chart.contains("E0"))
    #expect(desk.type(":measures").contains("p99        -"))
  }
}
