import OutageModel
import OutageSemantics
import OutageSyntax

extension Compiler {
  func isList(_ type: Type) -> Bool {
    if case .list = type { return true }
    return false
  }

  /// The register (first of them) that holds the value of `e`: a local's own, or a fresh one. Not to be written.
  func value(_ e: CheckedExpression) throws(CompileFailure) -> Int {
    try goOn()
    if case .local(let k) = e.kind {
      if let present = body.presence[k] { requirePresence(present) }
      try require(e, body.locals[k])
      return body.locals[k]
    }
    if case .field(let record, let ordinal) = e.kind {
      let r = try value(record) + fieldOffset(record.type, ordinal)
      try require(e, r)
      return r
    }
    let r = isList(e.type) ? listRegister() : register(max(1, e.type.width))
    try into(e, r)
    return r
  }

  func fieldOffset(_ type: Type, _ ordinal: Int) -> Int {
    guard case .record(let fields) = type else { return 0 }
    return fields.prefix(ordinal).reduce(0) { $0 + $1.type.width }
  }

  func move(_ from: Int, _ to: Int, width: Int = 1) {
    if from == to { return }
    for k in 0..<width { code.emit(.move, a: to + k, b: from + k) }
  }

  /// The arguments of a distribution that are all known before the run.
  private func knownArguments(_ arguments: [CheckedExpression]) throws(CompileFailure) -> (Int64, Int64)? {
    var known: [Int64] = []
    for e in arguments {
      guard e.type.width == 1, !isList(e.type), !isLive(e), let v = try settled.value(e) else { return nil }
      known.append(v)
    }
    let first = known.first ?? 0
    return (first, known.count > 1 ? known[1] : first)
  }

  /// Writes the value of `e` to registers r….
  func into(_ e: CheckedExpression, _ r: Int) throws(CompileFailure) {
    try write(e, r)
    try require(e, r)
  }

  /// Of a value that must lie in a range and is not known before the run, the run makes sure when it is there.
  private func require(_ e: CheckedExpression, _ r: Int) throws(CompileFailure) {
    guard let rule = e.rule, e.type.width == 1, !isList(e.type) else { return }
    let isKnown = try settled.value(e) != nil
    if isKnown, settled.requiresRanges, !isLive(e) { return }
    require(rule, r, isNumber: settled.isNumber(e.type))
  }

  private func require(_ rule: RangeRule, _ r: Int, isNumber: Bool) {
    let x = (isNumber ? 1 : 0) | Int(rule.trouble.rawValue) << 1
    code.emit(.within, x: x, a: r, imm: Int64(rule.rawValue))
  }

  /// That two values are in order.
  private func requireOrder(_ rule: RangeRule, _ low: Int, _ high: Int, isNumber: Bool) throws(CompileFailure) {
    try scratch { () throws(CompileFailure) in
      let test = register()
      code.emit(isNumber ? .lessOrEqualNumber : .lessOrEqual, a: test, b: low, c: high)
      require(rule, test, isNumber: false)
    }
  }

