/// Makes up valid scripts that use the language widely: services of every discipline, calls with every option, queues,
/// leases, loads, processes, faults. Times are coarse, so that many things fall on one instant; no loop is without time.
struct ScriptMaker {
  private var dice: Dice
  private var lines: [String] = []
  private var variables: [String] = []
  private var arrays: [(name: String, count: Int)] = []
  private var queues: [String] = []
  private var locks: [String] = []
  private var fleets: [String] = []
  private var services: [Service] = []
  private var balancers: [(name: String, service: Int)] = []
  private var loads: [(name: String, isClosed: Bool)] = []
  private var processes: [(name: String, count: Int?)] = []
  private var labels: [(process: String, label: String)] = []
  private var locals: [String] = []
  private var fresh = 0
  private var loops = 0

  private struct Service {
    var name: String
    var count: Int?
    var handlers: [(name: String, arguments: Int, answers: Bool)]
  }

  /// What a body may do.
  private enum Place { case process, handler(Int), load, lease, timeline }

  static func script(_ seed: UInt64) -> String {
    var maker = ScriptMaker(dice: Dice(seed &+ 0x5C21))
    return maker.make()
  }

  private init(dice: Dice) { self.dice = dice }

  private mutating func make() -> String {
    let seconds = dice.pick([20, 30, 45])
    lines.append("scenario \"made up\"")
    lines.append("clock 00:00 for \(seconds)s tick \(dice.pick(["1s", "2500ms", "700ms"]))")
    for k in 0..<(1 + Int(dice.below(3))) {
      variables.append("x\(k)")
      lines.append("var x\(k) = \(dice.below(3))")
    }
    if dice.chance(60) {
      arrays.append(("box", 3))
      lines.append("var box[3] = index")
    }
    for k in 0..<Int(dice.below(3)) {
      queues.append("q\(k)")
      let clauses = [dice.chance(50) ? "capacity \(1 + dice.below(3))" : "", dice.chance(40) ? "holds 1" : ""]
      let written = clauses.filter { !$0.isEmpty }.joined(separator: " ")
      lines.append("queue q\(k)" + (written.isEmpty ? "" : " { \(written) }"))
    }
    for k in 0..<Int(dice.below(2)) {
      locks.append("lock\(k)")
      lines.append("lease lock\(k) { lasts \(time(10, 60)) }")
    }
    let count = 1 + Int(dice.below(4))
    for k in 0..<count {
      var handlers: [(name: String, arguments: Int, answers: Bool)] = [("", 0, false)]
      for h in 0..<Int(dice.below(3)) { handlers.append(("h\(h)", Int(dice.below(3)), dice.chance(50))) }
      services.append(Service(name: "s\(k)", count: dice.chance(30) ? 2 + Int(dice.below(2)) : nil, handlers: handlers))
    }
    for k in 0..<count { service(k) }
    if dice.chance(30) { balancer() }
    for k in 0..<Int(dice.below(2)) { fleet(k) }
    for k in 0..<Int(dice.below(3)) { load(k) }
    for k in 0..<(1 + Int(dice.below(3))) { process(k) }
    for _ in 0..<Int(dice.below(5)) { entry(seconds) }
    properties()
    return lines.joined(separator: "\n") + "\n"
  }

  // MARK: Words

  private mutating func time(_ low: UInt64, _ high: UInt64) -> String {
    "\((low + dice.below(high - low + 1)) * 100)ms"
  }

  private mutating func delay() -> String {
    switch dice.below(6) {
    case 0: "exp(\(time(1, 8)))"
    case 1: "uniform(100ms, \(time(2, 9)))"
    case 2: "any 100ms..\(time(2, 9))"
    default: time(1, 9)
    }
  }

  private mutating func local() -> String {
    fresh += 1
    return "v\(fresh)"
  }

