import OutageModel
import OutageSemantics
import OutageSyntax

extension Compiler {
  /// Faults, by operators or by processes (then what they hit is fused with them).
  func fault(_ s: CheckedStatement) throws(CompileFailure) {
    switch s.kind {
    case .crash(let references):
      for reference in references { try hit(.crash, reference) }
    case .restart(let references):
      for reference in references { try hit(.restart, reference) }
    case .stall(let reference, let label, let duration):
      touch(target(reference))
      if duration == nil { body.touches.stopped.insert(target(reference)) }
      let (a, b) = try elements(reference)
      var d = 0xFFFF
      if let duration {
        d = register()
        try into(duration, d)
      }
      code.emit(.stall, a: a, b: b, c: d, imm: label.map { Int64(labels.id($0)) } ?? -1)
    case .slow(let reference, let factor, let duration):
      touch(target(reference))
      let (a, b) = try elements(reference)
      let args = register(2)
      try into(factor, args)
      if !settled.isNumber(factor.type) { code.emit(.countToNumber, a: args, b: args) }
      if let duration { try into(duration, args + 1) } else { code.emit(.const, a: args + 1, imm: -1) }
      code.emit(.slow, a: a, b: b, c: args)
    case .cut(let one, let other): try drop(nil, one, other)
    case .drop(let share, let one, let other): try drop(share, one, other)
    case .heal(let one, let other):
      changesLinks()
      let args = register(2)
      guard let one else {
        let zero = const(0)
        code.emit(.heal, x: 0, a: zero, b: zero, c: args)
        return
      }
      let (a, b) = try elements(one)
      if let other {
        let (c, d) = try elements(other)
        move(c, args)
        move(d, args + 1)
      } else {
        code.emit(.const, a: args, imm: 0)
        code.emit(.const, a: args + 1, imm: 0)
      }
      code.emit(.heal, x: other == nil ? 1 : 2, a: a, b: b, c: args)
    case .follow(let references): try follow(references, s)
    default: break
    }
  }

  private func hit(_ op: Operation, _ reference: NodeReference) throws(CompileFailure) {
    try scratch { () throws(CompileFailure) in
      try goOn()
      touch(target(reference))
      body.touches.felled.insert(target(reference))
      let (a, b) = try elements(reference)
      code.emit(op, a: a, b: b)
    }
  }

  /// Links belong to the whole world: a process that changes them is fused with all of it. Operators work alone anyway.
  private func changesLinks() {
    for n in program.nodes.indices { touch(.all(n)) }
  }

  private func drop(_ share: CheckedExpression?, _ one: NodeReference, _ other: NodeReference) throws(CompileFailure) {
    changesLinks()
    body.touches.cuts.insert([target(one), target(other)])
    let (a, b) = try elements(one)
    let (c, d) = try elements(other)
    let args = register(3)
    move(c, args)
    move(d, args + 1)
    if let share { try into(share, args + 2) } else { code.emit(.const, a: args + 2, imm: Settled.word(1)) }
    code.emit(.drop, x: share == nil ? 1 : 0, a: a, b: b, c: args)
  }

  private func follow(_ references: [NodeReference], _ s: CheckedStatement) throws(CompileFailure) {
    let from = parts.orders.count
    for reference in references {
      try goOn()
      let n = reference.node
      var k: Int64 = 0
      if case .element(let e) = reference.selector {
        k = try settle(e)
        if k < 0 || k >= Int64(counts[n]) { throw settled.outOfRange(noElement(k, of: n), e, code: "E0504") }
      }
      parts.orders.append(Int32(first[n] + Int(k)))
    }
    code.emit(.follow, imm: Int64(from) | Int64(references.count) << 32)
  }
}
