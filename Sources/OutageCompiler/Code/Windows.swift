import OutageModel
import OutageSemantics
import OutageSyntax

// `x over 5m`. The compiler gives each member, element and length a window of its own, whoever reads it and how often, and
// instructions read its place. Where there is no value the expression is left: a comparison is false then, an aggregate
// leaves the element out, and what is sampled, kept in a local or logged knows that there is none.

extension Compiler {
  /// The value of a window in register r.
  func window(
    _ member: Member, _ reference: NodeReference, length: CheckedExpression, _ e: CheckedExpression, _ r: Int
  ) throws(CompileFailure) {
    let n = reference.node
    let (kind, quantile) = try windowKind(member, n, e)
    let all = first[n]..<first[n] + counts[n]
    var index: CheckedExpression?
    var wanted: ImageMeta.Window
    let length = try windowLength(length)
    switch reference.selector {
    case .all where isArray(n): wanted = .init(kind, all, isSum: true, length: length)
    case .single, .all, .slice: wanted = .init(kind, first[n]..<first[n] + 1, isSum: false, length: length)
    case .own: wanted = .init(kind, all, isSum: false, length: length)
    case .element(let k):
      if let known = try settled.value(k) {
        if known < 0 || known >= Int64(counts[n]) { throw settled.outOfRange(noElement(known, of: n), k, code: "E0504") }
        let own = first[n] + Int(known)
        wanted = .init(kind, own..<own + 1, isSum: false, length: length)
      } else {
        wanted = .init(kind, all, isSum: false, length: length)
        index = k
      }
    }
    wanted.givesDuration = e.type == .duration
    let window = try opened(wanted, e.span)
    let isOfElement = if case .own = reference.selector { true } else { index != nil }
    try scratch { () throws(CompileFailure) in
      let t = register(2)
      let element = isOfElement ? try self.element(reference) : 0
      valueSpans[code.code.count] = e.span
      code.emit(
        .window, x: isOfElement ? 1 : 0, a: t, b: element, c: window.places,
        imm: Int64(window.place + quantile) | Int64(window.elements.lowerBound) << 32)
      // It changes with the ticks, not with events.
      body.readsTime = true
      if !isAlwaysThere(kind) { requirePresence(t + 1) }
      move(t, r)
    }
  }

  /// What kind of window a member has, and which of its places is meant.
  private func windowKind(_ member: Member, _ n: Int, _ e: CheckedExpression) throws(CompileFailure)
    -> (ImageMeta.Window.Kind, Int)
  {
    if MemberCatalog.counts.contains(member) { return (.increase(try memberCode(member, e.span)), 0) }
    switch member {
    case .utilisation: return (.utilisation, 0)
    case .failedShare: return (.failedShare, 0)
    case .latencyMean: return (.meanResponse, 0)
    case .latencyP50: return (.percentiles, 0)
    case .latencyP90: return (.percentiles, 1)
    case .latencyP99: return (.percentiles, 2)
    case .latencyP999: return (.percentiles, 3)
    default:
      guard let area = areaMember(member, n) else {
        throw CompileFailure(
          "E0622", "'\(name(n))' is alive, and nobody has kept its mean over time", e.span,
          help: "write the window into the script and `:reload`")
      }
      return (.mean(area: area, isNumber: area == .valueArea && parts.nodes[n].mode == 1), 0)
    }
  }

  /// An increase may be 0, and is always there; the rest speaks of what ended, or of time that has passed.
  private func isAlwaysThere(_ kind: ImageMeta.Window.Kind) -> Bool {
    if case .increase = kind { return true }
    return false
  }

  private func windowLength(_ e: CheckedExpression) throws(CompileFailure) -> Int64 {
    let (length, tick) = (try settle(e), meta.clock.tick)
    if length % tick != 0 {
      throw settled.outOfRange(
        "a window is a whole number of ticks, of \(written(tick, .duration)) each", e, code: "E0630")
    }
    windowLengths[e.span, default: []].insert(length)
    return length
  }