  private func write(_ e: CheckedExpression, _ r: Int) throws(CompileFailure) {
    if e.type.width == 1, !isList(e.type), !isLive(e), let v = try settled.value(e) {
      code.emit(.const, a: r, imm: v)
      return
    }
    switch e.kind {
    case .param(let k): parameter(k, r)
    case .integer, .number, .missing: code.emit(.const, a: r, imm: try settled.value(e) ?? 0)
    case .constant(let k): try into(program.constants[k].value, r)
    case .text(let parts):
      guard let text = plainText(parts) else {
        throw CompileFailure("E0608", "a text with values can only be logged", e.span)
      }
      code.emit(.const, a: r, imm: Int64(settled.texts.id(text)))
    case .local(let k):
      if let present = body.presence[k] { requirePresence(present) }
      if isList(e.type) {
        try copyList(from: body.locals[k], to: r)
      } else {
        move(body.locals[k], r, width: e.type.width)
      }
    case .index: code.emit(.index, a: r)
    case .now:
      body.readsTime = true
      valueSpans[code.code.count] = e.span
      code.emit(.now, a: r)
    case .member(let member, let reference, let arguments): try self.member(member, reference, arguments, e, r)
    case .list(let items):
      code.emit(.listNew, a: r)
      for item in items {
        if case .address(let reference) = item.kind {
          try eachElement(reference) { element throws(CompileFailure) in
            try self.appendAddress(element, to: r)
          }
          continue
        }
        try scratch { () throws(CompileFailure) in code.emit(.listAppend, a: r, b: try value(item)) }
      }
    case .record(let fields):
      var at = r
      for field in fields {
        try into(field, at)
        at += field.type.width
      }
    case .field(let record, let ordinal):
      try scratch { () throws(CompileFailure) in
        move(try value(record) + fieldOffset(record.type, ordinal), r, width: e.type.width)
      }
    case .negate(let a):
      try scratch { () throws(CompileFailure) in
        code.emit(settled.isNumber(e.type) ? .negateNumber : .negateCount, a: r, b: try value(a))
      }
    case .not(let a): try scratch { () throws(CompileFailure) in code.emit(.not, a: r, b: try value(a)) }
    case .arithmetic(let op, let a, let b):
      try scratch { () throws(CompileFailure) in
        let x = try value(a)
        let y = try value(b)
        code.emit(operation(op), a: r, b: x, c: y)
      }
    case .compare(let op, let a, let b):
      try orFalse(r, [a, b]) { () throws(CompileFailure) in try compare(op, a, b, r) }
    case .and(let a, let b): try shortCircuit(a, b, r, stopsAt: false)
    case .or(let a, let b): try shortCircuit(a, b, r, stopsAt: true)
    case .convert(let conversion, let a):
      if conversion == .textToAddress { return try into(a, r) }
      let op: Operation =
        switch conversion {
        case .countToNumber: .countToNumber
        case .numberToCount: .numberToCount
        case .durationToSeconds: .durationToSeconds
        case .secondsToDuration, .textToAddress: .secondsToDuration
        }
      try scratch { () throws(CompileFailure) in code.emit(op, a: r, b: try value(a)) }
    case .range(let a, let b):
      try scratch { () throws(CompileFailure) in
        let x = try value(a)
        code.emit(.listRange, a: r, b: x, c: try value(b))
      }
    case .contains(let list, let item):
      try orFalse(r, [list, item]) { () throws(CompileFailure) in try contains(list, item, r) }
    case .listMember(let member, let list):
      try scratch { () throws(CompileFailure) in
        let l = try value(list)
        switch member {
        case .length: code.emit(.listLength, a: r, b: l)
        case .empty:
          code.emit(.listLength, a: r, b: l)
          code.emit(.equal, a: r, b: r, c: const(0))
        case .first: code.emit(.listGet, a: r, b: l, c: const(0))
        case .last:
          let n = register()
          code.emit(.listLength, a: n, b: l)
          code.emit(.addConst, a: n, b: n, imm: -1)
          code.emit(.listGet, a: r, b: l, c: n)
        }
      }
    case .comprehension(let aggregate, let item, let local, let source, let filter):
      try comprehension(aggregate, item, local, source, filter, e, r)
    case .aggregate(let aggregate, let list):
      // The items themselves, through a register of their own.
      try scratch { () throws(CompileFailure) in
        let slot = register()
        try overList(list, filter: nil, local: nil, slot: slot, aggregate, itemType: itemType(list.type), e, r) {
          () throws(CompileFailure) in slot
        }
      }
    case .builtin(let builtin, let arguments): try self.builtin(builtin, arguments, e, r)
    case .external(let id, let arguments):
      try scratch { () throws(CompileFailure) in
        let args = register(max(1, arguments.count))
        for (k, argument) in arguments.enumerated() { try into(argument, args + k) }
        code.emit(.host, x: arguments.count, a: r, c: args, imm: Int64(id))
      }
    case .chance(let probability):
      try scratch { () throws(CompileFailure) in
        let p = try value(probability)
        let place = place(of: e)
        code.emit(.chance, a: r, b: p, imm: Int64(place))
      }
    case .anyOf(let low, let high):
      try scratch { () throws(CompileFailure) in
        let x = try value(low)
        let y = try value(high)
        if try !isInOrder(.choiceOrder, low, high, e) { try requireOrder(.choiceOrder, x, y, isNumber: false) }
        let place = place(of: e)
        code.emit(.anyOf, a: r, b: x, c: y, imm: Int64(place))
      }
    case .draw(let distribution, let arguments):
      let isNumber = settled.isNumber(e.type)
      if distribution == .empirical, case .integer(let id)? = arguments.first?.kind {
        valueSpans[code.code.count] = e.span
        drawFromTable(Int(id), e, isNumber, r)
        return
      }
      let x = Int(self.code(distribution).rawValue) + (isNumber ? 0 : 16)
      if let known = try knownArguments(arguments) {
        if let order = distribution.order { _ = try isInOrder(order, arguments[0], arguments[1], e) }
        let place = place(of: e, arguments: known)
        valueSpans[code.code.count] = e.span
        code.emit(.drawFixed, x: x, a: r, imm: Int64(place))
        return
      }
      try scratch { () throws(CompileFailure) in
        let first = arguments.isEmpty ? const(0) : try value(arguments[0])
        let second = arguments.count > 1 ? try value(arguments[1]) : first
        if let order = distribution.order, try !isInOrder(order, arguments[0], arguments[1], e) {
          try requireOrder(order, first, second, isNumber: settled.isNumber(e.type))
        }
        valueSpans[code.code.count] = e.span
        let place = place(of: e)
        code.emit(.draw, x: x, a: r, b: first, c: second, imm: Int64(place))
      }
    case .measure(let k):
      // It changes with the ticks, not with events of this island.
      body.readsTime = true
      valueSpans[code.code.count] = e.span
      guard mayLack(e) else { return code.emit(.measure, a: r, imm: Int64(k)) }
      try scratch { () throws(CompileFailure) in
        let t = register(2)
        code.emit(.measure, x: 1, a: t, imm: Int64(k))
        requirePresence(t + 1)
        move(t, r)
      }
    case .window(let member, let reference, let length): try window(member, reference, length: length, e, r)
    case .elementCount(let n): code.emit(.const, a: r, imm: Int64(counts[n]))
    case .stuck: code.emit(.stuck, a: r)
    case .address(let reference):
      try scratch { () throws(CompileFailure) in
        let element = try self.element(reference)
        code.emit(.negateCount, a: r, b: element)
        code.emit(.addConst, a: r, b: r, imm: -1)
      }
    }
  }

