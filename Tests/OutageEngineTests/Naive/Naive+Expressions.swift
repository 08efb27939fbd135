import Foundation
import OutageModel
import OutageSemantics

extension Naive {
  // MARK: Elements

  /// One element that a reference speaks of.
  func one(_ r: NodeReference, _ f: Frame?) -> Thing {
    switch r.selector {
    case .single, .all: return things[r.node][0]
    case .own: return things[r.node][f!.thing.index]
    case .element(let e), .slice(let e, _):
      let k = Int(eval(e, f).count)
      guard things[r.node].indices.contains(k) else {
        unknown("an element that is not there")
        return things[r.node][0]
      }
      return things[r.node][k]
    }
  }

  /// All elements that a reference speaks of.
  func several(_ r: NodeReference, _ f: Frame?) -> [Thing] {
    switch r.selector {
    case .all: return things[r.node]
    case .slice(let a, let b):
      let (low, high) = (Int(eval(a, f).count), Int(eval(b, f).count))
      return low <= high ? Array(things[r.node][low...high]) : []
    default: return [one(r, f)]
    }
  }

  private func isWhole(_ r: NodeReference) -> Bool {
    if case .all = r.selector { return program.nodes[r.node].count != nil }
    return false
  }

  // MARK: Values

  func eval(_ e: CheckedExpression, _ f: Frame?) -> Value {
    switch e.kind {
    case .integer(let v): return .count(v)
    case .number(let v): return .number(v)
    case .param(let k): return eval(program.params[k].value, nil)
    case .constant(let k): return eval(program.constants[k].value, nil)
    case .local(let k): return f?.locals[k] ?? loose[k] ?? .none
    case .index: return .count(Int64(f!.thing.index))
    case .now: return .count(now)
    case .member(let member, let reference, let arguments): return self.member(member, reference, arguments, f)
    case .negate(let a):
      if case .number(let v) = eval(a, f) { return .number(-v) }
      return .count(-eval(a, f).count)
    case .not(let a): return .count(eval(a, f).isTrue ? 0 : 1)
    case .arithmetic(let op, let a, let b): return arithmetic(op, eval(a, f), eval(b, f))
    case .compare(let op, let a, let b): return .count(compare(op, eval(a, f), eval(b, f)) ? 1 : 0)
    case .and(let a, let b): return .count(eval(a, f).isTrue && eval(b, f).isTrue ? 1 : 0)
    case .or(let a, let b): return .count(eval(a, f).isTrue || eval(b, f).isTrue ? 1 : 0)
    case .convert(let conversion, let a):
      let v = eval(a, f)
      switch conversion {
      case .countToNumber: return .number(Double(v.count))
      case .numberToCount: return .count(Int64(v.number.rounded()))
      case .durationToSeconds: return .number(Double(v.count) / 1e9)
      case .secondsToDuration: return .count(Int64((v.number * 1e9).rounded()))
      case .textToAddress: return v
      }
    case .range(let a, let b):
      let (low, high) = (eval(a, f).count, eval(b, f).count)
      return .list(low <= high ? Array(low...high) : [])
    case .contains(let list, let item):
      guard case .list(let items) = eval(list, f) else { return .count(0) }
      return .count(items.contains(eval(item, f).count) ? 1 : 0)
    case .comprehension(let aggregate, let body, let local, let source, let filter):
      return comprehension(aggregate, body, local, source, filter, f)
    case .builtin(let builtin, let arguments): return self.builtin(builtin, arguments.map { eval($0, f) })
    case .chance(let p):
      let p = eval(p, f).number
      var numbers = draw(e.span, "chance" + role, f!)
      return .count(numbers.uniform() < p ? 1 : 0)
    case .anyOf(let a, let b):
      let (low, high) = (eval(a, f).count, eval(b, f).count)
      var numbers = draw(e.span, "any" + role, f!)
      return .count(numbers.integer(low, high))
    case .draw(let distribution, let arguments): return draw(distribution, arguments.map { eval($0, f) }, e, f!)
    case .measure(let k): return measures[k]
    case .elementCount(let n): return .count(Int64(things[n].count))
    case .list(let items): return .list(items.map { eval($0, f).count })
    case .listMember(let member, let list):
      guard case .list(let items) = eval(list, f) else { return .none }
      switch member {
      case .length: return .count(Int64(items.count))
      case .empty: return .count(items.isEmpty ? 1 : 0)
      case .first: return .count(items.first ?? 0)
      case .last: return .count(items.last ?? 0)
      }
    default:
      unknown("\(e.kind)")
      return .none
    }
  }

