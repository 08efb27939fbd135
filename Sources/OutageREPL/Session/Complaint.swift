import OutageKit
import OutageSyntax

/// Why a line did nothing.
struct Complaint: Error {
  enum Kind {
    /// The line is wrong.
    case line
    /// A file cannot be read or written.
    case file
    /// An assertion is false.
    case untrue
    /// A budget ran out, or the user stopped it.
    case limit
  }
  var kind: Kind
  var message: String
  var help: String?
  /// Diagnostics with their sources; they are shown instead of the message.
  var mistake: Mistake?

  init(_ message: String, help: String? = nil, kind: Kind = .line) {
    self.kind = kind
    self.message = message
    self.help = help
  }

  init(_ problem: RunProblem, _ files: [SourceFile]) {
    switch problem {
    case .usage(let usage): self.init(usage.message, help: usage.help)
    case .script(let diagnostics): self.init(Mistake(diagnostics, files))
    case .interrupted: self.init("interrupted", kind: .limit)
    default: self.init("\(problem)", kind: .limit)
    }
  }

  init(_ mistake: Mistake) {
    kind = mistake.isInterrupted || mistake.diagnostics.areOfALimit ? .limit : .line
    message = mistake.diagnostics.first?.message ?? "interrupted"
    self.mistake = mistake.isInterrupted ? nil : mistake
  }

  /// - Parameter meantCommand: the line begins with the name of this command.
  init(_ mistake: Mistake, meantCommand: String?) {
    self.init(mistake)
    guard let meantCommand, !mistake.diagnostics.isEmpty, mistake.diagnostics[0].help == nil else { return }
    self.mistake?.diagnostics[0].help = "commands begin with a colon: :\(meantCommand)"
  }

  /// How a process ends that stops here.
  var exitCode: Exit {
    switch kind {
    case .line: .script
    case .file: .file
    case .untrue: .violated
    case .limit: .unknown
    }
  }
}