  private func contains(_ list: CheckedExpression, _ item: CheckedExpression, _ r: Int) throws(CompileFailure) {
    try scratch { () throws(CompileFailure) in
      if case .range(let low, let high) = list.kind {
        let x = try value(item)
        let out = code.label()
        code.emit(.lessOrEqual, a: r, b: try value(low), c: x)
        code.jump(.jumpUnless, a: r, to: out)
        code.emit(.lessOrEqual, a: r, b: x, c: try value(high))
        code.place(out)
      } else {
        let l = try value(list)
        code.emit(.listContains, a: r, b: l, c: try value(item))
      }
    }
  }

  /// Whether two values are known to be in order; throws where they are known not to be.
  private func isInOrder(_ rule: RangeRule, _ a: CheckedExpression, _ b: CheckedExpression, _ e: CheckedExpression)
    throws(CompileFailure) -> Bool
  {
    guard let x = try settled.value(a), let y = try settled.value(b) else { return false }
    let isNumber = settled.isNumber(a.type)
    let isWell = isNumber ? Settled.number(x) <= Settled.number(y) : x <= y
    if isWell { return !isLive(a) && !isLive(b) }
    if !settled.requiresRanges { return false }
    let place = rule == .choiceOrder ? e : a
    throw settled.outOfRange(rule.text, place, code: rule == .choiceOrder ? "E0506" : "E0501")
  }

  func itemType(_ type: Type) -> Type {
    if case .list(let item) = type { return item }
    return .count
  }

  private func appendAddress(_ element: Int, to list: Int) throws(CompileFailure) {
    try scratch { () throws(CompileFailure) in
      let r = register()
      code.emit(.negateCount, a: r, b: element)
      code.emit(.addConst, a: r, b: r, imm: -1)
      code.emit(.listAppend, a: list, b: r)
    }
  }

  /// The place keeps the table's first value, which stands for the draw where time is forgotten, and the table's id.
  private func drawFromTable(_ id: Int, _ e: CheckedExpression, _ isNumber: Bool, _ r: Int) {
    let series = program.series.indices.contains(id) ? program.series[id] : CheckedProgram.Series(.none, [])
    let code: DistributionCode =
      switch series.kind {
      case .none, .values, .rates, .times: .empirical
      case .weighted: .weighted
      case .buckets: .buckets
      }
    let first = Double(bitPattern: UInt64(bitPattern: series.words.first ?? 0))
    let word = isNumber ? Int64(bitPattern: first.bitPattern) : Int64(exactly: first.rounded()) ?? 0
    let place = place(of: e, arguments: (word, Int64(id)))
    self.code.emit(.drawFixed, x: Int(code.rawValue) + (isNumber ? 0 : 16), a: r, imm: Int64(place))
  }

  private func code(_ distribution: Distribution) -> DistributionCode {
    switch distribution {
    case .exp: .exp
    case .uniform: .uniform
    case .normal: .normal
    case .lognormal: .lognormal
    case .pareto: .pareto
    case .erlang: .erlang
    case .fixed: .fixed
    case .empirical: .empirical
    }
  }

  private func operation(_ op: Arithmetic) -> Operation {
    switch op {
    case .countAdd: .addCount
    case .countSubtract: .subtractCount
    case .countMultiply: .multiplyCount
    case .countDivide: .divideCount
    case .countModulo: .moduloCount
    case .numberAdd: .addNumber
    case .numberSubtract: .subtractNumber
    case .numberMultiply: .multiplyNumber
    case .numberDivide: .divideNumber
    }
  }

