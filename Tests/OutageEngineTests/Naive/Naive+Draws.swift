import Foundation
import OutageSemantics
import OutageSyntax

// The definition of the random streams, the one thing shared with the engine: a draw is a function of the seed, the name of
// the place, its owner, and how often the owner has drawn there. It is written down here once more, from docs/decisions.md.

let golden: UInt64 = 0x9E37_79B9_7F4A_7C15

func mix(_ value: UInt64) -> UInt64 {
  var z = value
  z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
  z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
  return z ^ (z >> 31)
}

/// FNV-1a.
func hash(_ text: String) -> UInt64 {
  text.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
}

/// Philox2x64-10.
func philox(_ counter: (UInt64, UInt64), _ key: UInt64) -> [UInt64] {
  var (left, right) = counter
  for round in 0..<10 {
    let product = left.multipliedFullWidth(by: 0xD2B7_4407_B1CE_6E93)
    (left, right) = (product.high ^ right ^ (key &+ UInt64(round) &* golden), product.low)
  }
  return [left, right]
}

/// All numbers of one draw, in a row.
struct Numbers {
  var key: UInt64
  var owner: UInt64
  var count: UInt64
  private var next = 0

  init(_ key: UInt64, _ owner: UInt64, _ count: UInt64) { (self.key, self.owner, self.count) = (key, owner, count) }

  mutating func bits() -> UInt64 {
    defer { next += 1 }
    return philox((owner, count + UInt64(next / 2) << 48), key)[next % 2]
  }

  mutating func uniform() -> Double { Double(bits() >> 11) * 0x1p-53 }

  mutating func integer(_ low: Int64, _ high: Int64) -> Int64 {
    low &+ Int64(bits().multipliedFullWidth(by: UInt64(bitPattern: high &- low) &+ 1).high)
  }

  /// Of mean 1: a point under the density e^-x, of 256 layers of one area, the tail belonging to the lowest.
  mutating func exponential() -> Double {
    var before = 0.0
    while true {
      let random = bits()
      let layer = Int(random & 255)
      let x = Double(random >> 11) * 0x1p-53 * Self.edges[layer]
      if x < Self.edges[layer + 1] { return before + x }
      let low = layer == 0 ? 0 : exp(-Self.edges[layer])
      let height = low + uniform() * (exp(-Self.edges[layer + 1]) - low)
      if layer > 0, height < exp(-x) { return before + x }
      if layer == 0 { before += Self.edges[1] }
    }
  }

  /// Right edges of the layers, from below; of the lowest, where its area would end were it a rectangle.
  private static let edges: [Double] = {
    let tail = 7.69711747013104972
    let area = (1 + tail) * exp(-tail)
    var edges = [area / exp(-tail), tail]
    for _ in 2..<256 { edges.append(-log(area / edges[edges.count - 1] + exp(-edges[edges.count - 1]))) }
    return edges + [0]
  }()
}

/// A place in the text that draws.
struct Place: Hashable {
  var start: Int32
  var end: Int32
  var role: String
}

extension Naive {
  private func key(_ name: String) -> UInt64 { mix(mix(seed &+ golden) ^ hash(name)) }

  /// The next draw of a frame at a place.
  func draw(_ span: Span, _ role: String, _ f: Frame) -> Numbers {
    guard let name = places[Place(start: Int32(span.start), end: Int32(span.end), role: role)] else {
      unknown("a place of \(role)")
      return Numbers(0, 0, 0)
    }
    let count = f.draws[name, default: 0]
    f.draws[name] = count + 1
    return Numbers(key(name), f.owner, count)
  }

  /// What nobody wrote and no statement draws.
  func draw(_ t: Thing, _ role: String, owner: UInt64, count: UInt64) -> Numbers {
    Numbers(key("\(program.nodes[t.node].name) / \(role)"), owner, count)
  }

  /// Whether a message passes is drawn for the handler that is asked.
  func lossOf(_ r: Request, at t: Thing, isAnswer: Bool) -> Numbers {
    let links = mix(mix(seed &+ golden) ^ 0x6C69_6E6B)
    return Numbers(mix(links ^ hash(asked(r, of: t))), r.owner, isAnswer ? 1 : 0)
  }

