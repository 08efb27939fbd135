import OutageSyntax
import Testing

@Suite struct ParsingTests {
  @Test("reads without a word of complaint", arguments: CorpusFile.all(in: "Tests/Corpus/parsing/ok"))
  func correctFile(_ file: CorpusFile) {
    let result = parse(file.source, index: 0)
    let renderer = DiagnosticRenderer(files: [file.source], color: false)
    #expect(result.diagnostics.isEmpty, "\(result.diagnostics.map(renderer.render).joined(separator: "\n"))")
    #expect(!result.tree.items.isEmpty)
  }
}
