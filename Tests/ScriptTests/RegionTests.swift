import Foundation
import OutageEngine
import OutageKit
import Testing

/// The day of us-east-1: the same on other seeds and at other sizes, and what its header says of the fixes.
@Suite struct RegionTests {
  static let isSoak = ProcessInfo.processInfo.environment["OUTAGE_SOAK"] != nil
  static let seeds: [UInt64] = isSoak ? Array(2...30) : [2, 3, 4]

  private func day(seed: UInt64 = 1, leases: String, workers: Int = 1) throws -> RunResult {
    let script = try #require(Script.named("us-east-1"))
    var options = RunOptions()
    options.seed = seed
    options.workers = workers
    options.settings = [("leases", leases)]
    return try script.source.run(options)
  }

  private func expectAsPublished(_ day: RunResult, _ command: String) {
    let published = day.properties.filter { $0.kind == "expect" }
    #expect(published.count == 7)
    for property in day.properties {
      #expect(property.verdict == .holds, "\(command): \(property.text), \(property.reason)")
    }
  }

  @Test(arguments: RegionTests.seeds)
  func everySeedHasThePublishedDay(_ seed: UInt64) throws {
    let day = try day(seed: seed, leases: "2000")
    expectAsPublished(day, "outage run Scripts/us-east-1.outage --set leases=2000 --seed \(seed)")
  }

  @Test func aLargerRegionHasThePublishedDay() throws {
    expectAsPublished(try day(leases: "10_000"), "outage run Scripts/us-east-1.outage --set leases=10_000")
  }

  @Test(.enabled(if: RegionTests.isSoak), arguments: [1, 2])
  func aHundredThousandDropletsHaveThePublishedDay(_ workers: Int) throws {
    let day = try day(leases: "100_000", workers: workers)
    expectAsPublished(day, "outage run Scripts/us-east-1.outage --workers \(workers)")
  }

  /// Failed requests of a load in a variant.
  private func failed(_ load: String, _ variant: String?) throws -> Double {
    let script = try #require(Script.named("us-east-1"))
    let run = try #require(ScriptRun.of(script).first { $0.variant == variant })
    return Double(try #require(run.result.responses.first { $0.name == load }).failed)
  }

  @Test func theFixesHelpWhereTheHeaderSaysThatTheyDo() throws {
    let connections = try failed("visitors", nil)
    let launches = try failed("launches", nil)
    #expect(connections > 10_000)
    #expect(launches > 500)
    #expect(try failed("visitors", "NLB velocity control") < 0.8 * connections)
    #expect(try failed("launches", "NLB velocity control") == launches)
    #expect(try failed("launches", "backoff with jitter") < 0.1 * launches)
    #expect(try failed("visitors", "backoff with jitter") > 0.2 * connections)
    #expect(try failed("visitors", "queue-size-based rate limiting") < 0.1 * connections)
    #expect(try failed("launches", "queue-size-based rate limiting") < 0.2 * launches)
    #expect(try failed("customers", "queue-size-based rate limiting") == failed("customers", nil))
    for fixed in ["fencing in the enactors", "all fixes"] {
      #expect(try failed("customers", fixed) == 0)
      #expect(try failed("launches", fixed) == 0)
      #expect(try failed("visitors", fixed) < 0.02 * connections)
    }
  }
}
