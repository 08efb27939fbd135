import OutageSemantics

// Statements that a parameter takes out keep the ordinals of their random places, so that a variant leaves the streams
// of all other places alone.

extension Compiler {
  func skipPlaces(_ s: CheckedStatement) {
    count(s.condition)
    switch s.kind {
    case .let(_, let e), .operation(let e), .wait(let e), .work(let e), .log(let e): count(e)
    case .assign(_, let r, let e), .assignField(let r, _, let e), .assignHandlerLimit(let r, _, let e):
      count(r)
      count(e)
    case .blocking(_, _, let r, let arguments, let timeout, let otherwise):
      count(r)
      arguments.forEach(count)
      count(timeout)
      otherwise?.forEach(skipPlaces)
    case .call(_, let call, let otherwise):
      skip(call.target)
      count(call.timeout)
      if case .times(let e) = call.retry { count(e) }
      count(call.backoff)
      count(call.backoffLimit)
      if call.backoff != nil { ordinals[body.node] += 1 }
      count(call.budget)
      count(call.burst)
      otherwise?.forEach(skipPlaces)
    case .send(let target): skip(target)
    case .waitUntil(let e, let timeout, let otherwise):
      count(e)
      count(timeout)
      otherwise?.forEach(skipPlaces)
    case .return(let e), .fail(let e): count(e)
    case .if(let e, let yes, let no):
      count(e)
      yes.forEach(skipPlaces)
      no.forEach(skipPlaces)
    case .forIn(_, let e, let filter, let statements):
      count(e)
      count(filter)
      statements.forEach(skipPlaces)
    case .repeat(let e, let statements), .while(let e, let statements):
      count(e)
      statements.forEach(skipPlaces)
    case .loop(let statements), .atomic(let statements): statements.forEach(skipPlaces)
    case .either(let branches):
      ordinals[body.node] += 1
      for branch in branches { branch.forEach(skipPlaces) }
    case .stall(let r, _, let e):
      count(r)
      count(e)
    case .slow(let r, let e, let d):
      count(r)
      count(e)
      count(d)
    case .drop(let e, _, _): count(e)
    case .break, .continue, .crash, .restart, .cut, .heal, .follow: break
    }
  }

  /// The destination of a call draws an element of an array, or an address and a cache.
  private func skip(_ target: CheckedTarget) {
    target.arguments.forEach(count)
    let n = target.node.node
    if case .service(let service) = program.nodes[n].kind {
      if service.record != nil {
        ordinals[body.node] += 2
      } else if case .all = target.node.selector, isArray(n) {
        ordinals[body.node] += 1
      }
    }
    count(target.node)
  }

  private func count(_ r: NodeReference) {
    switch r.selector {
    case .element(let e): count(e)
    case .slice(let a, let b):
      count(a)
      count(b)
    case .single, .all, .own: break
    }
  }

  /// What is known before the run draws nothing, and still counts.
  func skipPlaces(_ e: CheckedExpression) { count(e) }

  private func count(_ e: CheckedExpression?) {
    if let e { count(e) }
  }

  private func count(_ e: CheckedExpression) {
    switch e.kind {
    case .chance(let a):
      ordinals[body.node] += 1
      count(a)
    case .anyOf(let a, let b):
      ordinals[body.node] += 1
      count(a)
      count(b)
    case .draw(_, let arguments):
      ordinals[body.node] += 1
      arguments.forEach(count)
    case .member(_, let r, let arguments):
      count(r)
      arguments.forEach(count)
    case .list(let items), .record(let items), .builtin(_, let items), .external(_, let items): items.forEach(count)
    case .field(let a, _), .negate(let a), .not(let a), .convert(_, let a), .listMember(_, let a),
      .aggregate(_, let a):
      count(a)
    case .arithmetic(_, let a, let b), .compare(_, let a, let b), .and(let a, let b), .or(let a, let b),
      .range(let a, let b), .contains(let a, let b):
      count(a)
      count(b)
    case .comprehension(_, let item, _, let source, let filter):
      count(item)
      count(source)
      count(filter)
    case .text(let parts):
      for case .value(let v) in parts { count(v) }
    case .integer, .number, .param, .constant, .local, .index, .now, .measure, .elementCount, .stuck,
      .address, .missing:
      break
    }
  }
}
