/// Makes up a script of processes of which each touches two or three things of many: most orders of their steps tell
/// nothing new, and some do.
struct OrderScripts {
  private var state: UInt64
  private var names = 0
  /// Elements of the array.
  private let count: Int

  init(seed: UInt64) {
    state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 5
    count = 2 + Int(seed % 2)
  }

  private mutating func draw(_ n: Int) -> Int {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Int((state >> 33) % UInt64(n))
  }

  private enum Thing: CaseIterable { case x, y, own, next, element, mine, queue, other, lease, plans, service, ends }

  /// Where a body is, and what it touches.
  private struct Scope {
    var things: [Thing]
    var isArray: Bool
    var locals: [String] = []
    var depth = 0
  }

  private mutating func scope(isArray: Bool) -> Scope {
    let all = Thing.allCases.filter { isArray || $0 != .own && $0 != .next }
    let usual: [Thing] = isArray ? [.own, .own, .next, .mine] : [.x, .y, .element, .mine]
    let things = (0...1 + draw(2)).map { _ in draw(2) == 0 ? usual[draw(4)] : all[draw(all.count)] }
    return Scope(things: things, isArray: isArray)
  }

  private mutating func place(_ scope: Scope) -> String {
    switch scope.things[draw(scope.things.count)] {
    case .x: "x"
    case .y: "y"
    case .own: "v[index]"
    case .next: "v[(index + 1) mod \(count)]"
    case .element: "w[\(draw(2))]"
    case .mine, .queue, .other, .lease, .plans, .service, .ends: "mine"
    }
  }

  private mutating func expression(_ scope: Scope) -> String {
    if draw(20) == 0 { return "4 mod (\(place(scope)) - 2)" }
    switch draw(5) {
    case 0: return "\(draw(3))"
    case 1: return scope.locals.isEmpty ? "1" : scope.locals[draw(scope.locals.count)]
    case 2: return "(\(place(scope)) + \(draw(3))) mod 3"
    case 3:
      switch scope.things[draw(scope.things.count)] {
      case .queue: return "q.length"
      case .plans: return ["record.version", "zone.latest", "record.addresses.length"][draw(3)]
      case .lease: return "lock.token"
      case .ends: return "p.finished"
      default: return place(scope)
      }
    default: return place(scope)
    }
  }

  private mutating func condition(_ scope: Scope) -> String {
    let op = ["==", "!=", "<", ">"][draw(4)]
    return "\(expression(scope)) \(op) \(draw(3))"
  }

  private mutating func local() -> String {
    names += 1
    return "l\(names)"
  }

  private mutating func special(_ scope: inout Scope) -> String {
    let name = local()
    switch scope.things[draw(scope.things.count)] {
    case .queue:
      if draw(2) == 0 { return "q.put(\(draw(3)))" }
      scope.locals.append(name)
      return draw(3) == 0 ? "let \(name) = q.take timeout 1s else { mine = 2 }" : "let \(name) = q.take"
    case .other: return draw(2) == 0 ? "r.put(1)" : "let \(name) = r.take"
    case .lease:
      return "let \(name) = lock.acquire; \(place(scope)) = \(expression(scope)); lock.release(\(name))"
    case .plans: return ["zone.add(\"10.0.0.1\")", "record.apply(zone.latest)", "zone.delete(record.version)"][draw(3)]
    case .service:
      return [
        "call store.write timeout 1s else { mine = 2 }", "call store.write", "send store.write", "call store.look",
        "call store.write timeout 1s retry 1 else { mine = 3 }",
        "atomic { \(place(scope)) = \(expression(scope)); send store.write; mine = 1 }",
      ][draw(6)]
    case .ends: return "wait until a.finished"
    default: return "\(place(scope)) = \(expression(scope))"
    }
  }

