/// Prints a file in the one style: two spaces a level, one space between words, at most one blank line.
/// Comments and line breaks stay where they are. A file with errors is not printed: `text` is then nil.
public func format(_ file: SourceFile, _ interruption: Interruption = Interruption()) -> (
  text: String?, diagnostics: [Diagnostic]
) {
  let list = Lexer.lex(file, file: 0, comments: true, interruption)
  var parser = Parser(file.text, list, file: 0, interruption)
  _ = parser.sourceTree()
  if interruption.isStopped { return (nil, []) }
  let diagnostics = parser.allDiagnostics(list)
  if diagnostics.contains(where: { $0.severity == .error }) { return (nil, diagnostics) }
  var formatter = Formatter(file.text, list, parser.roles, interruption)
  let text = formatter.print()
  return (interruption.isStopped ? nil : text, diagnostics)
}
