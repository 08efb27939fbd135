extension Parser {
  /// `lease L[n] { lasts 5m  renew every 4m jitter 1m { … } }`
  mutating func lease() -> Item.Kind {
    _ = begin()
    let name = name("the lease's name", example: "`lease droplet[100] { lasts 5m }`")
    var item = LeaseItem(name: name, count: elementCount(), clauses: [])
    _ = braces("clauses") { parser in
      switch parser.current.keyword {
      case .lasts: item.clauses.append(parser.clause { .lasts($0.expression()) })
      case .starts:
        item.clauses.append(
          parser.clause {
            $0.expect(.lapsed)
            return .startsLapsed
          })
      case .renew: item.clauses.append(parser.renewal())
      case .on: item.clauses.append(parser.lapse())
      default: parser.unknownClause("lease", [.lasts, .starts, .renew, .on])
      }
    }
    return .lease(item)
  }

  /// `renew every 4m jitter 1m phase even from answer if param { … }`
  private mutating func renewal() -> Clause<LeaseItem.Attribute> {
    let start = begin()
    expect(.every, example: "`renew every 4m { call … }`")
    var renewal = LeaseItem.Renewal(
      every: expression(), jitter: nil, phase: nil, origin: nil, body: Block([], here))
    options: while !isPanicking {
      switch current.keyword {
      case .jitter:
        advance()
        renewal.jitter = expression()
      case .phase:
        advance()
        renewal.phase = phase()
      case .from:
        advance()
        renewal.origin = expectChoice(LeaseItem.Origin.self, .start)
      default: break options
      }
    }
    let condition = condition()
    renewal.body = block("statements that renew it")
    return Clause(.renew(renewal), condition: condition, span: span(from: start))
  }

  /// `on lapsed if param { … }`
  private mutating func lapse() -> Clause<LeaseItem.Attribute> {
    let start = begin()
    expect(.lapsed, example: "`on lapsed { usable[index] = off }`")
    let condition = condition()
    let body = block("statements that run as it lapses")
    return Clause(.lapsed(body), condition: condition, span: span(from: start))
  }

  private mutating func phase() -> LeaseItem.Phase {
    if accept(.uniform) { return .uniform }
    if accept(.even) { return .even }
    return .fixed(expression())
  }
}
