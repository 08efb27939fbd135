import Foundation
import Testing

/// What others published, and what the program says of it; `docs/truth.md` is written from these runs.
@Suite struct TruthTests {
  static let page = Script.root.appending(path: "docs/truth.md")
  static let isRecording = ProcessInfo.processInfo.environment["OUTAGE_RECORD"] != nil

  @Test func thereAreTwentyOfThemAndMore() { #expect(TruthCase.all.count >= 20) }

  @Test(arguments: TruthCase.all) func agreesWithItsSource(_ truth: TruthCase) throws {
    #expect(truth.unreadable.isEmpty, "\(truth.name): \(truth.unreadable)")
    #expect(!truth.source.isEmpty && !truth.published.isEmpty && !truth.checks.isEmpty, "\(truth.name): its header")
    let outcomes = try truth.outcomes()
    #expect(outcomes.count == truth.checks.count)
    for (check, outcome) in zip(truth.checks, outcomes) {
      #expect(outcome.isRight, "\(truth.script): \(check.text), but \(outcome.shown)")
    }
  }

  @Test func thePageIsWhatTheRunsSay() throws {
    let fresh = try TruthPage.text(TruthCase.all)
    let page = try? String(contentsOf: Self.page, encoding: .utf8)
    if Self.isRecording { try fresh.write(to: Self.page, atomically: true, encoding: .utf8) }
    #expect(page == fresh, "docs/truth.md: OUTAGE_RECORD=1 writes it anew")
  }
}

/// `docs/truth.md`: a table for each way of checking.
enum TruthPage {
  static func text(_ cases: [TruthCase]) throws -> String {
    var lines = opening
    let parts: [(TruthCase.Check.Reading, String)] = [
      (.mean, "## Closed forms and other expectations: means over seeds"),
      (.run, "## Single runs, to the last digit"),
      (.explore, "## Searches: counts of states, verdicts and shortest lengths"),
    ]
    for (reading, title) in parts {
      lines += ["", title, "", "| case | source | published | ours |", "|---|---|---|---|"]
      for truth in cases where truth.checks.contains(where: { $0.reading == reading }) {
        let outcomes = try zip(truth.checks, truth.outcomes()).filter { $0.0.reading == reading }.map(\.1.shown)
        let link = "[\(truth.title)](../\(truth.script))"
        lines.append("| \(link) | \(truth.source) | \(truth.published) | \(outcomes.joined(separator: "<br>")) |")
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  static let opening = """
    # What the program is checked against

    Each row is a result that somebody else published: a closed form, a table of a paper, a bug report with numbers, a model with
    a known number of states. A test runs the script of the row and compares; this page is written from these runs. A mean is
    that of a measure over seeds 1 to *n*, with its standard error, and must lie within three of them. *Exactly* means to the
    last digit.

    Beside these the tests compare the engine with a naive interpreter on made-up scripts (`Tests/OutageEngineTests/Naive`), the
    explorer with a brute-force search (`Tests/OutageExplorerTests/NaiveExplorer.swift`), runs with searches
    (`RunsAndSearchesTests`), and each sample path with Little's law, which holds as an identity.
    """.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
}
