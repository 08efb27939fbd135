import OutageExplorer
import OutageKit
import OutageModel
import Testing

/// Which of the shortest paths is shown: against all of them, one by one.
@Suite struct PathTests {
  /// One process after the other may be told apart by nothing but what it does to `x` and `y`.
  private static func script(_ state: inout UInt64) -> (text: String, wanted: Int64) {
    func draw(_ n: Int) -> Int {
      state = state &* 0x5851_F42D_4C95_7F2D &+ 0x1405_7B7E_F767_814F
      return Int(state >> 33) % n
    }
    let steps = ["x = x + 1", "y = y + 1", "x = x + y", "y = x", "wait until y > 0", "if x > 2 { y = 0 }", "x = x + 2"]
    let processes = (0..<3).map { k in
      "process p\(k) { \((0..<(2 + draw(3))).map { _ in steps[draw(steps.count)] }.joined(separator: "; ")) }"
    }
    let wanted = 4 + draw(4)
    let rest = ["var x = 0", "var y = 0", "never \"it\" { x == \(wanted) }"]
    return ((processes + rest).joined(separator: "\n"), Int64(wanted))
  }

  @Test(arguments: [false, true])
  func itIsTheOneWithFewestChangesOfProcess(_ isCompact: Bool) throws {
    var seed: UInt64 = 20
    var compared = 0
    var choices = 0
    for _ in 0..<120 {
      let (text, wanted) = Self.script(&seed)
      let source = Exploration.source(text: text)
      let r = try Exploration.explore(source, "") { $0.search.isCompact = isCompact }
      guard let trace = r.properties[0].trace else { continue }
      let image = try source.imageToExplore()
      let all = try Self.shortest(image, wanted)
      let best = try #require(all.min { Self.precedes($0, $1) }, "\(text)")
      #expect(trace.steps.map(\.actor) == best.map { "p\($0)" }, "\(text)")
      #expect(trace.switches == Self.changes(best), "\(text)")
      compared += 1
      if Set(all.map(Self.changes)).count > 1 { choices += 1 }
    }
    #expect(compared > 40)
    #expect(choices > 20)
  }

  /// Who moves on each of the shortest paths to a violation.
  private static func shortest(_ image: Image, _ wanted: Int64) throws -> [[Int]] {
    let walk = Walk(image, image.meta.properties, abandoned: 1)
    let n = try #require(image.meta.nodes.firstIndex { $0.name == "x" })
    let x = [Int(image.tables.nodes[n].first): [wanted]]
    var paths: [(state: Walk.State, actors: [Int])] = [(state: walk.start, actors: [])]
    var seen: Set<Walk.State> = [walk.start]
    while !paths.isEmpty {
      let ends = paths.filter { walk.matches($0.state, x) }
      if !ends.isEmpty { return ends.map(\.actors) }
      paths = paths.flatMap { path in
        walk.actors.flatMap { a in
          walk.successors(of: path.state, by: a).map { (state: $0, actors: path.actors + [a]) }
        }
      }
      .filter { !seen.contains($0.state) }
      seen.formUnion(paths.map(\.state))
    }
    return []
  }

  private static func changes(_ path: [Int]) -> Int { zip(path, path.dropFirst()).count { $0 != $1 } }

  /// Fewer changes; then whose last process comes later; then whose processes come first.
  private static func precedes(_ a: [Int], _ b: [Int]) -> Bool {
    if changes(a) != changes(b) { return changes(a) < changes(b) }
    if a.last != b.last { return (a.last ?? 0) > (b.last ?? 0) }
    return a.lexicographicallyPrecedes(b)
  }

  /// Nine processes, each on a variable of its own: all 4^9 states are on shortest paths to the end.
  private static let wide = """
    var v[9] = 0
    process p[9] { v[index] = 1; v[index] = 2; v[index] = 3 }
    never "all" { all(v[*] == 3) }
    """

  @Test func aPathIsFoundInTheMemoryThatIsLeft() throws {
    let roomy = try Exploration.explore(text: Self.wide)
    #expect(roomy.states == 262_144)
    #expect(roomy.properties[0].trace?.steps.count == 27)
    #expect(roomy.properties[0].trace?.switches == 8)
    for isCompact in [false, true] {
      for workers in [1, 2] {
        let narrow = try Exploration.explore(text: Self.wide) {
          $0.search.maxMemory = 8 << 20
          $0.search.workers = workers
          $0.search.isCompact = isCompact
        }
        #expect(narrow.properties[0].verdict == .violated)
        let trace = try #require(narrow.properties[0].trace)
        #expect(trace.steps.count == 27)
        #expect((8...26).contains(trace.switches))
        // Every process makes its steps in order.
        for k in 0..<9 {
          let made = trace.steps.filter { $0.actor == "p[\(k)]" }.map { $0.changes.joined() }
          #expect(made == (0..<3).map { "v[\(k)] \($0) → \($0 + 1)" })
        }
      }
    }
  }
}
