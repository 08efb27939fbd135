import Foundation
import Testing

/// What no compiler checks of the project's own texts.
@Suite struct TidyTests {
  @Test("links between pages lead somewhere")
  func links() throws {
    var pages = try House.files(under: "docs", suffix: ".md") + House.files(under: "Scripts", suffix: ".md")
    pages += ["README.md", "Grammar.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md"]
    for page in pages {
      let folder = House.root.appending(path: page).deletingLastPathComponent()
      for match in try House.text(page).matches(of: /\]\(([^)#:]+)(?:#[^)]*)?\)/) {
        let target = folder.appending(path: String(match.1)).path
        #expect(FileManager.default.fileExists(atPath: target), "\(page): \(match.1)")
      }
    }
  }

  /// The longest is the machine's one exhaustive switch.
  @Test("no file is a second program: at most 650 lines")
  func sizes() throws {
    for file in try House.files(under: "Sources", suffix: ".swift") {
      let lines = try House.text(file).count { $0 == "\n" }
      #expect(lines <= 650, "\(file): \(lines) lines")
    }
  }

  @Test("nothing is left for later")
  func unfinished() throws {
    for file in try House.files(under: "Sources", suffix: ".swift") {
      let marks = try House.text(file).matches(of: /TODO|FIXME|XXX|fatalError\(\)/)
      #expect(marks.isEmpty, "\(file)")
    }
  }
}
