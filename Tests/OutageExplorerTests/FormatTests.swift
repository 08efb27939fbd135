import OutageExplorer
import OutageKit
import OutageReport
import Testing

/// What explorations are written as for other programs: SARIF, Mermaid, and JSON that is read back.
@Suite struct FormatTests {
  // MARK: SARIF 2.1.0

  @Test(arguments: ["dns-race.outage", "races/lease-fencing.outage", "models/bakery.outage"])
  func sarifHasTheShapeOfItsStandard(_ path: String) throws {
    let source = try Exploration.source(path)
    let results = try source.casesOfVariants.map { one in
      (one.name, try Exploration.explore(source, "") { $0.variant = one.variant })
    }
    let log = try JSONReader.value(Array(sarif(results, file: "a folder/\(path)", version: "1").utf8))
    #expect(log["version"]?.text == "2.1.0")
    #expect(log["$schema"]?.text?.hasPrefix("https://") == true)
    let run = try #require(log["runs"]?.list?.first)
    #expect(run["tool"]?["driver"]?["name"]?.text == "outage")
    let found = try #require(run["results"]?.list)
    #expect(found.count == results.flatMap { $0.1.properties }.count { $0.verdict == .violated })
    #expect(!found.isEmpty)
    for result in found {
      #expect(["none", "note", "warning", "error"].contains(result["level"]?.text ?? ""))
      #expect(result["message"]?["text"]?.text?.isEmpty == false)
      for location in try #require(result["locations"]?.list) { try check(location) }
      var orders: [Int] = []
      for flow in try #require(result["codeFlows"]?.list) {
        let threads = try #require(flow["threadFlows"]?.list)
        #expect(!threads.isEmpty)
        #expect(Set(threads.compactMap { $0["id"]?.text }).count == threads.count)
        for place in threads.flatMap({ $0["locations"]?.list ?? [] }) {
          orders.append(try #require(place["executionOrder"]?.integer))
          let location = try #require(place["location"])
          try check(location)
          #expect(location["message"]?["text"]?.text?.isEmpty == false)
        }
      }
      // Every step once, numbered from 1.
      #expect(orders.sorted() == Array(1...orders.count))
    }
  }

  private func check(_ location: JSONValue) throws {
    let place = try #require(location["physicalLocation"])
    let uri = try #require(place["artifactLocation"]?["uri"]?.text)
    #expect(uri.hasPrefix("a%20folder/") && uri.allSatisfy { $0.isASCII && $0 != " " })
    #expect(try #require(place["region"]?["startLine"]?.integer) >= 1)
  }

