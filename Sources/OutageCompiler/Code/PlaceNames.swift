import OutageModel
import OutageSemantics
import OutageSyntax

// The places at which a body draws, named on the tree before parameters settle what is left out: by the statement's label if
// it has one, else by its keyword and the distribution, without arguments; and by the ordinal among such in the body.
// Exclusive branches begin with the same ordinals, and what follows them goes on from the largest. So a draw that is put in
// under another name, or behind a label, moves no other, and two sides of a fix that draw alike draw the same.

/// Names of places within a body, and its calls.
struct PlaceNames {
  struct Spot {
    /// Without the body.
    var name: String
    /// It may be passed again in one frame.
    var isRepeated: Bool
  }
  /// What a statement draws that nobody wrote.
  enum Role: String {
    case either, pick, address, resolver, backoff
  }
  struct Act: Hashable {
    var span: Span
    var role: Role
  }
  struct Call {
    var service: Int
    var handler: Int
    var isRepeated: Bool
  }

  private let program: CheckedProgram
  private let settled: Settled
  private var ordinals: [String: Int] = [:]
  private var isRepeated = false
  /// Of the statement that is walked: its label, or its keyword.
  private var label: String?
  private var keyword = ""
  /// By the number of the draw.
  private(set) var draws: [Int32: Spot] = [:]
  private(set) var acts: [Act: Spot] = [:]
  /// By the span of the target, and in order.
  private(set) var calls: [Span: Call] = [:]
  private(set) var callOrder: [Span] = []

  init(_ program: CheckedProgram, _ settled: Settled) {
    self.program = program
    self.settled = settled
  }

  // MARK: Statements

  mutating func block(_ statements: [CheckedStatement]) {
    var k = 0
    while k < statements.count {
      let count = exclusive(statements, from: k)
      if count == 1 {
        statement(statements[k])
      } else {
        // A parameter that is set between two of them lets a live world pass both.
        repeated { names in names.exclusive(count) { $0.statement(statements[k + $1]) } }
      }
      k += count
    }
  }

  /// What a load draws between two requests of a user: of clauses one holds.
  mutating func think(_ clauses: [CheckedExpression]) {
    (label, keyword) = (nil, "think")
    exclusive(clauses.count) { $0.expression(clauses[$1]) }
  }

  private mutating func statement(_ s: CheckedStatement) {
    let outer = (label, keyword)
    label = s.label
    keyword = s.kind.keyword
    kind(s)
    // Blocks within have left theirs.
    (label, keyword) = (s.label, s.kind.keyword)
    expression(s.condition)
    (label, keyword) = outer
  }

  // One case a kind of statement.
  private mutating func kind(_ s: CheckedStatement) {
    switch s.kind {
    case .let(_, let e), .wait(let e), .work(let e), .log(let e): expression(e)
    case .operation(let e): repeated { $0.expression(e) }
    case .assign(_, let r, let e), .assignField(let r, _, let e), .assignHandlerLimit(let r, _, let e):
      reference(r)
      expression(e)
    case .blocking(_, _, let r, let arguments, let timeout, let otherwise):
      repeated { names in
        names.reference(r)
        arguments.forEach { names.expression($0) }
        names.expression(timeout)
      }
      block(otherwise ?? [])
    case .call(_, let call, let otherwise):
      self.call(call, s)
      block(otherwise ?? [])
    case .send(let target):
      target.arguments.forEach { expression($0) }
      destination(target, s)
    case .waitUntil(let e, let timeout, let otherwise):
      repeated { $0.expression(e) }
      expression(timeout)
      block(otherwise ?? [])
    case .return(let e), .fail(let e): expression(e)
    case .if(let e, let yes, let no):
      expression(e)
      exclusive(2) { $0.block($1 == 0 ? yes : no) }
    case .forIn(_, let e, let filter, let statements):
      expression(e)
      repeated { names in
        names.expression(filter)
        names.block(statements)
      }
    case .repeat(let e, let statements):
      expression(e)
      repeated { $0.block(statements) }
    case .while(let e, let statements):
      repeated { names in
        names.expression(e)
        names.block(statements)
      }
    case .loop(let statements): repeated { $0.block(statements) }
    case .atomic(let statements): block(statements)
    case .either(let branches):
      act(.either, s.span)
      repeated { names in names.exclusive(branches.count) { $0.block(branches[$1]) } }
    case .stall(let r, _, let e):
      repeated { names in
        names.reference(r)
        names.expression(e)
      }
    case .slow(let r, let e, let d):
      repeated { names in
        names.reference(r)
        names.expression(e)
        names.expression(d)
      }
    case .crash(let references), .restart(let references), .follow(let references):
      repeated { names in references.forEach { names.reference($0) } }
    case .cut(let a, let b):
      repeated { names in
        names.reference(a)
        names.reference(b)
      }
    case .drop(let e, let a, let b):
      repeated { names in
        names.expression(e)
        names.reference(a)
        names.reference(b)
      }
    case .heal(let a, let b):
      repeated { names in
        if let a { names.reference(a) }
        if let b { names.reference(b) }
      }
    case .break, .continue: break
    }
  }

  private mutating func call(_ call: CheckedCall, _ s: CheckedStatement) {
    call.target.arguments.forEach { expression($0) }
    expression(call.timeout)
    if case .times(let e) = call.retry { expression(e) }
    expression(call.backoff)
    expression(call.backoffLimit)
    expression(call.budget)
    expression(call.burst)
    if call.backoff != nil { repeated { $0.act(.backoff, call.target.span) } }
    if case .none = call.retry {
      destination(call.target, s)
    } else {
      repeated { $0.destination(call.target, s) }
    }
  }

