import OutageModel
import OutageSemantics
import OutageSyntax

// Aggregates over lists, ranges and elements: inline loops.

extension Compiler {
  func comprehension(
    _ aggregate: Aggregate, _ item: CheckedExpression, _ local: Int, _ source: CheckedExpression,
    _ filter: CheckedExpression?, _ e: CheckedExpression, _ r: Int
  ) throws(CompileFailure) {
    try scratch { () throws(CompileFailure) in
      try overList(
        source, filter: filter, local: local, slot: body.locals[local], aggregate, itemType: item.type, mayLack: mayLack(item), e, r
      ) { () throws(CompileFailure) in
        try self.value(item)
      }
    }
  }

  /// Loops over a list or range, each item in `slot`, and folds what `item` gives into r. Items without a value are left out.
  func overList(
    _ source: CheckedExpression, filter: CheckedExpression?, local: Int?, slot: Int, _ aggregate: Aggregate,
    itemType: Type, mayLack: Bool = false, _ e: CheckedExpression, _ r: Int, item: () throws(CompileFailure) -> Int
  ) throws(CompileFailure) {
    let isNumber = settled.isNumber(itemType)
    let result = aggregate == .collect ? r : register()
    let seen = register()
    let k = register()
    let test = register()
    let top = code.label()
    let next = code.label()
    let out = code.label()
    switch aggregate {
    case .collect: code.emit(.listNew, a: result)
    case .all: code.emit(.const, a: result, imm: 1)
    default: code.emit(.const, a: result, imm: 0)
    }
    code.emit(.const, a: seen, imm: 0)

    var list = 0
    let end: Int
    if case .range(let low, let high) = source.kind {
      try into(low, k)
      end = register()
      try into(high, end)
    } else {
      list = try value(source)
      code.emit(.const, a: k, imm: 0)
      end = register()
      code.emit(.listLength, a: end, b: list)
      code.emit(.addConst, a: end, b: end, imm: -1)
    }
    code.emit(.lessOrEqual, a: test, b: k, c: end)
    code.jump(.jumpUnless, a: test, to: out)
    code.place(top)
    if case .range = source.kind { move(k, slot) } else { code.emit(.listGet, a: slot, b: list, c: k) }
    if let filter {
      try scratch { () throws(CompileFailure) in code.jump(.jumpUnless, a: try value(filter), to: next) }
    }
    let outer = body.lacking
    if mayLack { body.lacking = next }
    try scratch { () throws(CompileFailure) in
      let v = try item()
      switch aggregate {
      case .collect: code.emit(.listAppend, a: result, b: v)
      case .any:
        move(v, result)
        code.jump(.jumpIf, a: result, to: out)
      case .all:
        move(v, result)
        code.jump(.jumpUnless, a: result, to: out)
      case .count:
        if itemType == .truth {
          code.emit(.addCount, a: result, b: result, c: v)
        } else {
          code.emit(.addConst, a: result, b: result, imm: 1)
        }
      case .sum, .mean:
        if isNumber {
          code.emit(.addNumber, a: result, b: result, c: v)
        } else {
          code.emit(.addCount, a: result, b: result, c: v)
        }
      case .min, .max:
        let first = code.label()
        let done = code.label()
        code.jump(.jumpUnless, a: seen, to: first)
        if isNumber {
          let f: NumberFunction = aggregate == .min ? .min : .max
          code.emit(.numberFunction, x: Int(f.rawValue), a: result, b: result, c: v)
        } else {
          code.emit(aggregate == .min ? .minCount : .maxCount, a: result, b: result, c: v)
        }
        code.jump(to: done)
        code.place(first)
        move(v, result)
        code.place(done)
      }
    }
    body.lacking = outer
    code.emit(.addConst, a: seen, b: seen, imm: 1)
    code.place(next)
    // The last one may be the greatest count there is: nothing comes after it.
    code.emit(.less, a: test, b: k, c: end)
    code.jump(.jumpUnless, a: test, to: out)
    code.emit(.addConst, a: k, b: k, imm: 1)
    code.emit(.turn)
    code.jump(to: top)
    code.place(out)
    if mayLack, aggregate != .collect { requirePresence(seen) }
    if aggregate == .mean {
      // The mean of nothing is 0. Counts, truths and numbers give a number; durations a duration.
      let zero = code.label()
      code.jump(.jumpUnless, a: seen, to: zero)
      if settled.isNumber(e.type) {
        if !isNumber { code.emit(.countToNumber, a: result, b: result) }
        code.emit(.countToNumber, a: seen, b: seen)
        code.emit(.divideNumber, a: result, b: result, c: seen)
      } else {
        code.emit(.divideCount, a: result, b: result, c: seen)
      }
      code.place(zero)
    }
    if aggregate != .collect { move(result, r) }
  }
}
