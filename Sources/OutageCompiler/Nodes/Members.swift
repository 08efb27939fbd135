import OutageModel
import OutageSemantics
import OutageSyntax

// Elements and their members in expressions.

extension Compiler {
  /// A register with the element that a reference speaks of (one element).
  func element(_ reference: NodeReference) throws(CompileFailure) -> Int {
    let n = reference.node
    switch reference.selector {
    case .single, .all: return const(Int64(first[n]))
    case .own:
      let r = register()
      if n == body.node {
        code.emit(.own, a: r)
      } else {
        code.emit(.index, a: r)
        code.emit(.addConst, a: r, b: r, imm: Int64(first[n]))
      }
      return r
    case .element(let e): return try element(n, e)
    case .slice(let low, _): return try element(n, low)
    }
  }

  private func element(_ n: Int, _ index: CheckedExpression) throws(CompileFailure) -> Int {
    if let v = try settled.value(index) {
      if v < 0 || v >= Int64(counts[n]) {
        throw settled.outOfRange(noElement(v, of: n), index, code: "E0504")
      }
      return const(Int64(first[n]) + v)
    }
    let r = register()
    try scratch { () throws(CompileFailure) in
      let k = try value(index)
      code.emit(.element, a: r, b: k, imm: Int64(counts[n]) << 32 | Int64(first[n]))
    }
    return r
  }

  /// In the words of the checker, which knows some sizes.
  func noElement(_ k: Int64, of n: Int) -> String {
    if k < 0 { return "an index counts from 0" }
    return "'\(name(n))' has \(counts[n]) element\(counts[n] == 1 ? "" : "s"), counted from 0"
  }

  /// Registers with the first and the last element that a reference speaks of.
  func elements(_ reference: NodeReference) throws(CompileFailure) -> (Int, Int) {
    let n = reference.node
    switch reference.selector {
    case .all: return (const(Int64(first[n])), const(Int64(first[n] + counts[n] - 1)))
    case .slice(let low, let high): return (try element(n, low), try element(n, high))
    default:
      let r = try element(reference)
      return (r, r)
    }
  }

  /// Emits `work` for each element of a reference, its register given.
  func eachElement(_ reference: NodeReference, _ work: (Int) throws(CompileFailure) -> Void) throws(CompileFailure) {
    switch reference.selector {
    case .all where isArray(reference.node), .slice:
      try scratch { () throws(CompileFailure) in
        let (from, to) = try elements(reference)
        let e = register()
        let test = register()
        let top = code.label()
        let out = code.label()
        move(from, e)
        code.place(top)
        code.emit(.lessOrEqual, a: test, b: e, c: to)
        code.jump(.jumpUnless, a: test, to: out)
        try work(e)
        code.emit(.addConst, a: e, b: e, imm: 1)
        code.emit(.turn)
        code.jump(to: top)
        code.place(out)
      }
    default:
      try scratch { () throws(CompileFailure) in try work(try element(reference)) }
    }
  }

  /// Reading a member, or an operation that gives a value.
  func member(
    _ member: Member, _ reference: NodeReference, _ arguments: [CheckedExpression], _ e: CheckedExpression, _ r: Int
  ) throws(CompileFailure) {
    let n = reference.node
    touchToRead(reference, e.span)
    if case .variable(let type, _, _) = program.nodes[n].kind {
      return try variable(n, type, reference, e, r)
    }
    if case .dns(let plans, _) = program.nodes[n].kind, member == .addresses {
      touch(counts[plans.node] == counts[n] ? sibling(target(reference), plans.node) : .all(plans.node))
    }
    if case .balancer(let service, _) = program.nodes[n].kind, member == .removed { touch(.all(service)) }
    try requireOneValue(member, n, e.span)
    let code = try memberCode(member, e.span)
    if member == .queueOldest || member == .oldest { body.readsTime = true }
    if case .all = reference.selector, isArray(n) {
      valueSpans[self.code.code.count] = e.span
      self.code.emit(.readAll, x: Int(code.rawValue), a: r, imm: Int64(n))
      return
    }
    try scratch { () throws(CompileFailure) in
      let element = try self.element(reference)
      switch member {
      case .versions, .addresses, .has, .add, .delete, .put, .apply, .clear, .queueClear, .renew, .release:
        if member == .renew { meta.exploring.renewed.insert(n) }
        try operate(member, element, arguments, result: r, e.span)
      default:
        valueSpans[self.code.code.count] = e.span
        self.code.emit(.read, x: Int(code.rawValue), a: r, b: element)
      }
    }
  }

  /// What is drawn anew each time has no one value.
  private func requireOneValue(_ member: Member, _ n: Int, _ span: Span) throws(CompileFailure) {
    if member == .latency, drawnLatency[n] != nil {
      throw CompileFailure("E0612", "`latency` is drawn for each message: it has no one value", span)
    }
    guard member == .think, case .load(let attributes, _) = program.nodes[n].kind else { return }
    for a in attributes where try holds(a.condition) {
      guard case .think(let e) = a.value, try settled.value(e) == nil else { continue }
      throw CompileFailure("E0612", "`think` is drawn for each pause: it has no one value", span)
    }
  }

