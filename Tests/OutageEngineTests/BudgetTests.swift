import OutageEngine
import OutageKit
import OutageModel
import Testing

/// Budgets end a run in the verdict unknown, soon after they are used up, whatever the script does.
@Suite struct BudgetTests {
  struct Flood: Sendable, CustomTestStringConvertible {
    var name: String
    var text: String
    var testDescription: String { name }
  }

  static func flood(_ name: String, _ body: String, tick: String = "1h") -> Flood {
    Flood(name: name, text: "scenario \"\(name)\"\nclock 00:00 for 24h tick \(tick)\n\(body)\n")
  }

  static let floods: [Flood] = [
    flood(
      "a queue that only grows",
      "service api { servers 1; work 1h }\nload clients rate 10000/s { call api timeout 10h }"),
    flood(
      "queues that only grow, in many islands",
      "service api[32] { servers 1; latency 1ms; work 1h }\nload clients[32] rate 1000/s { call api[index] timeout 10h }"
    ),
    flood(
      "sends without end",
      "service api { servers 1; work 1h }\nprocess p { loop { repeat 100_000 { send api }; wait 1ms } }"),
    flood("items without end", "queue jobs\nprocess p { loop { repeat 100_000 { jobs.put(1) }; wait 1ms } }"),
    flood(
      "plans without end", "plans regional\nprocess p { loop { repeat 1000 { regional.add(\"a\", \"b\") }; wait 1ms } }"
    ),
    flood("users without end", "service api { work 1h }\nload clients users 100_000_000 think 1s { call api }"),
    flood(
      "handlers that wait", "service api { servers 1_000_000_000; wait 10h }\nload clients rate 100_000/s { send api }"),
  ]

  @Test(arguments: floods) func memoryIsRespected(_ flood: Flood) throws {
    for megabytes in [32, 64] {
      let result = try Bench.run(flood.text, workers: 2) {
        $0.budgets = Budgets(events: 60_000_000, memory: megabytes << 20)
      }
      guard case .budget(let what, _, _) = result.end else {
        Issue.record("ends with \(result.end)")
        continue
      }
      #expect(what == "memory" || what == "events")
      #expect(Double(result.counts.stateBytes) <= 1.1 * Double(megabytes << 20), "\(result.counts.stateBytes) bytes")
      #expect(result.verdict == .unknown)
    }
  }

  @Test(arguments: floods) func eventsAreRespected(_ flood: Flood) throws {
    let result = try Bench.run(flood.text) { $0.budgets = Budgets(events: 100_000, memory: 1 << 30) }
    guard case .budget(let what, let limit, _) = result.end else {
      Issue.record("ends with \(result.end)")
      return
    }
    // One step may be of many events; an instant of more than the budget ends with it.
    #expect(what == "events" && limit == "100,000" || what == "memory")
    #expect(result.counts.events <= 400_000)
    #expect(result.verdict == .unknown)
  }

  static let endless =
    floods + [
      flood("logs without end", "process p { loop { repeat 100_000 { log \"again\" }; wait 1us } }", tick: "1s")
    ]

  /// Time is the thread's own, so that a busy machine changes nothing.
  @Test(arguments: endless) func timeIsRespected(_ flood: Flood) throws {
    let image = try Bench.source(flood.text).image()
    let limit = Bench.threadTime() + .milliseconds(100)
    let run = Run(
      image, seed: 1, workers: 1, budgets: Budgets(memory: 1 << 30), watch: Watch { Bench.threadTime() > limit })
    run.advance(to: .max) { _, _ in Bench.threadTime() > limit ? .timeIsUp(limit: "100ms") : .goOn }
    #expect(Bench.threadTime() < limit + .milliseconds(50), "\(Bench.threadTime() - limit) too late")
    switch run.end {
    case .budget(let what, _, _)?: #expect(what == "time" || what == "memory")
    case .interrupted?: #expect(run.ticks == 0)
    default: Issue.record("ends with \(String(describing: run.end))")
    }
  }

  @Test func aBudgetThatIsNotUsedUpChangesNothing() throws {
    let text = DeterminismTests.islands
    let free = try Bench.run(text)
    let tight = try Bench.run(text) { $0.budgets = Budgets(events: free.counts.events + 1, memory: 64 << 20) }
    #expect("\(free)" == "\(tight)")
  }

  @Test func theSameBudgetEndsAtTheSameEventOnAnyNumberOfWorkers() throws {
    func end(_ workers: Int) throws -> String {
      "\(try Bench.run(DeterminismTests.islands, workers: workers) { $0.budgets = Budgets(events: 123_456, memory: 1 << 30) })"
    }
    let one = try end(1)
    for workers in [2, 4] { #expect(try end(workers) == one) }
  }

  /// What is too large is said at once, or runs; nothing traps or hangs.
  @Test(
    arguments: [
      "var box[5_000_000] = index\nprocess p { wait 1s; log \"{box[4_999_999]}\" }",
      "lease l[300_000] { lasts 10m renew every 4m phase 0s { } }\nplot l.active",
      "var n = 0\nprocess p { for i in 0..900_000 { n = n + 1 } }",
      "process p { for i in 0..3_000_000 where i mod 2 == 0 { wait 1us } }",
      "process p { let total = sum(i for i in 0..900_000); log \"{total}\" }",
      "load l rate 1000000000/s count 100_000 { }",
      "process p[50_000] { loop { wait 1m } }",
      "var x = 0\nprocess p[20_000] { wait until x > index; x = x + 1 }\nat 1s { x = 1 }",
      "process p { wait 9223372036s; wait 9223372036s }",
      "service api { work 9223372036s }\nload l rate 1/s { call api timeout 9223372036s }",
      "var t = 9223372036s\nprocess p { loop { wait t } }\nprocess q { wait until t < 1s timeout t }",
      "queue q\nprocess p[1000] { let v = q.take timeout 1s else { } }\nevery 2s { q.put(1) }",
    ]) func hugeThingsRunOrEnd(_ body: String) throws
  {
    let clock = ContinuousClock()
    let start = clock.now
    let result = try Bench.run("scenario \"huge\"\nclock 00:00 for 10m tick 1s\n\(body)\n") {
      $0.budgets = Budgets(events: 30_000_000, memory: 2 << 30)
      $0.halt = { _, _ in clock.now - start > .seconds(10) ? .timeIsUp(limit: "10s") : .goOn }
    }
    #expect(clock.now - start < .seconds(30))
    #expect(result.counts.elements > 0)
  }
}
