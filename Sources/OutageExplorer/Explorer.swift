public import OutageModel

public struct ExploreOptions: Sendable {
  public var maxStates: Int = 100_000_000
  /// Bytes
  public var maxMemory: Int = 8 << 30
  /// Bytes that the process holds before the search, which count too; half of what is allowed is for the search anyway.
  public var memoryInUse = 0
  /// What a process holds differs a little from run to run: it counts in large units.
  private static let unitInUse = 16 << 20
  private var countedInUse: Int { (memoryInUse + Self.unitInUse - 1) / Self.unitInUse * Self.unitInUse }
  var room: Int { max(maxMemory / 2, maxMemory - countedInUse) }
  public var workers = 1
  /// Search on past violations and count violating states.
  public var countsAll = false
  /// Count complete paths, and those that end where the first property is violated.
  public var countsPaths = false
  /// Texts of the properties to look at; empty: all that can be explored.
  public var properties: [String] = []
  /// Requests in hand at once that nobody waits for.
  public var abandoned = 1
  /// Keep fingerprints of states instead of states: less memory, and a small chance that a state is missed.
  public var isCompact = false
  /// Keep one of all states that differ only in which element of an array of processes is where, for arrays whose
  /// elements nobody can tell apart.
  public var usesSymmetry = false
  /// Where the steps of one process stand for all others, make no others: most orders of steps that cannot be told apart
  /// are left out.
  public var usesPartialOrder = false
  public init() {}
}

/// Why a script cannot be explored as asked.
public struct ExploreProblem: Error, Sendable {
  public var message: String
  public var help: String?
  /// Where the script asks for what a search does not follow.
  public var place: (file: Int32, from: Int32, to: Int32)?
  public init(message: String, help: String? = nil, place: (file: Int32, from: Int32, to: Int32)? = nil) {
    self.message = message
    self.help = help
    self.place = place
  }
}

/// Searches every order of steps, breadth first.
/// - Parameters:
///   - image: compiled for exploring.
///   - present: a world of this image: the search begins where it stands, and it must stand meanwhile.
///   - halt: asked now and then whether to go on.
public func explore(
  _ image: Image, _ options: ExploreOptions, from present: World? = nil,
  halt: @escaping (SearchProgress) -> SearchHalt = { _ in .goOn }
) throws(ExploreProblem) -> ExploreResult {
  let explorer = try Explorer(image, options, from: present, halt: halt)
  return explorer.run()
}

final class Explorer {
  let image: Image
  let options: ExploreOptions
  let search: Search
  let teller: Teller
  /// Processes, nodes, places for requests and fault budgets.
  private static let mostComponents = 4000
  private let chosen: [Int]
  /// Bodies of the handlers that processes of the search call, themselves or through others.
  private let called: Set<Int>
  private var edges: Edges?
  private let meddling: Meddling
  /// Who takes no part may let others reach more steps than were reached.
  private let isMeddledWith: Bool
  private var result = ExploreResult()

