// The first line of a script may say in which version of the language it is written. Within one version no script
// changes its meaning, but for the repairs that docs/versioning.md names.

public enum Language {
  /// The one that this program reads.
  public static let version: Int64 = 1
}

extension Parser {
  /// `language 1`, before everything but comments. A script of another language is not read any further.
  mutating func languageLine() {
    guard at(.language), !isPlainWord else { return }
    if next.newlineBefore || next.kind == .end { return }
    let start = begin()
    guard at(Token.Kind.count) else {
      return refuseLanguage(
        "`language` is followed by a whole number", at: span(current), help: "`language \(Language.version)`")
    }
    let version = current.bits
    advance()
    if version != Language.version {
      return refuseLanguage(
        "this program reads language \(Language.version); this script is in language \(version)",
        at: span(from: start),
        help: version > Language.version
          ? "Outage \(version).0 and later read it" : "the first language is \(Language.version)")
    }
    endOfStatement("declaration")
  }

  private mutating func refuseLanguage(_ message: String, at span: Span, help: String) {
    report("E0026", message, at: span, help: help)
    isOfAnotherLanguage = true
    leave()
  }

  /// A `language` that is not the first line.
  mutating func misplacedLanguage() -> Item.Kind {
    report("E0026", "`language` is the first line of a file, before everything but comments", at: span(current))
    return .missing
  }
}
