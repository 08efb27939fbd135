import OutageEngine
import Testing

/// Leases that are established anew through a pool of workers: exact, by a closed form and by counting ticks.
@Suite struct LeaseWorkerTests {
  struct Pool: Sendable, CustomTestStringConvertible {
    var leases: Int
    var workers: Int
    var service: Int
    var patience: Int
    /// Leases that the workers grant before the first of them gives up.
    var reach: Int { workers * patience / service }
    var testDescription: String { "\(leases) leases, \(workers) workers of \(service) s, patience \(patience) s" }
  }

  struct Outcome: Equatable {
    /// Tick at which every lease was held, nil: never within the time.
    var allAt: Int?
    var granted: Int
    var wasted: Int
  }

  /// Ticks counted by hand: what a workshop with a list of names on the wall would do.
  static func count(_ pool: Pool, until end: Int) -> Outcome {
    var queue: [(who: Int, since: Int)] = (0..<pool.leases).map { ($0, 0) }
    var head = 0
    var isGranted = Array(repeating: false, count: pool.leases)
    var latest = Array(repeating: 0, count: pool.leases)
    var busy: [(who: Int, since: Int, until: Int)] = []
    var outcome = Outcome(allAt: nil, granted: 0, wasted: 0)
    for tick in 0...end {
      for work in busy where work.until == tick {
        if !isGranted[work.who], tick - work.since <= pool.patience, latest[work.who] == work.since {
          isGranted[work.who] = true
          outcome.granted += 1
          if outcome.granted == pool.leases { outcome.allAt = tick }
        } else {
          outcome.wasted += 1
        }
      }
      busy.removeAll { $0.until == tick }
      if tick > 0, tick % pool.patience == 0 {
        for who in 0..<pool.leases where !isGranted[who] {
          latest[who] = tick
          queue.append((who, tick))
        }
      }
      while busy.count < pool.workers, head < queue.count {
        busy.append((queue[head].who, queue[head].since, tick + pool.service))
        head += 1
      }
    }
    return outcome
  }

  static let scripts = ["engine/lease-workers.outage", "engine/lease-workers-processes.outage"]

  static func run(_ script: String, _ pool: Pool) throws -> Outcome {
    let result = try Bench.run(
      try Bench.text(script),
      [
        "leases": "\(pool.leases)", "workers": "\(pool.workers)", "service": "\(pool.service)s",
        "patience": "\(pool.patience)s",
      ])
    let granted = result.series[0]
    return Outcome(
      allAt: granted.firstAt(least: Double(pool.leases)), granted: Int(granted.values.last!),
      wasted: Int(result.service("dwfm").wasted))
  }

  /// The table of facts 3.11: N 1000, c 10, s 1.
  @Test(arguments: scripts) func theTableComesOutExactly(_ script: String) throws {
    let table: [(patience: Int, allAt: Int?, wasted: Int?)] = [
      (100, 100, 0), (80, 120, 200), (55, 195, 950), (50, nil, nil), (40, nil, nil),
    ]
    for row in table {
      let pool = Pool(leases: 1000, workers: 10, service: 1, patience: row.patience)
      let outcome = try Self.run(script, pool)
      #expect(outcome.allAt == row.allAt, "\(script) \(pool.testDescription)")
      if let wasted = row.wasted { #expect(outcome.wasted == wasted, "\(script) \(pool.testDescription)") }
      if row.allAt == nil { #expect(outcome.granted == pool.reach) }
    }
  }

  static let pools: [Pool] = {
    var pools: [Pool] = []
    for (workers, service) in [(1, 1), (3, 2), (4, 3), (7, 1), (10, 5), (16, 2)] {
      for patience in [service * 2, service * 5, service * 12 + 1, service * 30] {
        let reach = workers * patience / service
        for leases in [reach - 1, reach, reach + 1, reach * 3 / 2, 2 * reach - 1, 2 * reach, 2 * reach + 1, 3 * reach] {
          if leases > 0, leases <= 900 {
            pools.append(Pool(leases: leases, workers: workers, service: service, patience: patience))
          }
        }
      }
    }
    return pools
  }()

  @Test(arguments: pools) func everyPoolDoesWhatCountingTicksSays(_ pool: Pool) throws {
    #expect(try Self.run(Self.scripts[0], pool) == Self.count(pool, until: 7200))
  }

  /// Recovers iff N < 2 K; then in windows 1 + ceil(log2(K / (2K - N))), at (n - 1) T + 2 R(n - 1) s / c.
  @Test func theClosedFormSaysWhenLeasesComeBack() throws {
    for leases in stride(from: 100, through: 1200, by: 50) {
      for patience in [20, 40, 50, 55, 80] {
        let pool = Pool(leases: leases, workers: 10, service: 1, patience: patience)
        let outcome = try Self.run(Self.scripts[0], pool)
        let k = pool.reach
        #expect((outcome.allAt != nil) == (leases < 2 * k), "\(pool.testDescription)")
        guard leases < 2 * k else {
          #expect(outcome.granted == k, "\(pool.testDescription)")
          continue
        }
        var left = leases
        var before = leases
        var windows = 0
        while left > 0 {
          before = left
          left = windows == 0 ? leases - k : 2 * left - k
          windows += 1
        }
        let finish = windows == 1 ? leases / 10 : (windows - 1) * patience + 2 * before / 10
        #expect(outcome.allAt == finish, "\(pool.testDescription)")
      }
    }
  }
}
