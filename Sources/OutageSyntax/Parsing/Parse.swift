/// A file's tree, with everything that is wrong in it.
public struct ParseResult: Sendable {
  public var tree: SourceTree
  /// In the order of the text.
  public var diagnostics: [Diagnostic]
  /// The text ends inside a block, list or operand and is right so far: a prompt asks for another line.
  public var isUnfinished: Bool
}

/// What was typed at a prompt.
public struct InputResult: Sendable {
  public enum Input: Sendable {
    case item(Item)
    case statement(Statement)
    /// A value to be printed, or a node operation without options such as `jobs.put(3)`.
    case expression(Expression)
  }
  public var inputs: [Input]
  /// The files of numbers that they name.
  public var named: [NamedFile]
  public var diagnostics: [Diagnostic]
  /// See `ParseResult.isUnfinished`.
  public var isUnfinished: Bool
}

/// Reads a whole file. `index` is its place in the session's list of sources and goes into every span.
/// `nesting`: levels allowed, never more than `Limits.nesting`. What was interrupted gives a part of the tree.
public func parse(
  _ file: SourceFile, index: Int32, nesting: Int = Limits.nesting, _ interruption: Interruption = Interruption()
) -> ParseResult {
  let list = Lexer.lex(file, file: index, interruption)
  var parser = Parser(file.text, list, file: index, interruption)
  parser.nesting = max(1, min(nesting, Limits.nesting))
  let tree = parser.sourceTree()
  return ParseResult(
    tree: tree, diagnostics: parser.allDiagnostics(list), isUnfinished: parser.isUnfinished(list))
}

/// Reads what was typed at a prompt: items, statements and expressions in any order.
public func parseInput(_ file: SourceFile, index: Int32, nesting: Int = Limits.nesting) -> InputResult {
  let list = Lexer.lex(file, file: index)
  var parser = Parser(file.text, list, file: index, Interruption())
  parser.nesting = max(1, min(nesting, Limits.nesting))
  let inputs = parser.inputs()
  return InputResult(
    inputs: inputs, named: parser.named, diagnostics: parser.allDiagnostics(list), isUnfinished: parser.isUnfinished(list))
}

extension Parser {
  func allDiagnostics(_ list: TokenList) -> [Diagnostic] {
    if isOfAnotherLanguage { return diagnostics }
    // A stable order: of two at one place the lexer's comes first.
    let all = (list.diagnostics + diagnostics).enumerated().sorted {
      ($0.element.primary.span.start, $0.offset) < ($1.element.primary.span.start, $1.offset)
    }
    return all.prefix(Limits.diagnostics).map(\.element)
  }

  func isUnfinished(_ list: TokenList) -> Bool {
    guard list.diagnostics.isEmpty, diagnosticsAtEnd > 0, diagnosticsAtEnd == diagnostics.count else {
      return false
    }
    return list.openAtEnd > 0 || endsInOperator
  }

  private var endsInOperator: Bool { tokens.count > 1 && tokens[tokens.count - 2].goesOn }
}
