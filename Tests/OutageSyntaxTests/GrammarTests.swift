import Foundation
import OutageSyntax
import Testing

@Suite struct GrammarTests {
  let grammar = GrammarFile()

  private func terminals() -> Set<String> {
    var found: Set<String> = []
    for rule in grammar.rules.values {
      rule.visit { if case .terminal(let word) = $0 { found.insert(word) } }
    }
    return found
  }

  @Test("every rule is defined, and reached from a file or a prompt")
  func rules() {
    #expect(grammar.problems == [])
    #expect(grammar.rules.count > 40)
    var reached: Set<String> = ["file", "input"]
    var waiting = ["file", "input"]
    while let name = waiting.popLast() {
      grammar.rules[name]?.visit { part in
        guard case .rule(let used) = part, reached.insert(used).inserted else { return }
        waiting.append(used)
      }
    }
    let defined = Set(grammar.rules.keys).union(grammar.lexical.keys)
    #expect(reached.subtracting(defined).sorted() == [])
    #expect(Set(grammar.rules.keys).subtracting(reached).sorted() == [])
  }

  @Test("the words of the grammar are the words of the parser")
  func keywords() {
    let words = terminals().filter { $0.first?.isLetter == true }
    let known = Set(Keyword.allCases.map(\.rawValue))
    #expect(words.subtracting(known).sorted() == [])
    #expect(known.subtracting(words).sorted() == [])
  }

  @Test("the marks of the grammar are marks of the lexer")
  func marks() {
    for mark in terminals() where mark.first?.isLetter == false && mark != "\\n" {
      let list = Lexer.lex(SourceFile(name: mark, text: Array(mark.utf8)), file: 0)
      #expect(list.tokens.count == 2 && list.tokens[0].kind != .unreadable, "\(mark)")
    }
  }

  @Test("every example is read without an error")
  func examples() {
    #expect(grammar.examples.count >= 14)
    for example in grammar.examples {
      let source = SourceFile(name: "Grammar.md", text: Array(example.utf8))
      let renderer = DiagnosticRenderer(files: [source], color: false)
      let diagnostics = parse(source, index: 0).diagnostics
      #expect(diagnostics.isEmpty, "\(diagnostics.map(renderer.render).joined(separator: "\n"))")
    }
  }

  @Test("every section with rules for files has an example")
  func sections() {
    for section in grammar.text.components(separatedBy: "\n## ").dropFirst(3) {
      #expect(section.contains("```ebnf") && section.contains("```outage"), "\(section.prefix(30))")
    }
  }

  @Test("the precedence table is the parser's")
  func precedence() {
    var table: [String: Int] = [:]
    for line in grammar.text.split(separator: "\n") {
      guard let row = line.wholeMatch(of: /\| (\d) \| (.*) \|/), let level = Int(row.output.1) else {
        continue
      }
      for name in row.output.2.split(separator: " ") { table[String(name.dropFirst().dropLast())] = level }
    }
    var expected = [String: Int](
      uniqueKeysWithValues: BinaryOperator.allCases.map { ($0.rawValue, $0.precedence) })
    expected[".."] = 4
    #expect(table == expected)
  }

  @Test("reserved words and limits are the parser's")
  func limits() {
    let reserved = Keyword.allCases.filter(\.isReserved).map { "`\($0.rawValue)`" }
    let sentence =
      grammar.text.components(separatedBy: "can never be names: ").last?.prefix { $0 != "." } ?? ""
    #expect(Set(sentence.matches(of: /`[a-z]+`/).map { String($0.output) }) == Set(reserved))
    #expect(grammar.text.contains("at most \(Limits.sourceBytes >> 20) MiB"))
    #expect(grammar.text.contains("nest at most \(Limits.nesting) levels"))
    #expect(grammar.text.contains("\n\(Limits.diagnostics) errors"))
  }

  // MARK: Sentences

  /// Words for the lexical rules.
  static let samples: [String: [String]] = [
    "name": ["alpha", "b", "c2", "in_flight"], "word": ["renew", "queue", "length", "on"],
    "count": ["3", "100_000"], "number": ["1.5"], "share": ["5%"], "duration": ["2h37m", "250ms"],
    "rate": ["50/s", "1.5/h"], "time": ["23:48", "02:25:30"], "date": ["2025-10-19"],
    "text": ["\"backlog {a.b + 1} of {c}\"", "\"\""], "fixedtext": ["\"a text\""],
  ]

