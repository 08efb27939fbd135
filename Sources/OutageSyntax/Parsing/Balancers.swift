extension Parser {
  /// `balancer B over S { check every 10s timeout 3s down after 3 up after 2 velocity 5% per 1m zones 3 }`
  mutating func balancer() -> Item.Kind {
    let example = "`balancer nlb over api { check every 10s timeout 3s }`"
    _ = begin()
    let name = name("the balancer's name", example: example)
    expect(.over, example: example)
    var item = BalancerItem(name: name, service: expression(), clauses: [])
    guard at(.leftBrace) else { return .balancer(item) }
    _ = braces("clauses") { parser in
      switch parser.current.keyword {
      case .check: item.clauses.append(parser.clause { $0.healthCheck() })
      case .down:
        item.clauses.append(
          parser.clause {
            $0.expect(.after)
            return .downAfter($0.expression())
          })
      case .up:
        item.clauses.append(
          parser.clause {
            $0.expect(.after)
            return .upAfter($0.expression())
          })
      case .velocity: item.clauses.append(parser.clause { $0.velocity() })
      case .zones: item.clauses.append(parser.clause { .zones($0.expression()) })
      case .failover: item.clauses.append(parser.clause { .failover($0.expression()) })
      default:
        parser.unknownClause("balancer", [.check, .down, .up, .velocity, .zones, .failover])
      }
    }
    return .balancer(item)
  }

  private mutating func healthCheck() -> BalancerItem.Attribute {
    expect(.every, example: "`check every 10s timeout 3s`")
    let every = expression()
    return .check(every: every, timeout: accept(.timeout) ? expression() : nil)
  }

  private mutating func velocity() -> BalancerItem.Attribute {
    let share = expression()
    expect(.per, example: "`velocity 5% per 1m`")
    return .velocity(share, per: expression())
  }
}
