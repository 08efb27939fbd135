extension Parser {
  /// `queue Q[n] { capacity 10 full drop holds 1 }`
  mutating func queue() -> Item.Kind {
    _ = begin()
    let name = name("the queue's name", example: "`queue jobs { capacity 100 }`")
    var item = QueueItem(name: name, count: elementCount(), clauses: [])
    guard at(.leftBrace) else { return .queue(item) }
    _ = braces("clauses") { parser in
      switch parser.current.keyword {
      case .capacity: item.clauses.append(parser.clause { .capacity($0.expression()) })
      case .holds: item.clauses.append(parser.clause { .holds($0.expression()) })
      case .full:
        item.clauses.append(parser.clause { .full($0.expectChoice(FullAction.self, .refuse)) })
      default: parser.unknownClause("queue", [.capacity, .full, .holds])
      }
    }
    return .queue(item)
  }
}
