import Foundation
import OutageEngine
import OutageKit
import OutageModel
import OutageReport
import Testing

/// `x over 5m`: what something came to in the time before the last look.
@Suite struct WindowTests {
  /// Times of the events of a trace by node, in ns: `client started`.
  static func events(_ script: String, seed: UInt64 = 1) throws -> (result: RunResult, times: [String: [Int64]]) {
    var times: [String: [Int64]] = [:]
    let result = try Bench.run(script, seed: seed) {
      $0.trace = { line in
        let fields = line.split(whereSeparator: { "{}:,\"\n".contains($0) }).map(String.init)
        guard fields.count >= 6, fields[0] == "t", let time = Int64(fields[1]), fields[4] == "node" else { return }
        times["\(fields[5]) \(fields[3])", default: []].append(time)
      }
    }
    return (result, times)
  }

  static let second: Int64 = 1_000_000_000

  /// Samples of a plot by time; nil: no value.
  static func samples(_ series: Series) -> [(time: Int64, value: Double?)] {
    zip(series.times, series.values).map { ($0, $1.isNaN ? nil : $1) }
  }

  // MARK: Closed forms

  @Test func aConstantRateGrowsByExactlyThat() throws {
    let result = try Bench.run(
      """
      clock 00:00 for 60s
      service s { work 1ms }
      load a rate 10/s even { call s }
      plot a.started over 10s
      """)
    for (time, value) in Self.samples(result.series[0]) {
      // The first request comes a tenth of a second after the start, and one at a tick belongs to its window.
      #expect(value == Double(min(100, 10 * time / Self.second)), "\(time)")
    }
  }

  @Test func aServerWithRegularWorkIsBusyHalfOfTheTime() throws {
    let result = try Bench.run(
      """
      clock 00:00 for 60s tick 1s
      service s { work 500ms }
      load a rate 1/s even { call s }
      plot s.utilisation over 10s, s.busy over 10s, a.in_flight over 10s
      """)
    for series in result.series {
      for (time, value) in Self.samples(series) {
        let t = Double(time) / 1e9
        #expect(value == (time == 0 ? nil : t <= 10 ? (t - 1) * 0.5 / t : 0.5), "\(series.title) \(time)")
      }
    }
  }

  /// A window longer than the run is as long as the run: its mean is that of the measure over all the time.
  @Test(arguments: ["q.length", "s.queue.length", "s.busy", "a.in_flight", "l.active", "n", "level", "patience"])
  func theMeanOfAllTheTimeIsThatOfTheMeasure(_ level: String) throws {
    for seed in 1...5 as ClosedRange<UInt64> {
      let result = try Bench.run(
        """
        clock 00:00 for 100s tick 1s
        queue q
        var n = 2
        var level = 0.5
        var patience = 1s
        service s { servers 2; work exp(500ms) }
        load a rate 3/s { call s timeout 5s; n = n - 1 }
        lease l { lasts 3s; starts lapsed }
        process p { loop { wait exp(2s); q.put(1); n = n + 2; level = level + 0.1; patience = patience + 250ms } }
        process h { loop { wait exp(2s); l.acquire; wait exp(1s); l.release } }
        process r { loop { wait exp(3s); let x = q.take } }
        measure whole = \(level) over 1000h
        measure known = \(level)
        """, seed: seed)
      let (whole, known) = (result.measure("whole"), result.measure("known"))
      let isDuration = level == "patience"
      #expect(known.meanOf == .time)
      #expect(abs(whole.last - known.mean) <= (isDuration ? 0.5 : 1e-9 * max(1, known.mean)), "\(seed)")
      #expect(whole.unit == (isDuration ? .duration : .number))
    }
  }

  // MARK: Brute force

