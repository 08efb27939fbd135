import OutageExplorer
import OutageKit
import OutageReport
import Testing

/// One state kept of all that differ only in which element is where: the same verdicts and lengths as without, and as many
/// states as they stand for.
@Suite struct SymmetryTests {
  // MARK: Numbers that can be worked out

  @Test(arguments: [(2, 3), (3, 2), (3, 4), (5, 3), (7, 2)])
  func processesThatShareNothingAreAMultiset(_ n: Int, _ k: Int) throws {
    // Each goes through k states on a variable of its own: k^n states, or multisets of n of k.
    let steps = (1..<k).map { "v[index] = \($0)" }.joined(separator: "; ")
    let text = """
      var v[\(n)] = 0
      process p[\(n)] { \(steps) }
      never "all are beyond" { all(v[*] > \(k)) }
      """
    let r = try Exploration.explore(text: text) { $0.search.usesSymmetry = true }
    #expect(r.symmetry?.arrays == ["p[\(n)]"])
    #expect(r.states == Self.multisets(n, of: k))
    #expect(r.symmetry?.represented == (0..<n).reduce(1) { all, _ in all * k })
    #expect(try Exploration.explore(text: text).states == r.symmetry?.represented)
  }

  /// C(n + k - 1, k - 1)
  private static func multisets(_ n: Int, of k: Int) -> Int {
    (1..<k).reduce(1) { all, i in all * (n + i) / i }
  }

  @Test func twoArraysAreReducedEachByItself() throws {
    let text = """
      process p[3] { var a = 0; a = 1; x = 1 }
      process q[4] { x = 2; x = 3 }
      var x = 0
      never "five" { x == 5 or p.finished + q.finished > 7 }
      """
    let plain = try Exploration.explore(text: text)
    let r = try Exploration.explore(text: text) { $0.search.usesSymmetry = true }
    #expect(r.symmetry?.arrays == ["p[3]", "q[4]"])
    #expect(r.symmetry?.represented == plain.states)
    #expect(r.states < plain.states / 10)
  }

  @Test(arguments: [(3, 80), (4, 166), (5, 314)])
  func twoPhaseCommitIsTheSameUpToWhichManager(_ managers: Int, _ states: Int) throws {
    let plain = try Exploration.explore("models/two-phase-commit.outage", "managers=\(managers)")
    let r = try Exploration.explore("models/two-phase-commit.outage", "managers=\(managers)") {
      $0.search.usesSymmetry = true
    }
    #expect(r.verdict == .holds)
    #expect(r.symmetry?.represented == plain.states)
    #expect(r.states == states)
  }

  // MARK: What is left out

  struct Slip: CustomTestStringConvertible, Sendable {
    /// Body of the processes, and what else there is.
    var body: String
    var rest = ""
    var reason: String
    var testDescription: String { body + " " + rest }
  }

  static let slips: [Slip] = [
    Slip(body: "x = index", reason: "its index is used as a number, line 6"),
    Slip(body: "let me = index; v[me] = 1", reason: "its index is used as a number, line 6"),
    Slip(body: "v[index] = 1 if index < 2", reason: "its index is used as a number, line 6"),
    Slip(body: "v[(index + 1) mod 3] = 1; v[index] = 2", reason: "its index is used as a number, line 6"),
    Slip(body: "q.put(index)", reason: "its index is used as a number, line 6"),
    Slip(body: "w[index] = 1", reason: "w has elements by its index, and is no variable of 3, line 6"),
    Slip(body: "q3[index].put(1)", reason: "q3 has elements by its index, and is no variable of 3, line 6"),
    Slip(body: "l.acquire; x = 1; l.release", reason: "it takes a lease, which knows its holder, line 6"),
    Slip(body: "call s; x = 1", reason: "it calls services, whose requests remember who sent them"),
    Slip(body: "v[index] = 1; x = v[0]", reason: "the elements of v are told apart, line 6"),
    Slip(body: "v[index] = 1; x = sum(v[*])", reason: "`sum` overflows in one order and not in another, line 6"),
    Slip(
      body: "v[index] = 1; x = 1 if any(v[*] + 1 > 2)",
      reason: "`any` ends early, and what it looks at can fail, line 6"),
    Slip(body: "v[index] = 1; x = max(v[0..1])", reason: "the elements of v are told apart, line 6"),
    Slip(body: "v[index] = 1; for k in 0..2 { v[k] = 2 }", reason: "the elements of v are told apart, line 6"),
    Slip(
      body: "v[index] = 1", rest: "process b { v[1] = 2 }", reason: "the elements of v are told apart, line 8"),
    Slip(
      body: "v[index] = 1", rest: "process b[3] { v[index] = 2 }", reason: "the elements of v are told apart, line 8"),
    Slip(body: "x = 1", rest: "explore { may crash p[2] at most 1 }", reason: "a fault is declared for one element"),
    Slip(
      body: "x = 1", rest: "never \"first\" { p[0].finished and x == 2 }",
      reason: "\"first\": the elements of p are told apart, line 8"),
    Slip(
      body: "v[index] = 1", rest: "never \"first\" { any(v[k] == k for k in 0..2) }",
      reason: "\"first\": its index is used as a number, line 8"),
    Slip(
      body: "v[index] = 1", rest: "never \"pair\" { any(v[k] == 5 and u[k] == 1 for k in 0..2) }",
      reason: "\"pair\": u is looked at by its index, line 8"),
  ]

