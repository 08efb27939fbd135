import Foundation
import Testing

/// The walls between targets, as `docs/architecture.md` draws them: an undeclared import is caught by a clean build only.
@Suite struct ImportTests {
  static let platform: Set<String> = ["Glibc", "Musl", "Darwin"]
  static let mayUsePlatform: Set<String> = ["OutageModel", "OutageEngine", "OutageReadline", "outage"]

  /// Rows of the code map: target → what it may import. A row may say `all of the above`.
  static func table() throws -> [String: Set<String>] {
    var table: [String: Set<String>] = [:]
    for line in try House.text("docs/architecture.md").split(separator: "\n") where line.hasPrefix("| `") {
      let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
      guard cells.count == 3, let target = names(in: cells[0]).first else { continue }
      var allowed = Set(names(in: cells[2]))
      if cells[2].contains("all of the above") { allowed.formUnion(table.keys) }
      table[target] = allowed
    }
    return table
  }

  static func names(in cell: String) -> [String] { cell.matches(of: /`(\w+)`/).map { String($0.1) } }

  @Test("a target imports what its row says, and nothing else")
  func imports() throws {
    let table = try Self.table()
    #expect(table.count > 8)
    for file in try House.files(under: "Sources", suffix: ".swift") {
      let target = String(file.split(separator: "/")[1])
      let allowed = try #require(table[target], "docs/architecture.md has no row for \(target)")
      for match in try House.text(file).matches(of: /(?m)^ *(?:@\w+ )?(?:public |package |internal )?import (\w+)/) {
        let name = String(match.1)
        let isAllowed = allowed.contains(name) || Self.platform.contains(name) && Self.mayUsePlatform.contains(target)
        #expect(isAllowed, "\(file) imports \(name)")
      }
    }
  }

  @Test("every target of the sources has a folder, and every folder a row")
  func rows() throws {
    let folders = try FileManager.default.contentsOfDirectory(atPath: House.root.appending(path: "Sources").path)
    let table = try Self.table()
    for folder in folders where !folder.hasPrefix(".") && folder != "COutage" && folder != "CReadline" {
      #expect(table[folder] != nil, "docs/architecture.md has no row for \(folder)")
    }
  }
}
