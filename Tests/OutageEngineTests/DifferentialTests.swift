import Foundation
import OutageEngine
import OutageKit
import OutageModel
import OutageSemantics
import Testing

/// The engine against the naive interpreter, over made-up scripts: the same trace, logs, series, counts and verdicts.
@Suite struct DifferentialTests {
  static let count: UInt64 = Bench.isSoak ? 20_000 : 240
  static let batches = 12

  /// Events that both trace; faults are told by the engine alone.
  static let traced: Set<String> = [
    "started", "succeeded", "arrived", "completed", "failed", "refused", "dropped", "expired", "renewed", "lapsed",
    "removed", "returned",
    "failed_call",
  ]

  static func engine(_ source: Source, seed: UInt64, workers: Int = 1) throws -> Telling {
    var telling = Telling()
    var options = RunOptions()
    options.seed = seed
    options.workers = workers
    options.trace = { line in
      let event = line.split(separator: "\"", omittingEmptySubsequences: false)[5]
      if traced.contains(String(event)) { telling.trace.append(String(line.dropLast())) }
    }
    let result = try source.run(options)
    if case .failed(let failure) = result.end {
      if failure.code == Overflow.code { throw Overflow() }
      throw Bench.Unreadable(description: "\(failure)")
    }
    // Of very many logs the story keeps the first.
    telling.hasAllLogs = result.leftOut.isEmpty
    for event in result.story where event.kind == .log {
      telling.logs.append("\(event.time) \(event.subject) \(event.text)")
    }
    telling.plots = result.series.map(\.values)
    for r in result.responses {
      let counts = [r.arrived, r.completed, r.failed, r.refused, r.dropped, r.wasted, r.inHand]
      telling.responses.append("\(r.name): \(counts) \(r.area)")
      if r.area != r.sojourn { telling.responses.append("\(r.name): Little's law is broken: \(r.area) \(r.sojourn)") }
    }
    for p in result.properties {
      let time = p.time.map { " \($0)" } ?? ""
      telling.properties.append("\(p.text): \(p.verdict)\(time)")
    }
    return telling
  }

  /// A made-up script that counts beyond what a count can be, which is an error and nothing to compare.
  struct Overflow: Error { static let code = "E0702" }

  static func naive(_ source: Source, _ text: String, seed: UInt64) throws -> Telling {
    let naive = Naive(source.program!, try source.image(), seed: seed, entryNames: entryNames(text))
    let telling = naive.run()
    if let failure = naive.failure { throw Bench.Unreadable(description: failure) }
    return telling
  }

  /// Made-up scripts have an entry of the timeline a line, its words one space apart.
  private static func entryNames(_ text: String) -> [String] {
    var ordinals: [String: Int] = [:]
    return text.split(separator: "\n").filter { line in
      ["at ", "every ", "when "].contains { line.hasPrefix($0) }
    }.map { line in
      let head = String(line[..<line.range(of: " {")!.lowerBound])
      ordinals[head, default: 0] += 1
      return "\(head) \(ordinals[head]!)"
    }
  }

  /// The first difference, in words.
  static func difference(_ engine: Telling, _ naive: Telling) -> String? {
    func first(_ what: String, _ a: [String], _ b: [String]) -> String? {
      if a == b { return nil }
      let k = zip(a, b).prefix { $0 == $1 }.count
      let before = a[max(0, k - 3)..<k].joined(separator: "\n")
      return "\(what) \(k):\n\(before)\nengine \(k < a.count ? a[k] : "ends")\nnaive  \(k < b.count ? b[k] : "ends")"
    }
    return first("trace", engine.trace, naive.trace)
      ?? (engine.hasAllLogs ? first("log", engine.logs, naive.logs) : nil)
      ?? first("plot", engine.plots.map { "\($0)" }, naive.plots.map { "\($0)" })
      ?? first("responses", engine.responses, naive.responses)
      ?? first("properties", engine.properties, naive.properties)
  }

  @Test(arguments: 0..<batches) func theEngineDoesWhatTheNaiveInterpreterDoes(_ batch: Int) throws {
    var events = 0
    var overflows = 0
    for seed in stride(from: UInt64(batch), to: Self.count, by: Self.batches) {
      let text = ScriptMaker.script(seed)
      do {
        let source = try Bench.source(text)
        let engine = try Self.engine(source, seed: seed)
        let naive = try Self.naive(source, text, seed: seed)
        events += engine.trace.count
        if let difference = Self.difference(engine, naive) {
          Issue.record("made-up script \(seed)\n\(text)\n\(difference)")
          return
        }
      } catch is Overflow {
        overflows += 1
      } catch {
        Issue.record("made-up script \(seed)\n\(text)\n\(error)")
        return
      }
    }
    // The scripts do something.
    #expect(events > 1000)
    #expect(overflows <= 1)
  }
}