  @Test(arguments: slips) func whatTellsElementsApartIsSaid(_ slip: Slip) throws {
    let text = """
      var x = 0
      var v[3] = 0
      var w[4] = 0
      var u[3] = 0
      queue q; queue q3[3]; lease l { lasts 1m }; service s { latency 1ms }
      process p[3] { \(slip.body) }
      never "much" { x > 9 or any(v[k] > 9 for k in 0..2) or stuck }
      \(slip.rest)
      """
    let r = try Exploration.explore(text: text) { $0.search.usesSymmetry = true }
    #expect(r.symmetry?.leftOut.first { $0.array == "p[3]" }?.reason == slip.reason)
    #expect(!(r.symmetry?.arrays.contains("p[3]") ?? true))
    Self.expectSame(r, try Exploration.explore(text: text), text)
  }

  @Test func aPropertyThatIsNotAskedForDoesNotStandAgainstIt() throws {
    let text = """
      process p[3] { x = 1; x = 2 }
      var x = 0
      never "three" { x == 3 }
      never "the first is done" { p[0].finished and x == 3 }
      """
    let r = try Exploration.explore(text: text) {
      $0.search.usesSymmetry = true
      $0.search.properties = ["three"]
    }
    #expect(r.symmetry?.arrays == ["p[3]"])
  }

  @Test func whatSpeaksOfPathsOrKeepsNoStatesIsSearchedAsItStands() throws {
    let text = """
      process p[3] { x = 1; x = 2 }
      var x = 0
      eventually "two" { x == 2 }
      never "three" { x == 3 }
      """
    func reason(_ change: (inout ExplorationOptions) -> Void) throws -> String? {
      let r = try Exploration.explore(text: text) {
        $0.search.usesSymmetry = true
        change(&$0)
      }
      #expect(r.symmetry?.arrays == [] && r.symmetry?.represented == nil)
      return r.symmetry?.leftOut.first?.reason
    }
    #expect(try reason { _ in } == "\"two\" is fair to each process by itself")
    #expect(try reason { $0.search.isCompact = true } == "fingerprints keep no states to find a path by")
    #expect(try reason { $0.search.countsPaths = true } == "paths are counted one by one")
  }

  // MARK: The same as without

  static let scripts = [
    "dns-race.outage", "dns/clean-up.outage", "models/bakery.outage", "models/dining-philosophers.outage",
    "models/leader-election.outage", "models/two-phase-commit.outage", "races/enactor-queue.outage",
    "races/enactors.outage", "races/lease-fencing.outage", "races/stuck-rollback.outage", "races/two-writers.outage",
  ]

  @Test(arguments: scripts) func verdictsAndLengthsOfTheLibrary(_ path: String) throws {
    let source = try Exploration.source(path)
    for one in source.casesOfVariants {
      for all in [false, true] {
        func explored(_ usesSymmetry: Bool) throws -> ExploreResult {
          try Exploration.explore(source, "") {
            $0.settings = one.settings
            $0.variant = one.variant
            $0.search.countsAll = all
            $0.search.usesSymmetry = usesSymmetry
          }
        }
        try Self.expectSame(explored(true), explored(false), "\(path), \(one.name)")
      }
    }
  }

