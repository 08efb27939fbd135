import Foundation
import OutageEngine
import OutageKit
import Testing

/// Queues whose answers are known: independent runs, their first part left out, and the mean of all within three standard
/// errors. Sample: `seeds` runs of `spans` seconds each (a mean service takes a second); ten times the runs in `make soak`.
@Suite struct ClosedFormTests {
  static let seeds = Bench.isSoak ? 400 : 40
  static let warm: Int64 = 2_000
  static let spans: Int64 = 22_000

  /// What one run shows of a node after its warm-up.
  struct Window {
    /// Mean number in the system.
    var number: Double
    /// Mean time in the system, s.
    var time: Double
    var arrived: Double
    var completed: Double
    var refused: Double
    /// Arrivals a second.
    var rate: Double
    /// Share of ticks at which the plotted truth held.
    var share: Double
    /// s, of the whole run
    var p99: Double
  }

  static func windows(_ text: String, _ node: String, _ kind: ResponseTimes.Kind = .service) throws -> [Window] {
    let source = try Bench.source(text)
    let image = try source.image()
    return try (1...seeds).map { seed in
      var options = RunOptions()
      options.seed = UInt64(seed)
      let manifest = source.manifest(image, options)
      let run = Run(image, seed: UInt64(seed), workers: 1, budgets: Budgets(memory: 1 << 30))
      run.advance(to: warm * 1_000_000_000)
      let before = run.result(manifest: manifest)
      run.advance(to: .max)
      let after = run.result(manifest: manifest)
      let a = try #require(before.responses.first { $0.name == node && $0.kind == kind })
      let b = try #require(after.responses.first { $0.name == node && $0.kind == kind })
      let seconds = Double(after.counts.reached - before.counts.reached) / 1e9
      let completed = Double(b.completed - a.completed)
      let arrived = Double(b.arrived - a.arrived)
      let shares = after.series.first.map { $0.values.reduce(0, +) / Double($0.values.count) } ?? 0
      return Window(
        number: (b.area - a.area) / 1e9 / seconds,
        time: (b.mean * Double(b.completed) - a.mean * Double(a.completed)) / completed / 1e9, arrived: arrived,
        completed: completed, refused: Double(b.refused - a.refused), rate: arrived / seconds, share: shares,
        p99: b.p99 / 1e9)
    }
  }

