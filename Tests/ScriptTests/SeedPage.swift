import Foundation
import OutageEngine
import OutageExplorer

/// `docs/seed.md`: the document that the project began with, part by part, and what the script of each part shows.
enum SeedPage {
  static let file = Script.root.appending(path: "docs/seed.md")
  static let template = Script.corpus.appending(path: "seed.md")

  /// A line that stands for runs: `@ script | variant | variant`, without a variant all of them.
  struct Reference {
    var script: String
    var variants: [String]

    init?(_ line: Substring) {
      guard line.hasPrefix("@ ") else { return nil }
      let cells = line.dropFirst(2).split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
      guard let first = cells.first else { return nil }
      (script, variants) = (first, Array(cells.dropFirst()))
    }
  }

  static func references(_ template: String) -> [Reference] {
    template.split(separator: "\n").compactMap(Reference.init)
  }

  /// The page, or nil when a line names what there is not.
  static func page(_ template: String, _ runs: [ScriptRun]) -> String? {
    var lines: [String] = []
    for line in template.split(separator: "\n", omittingEmptySubsequences: false) {
      guard let reference = Reference(line) else {
        lines.append(String(line))
        continue
      }
      guard let told = tell(reference, runs) else { return nil }
      lines += told
    }
    return lines.joined(separator: "\n")
  }

  private static func tell(_ reference: Reference, _ runs: [ScriptRun]) -> [String]? {
    let all = runs.filter { $0.script.name == reference.script }
    guard let first = all.first else { return nil }
    let variants = reference.variants.isEmpty ? all.map(name) : reference.variants
    var lines = ["- [\(reference.script)](../Scripts/\(reference.script).outage): \(first.script.question)"]
    for variant in variants {
      guard let run = all.first(where: { name($0) == variant }) else { return nil }
      lines.append("  - \(variant): " + verdicts(run).joined(separator: "; "))
    }
    return lines
  }

  private static func name(_ run: ScriptRun) -> String { run.variant ?? "as written" }

  /// What a search says, where there is one, else what the run says.
  private static func verdicts(_ run: ScriptRun) -> [String] {
    if let explored = run.explored {
      return explored.properties.map { "**\($0.verdict.rawValue)** \($0.kind) “\($0.text)”, \($0.reason)" }
    }
    return run.result.properties.filter { $0.kind != "recoverable" }.map { p in
      "**\(p.verdict.rawValue)** \(p.kind) “\(p.text)”" + (p.time == nil ? "" : ", \(p.reason)")
    }
  }
}
