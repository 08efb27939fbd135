import OutageExplorer
import OutageKit
import OutageSyntax
import Testing

/// A search is refused where it would know one case of many, and only there.
@Suite struct ObstacleTests {
  private static let nodes = """
    var x = 0
    var failed = 0
    var level = 0.5
    plans z
    dns d of z { ttl 1m }
    queue q
    service s { on go { work exp(1ms); x = 1 }; on look { work 1ms } }
    service named at d { on go { x = 2 } }
    load clients rate 10/s { call s.look }
    measure busy = s.busy
    never "x is 9" { x == 9 }

    """

  /// What is refused, and what the message speaks of.
  static let refused: [(String, String)] = [
    ("if uniform(0, 1) > 0.5 { x = 2 }", "uniform(0, 1)"),
    ("let v = uniform(0, 1); level = v; x = 3", "uniform(0, 1)"),
    ("if now > 5s { x = 1 }", "now"),
    ("wait until s.completed > 3; x = 1", "s.completed"),
    ("if s.busy == 0 { x = 1 }", "s.busy"),
    ("if busy > 0 { x = 1 }", "busy"),
    ("if q.oldest > 1s { x = 1 }", "q.oldest"),
    ("if clients.ok > 3 { x = 1 }", "clients.ok"),
    ("s.queue.clear; x = 1", "s.queue.clear"),
    ("call named.go else { failed = 1 }; x = 1", "call named.go else { failed = 1 }"),
    ("call outer.go; x = 1", "s.busy"),
    ("crash other; x = 1", "crash other"),
    ("if clients.failed over 5m > 3 { x = 1 }", "clients.failed over 5m"),
    ("let share = clients.failed.share over 5m; if share > 5% { x = 1 }", "clients.failed.share over 5m"),
    ("s.latency = 5ms; if s.latency > 1ms { x = 1 }", "s.latency"),
  ]

  private static func text(_ steps: String) -> String {
    nodes
      + "service outer { on go { if s.busy > 0 { x = 4 } } }\nprocess other { wait 1s; x = 1 }\nprocess p { \(steps) }"
  }

  /// What a search is refused with; nothing when it is made.
  private static func diagnostics(_ text: String) -> [Diagnostic] {
    do throws(RunProblem) {
      _ = try Exploration.source(text: text).explore(ExplorationOptions())
    } catch {
      if case .script(let diagnostics) = error { return diagnostics }
    }
    return []
  }

  @Test(arguments: refused) func whatIsNotFollowedDecidesNothing(_ steps: String, _ place: String) {
    let text = Self.text(steps)
    let found = Self.diagnostics(text)
    #expect(found.map(\.code) == ["E0801"])
    guard let span = found.first?.primary.span else { return }
    #expect(String(decoding: Array(text.utf8)[Int(span.start)..<Int(span.end)], as: UTF8.self) == place)
  }

  @Test(arguments: [
    "wait uniform(1s, 2s); x = 1", "let d = exp(1s); x = 1; work d; wait until x == 1 timeout d else { }",
    "log \"{s.completed} at {now}\"; x = 1", "call s.go timeout uniform(1s, 2s) else { }; x = 1",
    "wait clients.latency.p99 over 5m; x = 1", "log \"{clients.latency.p99 over 5m}\"; x = 1",
    "if s.servers == 1 and s.enabled { x = 1 }", "if chance(50%) { x = any 1..3 }", "s.latency = 5ms; x = 1",
  ]) func whatOnlyTimeDependsOnMayBeAnything(_ steps: String) throws {
    #expect(try Exploration.explore(text: Self.text(steps)).properties.map(\.verdict) == [.holds])
  }

  /// Nothing that the property can depend on is in the way.
  @Test func othersMayDoAsTheyLike() throws {
    let text = """
      var x = 0
      var y = 0
      process p { x = 1 }
      process q { if now > 5s { y = 1 } }
      never "x is 2" { x == 2 }
      """
    #expect(try Exploration.explore(text: text).properties.map(\.verdict) == [.holds])
  }
}
