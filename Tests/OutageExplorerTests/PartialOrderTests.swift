import Foundation
import OutageExplorer
import OutageKit
import OutageReport
import OutageSyntax
import Testing

/// Orders of steps that no property can tell apart are left out: the same verdicts as with all of them, and paths that are
/// paths of the script.
@Suite struct PartialOrderTests {
  // MARK: Numbers that can be worked out

  @Test(arguments: [(2, 3), (3, 4), (6, 3), (9, 2)])
  func processesThatShareNothingGoOneAfterTheOther(_ n: Int, _ k: Int) throws {
    // Each makes k steps on a variable of its own: one path of n·k steps, of (k + 1)^n states.
    let steps = (1...k).map { "v[index] = \($0)" }.joined(separator: "; ")
    let r = try Exploration.explore(
      text: """
        var v[\(n)] = 0
        var other = 0
        process p[\(n)] { \(steps) }
        never "other" { other > 0 }
        never "deadlock" { stuck }
        """
    ) { $0.search.usesPartialOrder = true }
    #expect(r.isPartial && r.isComplete && r.verdict == .holds)
    #expect(r.states == n * k + 1)
    #expect(r.transitions == n * k)
  }

  @Test func pairsThatHandOverAreTakenApart() throws {
    // Two alternate over a variable, three times each: 7 states a pair, 7^4 together.
    let text = """
      var a[4] = 0
      process p[4] { repeat 3 { atomic { wait until a[index] == 0; a[index] = 1 } } }
      process q[4] { repeat 3 { atomic { wait until a[index] == 1; a[index] = 0 } } }
      never "deadlock" { stuck }
      """
    #expect(try Exploration.explore(text: text).states == 2401)
    let r = try Exploration.explore(text: text) { $0.search.usesPartialOrder = true }
    #expect(r.verdict == .holds)
    #expect(r.states == 4 * 6 + 1)
  }

  @Test func groupsThatContendAreTakenTogether() throws {
    // Two of a group race for their variable: all orders of a group, one after the other.
    let text = """
      var a[4] = 0
      process p[4] { let seen = a[index]; a[index] = seen + 1; a[index] = seen + 2 }
      process q[4] { let seen = a[index]; a[index] = seen + 1; a[index] = seen + 2 }
      never "deadlock" { stuck }
      """
    let plain = try Exploration.explore(text: text)
    let one = try Exploration.explore(text: text.replacingOccurrences(of: "[4]", with: "[1]"))
    #expect(plain.states == Int(pow(Double(one.states), 4)))
    let r = try Exploration.explore(text: text) { $0.search.usesPartialOrder = true }
    #expect(r.verdict == .holds)
    #expect(r.states < plain.states / 100)
  }

  /// What is crashed may be restarted: between two steps of another, it does again what it has done.
  @Test func whatMayBeRestartedMayStillChangeThings() throws {
    let text = """
      var x = 0
      var y = 0
      process q { x = x + 1; wait until x > 5 }
      process p { let a = x; let b = x; y = 1 if a == 1 and b == 2 }
      explore { may crash q at most 1; may restart q at most 1 }
      never "between" { y == 1 }
      """
    let r = try Exploration.explore(text: text) { $0.search.usesPartialOrder = true }
    #expect(r.verdict == .violated && r.isPartial)
    try Self.expectPaths(r, Exploration.source(text: text), text)
  }

  @Test func theReportSaysWhatWasDone() throws {
    let text = """
      var x = 0
      process p[2] { var a = 0; a = 1; x = x + 1 }
      never "two" { x == 2 }
      never "three" { x == 3 }
      """
    let page = ExplorationText(width: 200, color: false, unicode: true)
    let r = try Exploration.explore(text: text) { $0.search.usesPartialOrder = true }
    #expect(page.render(r).contains("tell nothing new are left out, and a shorter path may be among them\n"))
    #expect(explorationJSON([("", r)], file: "", version: "0", digest: "").contains("\"partialOrder\":true"))
    let other = try Exploration.explore(text: text) {
      $0.search.usesPartialOrder = true
      $0.search.isCompact = true
    }
    #expect(page.render(other).contains("no orders of steps are left out: fingerprints do not tell"))
    #expect(explorationJSON([("", other)], file: "", version: "0", digest: "").contains("\"partialOrderLeftOut\""))
  }

  // MARK: What is left out

