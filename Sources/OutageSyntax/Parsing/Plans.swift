// `plans P` and the DNS records that point at them.

extension Parser {
  mutating func plans() -> Item.Kind {
    _ = begin()
    let name = name("a name for the plans", example: "`plans regional`")
    return .plans(name, count: elementCount())
  }

  /// `dns D[n] of P { ttl 1m negative 15m }`
  mutating func dns() -> Item.Kind {
    let example = "`dns endpoint of regional { ttl 1m }`"
    _ = begin()
    let name = name("the record's name", example: example)
    let count = elementCount()
    expect(.of, example: example)
    var item = DNSItem(name: name, count: count, plans: expression(), clauses: [])
    guard at(.leftBrace) else { return .dns(item) }
    _ = braces("clauses") { parser in
      switch parser.current.keyword {
      case .ttl: item.clauses.append(parser.clause { .ttl($0.expression()) })
      case .negative: item.clauses.append(parser.clause { .negative($0.expression()) })
      default: parser.unknownClause("DNS record", [.ttl, .negative])
      }
    }
    return .dns(item)
  }
}