  private mutating func count(_ depth: Int = 0) -> String {
    var choices: [String] = ["\(dice.below(5))", dice.pick(variables)]
    if let v = locals.last, dice.chance(60) { choices.append(v) }
    if !locals.isEmpty { choices.append(dice.pick(locals)) }
    if let a = arrays.first { choices += ["\(a.name)[\(dice.below(3))]", "\(a.name)[any 0..2]", "sum(\(a.name)[*])"] }
    if !queues.isEmpty { choices.append("\(dice.pick(queues)).length") }
    choices.append("(any 0..\(1 + dice.below(4)))")
    if depth < 2 {
      let (a, b) = (count(depth + 1), count(depth + 1))
      choices += ["\(a) + \(b)", "(\(a) - \(b))", "min(\(a), \(b))", "(\(a) mod \(2 + dice.below(3)))"]
      choices.append("count(i > \(dice.below(3)) for i in 0..\(dice.below(4)))")
    }
    return dice.pick(choices)
  }

  private mutating func condition(_ depth: Int = 0) -> String {
    var choices = [
      "\(count(1)) \(dice.pick(["<", "<=", "==", "!=", ">", ">="])) \(count(1))", "chance(0.\(1 + dice.below(9)))",
    ]
    if depth < 1 {
      choices.append("\(condition(1)) and \(condition(1))")
      choices.append("(\(condition(1)) or not (\(condition(1))))")
    }
    if !locks.isEmpty { choices.append("\(dice.pick(locks)).active") }
    return dice.pick(choices)
  }

  /// Reads only what others change.
  private mutating func awaited() -> String {
    var choices = ["\(dice.pick(variables)) > \(dice.below(4))", "\(dice.pick(variables)) mod 2 == \(dice.below(2))"]
    if !queues.isEmpty { choices.append("\(dice.pick(queues)).length > \(dice.below(2))") }
    if !locks.isEmpty { choices.append("not \(dice.pick(locks)).active") }
    return dice.pick(choices)
  }

  // MARK: Nodes

  private mutating func service(_ k: Int) {
    let s = services[k]
    lines.append("service \(s.name)\(s.count.map { "[\($0)]" } ?? "") {")
    if dice.chance(70) { lines.append("  servers \(1 + dice.below(3))") }
    if dice.chance(70) {
      var queue = "  queue \(dice.pick(["fifo", "fifo", "lifo", "priority"]))"
      if dice.chance(40) { queue += " capacity \(dice.below(4))" }
      if dice.chance(40) { queue += " full \(dice.pick(["refuse", "drop"]))" }
      if dice.chance(40) { queue += " drop \(dice.pick(["none", "expired", "hopeless"]))" }
      lines.append(queue)
    }
    if dice.chance(25) {
      lines.append("  limit \(dice.chance(50) ? "\(1 + dice.below(4))" : "\(1 + dice.below(4))/s")")
    }
    if dice.chance(50) {
      lines.append(
        "  latency \(dice.pick(["10ms", "100ms", "50ms", "exp(50ms)", "20ms + uniform(0s, 80ms)", "uniform(0s, 200ms)"]))"
      )
    }
    for handler in s.handlers.dropFirst() {
      locals = (0..<handler.arguments).map { "p\($0)" }
      var head = "  on \(handler.name)"
      if handler.arguments > 0 { head += "(\(locals.joined(separator: ", ")))" }
      if dice.chance(40) { head += " priority \(dice.below(3))" }
      if dice.chance(25) { head += " limit \(dice.chance(50) ? "\(1 + dice.below(3))" : "\(1 + dice.below(3))/s")" }
      lines.append(head + " {")
      block(.handler(k), depth: 1, count: 2)
      if handler.answers { lines.append("    return \(count())") }
      lines.append("  }")
    }
    locals = []
    lines.append("  work \(delay())")
    block(.handler(k), depth: 0, count: 2)
    lines.append("}")
  }

  private mutating func balancer() {
    let k = Int(dice.below(UInt64(services.count)))
    balancers.append(("b", k))
    var clauses = ["check every \(time(5, 20)) timeout \(time(1, 4))"]
    if dice.chance(60) { clauses.append("down after \(1 + dice.below(3)) up after \(1 + dice.below(3))") }
    if dice.chance(40) { clauses.append("velocity \(dice.pick(["34%", "50%"])) per \(time(20, 60))") }
    if dice.chance(40) { clauses.append("zones 2") }
    if dice.chance(20) { clauses.append("failover off") }
    lines.append("balancer b over \(services[k].name) { \(clauses.joined(separator: " ")) }")
  }