  /// Writes sentences by choosing at random; short ones once it is deep.
  struct Writer {
    let grammar: GrammarFile
    var draw: MutationTests.Draw
    var sentence: [String] = []
    var covered: Set<String> = []
    /// The cost of the shortest sentence of each rule.
    let cost: [String: Int]

    mutating func write(_ rule: GrammarFile.Rule, _ depth: Int) {
      switch rule {
      case .terminal(let word):
        // `any (` would be the aggregate.
        if word == "(", sentence.last == "any" { sentence += ["1", "*"] }
        sentence.append(word == "\\n" ? "\n" : word)
        covered.insert(word)
      case .rule("end"): sentence.append(draw.next(4) == 0 ? ";" : "\n")
      case .rule(let name):
        if let samples = GrammarTests.samples[name] {
          sentence.append(samples[draw.next(samples.count)])
        } else if let rule = grammar.rules[name] {
          // A record where a block could begin would be that block.
          if name == "record" { write(.terminal("("), depth) }
          write(rule, depth + 1)
          if name == "record" { sentence.append(")") }
        }
      case .sequence(let parts): for part in parts { write(part, depth) }
      case .choice(let branches):
        if let fresh = branches.first(where: isFresh) { return write(fresh, depth) }
        guard depth > 8 else { return write(branches[draw.next(branches.count)], depth) }
        let cheapest = branches.min { cost($0) < cost($1) }
        if let cheapest { write(cheapest, depth) }
      case .optional(let rule): if draw.next(depth > 8 ? 40 : 2) == 0 { write(rule, depth) }
      case .repeated(let rule):
        for _ in 0..<(depth > 4 && draw.next(8) > 0 ? 0 : draw.next(4)) { write(rule, depth) }
      }
    }

    /// Has a word that no sentence has yet.
    private func isFresh(_ rule: GrammarFile.Rule) -> Bool {
      var isFresh = false
      rule.visit { if case .terminal(let word) = $0, !covered.contains(word) { isFresh = true } }
      return isFresh
    }

    func cost(_ rule: GrammarFile.Rule) -> Int { Self.cost(rule, cost) }

    static func cost(_ rule: GrammarFile.Rule, _ known: [String: Int]) -> Int {
      switch rule {
      case .terminal: 1
      case .rule(let name): GrammarTests.samples[name] != nil ? 1 : known[name] ?? 10_000
      case .sequence(let parts): min(10_000, parts.reduce(0) { $0 + cost($1, known) })
      case .choice(let branches): branches.map { cost($0, known) }.min() ?? 0
      case .optional, .repeated: 0
      }
    }
  }

  @Test("sentences made up from the grammar are read without an error, and print to the same tree")
  func sentences() {
    var cost: [String: Int] = [:]
    for _ in 0..<40 {
      for (name, rule) in grammar.rules { cost[name] = Writer.cost(rule, cost) }
    }
    var writer = Writer(grammar: grammar, draw: .init(state: 42), cost: cost)
    let count = ProcessInfo.processInfo.environment["FUZZ_ITERATIONS"].flatMap(Int.init) ?? 1500
    // `language` begins files, not items, and takes one number alone.
    let words = terminals().subtracting([";", "\\n", "language"])
    for i in 0..<8 * count {
      // What a change of the grammar made rare may take longer.
      if i >= count, words.isSubset(of: writer.covered) { break }
      writer.sentence = []
      writer.write(.rule("item"), 0)
      let text = writer.sentence.joined(separator: " ")
      let source = SourceFile(name: "sentence \(i)", text: Array(text.utf8))
      let result = parse(source, index: 0)
      let renderer = DiagnosticRenderer(files: [source], color: false)
      guard result.diagnostics.isEmpty, let printed = format(source).text else {
        Issue.record("\(text)\n\(result.diagnostics.map(renderer.render).joined(separator: "\n"))")
        return
      }
      let again = SourceFile(name: source.name, text: Array(printed.utf8))
      let isSame = structure(parse(again, index: 0).tree) == structure(result.tree)
      #expect(isSame, "\(text)\n\(printed)")
      #expect(format(again).text == printed)
    }
    #expect(words.subtracting(writer.covered).sorted() == [])
  }
}
