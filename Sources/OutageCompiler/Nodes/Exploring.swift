import OutageModel
import OutageSemantics

// What a search of orders of steps needs to know beyond the code: who touches what, which properties it can judge.

/// What an expression speaks of besides nodes.
struct Speech {
  var readsMeasure = false
  var readsWindow = false
  var readsTime = false
  var readsStuck = false
}

extension Compiler {
  /// What a property reads, and whether orders of steps can decide it.
  func describe(
    _ described: inout ImageMeta.Property, _ property: CheckedProgram.Property, _ reads: Set<Touches.Target>,
    _ speeches: [Speech]
  ) {
    described.reads = reads.map { elementRange($0, own: 0) }.sorted { $0.lowerBound < $1.lowerBound }
    described.readsStuck = speeches.contains { $0.readsStuck }
    switch property.kind {
    case .always(let from, let until): described.hasTimes = from != nil || until != nil
    case .eventually(let within, let of): described.hasTimes = within != nil || of != nil
    default: break
    }
    if speeches.contains(where: { $0.readsTime }) { described.unexplored = .time }
    if speeches.contains(where: { $0.readsMeasure }) { described.unexplored = .measure }
    if speeches.contains(where: { $0.readsWindow }) { described.unexplored = .window }
    if let n = reads.map(node).filter(isLoadNode).min() { described.unexplored = .load(name(n)) }
  }

  func node(_ target: Touches.Target) -> Int {
    switch target {
    case .own(let n), .element(let n, _), .all(let n): n
    }
  }

  private func isLoadNode(_ n: Int) -> Bool {
    switch program.nodes[n].kind {
    case .service, .balancer, .load: true
    default: false
    }
  }

  /// The elements that a target means for element k of a body's node.
  func elementRange(_ target: Touches.Target, own k: Int) -> ClosedRange<Int> {
    switch target {
    case .own(let n): first[n] + min(k, max(0, counts[n] - 1))...first[n] + min(k, max(0, counts[n] - 1))
    case .element(let n, let e): first[n] + e...first[n] + e
    case .all(let n): first[n]...first[n] + max(0, counts[n] - 1)
    }
  }

  private func wordTypes(_ type: Type) -> [ImageMeta.ValueType] {
    if case .record(let fields) = type { return fields.flatMap { wordTypes($0.type) } }
    return [valueType(type)]
  }

  /// What all bodies of nodes touch, also where parameters that can still be set take them.
  private var touchedByAll: [TouchedBy] {
    (touchedBefore + touches).filter { program.nodes.indices.contains($0.node) }.map { body in
      var body = body
      for u in untaken where u.node == body.node {
        switch u.manner {
        case .direct:
          body.touches.direct.insert(u.target)
          body.touches.depends.insert(u.target)
          body.touches.written.insert(u.target)
        case .linked: body.touches.linked.insert(u.target)
        case .watched: break
        }
      }
      return body
    }
  }

  func describeProcesses() throws(CompileFailure) {
    let bodies = touchedByAll
    let bodiesOf = Dictionary(grouping: bodies, by: \.node)
    for body in bodies {
      let isProcess = if case .process = program.nodes[body.node].kind { true } else { false }
      guard isProcess || body.touches.isLapse else { continue }
      let (called, depth) = try calls([body.touches], bodiesOf)
      meta.exploring.depth = max(meta.exploring.depth, depth)
      for k in 0..<counts[body.node] {
        try goOn()
        var process = ImageMeta.Process(
          element: first[body.node] + k,
          touches: body.touches.direct.union(body.touches.read).map { elementRange($0, own: k) },
          reads: body.touches.depends.map { elementRange($0, own: k) },
          writes: body.touches.written.map { elementRange($0, own: k) })
        process.services = called
        // Whether a call is taken depends on whom the service admits, where steps change that.
        let assigned = called.filter { parts.nodes[$0].isAssigned }.sorted().map { elementRange(.all($0), own: 0) }
        process.touches += assigned
        process.reads += assigned
        for handler in called.sorted().flatMap({ bodiesOf[$0] ?? [] }) {
          try goOn()
          process.touches += handler.touches.direct.union(handler.touches.read).map { elementRange(whole($0), own: 0) }
          process.reads += handler.touches.depends.map { elementRange(whole($0), own: 0) }
          process.writes += handler.touches.written.map { elementRange(whole($0), own: 0) }
        }
        if isProcess { meta.exploring.processes.append(process) } else { meta.exploring.lapses.append(process) }
      }
    }
    let apart = (touchedBefore + touches).filter { takesNoPart($0.node) && !$0.touches.isLapse }.map(\.touches)
    meta.exploring.alsoAsked.formUnion(try calls(apart, bodiesOf).0)
    for (n, node) in program.nodes.enumerated() {
      if case .variable(let type, _, _) = node.kind { meta.exploring.variableTypes[n] = wordTypes(type) }
    }
    describeEnds()
    try describeLeftOut()
    try describeMeddlers()
    try describeObstacles()
    try describeFaultBudgets()
    try describeSymmetries()
  }