  @Test func whatCannotBeReducedIsSearchedAsItStands() throws {
    let text = """
      var x = 0
      process p[3] { var a = 0; a = 1; a = 2; x = x + 1 }
      never "three" { x == 4 }
      """
    func reason(_ more: String = "", _ change: (inout ExplorationOptions) -> Void = { _ in }) throws -> String? {
      let plain = try Exploration.explore(text: text + more, change)
      let r = try Exploration.explore(text: text + more) {
        $0.search.usesPartialOrder = true
        change(&$0)
      }
      #expect(!r.isPartial && r.states == plain.states && r.transitions == plain.transitions)
      return r.partialOrder?.leftOut
    }
    #expect(try reason("\neventually \"two\" { x == 2 }") == "\"two\" speaks of paths")
    #expect(try reason("\neventually \"two\" after { x == 1 } { x == 2 }") == "\"two\" speaks of paths")
    #expect(try reason("\nrecoverable \"back\" { x < 5 }") == "\"back\" speaks of paths")
    #expect(try reason("\nnever \"mixed\" { stuck and x == 2 }") == "\"mixed\" reads `stuck` beside what steps change")
    #expect(try reason { $0.search.isCompact = true } == "fingerprints do not tell at which level a state was met")
    #expect(try reason { $0.search.countsPaths = true } == "paths are counted one by one")
    #expect(try reason { $0.search.countsAll = true } == "violating states are counted one by one")
  }

  // MARK: The same as without

  /// Of thousands of nodes each: no search comes to its end.
  static let tooLarge = [
    "outages/restart-herd.outage", "queues/thundering-herd.outage", "us-east-1.outage",
    "engine/lease-workers-processes.outage",
  ]

