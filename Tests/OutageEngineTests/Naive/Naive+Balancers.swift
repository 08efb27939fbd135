import OutageModel
import OutageSemantics
import OutageSyntax

extension Naive {
  private struct Rules {
    var service = 0
    var every: Int64 = 10_000_000_000
    var timeout: Int64?
    var down = 3
    var up = 2
    var velocity = 1.0
    var per: Int64 = 0
    var zones = 1
  }

  private func rules(_ b: Thing) -> Rules {
    var r = Rules()
    guard case .balancer(let service, let attributes) = b.kind else { return r }
    r.service = service
    for a in attributes {
      switch a.value {
      case .check(let e, let t):
        r.every = eval(e, nil).count
        r.timeout = t.map { eval($0, nil).count }
      case .downAfter(let e): r.down = Int(eval(e, nil).count)
      case .upAfter(let e): r.up = Int(eval(e, nil).count)
      case .velocity(let e, let p): (r.velocity, r.per) = (eval(e, nil).number, eval(p, nil).count)
      case .zones(let e): r.zones = Int(eval(e, nil).count)
      case .failover: break
      }
    }
    return r
  }

  /// The next in turn that is in service.
  func route(_ b: Thing, _ targets: [Thing]) -> Thing? {
    if b.isCrashed { return nil }
    for step in 0..<targets.count {
      let k = (b.next + step) % targets.count
      if b.health[k].isOut || !targets[k].isEnabled { continue }
      b.next = (k + 1) % targets.count
      return targets[k]
    }
    return nil
  }

  func beginChecks(_ b: Thing) {
    let r = rules(b)
    let count = things[r.service].count
    b.health = Array(repeating: Thing.Health(), count: count)
    b.removals = [:]
    let epoch = b.epoch
    for k in 0..<count {
      schedule(b.island, now + Int64(k) * r.every / Int64(count), Self.work) { [self] in
        guard b.epoch == epoch, !b.isCrashed else { return }
        let f = Frame(b, .process, CheckedBody(locals: [], parameterCount: 0, statements: []))
        own(f, bodyName(b.node, "check \(k)"), index: b.index, b.countBegun())
        b.frames.append(f)
        check(f, k, r)
      }
    }
  }

  private func check(_ f: Frame, _ k: Int, _ r: Rules) {
    let target = things[r.service][k]
    let start = now
    block(f) { [self] status, _ in
      f.isCalling = false
      checked(f.thing, k, ok: status == 0, r)
      block(f) { [self] _, _ in check(f, k, r) }
      due(f, at: max(now, start + r.every), Self.work) { [self] in resume(f, 0, .none) }
    }
    f.isCalling = true
    let deadline = now + (r.timeout ?? r.every)
    due(f, at: deadline, Self.timeouts) { [self] in timeOut(f) }
    let handler = service(target).handlers.firstIndex { $0.name == "health" && $0.body.parameterCount == 0 }
    let request = Request(
      handler: handler ?? -1, arguments: [], caller: f, callerToken: f.token, origin: f.thing,
      owner: ownerOfCall(.none, f), arrival: 0, deadline: deadline)
    if isLost(f.thing, target, request, isAnswer: false) { return }
    send(request, from: f.thing, to: target) { [self] in
      if handler != nil { return arrive(target, request) }
      // Answered at the door.
      if target.isCrashed || !target.isEnabled {
        answer(target, request, .refused, .none)
      } else if !target.isStalled {
        answer(target, request, .ok, .none)
      }
    }
  }

  private func checked(_ b: Thing, _ k: Int, ok: Bool, _ r: Rules) {
    b.health[k].run = ok ? max(1, b.health[k].run + 1) : min(-1, b.health[k].run - 1)
    if !ok, !b.health[k].isIll, -b.health[k].run >= r.down { b.health[k].isIll = true }
    if ok, b.health[k].isIll, b.health[k].run >= r.up { b.health[k].isIll = false }
    if !b.failsOver {
    } else if r.zones == 1 {
      place(b, k, out: b.health[k].isIll, r)
    } else {
      let zone = b.health.indices.filter { $0 % r.zones == k % r.zones }
      let ill = zone.count { b.health[$0].isIll }
      let isZoneOut = 2 * ill >= zone.count
      for t in zone { place(b, t, out: isZoneOut || b.health[t].isIll, r) }
    }
    touch(b)
  }

  /// Whom it sends nothing to.
  func removed(_ b: Thing) -> Int64 {
    let targets = things[rules(b).service]
    return Int64(targets.indices.count { b.isCrashed || b.health[$0].isOut || !targets[$0].isEnabled })
  }

  func failoverChanged(_ b: Thing) {
    if !b.failsOver { for k in b.health.indices { place(b, k, out: false, Rules()) } }
  }

  private func place(_ b: Thing, _ k: Int, out: Bool, _ r: Rules) {
    if out == b.health[k].isOut { return }
    if out, r.velocity < 1, r.per > 0 {
      let others = b.removals.values.count { now - $0 < r.per }
      if others + 1 > Int(r.velocity * Double(b.health.count) + 1e-9) { return }
    }
    b.health[k].isOut = out
    if out { b.removals[k] = now }
    note(out ? "removed" : "returned", b, ",\"target\":\(k)")
  }
}
