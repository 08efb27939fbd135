import OutageEngine
import OutageKit
import OutageModel
import Testing

/// A draw is a function of seed, place, owner and count: what else happens moves no draw.
@Suite struct StreamTests {
  private func logs(_ text: String, seed: UInt64 = 1, settings: [(String, String)] = []) throws -> [String] {
    try Bench.run(text, seed: seed) { $0.settings = settings }.logs
  }

  // MARK: What is put in

  /// Draws under a new name, or behind a label, before any statement of a made-up script that takes time.
  private static func insertDraws(into text: String, _ dice: inout Dice) -> (text: String, count: Int) {
    var count = 0
    var lines: [String] = []
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      let words = line.drop { $0 == " " }
      if words.count < line.count, words.hasPrefix("wait ") || words.hasPrefix("work "), !words.hasPrefix("wait until"),
        dice.chance(60)
      {
        count += 1
        let indent = String(repeating: " ", count: line.count - words.count)
        let drawn = dice.pick([
          "let new\(count) = normal(1s, 1s)", "let new\(count) = pareto(1s, 2)", "let new\(count) = lognormal(1s, 2s)",
          "fresh\(count): let new\(count) = any 1..6", "fresh\(count): let new\(count) = exp(1s)",
          "fresh\(count): if chance(0.5) { let new\(count) = 1 }",
        ])
        lines.append(indent + drawn)
      }
      lines.append(String(line))
    }
    return (lines.joined(separator: "\n"), count)
  }

  @Test(arguments: 0..<10) func drawsThatArePutInMoveNoOther(_ batch: Int) throws {
    var inserted = 0
    for seed in stride(from: UInt64(batch), to: 200, by: 10) {
      let text = ScriptMaker.script(seed &+ 7000)
      var dice = Dice(seed)
      let (more, count) = Self.insertDraws(into: text, &dice)
      inserted += count
      do {
        let before = try DifferentialTests.engine(try Bench.source(text), seed: seed)
        let after = try DifferentialTests.engine(try Bench.source(more), seed: seed)
        if let difference = DifferentialTests.difference(before, after) {
          Issue.record("made-up script \(seed)\n\(more)\n\(difference)")
          return
        }
      } catch is DifferentialTests.Overflow {}
    }
    #expect(inserted > 20)
  }

  @Test func aDrawThatChangesNothingLeavesTheOthers() throws {
    func run(_ more: String) throws -> String {
      let result = try Bench.run(
        """
        clock 00:00 for 1h
        service s { \(more); work exp(1s) }
        load a rate 0.8/s { call s }
        """)
      return "\(result.load("a")) \(result.service("s"))"
    }
    let plain = try run("let a = 1")
    #expect(try run("if chance(0%) { wait 1s }") == plain)
    #expect(try run("fresh: let a = exp(1s)") == plain)
    #expect(try run("let a = exp(1s)") == plain)
    // The same name before it: what the manual warns of.
    #expect(try run("work exp(0s)") != plain)
  }

  // MARK: What is refused

  static let numbered = """
    clock 00:00 for 5m
    param cap = 1000
    param refuse: off | on = off
    var n = 0
    service back { servers 50; on y(k) { let d = exp(1s); log "back {k} {d}"; work d } }
    service s { queue fifo capacity cap; on x(k) { let d = exp(1s); log "front {k} {d}"; work d; call back.y(k) } }
    load a rate 1.2/s count 200 {
      n = n + 1
      let k = n
      if refuse == on and k mod 7 == 0 { fail "refused" }
      call s.x(k) else { }
      log "rest {k} {any 1..1_000_000}"
    }
    """

  /// Lines by their request: of each the draws that all variants made must be the same.
  private func expectSame(_ some: [String], _ all: [String], _ what: String, atLeast: Int) {
    func byRequest(_ lines: [String]) -> [String: [String]] {
      Dictionary(grouping: lines) { $0.split(separator: " ").prefix(2).joined(separator: " ") }
    }
    let (a, b) = (byRequest(some), byRequest(all))
    var common = 0
    for (request, lines) in a {
      guard let others = b[request] else { continue }
      common += 1
      #expect(lines[0] == others[0], "\(what): \(request)")
    }
    #expect(common >= atLeast)
  }

  @Test func refusalsMoveNoDraw() throws {
    let all = try logs(Self.numbered)
    let seventh = try logs(Self.numbered, settings: [("refuse", "on")])
    expectSame(seventh, all, "every seventh is refused", atLeast: 200)
    expectSame(try logs(Self.numbered, settings: [("cap", "2")]), all, "a short queue", atLeast: 100)
  }

  /// Users of a closed load come back when they are served; each keeps what it draws.
  @Test func aUserKeepsItsDraws() throws {
    func text(_ servers: Int) -> String {
      """
      clock 00:00 for 2m
      service s { servers \(servers); on x(u) { let d = exp(1s); log "{u} {d}"; work d } }
      process p[5] { loop { call s.x(index); wait 1s } }
      """
    }
    let (one, many) = (try logs(text(1)), try logs(text(9)))
    func first(_ lines: [String]) -> [String: [Substring]] {
      var found: [String: [Substring]] = [:]
      for line in lines {
        let words = line.split(separator: " ")
        found[String(words[0]), default: []].append(words[words.count - 1])
      }
      return found
    }
    for (user, draws) in first(one) {
      let others = try #require(first(many)[user])
      #expect(Array(others.prefix(draws.count)) == Array(draws.prefix(others.count)))
    }
  }

  // MARK: Branches

  static let sides = """
    clock 00:00 for 1m
    param fix: one | two | three = one
    process p {
      repeat 20 {
        if fix == one { let a = exp(1s); log "x {a}" } else { let b = exp(1s); log "x {b}" }
        if fix == two { let c = uniform(0s, 9s); log "y {c}" }
        if fix != two { let d = uniform(0s, 9s); log "y {d}" }
        log "z {any 1..1_000}" if fix == one
        log "z {any 1..1_000}" if fix == two
        log "z {any 1..1_000}" if fix == three
        log "after {any 1..1_000}"
        wait 1s
      }
    }
    """

  @Test func exclusiveBranchesDrawTheSame() throws {
    let one = try logs(Self.sides)
    #expect(one.count == 80)
    #expect(Set(one).count > 70)
    #expect(try logs(Self.sides, settings: [("fix", "two")]) == one)
    #expect(try logs(Self.sides, settings: [("fix", "three")]) == one)
    // What can both be done has two names.
    let both = try logs("process p { log \"{exp(1s)}\"; log \"{exp(1s)}\" }")
    #expect(both[0] != both[1])
  }

  // MARK: Independence

  /// Elements, places, seeds and owners: correlations of what they draw.
  @Test func streamsAreIndependent() throws {
    let text = """
      clock 00:00 for 2000s tick 1s
      var a[4] = 0
      var b[4] = 0
      process p[4] { loop { a[index] = any 1..1_000_000; b[index] = any 1..1_000_000; wait 1s } }
      \((0..<4).map { "plot a[\($0)], b[\($0)]" }.joined(separator: "\n"))
      """
    func streams(_ seed: UInt64) throws -> [[Double]] {
      try Bench.run(text, seed: seed).series.map { Array($0.values.prefix(2000)) }
    }
    let all = try streams(1) + streams(2)
    for (i, a) in all.enumerated() {
      #expect(a.count == 2000)
      for b in all.dropFirst(i + 1) {
        let n = Double(a.count)
        let (ma, mb) = (a.reduce(0, +) / n, b.reduce(0, +) / n)
        let (va, vb) = (
          a.reduce(0) { $0 + ($1 - ma) * ($1 - ma) }, b.reduce(0) { $0 + ($1 - mb) * ($1 - mb) }
        )
        let product = zip(a, b).reduce(0) { $0 + ($1.0 - ma) * ($1.1 - mb) }
        #expect(abs(product / (va * vb).squareRoot()) < 5 / n.squareRoot())
      }
    }
  }

  /// What common random numbers are for: the difference of two fixes varies far less than each of them.
  @Test func pairsVaryLess() throws {
    func mean(_ servers: Int, _ seed: UInt64) throws -> Double {
      let result = try Bench.run(
        """
        clock 00:00 for 30m
        service s { servers 2; queue fifo capacity \(servers); if chance(1%) { work exp(2s) }; work exp(500ms) }
        load a rate 3/s { call s timeout 5s retry 1 }
        """, seed: seed)
      return try #require(result.responses.first { $0.name == "s" }?.mean)
    }
    func variance(_ values: [Double]) -> Double {
      let mean = values.reduce(0, +) / Double(values.count)
      return values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count - 1)
    }
    let seeds = Array(1...12 as ClosedRange<UInt64>)
    let a = try seeds.map { try mean(10, $0) }
    let b = try seeds.map { try mean(12, $0) }
    let paired = variance(zip(a, b).map { $0 - $1 })
    #expect(paired * 5 < variance(a) + variance(b))
  }
}
