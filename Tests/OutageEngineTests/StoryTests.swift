import OutageEngine
import OutageKit
import Testing

/// What is told, what is counted, and how properties and rules speak of time.
@Suite struct StoryTests {
  private static let window = """
    clock 16:00 for 6h
    var early = false
    var inTime = false
    var late = false
    var gone = false
    at 16:04 { early = true }
    at 20:40 { gone = true }
    at 20:44 { inTime = true }
    at 21:00 { gone = false }
    at 21:40 { late = true }
    expect "early" at 20:50 within 20m { early }
    expect "in time" at 20:50 within 20m { inTime }
    expect "late" at 20:50 within 20m { late }
    expect "never" at 20:50 within 20m { false }
    expect "always" at 20:50 within 20m { true }
    expect "gone" at 20:50 within 20m { gone }
    expect "not yet judged" at 22:00 within 20m { true }
    eventually "milestone" { inTime }
    eventually "answered" after { gone } { late }
    """

  @Test("an expect says when it came true, and how early or late")
  func reasons() throws {
    let result = try Bench.run(Self.window)
    let reasons = Dictionary(uniqueKeysWithValues: result.properties.map { ($0.text, $0.reason) })
    #expect(reasons["early"] == "came true at 16:04:00, 4h26m early")
    #expect(reasons["in time"] == "came true at 20:44:00, 6m before 20:50:00")
    #expect(reasons["late"] == "came true at 21:40:00, 30m late")
    #expect(reasons["never"] == "not yet true at 21:10:00, nor by the end")
    #expect(reasons["always"] == "true from the start, 4h30m early")
    #expect(reasons["gone"] == "came true at 20:40:00, but was false again at 21:10:00")
    let missed = Dictionary(uniqueKeysWithValues: result.properties.map { ($0.text, $0.missedBy) })
    let minute: Int64 = 60_000_000_000
    #expect(missed["early"] == -266 * minute)
    #expect(missed["in time"] == 0)
    #expect(missed["late"] == 30 * minute)
    #expect(missed["never"] == .some(nil))
  }

  @Test("a milestone that holds is in the story")
  func milestones() throws {
    let story = try Bench.run(Self.window).story.filter { $0.kind == .reached }
    #expect(story.map { "\($0.text) \(ValueText.duration($0.time))" } == [
      "milestone 4h44m", "in time 4h44m", "answered 5h40m",
    ])
  }

  @Test("a run that is to stop on a violation ends at its tick")
  func stopping() throws {
    let source = Source(name: "s.outage", text: Array(("meant violated \"always\"\n" + Self.window).utf8)) { _, _ in
      .failure(LoadError("none"))
    }
    var options = RunOptions()
    options.stopsOnViolation = true
    let result = try source.run(options)
    guard case .violated(let time) = result.end else {
      Issue.record("\(result.end)")
      return
    }
    #expect(time == 16_200_000_000_000)
    #expect(result.counts.reached == time)
    #expect(result.verdict == .violated)
    #expect(result.properties.first { $0.text == "early" }?.verdict == .violated)
  }

  @Test("what is quiet is done and counted, and not told")
  func quiet() throws {
    let result = try Bench.run(
      """
      clock 00:00 for 1h
      var n = 0
      var m = 0
      process p[3] { loop { wait 10s; n = n + 1 } }
      every 10m quiet restart p[1]
      every 10m { quiet if n > 0 { log "x"; m = m + 1 }; log "told {now}" }
      at 30m quiet stall p[0] for 1m
      at 35m { quiet m = 100; stall p[2] for 1m }
      when m >= 100 quiet crash p[2]
      """)
    #expect(result.quiet[.restart] == 6)
    #expect(result.quiet[.log] == 6)
    #expect(result.quiet[.stall] == 1)
    #expect(result.quiet[.goesOn] == 1)
    #expect(result.quiet[.rule] == 1)
    #expect(result.quiet[.crash] == 1)
    #expect(result.quiet[.assignment] == 1)
    #expect(result.story.filter { $0.kind == .log }.count == 6)
    #expect(result.story.filter { $0.kind == .fault }.map(\.text) == ["stall p[2] for 1m"])
    #expect(result.leftOut.isEmpty)
  }

  @Test("texts that differ are kept, what repeats is counted by its kind")
  func kept() throws {
    let result = try Bench.run(
      """
      clock 00:00 for 5m
      var n = 0
      every 1s { n = n + 1; log "turn {n}"; log "again" }
      process p { loop { wait 1s; for k in 1..20 { log "many" } } }
      """)
    let logs = result.story.filter { $0.kind == .log }
    #expect(Set(logs.map(\.text)).count == 302)
    #expect(result.leftOut[.log] > 1000)
    #expect(Int64(logs.count) + result.leftOut[.log] == 300 * 2 + 300 * 20)
  }

  @Test("counts are told with their words")
  func words() {
    var counts = StoryCounts()
    counts.add(.restart, 3)
    counts.add(.failedCall, 1204)
    counts.add(.crash)
    #expect(counts.text == "1,204 failed calls, 3 restarts, 1 crash")
    #expect(counts.total == 1208)
  }
}
