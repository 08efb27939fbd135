import Foundation
import OutageKit

/// A host for the tests: programs, and a clock.
enum Host {
  static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  static func text(_ path: String) throws -> String {
    try String(contentsOf: root.appending(path: path), encoding: .utf8)
  }

  static func script(_ path: String) throws -> Program { Program(try text(path), named: path) }

  static func simulation(
    _ text: String, functions: [Function] = [], change: (inout Simulation.Options) -> Void = { _ in }
  ) throws(Refusal) -> Simulation {
    var options = Simulation.Options()
    options.budgets.bytes = 256 << 20
    change(&options)
    return try Simulation(Program(text, functions: functions), options)
  }

  /// Processor time of the calling thread: what it measures does not depend on how busy the machine is.
  static func threadTime() -> Duration {
    var now = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now)
    return .seconds(now.tv_sec) + .nanoseconds(now.tv_nsec)
  }

  static let counter = """
    scenario "Counting"
    clock 10:00 for 1m tick 1s
    param step = 1
    param pause = 1s
    variant "slow" { pause = 2s }
    var x = 0
    process p { loop { wait pause; x = x + step; log "x is {x}" } }
    plot x
    never "x is forty" { x == 40 }
    """
}

extension Outcome {
  var limit: Limit? {
    if case .stopped(let limit, partial: _) = self { return limit }
    return nil
  }
  var partial: Report? {
    if case .stopped(_, let report) = self { return report }
    return nil
  }
  var isThere: Bool { if case .there = self { true } else { false } }
  var isOver: Bool { if case .over = self { true } else { false } }
  var isFound: Bool { if case .found = self { true } else { false } }
}