  /// What is a line of another file says so, everywhere; the script's own lines are as they were.
  @Test func linesOfImportedFilesAreNamed() throws {
    let text = "import \"part.outage\"\nprocess q { atomic { wait until x == 2; x = 9 } }\nnever \"nine\" { x == 9 }"
    let part = "\nvar x = 0\nprocess p { x = 1; x = 2; if x == 77 { x = 4 } }\nnever \"two\" { x == 2 }"
    let source = Source(name: "main.outage", text: Array(text.utf8)) { path, _ in
      .success(LoadedFile(name: "lib/\(path)", text: Array(part.utf8)))
    }
    let r = try Exploration.explore(source, "") { $0.search.countsAll = true }
    let words = ExplorationText(width: 100, color: false, unicode: true).render(r)
    #expect(words.contains("steps 1, 2 are lines of lib/part.outage\n  violated, line 3: x == 9\n"))
    #expect(words.contains("violated, line 4 of lib/part.outage: x == 2\n"))
    #expect(words.contains("never reached, line 3 of lib/part.outage: x = 4\n"))
    let json = explorationJSON([("", r)], file: "main.outage", version: "1", digest: "")
    let saved = try SavedTraces(Array(json.utf8))
    #expect(saved.explorations[0].traces[1].steps.map(\.file) == ["lib/part.outage", "lib/part.outage", ""])
    let log = try JSONReader.value(Array(sarif([("", r)], file: "main.outage", version: "1").utf8))
    let results = try #require(log["runs"]?.list?.first?["results"]?.list)
    #expect(results.map { Self.place($0["locations"]?.list?.first) } == ["lib/part.outage 4", "main.outage 3"])
    let steps = results[1]["codeFlows"]?.list?.first?["threadFlows"]?.list?.flatMap { $0["locations"]?.list ?? [] }
    #expect(
      steps?.map { Self.place($0["location"]) } == ["lib/part.outage 3", "lib/part.outage 3", "main.outage 2"])
  }

  private static func place(_ location: JSONValue?) -> String {
    let place = location?["physicalLocation"]
    return "\(place?["artifactLocation"]?["uri"]?.text ?? "") \(place?["region"]?["startLine"]?.integer ?? 0)"
  }

  /// A bound of `explore { }` is for every variant; the report says where one says otherwise.
  @Test func boundsThatOutrankAVariantAreTold() throws {
    let text = """
      param n = 1 in 1..9
      variant "four" { n = 4 }
      explore { n = 3 }
      var x = 0
      process p[n] { x = x + 1 }
      sometimes "three" { x == 3 }
      """
    let source = Exploration.source(text: text)
    let report = ExplorationText(width: 100, color: false, unicode: true)
    let four = try Exploration.explore(source, "") { $0.variant = "four" }
    let said = "n = 3 by explore { }, whatever variant \"four\" says; --set outranks both\n"
    #expect(four.processes.count == 3 && report.render(four).contains(said))
    let rows = try source.casesOfVariants.map { one in
      (one.name, try Exploration.explore(source, "") { $0.variant = one.variant })
    }
    #expect(report.table(rows).hasSuffix(said))
    let set = try Exploration.explore(source, "n=4") { $0.variant = "four" }
    #expect(set.processes.count == 4 && set.outranked.isEmpty)
    #expect(try Exploration.explore(source, "").outranked.isEmpty)
  }

  @Test func processesThatAreLeftOutAreNamed() throws {
    let text = """
      var x = 0
      var y = 0
      var z[3] = 0
      process p { x = 1 }
      process q { y = 1 }
      process r[2] { y = 2 }
      process s[3] { z[index] = 1 }
      never "x" { x == 2 or z[1] == 2 }
      """
    let r = try Exploration.explore(text: text)
    #expect(r.uninvolved.prefix(2) == ["q", "r"])
    let words = ExplorationText(width: 100, color: false, unicode: true).render(r)
    #expect(words.contains("left out, since no property depends on them: q, r"))
    let all = try Exploration.explore(text: text.replacing("x == 2 or", with: "x == 2 or y == 7 or"))
    #expect(!all.uninvolved.contains("q") && !all.uninvolved.contains("r"))
  }

  // MARK: Mermaid

  @Test func mermaidIsOneDiagramOfItsParticipants() throws {
    let lasso = """
      var x = 0
      process a { loop { x = 1 - x } }
      process b { atomic { wait until x == 7; x = 2 } }
      never "semicolons; and <others> #1" { x == 1 }
      eventually "two" { x == 2 }
      """
    let r = try Exploration.explore(text: lasso)
    let lines = mermaid(r).split(separator: "\n")
    #expect(lines.first == "sequenceDiagram")
    #expect(lines.count { $0 == "sequenceDiagram" } == 1)
    let participants = lines.filter { $0.hasPrefix("  participant ") }.compactMap {
      $0.split(separator: " ").dropFirst().first
    }
    for line in lines.dropFirst() {
      if line.hasPrefix("  Note over ") {
        let names = line.dropFirst(12).prefix { $0 != ":" }.split(separator: ",")
        #expect(names.allSatisfy { participants.contains($0) }, "\(line)")
      }
      #expect(
        !line.dropFirst(2).contains(";") || line.contains("#59;") || line.contains("#lt;") || line.hasPrefix("%%"))
    }
    let looping = try Exploration.explore(text: lasso) { $0.search.properties = ["two"] }
    let text = mermaid(looping)
    #expect(text.contains("  loop for ever\n") && text.contains("\n  end\n"))
  }

  @Test func nothingViolatedIsADiagramForMermaid() throws {
    let r = try Exploration.explore(text: "var x = 0\nprocess p { x = 1 }\nnever \"n\" { x == 2 }")
    #expect(mermaid(r) == "sequenceDiagram\n  participant p0 as outage\n  Note over p0: there is no counterexample\n")
  }

  // MARK: JSON, read back and replayed

  static let traced = [
    "dns-race.outage", "dns/clean-up.outage", "races/enactors.outage", "races/enactor-queue.outage",
    "races/stuck-rollback.outage", "races/lease-fencing.outage", "races/two-writers.outage",
    "models/dining-philosophers.outage", "models/two-phase-commit.outage",
  ]

  @Test(arguments: traced) func savedTracesFitTheirScript(_ path: String) throws {
    let source = try Exploration.source(path)
    let results = try source.casesOfVariants.map { one in
      (one.name, try Exploration.explore(source, "") { $0.variant = one.variant })
    }
    let saved = try SavedTraces(Array(explorationJSON(results, file: path, version: "1", digest: "").utf8))
    #expect(saved.explorations.count == results.count)
    for exploration in saved.explorations {
      let replay = try source.replay(exploration)
      #expect(replay.missing.isEmpty)
      for r in replay.results {
        guard case .fits = r.outcome else {
          Issue.record("\(exploration.name): \(r)")
          continue
        }
      }
    }
  }

  /// Replays the traces of a script in another one, and gives why the first no longer violates; nil: it does.
  private func harmless(_ text: String, in changed: String) throws -> String? {
    let r = try Exploration.explore(text: text)
    let saved = try SavedTraces(Array(explorationJSON([("", r)], file: "", version: "", digest: "").utf8))
    switch try Exploration.source(text: changed).replay(saved.explorations[0]).results[0].outcome {
    case .fits: return nil
    case .harmless(let reason): return reason
    case .misfit(let misfit): return "misfit at \(misfit.at)"
    case .incomparable(let reason): return reason
    }
  }

  /// Of two branches that go on at the same place the one is named that was taken, whatever the other would do.
  @Test func theStepThatWasMadeIsNamed() throws {
    let text = """
      var y = 0
      var z = 0
      process b { either { wait until y == 0 } or { z = 2 }; if z == 2 { z = 3 } }
      never "three" { z == 3 }
      """
    let steps = try #require(try Exploration.explore(text: text).properties[0].trace?.steps)
    #expect(steps.map(\.text) == ["z = 2", "if z == 2", "z = 3"])
    #expect(steps[0].changes == ["z 0 → 2"])
    // The guard that was not passed has no part in it.
    #expect(try harmless(text, in: text.replacing("y == 0", with: "y == 1")) == nil)
  }

  @Test func aLassoIsReplayedOnlyIfItIsFair() throws {
    let text = "var x = 0\nprocess a { loop { x = 1; x = 0 } }\neventually \"ten\" { x == 10 }\n"
    #expect(try harmless(text, in: text) == nil)
    // Who can move all along has a turn in the end; who cannot move at one place may wait there for ever.
    #expect(
      try harmless(text, in: text + "process c { x = 10 }")
        == "c could move all along the loop, and never does: a fair schedule gives it a turn")
    #expect(try harmless(text, in: text + "process c { atomic { wait until x == 1; x = 10 } }") == nil)
    // A turn that changes nothing can be had beside every step.
    #expect(try harmless(text, in: text + "process c { loop { x = x } }") == nil)
    let other = try harmless(text, in: text.replacing("x = 0 } }", with: "x = 0; x = x } }"))
    #expect(other == "the loop does not come back to where it began")
  }

  @Test func aPathThatEndsIsReplayedToItsEnd() throws {
    let text = "var x = 0\nprocess a { x = 1 }\neventually \"ten\" { x == 10 }\n"
    #expect(try harmless(text, in: text) == nil)
    let further = try harmless(text, in: text + "process c { wait until x == 1; x = 10 }")
    #expect(further == "the path does not end there: c can go on")
    #expect(
      try harmless(text, in: text.replacing("x == 10", with: "x == 0")) == "the condition comes true by the last step")
  }

  @Test func aLassoIsReplayedToItsEnd() throws {
    let text = """
      var x = 0
      process a { loop { x = 1; x = 0 } }
      process b { wait until x == 5; x = 9 }
      eventually "nine" { x == 9 }
      """
    let source = Exploration.source(text: text)
    let r = try Exploration.explore(source, "")
    let saved = try SavedTraces(Array(explorationJSON([("", r)], file: "", version: "", digest: "").utf8))
    guard case .fits = try source.replay(saved.explorations[0]).results[0].outcome else {
      Issue.record("the lasso does not fit")
      return
    }
    // The same path, no longer in vain.
    let mended = Exploration.source(text: text.replacing("x == 9 }", with: "x == 1 }"))
    guard case .harmless = try mended.replay(saved.explorations[0]).results[0].outcome else {
      Issue.record("it still violates")
      return
    }
  }

  @Test func aMisfitNamesItsStep() throws {
    let source = try Exploration.source("dns-race.outage")
    let r = try Exploration.explore(source, "")
    let saved = try SavedTraces(Array(explorationJSON([("", r)], file: "", version: "", digest: "").utf8))
    let changed = Exploration.source(
      text: try Exploration.text("dns-race.outage").replacing(
        "if mendable() }\n      for", with: "if endpoint.version < mine }\n      for"))
    let replay = try changed.replay(saved.explorations[0])
    guard case .misfit(let misfit) = replay.results[0].outcome else {
      Issue.record("\(replay)")
      return
    }
    #expect(misfit.at == 7)
    #expect(misfit.expected.text == "apply: endpoint.apply(mine) if mendable()")
    #expect(misfit.found.map(\.text) == ["apply: endpoint.apply(mine) if endpoint.version < mine"])
    #expect(misfit.others.contains { $0.actor == "enactor[1]" })
  }

  @Test func whatIsNoTraceIsRefused() {
    for text in [
      "", "{", "[1, 2", "{\"a\" 1}", "nul", "{}", "{\"format\":\"outage exploration 1\",\"explorations\":[]}",
      "\"\\u12\"",
    ] {
      #expect(throws: SavedTraces.Problem.self) { try SavedTraces(Array(text.utf8)) }
    }
    let deep = String(repeating: "[", count: 100_000)
    #expect(throws: SavedTraces.Problem.self) { try SavedTraces(Array(deep.utf8)) }
  }

  @Test func jsonIsReadAsItIsWritten() throws {
    let value = try JSONReader.value(Array(#" {"a": [1, -2.5e3, true, null], "b": "\u00e9\ud83d\ude00\n\"" } "#.utf8))
    let list = try #require(value["a"]?.list)
    #expect(list.map { "\($0)" } == ["number(1.0)", "number(-2500.0)", "truth(true)", "null"])
    #expect(value["b"]?.text == "é😀\n\"")
  }
}
