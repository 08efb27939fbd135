extension Parser {
  mutating func sourceTree() -> SourceTree {
    var items: [Item] = []
    languageLine()
    fileParts { parser in items.append(parser.item()) }
    return SourceTree(items: items, named: named)
  }

  /// Reads parts up to the end of the text; a `}` that closes nothing is reported and passed.
  mutating func fileParts(_ part: (inout Parser) -> Void) {
    while true {
      while accept(.semicolon) {}
      if isAtEnd { return }
      let before = position
      partStart = position
      if at(.rightBrace) {
        report("E0202", "every `}` has its `{`", at: span(current), label: "closes nothing")
        isPanicking = isHalted
      } else {
        part(&self)
        endOfStatement("declaration")
      }
      if position == before { advance() }
    }
  }

  mutating func item() -> Item {
    let start = current.start
    let kind = itemKind()
    return Item(kind, span: span(from: start))
  }

  private mutating func itemKind() -> Item.Kind {
    guard let keyword = current.keyword, !isPlainWord || next.kind == .assign else { return noItem() }
    switch keyword {
    case .language: return misplacedLanguage()
    case .scenario: return scenario()
    case .clock: return clock()
    case .import: return importItem()
    case .param: return param()
    case .variant: return variant()
    case .explore: return explore()
    case .let: return constant()
    case .fn: return function()
    case .extern: return external()
    case .policy: return policy()
    case .var: return .variable(variable())
    case .plans: return plans()
    case .dns: return dns()
    case .queue: return queue()
    case .lease: return lease()
    case .service: return service()
    case .balancer: return balancer()
    case .load: return load()
    case .process: return process()
    case .at: return timed()
    case .every: return recurring()
    case .when: return rule()
    case .never, .always, .eventually, .expect, .recoverable, .sometimes: return property(keyword)
    case .meant: return meant()
    case .plot: return plot()
    case .measure: return measure()
    default: return noItem()
    }
  }

  /// A file holds declarations; a statement that stands alone is read, so that its own errors are reported
  /// too.
  private mutating func noItem() -> Item.Kind {
    let start = span(current)
    let found = at(.textStart) ? "" : "`\(spelling(current))` begins none"
    let isOperation = isName(current) && (isPlainWord || next.kind == .leftParenthesis && !next.spaceBefore)
    if isOperation || current.keyword?.beginsStatement == true {
      let statement = statement()
      if !isPanicking {
        report(
          "E0205", "a statement stands in a process, a handler or the timeline", at: statement.span,
          help: "say when it happens: `at 5m …`, `every 1m …` or `when … `")
      }
      return .missing
    }
    let word = at(.word) ? spelling(current) : ""
    let nearest = Spelling.nearest(word, in: Keyword.allCases.lazy.filter(\.beginsItem).map(\.rawValue))
    report(
      "E0208", "expected a declaration", at: start, label: found,
      help: nearest.map { "did you mean `\($0)`?" })
    return .missing
  }
}
