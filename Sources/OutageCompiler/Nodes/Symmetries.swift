import OutageModel
import OutageSemantics
import OutageSyntax

// Which arrays of processes have interchangeable elements. The index of such a process is what C. N. Ip and D. L. Dill call
// a scalarset ("Better verification through symmetry", Formal Methods in System Design 9, 1996): it names the element of
// an array of variables of the same length, it is compared with another index of its kind, and nothing else; whoever else
// looks at these arrays goes through all of their elements and cannot tell in which order. Then any exchange of two
// elements, of the processes and of their variables at once, turns steps into steps. Nothing here must err on the other
// side: what is not understood is an obstacle.

extension Compiler {
  func describeSymmetries() throws(CompileFailure) {
    for n in program.nodes.indices where counts[n] > 1 {
      guard case .process = program.nodes[n].kind else { continue }
      meta.exploring.symmetries.append(try symmetry(of: n))
    }
  }

  private func symmetry(of n: Int) throws(CompileFailure) -> ImageMeta.Symmetry {
    let processes = elements(ofNode: n)
    var symmetry = ImageMeta.Symmetry(processes: processes)
    var scalars = ScalarSet(self, n)
    scalars.walkBodies()
    symmetry.obstacle = obstacle(processes) ?? scalars.obstacle
    if symmetry.obstacle != nil { return symmetry }
    symmetry.partners = scalars.partners.sorted().map(elements(ofNode:))
    var k = 0
    for property in program.properties where try holds(property.applies) {
      symmetry.telling[k] = scalars.obstacle(in: property)
      k += 1
    }
    return symmetry
  }

  private func elements(ofNode n: Int) -> ClosedRange<Int> { first[n]...first[n] + counts[n] - 1 }

  /// What lies beside the bodies.
  private func obstacle(_ processes: ClosedRange<Int>) -> String? {
    if meta.exploring.processes.contains(where: { processes.contains($0.element) && $0.calls }) {
      return "it calls services, whose requests remember who sent them"
    }
    for budget in meta.exploring.faultBudgets where budget.elements.overlaps(processes) {
      if budget.elements != processes { return "a fault is declared for one element" }
    }
    return nil
  }
}

/// A walk over all that takes part in a search, with an eye on the index of one array of processes.
private struct ScalarSet {
  let compiler: Compiler
  let array: Int
  /// Arrays of variables that the index names elements of.
  private(set) var partners: Set<Int> = []
  private(set) var obstacle: String?
  /// Where an array was first looked at by element, or in an order, by array.
  private var singled: [Int: Span] = [:]
  /// Locals of the body at hand that go through all elements, as indices of this kind.
  private var identities: Set<Int> = []
  /// The body at hand is that of the processes.
  private var isOwn = false
  private var isProperty = false

  init(_ compiler: Compiler, _ array: Int) {
    self.compiler = compiler
    self.array = array
  }

  private var count: Int { compiler.counts[array] }

  private func owner(_ n: Int) -> Int? {
    if case .variable(_, _, let owner) = compiler.program.nodes[n].kind { owner } else { nil }
  }

  private func isVariable(_ n: Int) -> Bool {
    if case .variable = compiler.program.nodes[n].kind { true } else { false }
  }

  private func isGoneThrough(_ n: Int) -> Bool { n == array || partners.contains(n) }

  private mutating func stop(_ reason: String, _ span: Span) {
    if obstacle == nil { obstacle = "\(reason), line \(compiler.line(span))" }
  }

  // MARK: Bodies and properties

  /// Goes over all bodies until no more arrays are found that go with the processes.
  mutating func walkBodies() {
    var known = -1
    while known < partners.count {
      known = partners.count
      obstacle = nil
      singled = [:]
      for (n, node) in compiler.program.nodes.enumerated() {
        isOwn = n == array
        identities = []
        switch node.kind {
        case .process(let body): walk(body.statements)
        case .service(let service): for handler in service.handlers { walk(handler.body.statements) }
        case .variable, .plans, .dns, .queue, .lease, .balancer, .load: break
        }
      }
    }
    stopAtSingled()
  }

  /// Why a property tells elements apart, or nil.
  func obstacle(in property: CheckedProgram.Property) -> String? {
    var walk = self
    (walk.isOwn, walk.isProperty) = (false, true)
    (walk.identities, walk.singled) = ([], [:])
    walk.walk(property.condition)
    if case .leadsTo(let premise) = property.kind { walk.walk(premise) }
    walk.stopAtSingled()
    return walk.obstacle
  }

  private mutating func stopAtSingled() {
    for n in singled.keys.sorted() where isGoneThrough(n) {
      if let span = singled[n] { stop("the elements of \(compiler.name(n)) are told apart", span) }
    }
  }

  // MARK: Statements

  private mutating func walk(_ statements: [CheckedStatement]) {
    for s in statements { walk(s) }
  }

  private mutating func walk(_ statements: [CheckedStatement]?) {
    if let statements { walk(statements) }
  }

  private func settled(_ e: CheckedExpression) -> Int64? { (try? compiler.settled.value(e)) ?? nil }

