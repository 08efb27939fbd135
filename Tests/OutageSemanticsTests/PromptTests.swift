import OutageSemantics
import OutageSyntax
import Testing

/// What is typed at a prompt is checked against the program that runs.
@Suite struct PromptTests {
  private func check(_ line: String) -> CheckResult {
    let script = Workbench.source("queue jobs[2] { capacity 3 }\nvar x = 0\nprocess p { wait 1s }")
    let prompt = Workbench.source(line, name: "prompt")
    let tree = parse(script, index: 0).tree
    let inputs = parseInput(prompt, index: 1).inputs
    return OutageSemantics.check(
      tree, files: [script, prompt], inputs: inputs)
  }

  @Test func expressionsHaveValues() throws {
    let result = check("sum(jobs[*].length) + x; [1, 2]")
    #expect(result.diagnostics.map(\.message) == [])
    try #require(result.inputs.count == 2)
    guard case .value(let value, let body) = result.inputs[0] else { return }
    #expect(value.type == .count)
    #expect(body.locals.count == 1)
  }

  @Test func statementsAndOperationsAct() throws {
    let result = check("x = 3; crash p; jobs[0].put(1)")
    #expect(result.diagnostics.map(\.message) == [])
    let acts = result.inputs.count { if case .act = $0 { true } else { false } }
    #expect(acts == 3)
  }

  @Test func mistakesAreReportedInTheLine() {
    let result = check("x = 5m; y")
    #expect(result.diagnostics.map(\.code) == ["E0402", "E0301"])
    #expect(result.diagnostics.allSatisfy { $0.primary.span.file == 1 })
    #expect(result.program == nil && result.inputs.isEmpty)
  }
}