  /// Scripts of the library and of the corpus.
  static let library: [String] = {
    let folders = ["Scripts", "Tests/Corpus"].map { Exploration.root.appending(path: $0) }
    return folders.flatMap { folder in
      (FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String } ?? []).sorted()
        .filter {
          $0.hasSuffix(".outage") && !$0.contains("error/") && !$0.hasPrefix("hostile") && !tooLarge.contains($0)
        }
        .map { folder.appending(path: $0).path }
    }
  }()

  private static func plainly(_ source: Source, _ one: ExplorationCase, _ properties: [String]) -> ExploreResult? {
    var options = ExplorationOptions()
    (options.settings, options.variant) = (one.settings, one.variant)
    options.search.properties = properties
    options.search.maxStates = 60_000
    return try? source.explore(options)
  }

  @Test func verdictsOfTheLibraryAndOfTheCorpus() throws {
    var (compared, reduced) = (0, 0)
    for path in Self.library {
      let text = try String(contentsOfFile: path, encoding: .utf8)
      let source = Exploration.source(text: text)
      if source.program == nil { continue }
      for one in source.casesOfVariants {
        guard let first = Self.plainly(source, one, []) else { continue }
        let kinds = ["never", "always", "sometimes"]
        let properties = first.properties.filter { kinds.contains($0.kind) }.map(\.text)
        if properties.isEmpty && !first.properties.isEmpty { continue }
        guard let plain = Self.plainly(source, one, properties), plain.limit == nil else { continue }
        for (usesSymmetry, workers) in [(false, 1), (true, 2)] {
          let r = try Exploration.explore(source, "") {
            ($0.settings, $0.variant) = (one.settings, one.variant)
            $0.search.properties = properties
            $0.search.usesPartialOrder = true
            $0.search.usesSymmetry = usesSymmetry
            $0.search.workers = workers
          }
          Self.expectSame(r, plain, "\(path), \(one.name)")
          compared += 1
          if r.isPartial, r.transitions < plain.transitions { reduced += 1 }
        }
      }
    }
    #expect(compared > 100)
    #expect(reduced > 10)
  }

  static func expectSame(_ r: ExploreResult, _ plain: ExploreResult, _ what: String) {
    #expect(r.verdict == plain.verdict, "\(what)")
    // Which is found first, a step that fails or what ends the search, is a matter of order.
    if r.failure != nil || plain.failure != nil { return }
    #expect(r.properties.map(\.verdict) == plain.properties.map(\.verdict), "\(what)")
    for (mine, full) in zip(r.properties, plain.properties) {
      if let (a, b) = mine.trace.flatMap({ a in full.trace.map { (a, $0) } }) {
        #expect(a.steps.count >= b.steps.count || !(r.symmetry?.arrays.isEmpty ?? true), "\(what)")
      }
    }
    #expect(r.isComplete == plain.isComplete, "\(what)")
    if r.isComplete {
      #expect(r.unreached.map(\.text) == plain.unreached.map(\.text), "\(what)")
      #expect(r.states <= plain.states && r.transitions <= plain.transitions, "\(what)")
      #expect(r.bounds == plain.bounds, "\(what)")
    }
  }

  /// Every counterexample and every witness is a path of the script.
  static func expectPaths(_ r: ExploreResult, _ source: Source, _ what: String) throws {
    let image = try source.imageToExplore()
    for p in r.properties {
      guard let trace = p.trace else { continue }
      let saved = SavedTrace(property: p.text, searched: r.properties.map(\.text), steps: trace.steps, loop: trace.loop)
      let replayed = replay(saved, image, abandoned: 1)
      guard case .fits = replayed.outcome else {
        Issue.record("\"\(p.text)\": \(replayed.outcome)\n\(what)")
        continue
      }
    }
  }

  /// How many scripts were compared, and in how many something was left out, violated, or failed.
  private struct Tally {
    var compared = 0
    var reduced = 0
    var violated = 0
    var failed = 0
  }

  private static func compare(
    _ text: String, _ seed: UInt64, _ properties: [String], replays: Bool = true, _ tally: inout Tally
  ) throws {
    let source = Exploration.source(text: text)
    let what = "seed \(seed):\n\(text)"
    if source.program == nil {
      Issue.record("\(source.diagnostics.map(\.message)) \(what)")
      return
    }
    let plain = try Exploration.explore(source, "") {
      $0.search.properties = properties
      $0.search.maxStates = 6000
    }
    if plain.limit != nil { return }
    tally.compared += 1
    if plain.failure != nil { tally.failed += 1 }
    for usesSymmetry in [false, true] {
      let r = try Exploration.explore(source, "") {
        $0.search.properties = properties
        $0.search.usesPartialOrder = true
        $0.search.usesSymmetry = usesSymmetry
        $0.search.workers = 1 + Int(seed % 2)
        $0.search.maxStates = 20_000
      }
      // In a space without end it may go on in one direction, where all directions together soon come to something.
      if r.limit != nil {
        #expect(!plain.isComplete && r.verdict == .unknown, "\(what)")
        continue
      }
      #expect(r.isPartial, "\(what)")
      expectSame(r, plain, what)
      if replays { try expectPaths(r, source, what) }
      if usesSymmetry { continue }
      tally.violated += r.properties.count { $0.verdict == .violated }
      if r.transitions < plain.transitions { tally.reduced += 1 }
    }
  }

  static let count: UInt64 = DifferentialTests.isSoak ? 4000 : 300

  @Test func verdictsOfScriptsThatTouchLittle() throws {
    var tally = Tally()
    for seed in 1...Self.count { try Self.compare(OrderScripts(seed: seed).script(), seed, [], &tally) }
    #expect(tally.compared > Int(Self.count) * 2 / 3)
    #expect(tally.reduced > Int(Self.count) / 3)
    #expect(tally.violated > Int(Self.count) / 5)
    #expect(tally.failed > Int(Self.count) / 60)
  }

  @Test func verdictsOfScriptsThatShareAll() throws {
    var tally = Tally()
    for seed in 1...Self.count / 2 {
      // Some loop by themselves for long: fewer of them, and no replay, which follows that at every step.
      if seed <= Self.count / 15 {
        try Self.compare(ScriptGenerator(seed: seed).script(), seed, [], replays: false, &tally)
      }
      let symmetric = SymmetricScripts(seed: seed, isCareless: seed % 2 == 0).script()
      try Self.compare(symmetric, seed, ["one", "two", "done", "deadlock"], &tally)
    }
    #expect(tally.compared > Int(Self.count) / 3)
    #expect(tally.reduced > Int(Self.count) / 8)
    #expect(tally.violated > Int(Self.count) / 8)
  }

  @Test(arguments: [false, true]) func workersDoNotChangeAByte(_ usesSymmetry: Bool) throws {
    func texts(_ source: Source, _ settings: String) throws -> [String] {
      try [1, 2, 4].map { workers in
        let r = try Exploration.explore(source, settings) {
          $0.search.workers = workers
          $0.search.usesPartialOrder = true
          $0.search.usesSymmetry = usesSymmetry
        }
        #expect(r.isPartial)
        return explorationJSON([("", r)], file: "", version: "0", digest: "")
      }
    }
    var all: [[String]] = []
    let dining = try Exploration.source("models/dining-philosophers.outage")
    all.append(try texts(dining, "philosophers=8 polite=true"))
    all.append(try texts(try Exploration.source("dns/clean-up.outage"), ""))
    all.append(try texts(try Exploration.source("races/enactors.outage"), ""))
    for seed in UInt64(1)...20 {
      all.append(try texts(Exploration.source(text: OrderScripts(seed: seed).script()), ""))
    }
    for one in all { #expect(one[0] == one[1] && one[0] == one[2]) }
  }
}
