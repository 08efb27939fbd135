import Foundation

/// `Grammar.md`, read: its rules, lexical rules and examples.
struct GrammarFile {
  indirect enum Rule {
    case terminal(String)
    case rule(String)
    case sequence([Rule])
    case choice([Rule])
    case optional(Rule)
    case repeated(Rule)
  }

  var text: String
  var rules: [String: Rule] = [:]
  var order: [String] = []
  var lexical: [String: Rule] = [:]
  var examples: [String] = []
  /// What could not be read.
  var problems: [String] = []

  init() {
    let path = CorpusFile.root.appending(path: "Grammar.md")
    text = (try? String(contentsOf: path, encoding: .utf8)) ?? ""
    let blocks = text.components(separatedBy: "```")
    for (i, block) in blocks.enumerated() where i % 2 == 1 {
      let body = String(block.drop { $0 != "\n" })
      if block.hasPrefix("outage\n") { examples.append(body) }
      if block.hasPrefix("ebnf\n") {
        for (name, rule) in read(body) {
          if rules.updateValue(rule, forKey: name) != nil { problems.append("\(name) is defined twice") }
          order.append(name)
        }
      }
      if block.hasPrefix("lexical\n") { for (name, rule) in read(body) { lexical[name] = rule } }
    }
  }

  // MARK: EBNF

  private mutating func read(_ text: String) -> [(String, Rule)] {
    var words = Self.words(text)[...]
    var result: [(String, Rule)] = []
    while let name = words.popFirst() {
      guard words.popFirst() == "=" else {
        problems.append("`=` is missing after \(name)")
        return result
      }
      result.append((name, choice(&words)))
      if words.popFirst() != "." { problems.append("`.` is missing after \(name)") }
    }
    return result
  }

  /// Terminals keep their quotes.
  static func words(_ text: String) -> [String] {
    var words: [String] = []
    for line in text.split(separator: "\n") {
      for match in line.matches(of: /#.*|"[^"]*"|[A-Za-z]+|[=.|\[\]{}()]/) where !match.output.hasPrefix("#") {
        words.append(String(match.output))
      }
    }
    return words
  }

  private mutating func choice(_ words: inout ArraySlice<String>) -> Rule {
    var branches = [sequence(&words)]
    while words.first == "|" {
      words.removeFirst()
      branches.append(sequence(&words))
    }
    return branches.count == 1 ? branches[0] : .choice(branches)
  }

  private mutating func sequence(_ words: inout ArraySlice<String>) -> Rule {
    var parts: [Rule] = []
    while let word = words.first, !["|", "]", "}", ")", "."].contains(word) {
      words.removeFirst()
      switch word {
      case "[": parts.append(.optional(closed("]", &words)))
      case "{": parts.append(.repeated(closed("}", &words)))
      case "(": parts.append(closed(")", &words))
      default:
        parts.append(word.hasPrefix("\"") ? .terminal(String(word.dropFirst().dropLast())) : .rule(word))
      }
    }
    return parts.count == 1 ? parts[0] : .sequence(parts)
  }

  private mutating func closed(_ end: String, _ words: inout ArraySlice<String>) -> Rule {
    let rule = choice(&words)
    if words.popFirst() != end { problems.append("`\(end)` is missing") }
    return rule
  }
}

extension GrammarFile.Rule {
  /// The rule and everything inside it.
  func visit(_ body: (GrammarFile.Rule) -> Void) {
    body(self)
    switch self {
    case .terminal, .rule: return
    case .sequence(let parts), .choice(let parts): for part in parts { part.visit(body) }
    case .optional(let rule), .repeated(let rule): rule.visit(body)
    }
  }
}
