import OutageCompiler
import OutageEngine
import OutageKit
import OutageModel
import Testing

/// A search that begins where a live world stands knows whatever the world does next, and nothing that no order could lead
/// to: begun after every event of a run, with calls on their way, in queues, in hand, lost, and answered.
@Suite struct PresentWalkTests {
  struct Case: CustomTestStringConvertible, Sendable {
    var name: String
    var text: String
    /// Faults that nobody undoes are part of the present after this time, s; before it they are not known.
    var after: Int64 = 0
    var abandoned = 2
    /// Runs are paths from the start of the script as well.
    var isOfStart = true
    /// Few enough states lie behind every present to be counted.
    var isBounded = true
    var testDescription: String { name }
  }

  static let cases: [Case] =
    EngineWalkTests.small.map { small in
      Case(
        name: small.name, text: small.text, isBounded: !small.text.contains("loop {") || small.name.contains("crashes"))
    } + [
      Case(
        name: "a server that is taken before anything is seen",
        text: """
          var order = 0
          service s { servers 1; latency 100ms; on h(who) { work 2s; order = order * 3 + who; work 1s; return order } }
          process p { let a = call s.h(1) timeout 20s else { wait 1s }; order = 0 }
          process q { wait 500ms; let b = call s.h(2) timeout 20s else { wait 1s } }
          """),
      Case(
        name: "retries with pauses",
        text: """
          var served = 0
          var lost = 0
          service s { servers 1; on h { work 3s; served = served + 1; fail "no" if served < 3; work 1s } }
          process p[2] { call s.h timeout 4s retry 1 backoff 2s else { lost = lost + 1 }; served = served + 10 }
          """),
      Case(
        name: "three deep",
        text: """
          var a = 0
          var b = 0
          var c = 0
          service back { servers 1; work 1s; on h(x) { c = c + x; work 1s; return c } }
          service middle { servers 1; latency 50ms; on h(x) { b = b + x; let r = call back.h(x) timeout 3s else { b = b - x; return 0 }; return r } }
          service front { servers 2; on h(x) { a = a + x; let r = call middle.h(x); work 500ms; return r } }
          process p { let r = call front.h(1) timeout 9s else { wait 1s }; a = a + 10 }
          process q { wait 700ms; send back.h(5) }
          """),
      Case(
        name: "handlers that wait for conditions and items",
        text: """
          var go = 0
          var seen = 0
          queue items
          service s { servers 2; on h { wait until go > 0; seen = seen + 1; atomic { let k = items.take; seen = seen + k }; work 1s } }
          process p[2] { call s.h timeout 30s else { wait 1s }; seen = seen + 10 }
          process feeder { wait 3s; go = 1; wait 2s; items.put(100); wait 2s; items.put(200) }
          """),
      Case(
        name: "a service that is stalled for a while, and callers too",
        text: """
          var n = 0
          service s { servers 1; on h { n = n + 1; work 2s; n = n + 10 } }
          process p[2] { call s.h timeout 5s else { wait 1s }; n = n + 100 }
          at 1s stall s for 3s
          at 2s stall p[0] for 4s
          at 4s stall p[1] for 2s
          """),
      Case(
        name: "a service that is stalled for good",
        text: """
          var n = 0
          service s { servers 1; on h { n = n + 1; work 2s; n = n + 10 } }
          process p[2] { call s.h timeout 5s else { n = n + 100 }; n = n + 1000 }
          process late { wait 4s; call s.h timeout 1s else { n = n + 10000 } }
          at 1s stall s
          """, after: 1, abandoned: 4),
      Case(
        name: "a service that has crashed",
        text: """
          var n = 0
          service inner { work 1s }
          service s { servers 1; latency 100ms; on h { n = n + 1; call inner; n = n + 10 } }
          process p[2] { call s.h timeout 5s else { n = n + 100 }; n = n + 1000 }
          process late { wait 4s; call s.h timeout 1s else { n = n + 10000 }; send s.h }
          at 500ms crash s
          """, after: 1),
      Case(
        name: "links that are cut",
        text: """
          var n = 0
          service inner { work 1s; on g { n = n + 1000; work 1s } }
          service s { servers 2; latency 100ms; on h { n = n + 1; call inner.g timeout 2s else { n = n + 5 }; n = n + 10 } }
          process p[2] { call s.h timeout 5s retry 1 else { n = n + 100 }; wait 2s; call s.h timeout 1s else { n = n + 100 } }
          at 1500ms cut s from inner
          at 3s cut p[1] from s
          """, after: 3),
      Case(
        name: "leases and queues, a few times",
        text: """
          lease lock { lasts 4s; starts lapsed }
          queue jobs { capacity 2 }
          var holder = 0
          var late = 0
          process worker[2] { repeat 2 { let token = lock.acquire; holder = holder + token; wait 3s; lock.release(token); wait 2s } }
          process maker { repeat 3 { jobs.put(1); wait 2s } }
          process taker { repeat 3 { let j = jobs.take timeout 1s else { late = late + 1; continue }; wait 3s } }
          """),
      Case(
        name: "takers that are stalled, a few times",
        text: """
          queue jobs
          var next = 0
          var last = 0
          process maker { repeat 3 { atomic { next = next + 1; jobs.put(next) }; wait 2s } }
          process taker[2] { repeat 2 { atomic { let k = jobs.take; last = last * 2 + k }; wait 1s } }
          at 1s stall taker[0] for 4s
          """),
      Case(
        name: "callers that have crashed",
        text: """
          var n = 0
          service s { servers 1; on h { work 2s; n = n + 1; work 2s; n = n + 10 } }
          process p[3] { call s.h timeout 20s; n = n + 100 }
          at 1s crash p[0]
          """, after: 1),
      Case(
        name: "steps that read before they wait",
        text: """
          var x = 0
          var got = 0
          queue q[2]
          process taker { let k = q[x].take; got = got + k; wait 1s; got = got + 1000 }
          process other { wait 1s; x = 1; wait 1s; q[0].put(10); wait 1s; q[1].put(20) }
          process waiter { wait x * 1s + 2s; got = got + 100 }
          """, after: 1, isOfStart: false),
    ]

