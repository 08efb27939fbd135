import OutageEngine
import OutageKit
import OutageSyntax
import Testing

/// The output is a function of source, parameters and seed.
@Suite struct DeterminismTests {
  /// Everything a run shows, and its trace.
  static func whole(_ text: String, seed: UInt64 = 1, workers: Int = 1, settings: [(String, String)] = []) throws
    -> String
  {
    var lines = ""
    let result = try Bench.run(text, seed: seed, workers: workers) {
      $0.settings = settings
      $0.trace = { lines += $0 }
    }
    return "\(result)\n\(lines)"
  }

  static let corpus = Bench.scripts("Tests/Corpus/engine") + Bench.scripts("Tests/Corpus/running")

  @Test(arguments: corpus) func anyNumberOfWorkersGivesTheSameBytes(_ path: String) throws {
    let text = try RunningCorpusTests.text(path)
    let one = try Self.whole(text)
    for workers in [1, 2, 4] { #expect(try Self.whole(text, workers: workers) == one) }
  }

  /// Many islands at work at once, so that windows do go to several workers.
  static let islands = """
    scenario "Islands"
    clock 00:00 for 20s tick 1s
    service store[8] { servers 2; latency 2ms; queue fifo capacity 20; work exp(1ms) }
    service api[16] { servers 2; latency 1ms; queue fifo drop expired; work exp(1ms); call store timeout 20ms retry 1 }
    load clients[16] rate 300/s { call api[index] timeout 50ms retry 2 backoff 5ms jitter full }
    at 5s { crash store[3]; cut clients[2] from api; drop 10% of api to store }
    at 8s { restart store[3]; heal }
    plot clients.ok, clients.failed, store.completed
    never "many fail" { clients.failed > 1_000_000 }
    """

  @Test func islandsAtWorkGiveTheSameBytes() throws {
    let one = try Self.whole(Self.islands)
    for workers in [2, 3, 4, 8] { #expect(try Self.whole(Self.islands, workers: workers) == one) }
    #expect(try Self.whole(Self.islands, seed: 2) != one)
  }

  @Test(arguments: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9] as [UInt64]) func theSameSeedRepeatsAndAnotherDiffers(_ seed: UInt64)
    throws
  {
    let text = """
      scenario "Luck"
      clock 00:00 for 60s tick 1s
      service api { work exp(100ms) }
      load clients rate 5/s { call api }
      """
    let one = try Self.whole(text, seed: seed)
    #expect(try Self.whole(text, seed: seed) == one)
    #expect(try Self.whole(text, seed: seed + 1) != one)
  }

  // MARK: Common random numbers

  /// A fix that draws more leaves all other streams alone: whatever it is made of.
  @Test(
    arguments: [
      "wait exp(0s)", "let a = any 1..6", "let a = chance(0.5)", "work uniform(0s, 0s)", "log \"{any 1..3}\"",
      "call api timeout 1s else { }", "call api timeout 1s retry 2 backoff 1ns jitter full else { }", "send api",
      "if chance(0.5) { let a = any 1..6 } else { let b = any 1..6 }", "repeat 2 { let a = any 1..6 }",
      "for i in 0..2 { let a = any 0..3 }", "for i in 0..(any 1..3) where chance(0.5) { let a = 1 }",
      "while chance(0.3) { let a = 1 }", "either { let a = any 1..6 } or { let b = chance(0.1) }",
      "let a = max(any 1..3, any 1..3)", "let a = sum(any 1..3 for i in 0..3)", "wait until chance(0.9) or true",
      "atomic { let a = any 1..3; let b = any 1..3 }", "call api[any 0..1] timeout 1s else { }",
      "wait 0s if chance(0.5)", "fail \"never\" if any 1..3 > 5", "x = any 1..3", "box[any 0..2] = 1",
      "jobs.put(any 1..3)", "slow api by 1 + chance_of_nothing for 0s",
    ].filter { !$0.contains("chance_of_nothing") })
  func aFixLeavesOtherStreamsAlone(_ fix: String) throws {
    func text(_ on: Bool) -> String {
      """
      scenario "Common random numbers"
      clock 00:00 for 1m tick 1s
      param fix: off | on = \(on ? "on" : "off")
      var x = 0
      var box[3] = 0
      queue jobs
      service api[2] { servers 100; work 0s }
      service other { servers 4; work exp(10ms) }
      process p {
        loop {
          wait 1s
          if fix == on { \(fix) }
          log "{any 1..1_000_000}"
        }
      }
      load clients rate 5/s { call other }
      """
    }
    let plain = try Bench.run(text(false))
    let fixed = try Bench.run(text(true))
    func draws(_ r: RunResult) -> [String] { r.logs.filter { $0.count > 1 } }
    #expect(draws(fixed) == draws(plain))
    #expect("\(fixed.load("clients"))" == "\(plain.load("clients"))")
  }

  @Test func anotherNodeLeavesAllStreamsAlone() throws {
    func text(_ more: String) -> String {
      """
      scenario "Another node"
      clock 00:00 for 1m tick 1s
      \(more)
      service api[3] { servers 2; work exp(100ms) }
      load clients[2] rate 5/s { call api timeout 200ms retry 2 backoff 10ms jitter full }
      at 10s drop 20% of clients to api
      """
    }
    let plain = try Bench.run(text(""))
    let more = try Bench.run(text("queue jobs\nservice first[5] { work exp(1s) }\nload others rate 3/s { call first }"))
    #expect("\(more.load("clients"))" == "\(plain.load("clients"))")
    #expect("\(more.service("api"))" == "\(plain.service("api"))")
  }
}