  /// What names a handler, or a health check that has none.
  func asked(_ r: Request, of t: Thing) -> String {
    r.handler < 0 ? program.nodes[t.node].name : bodyName(t.node, service(t).handlers[r.handler].name)
  }

  // MARK: Owners

  func bodyName(_ n: Int, _ handler: String = "") -> String {
    let node = program.nodes[n]
    let kind =
      switch node.kind {
      case .process: "process"
      case .service: "service"
      case .lease: "lease"
      case .load: "load"
      case .balancer: "balancer"
      default: "node"
      }
    return "\(kind) \(node.name)" + (handler.isEmpty ? "" : ".\(handler)")
  }

  /// A body that begins by itself.
  func own(_ f: Frame, _ name: String, index: Int, _ n: UInt64) {
    f.body = name
    f.owner = hash(name) &+ UInt64(index) &* golden &+ n
  }

  /// Whoever is asked next: the first that a frame asks among those who may come to one handler draws for the frame's owner.
  func ownerOfCall(_ span: Span, _ f: Frame) -> UInt64 {
    let kind = callClasses[span] ?? -1
    let j = f.calls[kind, default: 0]
    f.calls[kind] = j + 1
    if j == 0 { return f.owner }
    return mix(mix(f.owner) &+ (hash(f.body) ^ (j &* 0xD1B5_4A32_D192_ED03)))
  }

  func draw(_ distribution: Distribution, _ v: [Value], _ e: CheckedExpression, _ f: Frame) -> Value {
    if distribution == .fixed { return v[0] }
    var numbers = draw(e.span, "draw" + role, f)
    switch distribution {
    case .exp: return .count(Int64(numbers.exponential() * v[0].number + 0.5))
    case .uniform: return .count(numbers.integer(v[0].count, v[1].count))
    case .erlang:
      var sum = 0.0
      for _ in 0..<v[0].count { sum += numbers.exponential() }
      return .count(Int64((sum * v[1].number / v[0].number).rounded()))
    default:
      unknown("\(distribution)")
      return .none
    }
  }

  // MARK: Naming

  /// Names of all places, and which calls of a body go together.
  func namePlaces() {
    func note(
      _ body: String, _ statements: [CheckedStatement], _ thinks: [CheckedExpression] = [], suffix: String = ""
    ) {
      var namer = PlaceNamer(program: program, body: body)
      namer.suffix = suffix
      namer.block(statements)
      namer.think(thinks)
      places.merge(namer.places) { a, _ in a }
      classify(namer.calls)
    }
    for (n, node) in program.nodes.enumerated() {
      switch node.kind {
      case .process(let body): note(bodyName(n), body.statements)
      case .load(let attributes, let body):
        note(bodyName(n), body.statements, attributes.compactMap { if case .think(let e) = $0.value { e } else { nil } })
      case .service(let service):
        for h in service.handlers { note(bodyName(n, h.name), h.body.statements) }
        for a in service.attributes {
          guard case .latency(let e) = a.value else { continue }
          note("\(bodyName(n)) latency there", [], [e])
          note("\(bodyName(n)) latency back", [], [e], suffix: " back")
        }
      case .lease(let attributes):
        for a in attributes { if case .renew(let r) = a.value { note(bodyName(n), r.body.statements) } }
      default: break
      }
    }
    for (k, entry) in program.timeline.enumerated() { note(entryNames[k], entry.body.statements) }
  }

  /// Calls of a body that may come to one handler are of one class.
  private func classify(_ calls: [PlaceNamer.Call]) {
    var classes: [(spans: [Span], handlers: Set<[Int]>)] = []
    for call in calls {
      var spans = [call.span]
      var handlers = reached(from: [call.service, call.handler])
      for old in classes where !old.handlers.isDisjoint(with: handlers) {
        spans += old.spans
        handlers.formUnion(old.handlers)
      }
      classes.removeAll { !$0.handlers.isDisjoint(with: handlers) }
      classes.append((spans, handlers))
    }
    for (k, one) in classes.enumerated() { for span in one.spans { callClasses[span] = k } }
  }

  private func reached(from first: [Int]) -> Set<[Int]> {
    var found: Set<[Int]> = []
    var open = [first]
    while let one = open.popLast() {
      guard found.insert(one).inserted, case .service(let service) = program.nodes[one[0]].kind else { continue }
      var namer = PlaceNamer(program: program, body: "")
      namer.block(service.handlers[one[1]].body.statements)
      open += namer.calls.map { [$0.service, $0.handler] }
    }
    return found
  }

