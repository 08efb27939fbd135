import OutageModel
import OutageSemantics
import OutageSyntax

// The bodies of active nodes, the timeline, and what is looked at: properties, measures, plots.

extension Compiler {
  func compileNode(_ n: Int) throws(CompileFailure) {
    let node = program.nodes[n]
    switch node.kind {
    case .process(let b):
      parts.nodes[n].link = Int32(
        try withBody(.process, node: n, named: bodyName(n), b.statements, locals: b.locals) { () throws(CompileFailure) in
          try block(b.statements)
          passed()
          code.emit(.end)
        })
    case .service(let service):
      for (k, h) in service.handlers.enumerated() {
        let id = try withBody(
          .handler, node: n, named: bodyName(n, h.name), h.body.statements, handler: k, locals: h.body.locals
        ) { () throws(CompileFailure) in
          body.touches.handler = k
          try block(h.body.statements)
          code.emit(.end)
        }
        parts.bodies[id].handler = Int32(k)
        parts.handlers[Int(parts.nodes[n].link) + k].body = Int32(id)
      }
      if let e = drawnLatency[n] {
        parts.nodes[n].wireThere = try drawn(e, of: n, "latency there")
        parts.nodes[n].wireBack = try drawn(e, of: n, "latency back")
      }
    case .lease(let attributes):
      for a in attributes where try holds(a.condition) {
        switch a.value {
        case .renew(let renewal):
          parts.nodes[n].link = Int32(
            try withBody(
              .lease, node: n, named: bodyName(n), renewal.body.statements, locals: renewal.body.locals
            ) { () throws(CompileFailure) in
              try block(renewal.body.statements)
              code.emit(.end)
            })
        case .lapsed(let lapse):
          let id = try withBody(
            .lapse, node: n, named: bodyName(n, "lapsed"), lapse.statements, locals: lapse.locals
          ) { () throws(CompileFailure) in
            body.touches.isLapse = true
            touch(.own(n))
            try block(lapse.statements)
            code.emit(.end)
          }
          parts.nodes[n].linkCount = Int32(id + 1)
        case .lasts, .startsLapsed: continue
        }
      }
    case .load(let attributes, let b): try compileLoad(n, attributes, b)
    case .balancer(let service, let attributes): try compileBalancer(n, service, attributes)
    case .variable, .plans, .dns, .queue: break
    }
  }

  /// A body that draws a value of a node.
  private func drawn(_ e: CheckedExpression, of n: Int, _ role: String) throws(CompileFailure) -> Int32 {
    let name = "\(bodyName(n)) \(role)"
    let id = try withBody(.expression, node: n, named: name, thinks: [e], locals: []) { () throws(CompileFailure) in
      try into(e, 0)
      code.emit(.end)
    }
    parts.bodies[id].step = Int32(parts.steps.count)
    parts.steps.append(StepInfo(label: -1, file: e.span.file, from: e.span.start, to: e.span.end))
    if isExploring { meta.exploring.stepTexts[parts.steps.count - 1] = (line(e.span), source(e.span, limit: 200)) }
    return Int32(id)
  }

  private func compileLoad(
    _ n: Int, _ attributes: [CheckedProgram.Conditional<CheckedProgram.LoadAttribute>], _ b: CheckedBody
  ) throws(CompileFailure) {
    var isClosed = false
    // A pause that is drawn anew each time.
    var drawn: CheckedExpression?
    let thinks = attributes.compactMap { a in if case .think(let e) = a.value { e } else { nil } }
    for a in attributes where try holds(a.condition) {
      if case .users = a.value { isClosed = true }
      if case .think(let e) = a.value { drawn = try settled.value(e) == nil ? e : nil }
    }
    parts.nodes[n].link = Int32(
      try withBody(
        .load, node: n, named: bodyName(n), b.statements, thinks: thinks, locals: b.locals, isClosed: isClosed
      ) { () throws(CompileFailure) in
        if !isClosed {
          try block(b.statements)
          code.emit(.end)
          return
        }
        let top = code.label()
        let leave = code.label()
        let pause = code.label()
        try beginThinking(n, drawn: drawn, pause: pause, top: top)
        let done = code.label()
        let status = register()
        code.place(top)
        code.jump(.leaveUnless, to: leave)
        code.emit(.requestStart)
        code.emit(.const, a: status, imm: 0)
        body.failure = (done, status)
        body.done = done
        try block(b.statements)
        code.place(done)
        code.emit(.requestEnd, a: status)
        code.place(pause)
        try think(drawn: drawn)
        code.emit(.turn)
        code.jump(to: top)
        code.place(leave)
        code.emit(.end)
      })
  }

