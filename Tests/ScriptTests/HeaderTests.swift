import Foundation
import Testing

/// Each number in the header of a script stands in its code, or in `headers.txt` with the run that gives it.
@Suite struct HeaderTests {
  static let isRecording = ProcessInfo.processInfo.environment["OUTAGE_RECORD"] != nil

  @Test func theTableIsReadToItsEnd() {
    #expect(HeaderFigure.all.count == Table.rows(of: HeaderFigure.file).count)
    #expect(HeaderFigure.all.allSatisfy { Script.named($0.script) != nil })
  }

  @Test(arguments: Script.all) func everyNumberOfAHeaderIsAccountedFor(_ script: Script) {
    let rows = HeaderFigure.all.filter { $0.script == script.name }
    let written = Set(HeaderNumbers.mentions(script.code).map { HeaderNumbers.plain($0.text) })
    var unknown: [String] = []
    var said: Set<String> = []
    for (isSetting, text) in Self.paragraphs(script) {
      let places = rows.flatMap { row in
        let places = HeaderNumbers.places(of: row.phrase, in: text)
        if !places.isEmpty { said.insert(row.phrase) }
        return places
      }
      unknown += HeaderNumbers.mentions(text).filter { mention in
        !(isSetting && written.contains(HeaderNumbers.plain(mention.text)))
          && !places.contains { $0.contains(mention.range) }
      }.map { "\($0.text), in “\(text.prefix(24))…”" }
    }
    #expect(unknown == [], "headers.txt does not account for these numbers in the header of \(script.name)")
    let stale = rows.map(\.phrase).filter { !said.contains($0) }
    #expect(stale == [], "headers.txt: the header of \(script.name) does not say so")
  }

  /// The paragraphs of a header. What it asks, sets up and invites to may repeat numbers of the code; for what a run shows each number
  /// wants a row.
  private static func paragraphs(_ script: Script) -> [(isSetting: Bool, text: String)] {
    let paragraphs = script.header.split(separator: "").map { $0.joined(separator: " ") }
    return paragraphs.enumerated().map { n, text in
      (n == 0 || text.hasPrefix("What happened:") || text.hasPrefix("What to try:"), text)
    }
  }

  @Test func whatIsSetStandsInTheCode() throws {
    for row in HeaderFigure.all {
      guard case .set(let texts) = row.account else { continue }
      let code = try #require(Script.named(row.script)).code
      #expect(texts.filter { !code.contains($0) } == [], "\(row): the code does not say so")
      #expect(
        HeaderNumbers.tells(row.phrase, only: texts.joined(separator: " ")), "\(row): other numbers than \(texts)")
    }
  }

  @Test func everyRunGivesWhatTheHeadersSay() throws {
    for row in HeaderFigure.all {
      guard case .measured(let run, let figure, let value) = row.account else { continue }
      let text = HeaderRun.outcomes[run]?.text(figure)
      #expect(text == value, "\(row): \(run.command): \(figure)")
      let isVerdict = figure.hasPrefix("\"")
      let isRight =
        isVerdict
        ? HeaderNumbers.tells(row.phrase, only: "\(run.variant ?? "") \(run.settings)")
        : Claim.isRight(row.phrase, text ?? "")
      #expect(isRight, "\(row): \(run.command) gives \(text ?? "nothing") as \(figure)")
    }
    if Self.isRecording { try record() }
  }

  /// What the runs give, written into the table.
  private func record() throws {
    let file = Script.corpus.appending(path: HeaderFigure.file)
    let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n", omittingEmptySubsequences: false)
    let fresh = lines.map { line -> String in
      let cells = line.split(separator: "|", omittingEmptySubsequences: false).map {
        $0.trimmingCharacters(in: .whitespaces)
      }
      guard !line.hasPrefix("#"), let row = HeaderFigure(cells), case .measured(let run, let figure, _) = row.account,
        let text = HeaderRun.outcomes[run]?.text(figure)
      else { return String(line) }
      return (cells.dropLast() + [text]).joined(separator: " | ").replacing("|  |", with: "| |")
    }
    try fresh.joined(separator: "\n").write(to: file, atomically: true, encoding: .utf8)
  }

  /// A claim is no more lenient than its words.
  @Test(arguments: [
    ("24,361 connections failed", "24361", true), ("24,361", "24362", false), ("04:11", "04:11:24", true),
    ("04:11", "04:12:00", false), ("1.2 million", "1156394", true), ("1.2 million", "1300000", false),
    ("some 135 seconds", "134.2s", true), ("some 135 seconds", "150s", false), ("10 min 20 s", "620.14s", true),
    ("10 min 20 s", "622s", false), ("fewer than a hundred", "87", true), ("fewer than a hundred", "100", false),
    ("three in a thousand", "0.0031", true), ("three in a thousand", "0.0041", false),
    ("one launch in six", "0.166", true),
    ("one launch in six", "0.25", false), ("not one request", "0", true), ("not one request", "1", false),
    ("fewer than one request in a hundred", "0.0089", true), ("fewer than one request in a hundred", "0.011", false),
    ("eighteen of sixty", "18", true), ("eighteen of sixty", "17", false),
  ])
  func aPhraseClaims(_ phrase: String, _ value: String, _ isRight: Bool) {
    #expect(Claim.isRight(phrase, value) == isRight)
  }

  @Test func numbersAreFoundInDigitsAndWords() {
    let text = "At 02:15 1.2 million of 5,000, thirty-one and a hundred; not x2, --set n=7 or --variant \"12 of them\"."
    #expect(HeaderNumbers.mentions(text).map(\.text) == ["02:15", "1.2", "million", "5,000", "thirty", "hundred"])
  }
}