  /// Nodes that someone waits for.
  func findAwaited() {
    var finder = AwaitedFinder()
    for node in program.nodes {
      switch node.kind {
      case .process(let body), .load(_, let body): finder.block(body.statements)
      case .service(let service): for h in service.handlers { finder.block(h.body.statements) }
      case .lease(let attributes):
        for a in attributes { if case .renew(let r) = a.value { finder.block(r.body.statements) } }
      default: break
      }
    }
    for entry in program.timeline { finder.block(entry.body.statements) }
    awaited = finder.nodes
  }
}

/// Names the places of a body, one after another.
struct PlaceNamer {
  struct Call {
    var span: Span
    var service: Int
    var handler: Int
  }

  let program: CheckedProgram
  let body: String
  var places: [Place: String] = [:]
  var calls: [Call] = []
  /// Of the role, where one text is two places.
  var suffix = ""
  private var ordinals: [String: Int] = [:]

  init(program: CheckedProgram, body: String) {
    self.program = program
    self.body = body
  }

  private mutating func take(_ span: Span, _ role: String, _ name: String) {
    let ordinal = ordinals[name, default: 0]
    ordinals[name] = ordinal + 1
    places[Place(start: Int32(span.start), end: Int32(span.end), role: role + suffix)] = "\(body) / \(name) \(ordinal)"
  }

  mutating func think(_ clauses: [CheckedExpression]) { for e in clauses { expression(e, "think", nil) } }

  mutating func block(_ statements: [CheckedStatement]) { for s in statements { statement(s) } }

  private mutating func branches(_ all: [[CheckedStatement]]) {
    let before = ordinals
    var after = before
    for statements in all {
      ordinals = before
      block(statements)
      for (name, n) in ordinals { after[name] = max(n, after[name] ?? 0) }
    }
    ordinals = after
  }

  private mutating func statement(_ s: CheckedStatement) {
    let label = s.label
    func named(_ keyword: String) -> String { label.map { "label \($0)" } ?? keyword }
    var keyword = ""
    switch s.kind {
    case .let(_, let e):
      keyword = "let"
      expression(e, keyword, label)
    case .wait(let e):
      keyword = "wait"
      expression(e, keyword, label)
    case .work(let e):
      keyword = "work"
      expression(e, keyword, label)
    case .log(let e):
      keyword = "log"
      expression(e, keyword, label)
    case .operation(let e):
      if case .member(let member, _, _) = e.kind { keyword = member.rawValue }
      expression(e, keyword, label)
    case .assign(_, let r, let e), .assignHandlerLimit(let r, _, let e):
      keyword = "="
      reference(r, keyword, label)
      expression(e, keyword, label)
    case .blocking(_, let member, let r, _, let timeout, let otherwise):
      keyword = member.rawValue
      reference(r, keyword, label)
      if let timeout { expression(timeout, keyword, label) }
      block(otherwise ?? [])
    case .call(_, let call, let otherwise):
      keyword = "call"
      for a in call.target.arguments { expression(a, keyword, label) }
      for e in [call.timeout, call.backoff, call.backoffLimit, call.budget, call.burst] {
        if let e { expression(e, keyword, label) }
      }
      if call.backoff != nil { take(call.target.span, "backoff", "\(named(keyword)) / backoff") }
      destination(call.target, keyword, label)
      block(otherwise ?? [])
    case .send(let target):
      keyword = "send"
      for a in target.arguments { expression(a, keyword, label) }
      destination(target, keyword, label)
    case .waitUntil(let e, let timeout, let otherwise):
      keyword = "wait until"
      expression(e, keyword, label)
      if let timeout { expression(timeout, keyword, label) }
      block(otherwise ?? [])
    case .return(let e):
      keyword = "return"
      if let e { expression(e, keyword, label) }
    case .fail(let e):
      keyword = "fail"
      if let e { expression(e, keyword, label) }
    case .if(let e, let yes, let no):
      keyword = "if"
      expression(e, keyword, label)
      branches([yes, no])
    case .forIn(_, let e, let filter, let statements):
      keyword = "for"
      expression(e, keyword, label)
      if let filter { expression(filter, keyword, label) }
      block(statements)
    case .repeat(let e, let statements):
      keyword = "repeat"
      expression(e, keyword, label)
      block(statements)
    case .while(let e, let statements):
      keyword = "while"
      expression(e, keyword, label)
      block(statements)
    case .loop(let statements), .atomic(let statements): block(statements)
    case .either(let all):
      keyword = "either"
      take(s.span, "either", "\(named(keyword)) / either")
      branches(all)
    case .stall: keyword = "stall"
    case .slow: keyword = "slow"
    case .crash: keyword = "crash"
    case .restart: keyword = "restart"
    case .break: keyword = "break"
    case .continue: keyword = "continue"
    case .cut: keyword = "cut"
    case .drop: keyword = "drop"
    case .heal: keyword = "heal"
    default: break
    }
    if let c = s.condition { expression(c, keyword, label) }
  }

