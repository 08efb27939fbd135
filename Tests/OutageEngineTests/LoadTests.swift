import OutageEngine
import OutageKit
import OutageModel
import Testing

/// Who asks, how often, and whom: loads, calls of arrays, balancers, messages that take a drawn time.
@Suite struct LoadTests {
  // MARK: Users

  /// In lock-step half of them would find the queue full at every turn.
  @Test func usersBeginSpreadOverTheirPause() throws {
    let result = try Bench.run(
      """
      clock 10:00 for 1m tick 100ms
      service s { servers 50; queue fifo capacity 50; work 10ms }
      load u users 500 think 10s { call s timeout 1s }
      """)
    #expect(result.service("s").refused == 0)
    // Each user asks once in 10.01 s.
    #expect((2990...3000).contains(result.load("u").arrived))
  }

  /// Firsts are uniform over the pause: a tenth of the users in each tenth of it.
  @Test func firstRequestsAreUniformOverTheirPause() throws {
    let result = try Bench.run(
      """
      clock 10:00 for 10s tick 1s
      load u users 10_000 think 10s { wait 0s }
      plot u.started
      """)
    let started = result.plot("u.started")
    for second in 1...10 {
      #expect(abs(started.at(second) - started.at(second - 1) - 1000) < 150, "second \(second)")
    }
    #expect(started.at(0) < 10)
  }

  @Test func usersWithoutAPauseBeginAtOnce() throws {
    let result = try Bench.run("clock 10:00 for 10s\nload u users 7 think 0s { wait 1s }\nplot u.in_flight, u.started")
    #expect(result.plot("u.in_flight").at(0) == 7)
    #expect(result.plot("u.started").at(10) == 77)
  }

  /// The interactive response time law, with pauses that are drawn: X = N / (Z + R).
  @Test(arguments: ["exp(10s)", "uniform(5s, 15s)", "10s", "5s + exp(5s)"]) func pausesAreDrawnAnew(_ think: String)
    throws
  {
    let result = try Bench.run(
      "clock 10:00 for 5h\nservice s { servers 100; work 1s }\nload u users 100 think \(think) { call s }")
    let throughput = Double(result.load("u").arrived) / 18_000
    #expect(abs(throughput - 100 / 11.0) < 0.1, "\(throughput)")
  }

  @Test func usersComeAndGo() throws {
    let result = try Bench.run(
      """
      clock 10:00 for 10m
      service s { servers 1_000; work 1s }
      load u users 100 think 1s { call s }
      at 2m u.users = 300
      at 4m u.users = 0
      at 6m u.users = 50
      plot u.started
      """)
    let started = result.plot("u.started")
    func rate(_ from: Int, _ to: Int) -> Double { (started.at(to) - started.at(from)) / Double(to - from) }
    #expect(abs(rate(10, 110) - 50) < 1)
    #expect(abs(rate(130, 230) - 150) < 2)
    #expect(rate(243, 359) == 0)
    #expect(abs(rate(370, 590) - 25) < 1)
  }

  @Test func anAssignedPauseTakesTheDrawnOnesPlace() throws {
    let result = try Bench.run(
      """
      clock 10:00 for 20m
      load u users 10 think exp(100s) { wait 0s }
      at 10m u.think = 1s
      plot u.started
      """)
    let started = result.plot("u.started")
    #expect(started.at(600) < 120)
    #expect(started.at(1200) - started.at(1100) > 900)
  }

