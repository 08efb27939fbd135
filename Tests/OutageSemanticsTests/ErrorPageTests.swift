import Foundation
import OutageSemantics
import OutageSyntax
import Testing

/// Every code has a page; its first example gives exactly that code, its second one nothing.
@Suite struct ErrorPageTests {
  /// Faults of bytes and sizes that no page can show.
  static let withoutExample: Set<String> = ["E0001", "E0002", "E0003", "E0206"]
  static let folder = Workbench.root.appending(path: "docs/errors")

  static let pages: [String] = ((try? Workbench.files(in: folder, suffix: ".md")) ?? [])
    .map { $0.deletingPathExtension().lastPathComponent }.filter { $0 != "README" }

  /// Codes that stand in the sources as literals.
  static func usedCodes() throws -> Set<String> {
    let sources = Workbench.root.appending(path: "Sources")
    var codes: Set<String> = []
    let all = FileManager.default.enumerator(at: sources, includingPropertiesForKeys: nil)
    while let file = all?.nextObject() as? URL {
      guard file.pathExtension == "swift" else { continue }
      let text = try String(contentsOf: file, encoding: .utf8)
      for match in text.matches(of: /"([EW]0\d\d\d)"/) { codes.insert(String(match.1)) }
    }
    return codes
  }

  @Test func everyCodeHasAPageAndEveryPageACode() throws {
    let used = try Self.usedCodes()
    #expect(used.count > 50)
    #expect(used.subtracting(Self.pages).sorted() == [], "without a page")
    #expect(Set(Self.pages).subtracting(used).sorted() == [], "without a use")
  }

  @Test(arguments: pages) func examplesBehaveAsThePageSays(_ code: String) throws {
    let text = try String(contentsOf: Self.folder.appending(path: "\(code).md"), encoding: .utf8)
    #expect(text.hasPrefix("# \(code): "))
    let examples = text.matches(of: /```outage\n([\s\S]*?)```/).map { String($0.1) }
    guard examples.count == 2 else {
      #expect(examples.isEmpty && Self.withoutExample.contains(code), "two examples")
      return
    }
    let wrong = Workbench.check(examples[0])
    #expect(Set(wrong.all.map(\.code)) == [code], "\(wrong.all.map(\.message))")
    let right = Workbench.check(examples[1])
    #expect(right.all.map(\.message) == [])
    #expect(right.result.program != nil)
  }
}