  private mutating func fleet(_ k: Int) {
    fleets.append("fleet\(k)")
    lines.append("lease fleet\(k)[\(2 + dice.below(5))] {")
    lines.append("  lasts \(time(30, 80))")
    if dice.chance(40) { lines.append("  starts lapsed") }
    var renew = "  renew every \(time(20, 50))"
    if dice.chance(50) { renew += " jitter \(time(1, 20))" }
    renew += dice.pick(["", " phase even", " phase uniform", " phase 0s", " phase 1s"])
    renew += dice.pick(["", " from start", " from answer"])
    lines.append(renew + " {")
    locals = []
    if dice.chance(40) { lines.append("    work \(delay())") }
    call(.lease, "    ")
    lines.append("  }")
    lines.append("}")
  }

  private mutating func load(_ k: Int) {
    let isClosed = dice.chance(30)
    loads.append(("load\(k)", isClosed))
    if isClosed {
      lines.append("load load\(k) users \(1 + dice.below(4)) think \(delay()) {")
    } else {
      let rate = dice.pick(["1/s", "2/s", "5/s", "3/s"])
      lines.append(
        "load load\(k) rate \(rate)\(dice.chance(50) ? " even" : "")\(dice.chance(30) ? " count \(5 + dice.below(40))" : "") {"
      )
    }
    locals = []
    block(.load, depth: 0, count: 2)
    lines.append("}")
  }

  private mutating func process(_ k: Int) {
    let count = dice.chance(40) ? 2 + Int(dice.below(3)) : nil
    processes.append(("p\(k)", count))
    lines.append("process p\(k)\(count.map { "[\($0)]" } ?? "") {")
    locals = []
    if dice.chance(60) {
      loops = 1
      lines.append("  loop {")
      lines.append("    wait \(delay())")
      block(.process, depth: 1, count: 4)
      lines.append("  }")
      loops = 0
    } else {
      block(.process, depth: 0, count: 7)
    }
    lines.append("}")
  }

  // MARK: Statements

  private mutating func block(_ place: Place, depth: Int, count n: Int) {
    let kept = locals
    for _ in 0..<(1 + Int(dice.below(UInt64(n)))) { statement(place, depth: depth) }
    locals = kept
  }

  private mutating func statement(_ place: Place, depth: Int) {
    let indent = String(repeating: "  ", count: depth + 1)
    switch dice.below(24) {
    case 0, 1:
      let v = local()
      lines.append("\(indent)let \(v) = \(count())")
      locals.append(v)
    case 2, 3, 4:
      let condition = dice.chance(30) ? " if \(self.condition())" : ""
      lines.append("\(indent)\(dice.pick(variables)) = (\(count())) mod 50\(condition)")
    case 5:
      if let a = arrays.first {
        lines.append("\(indent)\(a.name)[\(dice.chance(50) ? "any 0..2" : "1")] = (\(count())) mod 50")
      }
    case 6, 7: lines.append("\(indent)wait \(delay())")
    case 8, 9, 10: lines.append("\(indent)work \(delay())")
    case 11, 12, 13, 14: call(place, indent)
    case 15: send(place, indent)
    case 16:
      lines.append("\(indent)if \(condition()) {")
      block(place, depth: depth + 1, count: 2)
      if dice.chance(50) {
        lines.append("\(indent)} else {")
        block(place, depth: depth + 1, count: 2)
      }
      lines.append("\(indent)}")
    case 17:
      guard depth < 3 else { return }
      let v = local()
      lines.append(
        dice.chance(50)
          ? "\(indent)repeat \(1 + dice.below(3)) {"
          : "\(indent)for \(v) in 0..\(dice.below(3))\(dice.chance(40) ? " where \(v) != 1" : "") {")
      loops += 1
      lines.append("\(indent)  wait \(delay())")
      block(place, depth: depth + 1, count: 2)
      if dice.chance(20) { lines.append("\(indent)  break if \(condition())") }
      loops -= 1
      lines.append("\(indent)}")
    case 18:
      lines.append("\(indent)log \"at {\(count())} {\(condition())}\"")
    case 19:
      if !queues.isEmpty {
        if dice.chance(50) {
          lines.append("\(indent)\(dice.pick(queues)).put(\(count()))")
        } else {
          let v = local()
          let otherwise = dice.chance(60) ? " timeout \(time(1, 30)) else { let w\(v) = 0 }" : " timeout \(time(1, 30))"
          lines.append("\(indent)let \(v) = \(dice.pick(queues)).take\(otherwise)")
          if !otherwise.contains("else") { locals.append(v) }
        }
      }
    case 20:
      let otherwise = dice.chance(70) ? " else { \(dice.pick(variables)) = 0 }" : ""
      lines.append("\(indent)wait until \(awaited()) timeout \(time(5, 40))\(otherwise)")
    case 21: special(place, indent, depth)
    case 22:
      if !locks.isEmpty, !isLease(place) {
        let v = local()
        let lock = dice.pick(locks)
        lines.append("\(indent)let \(v) = \(lock).acquire timeout \(time(5, 60))")
        lines.append("\(indent)wait \(delay())")
        lines.append(dice.chance(50) ? "\(indent)\(lock).release(\(v))" : "\(indent)\(lock).renew(\(v))")
      }
    default:
      if dice.chance(30), case .handler = place { lines.append("\(indent)fail if \(condition())") }
      if dice.chance(30), case .load = place { lines.append("\(indent)fail \"bad luck\" if \(condition())") }
      if dice.chance(20), case .process = place, depth == 0 {
        let label = "here\(labels.count)"
        labels.append((processes.last!.name, label))
        lines.append("\(indent)\(label): \(dice.pick(variables)) = \(count())")
      }
    }
  }

