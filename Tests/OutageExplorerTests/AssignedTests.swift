import OutageExplorer
import OutageKit
import OutageModel
import Testing

/// What steps assign is part of the state: it stays in the branch in which it was assigned.
@Suite struct AssignedTests {
  private func verdicts(_ text: String, partialOrder: Bool = false) throws -> [ExploreResult.Verdict] {
    try Exploration.explore(text: text) { $0.search.usesPartialOrder = partialOrder }.properties.map(\.verdict)
  }

  static let capacity = """
    var x = 0
    var y = 0
    queue q { capacity 5 }
    process p { q.put(1); either { x = 1 } or { y = 1; y = 2; y = 3; y = 4; q.put(2) } }
    process r { wait until x == 1; q.capacity = 1 }
    never "two" { q.length == 2 }
    """

  static let servers = """
    var x = 0
    var busy = 0
    service s { busy = busy + 1; busy = busy - 1 }
    process a[2] { call s }
    process b { either { x = 1 } or { s.servers = 2; x = 2 } }
    never "two at once" { busy == 2 and x == 1 }
    sometimes "two servers" { busy == 2 and x == 2 }
    """

  static let enabled = """
    var n = 0
    var refused = 0
    service s { on go { n = n + 1 } }
    process a { call s.go else { refused = refused + 1 } }
    process b { s.enabled = false; s.enabled = true }
    sometimes "served" { n == 1 }
    sometimes "refused" { refused == 1 }
    never "both" { n == 1 and refused == 1 }
    """

  static let routing = """
    var got[2] = 0
    var none = 0
    service s[2] { on go { got[index] = got[index] + 1 } }
    balancer lb over s
    process a { s[0].enabled = false; call lb.go; s[1].enabled = false; call lb.go else { none = none + 1 } }
    never "who is off" { got[0] > 0 }
    sometimes "who is on" { got[1] == 1 }
    sometimes "nobody" { none == 1 }
    """

  static let others = """
    var n = 0
    lease l { lasts 1m }
    service s { queue capacity 3; on go { n = n + 1 } }
    service far { latency 1ms; on go { n = n + 1 } }
    process a { either { s.latency = 5ms; l.lasts = 1s } or { s.queue.capacity = 0; s.limit = 1 }; call s.go else { } }
    process b { let t = l.acquire; either { far.latency = 2ms } or { s.limit = 7 }; call s.go else { }; l.release(t) }
    """

  @Test(arguments: [false, true]) func aQueueIsAsLargeAsItsBranchSays(_ partialOrder: Bool) throws {
    #expect(try verdicts(Self.capacity, partialOrder: partialOrder) == [.violated])
  }

  @Test(arguments: [false, true]) func aServiceAdmitsWhomItsBranchSays(_ partialOrder: Bool) throws {
    #expect(try verdicts(Self.servers, partialOrder: partialOrder) == [.holds, .holds])
    #expect(try verdicts(Self.enabled, partialOrder: partialOrder) == [.holds, .holds, .holds])
    #expect(try verdicts(Self.routing, partialOrder: partialOrder) == [.holds, .holds, .holds])
  }

  @Test func whatIsAssignedIsTold() throws {
    let r = try Exploration.explore(text: Self.routing)
    let trace = try #require(r.properties[1].trace)
    #expect(trace.steps.flatMap(\.changes) == ["s[0] on → off", "got[1] 0 → 1"])
  }

  /// A walk that tries every step on its way knows the same of where it comes as one that goes straight there.
  @Test(arguments: [capacity, servers, enabled, routing, others]) func whatIsTriedLeavesNothingBehind(_ text: String)
    throws
  {
    let image = try Exploration.source(text: text).imageToExplore()
    for seed in 0..<12 {
      var random = UInt64(seed) &* 0x9E37_79B9_7F4A_7C15 &+ 1
      let curious = Walk(image, abandoned: 1)
      var here = curious.start
      var way: [(actor: Int, successor: Int)] = []
      for _ in 0..<14 {
        let open = curious.actors.map { curious.successors(of: here, by: $0) }
        let straight = Walk(image, abandoned: 1)
        let there = way.reduce(straight.start) { straight.successors(of: $0, by: $1.actor)[$1.successor] }
        #expect(
          straight.actors.map { straight.successors(of: there, by: $0).map(straight.held) }
            == open.map { $0.map(curious.held) }, "seed \(seed), behind \(way)")
        let moves = open.indices.flatMap { a in open[a].indices.map { (a, $0) } }
        if moves.isEmpty { break }
        random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        let (a, k) = moves[Int((random >> 33) % UInt64(moves.count))]
        way.append((a, k))
        here = open[a][k]
      }
    }
  }
}
