import OutageEngine
import OutageKit
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The scripts of `Benchmarks/Workloads` at small sizes: what is measured must be right first.
@Suite struct WorkloadTests {
  private func run(_ name: String, _ settings: [(String, String)] = [], variant: String? = nil) throws -> RunResult {
    let folder = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
    let path = "/\(folder)/Benchmarks/Workloads/\(name).outage"
    let source = Source(name: name, text: try #require(contents(path))) { _, _ in .failure(LoadError("none")) }
    #expect(source.diagnostics.isEmpty)
    var options = RunOptions()
    options.settings = settings
    options.variant = variant
    let result = try source.run(options)
    guard case .reachedEnd = result.end else {
      Issue.record("\(name): \(result.end)")
      return result
    }
    return result
  }

  private func contents(_ path: String) -> [UInt8]? {
    guard let file = fopen(path, "rb") else { return nil }
    defer { fclose(file) }
    var bytes = [UInt8](repeating: 0, count: 1 << 16)
    bytes.removeLast(bytes.count - fread(&bytes, 1, bytes.count, file))
    return bytes
  }

  private func last(_ name: String, _ r: RunResult) -> Double { r.measures.first { $0.name == name }?.last ?? .nan }

  /// Every simulator of the comparison counts the same (the order within an instant may move an attempt or two).
  @Test(arguments: [
    ("none", 436_001.0, 4_998.0, 36_000.0), ("throttle", 319_603, 6_998, 1), ("restart", 537_603, 6_998, 65_401),
  ])
  func aHerdOfLeasesCountsAsElsewhere(variant: String, attempts: Double, renewed: Double, wasted: Double) throws {
    let r = try run("lease-herd", [("leases", "2000")], variant: variant)
    #expect(abs(last("attempts", r) - attempts) <= 5)
    #expect(last("renewed", r) == renewed)
    #expect(last("wasted", r) == wasted)
  }

  @Test(arguments: [("none", false), ("jitter", false), ("budget", true), ("shed", true)])
  func aBudgetOrABoundedQueueEndsTheStorm(variant: String, recovers: Bool) throws {
    #expect((last("recovered_at", try run("retry-storm", variant: variant)) > 0) == recovers)
  }

  /// Mean calls as every simulator of the comparison finds them.
  @Test(arguments: [("none", 2426.0), ("expo", 1862), ("equal", 812), ("full", 795.5), ("decorr", 1001)])
  func clientsThatBackOffMakeAsManyCallsAsElsewhere(variant: String, calls: Double) throws {
    let r = try run("backoff", variant: variant)
    #expect(abs(last("calls", r) - calls) < 0.05 * calls)
  }

  @Test func queuesWaitAsTheoryKnows() throws {
    let desk = try #require(try run("mm1", [("customers", "200000")]).responses.first { $0.name == "desk" })
    #expect(desk.completed == 200_000)
    #expect(abs(desk.mean / 1e9 - 5) < 0.5)
    for station in try run("mmc-net", [("customers", "100000")]).responses where station.name != "people" {
      #expect(station.completed == 100_000)
      #expect(abs(station.mean / 1e9 - 1.7455) < 0.1)
    }
  }
}
