import Foundation
import OutageEngine
import OutageExplorer
import OutageKit
import Testing

/// Each number in the header of a script stands in the script, or in `headers.txt` with the run that gives it.
@Suite struct HeaderTests {
  /// Cells: script | number as the header writes it | settings, or a variant in quotes | what | its value. Of what no run
  /// gives (dates, published figures, sums in the head): script | number | said | why.
  struct Row: Sendable, CustomStringConvertible {
    var script: String
    var number: String
    var settings: String
    var what: String
    /// Nil: no run gives it.
    var value: String?
    var description: String { "\(script): \(number)" }

    static let all: [Row] = Table.rows(of: "headers.txt").compactMap { cells in
      if cells.count == 4, cells[2] == "said" {
        return Row(script: cells[0], number: cells[1], settings: "", what: cells[3], value: nil)
      }
      guard cells.count == 5 else { return nil }
      return Row(script: cells[0], number: cells[1], settings: cells[2], what: cells[3], value: cells[4])
    }
  }

  @Test func theTableIsReadToItsEnd() { #expect(Row.all.count == Table.rows(of: "headers.txt").count) }

  @Test(arguments: Script.all) func everyNumberOfAHeaderIsAccountedFor(_ script: Script) {
    let written = Set(Self.numbers(Self.body(script.text)).map(Self.plain))
    let rows = Row.all.filter { $0.script == script.name }
    let header = Self.numbers(script.header.joined(separator: " "))
    let unknown = header.filter { number in
      !written.contains(Self.plain(number)) && !rows.contains { $0.number == number }
    }
    #expect(unknown.isEmpty, "\(script.name): \(unknown) stand in the header, but not in headers.txt")
    let stale = rows.filter { row in !header.contains(row.number) }.map(\.number)
    #expect(stale.isEmpty, "headers.txt: \(script.name) says nothing of \(stale)")
  }

  @Test(arguments: Row.all.filter { $0.value != nil }) func theRunGivesTheNumber(_ row: Row) throws {
    let script = try #require(Script.named(row.script), "headers.txt: no script \(row.script)")
    let isVariant = row.settings.hasPrefix("\"")
    let settings = isVariant ? [] : Table.settings(row.settings)
    let variant = isVariant ? String(row.settings.dropFirst().dropLast()) : nil
    let value = try #require(row.value)
    let command = script.command(variant: variant, settings: settings)
    if row.what == "states" {
      var options = ExplorationOptions()
      options.variant = variant
      options.settings = settings
      options.search.countsAll = true
      #expect("\(try script.source.explore(options).states)" == value, "\(command): states")
    } else {
      let result = try Self.run(script, variant, settings)
      #expect(Figure(row.what, of: result)?.text == value, "\(command): \(row.what)")
    }
    // What is rounded in the header begins alike; the row says what it is rounded from.
    let isSame = Self.plain(row.number) == Self.plain(value) || value.hasPrefix(row.number)
    #expect(isSame || Self.isNear(row.number, value), "\(row): the run gives \(value)")
  }

  /// The runs that the table of the library needs are made once.
  private static func run(_ script: Script, _ variant: String?, _ settings: [(String, String)]) throws -> RunResult {
    if settings.isEmpty, let known = ScriptRun.of(script).first(where: { $0.variant == variant }) {
      return known.result
    }
    return try script.run(variant: variant, settings: settings)
  }

  private static func isNear(_ number: String, _ value: String) -> Bool {
    guard let a = Double(plain(number)), let b = Double(plain(value)), b != 0 else { return false }
    return abs(a - b) <= 0.02 * abs(b)
  }

  /// Without its comments.
  private static func body(_ text: String) -> String {
    text.split(separator: "\n").drop { $0.hasPrefix("#") }.joined(separator: "\n")
  }

  static func numbers(_ text: String) -> [String] {
    var seen: [String] = []
    for match in text.matches(of: /(?:^|[^\w.])(\d[\d,_]*(?:\.\d+)?(?::\d\d)*)/) {
      var number = String(match.output.1)
      while let last = number.last, last == "," || last == "_" { number.removeLast() }
      if !seen.contains(number) { seen.append(number) }
    }
    return seen
  }

  /// `1,443` and `1_443` are 1443.
  private static func plain(_ number: String) -> String { number.filter { $0 != "," && $0 != "_" } }
}
