import Foundation
import OutageSemantics
import OutageSyntax

// The definition of the random streams, the one thing shared with the engine: a draw is a function of the seed, the name of
// the node, the ordinal of the place in its bodies, the index of the element and the ordinal of the draw.

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

/// A place in the text that draws.
struct Place: Hashable {
  var start: Int32
  var end: Int32
  var role: String
}

extension Naive {
  func nodeName(_ n: Int) -> String { n < program.nodes.count ? program.nodes[n].name : "timeline" }

  func place(_ span: Span, _ role: String) -> UInt64 {
    let key = Place(start: Int32(span.start), end: Int32(span.end), role: role)
    guard let found = places[key] else {
      unknown("a place of \(role)")
      return 0
    }
    return UInt64(found)
  }

  func nodePlace(_ n: Int, _ role: String) -> UInt64 { mix(mix(seed &+ golden) ^ hash("\(nodeName(n))/\(role)")) }

  private func bits(_ place: UInt64, _ t: Thing, _ counter: String) -> UInt64 {
    let key: UInt64
    let name: String
    if counter.isEmpty {
      key = mix(mix(seed &+ golden) ^ (hash(nodeName(t.node)) &+ (place &+ 1) &* golden))
      name = "\(t.id) \(place)"
    } else {
      key = place
      name = "\(t.id) \(counter)"
    }
    let n = counters[name, default: 0]
    counters[name] = n + 1
    return mix(mix(key ^ (UInt64(t.index) &* golden)) &+ (n &+ 1) &* golden)
  }

  func uniform(_ place: UInt64, _ t: Thing, counter: String = "") -> Double {
    Double(bits(place, t, counter) >> 11) * 0x1p-53
  }