  init(
    _ image: Image, _ options: ExploreOptions, from present: World?, halt: @escaping (SearchProgress) -> SearchHalt
  ) throws(ExploreProblem) {
    self.image = image
    self.options = options
    if image.meta.exploring.processes.isEmpty {
      throw ExploreProblem(
        message: "there are no processes to explore",
        help: "orders of steps are those of `process` bodies; loads, leases and operators take no part")
    }
    if present == nil, image.leastStateBytes > options.room {
      throw ExploreProblem(
        message: "the state at the start needs more than the \(grouped(options.maxMemory)) bytes allowed",
        help: "smaller arrays: explore { n = 3 }")
    }
    chosen = try Self.choose(image, options.properties)
    let properties = chosen.map { image.meta.properties[$0] }
    var cone = Cone(image, properties, abandoned: options.abandoned)
    called = cone.handlers(image)
    let bodies = Set(cone.processes.map { image.tables.body(of: $0.element) }).union(called)
      .union(cone.lapseBodies(image))
    if let obstacle = bodies.sorted().lazy.compactMap({ image.meta.exploring.obstacles[$0] }).first {
      throw ExploreProblem(message: obstacle.message, help: obstacle.help, place: obstacle.place)
    }
    let beginning = present.map { Beginning(image, &cone, in: $0) }
    let size = Graph.size(image, cone)
    if size > Self.mostComponents {
      throw ExploreProblem(
        message:
          "\(size) processes and nodes are more than the \(grouped(Self.mostComponents)) that can be explored",
        help: "smaller arrays: explore { n = 3 }")
    }
    let reduction = options.usesSymmetry ? Reduction(image, options, chosen, cone, isPresent: present != nil) : nil
    let graph = Graph(image, cone, from: beginning, symmetries: reduction?.symmetries ?? [])
    teller = Teller(graph)
    meddling = Meddling(image, teller, in: present)
    isMeddledWith = meddling.reachesMore(cone)
    if options.usesPartialOrder {
      let obstacle = PartialOrder.obstacle(image, options, properties, cone, isPresent: present != nil)
      result.partialOrder = ExploreResult.PartialOrder(leftOut: obstacle)
    }
    let isPartial = result.partialOrder.map { $0.leftOut == nil } ?? false
    search = Search(graph, properties.map { Judge($0, graph) }, options, isPartial: isPartial, halt: halt)
    result.scenario = image.meta.scenario
    result.parameters = image.meta.params
    result.processes = cone.processes.map { teller.name($0.element) }
    result.uninvolved = teller.names(
      of: image.meta.exploring.processes.map(\.element), without: cone.processes.map(\.element))
    result.leftOut = image.meta.exploring.leftOut
    result.bounds = Self.bounds(image, cone)
    result.abandoned = options.abandoned
    result.symmetry = reduction.map {
      ExploreResult.Symmetry(arrays: $0.symmetries.map { Reduction.name($0, image) }, leftOut: $0.leftOut)
    }
    for (k, p) in image.meta.properties.enumerated() where !chosen.contains(k) {
      if let reason = Self.unexplored(p) { result.skipped.append((p.text, reason)) }
    }
  }

  // MARK: What can be judged

  static func choose(_ image: Image, _ texts: [String]) throws(ExploreProblem) -> [Int] {
    let all = image.meta.properties.indices
    if texts.isEmpty { return all.filter { unexplored(image.meta.properties[$0]) == nil } }
    var chosen: [Int] = []
    for text in texts {
      guard let k = all.first(where: { image.meta.properties[$0].text == text }) else {
        let known = image.meta.properties.map { "\"\($0.text)\"" }.joined(separator: ", ")
        throw ExploreProblem(
          message: "there is no property \"\(text)\"",
          help: known.isEmpty ? "the script has none" : "there are: \(known)")
      }
      if let reason = unexplored(image.meta.properties[k]) {
        throw ExploreProblem(
          message: "\"\(text)\" cannot be explored: \(reason)",
          help:
            "never, always, eventually, recoverable and sometimes over variables, plans, records, queues and leases can"
        )
      }
      chosen.append(k)
    }
    return chosen
  }

  /// Why orders of steps cannot decide a property, or nil.
  static func unexplored(_ p: ImageMeta.Property) -> String? {
    switch p.unexplored {
    case .time: return "it reads the time, which a search of orders forgets"
    case .measure: return "it reads a measure, which is sampled at ticks"
    case .window: return "it reads a window of time, which a search of orders forgets"
    case .load(let name): return "it reads \(name), and load and services are not followed in a search of orders"
    case nil: break
    }
    if case .expect = p.kind { return "it speaks of times, which a search of orders forgets" }
    return p.hasTimes ? "it is bound to times, which a search of orders forgets" : nil
  }

  private static func bounds(_ image: Image, _ cone: Cone) -> [String] {
    var bounds: [String] = []
    if cone.bounds.places > 0 {
      bounds.append(
        "at most \(cone.bounds.places) requests in hand, \(cone.bounds.abandoned) of them abandoned by their caller")
    }
    for budget in image.meta.exploring.faultBudgets {
      let node = image.meta.nodes[Int(image.tables.elementNode[budget.elements.lowerBound])].name
      bounds.append("\(node) may \(budget.fault.rawValue) at most \(budget.atMost) times")
    }
    return bounds
  }

  // MARK: Run

