import Foundation
import OutageSemantics
import OutageSyntax
import Testing

/// `docs/language.md`: its examples pass the checker, and its tables of members are the catalog. With OUTAGE_RECORD=1 the tables are
/// written anew, and the test fails.
@Suite struct LanguagePageTests {
  static let page = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "docs/language.md")

  static func table(_ kind: NodeKind) -> [String] {
    ["| `\(kind.rawValue)` | |", "|---|---|"]
      + MemberCatalog.entries(of: kind).map { entry in
        let use = entry.use == .attribute ? " May be assigned." : ""
        let arguments = entry.arguments.isEmpty ? "" : "(…)"
        let text = entry.documentation.prefix(1).uppercased() + entry.documentation.dropFirst()
        return "| `.\(entry.path)\(arguments)` | \(text).\(use) |"
      }
  }

  /// The page with its tables as they should be: each follows its mark, up to a blank line.
  static func rendered(_ page: String) -> String {
    var out: [String] = []
    var isSkipping = false
    for line in page.components(separatedBy: "\n") {
      if isSkipping, !line.hasPrefix("|") { isSkipping = false }
      if isSkipping { continue }
      out.append(line)
      guard line.hasPrefix("<!-- members: "), let kind = NodeKind(rawValue: String(line.dropFirst(14).dropLast(4)))
      else { continue }
      out += table(kind)
      isSkipping = true
    }
    return out.joined(separator: "\n")
  }

  @Test func theTablesAreTheCatalog() throws {
    let text = try String(contentsOf: Self.page, encoding: .utf8)
    let rendered = Self.rendered(text)
    if ProcessInfo.processInfo.environment["OUTAGE_RECORD"] != nil {
      try rendered.write(to: Self.page, atomically: true, encoding: .utf8)
    }
    #expect(text == rendered)
    for kind in NodeKind.allCases where !MemberCatalog.entries(of: kind).isEmpty {
      #expect(text.contains("<!-- members: \(kind.rawValue) -->"), "\(kind)")
    }
  }

  @Test func theExamplesAreRight() throws {
    let text = try String(contentsOf: Self.page, encoding: .utf8)
    let blocks = text.components(separatedBy: "\n```outage\n").dropFirst().compactMap {
      $0.components(separatedBy: "\n```").first
    }
    #expect(blocks.count >= 3)
    for block in blocks {
      let all = Workbench.check(block).all
      #expect(all.isEmpty, "\(block)\n\(all.map(\.message))")
    }
  }
}