  static func expectSame(_ r: ExploreResult, _ plain: ExploreResult, _ what: String) {
    #expect(r.properties.map(\.verdict) == plain.properties.map(\.verdict), "\(what)")
    #expect(r.properties.map { $0.trace?.steps.count } == plain.properties.map { $0.trace?.steps.count }, "\(what)")
    #expect(r.properties.map { $0.trace?.switches } == plain.properties.map { $0.trace?.switches }, "\(what)")
    #expect(r.unreached.map(\.text) == plain.unreached.map(\.text), "\(what)")
    #expect(r.failure?.code == plain.failure?.code, "\(what)")
    #expect(r.depth == plain.depth, "\(what)")
    if r.symmetry?.arrays.isEmpty ?? true {
      #expect(r.states == plain.states && r.transitions == plain.transitions, "\(what)")
    } else if plain.failure == nil {
      #expect(r.symmetry?.represented == plain.states, "\(what)")
      #expect(r.states <= plain.states, "\(what)")
    }
  }

  @Test(arguments: [false, true]) func verdictsAndLengthsOfScriptsMadeUp(_ isCareless: Bool) throws {
    var reduced = 0
    var leftOut = 0
    var violated = 0
    let count: UInt64 = DifferentialTests.isSoak ? 2000 : 150
    for seed in 1...count {
      let text = SymmetricScripts(seed: seed, isCareless: isCareless).script()
      let source = Exploration.source(text: text)
      let image = try #require(try? source.imageToExplore(), "seed \(seed):\n\(text)")
      for all in [true, false] {
        let plain = try Exploration.explore(source, "") {
          $0.search.countsAll = all
          $0.search.maxStates = 4000
        }
        if plain.limit != nil { continue }
        let r = try Exploration.explore(source, "") {
          $0.search.countsAll = all
          $0.search.usesSymmetry = true
          $0.search.workers = all ? 1 : 2
        }
        Self.expectSame(r, plain, "seed \(seed):\n\(text)")
        if r.symmetry?.arrays == [] { leftOut += 1 } else { reduced += 1 }
        violated += r.properties.count { $0.verdict == .violated }
        // Its steps can be made, and end where they should: a path of the script, with nobody exchanged on the way.
        for p in r.properties where p.kind != "recoverable" {
          guard let trace = p.trace else { continue }
          let saved = SavedTrace(
            property: p.text, searched: r.properties.map(\.text), steps: trace.steps, loop: trace.loop)
          let replayed = replay(saved, image, abandoned: 1)
          guard case .fits = replayed.outcome else {
            Issue.record("seed \(seed), \"\(p.text)\": \(replayed.outcome)\n\(text)")
            continue
          }
        }
      }
    }
    #expect(violated > Int(count) / 2)
    #expect(isCareless ? leftOut > Int(count) / 4 : leftOut == 0)
    #expect(reduced > Int(count) / 4)
  }

  /// The naive search knows neither symmetry nor what processes keep to themselves.
  @Test(arguments: [false, true]) func violationsAreThoseOfANaiveSearch(_ isCareless: Bool) throws {
    var decided = 0
    let count: UInt64 = DifferentialTests.isSoak ? 500 : 60
    for seed in 1...count {
      let text = SymmetricScripts(seed: seed, isCareless: isCareless, hasFaults: false).script()
      let source = Exploration.source(text: text)
      let image = try #require(try? source.imageToExplore(), "seed \(seed):\n\(text)")
      guard let naive = NaiveExplorer(image).violations(limit: 1200) else { continue }
      decided += 1
      for usesSymmetry in [false, true] {
        let r = try Exploration.explore(source, "") {
          $0.search.countsAll = true
          $0.search.usesSymmetry = usesSymmetry
        }
        for (p, isMet) in zip(r.properties, naive) where p.kind == "never" {
          #expect((p.verdict == .violated) == isMet, "seed \(seed), \"\(p.text)\":\n\(text)")
        }
      }
    }
    #expect(decided > Int(count) / 3)
  }

  @Test(arguments: ["dns-race.outage", "models/two-phase-commit.outage", "races/enactors.outage"])
  func workersDoNotChangeAByte(_ path: String) throws {
    let texts = try [1, 2, 4].map { workers in
      let r = try Exploration.explore(path) {
        $0.search.workers = workers
        $0.search.usesSymmetry = true
      }
      return explorationJSON([("", r)], file: path, version: "0", digest: "")
    }
    #expect(texts[0] == texts[1])
    #expect(texts[0] == texts[2])
  }
}
