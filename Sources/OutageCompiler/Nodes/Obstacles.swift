import OutageModel
import OutageSyntax

// What a search of orders does not follow, and who depends on it. A value that comes from the time, from a distribution, from a
// measure or from the state of a load or service may go where only time depends on it, or into a log; where it decides what
// others can see, the search would know one value of many, and say *holds* of too little.

extension Compiler {
  /// Of each body what stands against a search, and which handlers it calls.
  func describeObstacles() throws(CompileFailure) {
    let assigned = assignedBySteps()
    for (body, range) in stepBodies {
      try goOn()
      meta.exploring.obstacles[body] = obstacle(in: range, assigned)
      meta.exploring.handlersCalled[body] = (handlersCalled[body] ?? []).compactMap { call in
        let node = parts.nodes[call.service]
        guard call.handler < Int(node.linkCount) else { return nil }
        return Int(parts.handlers[Int(node.link) + call.handler].body)
      }.sorted()
    }
  }

  /// Attributes that only time depends on keep their values in a search, whatever is assigned.
  private func assignedBySteps() -> Set<MemberCode> {
    var assigned: Set<MemberCode> = []
    for (_, range) in stepBodies {
      for i in code.code[range] where i.op == .assign {
        if let member = MemberCode(rawValue: i.x), !member.isAdmission { assigned.insert(member) }
      }
    }
    return assigned
  }

  private func obstacle(in range: Range<Int>, _ assigned: Set<MemberCode>) -> ImageMeta.Obstacle? {
    for pc in range {
      let i = code.code[pc]
      switch i.op {
      case .crash, .restart, .stall:
        return obstacle(
          pc, "a fault that a process injects is not followed",
          help: "declare it, as often as it may come: explore { may crash p at most 1 }")
      case .drop, .heal:
        return obstacle(
          pc, "what a process does to links is not followed", help: "`drop`, `cut` and `heal` are for `outage run`")
      case .operate where MemberCode(rawValue: i.x) == .queueClear:
        return obstacle(
          pc, "requests that a process throws out of a service's queue are not followed",
          help: "a caller with a `timeout` may give up at any moment, too")
      case .resolve:
        guard let record = recordsResolved[pc], keepsAnswers(record, assigned) else { continue }
        return obstacle(
          pc, "the answers of \(name(record)) that resolvers keep are not followed",
          help: "search without: make `ttl` and `negative` parameters, and set them in explore { ttl = 0s }")
      default: continue
      }
    }
    return Flow(self, range, assigned).obstacle
  }

  /// Whether a resolver may answer from memory.
  private func keepsAnswers(_ record: Int, _ assigned: Set<MemberCode>) -> Bool {
    if assigned.contains(.ttl) || assigned.contains(.negative) { return true }
    return meta.initials.contains { initial in
      initial.value != 0 && (initial.offset == Record.ttl || initial.offset == Record.negative)
        && initial.element >= first[record] && initial.element < first[record] + counts[record]
    }
  }

  fileprivate func obstacle(_ pc: Int, _ message: String, help: String) -> ImageMeta.Obstacle {
    let place = valueSpans[pc] ?? stepSpan(pc)
    return ImageMeta.Obstacle(message: message, help: help, place: (place.file, place.start, place.end))
  }

  /// The statement to which an instruction belongs.
  private func stepSpan(_ pc: Int) -> Span {
    var at = pc
    while at >= 0, code.code[at].op != .step { at -= 1 }
    guard at >= 0 else { return .none }
    let step = parts.steps[Int(code.code[at].imm)]
    return Span(file: step.file, start: step.from, end: step.to)
  }
}

/// Where values go that a search does not follow: forwards through a body, of each register the instruction from which it
/// may have such a value (G. A. Kildall, POPL 1973).
private struct Flow {
  private let compiler: Compiler
  private let range: Range<Int>
  private let assigned: Set<MemberCode>
  private static let clean: Int32 = -1

  init(_ compiler: Compiler, _ range: Range<Int>, _ assigned: Set<MemberCode>) {
    self.compiler = compiler
    self.range = range
    self.assigned = assigned
  }

  private func code(_ pc: Int) -> Instruction { compiler.code.code[pc] }

  /// Whether the value of an instruction is one that a search does not follow.
  private func isSource(_ pc: Int) -> Bool {
    let i = code(pc)
    switch i.op {
    case .now, .draw, .drawFixed, .measure, .window: return true
    case .read, .readAll: return MemberCode(rawValue: i.x).map { !isFollowed($0) } ?? true
    default: return false
    }
  }

