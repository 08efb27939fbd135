import OutageEngine
import OutageExplorer
import OutageKit
import Testing

/// A search of orders that begins where a live world stands.
@Suite struct ExploringTests {
  private func source(_ text: String) -> Source {
    Source(name: "test", text: Array(text.utf8)) { _, _ in .failure(LoadError("none")) }
  }

  private func world(_ text: String, at ticks: Int64 = 0) throws -> LiveWorld {
    let world = try LiveWorld(source(text), LiveOptions())
    _ = world.go(to: Moment(ticks: ticks))
    return world
  }

  private func all() -> ExploreOptions {
    var options = ExploreOptions()
    options.countsAll = true
    return options
  }

  /// Everybody waits first, so that the world at its start is where a search of the script begins.
  static let waiting = [
    """
    param fix: none | cas = none
    var x = 0; var done = 0
    process p[2] {
      wait 1s
      loop {
        let seen = x
        if fix == cas { x = seen + 1 if x == seen } else { x = seen + 1 }
        if x > 3 { break }
        wait 2s
      }
      done = done + 1
    }
    never "both are done early" { done == 2 and x < 5 }
    """,
    """
    queue q { capacity 3 }
    process maker { wait 1s; for k in 1..3 { q.put(k); wait 1s } }
    var sum = 0
    process taker[2] { wait 1s; loop { let item = q.take; if chance(0.5) { sum = sum + item } } }
    never "all are counted" { sum == 6 }
    """,
    """
    lease l { lasts 5s starts lapsed }
    var inside = 0
    process p[3] { wait 1s; l.acquire; inside = inside + 1; inside = inside - 1 }
    never "two at once" { inside > 1 }
    """,
  ]

  @Test("at the start it is the search of the script", arguments: waiting)
  func atTheStart(_ text: String) throws {
    var options = ExplorationOptions()
    options.search = all()
    let script = try source(text).explore(options)
    let live = try world(text).explore(all())
    #expect(live.states == script.states && live.transitions == script.transitions && live.depth == script.depth)
    #expect(live.properties.map(\.verdict) == script.properties.map(\.verdict))
    #expect(live.properties.map(\.violating) == script.properties.map(\.violating))
    #expect(live.states > 10 && live.isComplete)
  }

  @Test("processes have as many steps before them as they have not made", arguments: [0, 1, 15, 25, 38, 90])
  func steps(_ tick: Int64) throws {
    // The k-th write of a comes at 10k s, that of b at 20k s: what is left of them makes a grid of states.
    let world = try world(
      "var a = 0; var b = 0\nprocess p { repeat 5 { wait 10s; a = a + 1 } }\n"
        + "process q { repeat 3 { wait 20s; b = b + 1 } }\nsometimes \"there\" { a == 5 and b == 3 }", at: tick)
    let (a, b) = (min(5, tick / 10), min(3, tick / 20))
    let found = try world.explore(all())
    #expect(found.states == Int((6 - a) * (4 - b)) && found.properties[0].verdict == .holds)
    #expect(world.moment == Moment(ticks: tick))
  }

  @Test("who waits for an item, a lease or a condition looks again")
  func parked() throws {
    let world = try world(
      """
      queue q { capacity 3 }
      var go = false; var got = 0
      lease l { lasts 1h starts lapsed }
      process keeper { l.acquire; wait 30m }
      process first { let x = q.take; got = x }
      process second { wait until go; got = 7 }
      process third { wait 1s; l.acquire; got = 8 }
      process late { wait 50s; q.put(3); go = true }
      sometimes "an item" { got == 3 }
      sometimes "a condition" { got == 7 }
      sometimes "a lease" { got == 8 }
      """, at: 5)
    let found = try world.explore(all())
    #expect(found.properties.map(\.verdict) == [.holds, .holds, .holds])
  }

  @Test("crashed and stalled processes take no step; a stall that ends may end at any moment")
  func faults() throws {
    let text =
      "var a = 0; var b = 0; var c = 0\nprocess p { wait 10s; a = 1 }\nprocess q { wait 10s; b = 1 }\n"
      + "process r { wait 10s; c = 1 }\nsometimes \"a\" { a == 1 }\nsometimes \"b\" { b == 1 }\n"
      + "sometimes \"c\" { c == 1 }\nat 1s { crash p; stall q; stall r for 1h }"
    let found = try world(text, at: 5).explore(all())
    #expect(found.properties.map(\.verdict) == [.violated, .violated, .holds])
  }

  @Test("what was typed takes part, and parameters are as they are set")
  func typed() throws {
    let world = try world(Self.waiting[0] + "\nprocess other { wait 1s; loop { wait until done == 2; x = x } }", at: 3)
    let before = try world.explore(all())
    _ = try world.enter("process late { done = done + 1 }")
    let with = try world.explore(all())
    #expect(with.processes.contains("late") && with.states > before.states)
    _ = try world.enter("x = 9")
    #expect(try world.explore(all()).properties[0].verdict == .holds)
    try world.set("fix", "cas")
    #expect(try world.explore(all()).parameters.map(\.value) == ["cas"])
  }

  @Test("a process whose call is not answered yet cannot be followed")
  func calls() throws {
    let world = try world(
      "service s { work 10s }\nvar x = 0\nprocess p { wait 5s; call s; x = 1 }\nsometimes \"x\" { x == 1 }", at: 7)
    do {
      _ = try world.explore(all())
      Issue.record("it was followed")
    } catch {
      guard case .usage(let problem) = error else { throw error }
      #expect(problem.message == "p waits for the answer to a call (line 3: call s): a search cannot begin there")
      #expect(problem.help == ":event 1 goes on to 15s, where all stand between their steps")
    }
    let other = LiveWorld(fork: world)
    #expect(other.event().step != nil)
    #expect(try other.explore(all()).properties[0].verdict == .holds)
    _ = world.go(to: Moment(ticks: 20))
    #expect(try world.explore(all()).properties[0].verdict == .holds)
    _ = world.go(to: Moment(ticks: 1))
    #expect(try world.explore(all()).properties[0].verdict == .holds)
  }
}
