import OutageSyntax

extension Checker {
  func loadNode(_ load: LoadItem, _ id: Int) -> CheckedProgram.Node.Kind {
    checkPace(load)
    let attributes = conditional(load.clauses) { [self.attribute($0)] }
    return .load(attributes, body(load.body, bodyContext(.load, id)))
  }

  /// Open (a rate or times) or closed (users), never both.
  private func checkPace(_ load: LoadItem) {
    let words = load.clauses.map(\.value.word)
    let hasTimes = words.contains("times")
    let isOpen = words.contains("rate") || hasTimes
    let isClosed = words.contains("users")
    if !isOpen && !isClosed {
      report(
        "E0607", "a load needs `rate`, `times` or `users`", at: load.name.span,
        help: "write `load \(load.name.text) rate 10/s { … }`")
    }
    if isOpen && isClosed {
      report("E0607", "a load has a `rate` or `times` (open) or `users` (closed), not both", at: load.name.span)
    }
    if hasTimes, words.contains("rate") {
      report("E0607", "requests arrive at `times` or at a `rate`, not both", at: load.name.span)
    }
    for clause in load.clauses {
      switch clause.value {
      case .think where !isClosed: report("E0607", "`think` is for a load of `users`", at: clause.span)
      case .even where hasTimes: report("E0607", "`even` is for a load with a `rate`", at: clause.span)
      case .even where !isOpen: report("E0607", "`even` is for a load with a `rate`", at: clause.span)
      default: break
      }
    }
  }

  private func attribute(_ source: LoadItem.Attribute) -> CheckedProgram.LoadAttribute {
    switch source {
    case .rate(let rate): .rate(expression(rate, as: .rate, "`rate`", .rate))
    case .rates(let table): .rates(rates(table))
    case .times(let table): .times(times(table))
    case .even: .even
    case .count(let count): .count(expression(count, as: .count, "`count`", .count))
    case .users(let count): .users(expression(count, as: .count, "`users`", .users))
    case .think(let time): .think(drawn { expression(time, as: .duration, "`think`", .think) })
    case .resolvers(let count): .resolvers(expression(count, as: .count, "`resolvers`", .resolvers))
    }
  }
}

extension LoadItem.Attribute: ClauseKind {
  var word: String? {
    switch self {
    case .rate, .rates: "rate"
    case .times: "times"
    case .even: "even"
    case .count: "count"
    case .users: "users"
    case .think: "think"
    case .resolvers: "resolvers"
    }
  }
}
