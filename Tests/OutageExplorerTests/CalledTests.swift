import OutageExplorer
import OutageKit
import Testing

/// What a call may come to: where it arrives, and who turns it away.
@Suite struct CalledTests {
  private func verdicts(_ text: String) throws -> [ExploreResult.Verdict] {
    try Exploration.explore(text: text).properties.map(\.verdict)
  }

  @Test func aCallThroughABalancerReachesItsService() throws {
    let text = """
      var n = 0
      service s { n = n + 1 }
      service other { n = n + 10 }
      balancer lb over s
      process p { call lb }
      sometimes "s is reached" { n == 1 }
      never "another is" { n == 10 }
      """
    let r = try Exploration.explore(text: text)
    #expect(r.properties.map(\.verdict) == [.holds, .holds])
    #expect(r.leftOut == ["health checks of lb"])
    // Where nodes are few, the wrong number led out of the world.
    #expect(
      try verdicts(
        """
        var n = 0
        var m = 0
        service s { n = n + 1 }
        balancer lb over s
        process p { call lb }
        sometimes "it is reached" { n == 1 }
        """) == [.holds])
  }

  @Test func aHandlerReachesEveryElementThroughABalancer() throws {
    let text = """
      var n = 0
      var hit[3] = 0
      service s[3] { on get { hit[index] = hit[index] + 1 }; on other { n = n + 1 } }
      service front { on ask { call lb.get; call lb.other } }
      balancer lb over s
      process p { call front.ask }
      sometimes "the first" { hit[0] == 1 and n == 1 }
      sometimes "the last" { hit[2] == 1 and n == 1 }
      never "two of them" { sum(hit[i] for i in 0..2) > 1 }
      """
    #expect(try verdicts(text) == [.holds, .holds, .holds])
  }

  @Test func aNameLeadsToWhatItsPlanSays() throws {
    let text = """
      plans z
      dns d of z
      var hit = 9
      service s[2] at d { hit = index }
      process a { z.add(s[0]); d.apply(1); call s }
      sometimes "the one is called" { hit == 0 }
      never "the other is" { hit == 1 }
      """
    #expect(try verdicts(text) == [.holds, .holds])
  }
}
