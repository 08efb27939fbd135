// Tree in, checked program out: every name resolved, every unit settled, every function expanded in place.
// Types of handler parameters, queue items and answers follow from use, so the program is gone over in silence
// until nothing new is learnt, and once more to report. Errors never stop the checker: an expression that was
// reported has the type `unknown`, which fits everything and silences what would follow from it.

public import OutageSyntax

public struct CheckResult: Sendable {
  /// nil if and only if a diagnostic is an error. Of a tree that was read with errors it has gaps (`.missing`).
  public var program: CheckedProgram?
  /// In order of place.
  public var diagnostics: [Diagnostic]
  /// What was typed at a prompt, in order; inputs that were items are not among them.
  public var inputs: [CheckedInput] = []
  /// The types that follow from use; nil: the check was interrupted.
  public var learned: Learned?
  /// Of a check that was interrupted.
  public var leftovers: Leftovers?
}

/// What use tells of types. Two programs that know the same of what they declare take every further line alike.
public struct Learned: Equatable, Sendable {
  var open: Inference
  var closed: Inference
}

/// What an interrupted check has made in vain. To let go of it can take as long as a tenth of what it took to make, so that
/// the call that was interrupted leaves it to whoever keeps this.
public final class Leftovers: @unchecked Sendable {
  // Nobody looks at it any more.
  private let checker: Checker
  init(_ checker: Checker) { self.checker = checker }
}

/// A statement or expression that was typed at a prompt and acts on the program now.
public enum CheckedInput: Sendable {
  /// To be printed; the body holds the locals of comprehensions and no statements.
  case value(CheckedExpression, CheckedBody)
  case act(CheckedBody)
}

/// Why a file of numbers could not be had, as a phrase for people.
public struct SeriesError: Error, Sendable {
  public var reason: String
  public init(_ reason: String) { self.reason = reason }
}

/// Checks a whole script. `tables` says where the tables that the script names are among `files`. `inputs` are
/// statements and expressions typed at a prompt, checked as the timeline's; items belong into the tree. What was interrupted
/// has no program.
public func check(
  _ tree: SourceTree, files: [SourceFile],
  tables: InputFiles = InputFiles(), inputs: [InputResult.Input] = [], _ interruption: Interruption = Interruption()
) -> CheckResult {
  let checker = Checker(tree: tree, files: files, inputFiles: tables, interruption)
  checker.inputs = inputs
  return checker.run()
}