  /// A user begins as one who has been there before: within a pause. Where it is drawn each time, a whole one (which is the
  /// same for an exponential one); else at a moment of it, each as likely.
  private func beginThinking(
    _ n: Int, drawn: CheckedExpression?, pause: CodeBuffer.Label, top: CodeBuffer.Label
  ) throws(CompileFailure) {
    try scratch { () throws(CompileFailure) in
      let (r, test, zero) = (register(), register(), const(0))
      readThink(into: r)
      if drawn != nil {
        code.emit(.less, a: test, b: r, c: zero)
        code.jump(.jumpIf, a: test, to: pause)
      }
      code.jump(.jumpUnless, a: r, to: top)
      code.emit(.addConst, a: r, b: r, imm: -1)
      let uniform = Int(DistributionCode.uniform.rawValue) | 16
      code.emit(.draw, x: uniform, a: r, b: zero, c: r, imm: Int64(place(n, "first")))
      code.emit(.wait, a: r)
      code.emit(.turn)
      code.jump(to: top)
    }
  }

  /// The pause of a user: what was assigned, else drawn anew.
  private func think(drawn: CheckedExpression?) throws(CompileFailure) {
    try scratch { () throws(CompileFailure) in
      let r = register()
      readThink(into: r)
      if let drawn {
        let known = code.label()
        try scratch { () throws(CompileFailure) in
          let test = register()
          code.emit(.less, a: test, b: r, c: const(0))
          code.jump(.jumpUnless, a: test, to: known)
        }
        try into(drawn, r)
        code.place(known)
      }
      code.emit(.wait, a: r)
    }
  }

  private func readThink(into r: Int) {
    let own = register()
    code.emit(.own, a: own)
    code.emit(.read, x: Int(MemberCode.think.rawValue), a: r, b: own)
  }

  /// One body for each target: a check, its result, the rest of the interval.
  private func compileBalancer(
    _ n: Int, _ service: Int, _ attributes: [CheckedProgram.Conditional<CheckedProgram.BalancerAttribute>]
  ) throws(CompileFailure) {
    var handler = pingHandler
    if case .service(let s) = program.nodes[service].kind {
      handler = s.handlers.firstIndex { $0.name == "health" && $0.body.parameterCount == 0 } ?? pingHandler
    }
    for k in 0..<counts[service] {
      let id = try withBody(.process, node: n, named: bodyName(n, "check \(k)"), locals: []) {
        () throws(CompileFailure) in
        body.touches.direct.insert(.all(service))
        body.called.insert(HandlerCalled(service: service, handler: handler))
        let status = register()
        let own = register()
        let start = register()
        let wait = register()
        let timeout = register()
        let target = const(Int64(first[service] + k))
        let top = code.label()
        code.place(top)
        code.emit(.own, a: own)
        code.emit(.load, a: timeout, b: own, imm: Int64(Balancer.checkTimeout))
        code.emit(.now, a: start)
        useClass(0, isRepeated: true)
        code.emit(.call, a: status, b: target, imm: Int64(handler) | Int64(timeout) << 16)
        code.emit(.checked, a: status, imm: Int64(k))
        code.emit(.load, a: wait, b: own, imm: Int64(Balancer.checkEvery))
        code.emit(.addCount, a: start, b: start, c: wait)
        code.emit(.now, a: wait)
        code.emit(.subtractCount, a: start, b: start, c: wait)
        code.emit(.const, a: wait, imm: 0)
        code.emit(.maxCount, a: start, b: start, c: wait)
        code.emit(.wait, a: start)
        code.emit(.turn)
        code.jump(to: top)
      }
      if k == 0 { parts.nodes[n].link = Int32(id) }
    }
  }

  func compileTimeline() throws(CompileFailure) {
    for (k, entry) in program.timeline[done.entries...].enumerated() {
      isRoutine = if case .every = entry.kind { true } else { false }
      let id = try withBody(
        .timeline, node: timelineNode, named: entryNames[done.entries + k], entry.body.statements,
        locals: entry.body.locals, element: k
      ) { () throws(CompileFailure) in
        var place = TimelinePlace(line: line(entry.span), time: nil)
        if case .at(let e) = entry.kind { place.time = try settle(e) }
        body.touches.entry = place
        try block(entry.body.statements)
        code.emit(.end)
      }
      let kind: ImageMeta.Entry.Kind
      var text = source(entry.span)
      switch entry.kind {
      case .at(let e): kind = .at(try settle(e))
      case .every(let e): kind = .every(try settle(e))
      case .when(let condition, let hold):
        let probe = try self.probe(source(condition.span), condition, entry.body.locals)
        kind = .when(probe, for: try hold.map { h throws(CompileFailure) in try settle(h) } ?? 0)
        text = "when \(source(condition.span))" + (hold.map { " for \(source($0.span))" } ?? "")
      }
      var made = ImageMeta.Entry(kind: kind, element: first[timelineNode] + k, body: id, source: text)
      made.isQuiet = !entry.body.statements.isEmpty && entry.body.statements.allSatisfy(\.isQuiet)
      meta.entries.append(made)
    }
  }

