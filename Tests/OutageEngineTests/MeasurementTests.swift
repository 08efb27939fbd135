import OutageEngine
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
      service s { queue fifo drop expired; if chance(30%) { work 500ms; fail "no" } work exp(1s) }
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
}
