import OutageModel
import OutageSemantics
import OutageSyntax

// In a live world parameters can be set. Conditions on them, which a run decides once and for all, are compiled both ways;
// which way counts for islands is what holds at the start, so that a live world is the world of the run, event for event.

/// What a body would touch if parameters were otherwise.
struct Untaken {
  enum Manner { case direct, linked, watched }
  var node: Int
  var isOperator: Bool
  var premises: [(condition: CheckedExpression, wanted: Bool)]
  var target: Touches.Target
  var manner: Manner
}

extension Compiler {
  /// Words of the timeline's first new element hold the parameters that are new.
  func placeParameters(from first: Int) throws(CompileFailure) {
    counts[timelineNode] = max(1, counts[timelineNode])
    for k in first..<program.params.count {
      let slot = (element: self.first[timelineNode], word: Active.header + k - first)
      slots?.append(slot)
      meta.initials.append(.init(element: slot.element, offset: slot.word, value: settled.params[k]))
    }
    fixedWords[timelineNode] += program.params.count - first
  }

  /// A value that may be another after a parameter was set.
  func isLive(_ e: CheckedExpression) -> Bool { slots != nil && readsParameters(e) }

  private func readsParameters(_ e: CheckedExpression) -> Bool {
    switch e.kind {
    case .param: true
    case .constant(let k): readsParameters(program.constants[k].value)
    case .negate(let a), .not(let a), .convert(_, let a): readsParameters(a)
    case .arithmetic(_, let a, let b), .compare(_, let a, let b), .and(let a, let b), .or(let a, let b):
      readsParameters(a) || readsParameters(b)
    case .builtin(_, let arguments): arguments.contains(where: readsParameters)
    default: false
    }
  }

  func parameter(_ k: Int, _ r: Int) {
    guard let slots, slots.indices.contains(k) else {
      code.emit(.const, a: r, imm: settled.params[k])
      return
    }
    fixups.append((code.code.count, slots[k].element, slots[k].word))
    code.emit(.loadAt, a: r)
  }

  func note(_ target: Touches.Target, _ manner: Untaken.Manner) {
    untaken.append(
      Untaken(
        node: body.node, isOperator: body.isOperator, premises: body.premises, target: target, manner: manner))
  }

  /// Compiles a statement whose condition is decided by parameters, both ways; false: it has none.
  func decidedLater(_ s: CheckedStatement) throws(CompileFailure) -> Bool {
    if let condition = s.condition, isLive(condition), let v = try settled.value(condition) {
      let out = code.label()
      try scratch { () throws(CompileFailure) in code.jump(.jumpUnless, a: try value(condition), to: out) }
      try taking(condition, true, v != 0) { () throws(CompileFailure) in
        step(s)
        try simple(s)
      }
      code.place(out)
      return true
    }
    if case .if(let condition, let yes, let no) = s.kind, s.condition == nil, isLive(condition),
      let v = try settled.value(condition)
    {
      let other = code.label()
      let out = code.label()
      try scratch { () throws(CompileFailure) in code.jump(.jumpUnless, a: try value(condition), to: other) }
      try taking(condition, true, v != 0) { () throws(CompileFailure) in try block(yes) }
      code.jump(to: out)
      code.place(other)
      try taking(condition, false, v == 0) { () throws(CompileFailure) in try block(no) }
      code.place(out)
      return true
    }
    return false
  }

  private func taking(
    _ condition: CheckedExpression, _ wanted: Bool, _ holds: Bool, _ work: () throws(CompileFailure) -> Void
  ) throws(CompileFailure) {
    let outer = body.isTaken
    body.premises.append((condition, wanted))
    body.isTaken = outer && holds
    settled.requiresRanges = body.isTaken
    try work()
    body.isTaken = outer
    settled.requiresRanges = outer
    body.premises.removeLast()
  }
}
