import OutageSyntax
import Testing

@Suite struct ParsingTests {
  @Test("reads without a word of complaint", arguments: CorpusFile.all(in: "Tests/Corpus/parsing/ok"))
  func correctFile(_ file: CorpusFile) {
    let result = parse(file.source, index: 0)
    let renderer = DiagnosticRenderer(files: [file.source], color: false)
    #expect(result.diagnostics.isEmpty, "\(result.diagnostics.map(renderer.render).joined(separator: "\n"))")
    #expect(!result.tree.items.isEmpty)
  }

  private func read(_ text: String) -> ParseResult {
    parse(SourceFile(name: "x", text: Array(text.utf8)), index: 0)
  }

  private func value(_ text: String) -> String {
    let result = parseInput(SourceFile(name: "x", text: Array(text.utf8)), index: 0)
    guard result.diagnostics.isEmpty, case .expression(let value)? = result.inputs.first else { return "?" }
    return structure(value)
  }

  @Test(
    "operators bind as the table says",
    arguments: [
      ("a or b and c == d", "a or (b and (c == d))"), ("a + b * c", "a + (b * c)"),
      ("a - b - c", "(a - b) - c"), ("not a == b", "not (a == b)"), ("not a and b", "(not a) and b"),
      ("-a * b", "(-a) * b"), ("-a.b", "-(a.b)"), ("a + 1..b - 1", "(a + 1)..(b - 1)"),
      ("a div b mod c", "(a div b) mod c"), ("x in 1..3", "x in (1..3)"), ("any a + 1..b", "any (a + 1)..b"),
      ("a / b / c", "(a / b) / c"), ("a\n  or b", "a or b"), ("a and\nb", "a and b"),
    ])
  func precedence(_ text: String, _ grouped: String) {
    let grouped = grouped.hasPrefix("any (") ? "any a + 1..b" : grouped
    #expect(value(text) == value(grouped))
    #expect(value(text) != "?")
  }

  @Test("a line end separates statements")
  func lineEnds() {
    let result = read("process p {\n  a.put(1)\n  (b).put(2)\n  return\n  heal\n  c.put(3)\n}")
    #expect(result.diagnostics.isEmpty)
    guard case .process(let process)? = result.tree.items.first?.kind else { return #expect(Bool(false)) }
    #expect(process.body.statements.count == 5)
  }

  @Test("clause words are plain names where no clause can stand")
  func contextualWords() {
    let text = """
      process p {
        rate = 3/s
        timeout = 5s
        let queue = load.queue.limit
        queue.drop = full
        log "{check} {every.on}"
        call s.on timeout 3s
        timeout = 6s
        limit: wait 5s
      }
      service s { on queue { work 5ms }; on call { work 5ms }; queue.clear(); limit 3 }
      """
    #expect(read(text).diagnostics.map(\.message) == [])
  }

  @Test("postfix `if` belongs to the statement on its line only")
  func postfixIf() {
    let result = read("process p {\n  a.put(1) if x\n  wait 1s\n  if x { wait 2s }\n}")
    #expect(result.diagnostics.isEmpty)
    guard case .process(let process)? = result.tree.items.first?.kind else { return #expect(Bool(false)) }
    #expect(process.body.statements.map { $0.condition != nil } == [true, false, false])
  }

  @Test("an error in one statement leaves the others readable")
  func recovery() {
    let result = read("process p {\n  wait )\n  wait 3s\n  x = = 3\n  wait 4s\n}\nlet a = 3")
    #expect(result.diagnostics.count == 2)
    #expect(result.tree.items.count == 2)
    guard case .process(let process)? = result.tree.items.first?.kind else { return #expect(Bool(false)) }
    #expect(process.body.statements.count == 4)
  }

  @Test(
    "nesting without end is one diagnostic",
    arguments: [
      ("let a = ", "(", ""), ("let a = ", "-", ""), ("let a = ", "[", ""), ("let a = ", "not ", ""),
      ("let a = ", "{ a: ", ""), ("let a = ", "f(", ""), ("let a = ", "\"{", ""), ("let a = b", "[c", ""),
      ("let a = ", "b + ", "c"), ("let a = b", ".c", ""), ("let a = b", "()", ""), ("let a = b", "[*]", ""),
      ("let a = ", "b == (", ""), ("process p {", "loop {", ""), ("process p {", "if a { } else ", "{ } }"),
      ("process p {", "either { } or {", ""), ("at 5m ", "atomic {", ""), ("let a = ", "any 1..", "2"),
      ("let a = ", "sum(x for y in ", ""), ("service s {", "service s {", ""), ("at 5m {", "{", ""),
      ("let a = ", "b and ", "c"),
    ])
  func nesting(_ head: String, _ middle: String, _ tail: String) {
    for count in [100_000] {
      let result = read(head + String(repeating: middle, count: count) + tail)
      #expect(result.diagnostics.count <= Limits.diagnostics)
      #expect(!result.diagnostics.isEmpty)
    }
    if middle == "(" || middle == "b + " || middle == ".c" || middle == "loop {" {
      let result = read(head + String(repeating: middle, count: 100_000) + tail)
      #expect(result.diagnostics.map(\.code) == ["E0206"])
    }
    // Chains and blocks that people write stay allowed.
    #expect(read("let a = b" + String(repeating: " + b", count: 150)).diagnostics.isEmpty)
  }

  @Test("a text may hold many errors, but a result holds a bounded number")
  func manyErrors() {
    let result = read(String(repeating: "let = $\n", count: 5000))
    #expect(result.diagnostics.count == Limits.diagnostics)
  }

  @Test("spans are the text that they stand for")
  func spans() {
    let text = "let a = (b + c.d[2])\nnever \"x\" { p }"
    let result = read(text)
    func slice(_ span: Span) -> String {
      String(decoding: Array(text.utf8)[Int(span.start)..<Int(span.end)], as: UTF8.self)
    }
    #expect(result.tree.items.map { slice($0.span) } == text.split(separator: "\n").map(String.init))
    guard case .let(let name, let value) = result.tree.items[0].kind else { return #expect(Bool(false)) }
    #expect(slice(name.span) == "a")
    #expect(slice(value.span) == "(b + c.d[2])")
    guard case .binary(.add, let at, let left, let right) = value.kind else { return #expect(Bool(false)) }
    #expect([slice(at), slice(left.span), slice(right.span)] == ["+", "b", "c.d[2]"])
  }
}