  private func arithmetic(_ op: Arithmetic, _ a: Value, _ b: Value) -> Value {
    func floorDivide(_ x: Int64, _ y: Int64) -> Int64 { Int64((Double(x) / Double(y)).rounded(.down)) }
    switch op {
    case .countAdd: return .count(a.count + b.count)
    case .countSubtract: return .count(a.count - b.count)
    case .countMultiply: return .count(a.count * b.count)
    case .countDivide: return .count(floorDivide(a.count, b.count))
    case .countModulo: return .count(a.count - b.count * floorDivide(a.count, b.count))
    case .numberAdd: return .number(a.number + b.number)
    case .numberSubtract: return .number(a.number - b.number)
    case .numberMultiply: return .number(a.number * b.number)
    case .numberDivide: return .number(a.number / b.number)
    }
  }

  private func compare(_ op: Comparison, _ a: Value, _ b: Value) -> Bool {
    if case .number = a {
      switch op {
      case .equal: return a.number == b.number
      case .notEqual: return a.number != b.number
      case .less: return a.number < b.number
      case .lessOrEqual: return a.number <= b.number
      case .greater: return a.number > b.number
      case .greaterOrEqual: return a.number >= b.number
      }
    }
    switch op {
    case .equal: return a.count == b.count
    case .notEqual: return a.count != b.count
    case .less: return a.count < b.count
    case .lessOrEqual: return a.count <= b.count
    case .greater: return a.count > b.count
    case .greaterOrEqual: return a.count >= b.count
    }
  }

  private func builtin(_ builtin: Builtin, _ v: [Value]) -> Value {
    let isNumber = if case .number = v[0] { true } else { false }
    switch builtin {
    case .min: return isNumber ? .number(v.map(\.number).min()!) : .count(v.map(\.count).min()!)
    case .max: return isNumber ? .number(v.map(\.number).max()!) : .count(v.map(\.count).max()!)
    case .abs: return isNumber ? .number(abs(v[0].number)) : .count(abs(v[0].count))
    case .floor: return .count(Int64(v[0].number.rounded(.down)))
    case .ceil: return .count(Int64(v[0].number.rounded(.up)))
    case .round: return .count(Int64(v[0].number.rounded()))
    case .sqrt: return .number(v[0].number.squareRoot())
    case .ln: return .number(log(v[0].number))
    case .pow: return .number(pow(v[0].number, v[1].number))
    case .seconds: return .number(Double(v[0].count) / 1e9)
    }
  }

  private func comprehension(
    _ aggregate: Aggregate, _ body: CheckedExpression, _ local: Int, _ source: CheckedExpression,
    _ filter: CheckedExpression?, _ f: Frame?
  ) -> Value {
    guard case .list(let items) = eval(source, f) else {
      unknown("a source")
      return .none
    }
    var values: [Value] = []
    for item in items {
      if let f { f.locals[local] = .count(item) } else { loose[local] = .count(item) }
      if let filter, !eval(filter, f).isTrue { continue }
      values.append(eval(body, f))
    }
    switch aggregate {
    case .any: return .count(values.contains { $0.isTrue } ? 1 : 0)
    case .all: return .count(values.allSatisfy { $0.isTrue } ? 1 : 0)
    case .count: return .count(Int64(body.type == .truth ? values.count { $0.isTrue } : values.count))
    case .sum: return .count(values.reduce(0) { $0 + $1.count })
    case .min: return .count(values.map(\.count).min() ?? 0)
    case .max: return .count(values.map(\.count).max() ?? 0)
    case .mean: return .number(values.isEmpty ? 0 : Double(values.reduce(0) { $0 + $1.count }) / Double(values.count))
    case .collect: return .list(values.map(\.count))
    }
  }

  // MARK: Members

  private func member(_ member: Member, _ r: NodeReference, _ arguments: [CheckedExpression], _ f: Frame?) -> Value {
    switch member {
    case .put:
      let value = eval(arguments[0], f)
      return .count(put(one(r, f), value) ? 1 : 0)
    case .clear:
      for t in several(r, f) {
        t.items = []
        touch(t)
      }
      return .none
    case .queueClear:
      for t in several(r, f) { clearQueue(t) }
      return .none
    case .renew: return .count(renew(one(r, f), by: f!.thing, token: arguments.first.map { eval($0, f).count }) ? 1 : 0)
    case .release:
      let t = one(r, f)
      if arguments.isEmpty || eval(arguments[0], f).count == t.token { release(t, by: f!.thing) }
      return .none
    default: break
    }
    if isWhole(r) {
      if case .variable(let type, _, _) = program.nodes[r.node].kind, type == .number {
        return .number(things[r.node].reduce(0) { $0 + $1.value.number })
      }
      return .count(things[r.node].reduce(0) { $0 + read(member, $1).count })
    }
    return read(member, one(r, f))
  }

