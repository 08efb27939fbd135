import OutageEngine
import OutageKit
import OutageModel
import Testing

/// What is measured of requests: times of all that ended, told apart by their ends, exact means over time.
@Suite struct MeasurementTests {
  // MARK: Response times

  @Test func aConstantIsItsOwnPercentile() throws {
    let result = try Bench.run(
      """
      clock 00:00 for 1000s
      service s { servers 9; work 1007500ns }
      load a rate 1/s { call s }
      """)
    for r in result.responses {
      let t = r.whole.all
      #expect([t.mean, t.min, t.p50, t.p90, t.p99, t.p999, t.max].allSatisfy { $0 == 1_007_500 }, "\(r.name) \(t)")
    }
  }

  @Test(arguments: ["exp(1s)", "uniform(1ns, 5ns)", "lognormal(1ms, 1s)", "pareto(1us, 1.1)", "uniform(0s, 10h)"])
  func percentilesLieBetweenTheLeastAndTheGreatest(_ work: String) throws {
    for seed in 1...20 as ClosedRange<UInt64> {
      let script = "clock 00:00 for 60s; service s { servers 10_000; work \(work) }; load a rate 2/s { call s }"
      for r in try Bench.run(script, seed: seed).responses where r.whole.all.count > 0 {
        let t = r.whole.all
        let rising = [t.min, t.p50, t.p90, t.p99, t.p999, t.max]
        #expect(rising == rising.sorted(), "\(seed) \(r.name) \(rising)")
        #expect(t.spread.buckets.reduce(0) { $0 + $1.count } == t.count)
        #expect(zip(t.spread.buckets, t.spread.buckets.dropFirst()).allSatisfy { $0.high < $1.low })
      }
    }
  }

  @Test func failuresCountAndAreToldApart() throws {
    let result = try Bench.run(
      """
      clock 00:00 for 1000s tick 1s
      service q { servers 100; if chance(50%) { work 100ms } else { work 10s } }
      load a rate 1/s { call q timeout 2s }
      """)
    let a = result.load("a")
    #expect(a.failed > 400 && a.completed > 400)
    #expect(a.whole.all.count == a.completed + a.failed)
    #expect((a.whole.ok.count, a.whole.failed.count) == (a.completed, a.failed))
    #expect((a.whole.ok.min, a.whole.ok.max, a.whole.ok.mean) == (100e6, 100e6, 100e6))
    #expect((a.whole.failed.min, a.whole.failed.p50, a.whole.failed.max) == (2e9, 2e9, 2e9))
    #expect((a.p99, a.p999, a.max) == (2e9, 2e9, 2e9))
    let mean = (Double(a.completed) * 100e6 + Double(a.failed) * 2e9) / Double(a.completed + a.failed)
    #expect(abs(a.mean - mean) < 1)
  }

  /// Whoever waits for an answer that never comes may yet wait longer than all others.
  @Test func aPercentileThatRequestsInFlightCouldRaiseIsAtLeastThat() throws {
    let script = """
      clock 00:00 for 100s
      service s { servers 1000; if now < 50s { work 1s } else { work 1h } }
      load a rate 1/s even { call s }
      """
    let whole = try Bench.run(script).load("a").whole.all
    #expect((whole.count, whole.max) == (49, 1e9))
    // Fifty of ninety-nine are in flight: half of all may yet take as long as you like.
    #expect(whole.atLeast == [.p50, .p90, .p99, .p99_9, .max])
    let early = try Bench.run(script, until: "50s").load("a")
    #expect((early.inHand, early.whole.all.atLeast) == (1, [.p99, .p99_9, .max]))
    let over = try Bench.run("clock 00:00 for 100s; service s { work 1s }; load a rate 1/s even count 5 { call s }")
    #expect(over.load("a").whole.all.atLeast == [])
  }

