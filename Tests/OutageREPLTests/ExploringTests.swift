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

  /// p waits in every way in which a call can stand; x says what became of it.
  static let waits: [(name: String, text: String, tick: Int64, reached: [Int], never: [Int])] = [
    (
      "on its way",
      "service s { latency 10s; work 1s }\nprocess p { repeat 1 { call s timeout 1h else { x = 2; break }; x = 1 } }",
      5,
      [1, 2], []
    ),
    ("in hand, and there is no time-out", "service s { work 10s }\nprocess p { call s; x = 1 }", 5, [1], [2]),
    (
      "its answer is on its way",
      "service s { latency 10s; on h { y = 7; return y } }\nprocess p { repeat 1 { let n = call s.h timeout 1h else { x = 2; break }; x = n } }",
      15, [7, 2], [0]
    ),
    (
      "a refusal is on its way",
      "service s { latency 10s; work 1s }\nprocess p { repeat 1 { call s timeout 1h else { x = 2; break }; x = 1 } }\nat 1s crash s",
      15,
      [2], [1]
    ),
    (
      "lost",
      "service s { latency 2s; work 1s }\nprocess p { wait 5s; repeat 1 { call s timeout 1h else { x = 2; break }; x = 1 } }\n"
        + "at 1s cut p from s\nat 6s heal", 10, [2], [1]
    ),
    (
      "its caller has given up, and it goes on",
      "service s { on h { work 10s; y = 5 } }\nprocess p { repeat 1 { call s.h timeout 2s else { wait 1h; x = y; break }; x = 1 } }",
      5,
      [5], [1]
    ),
    (
      "a stall keeps its answer from it",
      "service s { work 2s }\nprocess p { repeat 1 { call s timeout 1h else { x = 2; break }; x = 1 } }\n"
        + "at 1s stall p for 10s", 5, [1, 2], []
    ),
    (
      "on its way to a service that has crashed",
      "service s { latency 10s; work 1s }\nprocess p { call s; x = 1 }\nprocess q { wait 1h; x = 2 }\nat 1s crash s", 5,
      [2], [1]
    ),
    (
      "about to go over a link that is cut",
      "service s { work 1s }\nprocess p { wait 5s; repeat 1 { call s timeout 1s else { x = 2; break }; x = 1 } }\n"
        + "at 1s cut p from s", 3, [2], [1]
    ),
    (
      "its answer will go over a link that is cut",
      "service s { on h { work 9s; y = 3; work 1s } }\n"
        + "process p { repeat 1 { call s.h timeout 1h else { x = y; break }; x = 1 } }\nat 3s cut p from s", 5, [0, 3],
      [1]
    ),
    (
      "of a request that calls",
      "service back { on g { work 10s; y = 5 } }\nservice front { on h { call back.g; y = y * 10 } }\n"
        + "process p { call front.h; x = y }", 5, [50], [0, 5]
    ),
    (
      "behind another in a queue",
      "service s { servers 1; on h(k) { y = y * 10 + k; work 10s; y = y * 10 + k } }\n"
        + "process p { call s.h(1); wait until z == 1; x = y }\nprocess q { wait 1s; call s.h(2); z = 1 }", 5, [1122],
      [2211, 1212]
    ),
  ]

  @Test("calls go on from where they are", arguments: waits.indices)
  func calls(_ k: Int) throws {
    let one = Self.waits[k]
    var text = "var x = 0; var y = 0; var z = 0\n" + one.text
    for value in one.reached + one.never { text += "\nsometimes \"\(value)\" { x == \(value) and p.finished }" }
    let found = try world(text, at: one.tick).explore(all())
    for (property, value) in zip(found.properties, one.reached + one.never) {
      #expect(property.verdict == (one.reached.contains(value) ? .holds : .violated), "\(one.name): \(value)")
    }
  }

  @Test("a request that has a server begins before those that wait for one")
  func begun() throws {
    let world = try world(
      """
      var order = 0
      service s { servers 1; on h(k) { order = order * 10 + k; work 5s } }
      process p { call s.h(1) }
      process q { wait 1s; call s.h(2) }
      process r { wait 2s; call s.h(3) }
      sometimes "in turn" { order == 123 }
      sometimes "out of turn" { order == 132 }
      """, at: 4)
    #expect(try world.explore(all()).properties.map(\.verdict) == [.holds, .holds])
    // The first ends: its server is the second's, which has not made a step.
    #expect(world.event().step != nil)
    #expect(try world.explore(all()).properties.map(\.verdict) == [.holds, .violated])
  }

  @Test("requests that nobody waits for and that are the same begin one after the other")
  func twins() throws {
    let world = try world(
      """
      var n = 0
      service s { servers 1; on h { work 1m; n = n + 1; work 1m } }
      process p { repeat 14 { call s.h timeout 1s else {} } }
      sometimes "all" { n == 14 }
      never "more" { n > 14 }
      """, at: 30)
    let found = try world.explore(all())
    #expect(found.isComplete && found.properties.map(\.verdict) == [.holds, .holds])
    // One after the other: none of 14 places is told from another.
    #expect(found.states == 15)
  }

  @Test("what loads have asked for is forgotten, and what is asked on their behalf")
  func loads() throws {
    let world = try world(
      """
      var asked = 0; var made = 0
      service store { servers 1; on put { work 2s; asked = asked + 1 } }
      service front { servers 1; on post { work 1s; call store.put timeout 1s else {} } }
      load clients rate 5/s { call front.post timeout 500ms else {} }
      process p { wait 4s; call store.put; made = made + 1 }
      never "more than one" { asked > 30 }
      """, at: 20)
    let found = try world.explore(all())
    #expect(found.isComplete && found.states < 200)
    #expect(found.leftOut == ["load clients"])
  }

  @Test("a process that was stalled before it began does not begin")
  func stalledBefore() throws {
    let found = try world("var a = 0\nprocess p { a = 1 }\nat 0s stall p\nsometimes \"a\" { a == 1 }", at: 5).explore(
      all())
    #expect(found.properties[0].verdict == .violated)
  }
}
