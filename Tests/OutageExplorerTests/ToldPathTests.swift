import Foundation
import OutageExplorer
import OutageKit
import OutageModel
import OutageReport
import Testing

/// A path that is told begins at the start, is made of steps that can be made, and ends as its property says.
@Suite struct ToldPathTests {
  /// What is learnt of transitions is dropped, and packed anew, before the violation is met: the way back must know it still.
  static let plans = """
    var current = 0
    var deleted[6] = false
    var latest = 0
    var highest = 0
    queue chan { capacity 4 }
    process planner {
      var plan = 1
      while plan <= 5 {
        latest = plan
        atomic { wait until chan.length < 4; chan.put(plan) }
        plan = plan + 1
      }
    }
    process enactor[2] {
      var my = 0
      var snap = 0
      var going = true
      while going {
        either { atomic { let m = chan.take; my = m } }
        or { atomic { wait until chan.length == 0 and latest >= 5; going = false } }
        if going {
          snap = current
          if my > snap or snap == 0 {
            atomic {
              if not deleted[my] {
                current = my; highest = my if my > highest
                for k in 1..my - 1 where my - k >= 2 and not deleted[k] { if current != k { deleted[k] = true } }
              }
            }
          }
        }
      }
    }
    never "current below highest" { current > 0 and current < highest }
    """

  static let tree = """
    var gen = 0
    var lock = 0
    var root = 0
    var tree[3] = false
    process generator { repeat 2 { gen = 1 } }
    process deployer {
      var next = 1
      var seen_root = 0
      loop {
        either { atomic { wait until next <= gen and (seen_root == 0); root = next; tree = true; lock = min(lock + 1, 64) } }
        or { atomic { wait until any(tree[t] for t in 0..1); for t in 0..0 { tree = false } } }
      }
    }
    never "p" { root > 0 and not tree[root] }
    """

  /// Reductions and numbers of workers.
  static let ways: [@Sendable (inout ExplorationOptions) -> Void] = [
    { _ in }, { $0.search.countsAll = true }, { $0.search.workers = 2 }, { $0.search.usesSymmetry = true },
    { $0.search.isCompact = true }, { $0.search.usesPartialOrder = true },
  ]

  @Test(arguments: ways.indices) func whatWasDroppedLeadsBackAsWell(_ way: Int) throws {
    for (text, steps) in [(Self.plans, 10), (Self.tree, 3)] {
      let r = try Exploration.explore(text: text, Self.ways[way])
      #expect(r.fault == nil)
      #expect(r.properties[0].verdict == .violated)
      if !r.isPartial { #expect(r.properties[0].trace?.steps.count == steps) }
      #expect(Self.misfits(r, text) == [])
    }
  }

  /// Replays of what was found that do not fit.
  static func misfits(_ r: ExploreResult, _ text: String, name: String = "test.outage") -> [String] {
    do {
      let json = explorationJSON([("", r)], file: name, version: "1", digest: "")
      let saved = try SavedTraces(Array(json.utf8)).explorations[0]
      let replay = try Exploration.source(text: text, name: name).replay(saved)
      return replay.results.compactMap { one in
        if case .fits = one.outcome { return nil }
        return "\(one.property): \(one.outcome)"
      }
    } catch { return ["\(error)"] }
  }

  /// Scripts made up by chance, with variables that grow late, so that states are packed anew again and again.
  @Test func madeUpScriptsTellPathsThatCanBeWalked() throws {
    var violated = 0
    let count = DifferentialTests.isSoak ? 400 : 60
    for seed in 1...UInt64(count) {
      let text = ScriptGenerator(seed: seed).script()
      for (k, way) in Self.ways.enumerated() where k != 1 {
        let r = try Exploration.explore(Exploration.source(text: text), "") {
          way(&$0)
          $0.search.maxStates = 20_000
        }
        #expect(r.fault == nil, "seed \(seed), way \(k):\n\(text)")
        violated += r.properties.count { $0.verdict == .violated }
        if k == 0 || k == 3 { #expect(Self.misfits(r, text) == [], "seed \(seed), way \(k):\n\(text)") }
      }
    }
    #expect(violated > count)
  }

  /// Steps that look alike go to different elements: the trace says to which, and what was drawn, and fits.
  @Test func aTraceSaysWhatWasChosen() throws {
    let cases = [
      (
        """
        var x = 0
        service s[2] { work 1s; x = index }
        balancer b over s
        process p[2] { call b }
        recoverable "back to 0" { x == 0 }
        """, ["to s[1]"]
      ),
      (
        """
        var x = 0
        service s[3] { x = index }
        process p { call s }
        never "2" { x == 2 }
        """, ["to s[2]"]
      ),
      (
        """
        queue slots { holds 1 }
        process query { loop { let slot = slots.take; if chance(10%) { continue }; slots.put(slot) } }
        recoverable "a slot is free" { slots.length > 0 }
        """, ["chance: yes"]
      ),
      (
        """
        var x = 0
        process p { loop { let s = any 1..3; wait until x == s; x = 9 } }
        process q { x = 1 }
        recoverable "nine" { x == 9 }
        """, ["any: 2"]
      ),
      (
        """
        var x = 0
        process p { either { let y = 1; x = y } or { let y = 2; x = y } }
        never "2" { x == 2 }
        """, ["branch 2"]
      ),
    ]
    for (text, choices) in cases {
      let r = try Exploration.explore(text: text)
      #expect(r.properties[0].verdict == .violated)
      let told = r.properties[0].trace?.steps.flatMap(\.choices) ?? []
      for choice in choices { #expect(told.contains(choice), "\(told) in \(text)") }
      #expect(Self.misfits(r, text) == [])
      let words = ExplorationText(width: 100, color: false, unicode: true).render(r)
      #expect(choices.allSatisfy(words.contains))
      // A diagram writes brackets as entities.
      let drawn = mermaid(r)
      #expect(choices.map { $0.replacing("[", with: "#91;").replacing("]", with: "#93;") }.allSatisfy(drawn.contains), "\(drawn)")
      #expect(choices.allSatisfy(sarif([("", r)], file: "t", version: "1").contains))
    }
  }

  /// Where no property can be decided nothing is searched, and where many may move a limit is kept.
  @Test func nothingIsSearchedWhereNothingIsDecided() throws {
    let text = """
      clock 00:00 for 1h
      var up = 0
      service s { servers 20; work 20s }
      process p[1000] { wait 3m; call s timeout 1m retry 3 else { log "x" }; up = up + 1 }
      eventually "all are up" within 1h of 00:00 { up == 1000 }
      """
    let r = try Exploration.explore(text: text) { $0.search.maxStates = 2000 }
    #expect(r.verdict == .unknown && r.states == 0 && r.skipped.count == 1)
    let decided = text.replacing("within 1h of 00:00 ", with: "").replacing("1000", with: "200")
    let limited = try Exploration.explore(text: decided) { $0.search.maxStates = 500 }
    #expect(limited.limit == .states(500) && limited.verdict == .unknown)
    #expect(limited.states >= 500 && limited.states < 1200, "\(limited.states)")
  }
}
