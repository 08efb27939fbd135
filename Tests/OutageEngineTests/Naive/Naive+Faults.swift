import OutageModel
import OutageSemantics

extension Naive {
  func fault(_ s: CheckedStatement, _ f: Frame) {
    switch s.kind {
    case .crash(let references):
      for r in references { for t in targets(r, f) { crash(t) } }
    case .restart(let references):
      for r in references { for t in targets(r, f) { restart(t) } }
    case .stall(let r, let label, let duration):
      let d = duration.map { eval($0, f).count }
      for t in targets(r, f) {
        if let label {
          t.armedLabel = label
          t.armedFor = d
        } else {
          beginStall(t, for: d)
          touch(t)
        }
      }
    case .slow(let r, let factor, let duration):
      let factor = eval(factor, f).number
      let d = duration.map { eval($0, f).count }
      for t in targets(r, f) {
        t.slowness = factor
        t.slowGeneration += 1
        let generation = t.slowGeneration
        if let d {
          schedule(t.island, now + d, Self.operators) { if t.slowGeneration == generation { t.slowness = nil } }
        }
      }
    case .cut(let a, let b): add((targets(a, f), targets(b, f), 1, true))
    case .drop(let share, let a, let b): add((targets(a, f), targets(b, f), eval(share, f).number, false))
    case .heal(let a, let b): heal(a.map { targets($0, f) }, b.map { targets($0, f) })
    default: unknown("\(s.kind)")
    }
  }

  private func targets(_ r: NodeReference, _ f: Frame) -> [Thing] { several(r, f) }

  private func add(_ rule: (from: [Thing], to: [Thing], share: Double, isCut: Bool)) {
    func isSame(_ a: [Thing], _ b: [Thing]) -> Bool { a.map(\.id) == b.map(\.id) }
    if let k = rules.firstIndex(where: {
      isSame($0.from, rule.from) && isSame($0.to, rule.to) && $0.isCut == rule.isCut
    }) {
      rules[k] = rule
    } else {
      rules.append(rule)
    }
  }

  private func heal(_ a: [Thing]?, _ b: [Thing]?) {
    func touches(_ x: [Thing], _ y: [Thing]) -> Bool { x.contains { t in y.contains { $0 === t } } }
    rules.removeAll { rule in
      guard let a else { return true }
      guard let b else { return touches(rule.from, a) || touches(rule.to, a) }
      return touches(rule.from, a) && touches(rule.to, b) || touches(rule.from, b) && touches(rule.to, a)
    }
    if b != nil { return }
    for t in a ?? all where isActor(t) {
      endStall(t)
      t.slowness = nil
    }
  }

  func isLost(_ from: Thing, _ to: Thing, _ request: Request, isAnswer: Bool) -> Bool {
    var passes = 1.0
    for rule in rules {
      let forward = rule.from.contains { $0 === from } && rule.to.contains { $0 === to }
      let backward = rule.isCut && rule.from.contains { $0 === to } && rule.to.contains { $0 === from }
      guard forward || backward else { continue }
      if rule.share >= 1 { return true }
      passes *= 1 - rule.share
    }
    if passes == 1 { return false }
    var numbers = lossOf(request, at: isAnswer ? from : to, isAnswer: isAnswer)
    return numbers.uniform() < 1 - passes
  }

  private func isActor(_ t: Thing) -> Bool {
    switch t.kind {
    case .service, .process, .load, .balancer, nil: true
    default: false
    }
  }

  private func crash(_ t: Thing) {
    guard isActor(t), !t.isCrashed else { return }
    endStall(t)
    t.isCrashed = true
    t.epoch += 1
    t.armedLabel = nil
    t.deferred = []
    for f in t.frames.reversed() {
      unpark(f)
      switch f.kind {
      case .handler(let handler):
        t.failed += 1
        answer(t, f.request!, .crashed, .none)
        t.occupy(-1, now)
        if service(t).handlers[handler].limit != nil { t.handlerCounts[handler, default: 0] -= 1 }
      case .load: if f.inRequest { countRequest(t, f, ok: false, traced: false) }
      default: break
      }
      drop(f)
    }
    if case .service = t.kind {
      t.busy = 0
      clearQueue(t)
    }
    if case .load = t.kind {
      t.spawned = 0
      t.generation += 1
    }
    touch(t)
  }

  private func restart(_ t: Thing) {
    guard isActor(t) else { return }
    if !t.isCrashed { crash(t) }
    t.isCrashed = false
    t.finished = 0
    switch t.kind {
    case .process(let body): start(process: t, body)
    case .load: beginLoad(t)
    case .balancer: beginChecks(t)
    default: break
    }
    touch(t)
  }

  func beginStall(_ t: Thing, for duration: Int64?) {
    if t.isCrashed { return }
    if !t.isStalled {
      t.isStalled = true
      t.stallSince = now
    }
    t.stallGeneration += 1
    let generation = t.stallGeneration
    if let duration {
      schedule(t.island, now + duration, Self.operators) { [self] in
        if t.stallGeneration == generation { endStall(t) }
      }
    }
  }

  private func endStall(_ t: Thing) {
    t.armedLabel = nil
    guard t.isStalled else { return }
    t.isStalled = false
    t.stallGeneration += 1
    t.stalledFor += now - t.stallSince
    let kept = t.deferred
    t.deferred = []
    for again in kept { again() }
    if case .service = t.kind { startWaiting(t) }
    serveTakers(of: t)
    touch(t)
  }
}