  @Test func countsAreThoseOfTheTrace() throws {
    let (result, times) = try Self.events(
      """
      clock 00:00 for 90s tick 500ms
      service s { servers 2; queue fifo capacity 3; work exp(300ms); fail "no" if chance(30%) }
      load a rate 8/s { call s }
      plot a.started over 500ms, a.ok over 7s, a.failed over 7s, s.arrived over 1m, s.completed over 3s, s.refused over 1h
      plot a.failed.share over 7s, s.failed.share over 1500ms
      """)
    func count(_ what: String, _ time: Int64, _ reach: Int64) -> Double {
      Double((times[what] ?? []).filter { time - reach < $0 && $0 <= time }.count)
    }
    let counts: [(String, Int64)] = [
      ("a started", 500_000_000), ("a succeeded", 7 * Self.second), ("a failed", 7 * Self.second),
      ("s arrived", 60 * Self.second), ("s completed", 3 * Self.second), ("s refused", 3600 * Self.second),
    ]
    for (series, (what, reach)) in zip(result.series, counts) {
      #expect(series.values.contains { $0 > 0 }, "\(what)")
      for (time, value) in Self.samples(series) { #expect(value == count(what, time, reach), "\(what) \(time)") }
    }
    let shares = [("a failed", "a succeeded", 7 * Self.second), ("s failed", "s completed", 1_500_000_000)]
    for (series, (failed, well, reach)) in zip(result.series[6...], shares) {
      var gaps = 0
      for (time, value) in Self.samples(series) {
        let (bad, good) = (count(failed, time, reach), count(well, time, reach))
        #expect(value == (bad + good == 0 ? nil : bad / (bad + good)), "\(failed) \(time)")
        if value == nil { gaps += 1 }
      }
      #expect(gaps > 0)
    }
  }

  @Test(arguments: 1...5 as ClosedRange<UInt64>) func percentilesAreThoseOfTheRequestsThatEnded(_ seed: UInt64) throws {
    let names = ["latency.p50", "latency.p90", "latency.p99", "latency.p999", "latency.mean"]
    let reach = 10 * Self.second
    // Requests leave in the order in which they came.
    let (result, times) = try Self.events(
      """
      clock 00:00 for 5m tick 1s
      service s { work exp(700ms); fail "no" if chance(20%) }
      load a rate 1/s { call s }
      at 100s { a.rate = 0/s }
      at 200s { a.rate = 3/s }
      plot \(names.map { "a.\($0) over 10s" }.joined(separator: ", "))
      plot \(names.map { "s.\($0) over 10s" }.joined(separator: ", "))
      """, seed: seed)
    let ends = ((times["a succeeded"] ?? []) + (times["a failed"] ?? [])).sorted()
    let requests = zip(times["a started"] ?? [], ends).map { (end: $1, time: $1 - $0) }
    #expect(requests.count > 200)
    for (k, series) in result.series.enumerated() {
      var gaps = 0
      for (time, value) in Self.samples(series) {
        let here = requests.filter { time - reach < $0.end && $0.end <= time }.map(\.time).sorted()
        guard let least = here.first, let greatest = here.last, let value else {
          #expect(here.isEmpty && value == nil, "\(series.title) \(time)")
          gaps += 1
          continue
        }
        if k % 5 == 4 {
          #expect(abs(value - Double(here.reduce(0, +)) / Double(here.count)) <= 0.5)
          continue
        }
        let rank = max(1, min(here.count, Int(([0.5, 0.9, 0.99, 0.999][k % 5] * Double(here.count)).rounded(.up))))
        let exact = Double(here[rank - 1])
        #expect(abs(value - exact) <= 0.008 * exact, "\(series.title) \(time) \(value) \(exact)")
        #expect(value >= Double(least) && value <= Double(greatest))
        if rank == here.count { #expect(value == Double(greatest)) }
        if rank == 1 { #expect(value == Double(least)) }
      }
      #expect(gaps > 50)
    }
  }

  // MARK: What meets windows

  @Test func anArrayIsTheSumOfItsElements() throws {
    let result = try Bench.run(
      """
      clock 00:00 for 60s tick 1s
      param k = 1
      service s[3] { servers 2; work exp(300ms); fail "no" if chance(30%) }
      load a rate 12/s { call s }
      var sent[2] = 0
      process p[2] { loop { wait exp(1s); sent[index] = sent[index] + index + 1 } }
      never "counts" { s.failed over 5s != sum(s[*].failed over 5s) }
      never "queues" { (s.queue.length over 5s) * 1000 - sum(s[*].queue.length over 5s) * 1000 > 0.001 }
      never "one of them" { s[1].completed over 5s != s[k].completed over 5s }
      never "variables" { abs((sent over 5s) - ((sent[0] over 5s) + (sent[1] over 5s))) > 0.000001 }
      sometimes "they differ" { max(s[*].latency.p99 over 5s) > min(s[*].latency.p99 over 5s) }
      plot max(s[*].latency.p90 over 5s), s[0].latency.p90 over 5s, s[1].latency.p90 over 5s, s[2].latency.p90 over 5s
      """)
    for p in result.properties { #expect(p.verdict == .holds, "\(p.text): \(p.reason)") }
    let all = result.series.map(\.values)
    for k in all[0].indices {
      let each = [all[1][k], all[2][k], all[3][k]].filter { !$0.isNaN }
      #expect(each.isEmpty ? all[0][k].isNaN : all[0][k] == each.max())
    }
  }

  @Test func aStatementGetsTheLastTicks() throws {
    let result = try Bench.run(
      """
      clock 00:00 for 20s tick 1s
      service s { work 1ms }
      load a rate 10/s even { call s }
      measure m = a.started over 5s
      process p { wait 7500ms; log "{a.started over 5s} {m}"; wait 500ms; log "{a.started over 5s} {m}" }
      process q { wait until a.started over 3s >= 30; log "full at {now}" }
      at 9s log "{a.started over 5s}"
      when a.started over 4s == 40 { log "rule at {now}" }
      """)
    #expect(result.logs == ["full at 00:00:04", "rule at 00:00:04", "50 50", "50 50", "50"])
  }

  @Test func aWarmUpChangesNothing() throws {
    func run(_ warmUp: String) throws -> RunResult {
      try Bench.run(
        """
        clock 00:00 for 100s tick 1s \(warmUp)
        service s { work exp(300ms); fail "no" if chance(20%) }
        load a rate 2/s { call s }
        plot a.latency.p999 over 30s, s.latency.p50 over 5s, a.failed.share over 30s, s.utilisation over 30s, a.ok over 1m
        """)
    }
    let plain = try run("")
    for warmUp in ["warmup 20s", "warmup 20500ms", "warmup 99s"] {
      let warm = try run(warmUp)
      for (a, b) in zip(plain.series, warm.series) { #expect("\(a.values)" == "\(b.values)", "\(warmUp) \(a.title)") }
    }
  }

  @Test func theLastLookMayBeWithinATick() throws {
    let result = try Bench.run(
      """
      clock 00:00 for 10500ms tick 1s
      service s { work 1ms }
      load a rate 10/s even { call s }
      plot a.started over 1s, a.started over 3s
      """)
    // A window is never longer than it says: half a tick and, of three seconds, two ticks more.
    #expect(result.series.map { $0.values.last } == [5, 25])
  }

  @Test func windowsKeepToTheMemoryAllowed() throws {
    let script = """
      clock 00:00 for 1h tick 1ms
      service s[200] { work 1ms }
      measure m = max(s[*].utilisation over 1h)
      """
    let result = try Bench.run(script) { $0.budgets.memory = 100 << 20 }
    guard case .budget("memory", _, let time) = result.end else {
      Issue.record("\(result.end)")
      return
    }
    #expect(time > 0)
    #expect(try Bench.run(script) { $0.budgets.memory = 100 << 20 }.counts.reached == result.counts.reached)
  }

  // MARK: No value

  @Test func withoutAValueComparisonsAreFalse() throws {
    let result = try Bench.run(
      """
      clock 00:00 for 10s
      service s { work 1ms }
      load a rate 1/s { call s }
      at 0s { a.rate = 0/s }
      never "above" { a.latency.p99 over 5s > 1ms }
      never "below" { a.latency.p99 over 5s <= 1ms }
      never "same" { a.failed.share over 5s == a.failed.share over 5s }
      never "another" { a.failed.share over 5s != 0.5 }
      never "arithmetic" { (a.failed.share over 5s) * 2 - 1 < 3 }
      never "of several" { max(a.failed.share over 5s, 1) > 0 }
      never "within" { count(k for k in 1..3 where k > a.failed.share over 5s) > 0 }
      always "not" { not (a.latency.p99 over 5s > 1ms) }
      always "or" { a.latency.p99 over 5s > 1ms or true }
      measure share = a.failed.share over 5s
      measure twice = 2 * share
      plot share, twice, share > 0.5, a.ok over 5s
      at 5s { let p = a.latency.p99 over 5s; let q = p + 1s; log "{p} {q} {share} {twice}"; if p > 0s or q > 0s { log "no" } }
      """)
    for p in result.properties { #expect(p.verdict == .holds, "\(p.text): \(p.reason)") }
    #expect(result.logs == ["- - - -"])
    #expect(result.series[0].values.allSatisfy(\.isNaN) && result.series[1].values.allSatisfy(\.isNaN))
    #expect(result.series[2].values.allSatisfy { $0 == 0 } && result.series[3].values.allSatisfy { $0 == 0 })
    #expect(result.measure("share").count == 0)
    let json = renderJSON(result)
    #expect(json.contains(#""last": null"#) || json.contains(#""last":null"#))
    #expect(renderCSV(result).contains("share,number,0,\n"))
  }

  @Test func whatNeedsAValueEndsTheRun() throws {
    for statement in ["x = a.latency.p99 over 5s", "wait a.latency.p99 over 5s", "call s timeout a.latency.mean over 5s"] {
      let result = try Bench.run(
        """
        clock 00:00 for 10s
        service s { work 1ms }
        load a rate 0/s { call s }
        var x = 1s
        process p { wait 3s; \(statement) }
        """)
      guard case .failed(let failure) = result.end else {
        Issue.record("\(statement): \(result.end)")
        continue
      }
      #expect((failure.code, failure.time) == ("E0712", 3 * Self.second))
    }
  }

  @Test func anEmptyWindowIsAGapAndFillsAgain() throws {
    let result = try Bench.run(
      """
      clock 00:00 for 30s
      service s { work 100ms }
      load a rate 1/s even { call s }
      at 10500ms { a.rate = 0/s }
      at 20500ms { a.rate = 1/s }
      plot a.latency.p50 over 3s
      measure m = a.latency.p50 over 3s
      """)
    let there = Self.samples(result.series[0]).map { $0.value == nil ? "." : "x" }.joined()
    // Requests come at 1 s … 10 s, and from 21.5 s on; each is in the three looks that follow its end.
    #expect(there == "..xxxxxxxxxxxx........xxxxxxxxx")
    #expect(result.measure("m").count == Int64(there.filter { $0 == "x" }.count))
    #expect(result.measure("m").min == 100e6)
  }
}