  /// The window as it stands among those of the image.
  private func opened(_ wanted: ImageMeta.Window, _ span: Span) throws(CompileFailure) -> ImageMeta.Window {
    if windowsByForm.isEmpty {
      for (k, window) in meta.windows.enumerated() { windowsByForm[window.form] = k }
    }
    if let k = windowsByForm[wanted.form] {
      if body.isTaken { meta.windows[k].isTaken = true }
      return meta.windows[k]
    }
    if !opensWindows {
      throw CompileFailure(
        "E0631", "nobody has kept this window", span,
        help: "type `measure recent = \(source(span))`: it begins now, and grows with the ticks")
    }
    var window = wanted
    window.place = meta.windowPlaces
    window.isTaken = body.isTaken
    bytesOfWindows += window.bytes
    if bytesOfWindows > memory { throw doNotFit("windows of \(window.rows) elements", span) }
    windowsByForm[wanted.form] = meta.windows.count
    meta.windows.append(window)
    return window
  }

  // MARK: No value

  /// Leaves the expression where there is no value; `present` is the register that says so.
  func requirePresence(_ present: Int) {
    if let lacking = body.lacking {
      code.jump(.jumpUnless, a: present, to: lacking)
    } else {
      let x = Int(RangeTrouble.noValue.rawValue) << 1
      code.emit(.within, x: x, a: present, imm: Int64(RangeRule.presence.rawValue))
    }
  }

  /// Emits `work`, which gives a truth in register r: false where something in it has no value.
  func orFalse(_ r: Int, _ operands: [CheckedExpression], _ work: () throws(CompileFailure) -> Void)
    throws(CompileFailure)
  {
    guard operands.contains(where: mayLack) else { return try work() }
    try leaving(work) { code.emit(.const, a: r, imm: 0) }
  }

  /// The value of `e` in register r, and in `present` whether there is one.
  func maybe(_ e: CheckedExpression, _ r: Int, present: Int) throws(CompileFailure) {
    try leaving { () throws(CompileFailure) in
      try into(e, r)
      code.emit(.const, a: present, imm: 1)
    } otherwise: {
      for k in 0..<max(1, e.type.width) { code.emit(.const, a: r + k, imm: 0) }
      code.emit(.const, a: present, imm: 0)
    }
  }

  private func leaving(_ work: () throws(CompileFailure) -> Void, otherwise: () -> Void) throws(CompileFailure) {
    let (outer, lacking, done) = (body.lacking, code.label(), code.label())
    body.lacking = lacking
    try work()
    body.lacking = outer
    code.jump(to: done)
    code.place(lacking)
    otherwise()
    code.place(done)
  }

  /// A local keeps whether it has a value, if it may have none.
  func keep(_ e: CheckedExpression, in local: Int) throws(CompileFailure) {
    guard mayLack(e), !isList(e.type) else {
      body.presence[local] = nil
      return try into(e, body.locals[local])
    }
    let present = body.presence[local] ?? lastingRegister()
    try maybe(e, body.locals[local], present: present)
    body.presence[local] = present
  }

  /// Whether an expression may have no value. Truths always have one.
  func mayLack(_ e: CheckedExpression) -> Bool {
    guard program.hasWindows else { return false }
    var measures: Set<Int> = []
    return mayLack(e, &measures)
  }

  /// - Parameter measures: those that were looked into already.
  private func mayLack(_ e: CheckedExpression, _ measures: inout Set<Int>) -> Bool {
    if e.type == .truth { return false }
    switch e.kind {
    case .window(let member, let reference, _):
      return !MemberCatalog.counts.contains(member) || reference.selector.parts.contains { mayLack($0, &measures) }
    case .measure(let k):
      return measures.insert(k).inserted && program.measures.indices.contains(k)
        && mayLack(program.measures[k].value, &measures)
    case .local(let k): return body.presence[k] != nil
    case .comprehension(let aggregate, let item, _, let source, _):
      switch aggregate {
      case .any, .all, .count: return false
      case .sum, .min, .max, .mean: return mayLack(item, &measures) || mayLack(source, &measures)
      case .collect: return mayLack(source, &measures)
      }
    default: return e.parts.contains { mayLack($0, &measures) }
    }
  }
}

extension ImageMeta.Window {
  /// The window without what is not its own.
  fileprivate var form: Self {
    var form = self
    (form.place, form.givesDuration, form.isTaken) = (0, false, true)
    return form
  }
}