  private mutating func statement(_ scope: inout Scope) -> String {
    switch draw(scope.depth > 1 ? 9 : 15) {
    case 0, 1, 2: return "\(place(scope)) = \(expression(scope))"
    case 3: return "\(place(scope)) = \(expression(scope)) if \(condition(scope))"
    case 4:
      let name = local()
      let text = "let \(name) = \(expression(scope))"
      scope.locals.append(name)
      return text
    case 5: return "wait until \(condition(scope))"
    case 6: return "wait until \(condition(scope)) timeout 1s else { \(place(scope)) = 2 }"
    case 7, 8: return special(&scope)
    case 9: return "if \(condition(scope)) { \(block(scope)) } else { \(block(scope)) }"
    case 10 where draw(2) == 0: return "wait \(1 + draw(3))s"
    case 10: return "atomic { \(place(scope)) = \(expression(scope)); \(place(scope)) = \(expression(scope)) }"
    case 11: return "atomic { wait until \(condition(scope)); \(place(scope)) = \(expression(scope)) }"
    case 12: return "either { \(block(scope)) } or { \(block(scope)) }"
    case 13: return "repeat 2 { \(block(scope)) }"
    default: return "if chance(50%) { \(block(scope)) }"
    }
  }

  private mutating func block(_ outer: Scope) -> String {
    var scope = outer
    scope.depth += 1
    return (0...draw(3)).map { _ in statement(&scope) }.joined(separator: "; ")
  }

  private mutating func process(_ name: String, isArray: Bool) -> String {
    let scope = scope(isArray: isArray)
    let body = block(scope)
    let whole = draw(4) == 0 ? "loop { \(body); wait until \(condition(scope)); wait 1s }" : body
    return "process \(name)\(isArray ? "[\(count)]" : "") { var mine = 0; \(whole) }\n"
  }

  /// What one property looks at.
  private mutating func look() -> String {
    switch draw(9) {
    case 0: "x == \(draw(3))"
    case 1: "y != \(draw(3))"
    case 2: "v[\(draw(count))] > \(draw(2))"
    case 3: "w[0] < w[1]"
    case 4: "q.length == \(1 + draw(2))"
    case 5: "lock.active"
    case 6: "record.addresses.empty"
    case 7: "a.finished"
    default: "p.finished == \(count)"
    }
  }

  func script() -> String {
    var g = self
    var out =
      "var x = 0\nvar y = 0\nvar v[\(count)] = 0\nvar w[2] = 0\nqueue q { capacity 2 }\nqueue r { capacity 1 }\n"
    out += "lease lock { lasts 1m }\nplans zone\ndns record of zone { ttl 1m }\n"
    let other = ["x = y", "w[0] = 1"][g.draw(2)]
    let bounds = ["", "", "limit 1; ", "queue fifo capacity 0 full drop; ", "queue fifo capacity 1 full refuse; "]
    out += "service store { servers 1; \(bounds[g.draw(5)])"
    out += "on write { y = (y + 1) mod 3; \(other)\(["", "; work 2s"][g.draw(2)]) }; "
    out += "on look { \(["", "wait until y > 0; "][g.draw(2)])x = 1 } }\n"
    out += g.process("a", isArray: false)
    if g.draw(2) == 0 { out += g.process("b", isArray: false) }
    out += g.process("p", isArray: true)
    if g.draw(4) == 0 {
      out += "explore { may \(["crash", "stall"][g.draw(2)]) \(["a", "p", "p[0]"][g.draw(3)]) at most 1"
      out += g.draw(2) == 0 ? " }\n" : "; may crash a at most 1; may restart a at most 1 }\n"
    }
    out += "never \"one\" { \(g.look()) and \(g.look()) }\n"
    if g.draw(2) == 0 { out += "sometimes \"two\" { \(g.look()) and \(g.look()) }\n" }
    if g.draw(2) == 0 { out += "always \"three\" { \(g.look()) or not \(g.look()) }\n" }
    if g.draw(3) > 0 { out += "never \"deadlock\" { stuck }\n" }
    return out
  }
}