  /// The image of a world that more may be built upon, and the same with what a search needs.
  private func images(_ one: Case) throws -> (run: Image, explored: Image) {
    try images(Exploration.source(text: "clock 00:00 for 40s\n" + one.text + Self.noOrder(Self.process(one))))
  }

  private func images(_ source: Source) throws -> (run: Image, explored: Image) {
    let program = try #require(source.program)
    let ground = try Ground(program, files: source.files)
    return (ground.image, try ground.explorable(program, settings: [:], files: source.files))
  }

  /// An order that is never followed, so that steps are written down.
  private static func noOrder(_ process: String) -> String { "\nat 0s { if 1 == 2 { follow \(process) } }\n" }

  /// A run after some events, with its steps written down.
  private func run(_ image: Image, _ seed: UInt64, events: Int) -> Run? {
    let run = Run(image, seed: seed, workers: 1, budgets: Budgets())
    run.world.keepJournal()
    for _ in 0..<events {
      guard run.step(before: run.clock.duration) != nil else { return nil }
      _ = run.world.takeJournal()
    }
    return run
  }

  private static func process(_ one: Case) -> String {
    let text = one.text.split(separator: "process ")[1]
    let name = text.prefix { $0.isLetter }
    return text.dropFirst(name.count).first == "[" ? "\(name)[0]" : String(name)
  }

  @Test(arguments: cases.indices) func runsGoOnAlongPaths(_ k: Int) throws {
    let one = Self.cases[k]
    let (image, explored) = try images(one)
    var (walked, tooWide) = (0, 0)
    for seed in 1...max(2, EngineWalkTests.seeds / 5) {
      for n in 0..<80 {
        guard let run = run(image, seed, events: n) else { break }
        if run.present < one.after * 1_000_000_000 { continue }
        var walk = EngineWalk(run, explored, abandoned: one.abandoned)
        let failure = walk.failure(mostEvents: 40)
        walked += walk.events
        if failure?.contains(EngineWalk.tooWide) == true {
          tooWide += 1
          continue
        }
        #expect(failure == nil, "\(one.name), seed \(seed), from event \(n): \(failure ?? "")")
        if failure != nil { return }
      }
    }
    #expect(walked > 20)
    #expect(tooWide * 8 < walked)
  }

  @Test(arguments: EngineWalkTests.library.filter { $0.variant == nil })
  func runsOfTheLibraryGoOnAlongPaths(_ one: EngineWalkTests.Case) throws {
    let text = try Exploration.text(one.path)
    let element = try #require(try Exploration.source(one.path).imageToExplore().meta.exploring.processes.first).element
    let plain = try images(Exploration.source(one.path)).run
    let node = plain.meta.nodes[Int(plain.tables.elementNode[element])]
    let process = node.isArray ? "\(node.name)[0]" : node.name
    let (image, explored) = try images(Exploration.source(text: text + Self.noOrder(process), name: one.path))
    for n in [1, 4, 9, 20, 45, 100] {
      guard let run = run(image, 1, events: n) else { break }
      var walk = EngineWalk(run, explored, abandoned: 2)
      let failure = walk.failure(mostEvents: 60)
      if failure?.contains(EngineWalk.tooWide) != true { #expect(failure == nil, "\(one.path), from event \(n)") }
    }
  }

  @Test(arguments: cases.indices) func nothingIsMadeUp(_ k: Int) throws {
    let one = Self.cases[k]
    if one.after > 0 || !one.isOfStart || !one.isBounded { return }
    let (image, explored) = try images(one)
    let start = try #require(run(image, 1, events: 0))
    var along = EngineWalk(start, explored, abandoned: 4, fromStart: true)
    var compared = 0
    for n in 0..<40 {
      if n > 0 {
        guard let event = start.step(before: start.clock.duration) else { break }
        let failure = along.failure(at: event)
        if failure?.contains(EngineWalk.tooWide) == true { break }
        #expect(failure == nil, "\(one.name): \(failure ?? "")")
      }
      guard let here = run(image, 1, events: n) else { break }
      let begun = EngineWalk(here, explored, abandoned: 1)
      guard let found = begun.held(most: 30_000), let all = along.held(most: 30_000) else { continue }
      compared += 1
      let madeUp = found.subtracting(all)
      #expect(madeUp.isEmpty, "\(one.name), event \(n): \(madeUp.sorted { "\($0)" < "\($1)" }.prefix(3))")
      if !madeUp.isEmpty { return }
    }
    #expect(compared >= 4)
  }
}