  func run() -> ExploreResult {
    // No property can be decided, and nobody asked for anything else.
    if chosen.isEmpty, !result.skipped.isEmpty, !options.countsPaths { return result }
    search.run()
    let store = search.store
    result.states = store.count
    result.transitions = search.transitions
    result.fingerprintBits = options.isCompact ? Fingerprint.bits : nil
    result.depth = max(0, (0..<store.levelCount).last { store.levelSize($0) > 0 } ?? 0)
    if !result.isPartial { result.symmetry?.represented = search.represented }
    result.isComplete = search.isComplete
    if search.limit == .states(options.maxStates) || search.limit == .memory(options.maxMemory) {
      result.hint = teller.growth()
    }
    if search.graph.ranOutOfPlaces { result.bounds.append("calls and time-outs beyond these waited") }
    for judge in search.judges { result.properties.append(verdict(judge)) }
    // From a live world's present much was reached before.
    if search.isComplete, !search.graph.beginsInPresent, !search.graph.ranOutOfPlaces, !isMeddledWith {
      result.unreached = unreached()
    }
    if options.countsPaths { countPaths() }
    // Properties of paths may have been stopped as well.
    result.limit = search.limit
    if let failure = search.graph.failure { result.failure = described(failure) }
    result.bytes = search.bytes
    return result
  }

  private func described(_ failure: ExploreResult.Failure) -> ExploreResult.Failure {
    var failure = failure
    if let (line, text) = image.meta.exploring.stepTexts[failure.step] { (failure.line, failure.text) = (line, text) }
    failure.file = teller.file(ofStep: failure.step)
    if failure.step >= 0 {
      let step = image.tables.steps[failure.step]
      failure.place = (step.file, step.from, step.to)
    }
    if let (state, level) = failedJudging ?? search.failedAt {
      let path = search.path(to: state, at: level)
      let kept = path.last.map { search.graph.canon.words($0.state, width: search.graph.width) }
      if let flaw = search.flaw(of: path) ?? (kept == state ? nil : Self.endsElsewhere) {
        note(flaw, "the failed step")
      } else {
        failure.trace = teller.trace(path, search, nil)
      }
    }
    return failure
  }

  // MARK: Telling paths

  private static let endsElsewhere = "does not end in it"

  private func note(_ flaw: String, _ what: String) {
    if result.fault == nil { result.fault = "the path that was found to \(what) \(flaw)" }
  }

  /// Tells a path, but for one with a flaw: then nothing is said of the property.
  /// - Parameter ends: whether it ends, or goes on for ever, as it is to.
  private func tell(
    _ path: Path, _ judge: Judge, loop: Int? = nil, _ out: inout ExploreResult.Property, ends: ([UInt64]) -> Bool
  ) {
    let end = path.last.map { ends($0.state) } ?? false
    if let flaw = search.flaw(of: path) ?? (end ? nil : Self.endsElsewhere) {
      note(flaw, "\"\(out.text)\"")
      (out.verdict, out.trace, out.violating) = (.unknown, nil, nil)
      out.reason = "not decided: the path that was found to it \(flaw), a fault of this program"
      return
    }
    out.trace = teller.trace(path, search, judge.property, loop: loop)
  }

  /// The state in which a condition could not be told, and its level.
  private var failedJudging: (state: [UInt64], level: Int)? {
    guard let state = search.graph.failedState else { return nil }
    let store = search.store
    if !options.isCompact { return store.find(state).map { (state, search.level(of: $0)) } }
    // Levels are told apart modulo 4: it was met in one of the last two.
    let last = store.levelCount - 1
    let level = [last, last - 1].first { $0 >= 0 && store.isMet(state, hash: mixed(state, store.width), at: $0) }
    return level.map { (state, $0) }
  }

