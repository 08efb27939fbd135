import OutageSyntax
import Testing

@Suite struct FormattingTests {
  static let files =
    CorpusFile.all(in: "Tests/Corpus/parsing/ok") + CorpusFile.all(in: "Tests/Corpus/formatting")
    + CorpusFile.all(in: "Scripts")

  @Test("says the same as before, and is formatted already", arguments: files)
  func keepsMeaning(_ file: CorpusFile) throws {
    let text = try #require(format(file.source).text)
    let again = SourceFile(name: file.path, text: Array(text.utf8))
    #expect(format(again).text == text)
    let before = structure(parse(file.source, index: 0).tree)
    let after = structure(parse(again, index: 0).tree)
    #expect(before == after)
    #expect(before.contains("Item"))
  }

  @Test("keeps every comment", arguments: files)
  func keepsComments(_ file: CorpusFile) throws {
    let text = try #require(format(file.source).text)
    func comments(_ text: String) -> Int { text.split(separator: "#", omittingEmptySubsequences: false).count }
    #expect(comments(text) == comments(file.text))
  }

  @Test(
    "prints as in the file beside it",
    arguments: CorpusFile.all(in: "Tests/Corpus/formatting").filter { !$0.path.hasSuffix(".formatted.outage") })
  func style(_ file: CorpusFile) throws {
    let golden = file.path.replacing(".outage", with: ".formatted.outage")
    let expected = CorpusFile.all(in: "Tests/Corpus/formatting").first { $0.path == golden }
    #expect(format(file.source).text == expected?.text)
  }

  @Test func aFileWithErrorsIsNotPrinted() {
    let result = format(SourceFile(name: "x", text: Array("param = 3".utf8)))
    #expect(result.text == nil)
    #expect(result.diagnostics.count == 1)
  }
}