  /// Taken from the queue as too old, lost in a crash, failed: none of them ended well.
  @Test func everyEndOfARequestIsOne() throws {
    let result = try Bench.run(
      """
      clock 00:00 for 60s
      service s { queue fifo drop expired; if chance(30%) { work 500ms; fail "no" }; work exp(1s) }
      load a rate 2/s { call s timeout 3s }
      at 30s crash s
      at 35s restart s
      """)
    let s = result.service("s")
    #expect(s.failed > 0 && s.expired > 0 && s.refused > 0)
    #expect(s.whole.ok.count == s.completed)
    #expect(s.whole.failed.count == s.failed + s.expired)
    #expect(s.arrived == s.completed + s.failed + s.expired + s.refused + s.inHand)
    #expect(s.area == s.sojourn)
  }

  // MARK: Services

  @Test func aServerThatIsBusyHalfOfTheTimeIsUsedByHalf() throws {
    let result = try Bench.run(
      """
      clock 00:00 for 1000s tick 1s
      service s { work 500ms }
      load a rate 1/s even { call s }
      """)
    let s = result.service("s")
    // The last request begins at the very end.
    #expect(s.whole.meanInService == 0.4995 && s.utilisation == 0.4995)
    #expect((s.whole.meanInQueue, s.whole.meanWaiting, s.whole.meanService) == (0, 0, 500e6))
  }

  /// Two servers for 40 s, then one: 140 of 180 server-seconds are busy.
  @Test func utilisationIsOfTheServersThatThereWere() throws {
    let result = try Bench.run(
      """
      clock 00:00 for 100s
      service s { servers 2; work 1s }
      load a rate 2/s even { call s timeout 1000s }
      at 40s { s.servers = 1 }
      """)
    let s = result.service("s")
    let busy = 2 * 39.5 + 0.5 + 60
    #expect(abs(s.whole.meanInService * 100 - busy) < 1.01)
    #expect(abs((s.utilisation ?? 0) - s.whole.meanInService * 100 / 140) < 1e-12)
  }

  @Test func handlersHaveTimesOfTheirOwn() throws {
    let result = try Bench.run(
      """
      clock 00:00 for 1000s
      service s {
        queue priority
        on read() priority 1 { work 100ms }
        on write() priority 2 { work 1s }
      }
      load a rate 1/s { call s.read() }
      load b rate 0.5/s { call s.write() }
      """)
    let s = result.service("s")
    #expect(s.handlers.map(\.name) == ["read", "write"])
    #expect(s.handlers.map(\.priority) == [1, 2])
    #expect(s.handlers.map(\.meanService) == [100e6, 1e9])
    #expect(s.handlers[0].meanWaiting < s.handlers[1].meanWaiting)
    #expect(s.handlers[0].all.count + s.handlers[1].all.count == s.whole.all.count)
    let parts = s.handlers.reduce(0) { $0 + $1.meanInQueue + $1.meanInService }
    #expect(abs(parts - s.area / 1000e9) < 1e-9)
    #expect(abs((s.utilisation ?? 0) - s.whole.meanInService) < 1e-12)
  }

  // MARK: Means over time

  static let levels = """
    var x = 0
    var y = 2.5
    queue q { capacity 10 }
    lease l { lasts 5s }
    service s { work 500ms }
    load a rate 1/s even { call s }
    process p { loop { x = 4; wait 250ms; x = 0; q.put(1); wait 750ms; y = y + 1.0; let v = q.take() } }
    process h { loop { let t = l.acquire(); wait 2s; l.release(); wait 2s } }
    measure busy = s.busy
    measure shifted = 2 * x - 1
    measure rising = y
    measure held = l.active
    measure waiting = q.length / 3
    measure flight = a.in_flight
    measure square = s.busy * s.busy
    """

