import Foundation
import OutageSemantics
import OutageSyntax
import Testing

/// `Tests/Corpus/checking`: scripts with the diagnostics expected of them on their lines.
@Suite struct CorpusTests {
  static func names(_ folder: String) -> [String] {
    let found = try? Workbench.files(in: Workbench.corpus.appending(path: folder), suffix: ".outage")
    return (found ?? []).map(\.lastPathComponent)
  }

  @Test func theCorpusIsThere() {
    #expect(Self.names("ok").count >= 7)
    #expect(Self.names("error").count >= 7)
  }

  @Test(arguments: names("ok")) func rightScriptsPass(_ name: String) throws {
    let text = try String(contentsOf: Workbench.corpus.appending(path: "ok/\(name)"), encoding: .utf8)
    let checked = Workbench.check(text)
    let found = Expectation.found(checked.all, in: Array(text.utf8))
    #expect(found == Expectation.written(in: text))
    #expect(checked.result.program != nil)
  }

  @Test(arguments: names("error")) func wrongScriptsGiveExactlyWhatTheySay(_ name: String) throws {
    let text = try String(contentsOf: Workbench.corpus.appending(path: "error/\(name)"), encoding: .utf8)
    let checked = Workbench.check(text)
    let found = Set(Expectation.found(checked.all, in: Array(text.utf8)))
    let written = Set(Expectation.written(in: text))
    #expect(written.subtracting(found).sorted() == [], "missing")
    #expect(found.subtracting(written).sorted() == [], "extra")
    #expect(checked.all.contains { $0.severity == .error })
  }
}