  private func verdict(_ judge: Judge) -> ExploreResult.Property {
    let p = judge.property
    var out = ExploreResult.Property(
      text: p.text, kind: p.kind.word, verdict: .unknown, isMeantViolated: p.isMeantViolated, reason: "", line: p.line,
      condition: p.source)
    out.file = teller.file(ofStep: Int(image.tables.bodies[p.probe.body].step))
    switch p.kind {
    case .never, .always: state(judge, &out)
    case .sometimes: witness(judge, &out)
    case .recoverable: recoverable(judge, &out)
    case .eventually: eventually(judge, premise: nil, &out)
    case .leadsTo(let premise):
      var property = p
      property.probe = premise
      property.kind = .sometimes
      eventually(judge, premise: Judge(property, search.graph), &out)
    case .expect: break
    }
    if search.graph.ranOutOfPlaces, out.verdict == .violated, Self.isOfWaiting(p) {
      (out.verdict, out.trace, out.violating) = (.unknown, nil, nil)
      out.reason = "not decided: calls or time-outs were held back by the bound of requests (--abandoned)"
    }
    if let objection = meddling.objection(to: out.verdict, of: p) {
      (out.verdict, out.reason, out.trace) = (.unknown, objection, nil)
      (out.violating, out.isVacuous) = (nil, false)
    }
    let probes = if case .leadsTo(let premise) = p.kind { [p.probe, premise] } else { [p.probe] }
    if judge.first == nil, probes.contains(where: { search.graph.failedProbes.contains($0.body) }) {
      (out.verdict, out.reason, out.trace) = (.unknown, "not decided: its condition fails", nil)
      (out.violating, out.isVacuous) = (nil, false)
    }
    return out
  }

  /// It may be violated because somebody waits, or never comes to where it would hold. What waits for a bound of the search
  /// tells nothing of that.
  private static func isOfWaiting(_ p: ImageMeta.Property) -> Bool {
    switch p.kind {
    case .sometimes, .recoverable, .eventually, .leadsTo: true
    case .never, .always, .expect: p.readsStuck
    }
  }

  private func state(_ judge: Judge, _ out: inout ExploreResult.Property) {
    if options.countsAll { out.violating = judge.count }
    if let first = judge.first {
      out.verdict = .violated
      let path = search.path(to: first.states, at: first.level)
      out.reason = "in \(count(path.count - 1, "step"))"
      tell(path, judge, &out) { search.holds(judge, $0) == (judge.wanted != 0) }
    } else if search.isComplete {
      out.verdict = .holds
      out.reason = search.store.count == 1 ? "in the only state" : "in all \(grouped(search.store.count)) states"
      if search.graph.ranOutOfPlaces { out.reason += " within these bounds" }
    } else {
      out.reason = "held in the \(grouped(search.store.count)) states seen"
    }
  }

  private func witness(_ judge: Judge, _ out: inout ExploreResult.Property) {
    if let first = judge.first {
      out.verdict = .holds
      let path = search.path(to: first.states, at: first.level)
      out.reason = "reached in \(count(path.count - 1, "step"))"
      tell(path, judge, &out) { search.holds(judge, $0) }
    } else if search.isComplete {
      out.verdict = .violated
      out.reason = "in none of \(grouped(search.store.count)) states"
    } else {
      out.reason = "not reached in the \(grouped(search.store.count)) states seen"
    }
  }

  /// All transitions, once the space is complete.
  private func allEdges() -> Edges? {
    guard search.isComplete, !options.isCompact else { return nil }
    if edges == nil {
      edges = Edges(search)
      if edges != nil { search.bytesOfEdges = Edges.bytes(search) }
    }
    return edges
  }

  private var undecided: String {
    if options.isCompact { return "not decided: fingerprints do not tell paths" }
    if !search.isComplete { return "not decided: not all states were seen" }
    if search.limit != nil { return "not decided: all states were seen, but not all paths looked at" }
    let transitions = grouped(search.transitions)
    return search.bytes + Edges.bytes(search) > options.room
      ? "not decided: the memory allowed does not hold \(transitions) transitions"
      : "not decided: \(transitions) transitions are too many to keep"
  }

  private func recoverable(_ judge: Judge, _ out: inout ExploreResult.Property) {
    guard let edges = allEdges(), let lost = search.lost(judge, edges) else {
      out.reason = undecided
      return
    }
    let number = lost.count { $0 }
    out.violating = number
    guard number > 0 else {
      out.verdict = .holds
      out.reason = "from all \(grouped(edges.count)) states"
      return
    }
    out.verdict = .violated
    out.reason = "from \(grouped(number)) of \(grouped(edges.count)) states no path leads back"
    let least = lost.indices.filter { lost[$0] }.map { search.level(of: edges.ids[$0]) }.min() ?? 0
    var states = StateList(width: search.store.width)
    search.store.eachState(least) { if lost[edges.number($0)] { states.append(search.store.state($0)) } }
    tell(search.path(to: states, at: least), judge, &out) { state in
      !search.holds(judge, state) && search.staysLost(state, lost, edges)
    }
  }

