import Foundation
import OutageEngine
import OutageExplorer

/// The table in `Scripts/README.md`: what each script asks, and what its runs answer.
enum Readme {
  static let file = Script.folder.appending(path: "README.md")
  static let begin = "<!-- the table of the runs: written by the tests -->"
  static let end = "<!-- end of the table -->"

  static func table(_ runs: [ScriptRun]) -> String {
    var lines = ["| script | question | variant | its run | every order of steps |", "|---|---|---|---|---|"]
    for run in runs {
      let isFirst = run.variant == nil
      let link = "[\(run.script.name)](\(run.script.name).outage)"
      let sizes = run.script.settings.map { "\($0.0) = \($0.1)" }.joined(separator: ", ")
      let variant = [run.variant ?? "as written", sizes].filter { !$0.isEmpty }.joined(separator: ", ")
      let isForExplore = run.explored != nil
      let verdicts = run.result.properties.compactMap { verdict($0, isForExplore) }.joined(separator: "<br>")
      let explored = run.explored?.properties.map(verdict).joined(separator: "<br>") ?? ""
      let (name, question) = isFirst ? (link, run.script.question) : ("", "")
      lines.append("| \(name) | \(question) | \(variant) | \(verdicts) | \(explored) |")
    }
    return lines.joined(separator: "\n")
  }

  private static func verdict(_ p: PropertyResult, _ isForExplore: Bool) -> String? {
    if p.kind == "recoverable" { return isForExplore ? nil : "*to be explored*: \(p.text)" }
    let reason = p.time == nil ? "" : ", \(p.reason)"
    return "**\(p.verdict.rawValue)**: \(p.kind) “\(p.text)”\(reason)"
  }

  private static func verdict(_ p: ExploreResult.Property) -> String {
    "**\(p.verdict.rawValue)**: \(p.kind) “\(p.text)”, \(p.reason)"
  }

  /// The page with this table in its place; nil when the marks are missing.
  static func page(_ page: String, with table: String) -> String? {
    guard let from = page.range(of: begin), let to = page.range(of: end), from.upperBound <= to.lowerBound else {
      return nil
    }
    return page[..<from.upperBound] + "\n\n" + table + "\n\n" + page[to.lowerBound...]
  }
}
