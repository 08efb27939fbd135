import OutageSyntax

extension Checker {
  /// Adds an error unless this pass is silent or the same one was reported already.
  func report(
    _ code: String, _ message: String, at span: Span, severity: Diagnostic.Severity = .error,
    label: String = "", secondary: [Diagnostic.Label] = [], help: String? = nil
  ) {
    guard isReporting, diagnostics.count < Self.diagnosticsLimit else { return }
    guard reported.insert(ReportKey(code: code, message: message, span: span)).inserted else { return }
    diagnostics.append(
      Diagnostic(
        severity, code: code, message, at: span, label: label, secondary: secondary, help: help))
  }

  func missing(_ span: Span) -> CheckedExpression { CheckedExpression(.missing, .unknown, span) }

  /// Reports and stands in for the value.
  func wrong(
    _ code: String, _ message: String, at span: Span, label: String = "", secondary: [Diagnostic.Label] = [],
    help: String? = nil
  ) -> CheckedExpression {
    report(code, message, at: span, label: label, secondary: secondary, help: help)
    return missing(span)
  }

  /// Counts nesting; false when it is too deep to go on.
  func enter(_ span: Span) -> Bool {
    if interruption.looks() { return false }
    if depth >= Self.depthLimit {
      report("E0609", "expressions and functions may not nest deeper than \(Self.depthLimit)", at: span)
      return false
    }
    depth += 1
    return true
  }

  func leave() { depth -= 1 }

  /// The written text of a span.
  func sourceText(_ span: Span) -> String {
    guard files.indices.contains(Int(span.file)) else { return "" }
    let text = files[Int(span.file)].text
    let start = max(0, Int(span.start))
    let end = min(text.count, Int(span.end))
    return start < end ? String(decoding: text[start..<end], as: UTF8.self) : ""
  }

  func within<T>(_ inner: Context, _ body: () -> T) -> T {
    let outer = context
    context = inner
    defer { context = outer }
    return body()
  }
}