  private func isLease(_ place: Place) -> Bool {
    if case .lease = place { return true }
    return false
  }

  private mutating func special(_ place: Place, _ indent: String, _ depth: Int) {
    switch dice.below(4) {
    case 0:
      lines.append("\(indent)atomic {")
      if !queues.isEmpty, dice.chance(30) { lines.append("\(indent)  let v\(fresh + 200) = \(dice.pick(queues)).take") }
      lines.append("\(indent)  \(dice.pick(variables)) = \(count())")
      lines.append("\(indent)  \(dice.pick(variables)) = \(count()) if \(condition())")
      lines.append("\(indent)}")
    case 1:
      lines.append("\(indent)either { \(dice.pick(variables)) = \(count()) } or { wait \(delay()) }")
    case 2:
      if !queues.isEmpty {
        lines.append(
          "\(indent)either { let v\(fresh + 100) = \(dice.pick(queues)).take } or { wait until \(awaited()) } or { wait \(delay()) }"
        )
      }
    default:
      if case .process = place {
        let s = dice.pick(services)
        lines.append(
          "\(indent)\(dice.pick(["crash \(s.name)", "restart \(s.name)", "stall \(s.name) for \(time(3, 20))", "slow \(s.name) by 2 for \(time(3, 20))"])) if chance(0.3)"
        )
      }
    }
  }

  /// A handler calls only services after its own: nobody waits for himself.
  private mutating func target(_ place: Place) -> (text: String, answers: Bool)? {
    var callable = services
    if case .handler(let k) = place { callable = Array(services.dropFirst(k + 1)) }
    if callable.isEmpty { return nil }
    let s = dice.pick(callable)
    let h = dice.pick(s.handlers)
    var text = s.name
    // Balancers stand above every handler: nobody below calls them.
    var isBalanced = false
    if let b = balancers.first, services[b.service].name == s.name, dice.chance(70) {
      switch place {
      case .process, .load, .lease:
        text = b.name
        isBalanced = true
      default: break
      }
    }
    if !isBalanced, let count = s.count, dice.chance(50) {
      text += "[\(dice.chance(50) ? "any 0..\(count - 1)" : "\(dice.below(UInt64(count)))")]"
    }
    if !h.name.isEmpty { text += ".\(h.name)" }
    if h.arguments > 0 { text += "(\((0..<h.arguments).map { _ in count() }.joined(separator: ", ")))" }
    return (text, h.answers)
  }

  private mutating func call(_ place: Place, _ indent: String) {
    guard let target = target(place) else {
      lines.append("\(indent)work \(delay())")
      return
    }
    var line = indent
    let v = local()
    var binds = false
    if target.answers, dice.chance(60) {
      line += "let \(v) = "
      binds = true
    }
    line += "call \(target.text) timeout \(time(1, 25))"
    if dice.chance(50) {
      line += " retry \(dice.below(4))"
      if dice.chance(60) {
        line += " backoff \(time(1, 5))"
        if dice.chance(50) { line += " to \(time(5, 20))" }
        line += " jitter \(dice.pick(["none", "equal", "full", "decorrelated"]))"
      }
      if dice.chance(20) { line += " budget 50% burst 2" }
    }
    var hasElse = false
    if dice.chance(50) {
      line += " else { \(dice.pick(variables)) = \(dice.below(4)) }"
      hasElse = true
    }
    lines.append(line)
    if binds, !hasElse { locals.append(v) }
  }