  @Test func whatIsPiecewiseConstantHasAnExactMeanOverTime() throws {
    let result = try Bench.run("clock 00:00 for 1000s tick 1s\n" + Self.levels)
    let exact = ["busy": 0.4995, "shifted": 1, "rising": 502, "held": 0.5, "waiting": 0.25, "flight": 0.4995]
    for m in result.measures {
      guard let mean = exact[m.name] else { continue }
      #expect(m.meanOf == .time && m.mean == mean, "\(m.name): \(m.mean) of \(m.meanOf)")
    }
    let square = result.measure("square")
    #expect((square.meanOf, square.count) == (.samples, 1001))
    #expect(square.mean == 1000.0 / 1001)
  }

  /// Whenever the world is looked at, the means are the same.
  @Test func ticksDoNotChangeAMeanOverTime() throws {
    let means = try ["1s", "7s", "300ms", "1000s"].map { tick in
      try Bench.run("clock 00:00 for 1000s tick \(tick)\n" + Self.levels).measures.filter { $0.meanOf == .time }.map(\.mean)
    }
    #expect(means.allSatisfy { $0 == means[0] }, "\(means)")
  }

  // MARK: Warm-up

  @Test func aWarmUpChangesReportsAlone() throws {
    let rest = """
      \(Self.levels)
      when s.completed >= 50 { log "{s.completed} {s.latency.p99} {busy}" }
      always "quick" from 10s until 900s { s.latency.p99 <= 500ms and s.arrived >= 10 }
      """
    let whole = try Bench.run("clock 00:00 for 1000s tick 1s\n" + rest)
    let warm = try Bench.run("clock 00:00 for 1000s tick 1s warmup 100s\n" + rest)
    #expect(warm.properties.map(\.verdict) == whole.properties.map(\.verdict))
    #expect(warm.properties.map(\.time) == whole.properties.map(\.time))
    #expect(warm.logs == whole.logs && !whole.logs.isEmpty)
    #expect(warm.manifest.digest == whole.manifest.digest)
    #expect(warm.counts.events == whole.counts.events)
    #expect((whole.service("s").arrived, warm.service("s").arrived) == (1000, 900))
    #expect(warm.measure("square").count == 900)
    #expect(warm.measure("rising").mean == 552)
  }

  /// The first ten take a second, the others a tenth of it.
  @Test func whatCameBeforeTheWarmUpEndedIsNotTold() throws {
    let result = try Bench.run(
      """
      clock 00:00 for 100s warmup 20500ms
      service s { servers 9; if now <= 10s { work 1s } else { work 100ms } }
      load a rate 1/s even { call s }
      measure busy = s.busy
      """)
    for r in result.responses {
      #expect((r.whole.all.count, r.whole.all.min, r.max, r.mean) == (79, 100e6, 100e6, 100e6))
    }
    #expect(result.clock.warmUp == 20_500_000_000)
    #expect(abs(result.measure("busy").mean - 7.9 / 79.5) < 1e-12)
    #expect(throws: (any Error).self) { try Bench.run("clock 00:00 for 10s warmup 10s") }
  }

  // MARK: Digest

  @Test func theDigestIsThatOfTheStateAlone() throws {
    let script = "clock 00:00 for 60s\n" + Self.levels + "\nload b rate 3/s { call s timeout 2s }"
    func digests(_ seed: UInt64, _ workers: Int) throws -> [String] {
      let run = Run(try Bench.source(script).image(), seed: seed, workers: workers, budgets: Budgets(memory: 1 << 30))
      return (0...60).map { second in
        run.advance(to: Int64(second) * 1_000_000_000)
        return run.world.digest
      }
    }
    let one = try digests(1, 1)
    #expect(Set(one).count == 61 && one.allSatisfy { $0.utf8.count == 16 })
    #expect(try digests(1, 4) == one)
    let other = try digests(2, 1)
    #expect(one.last != other.last)
    let run = Run(try Bench.source(script).image(), seed: 1, workers: 2, budgets: Budgets(memory: 1 << 30))
    run.advance(to: 30_000_000_000)
    let snapshot = run.snapshot()
    run.advance(to: .max)
    run.restore(snapshot)
    #expect(run.world.digest == one[30])
    run.advance(to: 45_000_000_000)
    #expect(run.world.digest == one[45])
  }
}