  @Test func aPauseThatIsDrawnCannotBeRead() throws {
    #expect(throws: Bench.Unreadable.self) {
      try Bench.run("clock 10:00 for 1m\nload u users 1 think exp(1s) { wait 1s }\nplot u.think")
    }
    #expect(throws: Bench.Unreadable.self) {
      try Bench.run("clock 10:00 for 1m\nservice s { latency exp(1s); work 1s }\nplot s.latency")
    }
  }

  // MARK: Rates

  @Test func aLoadThatWasOffBeginsAnew() throws {
    let result = try Bench.run(
      """
      clock 00:00 for 10m
      service s { work 1ms }
      load l rate 5/s even { call s }
      at 5m l.rate = 0/s
      at 8m l.rate = 5/s
      plot s.arrived
      """)
    let arrived = result.plot("s.arrived")
    #expect(arrived.at(299) == 1495)
    #expect(arrived.at(480) == arrived.at(301))
    #expect(arrived.at(481) - arrived.at(480) == 5)
    #expect(arrived.at(599) - arrived.at(480) == 595)
  }

  // MARK: Calls of an array

  @Test func aCallDrawsAmongTheEnabled() throws {
    let result = try Bench.run(
      """
      clock 10:00 for 2m
      service edge[8] { work 1ms }
      balancer lb over edge
      load direct rate 100/s even { call edge timeout 1s }
      load by_lb rate 100/s even { call lb timeout 1s }
      at 10:01 { for i in 0..6 { edge[i].enabled = off } }
      plot edge[7].arrived, lb.removed
      """)
    #expect(result.load("direct").failed == 0)
    #expect(result.load("by_lb").failed == 0)
    let last = result.plot("edge[7].arrived")
    #expect(abs(last.at(119) - last.at(60) - 59 * 200) <= 2)
    #expect(result.plot("lb.removed").at(61) == 7)
  }

  /// Each of the enabled ones, equally often; whoever has crashed is drawn, and the call fails.
  @Test func theDrawIsUniform() throws {
    let result = try Bench.run(
      """
      clock 10:00 for 100s
      service edge[5] { servers 9; work 1ms }
      load l rate 100/s even { call edge timeout 1s }
      at 0s { edge[0].enabled = off; edge[3].enabled = off; crash edge[4] }
      plot edge[1].arrived, edge[2].arrived, edge[4].arrived
      """)
    for k in [1, 2, 4] { #expect(abs(result.plot("edge[\(k)].arrived").at(100) - 3333) < 200) }
    #expect(Double(result.load("l").failed) == result.plot("edge[4].arrived").at(100))
  }

  @Test func whereNoneIsEnabledACallFailsAtOnce() throws {
    let result = try Bench.run(
      """
      clock 10:00 for 10s
      service edge[2] { work 1ms }
      process p { wait 1s; edge[0].enabled = off; edge[1].enabled = off; call edge timeout 5s else { log "failed" }; call edge }
      """)
    #expect(result.story.contains { $0.text == "failed" && $0.time == 1_000_000_000 })
    #expect(result.story.contains { $0.text == "a call found nobody in routing" && $0.time == 1_000_000_000 })
  }

  /// Whoever switches elements off in a process runs in one island with those who call the array.
  @Test func switchingIsSeenAtOnce() throws {
    let text = """
      clock 10:00 for 1m
      var sum = 0
      service edge[8] { latency 5ms; work 1ms }
      process ops { loop { let k = any 0..7; edge[k].enabled = not edge[k].enabled; wait 10ms } }
      load l[4] rate 100/s { call edge timeout 1s else { sum = sum + 1 } }
      plot edge[0].arrived, edge[5].arrived
      """
    let one = try Bench.run(text)
    let four = try Bench.run(text, workers: 4)
    #expect(one.series.map(\.values) == four.series.map(\.values))
  }

  // MARK: Balancers

  static let panic = """
    clock 10:00 for 10m
    service web[4] { servers 1; on health { work 1ms } work 10ms }
    balancer alb over web { check every 5s timeout 1s; down after 2; up after 2 }
    load u rate 10/s { call alb timeout 1s }
    at 10:01 crash web[0..2]
    at 10:03 { alb.failover = off }
    at 10:06 { alb.failover = on }
    at 10:08 { web[3].enabled = off }
    plot alb.removed, alb.healthy, web[0].arrived
    """

  @Test func removedSaysWhoIsNotRoutedTo() throws {
    let result = try Bench.run(Self.panic)
    let removed = result.plot("alb.removed")
    let arrived = result.plot("web[0].arrived")
    #expect(removed.at(59) == 0)
    #expect(removed.at(100) == 3 && removed.at(179) == 3)
    #expect(removed.at(180) == 0 && removed.at(359) == 0)
    #expect(removed.at(400) == 3)
    #expect(removed.at(480) == 4)
    // Checks call it all the time; requests only while it is in routing.
    #expect(arrived.at(359) - arrived.at(181) > arrived.at(179) - arrived.at(100) + 200)
    #expect(result.plot("alb.healthy").at(300) == 1)
  }

  @Test func aBalancerThatHasCrashedRoutesToNobody() throws {
    let result = try Bench.run(
      """
      clock 10:00 for 10s
      service web[4] { work 10ms }
      balancer alb over web
      at 2s crash alb
      at 5s restart alb
      plot alb.removed
      """)
    let removed = result.plot("alb.removed")
    #expect(removed.at(1) == 0 && removed.at(3) == 4 && removed.at(6) == 0)
  }

  // MARK: Latencies that are drawn

  @Test(arguments: ["exp(5ms)", "uniform(0ms, 10ms)", "1ms + exp(4ms)", "2ms + uniform(0ms, 6ms)"])
  func eachMessageTakesATimeOfItsOwn(_ latency: String) throws {
    let result = try Bench.run(
      """
      clock 10:00 for 10m
      service s { servers 100; latency \(latency); work 0s }
      load u rate 100/s { call s }
      """)
    let u = result.load("u")
    #expect(abs(u.mean / 1e6 - 10) < 0.3, "\(u.mean)")
    #expect(result.service("s").completed > 59_000)
  }

  @Test func messagesOvertakeEachOther() throws {
    let result = try Bench.run(
      """
      clock 10:00 for 10m
      var last = 0
      var overtaken = 0
      service s { servers 100; latency 1ms + exp(10ms); on h(k) { overtaken = overtaken + 1 if k < last; last = max(k, last) } }
      process p { var turn = 0; repeat 1_000 { turn = turn + 1; send s.h(turn); wait 1ms } }
      plot overtaken
      """)
    #expect(result.plot("overtaken").at(600) > 100)
  }

  /// The least latency keeps islands apart; where it is 0 they are one, and `check` says so.
  @Test func theLeastLatencyIsHowFarIslandsRunApart() throws {
    func image(_ latency: String) throws -> Image {
      try Bench.source("service s { latency \(latency); work 1ms }\nprocess p { call s }").image()
    }
    let apart = try image("1ms + exp(4ms)")
    #expect(apart.meta.lookahead == 1_000_000)
    #expect(islands(apart).hasPrefix("2 islands, at least 1ms of latency apart\n"))
    let together = try image("exp(4ms)")
    #expect(islands(together).hasPrefix("1 island\n"))
    #expect(islands(together).contains("the latency of s is drawn and may be 0s"))
  }

  @Test func workersChangeNothingWhereLatenciesAreDrawn() throws {
    let text = """
      clock 10:00 for 1m
      service s[4] { servers 2; latency 1ms + exp(4ms); work exp(10ms) }
      load u[8] rate 50/s { call s timeout 30ms retry 2 }
      plot s.arrived, s.completed, u.failed
      """
    let one = try Bench.run(text)
    for workers in [2, 4] {
      #expect(try Bench.run(text, workers: workers).series.map(\.values) == one.series.map(\.values))
    }
  }

  // MARK: What becomes of requests

  /// Of made-up scripts: what arrived was completed, failed, refused, dropped or thrown away as too old, or is there still.
  @Test(arguments: 0..<6) func whatArrivesIsAccountedFor(_ batch: UInt64) throws {
    var arrived: Int64 = 0
    for seed in stride(from: 7000 + batch, to: 7060, by: 6) {
      let text = ScriptMaker.script(seed)
      let result = try Bench.run(text, seed: seed)
      for r in result.responses {
        let gone = r.completed + r.failed + r.refused + r.dropped + r.expired
        #expect(r.arrived == gone + r.inHand, "\(r.name), made-up script \(seed)\n\(text)")
        #expect(r.wasted <= r.completed + r.failed)
        arrived += r.arrived
      }
    }
    #expect(arrived > 100)
  }
}