  /// Who turns requests away, and whose ends others can see: of handlers there, of processes whose end is read or which
  /// faults may hit before it.
  private func describeEnds() {
    var seen: Set<Int> = []
    for (n, node) in program.nodes.enumerated() {
      guard case .service(let service) = node.kind else { continue }
      let bounds = service.attributes.contains { attribute in
        switch attribute.value {
        case .capacity, .limit: true
        default: false
        }
      }
      if bounds || boundsGiven.contains(n) || service.handlers.contains(where: { $0.limit != nil }) {
        meta.exploring.turningAway.insert(n)
        seen.insert(n)
      }
    }
    meta.exploring.delaying = latencyGiven.union(drawnLatency.keys)
    let reads = meta.properties.map(\.reads) + meta.exploring.processes.map(\.reads)
    let nodesRead = Set(
      reads.joined().flatMap { [parts.elementNode[$0.lowerBound], parts.elementNode[$0.upperBound]] })
    for n in program.nodes.indices {
      guard case .process = program.nodes[n].kind else { continue }
      if nodesRead.contains(Int32(n)) || program.faultBudgets.contains(where: { $0.node.node == n }) { seen.insert(n) }
    }
    for (body, _) in stepBodies where seen.contains(Int(parts.bodies[body].node)) {
      parts.bodies[body].isEndSeen = true
    }
  }

  /// Loads, renewals, health checks and operators.
  private func takesNoPart(_ n: Int) -> Bool {
    guard program.nodes.indices.contains(n) else { return true }
    switch program.nodes[n].kind {
    case .process, .service: return false
    default: return true
    }
  }

  /// Whatever a verdict says nothing of.
  private func describeLeftOut() throws(CompileFailure) {
    for node in program.nodes { if case .load = node.kind { meta.exploring.leftOut.append("load \(node.name)") } }
    for (n, node) in program.nodes.enumerated() {
      if case .lease = node.kind, parts.nodes[n].link >= 0 { meta.exploring.leftOut.append("renewals of \(node.name)") }
    }
    for node in program.nodes {
      if case .balancer = node.kind { meta.exploring.leftOut.append("health checks of \(node.name)") }
    }
    for (n, node) in program.nodes.enumerated() {
      guard case .service(let service) = node.kind else { continue }
      var limits = service.handlers.compactMap(\.limit)
      for a in service.attributes where try holds(a.condition) { if case .limit(let e) = a.value { limits.append(e) } }
      if limits.contains(where: { $0.type == .rate }) {
        meta.exploring.leftOut.append("rates of \(node.name) (any call may be refused)")
      }
      if parts.nodes[n].dropPolicy != 0 { meta.exploring.leftOut.append("requests that expire at \(node.name)") }
    }
    if stepBodies.contains(where: { $0.code.contains { code.code[$0].op == .budgetTake } }) {
      meta.exploring.leftOut.append("retry budgets (any retry may be left out)")
    }
    let entries = program.timeline.count
    if entries > 0 {
      meta.exploring.leftOut.append(entries == 1 ? "1 entry of the timeline" : "\(entries) entries of the timeline")
    }
  }

  /// A handler of any element of a service.
  private func whole(_ target: Touches.Target) -> Touches.Target {
    if case .own(let n) = target { .all(n) } else { target }
  }

  private func services(_ touches: Touches) -> [Int] {
    var found: Set<Int> = []
    for n in touches.direct.union(touches.linked).union(touches.read).map(node) {
      if case .service = program.nodes[n].kind { found.insert(n) }
      if case .balancer(let service, _) = program.nodes[n].kind { found.insert(service) }
    }
    return found.sorted()
  }

  private typealias TouchedBy = (node: Int, element: Int?, touches: Touches)

  /// Calls that one chain of handlers has open at once, at most.
  private static let mostDepth = 8

  /// The services that are called, by handlers too, and how many calls one chain of handlers has open at once.
  private func calls(_ touches: [Touches], _ bodies: [Int: [TouchedBy]]) throws(CompileFailure) -> (
    Set<Int>, depth: Int
  ) {
    var called: Set<Int> = []
    var depth = 0
    // A chain is one call longer while somebody at its end calls; those met before count again, and reach nobody new.
    var callers = touches
    while true {
      var next: Set<Int> = []
      for caller in callers {
        try goOn()
        next.formUnion(services(caller))
      }
      if next.isEmpty { break }
      depth = min(depth + 1, Self.mostDepth)
      if depth == Self.mostDepth, next.isSubset(of: called) { break }
      called.formUnion(next)
      callers = next.sorted().flatMap { (bodies[$0] ?? []).map(\.touches) }
    }
    return (called, depth)
  }

  private func describeFaultBudgets() throws(CompileFailure) {
    for budget in program.faultBudgets {
      let n = budget.node.node
      var elements = first[n]...first[n] + max(0, counts[n] - 1)
      if case .element(let e) = budget.node.selector {
        let k = Int(try settle(e))
        if k < 0 || k >= counts[n] { throw settled.outOfRange(noElement(Int64(k), of: n), e, code: "E0504") }
        elements = first[n] + k...first[n] + k
      }
      let fault: ImageMeta.FaultBudget.Fault =
        switch budget.fault {
        case .crash: .crash
        case .stall: .stall
        case .restart: .restart
        }
      meta.exploring.faultBudgets.append(
        ImageMeta.FaultBudget(fault: fault, elements: elements, atMost: try settle(budget.atMost)))
    }
  }
}
