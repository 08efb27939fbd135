import OutageEngine

/// Workflow commands of GitHub Actions: an annotation at the line of each property that does not hold, and of each mistake.
public func testAnnotations(_ report: TestReport) -> String {
  var out = ""
  for (script, test) in report.failures {
    let title = Escape.annotationProperty("\(test.name): \(test.outcome.words)")
    func add(_ file: String, _ line: Int, _ message: String) {
      let place = "file=\(Escape.annotationProperty(file)),line=\(max(1, line)),title=\(title)"
      out += "::error \(place)::\(Escape.annotation(message + (test.command.isEmpty ? "" : "\n$ \(test.command)")))\n"
    }
    let findings = test.findings
    for p in findings { add(p.file, p.line, "\(p.kind) \"\(p.text)\" \(p.verdict.rawValue): \(p.reason)") }
    if findings.isEmpty {
      let changes = test.difference.gone.map { "- \($0)" } + test.difference.new.map { "+ \($0)" }
      let message = (test.explanation + changes).joined(separator: "\n")
      add(test.place?.file ?? script.path, test.place?.line ?? 1, message.isEmpty ? test.outcome.words : message)
    }
  }
  return out
}
