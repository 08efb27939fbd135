/// What is wrong with a text, as data; `DiagnosticRenderer` makes the words and carets of it.
public struct Diagnostic: Sendable {
  public enum Severity: String, Sendable { case error, warning }

  public struct Label: Sendable {
    public var span: Span
    /// May be empty: the caret alone.
    public var text: String
    public init(_ span: Span, _ text: String) {
      self.span = span
      self.text = text
    }
  }

  public var severity: Severity
  /// `E0301`: E00xx reading files and text, E01xx words, E02xx grammar, E03xx names, E04xx kinds and units,
  /// E05xx ranges and sizes, E06xx structure, E08xx searches of orders; W0xxx warnings. Each has a page in docs/errors.
  public var code: String
  /// A rule in one phrase, lower case, without a full stop.
  public var message: String
  public var primary: Label
  public var secondary: [Label]
  public var notes: [String]
  /// What to write instead, as an imperative phrase or valid code.
  public var help: String?

  public init(
    _ severity: Severity = .error, code: String, _ message: String, at span: Span, label: String = "",
    secondary: [Label] = [], notes: [String] = [], help: String? = nil
  ) {
    self.severity = severity
    self.code = code
    self.message = Self.bounded(message)
    self.primary = Label(span, Self.bounded(label))
    self.secondary = secondary
    self.notes = notes.map(Self.bounded)
    self.help = help.map(Self.bounded)
  }

  /// Bytes of a message that are told: it may quote names and numbers of megabytes.
  private static let most = 2000

  private static func bounded(_ text: String) -> String {
    if text.utf8.count <= most { return text }
    var end = text.utf8.index(text.startIndex, offsetBy: most)
    while end > text.startIndex, text.utf8[end] & 0xC0 == 0x80 { end = text.utf8.index(before: end) }
    return text[..<end] + "…"
  }
}

/// A source file: its name as shown to people, and its bytes.
public struct SourceFile: Sendable {
  public var name: String
  public var text: [UInt8]
  /// A table of numbers that a script names, not a script.
  public var isTable = false
  private let known: String?

  /// - Parameter identity: the same for all names of one file, where the host knows better than the name.
  public init(name: String, text: [UInt8], identity: String? = nil) {
    self.name = name
    self.text = text
    known = identity
  }

  /// Two files of one identity are one.
  public var identity: String { known ?? FilePath.normalised(name) }
}
