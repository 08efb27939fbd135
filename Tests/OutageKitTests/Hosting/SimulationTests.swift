import OutageEngine
import OutageKit
import Testing

/// What a host does with a simulation.
@Suite struct SimulationTests {
  @Test func problemsAreValues() throws {
    let program = Program("var x = 0\nprocess p { y = 1 }\n", named: "a.outage")
    #expect(!program.isSound)
    let problem = try #require(program.problems.first)
    #expect((problem.code, problem.line, problem.column) == ("E0301", 2, 13))
    #expect(problem.file == "a.outage" && problem.severity == .error)
    #expect(problem.description.contains("a.outage:2:13"))
    #expect(throws: Refusal.self) { try Simulation(program) }
  }

  @Test func theProgramTellsWhatCanBeSet() throws {
    let program = Program(Host.counter)
    #expect(program.scenario == "Counting")
    #expect(program.parameters == ["step", "pause"])
    #expect(program.variants == ["slow"])
    #expect(program.properties == ["x is forty"])
  }

  @Test func importsComeFromTheHost() throws {
    let program = Program("import \"lib/a.outage\"\nprocess p { x = 3 }\n", named: "main.outage") { path, from in
      #expect((path, from) == ("lib/a.outage", "main.outage"))
      return LoadedFile(name: "lib/a.outage", text: Array("var x = 0\n".utf8))
    }
    #expect(program.problems == [])
    let simulation = try Simulation(program)
    _ = simulation.step()
    #expect(try simulation.value(of: "x") == .count(3))
    let refused = Program("import \"a\"\n") { _, _ in throw LoadError("not today") }
    #expect(refused.problems[0].description.contains("not today"))
    #expect(Program("import \"a\"\n").problems[0].description.contains("the host gives no files"))
  }

  @Test func itRunsToTimesConditionsAndTheEnd() throws {
    let s = try Host.simulation(Host.counter)
    #expect(s.run(to: .seconds(10)).isThere)
    #expect(s.now == .seconds(10) && s.ticks == 10)
    #expect(try s.run(until: "10:00:15").isThere)
    #expect(s.now == .seconds(15))
    #expect(try s.run(until: "x >= 20").isFound)
    #expect(try s.value(of: "x") == .count(20))
    #expect(s.step(2).isThere)
    #expect(s.now == .seconds(22))
    #expect(s.run().isOver && s.isOver)
    #expect(s.now == .seconds(60))
    #expect(s.run().isOver)
    #expect(throws: Refusal.self) { try s.run(until: "x +") }
    #expect(throws: Refusal.self) { try s.run(until: "x + 1") }
  }

