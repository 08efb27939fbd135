extension Parser {
  /// `service S[n] at D { servers … queue … limit … latency … on request(args) { … } }`
  mutating func service() -> Item.Kind {
    _ = begin()
    let name = name("the service's name", example: "`service api { servers 4; work 5ms }`")
    let count = elementCount()
    let record = accept(.at) ? expression() : nil
    var item = ServiceItem(name: name, count: count, record: record, clauses: [])
    _ = braces("clauses") { parser in item.clauses.append(parser.serviceClause()) }
    return .service(item)
  }

  private mutating func serviceClause() -> Clause<ServiceItem.Attribute> {
    if !isPlainWord {
      switch current.keyword {
      case .servers: return clause { .servers($0.expression()) }
      case .limit: return clause { .limit($0.expression()) }
      case .latency: return clause { .latency($0.expression()) }
      case .queue: return clause { .queue($0.queueAttributes()) }
      case .on: return handler()
      case .var:
        let start = current.start
        let variable = variable()
        return Clause(.variable(variable), condition: nil, span: span(from: start))
      default: break
      }
    }
    if isUnknownClause {
      unknownClause("service", [.servers, .queue, .limit, .latency, .on, .var])
      return Clause(.statement(Statement(.missing, span: here)), condition: nil, span: here)
    }
    let statement = statement()
    endOfStatement("statement")
    return Clause(.statement(statement), condition: nil, span: statement.span)
  }

  /// A word that begins neither a clause nor a statement: `timeout 3s`.
  private var isUnknownClause: Bool {
    guard isName(current), !isPlainWord, current.keyword?.beginsStatement != true, current.keyword != .quiet
    else { return false }
    switch next.kind {
    case .word, .count, .number, .share, .duration, .rate, .leftBrace:
      return !next.newlineBefore && !next.isOperatorWord
    default: return false
    }
  }

  /// `fifo capacity 100 full refuse drop hopeless`, on one line
  private mutating func queueAttributes() -> [ServiceItem.QueueAttribute] {
    var attributes: [ServiceItem.QueueAttribute] = []
    while !isAtLineEnd {
      if let discipline = choice(Discipline.self) {
        attributes.append(.discipline(discipline))
      } else if accept(.capacity) {
        attributes.append(.capacity(expression()))
      } else if accept(.full) {
        attributes.append(.full(expectChoice(FullAction.self, .refuse)))
      } else if accept(.drop) {
        attributes.append(.drop(expectChoice(DropPolicy.self, .none)))
      } else {
        break
      }
    }
    if attributes.isEmpty {
      expected(
        "`fifo`, `lifo`, `priority`, `capacity`, `full` or `drop`",
        help: "`queue fifo capacity 100 full refuse`")
    }
    return attributes
  }

  /// `on async(a, b) priority 2 limit 20/s if param { … }`
  private mutating func handler() -> Clause<ServiceItem.Attribute> {
    let start = begin()
    let name = anyName("the handler's name")
    var handler = ServiceItem.Handler(
      name: name, parameters: at(.leftParenthesis) ? parameters() : [], priority: nil, limit: nil,
      body: Block([], here))
    while !isPanicking {
      if accept(.priority) {
        handler.priority = expression()
      } else if accept(.limit) {
        handler.limit = expression()
      } else {
        break
      }
    }
    let condition = condition()
    handler.body = block("statements of the handler")
    return Clause(.on(handler), condition: condition, span: span(from: start))
  }
}

extension Token {
  var isOperatorWord: Bool {
    switch keyword {
    case .and, .or, .in, .div, .mod, .if, .else: true
    default: false
    }
  }
}
