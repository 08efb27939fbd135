import OutageKit
import Synchronization
import Testing

/// What the pages for hosts promise of limits, snapshots, reports and functions of the host.
@Suite struct HostPromiseTests {
  /// So many events within each tick that a budget ends in its midst.
  static let busy = """
    clock 00:00 for 24h tick 1h
    var x = 0
    process p { loop { x = x + 1; log "x is {x}" if x < 200; wait 1us } }
    never "more than ten" { x > 10 }
    """

  @Test(arguments: [Int.max, 9_223_372_036_854_000_000, 1 << 60, 1 << 45]) func anyBudgetWorks(_ bytes: Int) throws {
    var options = Simulation.Options()
    (options.budgets.bytes, options.budgets.events, options.budgets.ticks) = (bytes, .max, .max)
    options.budgets.wallTime = WallTime(.nanoseconds(Int64.max)) { .seconds(5) }
    let program = Program(WorldsTests.script)
    let s = try Simulation(program, options)
    #expect(s.run(to: .seconds(20)).isThere)
    _ = s.stepEvent()
    try s.act("jobs.put(1)")
    let forks = try (0..<8).map { _ in try s.fork() }
    #expect(s.run().isOver)
    for fork in forks { #expect(fork.run().isOver) }
    var search = Exploration.Options()
    (search.budgets.bytes, search.budgets.states) = (bytes, .max)
    let found = try Program("var x = 0\nprocess p[2] { x = x + 1 }\nnever \"three\" { x == 3 }").explore(search)
    #expect(found.verdict == .holds)
  }

  @Test func singleEventsEndByTheBudgets() throws {
    let s = try Host.simulation("var x = 0\nprocess p { loop { wait 1s; x = x + 1 } }") { $0.budgets.events = 6 }
    var calls = 0
    while s.stepEvent().outcome.isThere, calls < 100 { calls += 1 }
    let ended = s.stepEvent()
    #expect(ended.outcome.limit == .events(6) && ended.event == nil)
    #expect(s.events == 6)
    let x = try s.value(of: "x").number ?? 0
    #expect(x > 3)
    s.budgets.events = 7
    #expect(s.stepEvent().outcome.isThere)
    #expect(try s.value(of: "x").number == x + 1)
    s.budgets.events = 6
    #expect(throws: Refusal.self) { try s.act("x = 100") }
    #expect(try s.value(of: "x").number == x + 1)
    s.budgets = Simulation.Budgets()
    #expect(s.run(for: .seconds(10)).isThere)
  }

  @Test func singleEventsEndByTicksAndCancellation() throws {
    let s = try Host.simulation("clock 00:00 for 24h tick 1s\nvar x = 0\nprocess p { wait 2s; x = 1; wait 10h; x = 2 }")
    {
      $0.budgets.ticks = 20
    }
    var outcome = s.stepEvent().outcome
    while outcome.isThere { outcome = s.stepEvent().outcome }
    #expect(outcome.limit == .ticks(20))
    #expect(s.ticks == 20)
    #expect(s.stepEvent().outcome.limit == .ticks(20))
    s.budgets.ticks = .max
    s.cancellation.cancel()
    #expect(s.stepEvent().outcome.limit == .cancelled)
    s.cancellation.reset()
    #expect(s.stepEvent().outcome.isThere)
    #expect(try s.value(of: "x") == .count(2))
  }

  @Test func aSnapshotOfAnotherProgramIsRefused() throws {
    let program = Program("var x = 0\nprocess p { loop { wait 1s; x = x + 1 } }")
    let s = try Simulation(program)
    let same = try Simulation(program)
    let other = try Host.simulation("var y = 5")
    _ = s.run(to: .seconds(3))
    _ = same.run(to: .seconds(7))
    let refusal = #expect(throws: Refusal.self) { try s.restore(try other.snapshot()) }
    #expect(refusal?.description.contains("another program") == true)
    #expect(try s.value(of: "x") == .count(3))
    try s.restore(try same.snapshot())
    #expect(try s.value(of: "x") == .count(7))
    try s.fork().restore(try s.snapshot())
  }

  @Test func askingLeavesTheReportOfAStop() throws {
    let s = try Host.simulation(Self.busy) { $0.budgets.events = 200_000 }
    #expect(s.run().limit == .events(200_000))
    let report = s.report().rendered(.json)
    #expect(s.report().verdict == .violated || s.report().story.count > 100)
    #expect(report.contains("\"budget\":\"events\""))
    #expect(try s.value(of: "x") == .count(1))
    _ = try s.snapshot()
    try s.onSample(of: "x") { _ in }
    #expect(throws: Refusal.self) { try s.act("y = 1") }
    #expect(s.report().rendered(.json) == report)
    try s.act("x = 1")
    #expect(s.report().story.count < 10)
  }

  @Test func theReportSaysHowItEnded() throws {
    func end(_ s: Simulation) -> String {
      let text = s.report().rendered(.json)
      return String(text.split(separator: "\"end\":")[1].prefix { $0 != "}" })
    }
    let failing = try Host.simulation(
      "var x = 3\nprocess p { loop { wait 1s; x = x - 1; let y = 6 div x; log \"{y}\" } }")
    guard case .failed = failing.run() else { throw Refusal("it did not fail") }
    for _ in 0..<2 {
      #expect(end(failing).contains("\"kind\":\"failed\""), "\(end(failing))")
      #expect(end(failing).contains("\"code\":\"E0701\""), "\(end(failing))")
      #expect(failing.report().verdict == .violated)
      _ = try failing.value(of: "x")
    }
    let slow = try Host.simulation(HostBudgetTests.endless)
    slow.budgets.wallTime = WallTime(.milliseconds(20)) { Host.threadTime() }
    #expect(slow.run().limit == .wallTime(.milliseconds(20)))
    #expect(end(slow).contains("\"budget\":\"time\",\"limit\":\"20ms\""), "\(end(slow))")
    slow.budgets.wallTime = nil
    slow.cancellation.cancel()
    #expect(slow.run().limit == .cancelled)
    #expect(end(slow).contains("\"kind\":\"interrupted\""), "\(end(slow))")
    let short = try Host.simulation(Host.counter) { $0.budgets.ticks = 5 }
    #expect(short.run().limit == .ticks(5))
    #expect(end(short).contains("\"budget\":\"ticks\",\"limit\":\"5\""), "\(end(short))")
    #expect(short.report().rendered(.text).contains("the limit of 5 ticks was reached"))
    short.budgets.ticks = 7
    _ = short.step()
    #expect(end(short).contains("\"kind\":\"stopped\""), "\(end(short))")
  }

  // MARK: Functions of the host

  static func failing(_ name: String = "f") -> Function {
    Function(name, [.count], .count) { arguments in
      if arguments[0] == .count(7) { throw LoadError("seven is too much") }
      return arguments[0]
    }
  }

  @Test(
    arguments: ["f(7)", "f(7) > 3", "[f(6), f(7)]", "sum(f(i) for i in 1..9)", "\"it is {f(7)}\""])
  func aFailedFunctionIsSaidToWhoAsks(_ question: String) throws {
    let s = try Host.simulation("extern fn f(a: count): count\nvar x = 0", functions: [Self.failing()])
    let refusal = #expect(throws: Refusal.self) { try s.value(of: question) }
    let problem = try #require(refusal?.problems.first)
    #expect(problem.code == "E0711" && refusal?.limit == nil)
    #expect(problem.message.hasPrefix("'f' failed: ") && problem.message.contains("seven is too much"))
    #expect(try s.value(of: "f(6)") == .count(6))
    let act = #expect(throws: Refusal.self) { try s.act("x = f(7)") }
    #expect(act?.problems.first?.message == problem.message && act?.problems.first?.code == "E0711")
  }

  @Test(arguments: [
    "process p { x = f(6); x = f(7) }\nnever \"n\" { x > 9 }", "process p { x = 0 }\nnever \"n\" { f(7 + x) > 9 }",
  ])
  func aFailedFunctionIsSaidByASearch(_ rest: String) throws {
    let program = Program("extern fn f(a: count): count\nvar x = 0\n" + rest, functions: [Self.failing()])
    let found = try program.explore()
    #expect(found.verdict == .violated)
    #expect(found.rendered(.text).contains("seven is too much"), "\(found.rendered(.text))")
    #expect(found.rendered(.json).contains("seven is too much"))
  }

  /// The clock of the host moves by 20 ms with each call of its function.
  @Test func callsOfTheHostCountAgainstWallTime() throws {
    let calls = Mutex(0)
    let limit = Duration.milliseconds(100)
    let slow = Function("f", [.count], .count) { arguments in
      calls.withLock { $0 += 1 }
      return arguments[0]
    }
    let s = try Host.simulation(
      "extern fn f(a: count): count\nvar x = 0\nprocess p { loop { x = f(x) + 1; wait 1ms } }", functions: [slow])
    s.budgets.wallTime = WallTime(limit) { calls.withLock { .milliseconds(20 * $0) } }
    let before = calls.withLock { $0 }
    let asked = #expect(throws: Refusal.self) { try s.value(of: "sum(f(i) for i in 1..1000)") }
    #expect(asked?.limit == .wallTime(limit))
    let between = calls.withLock { $0 }
    #expect(between - before <= 6, "\(between - before)")
    let acted = #expect(throws: Refusal.self) { try s.act("repeat 1000 { x = f(1) }") }
    #expect(acted?.limit == .wallTime(limit))
    #expect(calls.withLock { $0 } - between <= 6, "\(calls.withLock { $0 } - between)")
    #expect(s.run().limit == .wallTime(limit))
    #expect(try s.value(of: "x") == .count(1))
    #expect(try s.value(of: "f(5)") == .count(5))
  }

  // MARK: No number

  @Test(
    arguments: [
      "sqrt(-1)", "sqrt(-0.5)", "sqrt(y)", "ln(0)", "ln(-1)", "pow(-1.0, 0.5)", "huge / 0.0000000001",
      "0 - huge * huge",
      "sqrt(0 - huge)", "huge * huge", "huge * huge - huge * huge", "(huge * huge) / (huge * huge)",
      "abs(sqrt(-1))", "max(sqrt(-1), 1)", "min(1, ln(0))", "pow(0, -1)", "pow(huge, 2)",
    ]) func whatIsNoNumberHasNoValue(_ question: String) throws
  {
    let s = try Host.simulation("param huge = \(String(repeating: "9", count: 300)).0\nvar y = -1.0")
    let refusal = #expect(throws: Refusal.self) { try s.value(of: question) }
    #expect(refusal?.description.isEmpty == false)
  }

  @Test func theSquareRootOfANegativeNumberFailsARun() throws {
    let s = try Host.simulation("var x = 0.0\nprocess p { wait 1s; x = sqrt(-1); wait 1s }\nplot x")
    guard case .failed(let problem) = s.run() else { throw Refusal("it did not fail") }
    #expect(problem.code == "E0706")
    #expect(!s.report().rendered(.csv).contains("nan"))
    #expect(try s.value(of: "sqrt(4)") == .number(2))
    #expect(try s.value(of: "sqrt(0)") == .number(0))
  }
}
