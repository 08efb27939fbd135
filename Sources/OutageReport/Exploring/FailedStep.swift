public import OutageExplorer
public import OutageSyntax

extension ExploreResult {
  /// A step that cannot be made, with its place in the source; nil: there is none.
  public var failedStep: Diagnostic? {
    guard let failure, let (file, from, to) = failure.place else { return nil }
    let steps = failure.trace.map { $0.steps.count } ?? 0
    return Diagnostic(
      code: failure.code, failure.message, at: Span(file: file, start: from, end: to),
      label: steps == 0 ? "at the start" : "after \(steps) step\(steps == 1 ? "" : "s")")
  }
}
