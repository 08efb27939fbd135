/// JUnit's XML, as continuous integration reads it: a suite for each script, a case for each run and search. What a search
/// cannot decide is a skipped case. No times: the same scripts give the same bytes.
public func junit(_ report: TestReport) -> String {
  let cases = report.scripts.flatMap(\.cases)
  var out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
  out += "<testsuites name=\"outage\"\(counts(cases))>\n"
  for script in report.scripts {
    out += "  <testsuite name=\(attribute(script.path))\(counts(script.cases))>\n"
    for test in script.cases { out += element(test, of: script) }
    out += "  </testsuite>\n"
  }
  return out + "</testsuites>\n"
}

private func counts(_ cases: [TestCase]) -> String {
  let kinds = cases.map { $0.outcome.junit }
  let failures = kinds.count { $0 == .failure }
  let (errors, skipped) = (kinds.count { $0 == .error }, kinds.count { $0 == .skipped })
  return " tests=\"\(cases.count)\" failures=\"\(failures)\" errors=\"\(errors)\" skipped=\"\(skipped)\""
}

private func element(_ test: TestCase, of script: TestedScript) -> String {
  let head =
    "    <testcase classname=\(attribute(script.path)) name=\(attribute(test.name)) file=\(attribute(script.path))"
  let kind = test.outcome.junit
  if kind == .success { return head + "/>\n" }
  let lines = test.explanation
  let message = lines.first { !$0.isEmpty } ?? test.outcome.words
  if kind == .skipped { return head + ">\n      <skipped message=\(attribute(message))/>\n    </testcase>\n" }
  let changes = test.difference.gone.map { "- \($0)" } + test.difference.new.map { "+ \($0)" }
  let text = (lines + changes + ["$ \(test.command)"]).joined(separator: "\n")
  let tag = kind == .failure ? "failure" : "error"
  return head + ">\n      <\(tag) message=\(attribute(message)) type=\"\(test.outcome.rawValue)\">\(Escape.xml(text))</\(tag)>\n"
    + "    </testcase>\n"
}

private func attribute(_ text: String) -> String { "\"\(Escape.xml(text.harmless))\"" }

private enum JUnitKind { case success, skipped, failure, error }

extension TestOutcome {
  fileprivate var junit: JUnitKind {
    switch self {
    case .passed: .success
    case .notSearched: .skipped
    case .unknown, .violated, .changed: .failure
    case .script, .file, .fault: .error
    }
  }
}
