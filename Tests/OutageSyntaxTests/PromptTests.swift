import OutageSyntax
import Testing

@Suite struct PromptTests {
  private func read(_ text: String) -> InputResult {
    parseInput(SourceFile(name: "input", text: Array(text.utf8)), index: 0)
  }

  private func kinds(_ text: String) -> [String] {
    let result = read(text)
    return result.diagnostics.map(\.code)
      + result.inputs.map { input in
        switch input {
        case .item: "item"
        case .statement: "statement"
        case .expression: "expression"
        }
      }
  }

  @Test(
    "a prompt takes items, statements and expressions",
    arguments: [
      ("queue jobs", ["item"]), ("queue.length", ["expression"]), ("queue", ["expression"]),
      ("crash api", ["statement"]), ("let x = 3", ["item"]), ("let v = call api", ["statement"]),
      ("api.limit = 3", ["statement"]), ("jobs.put(3)", ["expression"]), ("1 + 2", ["expression"]),
      ("at 5m crash api", ["item"]), ("at", ["expression"]), ("never \"x\" { y }", ["item"]),
      ("load > 3", ["expression"]), ("service s { work 5ms }; crash s\ns.busy", ["item", "statement", "expression"]),
      ("", []), ("# only a comment", []), ("x.put(3) if y", ["statement"]), ("every or never", ["expression"]),
      ("heal", ["statement"]), ("jobs.take timeout 3s", ["statement"]), ("\"a {b}\"", ["expression"]),
      ("rate = 5/s", ["statement"]), ("explore { may crash a at most 1 }", ["item"]), ("param x = 4", ["item"]),
      ("load.rate", ["expression"]), ("any(a[*].up)", ["expression"]), ("any 1..6", ["expression"]),
    ])
  func input(_ text: String, _ expected: [String]) {
    #expect(kinds(text) == expected)
  }

  @Test(
    "a text that ends too early asks for another line",
    arguments: [
      "process p {", "process p {\n  wait 5s", "process p { loop {\n }", "x = f(1,", "x = [1,\n 2", "x = a +",
      "let y =", "a and", "service s {\n  on x {", "log f(", "never \"x\" {", "never \"x\" { a", "x = {",
      "explore {", "plot a,",
    ])
  func unfinished(_ text: String) {
    #expect(read(text).isUnfinished)
    #expect(!read(text).diagnostics.isEmpty)
  }

  @Test(
    "a text that is complete or wrong does not",
    arguments: [
      "process p { }", "wait", "x = ) {", "log \"abc", "}", "process p { wait ) ", "let = {", "crash api", "", "5 $ {",
    ])
  func finished(_ text: String) {
    #expect(!read(text).isUnfinished)
  }

  @Test("a file can be unfinished too")
  func file() {
    #expect(parse(SourceFile(name: "x", text: Array("process p {".utf8)), index: 0).isUnfinished)
    #expect(!parse(SourceFile(name: "x", text: Array("process p { }".utf8)), index: 0).isUnfinished)
  }
}