  private func eventually(_ judge: Judge, premise: Judge?, _ out: inout ExploreResult.Property) {
    guard let edges = allEdges(), let (isOpen, hadPremise) = search.open(judge, premise: premise, edges),
      let avoidance = search.avoidance(edges, isOpen)
    else {
      out.reason = undecided
      return
    }
    out.isVacuous = !hadPremise
    switch avoidance {
    case .end(let id):
      out.verdict = .violated
      out.reason = "a path ends where it has not come true"
      let path = search.stem(to: id, judge, premise: premise, edges, isOpen)
      tell(path, judge, &out) { _ in search.avoids(path, loop: nil, judge, premise: premise) }
    case .loop(let loop):
      out.verdict = .violated
      out.reason = "a loop in which every process gets its turns never makes it true"
      let stem = search.stem(
        to: search.store.find(loop[0].state) ?? 0, judge, premise: premise, edges, isOpen)
      let (path, turn) = (stem + loop.dropFirst(), stem.count - 1)
      tell(path, judge, loop: turn, &out) { _ in search.avoids(path, loop: turn, judge, premise: premise) }
    case .none:
      out.verdict = .holds
      out.reason =
        out.isVacuous
        ? "for want of cases: its premise is never true" : "on every fair path of \(grouped(edges.count)) states"
    }
  }

  /// Steps that others could see and that no path makes.
  private func unreached() -> [(line: Int, file: String, text: String)] {
    var bodies = Set(search.graph.stepper.processes.map(image.tables.body(of:)))
    // Of a handler that no call has reached only the calls are spoken of.
    bodies.formUnion(called.filter { search.graph.reachedSteps.contains(firstStep(of: $0)) })
    var found: [(line: Int, file: String, text: String)] = []
    for body in bodies.sorted() {
      for step in image.meta.exploring.stepsOfBody[body] ?? [] where !search.graph.reachedSteps.contains(step) {
        let (line, text) = image.meta.exploring.stepTexts[step] ?? (0, "")
        found.append((line, teller.file(ofStep: step), text))
      }
    }
    return found
  }

  /// The first step of a body that has one.
  private func firstStep(of body: Int) -> Int {
    if image.meta.exploring.stepsOfBody[body]?.isEmpty ?? true { return -1 }
    var pc = Int(image.tables.bodies[body].start)
    while image.tables.code[pc].op != .step { pc += 1 }
    return Int(image.tables.code[pc].imm)
  }

  private func countPaths() {
    result.countedPaths = true
    guard let edges = allEdges() else { return }
    let ofStates = search.judges.indices.filter { search.judges[$0].isLookedAt }
    let counts = search.countPaths(edges, ends: ofStates.count) { k, id in
      let judge = search.judges[ofStates[k]]
      return judge.value(search.store.state(id), search.graph, isStuck: search.isUnfinished(id)) == judge.wanted
    }
    result.paths = counts.map { counts in
      (all: counts.all, met: zip(ofStates, counts.met).map { (property: $0, count: $1) })
    }
  }
}

extension ImageMeta.Property.Kind {
  var word: String {
    switch self {
    case .never: "never"
    case .always: "always"
    case .eventually, .leadsTo: "eventually"
    case .expect: "expect"
    case .recoverable: "recoverable"
    case .sometimes: "sometimes"
    }
  }
}

func count(_ n: Int, _ word: String) -> String { "\(grouped(n)) \(word)\(n == 1 ? "" : "s")" }

/// `12,345`
func grouped(_ n: Int) -> String {
  let digits = Array(String(n))
  var out = ""
  for (k, d) in digits.enumerated() {
    if k > 0, (digits.count - k) % 3 == 0 { out.append(",") }
    out.append(d)
  }
  return out
}

extension ImageMeta.Property {
  /// Orders of steps can decide it.
  package var isExplorable: Bool { Explorer.unexplored(self) == nil }
}