  private mutating func destination(_ target: CheckedTarget, _ s: CheckedStatement) {
    let node = target.node.node
    var service = node
    if case .balancer(let behind, _) = program.nodes[node].kind { service = behind }
    calls[target.span] = Call(service: service, handler: target.handler, isRepeated: isRepeated)
    callOrder.append(target.span)
    // A call is known by whom it asks.
    let outer = keyword
    keyword += " " + program.nodes[node].name
    act(.pick, target.span)
    act(.address, target.span)
    act(.resolver, target.span)
    keyword = outer
    reference(target.node)
  }

  // MARK: Expressions

  private mutating func reference(_ r: NodeReference) { r.selector.parts.forEach { expression($0) } }

  private mutating func expression(_ e: CheckedExpression?) {
    if let e { expression(e) }
  }

  private mutating func expression(_ e: CheckedExpression) {
    switch e.kind {
    case .chance: draw(e, "chance")
    case .anyOf: draw(e, "any")
    case .draw(let distribution, _): draw(e, distribution.rawValue)
    case .comprehension(_, let body, _, let source, let filter):
      repeated { $0.expression(body) }
      expression(source)
      repeated { $0.expression(filter) }
      return
    case .member(_, let r, let arguments):
      reference(r)
      repeated { names in arguments.forEach { names.expression($0) } }
      return
    default: break
    }
    e.parts.forEach { expression($0) }
  }

  private mutating func draw(_ e: CheckedExpression, _ distribution: String) {
    if draws[e.drawn] != nil {
      // One expression that stands twice: in the tree it is one place.
      draws[e.drawn]?.isRepeated = true
      return
    }
    draws[e.drawn] = spot(label.map { "label " + $0 } ?? "\(keyword) \(distribution)")
  }

  private mutating func act(_ role: Role, _ span: Span) {
    acts[Act(span: span, role: role)] = spot((label.map { "label " + $0 } ?? keyword) + " / " + role.rawValue)
  }

  private mutating func spot(_ name: String) -> Spot {
    let ordinal = ordinals[name, default: 0]
    ordinals[name] = ordinal + 1
    return Spot(name: "\(name) \(ordinal)", isRepeated: isRepeated)
  }

  private mutating func repeated(_ walk: (inout PlaceNames) -> Void) {
    let outer = isRepeated
    isRepeated = true
    walk(&self)
    isRepeated = outer
  }

  // MARK: Exclusive branches

  /// Each branch begins with the ordinals of the first; afterwards they go on from the largest.
  private mutating func exclusive(_ count: Int, _ walk: (inout PlaceNames, Int) -> Void) {
    let before = ordinals
    var largest = before
    for k in 0..<count {
      ordinals = before
      walk(&self, k)
      largest.merge(ordinals) { max($0, $1) }
    }
    ordinals = largest
  }

  /// How many statements from one on are exclusive, because a parameter lets one of them be done at most.
  private func exclusive(_ statements: [CheckedStatement], from first: Int) -> Int {
    guard let (param, decided) = decision(statements[first]) else { return 1 }
    var values = decided
    var next = first + 1
    while next < statements.count, let other = decision(statements[next]), other.param == param,
      other.values.isDisjoint(with: values)
    {
      values.formUnion(other.values)
      next += 1
    }
    return next - first
  }

  /// The one parameter of few values that decides whether a statement is done, and the values for which it is.
  private func decision(_ s: CheckedStatement) -> (param: Int, values: Set<Int64>)? {
    let condition: CheckedExpression
    if let postfix = s.condition {
      condition = postfix
    } else if case .if(let c, _, let otherwise) = s.kind, otherwise.isEmpty {
      condition = c
    } else {
      return nil
    }
    guard let param = onlyParameter(condition) else { return nil }
    var trial = settled
    var values: Set<Int64> = []
    for value in possibleValues(program.params[param].type) {
      trial.params[param] = value
      guard let truth = try? trial.value(condition) else { return nil }
      if truth != 0 { values.insert(value) }
    }
    return values.isEmpty ? nil : (param, values)
  }

  private func possibleValues(_ type: Type) -> [Int64] {
    switch type {
    case .truth: [0, 1]
    case .choice(let id): program.choices[id].names.indices.map { Int64($0) }
    default: []
    }
  }

  /// The parameter that an expression reads, if it reads one and nothing else.
  private func onlyParameter(_ e: CheckedExpression) -> Int? {
    var found: Int?
    var open = [e]
    while let next = open.popLast() {
      switch next.kind {
      case .param(let k):
        if let found, found != k { return nil }
        found = k
      case .constant, .local, .index, .now, .member, .window, .measure, .elementCount, .stuck, .address, .external: return nil
      default: open += next.parts
      }
    }
    return found
  }
}

extension CheckedStatement.Kind {
  /// The word of the language by which the places of a statement are known.
  fileprivate var keyword: String {
    switch self {
    case .let: "let"
    case .assign, .assignField, .assignHandlerLimit: "="
    case .operation(let e): if case .member(let member, _, _) = e.kind { member.rawValue } else { "operation" }
    case .blocking(_, let member, _, _, _, _): member.rawValue
    case .call: "call"
    case .send: "send"
    case .wait: "wait"
    case .waitUntil: "wait until"
    case .work: "work"
    case .return: "return"
    case .fail: "fail"
    case .log: "log"
    case .if: "if"
    case .forIn: "for"
    case .repeat: "repeat"
    case .loop: "loop"
    case .while: "while"
    case .break: "break"
    case .continue: "continue"
    case .atomic: "atomic"
    case .either: "either"
    case .stall: "stall"
    case .crash: "crash"
    case .restart: "restart"
    case .slow: "slow"
    case .cut: "cut"
    case .drop: "drop"
    case .heal: "heal"
    case .follow: "follow"
    }
  }
}