  @Test func itGoesEventByEvent() throws {
    let s = try Host.simulation("var x = 0\nprocess p { repeat 3 { wait 1s; x = x + 1 } }")
    var told: [String] = []
    while true {
      let (outcome, event) = s.stepEvent()
      guard case .there = outcome, let event else { break }
      told.append("\(s.now) \(event)")
    }
    #expect(told.count == 3)
    for (k, line) in told.enumerated() { #expect(line.hasPrefix("\(k + 1).0 seconds p goes on, line 2: ")) }
    #expect(try s.value(of: "x") == .count(3))
  }

  @Test(
    arguments: [
      ("1 < 2", Value.truth(true)), ("2 + 3", .count(5)), ("5%", .number(0.05)), ("3 * 0.5", .number(1.5)),
      ("2m", .duration(.seconds(120))), ("50/s", .rate(50)), ("now", .time(.seconds(2))), ("\"a b\"", .text("a b")),
      ("[1, 2]", .list([.count(1), .count(2)])), ("x", .count(2)),
      ("colour", .choice("green")), ("\"x is {x}\"", .text("x is 2")),
    ]) func valuesHaveTypes(_ question: (String, Value)) throws
  {
    let s = try Host.simulation(
      "param colour: red | green = green\nvar x = 0\nprocess p { loop { wait 1s; x = x + 1 } }")
    _ = s.run(to: .seconds(2))
    #expect(try s.value(of: question.0) == question.1)
  }

  /// What is known before the run may stand in records, and records in records.
  @Test func recordsBeginAsTheyAreWritten() throws {
    let program = Program(
      """
      param wide = 4
      let inner = { a: 1, b: wide + 1 }
      let outer = { x: inner, y: inner, n: 3 }
      let part = outer.y
      let plain = outer.n + inner.b
      var whole = outer
      var piece = outer.x
      var other = part
      var each[2] = { i: index, j: plain }
      service s { servers outer.n; work 1ms }
      """)
    let s = try Simulation(program)
    for (text, value) in [
      ("whole.y.b", 5), ("whole.n", 3), ("piece.a", 1), ("other.b", 5), ("each[1].i", 1), ("each[0].j", 8),
      ("s.servers", 3),
    ] { #expect(try s.value(of: text) == .count(Int64(value)), "\(text)") }
  }

  @Test func whatHasNoValueSaysWhy() throws {
    let s = try Host.simulation("var x = 0")
    let refusal = #expect(throws: Refusal.self) { try s.value(of: "1 / x") }
    #expect(refusal?.description == "1 / x has no value: division by zero")
    #expect(throws: Refusal.self) { try s.value(of: "nothing") }
    #expect(throws: Refusal.self) { try s.value(of: "x = 3") }
  }

  @Test func actsAndItemsChangeIt() throws {
    let s = try Host.simulation(Host.counter)
    _ = s.run(to: .seconds(5))
    try s.act("x = 100")
    #expect(try s.value(of: "x") == .count(100))
    try s.act("measure double = 2 * x")
    try s.set("step", to: "10")
    _ = s.step()
    #expect(try s.value(of: "x") == .count(110))
    #expect(try s.value(of: "double") == .count(220))
    #expect(throws: Refusal.self) { try s.act("y = 1") }
    #expect(throws: Refusal.self) { try s.act("x + 1") }
    #expect(throws: Refusal.self) { try s.set("stop", to: "1") }
    #expect(throws: Refusal.self) { try s.set("step", to: "1s") }
  }

  /// The last of many acts takes about as long as the first, and what is kept to go back is held within the bytes allowed.
  @Test func whoActsAThousandTimesWaitsNoLonger() throws {
    let s = try Host.simulation("clock 00:00 for 1h tick 1s\nvar x = 0\nservice s[3] { work 1ms }\nqueue q") {
      $0.budgets.bytes = 16 << 20
    }
    try s.act("q.put(1)")
    var times: [Duration] = []
    for k in 1...1000 {
      let begun = Host.threadTime()
      try s.act("x = \(k)")
      times.append(Host.threadTime() - begun)
      if k % 3 == 0 { _ = s.run(for: .seconds(1)) }
      #expect(s.bytes <= 16 << 20)
    }
    func sum(_ part: ArraySlice<Duration>) -> Duration { part.reduce(.zero, +) }
    #expect(sum(times.suffix(100)) < sum(times.prefix(100)) * 20 + .milliseconds(100))
    #expect(try s.value(of: "x") == .count(1000))
    // What was put first still decides what the queue holds.
    let refusal = #expect(throws: Refusal.self) { try s.act("q.put(\"a\")") }
    #expect(refusal?.problems.first?.message.contains("text") == true, "\(String(describing: refusal))")
    try s.act("q.put(2)")
    #expect(try s.value(of: "q.length") == .count(2))
  }

  @Test func anActThatFailsChangesNothing() throws {
    let s = try Host.simulation(Host.counter)
    let other = try Host.simulation(Host.counter)
    _ = s.run(to: .seconds(5))
    let refusal = #expect(throws: Refusal.self) { try s.act("x = 7; x = x div (x - 7)") }
    #expect(refusal?.problems.first?.code == "E0701")
    #expect(try s.value(of: "x") == .count(5))
    _ = s.run()
    _ = other.run()
    #expect(s.report().rendered(.json) == other.report().rendered(.json))
  }

  @Test func aFailureSaysWhereAndLeavesTheLastTick() throws {
    let s = try Host.simulation("var x = 3\nprocess p { loop { wait 1s; x = x - 1; let y = 6 div x; log \"{y}\" } }")
    guard case .failed(let problem) = s.run() else {
      Issue.record("it ran")
      return
    }
    #expect((problem.code, problem.line) == ("E0701", 2))
    #expect(s.now == .seconds(2))
    #expect(try s.value(of: "x") == .count(1))
  }

  @Test func parametersVariantsAndSeedsCount() throws {
    let fast = try Host.simulation(Host.counter) { $0.parameters = ["step": "3"] }
    let slow = try Host.simulation(Host.counter) { $0.variant = "slow" }
    for s in [fast, slow] { _ = s.run(to: .seconds(10)) }
    #expect(try fast.value(of: "x") == .count(30))
    #expect(try slow.value(of: "x") == .count(5))
    #expect(throws: Refusal.self) { try Host.simulation(Host.counter) { $0.parameters = ["steps": "3"] } }
    #expect(throws: Refusal.self) { try Host.simulation(Host.counter) { $0.variant = "fast" } }
    #expect(throws: Refusal.self) { try Host.simulation(Host.counter) { $0.workers = 0 } }
  }

  @Test func snapshotsAndForksGoOnAlike() throws {
    let s = try Host.simulation(Host.counter)
    _ = s.run(to: .seconds(7))
    try s.act("x = 50")
    let kept = try s.snapshot()
    let fork = try s.fork()
    _ = s.run(to: .seconds(20))
    let at20 = s.report().rendered(.json)
    _ = fork.run(to: .seconds(20))
    #expect(fork.report().rendered(.json) == at20)
    try fork.act("x = 0")
    _ = fork.run()
    try s.restore(kept)
    #expect(s.now == .seconds(7))
    #expect(try s.value(of: "x") == .count(50))
    _ = s.run(to: .seconds(20))
    #expect(s.report().rendered(.json) == at20)
    let another = try Simulation(kept)
    _ = another.run(to: .seconds(20))
    #expect(another.report().rendered(.json) == at20)
  }

  @Test func aSnapshotMayStandBetweenEvents() throws {
    let s = try Host.simulation(
      "clock 00:00 for 1m tick 10s\nvar x = 0\nprocess p { loop { wait 1s; x = x + 1 } }")
    for _ in 0..<4 { _ = s.stepEvent() }
    #expect(try s.value(of: "x") == .count(4))
    let fork = try s.fork()
    #expect(try fork.value(of: "x") == .count(4))
    #expect(fork.now == .seconds(4))
    let kept = try s.snapshot()
    _ = s.run()
    _ = fork.run()
    #expect(s.report().rendered(.json) == fork.report().rendered(.json))
    try s.restore(kept)
    #expect(try s.value(of: "x") == .count(4))
  }

  @Test func itemsThatJoinedAreThereAfterGoingBack() throws {
    let s = try Host.simulation(Host.counter)
    let start = try s.snapshot()
    _ = s.run(to: .seconds(3))
    try s.act("var y = 5")
    let later = try s.snapshot()
    try s.restore(start)
    #expect(throws: Refusal.self) { try s.value(of: "y") }
    _ = s.run(to: .seconds(4))
    try s.act("var z = 6")
    try s.restore(later)
    #expect(try s.value(of: "y") == .count(5))
    #expect(throws: Refusal.self) { try s.value(of: "z") }
    _ = s.run(to: .seconds(5))
    #expect(try s.value(of: "x + y") == .count(10))
  }

  @Test func everyoneWhoListensIsTold() async throws {
    let s = try Host.simulation(Host.counter)
    var lines: [String] = []
    var samples: [Simulation.Sample] = []
    s.onEvent { lines.append($0.text) }
    try s.onSample(of: "x * 2") { samples.append($0) }
    let story = s.storyStream()
    let values = try s.samples(of: "x")
    _ = s.run(to: .seconds(3))
    #expect(lines == ["x is 1", "x is 2", "x is 3"])
    #expect(samples.map(\.value) == [.count(2), .count(4), .count(6)])
    #expect(samples.map(\.time) == [.seconds(1), .seconds(2), .seconds(3)])
    _ = s.run()
    var streamed: [String] = []
    for await event in story { streamed.append(event.text) }
    #expect(streamed == lines && streamed.count == 61)
    #expect(streamed.contains("x is forty"))
    var numbers: [Double] = []
    for await sample in values { numbers.append(sample.value?.number ?? -1) }
    #expect(numbers == (1...60).map { Double($0) })
  }

  @Test func moreEventsAreToldThanAStoryHolds() throws {
    let s = try Host.simulation("clock 00:00 for 5000s tick 1s\nprocess p { loop { wait 1s; log \"again\" } }")
    var count = 0
    s.onEvent { _ in count += 1 }
    _ = s.run()
    #expect(count == 5000)
  }

  @Test func listeningAndAskingChangeNothing() throws {
    let program = try Host.script("Scripts/dns-race.outage")
    let alone = try Simulation(program)
    _ = alone.run()
    let heard = try Simulation(program)
    heard.onEvent { _ in }
    try heard.onSample(of: "endpoint.version") { _ in }
    while !heard.isOver {
      _ = heard.step(100)
      _ = try heard.value(of: "endpoint.addresses.length")
      _ = try heard.snapshot()
    }
    #expect(heard.report().rendered(.json) == alone.report().rendered(.json))
  }

  @Test func aReportIsTheOneOfARun() throws {
    let text = try Host.text("Scripts/dns-race.outage")
    let source = Source(name: "x", text: Array(text.utf8)) { _, _ in .failure(LoadError("none")) }
    let run = Report(try source.run(RunOptions()))
    let s = try Simulation(Program(text))
    _ = s.run()
    // A world that can be acted upon holds a few words more.
    func comparable(_ report: Report, _ format: Report.Format) -> String {
      report.rendered(format).replacing(/"state_bytes":\d+/, with: "")
    }
    for format in Report.Format.allCases {
      let (mine, theirs) = (comparable(s.report(), format), comparable(run, format))
      let differing = zip(mine.split(separator: "\n"), theirs.split(separator: "\n")).first { $0 != $1 }
      #expect(mine == theirs, "\(String(describing: differing))")
    }
    #expect(s.report().verdict == .holds)
    #expect(s.report().properties.map(\.outcome) == [.holds, .unknown])
    let lines = s.report().rendered(.csv).split(separator: "\n")
    #expect(lines[0] == "series,unit,at_ns,value")
    #expect(lines.count == 2 * 1801 + 1)
    #expect(lines[1].hasPrefix("endpoint.version,count,0,"))
  }

  @Test func functionsOfTheHostAreCalled() throws {
    let double = Function("double", [.count], .count) { values in
      guard case .count(let n) = values[0] else { throw LoadError("a count") }
      if n > 3 { throw LoadError("too much") }
      return .count(2 * n)
    }
    let s = try Host.simulation(
      "extern fn double(n: count): count\nvar x = 1\nprocess p { loop { wait 1s; x = double(x) } }",
      functions: [double])
    _ = s.step()
    #expect(try s.value(of: "x") == .count(2))
    #expect(try s.value(of: "double(3)") == .count(6))
    guard case .failed(let problem) = s.run() else {
      Issue.record("it ran")
      return
    }
    #expect(problem.code == "E0711" && problem.message.contains("too much"))
    #expect(throws: Refusal.self) { try Host.simulation("extern fn f(): count\nvar x = 1\nat 1s { x = f() }") }
  }

  @Test func searchesTellHowFarTheyAre() throws {
    let program = try Host.script("Scripts/dns-race.outage")
    var seen: [Exploration.Progress] = []
    let found = try program.explore { seen.append($0) }
    #expect(found.verdict == .holds && found.limit == nil)
    let never = try #require(found.properties.first { $0.kind == "never" })
    #expect(never.verdict == .violated)
    #expect((never.steps?.count ?? 0) > 3)
    #expect(found.rendered(.text).contains("the endpoint answers with nothing"))
    #expect(found.rendered(.json).hasPrefix("{\"format\":\"outage exploration 1\""))
    var options = Exploration.Options()
    options.parameters = ["fix": "fencing"]
    #expect(try program.explore(options).properties.allSatisfy { $0.verdict == .holds })
    options.properties = ["there is none"]
    #expect(throws: Refusal.self) { try program.explore(options) }
  }

  @Test func aSearchKeepsFewerStatesWhereItIsAllowedTo() throws {
    let program = Program(
      "var v[3] = 0\nprocess p[3] { v[index] = 1; v[index] = 2 }\nnever \"deadlock\" { stuck }\n", named: "b.outage")
    var options = Exploration.Options()
    #expect(try program.explore(options).states == 27)
    options.usesSymmetry = true
    #expect(try program.explore(options).states == 10)
    options.usesPartialOrder = true
    #expect(try program.explore(options).states == 7)
    options.usesSymmetry = false
    #expect(try program.explore(options).states == 7)
  }

  @Test func aSearchUsesFunctionsOfTheHost() throws {
    let next = Function("next", [.count], .count) { values in
      if case .count(let n) = values[0] { return .count((n + 1) % 4) }
      throw LoadError("a count")
    }
    let program = Program(
      "extern fn next(n: count): count\nvar x = 0\nprocess p { loop { x = next(x) } }\nnever \"three\" { x == 3 }",
      functions: [next])
    let found = try program.explore()
    #expect(found.states == 4 && found.properties[0].verdict == .violated)
  }
}
