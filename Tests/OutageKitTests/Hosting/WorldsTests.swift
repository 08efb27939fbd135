import Foundation
import OutageKit
import Synchronization
import Testing

/// No globals: what one world does, no other notices.
@Suite struct WorldsTests {
  static let script = """
    scenario "A little of everything"
    clock 00:00 for 2m tick 1s
    service api[3] { servers 2; latency 1ms; queue fifo capacity 20; work exp(15ms) }
    balancer front over api { check every 1s timeout 200ms }
    load clients rate 100/s { call front timeout 200ms retry 2 backoff 10ms to 1s jitter full }
    lease l[50] { lasts 10s renew every 4s jitter 1s { call api[0] timeout 1s } }
    queue jobs
    process worker[4] { loop { let j = jobs.take; wait exp(100ms); log "did {j}" if chance(1%) } }
    every 1s { jobs.put(1) }
    at 30s crash api[1]
    at 60s restart api[1]
    plot clients.failed, jobs.length, l.active
    never "all is lost" { l.active == 0 and now > 20s }
    """

  static func run(_ program: Program, _ k: Int) throws -> String {
    var options = Simulation.Options()
    options.seed = UInt64(k)
    options.workers = 1 + k % 2
    options.budgets.bytes = 64 << 20
    let s = try Simulation(program, options)
    _ = s.run(to: .seconds(40))
    if k % 3 == 0 { try s.act("crash api[2]") }
    let fork = try s.fork()
    _ = s.run()
    _ = fork.run()
    let report = s.report().rendered(.json)
    #expect(report == fork.report().rendered(.json))
    return report + (try s.value(of: "clients.failed").number.map { "\($0)" } ?? "")
  }

  @Test func aHundredWorldsOnEightThreadsAreEachAsIfAlone() async throws {
    let program = Program(Self.script)
    #expect(program.problems.map(\.description) == [])
    let alone = try (0..<100).map { try Self.run(program, $0) }
    #expect(Set(alone).count > 90)
    let next = Atomic<Int>(0)
    let together = Mutex<[Int: String]>([:])
    let failure = Mutex<(any Error)?>(nil)
    let threads = (0..<8).map { _ in
      let thread = Thread {
        while true {
          let k = next.add(1, ordering: .relaxed).oldValue
          if k >= 100 { return }
          do {
            let report = try Self.run(program, k)
            together.withLock { $0[k] = report }
          } catch { failure.withLock { $0 = error } }
        }
      }
      thread.stackSize = 1 << 20
      thread.start()
      return thread
    }
    while threads.contains(where: { !$0.isFinished }) { try await Task.sleep(for: .milliseconds(5)) }
    #expect(failure.withLock { $0 } == nil)
    let reports = together.withLock { $0 }
    for k in 0..<100 { #expect(reports[k] == alone[k], "world \(k)") }
  }

  @Test func searchesAtOnceFindTheSame() async throws {
    let program = try Host.script("Scripts/dns-race.outage")
    let alone = try program.explore().rendered(.json)
    let all = try await withThrowingTaskGroup(of: String.self) { group in
      for _ in 0..<6 { group.addTask { try program.explore().rendered(.json) } }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(all.allSatisfy { $0 == alone })
  }
}
