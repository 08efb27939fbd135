import Foundation
import OutageKit
import OutageModel
import Testing

/// Whatever the engine does, the explorer knows: runs with random stalls are paths of the graph.
@Suite struct EngineWalkTests {
  static let seeds: UInt64 = DifferentialTests.isSoak ? 100 : 5

  /// A script of the library whose header invites to explore it, with one of its variants.
  struct Case: CustomTestStringConvertible, Sendable {
    var path: String
    var variant: String?
    var testDescription: String { path + (variant.map { ", \($0)" } ?? "") }
  }

  static let library: [Case] = {
    let folder = Exploration.root.appending(path: "Scripts")
    let files = (FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String } ?? []).sorted()
    return files.filter { $0.hasSuffix(".outage") }.flatMap { path -> [Case] in
      guard let source = try? Exploration.source(path), let text = try? Exploration.text(path),
        text.contains("# What to try: outage explore Scripts/\(path)")
      else { return [] }
      return source.casesOfVariants.map { Case(path: path, variant: $0.variant) }
    }
  }()

  @Test func theLibraryHasScriptsToWalk() { #expect(Self.library.count > 20) }

  @Test(arguments: library) func runsOfTheLibraryArePaths(_ one: Case) throws {
    let text = try Exploration.text(one.path)
    for seed in 1...Self.seeds {
      let noise = try disturbance(text, seed)
      let disturbed = Exploration.source(text: text + noise, name: one.path)
      var walk = try EngineWalk(engine: disturbed, explorer: disturbed, settings: [], variant: one.variant, seed: seed)
      let failure = walk.failure(mostEvents: 400)
      #expect(failure == nil, "\(one.testDescription), seed \(seed): \(failure ?? "")\n\(noise)")
      #expect(walk.steps > 0, "no step was written down")
    }
  }

  /// In parts that run at once.
  @Test(arguments: 1...4) func runsOfMadeUpScriptsArePaths(_ part: UInt64) throws {
    var steps = 0
    // Some have more positions at once than are worth the time: they count neither way.
    var tooWide = 0
    for seed in stride(from: part, through: Self.seeds * 4, by: 4) {
      let text = "clock 00:00 for 3m\n" + ScriptGenerator(seed: seed).script()
      let noise = try disturbance(text, seed)
      let disturbed = Exploration.source(text: text + noise)
      var walk = try EngineWalk(engine: disturbed, explorer: disturbed, settings: [], variant: nil, seed: seed)
      let failure = walk.failure(mostEvents: 60)
      if failure?.contains(EngineWalk.tooWide) == true {
        tooWide += 1
        continue
      }
      #expect(failure == nil, "seed \(seed): \(failure ?? "")\n\(text)\n\(noise)")
      steps += walk.steps
    }
    #expect(steps * 4 > 8 * Int(Self.seeds))
    #expect(tooWide * 3 < Int(Self.seeds))
  }

  static let small: [(name: String, text: String)] = [
    (
      "calls",
      """
      var charged = 0
      var told = 0
      service bank { servers 1; work 2s; on pay { charged = charged + 1; work 2s; return charged } }
      process shop[2] {
        let n = call bank.pay timeout 3s retry 1 else { wait 1s }
        told = told + 1
      }
      """
    ),
    (
      "calls of calls, and messages that nobody waits for",
      """
      var log = 0
      var seen = 0
      service store { servers 2; on write(x) { log = log * 2 + x; work 1s } }
      service front { servers 1; on ask { seen = seen + 1; call store.write(1) timeout 5s else { seen = 100 } } }
      process user { wait 1s; call front.ask timeout 20s else { wait 1s }; send store.write(0) }
      """
    ),
    (
      "a taker takes between two puts",
      """
      queue q { capacity 1 }
      var taken = 0
      process a {
        let first = q.take; taken = taken + 1; let second = q.take; taken = taken + 1
        wait 1s; taken = taken + 1
      }
      process b { repeat 2 { q.put(1) } }
      """
    ),
    (
      "leases that lapse",
      """
      lease lock { lasts 4s; starts lapsed }
      var holder = 0
      process worker[3] { loop { let token = lock.acquire; holder = token; wait 3s; holder = holder + 100; lock.release(token); wait 2s } }
      """
    ),
    (
      "queues and giving up",
      """
      queue jobs { capacity 2 }
      var done = 0
      var late = 0
      process maker[2] { loop { jobs.put(index); wait 3s } }
      process taker { loop { let j = jobs.take timeout 2s else { late = late + 1; continue }; done = (done + j) mod 5; wait 1s } }
      process idler { wait until done == 3 timeout 7s else { late = 100 } }
      """
    ),
    (
      "takers that are stalled",
      """
      queue jobs
      var next = 0
      var last = 0
      process maker { loop { atomic { next = (next + 1) mod 5; jobs.put(next) }; wait 2s } }
      process taker[2] { loop { atomic { let k = jobs.take; last = k if k > last }; wait 1s } }
      at 5s stall taker[0] for 6s
      at 12s stall taker[1] for 7s
      """
    ),
    (
      "messages of atomic steps",
      """
      var x = 0
      var y = 0
      service s { servers 2; on go(n) { wait 300ms; y = (y + n) mod 5 } }
      process p { loop { atomic { send s.go(1); x = (x + 1) mod 3; send s.go(2) }; wait 2s } }
      process q { loop { x = y; wait 1100ms } }
      """
    ),
    (
      "retries",
      """
      var x = 0
      service slow { servers 2; work 700ms; x = (x + 1) mod 5 }
      process p { repeat 4 { call slow timeout 500ms retry 2 backoff 300ms to 1s else { x = 0 }; wait 3s } }
      process q { loop { x = 0 if x == 3; wait 1100ms } }
      """
    ),
    (
      "crashes and restarts",
      """
      var x = 0
      var y = 0
      process p { loop { let seen = x; wait 1s; x = (seen + 1) mod 4; wait 1s } }
      process q { loop { y = x; wait 1500ms } }
      at 4500ms crash p
      at 9s restart p
      at 10s restart q
      explore { may crash p at most 2; may restart p at most 2; may crash q at most 1; may restart q at most 1 }
      """
    ),
  ]

  @Test(arguments: small.indices) func runsOfSmallScriptsArePaths(_ k: Int) throws {
    let text = "clock 00:00 for 1m\n" + Self.small[k].text + "\n"
    for seed in 1...Self.seeds {
      let noise = try disturbance(text, seed)
      let disturbed = Exploration.source(text: text + noise)
      var walk = try EngineWalk(engine: disturbed, explorer: disturbed, settings: [], variant: nil, seed: seed)
      let failure = walk.failure(mostEvents: 300)
      #expect(failure == nil, "\(Self.small[k].name), seed \(seed): \(failure ?? "")\n\(noise)")
    }
  }

  /// What the walk is for: an engine and an explorer that do not do the same.
  @Test(arguments: [
    ("x = seen + 1", "x = seen + 2"), ("wait until y > 0; x = 10", "wait until y > 1; x = 10"),
    ("let seen = x", "let seen = x + 1"), ("y = 2", "y = 2; y = 3"),
    ("wait 3s; y = 1;", "wait 3s; atomic { y = 1; y = 2 };"),
  ])
  func aRunThatIsNoPathIsFound(_ part: String, _ other: String) throws {
    let text = """
      clock 00:00 for 1m
      var x = 0
      var y = 0
      process p[2] { wait 5s; let seen = x; wait 1s; x = seen + 1 }
      process q { wait 3s; y = 1; wait 5s; y = 2 }
      process r { atomic { wait until y > 0; x = 10 } }
      at 0s stall q for 1s
      at 0s { if 1 == 2 { follow q } }
      never "x is large" { x + y > 100 }

      """
    let same = Exploration.source(text: text)
    let changed = Exploration.source(text: text.replacing(part, with: other))
    var good = try EngineWalk(engine: same, explorer: same, settings: [], variant: nil, seed: 1)
    #expect(good.failure(mostEvents: 100) == nil)
    var bad = try EngineWalk(engine: same, explorer: changed, settings: [], variant: nil, seed: 1)
    #expect(bad.failure(mostEvents: 100) != nil)
  }

  /// Stalls at random times, and an order of one step, so that steps are written down and an order in the script is not
  /// followed to its end.
  private func disturbance(_ text: String, _ seed: UInt64) throws -> String {
    let image = try Exploration.source(text: text).imageToExplore()
    var state = seed &* 0x9E37_79B9_7F4A_7C15
    func draw(_ n: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int((state >> 33) % UInt64(n))
    }
    func process() -> String {
      let process = image.meta.exploring.processes[draw(image.meta.exploring.processes.count)]
      let n = Int(image.tables.elementNode[process.element])
      let node = image.meta.nodes[n]
      return node.isArray ? "\(node.name)[\(process.element - Int(image.tables.nodes[n].first))]" : node.name
    }
    var out = "\nat 0s follow \(process())\n"
    for _ in 0...draw(6) { out += "at \(draw(40))s stall \(process()) for \(1 + draw(60))s\n" }
    return out
  }
}
