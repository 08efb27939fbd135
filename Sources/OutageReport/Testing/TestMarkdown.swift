/// Tests for the summary of a job: what did not pass as a table, with the commands that do it again.
public func testMarkdown(_ report: TestReport) -> String {
  var out = "### outage test\n\n\(Escape.markdown(report.summary))\n"
  let failures = report.failures
  if failures.isEmpty { return out }
  out += "\n| script | test | outcome | |\n|---|---|---|---|\n"
  for (script, test) in failures {
    let why = test.explanation.first { !$0.isEmpty } ?? test.difference.new.first ?? ""
    let cells = [script.path, test.name, test.outcome.words, why].map(Escape.markdown)
    out += "| \(cells.joined(separator: " | ")) |\n"
  }
  let commands = failures.map(\.test.command).filter { !$0.isEmpty }
  if !commands.isEmpty { out += "\n```sh\n" + commands.map { $0.harmless + "\n" }.joined() + "```\n" }
  return out
}