  private func read(_ member: Member, _ t: Thing) -> Value {
    switch member {
    case .value: return t.value
    case .length: return .count(Int64(t.items.count))
    case .oldest: return .count(t.items.first.map { now - $0.since } ?? 0)
    case .capacity: return .count(t.capacity)
    case .active: return .count(t.isActive ? 1 : 0)
    case .token: return .count(t.token)
    case .holder: return .count(t.isActive ? t.holder.map { Int64(all[$0].index) } ?? -1 : -1)
    case .queueLength: return .count(Int64(t.waiting.reduce(0) { $0 + $1.count }))
    case .queueOldest: return .count(t.waiting.compactMap { $0.first?.arrival }.min().map { now - $0 } ?? 0)
    case .queueCapacity: return .count(t.places)
    case .servers: return .count(t.servers)
    case .busy: return .count(t.busy)
    case .up: return .count(t.isCrashed || t.isStalled ? 0 : 1)
    case .enabled: return .count(t.isEnabled ? 1 : 0)
    case .arrived, .started: return .count(t.arrived)
    case .completed, .ok: return .count(t.completed)
    case .failed: return .count(t.failed)
    case .refused: return .count(t.refused)
    case .dropped: return .count(t.dropped)
    case .expired: return .count(t.expired)
    case .wasted: return .count(t.wasted)
    case .retries: return .count(t.retries)
    case .timeouts: return .count(t.timeouts)
    case .inFlight: return .count(t.inSystem)
    case .healthy: return .count(Int64(t.health.count { !$0.isIll }))
    case .removed: return .count(removed(t))
    case .failover: return .count(t.failsOver ? 1 : 0)
    case .finished: return .count(t.finished > 0 ? 1 : 0)
    case .users: return .count(t.users)
    case .rate: return .number(t.rate)
    default:
      unknown("member \(member)")
      return .none
    }
  }

  func assign(_ member: Member, _ r: NodeReference, _ value: Value, _ type: Type, _ f: Frame) {
    for t in several(r, f) {
      switch member {
      case .value: t.value = value
      case .capacity: t.capacity = value.count
      case .queueCapacity: t.places = value.count
      case .servers:
        t.servers = value.count
        startWaiting(t)
      case .enabled:
        t.isEnabled = value.isTrue
        if t.isEnabled { startWaiting(t) }
      case .limit:
        if type == .rate {
          (t.rate, t.bucket, t.bucketTime, t.limit) = (value.number, value.number, now, .max)
        } else {
          (t.rate, t.limit) = (0, value.count)
        }
      case .rate:
        let before = t.rate
        t.rate = value.number
        rateChanged(t, from: before)
      case .failover:
        t.failsOver = value.isTrue
        failoverChanged(t)
      case .think: t.think = value.count
      case .users:
        t.users = value.count
        spawnUsers(t)
      default: unknown("assigning \(member)")
      }
      touch(t)
    }
  }

  /// Of the expressions that are made up for latencies and pauses.
  private func draws(_ e: CheckedExpression) -> Bool {
    switch e.kind {
    case .draw, .anyOf: true
    case .arithmetic(_, let a, let b): draws(a) || draws(b)
    default: false
    }
  }

  private func least(_ e: CheckedExpression) -> Int64 {
    switch e.kind {
    case .draw(.uniform, let arguments): least(arguments[0])
    case .draw: 0
    case .anyOf(let low, _): least(low)
    case .arithmetic(_, let a, let b): least(a) + least(b)
    default: eval(e, nil).count
    }
  }

  // MARK: As things begin

  func configure(_ t: Thing) {
    switch t.kind {
    case .variable(_, let initial, _): t.value = eval(initial, Frame(t, .timeline, noBody))
    case .queue(_, let attributes):
      for a in attributes {
        switch a.value {
        case .capacity(let e): t.capacity = eval(e, nil).count
        case .holds(let e): for _ in 0..<eval(e, nil).count { _ = put(t, .count(0)) }
        case .full: break
        }
      }
    case .service(let service):
      for a in service.attributes {
        switch a.value {
        case .servers(let e): t.servers = eval(e, nil).count
        case .capacity(let e): t.places = eval(e, nil).count
        case .limit(let e):
          if e.type == .rate {
            t.rate = eval(e, nil).number
            t.bucket = max(1, t.rate)
          } else {
            t.limit = eval(e, nil).count
          }
        case .latency(let e):
          t.latency = least(e)
          if draws(e) { t.drawnLatency = e }
        default: break
        }
      }
      t.waiting = Array(repeating: [], count: max(1, service.handlers.count))
    case .balancer(_, let attributes):
      for a in attributes { if case .failover(let e) = a.value { t.failsOver = eval(e, nil).isTrue } }
    case .load(let attributes, _):
      for a in attributes {
        switch a.value {
        case .rate(let e): t.rate = eval(e, nil).number
        case .count(let e): t.remaining = eval(e, nil).count
        case .users(let e): t.users = eval(e, nil).count
        case .think(let e):
          t.think = draws(e) ? nil : eval(e, nil).count
        default: break
        }
      }
    default: break
    }
  }

  private var noBody: CheckedBody { CheckedBody(locals: [], parameterCount: 0, statements: []) }
}