  /// What parameters take out is not there.
  private mutating func walk(_ s: CheckedStatement) {
    if let condition = s.condition {
      if settled(condition) == 0 { return }
      walk(condition)
    } else if case .if(let condition, let yes, let no) = s.kind, let v = settled(condition) {
      return walk(v != 0 ? yes : no)
    }
    switch s.kind {
    case .let(_, let e), .wait(let e), .work(let e), .operation(let e): walk(e)
    case .assign(_, let reference, let e), .assignField(let reference, _, let e):
      walk(e)
      use(reference, isAssigned: true, s.span)
    case .assignHandlerLimit(let reference, _, let e):
      walk(e)
      use(reference, s.span)
    case .blocking(_, let member, let reference, let arguments, let timeout, let otherwise):
      if isOwn, member == .acquire { stop("it takes a lease, which knows its holder", s.span) }
      use(reference, s.span)
      arguments.forEach { walk($0) }
      walk(timeout)
      walk(otherwise)
    case .call(_, let call, let otherwise):
      walk(call.target)
      walk(call.timeout)
      if case .times(let e) = call.retry { walk(e) }
      for e in [call.backoff, call.backoffLimit, call.budget, call.burst] { walk(e) }
      walk(otherwise)
    case .send(let target): walk(target)
    case .waitUntil(let e, let timeout, let otherwise):
      walk(e)
      walk(timeout)
      walk(otherwise)
    case .return(let e), .fail(let e): walk(e)
    case .log(let e): walk(logged: e)
    case .if(let e, let yes, let no):
      walk(e)
      walk(yes)
      walk(no)
    case .forIn(_, let source, let filter, let statements):
      walk(source)
      walk(filter)
      walk(statements)
    case .repeat(let e, let statements), .while(let e, let statements):
      walk(e)
      walk(statements)
    case .loop(let statements), .atomic(let statements): walk(statements)
    case .either(let branches): for branch in branches { walk(branch) }
    case .break, .continue: break
    case .stall, .crash, .restart, .slow, .cut, .drop, .heal, .follow: stop("a process injects faults", s.span)
    }
  }

  private mutating func walk(_ target: CheckedTarget) {
    use(target.node, target.span)
    target.arguments.forEach { walk($0) }
  }

  /// A search keeps no log: it may say which element it is of.
  private mutating func walk(logged e: CheckedExpression) {
    guard case .text(let parts) = e.kind else { return walk(e) }
    for case .value(let value) in parts where !isIdentity(value) { walk(value) }
  }

  // MARK: Expressions

  private func isIdentity(_ e: CheckedExpression) -> Bool {
    switch e.kind {
    case .index: isOwn
    case .local(let k): identities.contains(k)
    default: false
    }
  }

  private mutating func walk(_ e: CheckedExpression?) {
    guard let e else { return }
    if e.type.width == 1, settled(e) != nil { return }
    if isIdentity(e) { return stop("its index is used as a number", e.span) }
    switch e.kind {
    case .constant(let k): walk(compiler.program.constants[k].value)
    case .member(let member, let reference, let arguments):
      if isOwn, member == .renew || member == .release { stop("it holds a lease, which knows its holder", e.span) }
      use(reference, member: member, e.span)
      arguments.forEach { walk($0) }
    case .address(let reference): use(reference, e.span)
    case .compare(let comparison, let a, let b) where comparison == .equal || comparison == .notEqual:
      if isIdentity(a), isIdentity(b) { return }
      walk(a)
      walk(b)
    case .comprehension(let aggregate, let item, let local, let source, let filter):
      if isWhole(source), names(item, local) || filter.map({ names($0, local) }) ?? false {
        return walkAll(aggregate, item, local, filter, e.span)
      }
      walk(source)
      walk(item)
      walk(filter)
    default: e.parts.forEach { walk($0) }
    }
  }

  /// An aggregate over all elements: what comes out is the same in whichever order they stand.
  private mutating func walkAll(
    _ aggregate: Aggregate, _ item: CheckedExpression, _ local: Int, _ filter: CheckedExpression?, _ span: Span
  ) {
    let name = "`\(aggregate.rawValue)`"
    let whole = [local: 0...Int64(count - 1)]
    switch aggregate {
    case .any, .all:
      // It ends at the first element that decides: no other may fail instead.
      if !isSafe(item, whole) || !(filter.map { isSafe($0, whole) } ?? true) {
        stop("\(name) ends early, and what it looks at can fail", span)
      }
    case .count: break
    case .min, .max:
      if compiler.settled.isNumber(item.type) { stop("\(name) of numbers depends on their order", span) }
    case .sum, .mean: stop("\(name) overflows in one order and not in another", span)
    case .collect: stop("a list of elements has an order", span)
    }
    if draws(item) || filter.map(draws) ?? false { stop("\(name) draws by element", span) }
    identities.insert(local)
    walk(item)
    walk(filter)
    identities.remove(local)
  }

  /// `0..n - 1`
  private func isWhole(_ source: CheckedExpression) -> Bool {
    guard case .range(let low, let high) = source.kind else { return false }
    return known(low) == 0 && known(high) == Int64(count - 1)
  }

