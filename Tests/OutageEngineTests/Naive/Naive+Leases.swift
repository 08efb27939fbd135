import OutageModel
import OutageSemantics
import OutageSyntax

extension Naive {
  private func attributes(_ t: Thing) -> [CheckedProgram.LeaseAttribute] {
    guard case .lease(let attributes) = t.kind else { return [] }
    return attributes.map(\.value)
  }

  func lasts(_ t: Thing) -> Int64 {
    for a in attributes(t) { if case .lasts(let e) = a { return eval(e, nil).count } }
    return 300_000_000_000
  }

  private func renewal(_ t: Thing) -> CheckedProgram.Renewal? {
    for a in attributes(t) { if case .renew(let r) = a { return r } }
    return nil
  }

  func hold(_ t: Thing, until expiry: Int64) {
    if !t.isActive {
      t.isActive = true
      touch(t)
    }
    t.leaseGeneration += 1
    let generation = t.leaseGeneration
    schedule(t.island, expiry, Self.timeouts) { [self] in
      if t.leaseGeneration == generation, t.isActive { lapse(t) }
    }
  }

  private func lapse(_ t: Thing) {
    t.isActive = false
    t.holder = nil
    note("lapsed", t)
    touch(t)
  }

  func release(_ t: Thing, by me: Thing) {
    guard t.isActive, t.holder == me.id || t.holder == nil else { return }
    lapse(t)
  }

  func renew(_ t: Thing, by me: Thing, token: Int64?) -> Bool {
    guard t.isActive else { return false }
    let isHis = token.map { $0 == t.token } ?? (t.holder == me.id)
    guard isHis || renewal(t) != nil else { return false }
    hold(t, until: now + lasts(t))
    return true
  }

  func beginLease(_ t: Thing) {
    guard let renewal = renewal(t) else { return }
    let every = eval(renewal.every, nil).count
    let phase: Int64 =
      switch renewal.phase {
      case .even: Int64(t.index) * every / Int64(things[t.node].count)
      case .fixed(let e): eval(e, nil).count
      case .uniform: phase(t, every)
      }
    let startsLapsed = attributes(t).contains { if case .startsLapsed = $0 { true } else { false } }
    if !startsLapsed { hold(t, until: max(now, now + phase + lasts(t) - every)) }
    schedule(t.island, now + phase, Self.work) { [self] in beginRenewal(t) }
  }

  private func phase(_ t: Thing, _ every: Int64) -> Int64 {
    var numbers = draw(t, "phase", owner: UInt64(t.index), count: 0)
    return numbers.integer(0, every - 1)
  }

  private func beginRenewal(_ t: Thing) {
    let f = Frame(t, .lease, renewal(t)!.body)
    own(f, bodyName(t.node), index: t.index, t.countBegun())
    f.attempt = now
    t.frames.append(f)
    go(f)
  }

  func finishRenewal(_ f: Frame, ok: Bool) {
    let t = f.thing
    let renewal = renewal(t)!
    let base = ok && renewal.origin == .answer ? now : f.attempt
    if ok {
      note("renewed", t)
      if base + lasts(t) > now { hold(t, until: base + lasts(t)) }
    }
    drop(f)
    var next = base + eval(renewal.every, nil).count
    if let jitter = renewal.jitter.map({ eval($0, nil).count }), jitter > 0 {
      var numbers = draw(t, "jitter", owner: f.owner, count: 0)
      next += numbers.integer(0, jitter)
    }
    schedule(t.island, max(now, next), Self.work) { [self] in beginRenewal(t) }
  }
}
