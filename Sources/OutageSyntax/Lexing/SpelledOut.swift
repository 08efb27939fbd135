extension SourceFile {
  /// The tokens of a piece of the text, one space between two of them: what stands there, however it is laid out.
  package func spelling(_ range: Range<Int>) -> String {
    guard range.lowerBound >= 0, range.upperBound <= text.count else { return "" }
    let piece = SourceFile(name: name, text: Array(text[range]))
    let tokens = Lexer.lex(piece, file: 0).tokens
    return tokens.filter { $0.start < $0.end }
      .map { String(decoding: piece.text[Int($0.start)..<Int($0.end)], as: UTF8.self) }
      .joined(separator: " ")
  }
}