  private func known(_ e: CheckedExpression) -> Int64? {
    switch e.kind {
    case .elementCount(let n): return Int64(compiler.counts[n])
    case .arithmetic(.countSubtract, let a, let b):
      guard let x = known(a), let y = known(b) else { return nil }
      let (difference, overflow) = x.subtractingReportingOverflow(y)
      return overflow ? nil : difference
    default: return settled(e)
    }
  }

  /// Whether a local names an element of the processes or of what goes with them, or is compared with their index.
  private func names(_ e: CheckedExpression, _ local: Int) -> Bool {
    func isIt(_ e: CheckedExpression) -> Bool { if case .local(local) = e.kind { true } else { false } }
    switch e.kind {
    case .member(_, let reference, _), .address(let reference):
      if case .element(let index) = reference.selector, isIt(index), isGoneThrough(reference.node) { return true }
    case .compare(_, let a, let b):
      if isIt(a) && isIdentity(b) || isIt(b) && isIdentity(a) { return true }
    default: break
    }
    return e.parts.contains { names($0, local) }
  }

  /// It gives a value whatever the state is.
  /// - Parameter locals: what goes through elements here, and from where to where.
  private func isSafe(_ e: CheckedExpression, _ locals: [Int: ClosedRange<Int64>]) -> Bool {
    if e.type.width == 1, settled(e) != nil { return true }
    switch e.kind {
    case .integer, .number, .param, .local, .index, .elementCount: return true
    case .member(let member, let reference, let arguments):
      switch member {
      case .value, .latest, .version, .length, .holder, .token, .active, .finished, .has: break
      default: return false
      }
      return isSafe(reference, locals) && arguments.allSatisfy { isSafe($0, locals) }
    case .not(let a), .field(let a, _): return isSafe(a, locals)
    case .and(let a, let b), .or(let a, let b), .compare(_, let a, let b):
      return isSafe(a, locals) && isSafe(b, locals)
    case .contains(let list, let item):
      switch list.kind {
      case .list(let items): return isSafe(item, locals) && items.allSatisfy { isSafe($0, locals) }
      case .range(let low, let high): return [item, low, high].allSatisfy { isSafe($0, locals) }
      default: return false
      }
    case .comprehension(let aggregate, let item, let local, let source, let filter):
      guard aggregate == .any || aggregate == .all || aggregate == .count, case .range(let low, let high) = source.kind,
        let from = known(low), let to = known(high), from <= to
      else { return false }
      var locals = locals
      locals[local] = from...to
      return isSafe(item, locals) && filter.map { isSafe($0, locals) } ?? true
    default: return false
    }
  }

  /// There is such an element.
  private func isSafe(_ reference: NodeReference, _ locals: [Int: ClosedRange<Int64>]) -> Bool {
    let count = Int64(compiler.counts[reference.node])
    switch reference.selector {
    case .single, .own: return true
    case .element(let index):
      if isIdentity(index) || settled(index) != nil { return true }
      guard case .local(let local) = index.kind, let range = locals[local] else { return false }
      return range.lowerBound >= 0 && range.upperBound < count
    case .all, .slice: return false
    }
  }

  private func draws(_ e: CheckedExpression) -> Bool {
    switch e.kind {
    case .chance, .anyOf, .draw, .external: true
    default: e.parts.contains(where: draws)
    }
  }

  // MARK: Elements

  private mutating func use(
    _ reference: NodeReference, member: Member = .value, isAssigned: Bool = false, _ span: Span
  ) {
    let n = reference.node
    switch reference.selector {
    case .single: break
    case .own: if isOwn { name(n, member, isByIndex: true, span) } else { single(n, span) }
    case .element(let index):
      if settled(index) == nil, isIdentity(index) {
        if case .index = index.kind { return name(n, member, isByIndex: true, span) }
        return name(n, member, isByIndex: false, span)
      }
      single(n, span)
      walk(index)
    case .all:
      // The same for every element; how many are true.
      if isAssigned, isVariable(n) { return }
      if n == array, member == .finished { return }
      if isTruth(n) { return }
      single(n, span)
    case .slice(let low, let high):
      single(n, span)
      walk(low)
      walk(high)
    }
  }

  private func isTruth(_ n: Int) -> Bool {
    if case .variable(.truth, _, _) = compiler.program.nodes[n].kind { true } else { false }
  }

  private mutating func single(_ n: Int, _ span: Span) {
    if singled[n] == nil { singled[n] = span }
  }

  /// An element is named by an index of the processes.
  private mutating func name(_ n: Int, _ member: Member, isByIndex: Bool, _ span: Span) {
    if n == array {
      if member != .finished { stop("\(compiler.name(n)).\(member.rawValue) is read", span) }
      return
    }
    guard isVariable(n), compiler.counts[n] == count else {
      return stop("\(compiler.name(n)) has elements by its index, and is no variable of \(count)", span)
    }
    // What an element keeps to itself is looked at by nobody else of them.
    if isOwn, !isByIndex, owner(n) == array { return single(n, span) }
    if isProperty {
      if !partners.contains(n) { stop("\(compiler.name(n)) is looked at by its index", span) }
    } else {
      partners.insert(n)
    }
  }
}
