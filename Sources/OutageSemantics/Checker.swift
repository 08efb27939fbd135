import OutageSyntax

/// The state of one check. Extensions hold one construct each.
final class Checker {
  /// Passes in which types are inferred from use; a chain of answers longer than this stays open.
  static let inferencePasses = 8
  /// Nodes that one use of a function, or all uses of a script, may expand to.
  static let expansionLimit = 100_000
  static let totalExpansionLimit = 1_000_000
  /// Values of a record, with those of the records in it.
  static let mostValuesOfRecord = 1000
  /// Levels of records in records.
  static let deepestRecord = 100
  /// Nesting of statements, expressions and expanded functions together.
  static let depthLimit = 320

  /// More than this nobody reads.
  static let diagnosticsLimit = 500

  let tree: SourceTree
  let files: [SourceFile]
  /// The tables that the script names.
  let inputFiles: InputFiles
  let interruption: Interruption

  /// What was typed at a prompt.
  var inputs: [InputResult.Input] = []
  var checkedInputs: [CheckedInput] = []

  var declarations = Declarations()
  var inference = Inference()
  var program: CheckedProgram
  var diagnostics: [Diagnostic] = []
  var reported: Set<ReportKey> = []
  var isReporting = true
  /// Times that are written somewhere, to be compared with the end of the scenario.
  var times: [CheckedExpression] = []

  var context = Context.settled
  /// Local slots of the body that is being checked.
  var locals: [CheckedBody.Local] = []
  var scopes: [[String: Binding]] = []
  /// Arguments of the functions that are being expanded.
  var arguments: [ExpandedArgument] = []
  /// Functions that are being expanded, outermost first.
  var expanding: [Int] = []
  var expansion = 0
  var totalExpansion = 0
  /// A silent pass ran into the limit: the others expand nothing.
  var expandsTooMuch = false
  /// The outermost use that is being expanded.
  var expansionSpan: Span?
  var depth = 0
  /// Aggregates around this expression whose `[*]` is looked for.
  var everyFrames: [EveryFrame] = []
  /// Places of the names of tables among all that the script names.
  let seriesPlaces: [Span: Int]
  /// Ids of series that were reported.
  var isUnreadable: Set<Int> = []
  /// Expressions that draw, so far.
  var draws: Int32 = 0

  struct ReportKey: Hashable {
    var code: String
    var message: String
    var span: Span
  }

  init(
    tree: SourceTree, files: [SourceFile], inputFiles: InputFiles, _ interruption: Interruption
  ) {
    self.tree = tree
    self.files = files
    self.inputFiles = inputFiles
    seriesPlaces = Dictionary(
      tree.named.enumerated().map { ($0.element.span, $0.offset) }, uniquingKeysWith: { first, _ in first })
    self.interruption = interruption
    self.program = Self.emptyProgram()
  }

  static func emptyProgram() -> CheckedProgram {
    let none = CheckedExpression(.integer(0), .duration, .none)
    return CheckedProgram(
      scenario: "",
      clock: .init(begins: ClockStart(day: nil, time: 0), zone: nil, duration: none, tick: none, isWritten: false))
  }

  func run() -> CheckResult {
    declare()
    if interruption.isStopped { return interrupted() }
    isReporting = false
    infer()
    let open = inference
    inference.isClosing = true
    infer()
    let learned = Learned(open: open, closed: inference)
    isReporting = true
    pass()
    if interruption.isStopped { return interrupted() }
    let sorted = diagnostics.enumerated().sorted { a, b in
      let (x, y) = (a.element.primary.span, b.element.primary.span)
      return (x.file, x.start, a.offset) < (y.file, y.start, b.offset)
    }.map(\.element)
    let isWrong = sorted.contains { $0.severity == .error }
    return CheckResult(
      program: isWrong ? nil : program, diagnostics: sorted, inputs: isWrong ? [] : checkedInputs,
      learned: learned)
  }

  private func interrupted() -> CheckResult {
    CheckResult(program: nil, diagnostics: [], leftovers: Leftovers(self))
  }

  private func infer() {
    for _ in 0..<Self.inferencePasses {
      inference.hasChanged = false
      pass()
      if !inference.hasChanged { return }
    }
  }

  /// One walk over the whole program; leaves the checked program behind.
  private func pass() {
    if interruption.isStopped { return }
    program = Self.emptyProgram()
    totalExpansion = 0
    times = []
    draws = 0
    // What comes later looks things up that the parts before have made.
    let parts = [
      checkSettledItems, checkClock, checkNodes, isReporting ? checkFunctions : {}, checkPolicies, checkMeasures,
      checkTimeline, checkProperties, checkPlots, checkInputs, checkTimes,
    ]
    for part in parts {
      part()
      if interruption.isStopped { return }
    }
    program.choices = declarations.choices
    program.externals = declarations.externals
  }
}