  private mutating func send(_ place: Place, _ indent: String) {
    guard let target = target(place) else { return }
    lines.append("\(indent)send \(target.text)")
  }

  // MARK: The timeline and what is looked at

  private mutating func entry(_ seconds: Int) {
    locals = []
    let s = dice.pick(services)
    let p = dice.pick(processes)
    var actions = [
      "crash \(s.name)", "restart \(s.name)", "stall \(s.name) for \(time(5, 40))", "stall \(s.name)", "heal",
      "heal \(s.name)", "slow \(s.name) by 3 for \(time(5, 40))", "slow \(s.name) by 0.5", "crash \(p.name)",
      "restart \(p.name)", "stall \(p.name) for \(time(5, 40))", "\(s.name).servers = \(1 + dice.below(3))",
      "\(dice.pick(variables)) = \(dice.below(5))", "cut \(p.name) from \(s.name)",
      "drop 50% of \(p.name) to \(s.name)",
      "drop 100% of \(s.name) to \(p.name)", "heal \(p.name) from \(s.name)", "log \"operator\"",
      "\(s.name).queue.capacity = \(1 + dice.below(4))", "\(s.name).limit = \(1 + dice.below(4))",
      "\(s.name).limit = \(1 + dice.below(4))/s", "\(s.name).enabled = \(dice.pick(["true", "false"]))",
    ]
    for l in loads {
      actions.append(l.isClosed ? "\(l.name).users = \(dice.below(5))" : "\(l.name).rate = \(dice.below(7))/s")
      if l.isClosed { actions.append("\(l.name).think = \(time(1, 9))") }
    }
    if !balancers.isEmpty {
      actions += ["b.failover = off", "b.failover = on", "crash b", "restart b", "stall b for \(time(5, 30))"]
    }
    for q in queues { actions += ["\(q).clear()", "\(q).put(\(dice.below(4)))"] }
    if !labels.isEmpty {
      let l = dice.pick(labels)
      actions.append("stall \(l.process) at \(l.label) for \(time(5, 30))")
    }
    if s.count != nil {
      actions += [
        "crash \(s.name)[0]", "\(s.name)[1].servers = 2", "\(s.name)[0].enabled = off", "\(s.name)[1].enabled = off",
      ]
    }
    var action = dice.pick(actions)
    if dice.chance(30) { action += "; " + dice.pick(actions) }
    switch dice.below(5) {
    case 0: lines.append("every \(time(30, 90)) { \(action) }")
    case 1:
      lines.append("when \(dice.pick(variables)) > \(dice.below(3))\(dice.chance(50) ? " for 2s" : "") { \(action) }")
    default: lines.append("at \(dice.below(UInt64(seconds * 10)) * 100)ms { \(action) }")
    }
  }

  private mutating func properties() {
    let x = dice.pick(variables)
    lines.append("never \"n\" { \(x) > \(1 + dice.below(4)) }")
    let s = dice.pick(services).name
    lines.append("always \"a\" from 2s until 15s { \(s).failed + \(s).refused < \(1 + dice.below(6)) }")
    lines.append("eventually \"e\" within 12s of 3s { \(dice.pick(services).name).completed > \(dice.below(20)) }")
    lines.append("sometimes \"s\" { \(s).queue.length > \(dice.below(3)) }")
    lines.append("measure m = \(s).busy + \(s).queue.length")
    lines.append("plot m, \(s).arrived, \(x)")
    if !queues.isEmpty { lines.append("plot \(queues[0]).length, \(queues[0]).oldest") }
    if !balancers.isEmpty { lines.append("plot b.healthy, b.removed") }
    if !fleets.isEmpty { lines.append("plot \(fleets[0]).active") }
    if !loads.isEmpty {
      lines.append("plot \(loads[0].name).in_flight, \(loads[0].name).timeouts, \(loads[0].name).retries")
    }
  }
}
