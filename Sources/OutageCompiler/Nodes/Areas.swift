import OutageModel
import OutageSemantics

// Exact means over time. What changes at events only has an integral that the world keeps; of a measure that is linear in
// such values the integral is the same measure of their integrals, constants taken times the time that has passed.

extension Compiler {
  private enum Linearity { case constant, level, none }

  /// The body that gives the integral of an expression over time; nil: it is not linear in what changes at events only.
  func areaBody(_ e: CheckedExpression, _ locals: [CheckedBody.Local]) throws(CompileFailure) -> Int? {
    if try linearity(e) == .none { return nil }
    return try withBody(.expression, node: timelineNode, locals: locals) { () throws(CompileFailure) in
      try area(e, 0)
      code.emit(.end)
    }
  }

  /// Whether some measure wants the mean over time of a variable of this node.
  func isMeasured(_ n: Int, _ type: Type) -> Bool {
    switch type {
    case .count, .number, .duration, .rate, .truth: break
    default: return false
    }
    if let integrated, integrated.indices.contains(n) { return integrated[n] }
    return program.windowedVariables.contains(n) || program.measures.contains { reads($0.value, variable: n) }
  }

  private func reads(_ e: CheckedExpression, variable n: Int) -> Bool {
    switch e.kind {
    case .member(.value, let reference, _): reference.node == n
    case .negate(let a), .convert(_, let a): reads(a, variable: n)
    case .arithmetic(_, let a, let b): reads(a, variable: n) || reads(b, variable: n)
    default: false
    }
  }

  private func linearity(_ e: CheckedExpression) throws(CompileFailure) -> Linearity {
    switch e.type {
    case .count, .number, .duration, .rate, .truth: break
    default: return .none
    }
    switch e.kind {
    case .integer, .number: return .constant
    case .param, .constant: return try settled.value(e) == nil ? .none : .constant
    case .member(let member, let reference, _): return areaCode(member, reference) == nil ? .none : .level
    case .negate(let a): return try linearity(a)
    case .convert(let conversion, let a):
      switch conversion {
      case .countToNumber, .durationToSeconds, .secondsToDuration: return try linearity(a)
      case .numberToCount, .textToAddress: return .none
      }
    case .arithmetic(let operation, let a, let b): return joined(operation, try linearity(a), try linearity(b))
    default: return .none
    }
  }

  private func joined(_ operation: Arithmetic, _ a: Linearity, _ b: Linearity) -> Linearity {
    if a == .none || b == .none { return .none }
    switch operation {
    case .countAdd, .countSubtract, .numberAdd, .numberSubtract: return a == .level || b == .level ? .level : .constant
    case .countMultiply, .numberMultiply: return a == .level && b == .level ? .none : a == .level ? a : b
    case .numberDivide: return b == .level ? .none : a
    case .countDivide, .countModulo: return a == .level || b == .level ? .none : .constant
    }
  }

  /// The member that gives the integral of a member.
  private func areaCode(_ member: Member, _ reference: NodeReference) -> MemberCode? {
    // Leases are counted together, not one by one.
    if member == .active, isArray(reference.node) { guard case .all = reference.selector else { return nil } }
    return areaMember(member, reference.node)
  }

  func areaMember(_ member: Member, _ n: Int) -> MemberCode? {
    switch (program.nodes[n].kind, member) {
    case (.queue, .length): .lengthArea
    case (.service, .queueLength): .queueArea
    case (.service, .busy): .busyArea
    case (.load, .inFlight): .flightArea
    case (.variable, .value): parts.nodes[n].measured != 0 ? .valueArea : nil
    case (.lease, .active): .activeArea
    default: nil
    }
  }

  /// The integral as a number in register r.
  private func area(_ e: CheckedExpression, _ r: Int) throws(CompileFailure) {
    if try linearity(e) == .constant {
      return try scratch { () throws(CompileFailure) in
        let time = register()
        code.emit(.now, a: time)
        code.emit(.countToNumber, a: time, b: time)
        code.emit(.multiplyNumber, a: r, b: try asNumber(e), c: time)
      }
    }
    switch e.kind {
    case .member(let member, let reference, _): try area(of: member, reference, e, r)
    case .negate(let a):
      try area(a, r)
      code.emit(.negateNumber, a: r, b: r)
    case .convert(let conversion, let a):
      try area(a, r)
      if conversion == .countToNumber { return }
      let seconds = try scratch { () throws(CompileFailure) in const(Settled.word(1e9)) }
      code.emit(conversion == .durationToSeconds ? .divideNumber : .multiplyNumber, a: r, b: r, c: seconds)
    case .arithmetic(let operation, let a, let b):
      try scratch { () throws(CompileFailure) in
        let isProduct = operation == .countMultiply || operation == .numberMultiply || operation == .numberDivide
        // Of a product one side is constant: it is taken as it is.
        func side(_ e: CheckedExpression) throws(CompileFailure) -> Int {
          if isProduct, try linearity(e) == .constant { return try asNumber(e) }
          let x = register()
          try area(e, x)
          return x
        }
        let (x, y) = (try side(a), try side(b))
        let op: Operation =
          switch operation {
          case .countAdd, .numberAdd: .addNumber
          case .countSubtract, .numberSubtract: .subtractNumber
          case .countMultiply, .numberMultiply: .multiplyNumber
          case .numberDivide, .countDivide, .countModulo: .divideNumber
          }
        code.emit(op, a: r, b: x, c: y)
      }
    default: break
    }
  }

  private func asNumber(_ e: CheckedExpression) throws(CompileFailure) -> Int {
    let x = try value(e)
    if settled.isNumber(e.type) { return x }
    let number = register()
    code.emit(.countToNumber, a: number, b: x)
    return number
  }

  private func area(of member: Member, _ reference: NodeReference, _ e: CheckedExpression, _ r: Int)
    throws(CompileFailure)
  {
    guard let code = areaCode(member, reference) else { return }
    touchToRead(reference, e.span)
    let isAll = if case .all = reference.selector { isArray(reference.node) } else { false }
    if isAll || code == .activeArea {
      self.code.emit(.readAll, x: Int(code.rawValue), a: r, imm: Int64(reference.node))
    } else {
      try scratch { () throws(CompileFailure) in
        self.code.emit(.read, x: Int(code.rawValue), a: r, b: try element(reference))
      }
    }
  }
}
