import OutageEngine
import OutageKit
import Testing

/// Metastable failures whose thresholds are known: a bounded queue (HotOS 2025) and a pause of the server.
@Suite struct MetastableTests {
  // MARK: A bounded queue

  /// Goodput and attempts a second over the last 300 s.
  static func end(_ places: Int, _ more: KeyValuePairs<String, String> = [:], seed: UInt64 = 1) throws -> (
    goodput: Double, attempts: Double
  ) {
    let result = try Bench.run(try Bench.text("engine/queue-bound.outage"), more, seed: seed) {
      $0.settings.append(("places", "\(places)"))
    }
    let (ok, arrived) = (result.plot("clients.ok"), result.plot("api.arrived"))
    return ((ok.at(2700) - ok.at(2400)) / 300, (arrived.at(2700) - arrived.at(2400)) / 300)
  }

  /// At 50 the last place is too late and the one before in time: every client is served, if at its sixth attempt.
  @Test(arguments: [1, 10, 35, 49, 50]) func aQueueNoLongerThanPatienceRecovers(_ places: Int) throws {
    let (goodput, attempts) = try Self.end(places)
    #expect(goodput == 5)
    if places < 50 { #expect(attempts == 5) }
  }

  /// Five first attempts and five times five more a second, none of them answered in time.
  @Test(arguments: [51, 52, 60, 100, 150]) func aLongerOneStaysStuckAtZero(_ places: Int) throws {
    let (goodput, attempts) = try Self.end(places)
    #expect(goodput == 0)
    #expect(attempts == 30)
  }

  /// The threshold is patience times rate, the stuck load the usual one times all attempts.
  @Test(arguments: [(2, 3, 20), (3, 3, 30), (4, 4, 40), (8, 5, 80)])
  func theThresholdIsPatienceTimesRate(_ patience: Int, _ retries: Int, _ threshold: Int) throws {
    let settings: KeyValuePairs = ["patience": "\(patience)s", "attempts": "\(retries)"]
    let short = try Self.end(threshold, settings)
    #expect(short.goodput == 5)
    let long = try Self.end(threshold + 1, settings)
    #expect(long.goodput == 0 && long.attempts == Double(5 * (retries + 1)))
  }

  @Test(arguments: [1, 2, 3, 4, 5] as [UInt64]) func withLuckTheSameIsTrueInKind(_ seed: UInt64) throws {
    for places in [35, 55] {
      let (goodput, attempts) = try Self.end(places, ["luck": "random"], seed: seed)
      #expect((4.5...5.5).contains(goodput), "\(places) places")
      #expect(attempts < 8)
    }
    for places in [100, 150] {
      let (goodput, attempts) = try Self.end(places, ["luck": "random"], seed: seed)
      #expect(goodput < 0.05, "\(places) places")
      #expect((27...33).contains(attempts))
    }
  }

  // MARK: A pause

  struct Pause: Sendable, CustomTestStringConvertible {
    var settings: [String: String]
    var recovers: Bool
    var testDescription: String {
      settings.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
    }
    init(_ settings: [String: String], recovers: Bool) {
      self.settings = settings
      self.recovers = recovers
    }
  }

  static func pause(_ settings: [String: String]) throws -> RunResult {
    try Bench.run(try Bench.text("engine/pause.outage")) { options in
      options.settings = settings.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }
  }

  static let pauses: [Pause] = [
    Pause([:], recovers: false),
    Pause(["retries": "0"], recovers: true),
    Pause(["pause": "450ms"], recovers: true),
    Pause(["pause": "475ms"], recovers: false),
    Pause(["pause": "300ms"], recovers: true),
    Pause(["pause": "2s"], recovers: false),
    Pause(["load": "2.4/s"], recovers: true),
    Pause(["load": "2.6/s"], recovers: true),
    Pause(["load": "4.9/s", "retries": "1"], recovers: true),
    Pause(["load": "5/s", "retries": "1"], recovers: false),
    Pause(["places": "1"], recovers: true),
    Pause(["places": "3"], recovers: true),
    Pause(["places": "4"], recovers: true),
    Pause(["places": "5"], recovers: false),
    Pause(["places": "6"], recovers: false),
    Pause(["places": "20"], recovers: false),
    Pause(["order": "lifo"], recovers: true),
    Pause(["discard": "expired"], recovers: false),
    Pause(["discard": "hopeless"], recovers: true),
  ]

  @Test(arguments: pauses) func aPauseIsSurvivedOrNot(_ pause: Pause) throws {
    let result = try Self.pause(pause.settings)
    let (ok, arrived) = (result.plot("clients.ok"), result.plot("api.arrived"))
    let goodput = (ok.at(180) - ok.at(120)) / 60
    let load = Double(pause.settings["load"]?.dropLast(2) ?? "7")!
    if pause.recovers {
      #expect(abs(goodput - load) < 0.1, "goodput \(goodput)")
    } else {
      #expect(goodput == 0)
      let attempts = Double((Int(pause.settings["retries"] ?? "3") ?? 0) + 1)
      #expect(abs((arrived.at(180) - arrived.at(120)) / 60 - load * attempts) < 0.1)
    }
  }

  /// Before the pause every request is answered; from 40 s on, none, at four attempts each.
  @Test func theCollapseHasItsExactCounts() throws {
    let result = try Self.pause([:])
    let (ok, arrived) = (result.plot("clients.ok"), result.plot("api.arrived"))
    #expect(ok.at(30) - ok.at(0) == 209 || ok.at(30) - ok.at(0) == 210)
    #expect(ok.at(60) - ok.at(40) == 0)
    #expect(abs(arrived.at(60) - arrived.at(40) - 28 * 20) <= 2)
  }
}
