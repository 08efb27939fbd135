import Foundation
import OutageEngine
import OutageExplorer
import OutageSyntax
import Testing

/// Every script of the library, in every variant.
@Suite struct ScriptTests {
  @Test func theLibraryIsThere() {
    #expect(Script.all.count >= 2)
  }

  @Test(arguments: Script.all) func itsHeaderAsksTellsAndInvites(_ script: Script) {
    let header = script.header
    #expect(script.question.hasSuffix("?"), "the first line is the question")
    for part in ["What happened:", "What to notice:", "What to try:"] {
      #expect(header.contains { $0.hasPrefix(part) }, "a paragraph “\(part)”")
    }
  }

  @Test(arguments: Script.all) func isLaidOutInTheOneStyle(_ script: Script) {
    let file = SourceFile(name: script.name, text: Array(script.text.utf8))
    let isSame = format(file).text == script.text
    #expect(isSame, "outage fmt Scripts/\(script.name).outage")
  }

  /// A plain run succeeds: what fails as a lesson is declared `meant violated`.
  @Test(arguments: Script.all) func everyVariantEndsAsItSays(_ script: Script) {
    for case .failure(let problem) in ScriptRun.all where problem.command.contains("/\(script.name).outage") {
      Issue.record("\(problem.command): \(problem.reason)")
    }
    for run in ScriptRun.of(script) {
      let command = script.command(variant: run.variant)
      let isForExplore = { (p: PropertyResult) in
        p.kind == "recoverable" || run.explored != nil && p.kind == "sometimes"
      }
      let wrong = run.result.properties.filter { $0.outcome != .holds && !isForExplore($0) }
        .map { "\($0.outcome): \($0.text), \($0.reason)" }
      #expect(wrong.isEmpty && run.result.verdict != .violated, "\(command): \(run.result.end) \(wrong)")
      #expect(!run.result.properties.isEmpty, "\(command) asks nothing")
    }
  }

  /// The same in every order of steps, where the header invites to look.
  @Test(arguments: Script.all) func everyOrderOfStepsEndsAsItSays(_ script: Script) {
    for run in ScriptRun.of(script) {
      guard let explored = run.explored else { continue }
      let command = script.command(variant: run.variant).replacing("outage run", with: "outage explore")
      let wrong = explored.properties.filter { $0.outcome != .holds }.map { "\($0.outcome): \($0.text), \($0.reason)" }
      #expect(explored.verdict == .holds, "\(command): \(wrong)")
      #expect(!explored.properties.isEmpty, "\(command) asks nothing")
    }
  }

  /// The integral of the number in the system is the total time spent in it.
  @Test(arguments: Script.all) func littlesLawHoldsOnEverySamplePath(_ script: Script) {
    for run in ScriptRun.of(script) {
      for part in run.result.responses {
        #expect(part.area == part.sojourn, "\(part.name): \(script.command(variant: run.variant))")
      }
    }
  }

  @Test(arguments: Script.all) func theNumberOfWorkersChangesNothing(_ script: Script) throws {
    for run in ScriptRun.of(script) {
      let until = script.comparedUntil
      let alone = until == nil ? "\(run.result)" : "\(try script.run(variant: run.variant, until: until))"
      for workers in [2, 4] {
        let together = try script.run(variant: run.variant, workers: workers, until: until)
        #expect("\(together)" == alone, "\(script.command(variant: run.variant)) --workers \(workers)")
      }
    }
  }

  /// Cells: script | settings | a counter or a property in quotes | its value.
  @Test(arguments: Table.rows(of: "figures.txt")) func figuresAreExact(_ row: [String]) throws {
    try #require(row.count == 4)
    let script = try #require(Script.named(row[0]))
    let isVariant = row[1].hasPrefix("\"")
    let settings = isVariant ? [] : Table.settings(row[1])
    let variant = isVariant ? String(row[1].dropFirst().dropLast()) : nil
    let result = try script.run(variant: variant, settings: settings)
    #expect(Figure(row[2], of: result)?.text == row[3], "\(script.command(variant: variant, settings: settings))")
  }

  /// Every part of the document that the project began with has its script, and the page says what that shows.
  @Test func thePageOfTheSeedIsWhatTheRunsSay() throws {
    let template = try String(contentsOf: SeedPage.template, encoding: .utf8)
    let runs = ScriptRun.all.compactMap { try? $0.get() }
    let fresh = try #require(SeedPage.page(template, runs), "a script or variant that there is not")
    let page = (try? String(contentsOf: SeedPage.file, encoding: .utf8)) ?? ""
    if fresh != page, ProcessInfo.processInfo.environment["OUTAGE_RECORD"] == "1" {
      try fresh.write(to: SeedPage.file, atomically: true, encoding: .utf8)
    }
    #expect(fresh == page, "docs/seed.md: OUTAGE_RECORD=1 writes it anew")
  }

  /// No script on a topic of that document is missing there.
  @Test func thePageOfTheSeedNamesEveryScriptOfItsTopics() throws {
    let named = Set(SeedPage.references(try String(contentsOf: SeedPage.template, encoding: .utf8)).map(\.script))
    let topics = ["dns", "leases", "balancing", "races"]
    let own = Script.all.map(\.name).filter { name in
      !name.contains("/") || topics.contains(String(name.prefix { $0 != "/" }))
    }
    #expect(own.filter { !named.contains($0) } == [])
  }

  @Test func theTableIsWhatTheRunsSay() throws {
    let page = try String(contentsOf: Readme.file, encoding: .utf8)
    let runs = ScriptRun.all.compactMap { try? $0.get() }
    let fresh = try #require(Readme.page(page, with: Readme.table(runs)), "the marks of the table are missing")
    if fresh != page { try fresh.write(to: Readme.file, atomically: true, encoding: .utf8) }
    #expect(fresh == page, "Scripts/README.md is written anew: look at the difference")
  }
}
