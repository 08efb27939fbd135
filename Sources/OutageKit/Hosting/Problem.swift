import OutageEngine
import OutageSyntax

/// What is wrong with a script, or with something that was asked of it: a diagnostic as a value.
public struct Problem: Error, Sendable, Hashable, CustomStringConvertible {
  public enum Severity: String, Sendable { case error, warning }

  public var severity: Severity
  /// `E0301`; every code has a page in `docs/errors`. Empty: a wrong option, a limit, or a value that does not exist.
  public var code: String
  /// One phrase, without a full stop.
  public var message: String
  /// What to write instead.
  public var help: String?
  public var notes: [String]
  /// The file, as the host named it; empty: no place in a text.
  public var file: String
  /// From 1; 0: no place in a text. Columns count characters.
  public var line: Int
  public var column: Int
  /// Several lines for people, with the source and carets.
  public var description: String

  init(_ message: String, help: String? = nil, code: String = "") {
    severity = .error
    (self.code, self.message, self.help) = (code, message, help)
    (notes, file, line, column) = ([], "", 0, 0)
    description = message + (help.map { "\nhelp: \($0)" } ?? "")
  }

  init(_ diagnostic: Diagnostic, _ files: [SourceFile]) {
    self.init([diagnostic], files, DiagnosticRenderer(files: files, color: false))
  }

  private init(_ one: [Diagnostic], _ files: [SourceFile], _ renderer: DiagnosticRenderer) {
    let diagnostic = one[0]
    severity = diagnostic.severity == .error ? .error : .warning
    (code, message, help) = (diagnostic.code, diagnostic.message, diagnostic.help)
    notes = diagnostic.notes
    let place = renderer.place(of: diagnostic.primary.span)
    file =
      files.indices.contains(Int(diagnostic.primary.span.file)) ? files[Int(diagnostic.primary.span.file)].name : ""
    (line, column) = (place?.line ?? 0, place?.column ?? 0)
    description = renderer.render(diagnostic)
  }

  static func all(_ diagnostics: [Diagnostic], _ files: [SourceFile]) -> [Problem] {
    if diagnostics.isEmpty { return [] }
    let renderer = DiagnosticRenderer(files: files, color: false)
    return diagnostics.map { Problem([$0], files, renderer) }
  }

  init(_ failure: RuntimeFailure, _ files: [SourceFile], _ clock: ClockFace) {
    let span = Span(file: failure.file, start: failure.from, end: failure.to)
    let who = failure.subject.isEmpty ? "" : " in \(failure.subject)"
    self.init(
      Diagnostic(code: failure.code, failure.message, at: span, label: "at \(clock.text(failure.time))\(who)"), files)
  }
}

/// Why something that was asked for was not done. Nothing has changed then.
public struct Refusal: Error, Sendable, CustomStringConvertible {
  /// At least one.
  public var problems: [Problem]
  /// The limit that stood in the way, if it was one.
  public var limit: Limit?
  /// The script went wrong while it ran, at its very start: the problem is the one of E07xx.
  public var isFailure = false

  package init(_ problems: [Problem], limit: Limit? = nil) {
    self.problems = problems
    self.limit = limit
  }

  init(_ failure: RuntimeFailure, _ files: [SourceFile], _ clock: ClockFace) {
    problems = [Problem(failure, files, clock)]
    isFailure = true
  }

  package init(_ message: String, help: String? = nil, limit: Limit? = nil) {
    self.init([Problem(message, help: help)], limit: limit)
  }

  init(_ mistake: Mistake, _ bound: CallBound) {
    if mistake.isInterrupted {
      self.init("what was typed was not read to its end", limit: bound.limit)
    } else {
      self.init(Problem.all(mistake.diagnostics, mistake.files))
    }
  }

  /// - Parameters:
  ///   - bytes: the budget of them.
  ///   - bound: what may have ended the call.
  init(_ problem: RunProblem, _ files: [SourceFile], _ bytes: Int, _ bound: CallBound) {
    switch problem {
    case .usage(let usage): self.init(usage.message, help: usage.help)
    case .script(let diagnostics):
      self.init(Problem.all(diagnostics, files), limit: diagnostics.areOfALimit ? .bytes(bytes) : nil)
    case .budget: self.init("the state at the start needs more than \(bytes) bytes", limit: .bytes(bytes))
    case .failed(let failure): self.init([Problem(failure.message, code: failure.code)])
    case .interrupted: self.init("it was ended before it began", limit: bound.limit)
    }
  }

  /// All problems for people.
  public var description: String { problems.map(\.description).joined(separator: "\n") }
}
