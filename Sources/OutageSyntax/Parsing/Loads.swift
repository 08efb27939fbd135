extension Parser {
  /// `load L[n] rate 200/s even count 1000 resolvers 10 { … }`, `load U users 500 think 1s { … }`
  mutating func load() -> Item.Kind {
    let example = "`load customers rate 200/s { call api }`"
    _ = begin()
    let name = name("the load's name", example: example)
    let count = elementCount()
    var clauses: [Clause<LoadItem.Attribute>] = []
    while !isPanicking, let clause = loadClause() { clauses.append(clause) }
    if clauses.isEmpty, !at(.leftBrace) {
      unknownClause("load", [.rate, .times, .users, .think, .even, .count, .resolvers])
    }
    let body = block("statements of one request")
    return .load(LoadItem(name: name, count: count, clauses: clauses, body: body))
  }

  private mutating func loadClause() -> Clause<LoadItem.Attribute>? {
    guard let keyword = current.keyword else { return nil }
    let start = current.start
    let value: LoadItem.Attribute
    switch keyword {
    case .rate:
      advance()
      value = arrivals()
    case .times:
      advance()
      value = .times(table(acrossLines: true))
    case .even:
      advance()
      value = .even
    case .count:
      advance()
      value = .count(expression())
    case .users:
      advance()
      value = .users(expression())
    case .think:
      advance()
      value = .think(expression())
    case .resolvers:
      advance()
      value = .resolvers(expression())
    default: return nil
    }
    let condition = condition()
    return Clause(value, condition: condition, span: span(from: start))
  }

  private mutating func arrivals() -> LoadItem.Attribute {
    guard at(.textStart) else { return .rate(expression()) }
    return .rates(table(acrossLines: true))
  }
}