  /// The mean over runs lies within three standard errors of what it should be (and `slack`, relative).
  static func expect(
    _ what: String, _ values: [Double], _ exact: Double, slack: Double = 0,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let n = Double(values.count)
    let mean = values.reduce(0, +) / n
    let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (n - 1)
    let error = (variance / n).squareRoot()
    #expect(
      abs(mean - exact) <= 3 * error + slack * exact, "\(what): \(mean) ± \(error), exactly \(exact)",
      sourceLocation: sourceLocation)
    // A standard error that says nothing would prove nothing.
    #expect(error < 0.05 * exact + 1e-9, "\(what): a standard error of \(error)", sourceLocation: sourceLocation)
  }

  static func queue(_ rate: String, _ service: String, plot: String = "") -> String {
    """
    scenario "A queue"
    clock 00:00 for \(spans)s tick 3s
    service q { \(service) }
    load arrivals rate \(rate) { call q }
    \(plot.isEmpty ? "" : "plot \(plot)")
    """
  }

  // MARK: One server

  @Test func oneServerWithExponentialService() throws {
    let w = try Self.windows(Self.queue("0.8/s", "work exp(1s)", plot: "q.busy + q.queue.length >= 10"), "q")
    Self.expect("L", w.map(\.number), 4)
    Self.expect("W", w.map(\.time), 5)
    Self.expect("Wq", w.map { $0.time - 1 }, 4)
    Self.expect("P(N >= 10)", w.map(\.share), 0.107374)
  }

  @Test func theLastPercentileOfTimeInTheSystem() throws {
    let w = try Self.windows(Self.queue("8/s", "work exp(100ms)"), "q")
    Self.expect("W", w.map(\.time), 0.5)
    // Percentiles come from buckets of 1 %.
    Self.expect("p99 of W", w.map(\.p99), 2.302585, slack: 0.01)
  }

  @Test func fixedServiceTimes() throws {
    let busy = try Self.windows(Self.queue("0.8/s", "work 1s"), "q")
    Self.expect("Wq", busy.map { $0.time - 1 }, 2)
    Self.expect("W", busy.map(\.time), 3)
    Self.expect("L", busy.map(\.number), 2.4)
    let idle = try Self.windows(Self.queue("0.5/s", "work 1s"), "q")
    Self.expect("Wq", idle.map { $0.time - 1 }, 0.5)
  }

  @Test func serviceInTwoStages() throws {
    let w = try Self.windows(Self.queue("0.8/s", "work erlang(2, 1s)"), "q")
    Self.expect("W", w.map(\.time), 4)
  }

  // MARK: Several servers

  @Test func twoServers() throws {
    let w = try Self.windows(Self.queue("1.6/s", "servers 2; work exp(1s)", plot: "q.busy == 2"), "q")
    Self.expect("C", w.map(\.share), 0.711111)
    Self.expect("Wq", w.map { $0.time - 1 }, 1.777778)
    Self.expect("W", w.map(\.time), 2.777778)
  }

  @Test func fiveServers() throws {
    let idle = try Self.windows(Self.queue("2.5/s", "servers 5; work exp(1s)", plot: "q.busy == 5"), "q")
    Self.expect("C", idle.map(\.share), 0.130371)
    Self.expect("W", idle.map(\.time), 1.052149)
    let busy = try Self.windows(Self.queue("4/s", "servers 5; work exp(1s)", plot: "q.busy == 5"), "q")
    Self.expect("C", busy.map(\.share), 0.554113)
    Self.expect("W", busy.map(\.time), 1.554113)
  }

  // MARK: Bounded

  @Test(arguments: [(2, 1.0, 0.2), (5, 4, 0.199067), (10, 8, 0.121661), (100, 80, 0.003992)])
  func callsAreBlockedWithoutWaitingPlaces(_ servers: Int, _ load: Double, _ exact: Double) throws {
    let text = Self.queue("\(load)/s", "servers \(servers); queue fifo capacity 0 full refuse; work exp(1s)")
    let w = try Self.windows(text, "q")
    Self.expect("B", w.map { $0.refused / $0.arrived }, exact)
  }

  @Test func tenPlacesInAll() throws {
    let w = try Self.windows(Self.queue("0.8/s", "queue fifo capacity 9 full refuse; work exp(1s)"), "q")
    Self.expect("block", w.map { $0.refused / $0.arrived }, 0.023493)
    Self.expect("L", w.map(\.number), 2.966314)
    Self.expect("W accepted", w.map(\.time), 3.797098)
  }

  // MARK: Networks

  @Test func twoQueuesInARow() throws {
    let text = """
      scenario "A tandem"
      clock 00:00 for \(Self.spans)s tick 1m
      service a { work exp(500ms) }
      service b { work exp(800ms) }
      load arrivals rate 1/s { call a; call b }
      """
    let w = try Self.windows(text, "arrivals", .load)
    Self.expect("L", w.map(\.number), 5)
    Self.expect("W", w.map(\.time), 5)
  }

  @Test func aQueueThatSomeComeBackTo() throws {
    let text = """
      scenario "Feedback"
      clock 00:00 for \(Self.spans)s tick 1m
      service q { work exp(1s) }
      load arrivals rate 0.5/s { call q; while chance(0.3) { call q } }
      """
    let queue = try Self.windows(text, "q")
    Self.expect("lambda", queue.map(\.rate), 0.714286)
    Self.expect("L", queue.map(\.number), 2.5)
    let whole = try Self.windows(text, "arrivals", .load)
    Self.expect("W", whole.map(\.time), 5)
  }

  // MARK: Retries

  @Test(arguments: [(0.1, 1.111), (0.2, 1.248), (0.5, 1.875), (0.75, 2.734375)])
  func retriesMultiplyTheLoad(_ p: Double, _ exact: Double) throws {
    let text = """
      scenario "Four attempts"
      clock 00:00 for \(Self.spans)s tick 1m
      service api { servers 1000; fail "bad luck" if chance(\(p)) }
      load clients rate 1/s { call api retry 3 }
      """
    let api = try Self.windows(text, "api")
    let clients = try Self.windows(text, "clients", .load)
    Self.expect("load", zip(api, clients).map { $0.arrived / $1.arrived }, exact)
    Self.expect("success", clients.map { $0.completed / $0.arrived }, 1 - pow(p, 4))
  }

  // MARK: Discrete time

  static func ticking(_ statements: String) throws -> [Double] {
    let text = """
      scenario "A queue that ticks"
      clock 00:00 for \(spans)s tick 1s
      var n = 0
      every 1s { \(statements) }
      measure number = n
      """
    return try (1...seeds).map { try Bench.run(text, seed: UInt64($0)).measure("number").mean }
  }

  @Test func ticksThatArriveThenServe() throws {
    let (p, q) = (0.3, 0.5)
    let number = try Self.ticking("n = n + 1 if chance(\(p)); n = n - 1 if n > 0 and chance(\(q))")
    Self.expect("L", number, p * (1 - q) / (q - p))
    Self.expect("W", number.map { $0 / p }, (1 - q) / (q - p))
  }

  @Test func ticksThatServeThenArrive() throws {
    let (p, q) = (0.3, 0.5)
    let number = try Self.ticking("n = n - 1 if n > 0 and chance(\(q)); n = n + 1 if chance(\(p))")
    Self.expect("L", number, p * (1 - p) / (q - p))
    Self.expect("W", number.map { $0 / p }, (1 - p) / (q - p))
  }
}