  /// What operators do at once: entries that never come due by themselves.
  func compileActs() throws(CompileFailure) -> [(element: Int, body: Int)] {
    isRoutine = false
    var compiled: [(element: Int, body: Int)] = []
    for (k, act) in acts.enumerated() {
      let element = program.timeline.count - done.entries + k
      let id = try withBody(
        .timeline, node: timelineNode, named: "act \(meta.entries.count)", act.statements, locals: act.locals,
        element: element
      ) { () throws(CompileFailure) in
        try block(act.statements)
        code.emit(.end)
      }
      compiled.append((first[timelineNode] + element, id))
      meta.entries.append(
        ImageMeta.Entry(
          kind: .at(-1), element: first[timelineNode] + element, body: id,
          source: act.statements.first.map { source($0.span) } ?? ""))
    }
    return compiled
  }

  /// An expression as a body that leaves its value in register 0, and in register 1 whether there is one.
  /// - Parameter isSampled: where there is no value, that is told; else the body fails.
  func probe(_ name: String, _ e: CheckedExpression, _ locals: [CheckedBody.Local], isSampled: Bool = true)
    throws(CompileFailure) -> ImageMeta.Probe
  {
    if e.type.width != 1 || isList(e.type) {
      throw CompileFailure("E0612", "only a single value can be looked at", e.span)
    }
    let mayLack = isSampled && mayLack(e)
    let id = try withBody(.expression, node: timelineNode, locals: locals) { () throws(CompileFailure) in
      if mayLack { try maybe(e, 0, present: 1) } else { try into(e, 0) }
      code.emit(.end)
    }
    parts.bodies[id].step = Int32(parts.steps.count)
    parts.steps.append(StepInfo(label: -1, file: e.span.file, from: e.span.start, to: e.span.end))
    if isExploring { meta.exploring.stepTexts[parts.steps.count - 1] = (line(e.span), source(e.span, limit: 200)) }
    var probe = ImageMeta.Probe(name: name, body: id, type: valueType(e.type), island: -1)
    probe.readsTime = lastReadsTime
    probe.mayLack = mayLack
    return probe
  }

  private func isMeantViolated(_ text: String) throws(CompileFailure) -> Bool {
    for intent in program.meantViolated where intent.text == text {
      if try holds(intent.condition) { return true }
    }
    return false
  }

  func compileProbes() throws(CompileFailure) {
    for m in program.measures[done.measures...] {
      var measure = try probe(m.name, m.value, m.locals)
      measure.area = try areaBody(m.value, m.locals)
      meta.measures.append(measure)
    }
    for p in program.plots[done.plots...] { meta.plots.append(try probe(p.title, p.value, p.locals)) }
    for property in program.properties[done.properties...] where try holds(property.applies) {
      let probe = try self.probe(property.text, property.condition, property.locals)
      let reads = lastReads
      let speech = lastSpeech
      let end = meta.clock.duration
      let kind: ImageMeta.Property.Kind
      var window: LookWindow?
      switch property.kind {
      case .never:
        kind = .never
        window = LookWindow(decisive: 1)
      case .always(let from, let until):
        let a = try from.map { e throws(CompileFailure) in try settle(e) } ?? 0
        let b = try until.map { e throws(CompileFailure) in try settle(e) } ?? end
        if b < a { throw CompileFailure("E0504", "this ends before it begins", property.span) }
        kind = .always(from: a, until: b)
        window = LookWindow(decisive: 0, from: a, until: b)
      case .eventually(let within, let of):
        let span = try within.map { e throws(CompileFailure) in try settle(e) }
        let a = try of.map { e throws(CompileFailure) in try settle(e) } ?? 0
        let b = span.map { a.later(by: $0) } ?? end
        kind = .eventually(from: a, until: b)
        window = LookWindow(decisive: 1, isSought: true, from: a, until: b)
      case .leadsTo(let premise): kind = .leadsTo(premise: try self.probe("premise", premise, property.locals))
      case .expect(let at, let within): kind = .expect(at: try settle(at), within: try settle(within))
      case .recoverable: kind = .recoverable
      case .sometimes:
        kind = .sometimes
        window = LookWindow(decisive: 1, isSought: true)
      }
      var described = ImageMeta.Property(
        kind: kind, text: property.text, probe: probe, isMeantViolated: try isMeantViolated(property.text),
        source: source(property.condition.span, limit: 200), line: line(property.span))
      let premiseReads = if case .leadsTo = property.kind { lastReads } else { Set<Touches.Target>() }
      describe(&described, property, reads.union(premiseReads), [speech, lastSpeech])
      meta.properties.append(described)
      if let window { localChecks.append((meta.properties.count - 1, probe.body, reads, window)) }
    }
  }
}