  private func isFollowed(_ member: MemberCode) -> Bool {
    switch member {
    case .latest, .versions, .has, .delete, .add, .version, .addresses, .apply, .put, .length, .clear, .renew, .release,
      .holder, .token, .active, .finished, .up:
      true
    case .capacity, .queueCapacity, .servers, .limit, .enabled: true
    case .ttl, .negative, .lasts, .renewEvery, .latency, .failover, .velocity, .checkEvery, .think:
      !assigned.contains(member)
    case .oldest, .queueLength, .queueOldest, .queueClear, .busy, .arrived, .completed, .failed, .refused, .dropped,
      .expired, .wasted, .healthy, .removed, .rate, .users, .started, .ok, .retries, .timeouts, .inFlight,
      .latencyMean, .latencyP50, .latencyP90, .latencyP99, .latencyP999, .lengthArea, .activeArea, .queueArea, .busyArea,
      .flightArea, .valueArea:
      false
    }
  }

  /// The first instruction that makes of such a value what others can see.
  var obstacle: ImageMeta.Obstacle? {
    guard range.contains(where: isSource) else { return nil }
    let width = 256
    var known = [Int32](repeating: Self.clean, count: width * range.count)
    var isReached = [Bool](repeating: false, count: range.count)
    var todo = [range.lowerBound]
    isReached[0] = true
    var found: (sink: Int, source: Int)?
    while let pc = todo.popLast() {
      let from = (pc - range.lowerBound) * width
      var after = Array(known[from..<from + width])
      if let source = sink(code(pc), after), pc < found?.sink ?? .max { found = (pc, source) }
      pass(pc, &after)
      for next in code(pc).successors(at: pc) where range.contains(next) {
        let to = (next - range.lowerBound) * width
        var grew = !isReached[next - range.lowerBound]
        isReached[next - range.lowerBound] = true
        for r in 0..<width where after[r] != Self.clean && known[to + r] == Self.clean {
          known[to + r] = after[r]
          grew = true
        }
        if grew { todo.append(next) }
      }
    }
    guard let found else { return nil }
    let (message, help) = words(found.source)
    return compiler.obstacle(found.source, message, help: help)
  }

  private func pass(_ pc: Int, _ registers: inout [Int32]) {
    let i = code(pc)
    var source = Self.clean
    for (first, count) in i.uses {
      for r in first..<(first + count) where registers[r] != Self.clean { source = registers[r] }
    }
    // An item of a list is what the list is.
    if i.op == .listAppend {
      if source != Self.clean { registers[Int(i.a)] = source }
      return
    }
    switch i.op {
    // What others answer is what they answer; that a wait is over says nothing of its time.
    case .call, .take, .park, .operate, .chance, .anyOf, .budgetTake: source = Self.clean
    default: break
    }
    if isSource(pc) { source = Int32(pc) }
    for (first, count) in i.defines { for r in first..<(first + count) { registers[r] = source } }
    // Whether there is a value goes where the value goes, or decides only what is logged.
    if i.op == .window || i.op == .measure && i.x != 0 { registers[Int(i.a) + 1] = Self.clean }
  }

  /// The source of a value that decides here what others can see.
  private func sink(_ i: Instruction, _ registers: [Int32]) -> Int? {
    func source(_ first: UInt16, _ count: Int = 1) -> Int? {
      for r in Int(first)..<(Int(first) + count) where registers[r] != Self.clean { return Int(registers[r]) }
      return nil
    }
    switch i.op {
    case .jumpIf, .jumpUnless: return source(i.a)
    case .store: return source(i.a) ?? source(i.b)
    case .assign:
      return MemberCode(rawValue: i.x)?.isAdmission == true ? source(i.a) ?? source(i.b) : source(i.b)
    case .element, .chance, .load, .read, .take, .resolve: return source(i.b)
    case .anyOf: return source(i.b) ?? source(i.c)
    case .operate: return source(i.b) ?? source(i.c, Int(i.imm))
    case .call, .send: return source(i.b) ?? source(i.c, Int(i.x))
    case .end: return source(i.a, Int(i.x))
    default: return nil
    }
  }

  private func words(_ source: Int) -> (message: String, help: String) {
    let choice = "`any a..b` and `chance(p)` are choices, of which a search takes every one"
    switch code(source).op {
    case .now: return ("a step depends on the time, which a search of orders forgets", choice)
    case .draw, .drawFixed:
      return ("a step depends on a value drawn, of which a search of orders knows one", choice)
    case .measure:
      return ("a step depends on a measure, which is sampled at ticks", "count what matters in a variable")
    case .window:
      return ("a step depends on a window of time, which a search of orders forgets", "count what matters in a variable")
    default:
      let text = compiler.valueSpans[source].map { compiler.source($0) } ?? "a count"
      return (
        "a step depends on \(text), and load, services and ages are not followed in a search of orders",
        "count what matters in a variable"
      )
    }
  }
}
