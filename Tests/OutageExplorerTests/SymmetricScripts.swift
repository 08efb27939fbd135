/// Makes up a script of an array of processes that share variables and have one each, and of one that looks at them. Most
/// scripts are symmetric; some tell an element apart, in one of the ways there are.
struct SymmetricScripts {
  private var state: UInt64
  private var names = 0
  /// Elements of the array, from 2.
  let count: Int
  /// Elements may be told apart.
  private let isCareless: Bool
  private let hasFaults: Bool

  init(seed: UInt64, isCareless: Bool, hasFaults: Bool = true) {
    self.hasFaults = hasFaults
    state = seed &* 0x9E37_79B9_7F4A_7C15 &+ (isCareless ? 77 : 0)
    self.isCareless = isCareless
    count = 2 + Int(seed % 2)
  }

  private mutating func draw(_ n: Int) -> Int {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Int((state >> 33) % UInt64(n))
  }

  private mutating func isSlip() -> Bool { isCareless && draw(12) == 0 }

  private mutating func expression(_ locals: [String], isOwn: Bool) -> String {
    if isSlip() {
      let slips = ["v[0]", "v[\(count - 1)]", "max(v[i] for i in 0..\(count - 1) where i > 0)", "sum(v[*])"]
      return isOwn && draw(3) == 0 ? "index" : slips[draw(slips.count)]
    }
    switch draw(isOwn ? 9 : 7) {
    case 0: return "\(draw(3))"
    case 1: return "x"
    case 2: return locals.isEmpty ? "x" : locals[draw(locals.count)]
    case 3: return "(x + \(draw(3))) mod 3"
    case 4: return "count(v[*] == \(draw(3)))"
    case 5: return "max(v[*])"
    case 6: return "min(v[k] for k in 0..\(count - 1) where v[k] > 0)"
    case 7: return "mine"
    default: return "v[index]"
    }
  }

  private mutating func condition(_ locals: [String], isOwn: Bool) -> String {
    let n = draw(3)
    let op = ["==", "!=", "<", ">"][draw(4)]
    if isSlip() {
      let slips = ["p[0].finished", "v[1] \(op) \(n)", "any(v[k] \(op) k for k in 0..\(count - 1))"]
      return isOwn && draw(2) == 0 ? "index \(op) \(n)" : slips[draw(slips.count)]
    }
    switch draw(isOwn ? 9 : 7) {
    case 0: return "any(v[*] \(op) \(n))"
    case 1: return "all(v[k] \(op) x for k in 0..v.length - 1)"
    case 2: return "f"
    case 3: return "any(any(i != j and v[i] == v[j] for j in 0..\(count - 1)) for i in 0..\(count - 1))"
    case 4: return "any(k in [0, 1] and z[k] == \(n) for k in 0..1)"
    case 7: return "not any(k != index and v[k] == \(n) for k in 0..\(count - 1))"
    case 8: return "count(v[k] == v[index] for k in 0..\(count - 1)) \(op) 1"
    default: return "\(expression(locals, isOwn: isOwn)) \(op) \(n)"
    }
  }

  private mutating func place(isOwn: Bool) -> String {
    if isSlip() { return ["v[0]", "v[1]"][draw(2)] }
    return isOwn ? ["x", "z[0]", "v[index]", "v[index]", "mine"][draw(5)] : ["x", "z[1]", "v"][draw(3)]
  }

  private mutating func statement(_ locals: inout [String], _ depth: Int, isOwn: Bool) -> String {
    func assignment(_ g: inout Self, _ locals: [String]) -> String {
      let place = g.place(isOwn: isOwn)
      return "\(place) = \(g.expression(locals, isOwn: isOwn))"
    }
    switch draw(depth > 1 ? 8 : 14) {
    case 0, 1, 2: return assignment(&self, locals)
    case 3: return assignment(&self, locals) + " if \(condition(locals, isOwn: isOwn))"
    case 4:
      names += 1
      let text = "let l\(names) = \(expression(locals, isOwn: isOwn))"
      locals.append("l\(names)")
      return text
    case 5: return "wait until \(condition(locals, isOwn: isOwn))"
    case 6: return "q.put(\(expression(locals, isOwn: isOwn)))"
    case 7:
      names += 1
      let text = "let l\(names) = q.take"
      locals.append("l\(names)")
      return text
    case 8:
      return "if \(condition(locals, isOwn: isOwn)) { \(block(locals, depth + 1, isOwn: isOwn)) } "
        + "else { \(block(locals, depth + 1, isOwn: isOwn)) }"
    case 9: return "atomic { \(assignment(&self, locals)); \(assignment(&self, locals)) }"
    case 10: return "atomic { wait until \(condition(locals, isOwn: isOwn)); \(assignment(&self, locals)) }"
    case 11:
      return "either { \(block(locals, depth + 1, isOwn: isOwn)) } or { \(block(locals, depth + 1, isOwn: isOwn)) }"
    case 12: return "repeat 2 { \(block(locals, depth + 1, isOwn: isOwn)) }"
    default: return "if chance(50%) { \(block(locals, depth + 1, isOwn: isOwn)) }"
    }
  }

  private mutating func block(_ outer: [String], _ depth: Int, isOwn: Bool) -> String {
    var locals = outer
    return (0...draw(3)).map { _ in statement(&locals, depth, isOwn: isOwn) }.joined(separator: "; ")
  }

  func script() -> String {
    var g = self
    var out = "var x = 0\nvar v[\(count)] = 0\nvar z[2] = 0\nqueue q { capacity 2 }\nlet f = true\n"
    let body = g.block([], 0, isOwn: true)
    out += "process p[\(count)] { var mine = 0; "
    // What comes before the first step that others see is a case of its own.
    if g.draw(2) == 0 { out += "mine = mine + 1; " }
    if g.draw(3) == 0 { out += "if chance(50%) { mine = mine + 1 }; " }
    // Others see something of every turn: what loops by itself is followed for long.
    out += (g.draw(3) == 0 ? "loop { wait until x >= 0; \(body); wait 1s }" : body) + " }\n"
    if g.draw(2) == 0 { out += "process other { \(g.block([], 1, isOwn: false)) }\n" }
    if hasFaults, g.draw(3) == 0 {
      out += "explore { may crash \(g.isSlip() ? "p[1]" : "p") at most 1"
      out += g.draw(2) == 0 ? " }\n" : "; may restart p at most 1 }\n"
    }
    out += "never \"one\" { \(g.condition([], isOwn: false)) and \(g.condition([], isOwn: false)) }\n"
    out += "never \"two\" { q.length == 2 and \(g.condition([], isOwn: false)) }\n"
    out += "sometimes \"done\" { p.finished == \(count) and \(g.condition([], isOwn: false)) }\n"
    out += "recoverable \"back\" { \(g.condition([], isOwn: false)) or x == 0 }\n"
    out += "never \"deadlock\" { stuck }\n"
    return out
  }
}