  private mutating func destination(_ target: CheckedTarget, _ keyword: String, _ label: String?) {
    var service = target.node.node
    if case .balancer(let behind, _) = program.nodes[service].kind { service = behind }
    calls.append(Call(span: target.span, service: service, handler: target.handler))
    let name = label.map { "label \($0)" } ?? "\(keyword) \(program.nodes[target.node.node].name)"
    take(target.span, "pick", "\(name) / pick")
    reference(target.node, "\(keyword)", label)
  }

  private mutating func reference(_ r: NodeReference, _ keyword: String, _ label: String?) {
    switch r.selector {
    case .element(let e): expression(e, keyword, label)
    case .slice(let a, let b):
      expression(a, keyword, label)
      expression(b, keyword, label)
    default: break
    }
  }

  mutating func expression(_ e: CheckedExpression, _ keyword: String, _ label: String?) {
    func name(_ distribution: String) -> String { label.map { "label \($0)" } ?? "\(keyword) \(distribution)" }
    switch e.kind {
    case .chance: take(e.span, "chance", name("chance"))
    case .anyOf: take(e.span, "any", name("any"))
    case .draw(let distribution, _): take(e.span, "draw", name(distribution.rawValue))
    default: break
    }
    for part in e.parts { expression(part, keyword, label) }
  }
}

struct AwaitedFinder {
  var nodes: Set<Int> = []

  mutating func block(_ statements: [CheckedStatement]) { for s in statements { statement(s) } }

  private mutating func statement(_ s: CheckedStatement) {
    switch s.kind {
    case .blocking(_, let member, let r, _, _, let otherwise):
      if member == .acquire { nodes.insert(r.node) }
      block(otherwise ?? [])
    case .waitUntil(let e, _, let otherwise):
      expression(e)
      block(otherwise ?? [])
    case .call(_, _, let otherwise): block(otherwise ?? [])
    case .if(_, let yes, let no):
      block(yes)
      block(no)
    case .forIn(_, _, _, let statements), .repeat(_, let statements), .while(_, let statements), .loop(let statements):
      block(statements)
    case .atomic(let statements):
      if case .blocking(_, _, let r, _, _, _) = statements.first?.kind { nodes.insert(r.node) }
      block(statements)
    case .either(let branches):
      for b in branches {
        switch b.first?.kind {
        case .blocking(_, _, let r, _, _, _): nodes.insert(r.node)
        case .waitUntil(let e, _, _): expression(e)
        case .atomic(let inner): if case .blocking(_, _, let r, _, _, _) = inner.first?.kind { nodes.insert(r.node) }
        default: break
        }
        block(b)
      }
    default: break
    }
  }

  private mutating func expression(_ e: CheckedExpression) {
    switch e.kind {
    case .member(_, let r, let arguments):
      nodes.insert(r.node)
      for a in arguments { expression(a) }
    case .builtin(_, let items): for i in items { expression(i) }
    case .negate(let a), .not(let a), .convert(_, let a): expression(a)
    case .arithmetic(_, let a, let b), .compare(_, let a, let b), .and(let a, let b), .or(let a, let b):
      expression(a)
      expression(b)
    case .comprehension(_, let body, _, let source, let filter):
      expression(source)
      if let filter { expression(filter) }
      expression(body)
    default: break
    }
  }
}