  private func sibling(_ target: Touches.Target, _ n: Int) -> Touches.Target {
    switch target {
    case .own: .own(n)
    case .element(_, let k): .element(n, k)
    case .all: .all(n)
    }
  }

  private func variable(_ n: Int, _ type: Type, _ reference: NodeReference, _ e: CheckedExpression, _ r: Int)
    throws(CompileFailure)
  {
    if case .all = reference.selector, isArray(n) {
      // Counts add, truths count.
      try scratch { () throws(CompileFailure) in
        let sum = const(0)
        try eachElement(reference) { element throws(CompileFailure) in
          try scratch { () throws(CompileFailure) in
            let v = register()
            variableAccess[code.code.count] = n
            code.emit(.load, a: v, b: element, imm: 0)
            code.emit(.addCount, a: sum, b: sum, c: v)
          }
        }
        move(sum, r)
      }
      return
    }
    if case .element(_, let k) = target(reference), !isExploring {
      for word in 0..<type.width {
        fixups.append((code.code.count, first[n] + k, word))
        variableAccess[code.code.count] = n
        code.emit(.loadAt, a: r + word)
      }
      return
    }
    try scratch { () throws(CompileFailure) in
      let element = try self.element(reference)
      for word in 0..<type.width {
        variableAccess[code.code.count] = n
        code.emit(.load, a: r + word, b: element, imm: Int64(word))
      }
    }
  }

  /// An operation on one element with its arguments.
  func operate(_ member: Member, _ element: Int, _ arguments: [CheckedExpression], result: Int, _ span: Span)
    throws(CompileFailure)
  {
    let width = arguments.reduce(0) { $0 + max(1, $1.type.width) }
    if member == .add {
      // One list of addresses, which moves into the store.
      let list = listRegister()
      code.emit(.listNew, a: list)
      for argument in arguments {
        if isList(argument.type) {
          let other = try value(argument)
          try appendList(other, to: list)
        } else if case .address(let reference) = argument.kind {
          try eachElement(reference) { e throws(CompileFailure) in
            let r = register()
            code.emit(.negateCount, a: r, b: e)
            code.emit(.addConst, a: r, b: r, imm: -1)
            code.emit(.listAppend, a: list, b: r)
          }
        } else {
          try scratch { () throws(CompileFailure) in code.emit(.listAppend, a: list, b: try value(argument)) }
        }
      }
      code.emit(.operate, x: Int(MemberCode.add.rawValue), a: result, b: element, c: list, imm: 1)
      return
    }
    let args = register(max(1, width))
    var at = args
    for argument in arguments {
      try into(argument, at)
      at += max(1, argument.type.width)
    }
    code.emit(
      .operate, x: Int(try memberCode(member, span).rawValue), a: result, b: element, c: args, imm: Int64(width))
  }

  private func appendList(_ from: Int, to: Int) throws(CompileFailure) {
    let k = const(0)
    let n = register()
    let item = register()
    let top = code.label()
    let out = code.label()
    code.emit(.listLength, a: n, b: from)
    code.place(top)
    code.emit(.less, a: item, b: k, c: n)
    code.jump(.jumpUnless, a: item, to: out)
    code.emit(.listGet, a: item, b: from, c: k)
    code.emit(.listAppend, a: to, b: item)
    code.emit(.addConst, a: k, b: k, imm: 1)
    code.emit(.turn)
    code.jump(to: top)
    code.place(out)
  }

  func memberCode(_ member: Member, _ span: Span) throws(CompileFailure) -> MemberCode {
    switch member {
    case .latest: .latest
    case .versions: .versions
    case .has: .has
    case .delete: .delete
    case .add: .add
    case .version: .version
    case .addresses: .addresses
    case .apply: .apply
    case .ttl: .ttl
    case .negative: .negative
    case .put: .put
    case .length: .length
    case .oldest: .oldest
    case .clear: .clear
    case .capacity: .capacity
    case .renew: .renew
    case .release: .release
    case .holder: .holder
    case .token: .token
    case .active: .active
    case .lasts: .lasts
    case .renewEvery: .renewEvery
    case .queueLength: .queueLength
    case .queueOldest: .queueOldest
    case .queueClear: .queueClear
    case .queueCapacity: .queueCapacity
    case .servers: .servers
    case .limit: .limit
    case .latency: .latency
    case .enabled: .enabled
    case .busy: .busy
    case .up: .up
    case .arrived: .arrived
    case .completed: .completed
    case .failed: .failed
    case .refused: .refused
    case .dropped: .dropped
    case .expired: .expired
    case .wasted: .wasted
    case .failover: .failover
    case .velocity: .velocity
    case .healthy: .healthy
    case .checkEvery: .checkEvery
    case .removed: .removed
    case .rate: .rate
    case .users: .users
    case .think: .think
    case .started: .started
    case .ok: .ok
    case .retries: .retries
    case .timeouts: .timeouts
    case .inFlight: .inFlight
    case .latencyMean: .latencyMean
    case .latencyP50: .latencyP50
    case .latencyP90: .latencyP90
    case .latencyP99: .latencyP99
    case .latencyP999: .latencyP999
    case .finished: .finished
    case .take, .acquire, .value, .utilisation, .failedShare:
      throw CompileFailure("E0609", "\(member.rawValue) stands alone or behind `let v =`", span)
    }
  }
}