  /// Exponential of mean 1: a point under the density e^-x, of 256 layers of one area, the tail belonging to the lowest.
  func exponential(_ place: UInt64, _ t: Thing, counter: String = "") -> Double {
    var random = bits(place, t, counter)
    func next() -> Double {
      random = mix(random &+ golden)
      return Double(random >> 11) * 0x1p-53
    }
    var before = 0.0
    while true {
      let layer = Int(random & 255)
      let x = Double(random >> 11) * 0x1p-53 * Self.edges[layer]
      if x < Self.edges[layer + 1] { return before + x }
      let low = layer == 0 ? 0 : exp(-Self.edges[layer])
      let height = low + next() * (exp(-Self.edges[layer + 1]) - low)
      if layer > 0, height < exp(-x) { return before + x }
      if layer == 0 { before += Self.edges[1] }
      _ = next()
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

  func uniformInteger(_ place: UInt64, _ t: Thing, _ low: Int64, _ high: Int64, counter: String = "") -> Int64 {
    let range = UInt64(bitPattern: high &- low) &+ 1
    return low &+ Int64(bits(place, t, counter).multipliedFullWidth(by: range).high)
  }

  func draw(_ distribution: Distribution, _ v: [Value], _ e: CheckedExpression, _ f: Frame) -> Value {
    let place = place(e.span, "draw" + role)
    switch distribution {
    case .exp: return .count(Int64(exponential(place, f.thing) * v[0].number + 0.5))
    case .uniform: return .count(uniformInteger(place, f.thing, v[0].count, v[1].count))
    case .fixed: return v[0]
    case .erlang:
      var sum = 0.0
      for _ in 0..<v[0].count { sum += exponential(place, f.thing) }
      return .count(Int64((sum * v[1].number / v[0].number).rounded()))
    default:
      unknown("\(distribution)")
      return .none
    }
  }

  // MARK: Numbering

  /// Ordinals of the places of each node, in the order of the text (of a call: arguments, options, back-off, destination).
  func numberPlaces() {
    for (n, node) in program.nodes.enumerated() {
      var counter = PlaceCounter(program: program)
      switch node.kind {
      case .process(let body), .load(_, let body): counter.block(body.statements)
      case .service(let service):
        for h in service.handlers { counter.block(h.body.statements) }
        for a in service.attributes { if case .latency(let e) = a.value { counter.latency(e) } }
      case .lease(let attributes):
        for a in attributes { if case .renew(let r) = a.value { counter.block(r.body.statements) } }
      default: break
      }
      if case .load(let attributes, _) = node.kind {
        for a in attributes { if case .think(let e) = a.value { counter.expression(e) } }
      }
      _ = n
      places.merge(counter.places) { a, _ in a }
    }
    var counter = PlaceCounter(program: program)
    for entry in program.timeline { counter.block(entry.body.statements) }
    places.merge(counter.places) { a, _ in a }
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

struct PlaceCounter {
  let program: CheckedProgram
  var places: [Place: Int] = [:]
  private var next = 0
  private var suffix = ""

  init(program: CheckedProgram) { self.program = program }

  private mutating func take(_ span: Span, _ role: String) {
    places[Place(start: Int32(span.start), end: Int32(span.end), role: role + suffix)] = next
    next += 1
  }

  /// There and back.
  mutating func latency(_ e: CheckedExpression) {
    expression(e)
    suffix = " back"
    expression(e)
    suffix = ""
  }

  mutating func block(_ statements: [CheckedStatement]) { for s in statements { statement(s) } }

  private mutating func statement(_ s: CheckedStatement) {
    if let c = s.condition { expression(c) }
    switch s.kind {
    case .let(_, let e), .operation(let e), .wait(let e), .work(let e), .log(let e): expression(e)
    case .assign(_, let r, let e), .assignHandlerLimit(let r, _, let e):
      // The value comes first, then the elements.
      expression(e)
      reference(r)
    case .blocking(_, _, let r, _, let timeout, let otherwise):
      if let timeout { expression(timeout) }
      reference(r)
      block(otherwise ?? [])
    case .call(_, let call, let otherwise):
      for a in call.target.arguments { expression(a) }
      if let e = call.timeout { expression(e) }
      if case .times(let e) = call.retry { expression(e) }
      if let e = call.backoff {
        expression(e)
        if let e = call.backoffLimit { expression(e) }
        take(call.target.span, "backoff")
      }
      if let e = call.budget { expression(e) }
      if let e = call.burst { expression(e) }
      destination(call.target)
      block(otherwise ?? [])
    case .send(let target):
      for a in target.arguments { expression(a) }
      destination(target)
    case .waitUntil(let e, let timeout, let otherwise):
      if let timeout { expression(timeout) }
      expression(e)
      block(otherwise ?? [])
    case .return(let e), .fail(let e): if let e { expression(e) }
    case .if(let e, let yes, let no):
      expression(e)
      block(yes)
      block(no)
    case .forIn(_, let e, let filter, let statements):
      expression(e)
      if let filter { expression(filter) }
      block(statements)
    case .repeat(let e, let statements), .while(let e, let statements):
      expression(e)
      block(statements)
    case .loop(let statements), .atomic(let statements): block(statements)
    case .either(let branches):
      take(s.span, "either")
      for b in branches { block(b) }
    case .stall(let r, _, let e):
      reference(r)
      if let e { expression(e) }
    case .slow(let r, let e, let d):
      reference(r)
      expression(e)
      if let d { expression(d) }
    default: break
    }
  }

  private mutating func destination(_ target: CheckedTarget) {
    if case .balancer = program.nodes[target.node.node].kind { return }
    if case .all = target.node.selector, program.nodes[target.node.node].count != nil {
      take(target.span, "pick")
    } else {
      reference(target.node)
    }
  }

  private mutating func reference(_ r: NodeReference) {
    switch r.selector {
    case .element(let e): expression(e)
    case .slice(let a, let b):
      expression(a)
      expression(b)
    default: break
    }
  }

  mutating func expression(_ e: CheckedExpression) {
    switch e.kind {
    case .chance(let a):
      take(e.span, "chance")
      expression(a)
    case .anyOf(let a, let b):
      take(e.span, "any")
      expression(a)
      expression(b)
    case .draw(_, let arguments):
      take(e.span, "draw")
      for a in arguments { expression(a) }
    case .member(_, let r, let arguments):
      reference(r)
      for a in arguments { expression(a) }
    case .text(let parts): for case .value(let v) in parts { expression(v) }
    case .list(let items), .record(let items), .builtin(_, let items): for i in items { expression(i) }
    case .field(let a, _), .negate(let a), .not(let a), .convert(_, let a), .listMember(_, let a), .aggregate(_, let a):
      expression(a)
    case .arithmetic(_, let a, let b), .compare(_, let a, let b), .and(let a, let b), .or(let a, let b),
      .range(let a, let b), .contains(let a, let b):
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