  private func compare(_ op: Comparison, _ a: CheckedExpression, _ b: CheckedExpression, _ r: Int)
    throws(CompileFailure)
  {
    try scratch { () throws(CompileFailure) in
      let x = try value(a)
      let y = try value(b)
      if a.type.width > 1 {
        // Records: all words alike.
        code.emit(.const, a: r, imm: 1)
        let out = code.label()
        for k in 0..<a.type.width {
          code.emit(.equal, a: r, b: x + k, c: y + k)
          code.jump(.jumpUnless, a: r, to: out)
        }
        code.place(out)
        if op == .notEqual { code.emit(.not, a: r, b: r) }
        return
      }
      let isNumber = settled.isNumber(a.type)
      switch op {
      case .equal: code.emit(isNumber ? .equalNumber : .equal, a: r, b: x, c: y)
      case .notEqual: code.emit(isNumber ? .notEqualNumber : .notEqual, a: r, b: x, c: y)
      case .less: code.emit(isNumber ? .lessNumber : .less, a: r, b: x, c: y)
      case .lessOrEqual: code.emit(isNumber ? .lessOrEqualNumber : .lessOrEqual, a: r, b: x, c: y)
      case .greater: code.emit(isNumber ? .lessNumber : .less, a: r, b: y, c: x)
      case .greaterOrEqual: code.emit(isNumber ? .lessOrEqualNumber : .lessOrEqual, a: r, b: y, c: x)
      }
    }
  }

  private func shortCircuit(_ a: CheckedExpression, _ b: CheckedExpression, _ r: Int, stopsAt: Bool)
    throws(CompileFailure)
  {
    // r may be a local that b reads: the first value goes through a register of its own.
    try scratch { () throws(CompileFailure) in
      let t = register()
      let out = code.label()
      try into(a, t)
      code.jump(stopsAt ? .jumpIf : .jumpUnless, a: t, to: out)
      try into(b, t)
      code.place(out)
      move(t, r)
    }
  }

  private func copyList(from: Int, to: Int) throws(CompileFailure) {
    try scratch { () throws(CompileFailure) in
      let k = const(0)
      let n = register()
      let item = register()
      let top = code.label()
      let out = code.label()
      code.emit(.listNew, a: to)
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
  }

  private func builtin(_ builtin: Builtin, _ arguments: [CheckedExpression], _ e: CheckedExpression, _ r: Int)
    throws(CompileFailure)
  {
    let isNumber = arguments.first.map { settled.isNumber($0.type) } ?? false
    try scratch { () throws(CompileFailure) in
      let t = register()
      let x = try value(arguments[0])
      switch builtin {
      case .min, .max:
        move(x, t)
        for argument in arguments.dropFirst() {
          let y = try value(argument)
          if isNumber {
            let f: NumberFunction = builtin == .min ? .min : .max
            code.emit(.numberFunction, x: Int(f.rawValue), a: t, b: t, c: y)
          } else {
            code.emit(builtin == .min ? .minCount : .maxCount, a: t, b: t, c: y)
          }
        }
      case .abs:
        if isNumber {
          code.emit(.numberFunction, x: Int(NumberFunction.abs.rawValue), a: t, b: x, c: x)
        } else {
          code.emit(.absCount, a: t, b: x)
        }
      case .floor, .ceil, .round:
        let f: NumberFunction = builtin == .floor ? .floor : builtin == .ceil ? .ceil : .round
        code.emit(.numberFunction, x: Int(f.rawValue), a: t, b: x, c: x)
        code.emit(.numberToCount, a: t, b: t)
      case .sqrt: code.emit(.numberFunction, x: Int(NumberFunction.sqrt.rawValue), a: t, b: x, c: x)
      case .ln: code.emit(.numberFunction, x: Int(NumberFunction.ln.rawValue), a: t, b: x, c: x)
      case .pow:
        code.emit(.numberFunction, x: Int(NumberFunction.pow.rawValue), a: t, b: x, c: try value(arguments[1]))
      case .seconds: code.emit(.durationToSeconds, a: t, b: x)
      }
      move(t, r)
    }
  }
}

extension Distribution {
  /// What its two arguments must be to each other.
  fileprivate var order: RangeRule? {
    switch self {
    case .uniform: .uniformOrder
    case .lognormal: .lognormalOrder
    case .exp, .normal, .pareto, .erlang, .fixed, .empirical: nil
    }
  }
}

extension RangeRule {
  /// How a value out of it ends a run.
  fileprivate var trouble: RangeTrouble {
    if self == .duration || self == .timeout || self == .backoff { return .negativeTime }
    return self == .choiceOrder ? .emptyList : .badValue
  }
}
