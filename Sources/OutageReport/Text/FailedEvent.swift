public import OutageEngine
public import OutageSyntax

extension RunResult {
  /// An event that could not be done, with its place in the source; nil: there is none.
  public var failedEvent: Diagnostic? {
    guard case .failed(let failure) = end else { return nil }
    let who = failure.subject.isEmpty ? "" : " in \(failure.subject)"
    return Diagnostic(
      code: failure.code, failure.message, at: Span(file: failure.file, start: failure.from, end: failure.to),
      label: "at \(clock.text(failure.time))\(who)")
  }
}
