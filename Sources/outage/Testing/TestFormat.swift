import ArgumentParser
import OutageKit
import OutageReport

/// A format of the report, and where it goes: `junit`, `junit=report.xml`.
struct TestFormat: ExpressibleByArgument {
  enum Kind: String, CaseIterable { case text, junit, github, json, markdown }

  var kind: Kind
  /// nil: standard output.
  var file: String?

  init(kind: Kind) { self.kind = kind }

  init?(argument: String) {
    let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    guard let kind = Kind(rawValue: parts[0]), parts.count == 1 || !parts[1].isEmpty else { return nil }
    self.kind = kind
    file = parts.count == 2 && parts[1] != "-" ? parts[1] : nil
  }

  static var allValueStrings: [String] { Kind.allCases.map(\.rawValue) }
  static var defaultCompletionKind: CompletionKind { .list(allValueStrings) }

  func render(_ report: TestReport) -> String {
    let isForTerminal = file == nil
    let text = TestText(color: isForTerminal && Console.wantsColor(1), unicode: !isForTerminal || Console.showsUnicode)
    return switch kind {
    case .text: text.render(report)
    case .junit: junit(report)
    case .github: text.render(report) + testAnnotations(report)
    case .json: testJSON(report, version: Version.full)
    case .markdown: testMarkdown(report)
    }
  }
}

/// `1..5`, `7`, `1,4,9`: the seeds of the runs.
enum Seeds {
  static let most = 10_000

  static func read(_ text: String) -> [UInt64]? {
    var seeds: [UInt64] = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      if let one = UInt64(part) {
        seeds.append(one)
      } else {
        let ends = part.replacing("..", with: " ").split(separator: " ", omittingEmptySubsequences: false)
        guard ends.count == 2, part.contains(".."), let first = UInt64(ends[0]), let last = UInt64(ends[1]),
          first <= last, last - first < UInt64(most)
        else { return nil }
        seeds += first...last
      }
      if seeds.count > most { return nil }
    }
    var known: Set<UInt64> = []
    return seeds.filter { known.insert($0).inserted }
  }
}
