import Foundation
import OutageExplorer
import OutageKit
import Testing

/// Small scripts made up by chance, searched by the explorer and without any of its ideas.
@Suite struct DifferentialTests {
  static let isSoak = ProcessInfo.processInfo.environment["OUTAGE_SOAK"] == "1"

  @Test func verdictsAreThoseOfANaiveSearch() throws {
    var decided = 0
    var violated = 0
    let count = Self.isSoak ? 500 : 100
    for seed in 1...UInt64(count) {
      let text = ScriptGenerator(seed: seed).script()
      let source = Exploration.source(text: text)
      let image = try #require(try? source.imageToExplore(), "seed \(seed):\n\(text)")
      guard let naive = NaiveExplorer(image).violations(limit: Self.isSoak ? 6000 : 1200) else { continue }
      decided += 1
      let r = try Exploration.explore(source, "") { $0.search.countsAll = true }
      violated += naive.count { $0 }
      #expect(r.properties.map { $0.verdict == .violated } == naive, "seed \(seed):\n\(text)")
      let early = try Exploration.explore(source, "") { $0.search.workers = 2 }
      #expect(early.properties.map(\.verdict) == r.properties.map(\.verdict), "seed \(seed), not all:\n\(text)")
      #expect(early.properties.map { $0.trace?.steps.count } == r.properties.map { $0.trace?.steps.count })
    }
    // Neither easy nor hopeless.
    #expect(decided > count * 3 / 5)
    #expect(violated > count / 5)
  }
}

/// Makes up a script of two or three processes over a few variables and a queue.
struct ScriptGenerator {
  private var state: UInt64
  private var names = 0

  init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 }

  private mutating func draw(_ n: Int) -> Int {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Int((state >> 33) % UInt64(n))
  }

  mutating func expression(_ locals: [String]) -> String {
    switch draw(6) {
    case 0: "\(draw(3))"
    case 1: "x"
    case 2: "y"
    case 3: "z[\(draw(2))]"
    case 4: locals.isEmpty ? "x" : locals[draw(locals.count)]
    default: "(x + \(draw(3))) mod 3"
    }
  }

  mutating func condition(_ locals: [String]) -> String {
    let op = ["==", "!=", "<", ">"][draw(4)]
    return "\(expression(locals)) \(op) \(draw(3))"
  }

  mutating func place() -> String { ["x", "y", "z[0]", "z[1]"][draw(4)] }

  mutating func statement(_ locals: inout [String], _ depth: Int) -> String {
    switch draw(depth > 1 ? 8 : 14) {
    case 0, 1: return "\(place()) = \(expression(locals))"
    case 2: return "\(place()) = \(expression(locals)) if \(condition(locals))"
    case 3:
      names += 1
      let text = "let v\(names) = \(expression(locals))"
      locals.append("v\(names)")
      return text
    case 4: return "wait until \(condition(locals))"
    case 5: return "q.put(\(draw(2)))"
    case 6:
      names += 1
      let text = "let v\(names) = q.take"
      locals.append("v\(names)")
      return text
    case 7: return "wait 1s"
    case 8: return "if \(condition(locals)) { \(block(locals, depth + 1)) } else { \(block(locals, depth + 1)) }"
    case 9: return "atomic { \(place()) = \(expression(locals)); \(place()) = \(expression(locals)) }"
    case 10: return "atomic { wait until \(condition(locals)); \(place()) = \(expression(locals)) }"
    case 11: return "either { \(block(locals, depth + 1)) } or { \(block(locals, depth + 1)) }"
    case 12: return "repeat 2 { \(block(locals, depth + 1)) }"
    default: return "if chance(50%) { \(block(locals, depth + 1)) }"
    }
  }

  mutating func block(_ outer: [String], _ depth: Int) -> String {
    var locals = outer
    return (0...draw(3)).map { _ in statement(&locals, depth) }.joined(separator: "; ")
  }

  func script() -> String {
    var g = self
    var out = "var x = 0\nvar y = 0\nvar z[2] = 0\nqueue q { capacity 2 }\n"
    for name in ["a", "b", "c"].prefix(2 + g.draw(2)) {
      let body = g.block([], 0)
      out += "process \(name) { " + (g.draw(3) == 0 ? "loop { \(body); wait 1s }" : body) + " }\n"
    }
    out += "never \"one\" { \(g.condition([])) and \(g.condition([])) and \(g.condition([])) }\n"
    out += "never \"two\" { q.length == 2 and \(g.condition([])) and \(g.condition([])) }\n"
    out += "never \"deadlock\" { stuck }\n"
    return out
  }
}
