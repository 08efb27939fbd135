import OutageModel

/// The transition relation over packed states. A state is a list of components: activities (processes, then places for
/// requests), passive elements, fault budgets. Transitions are computed by one thread, when they are first met; they may be
/// looked up by many.
final class Graph {
  let stepper: Stepper
  let image: Image
  let bounds: Bounds
  private let present: World?
  var beginsInPresent: Bool { present != nil }
  /// Activities are the first components.
  let activities: Int
  /// Element of each component; budgets and places have none: -1.
  private(set) var elements: [Int] = []
  private(set) var componentOf: [Int: Int] = [:]
  /// The same by element, -1 for none: asked after every step.
  @exclusivity(unchecked) private var components: [Int32] = []
  private(set) var actors: [Actor] = []
  private var budgets: [Int: Int64] = [:]
  /// Components that an actor may touch at most.
  @exclusivity(unchecked) private var reach: [[Int]] = []
  /// By table: elements that may change places share one.
  @exclusivity(unchecked) private(set) var contents: [Contents] = []
  /// The table of each component's contents: its own number, or that of the first with which it may change places.
  @exclusivity(unchecked) private(set) var tableOf: [Int] = []
  /// Components that may change places: of each array of processes the rows, an element and what goes with it.
  let orbits: [Orbit]
  @exclusivity(unchecked) private(set) var canon = Canon([], [])
  private var bits: [Int] = []
  @exclusivity(unchecked) private(set) var layout = Layout([])
  @exclusivity(unchecked) private(set) var tables: UnsafeMutablePointer<RuleTable>
  @exclusivity(unchecked) private(set) var lists = SuccessorLists()
  /// Contents that the stepper's world has now, by component; -1: unknown.
  @exclusivity(unchecked) private var loaded: [Int] = []
  @exclusivity(unchecked) private var scratch: [Int64] = []
  private var startContents: [Int] = []
  /// When each component was last needed, in computations.
  @exclusivity(unchecked) private var neededAt: [Int] = []
  @exclusivity(unchecked) private var turn = 0
  /// A component has outgrown its bits: states must be packed anew.
  @exclusivity(unchecked) private(set) var needsWidening = false
  @exclusivity(unchecked) private(set) var failure: ExploreResult.Failure?
  @exclusivity(unchecked) private(set) var reachedSteps: Set<Int> = []
  /// What was known before it turned out that less is read first: still true, but no longer looked up.
  private(set) var outdated: [Transition] = []
  /// A call found no free place: the bound mattered.
  private(set) var ranOutOfPlaces = false

  /// What an actor does in every state that has `key` under `mask`.
  struct Transition {
    var actor: Int
    var mask: [UInt64]
    var key: [UInt64]
    var difference: [UInt64]
  }

  struct Bounds {
    /// Requests in hand at once.
    var places = 0
    /// Of these, such that nobody waits for.
    var abandoned = 0
  }

  /// - Parameter present: a world of the image in which the search begins; nil: at the start.
  /// - Parameter symmetries: arrays of processes whose elements may change places.
  init(_ image: Image, _ cone: Cone, from present: World? = nil, symmetries: [ImageMeta.Symmetry] = []) {
    self.image = image
    self.present = present
    bounds = cone.bounds
    stepper = Stepper(image, processes: cone.processes.map(\.element), places: cone.bounds.places)
    if let present { stepper.take(from: present) }
    activities = cone.processes.count + cone.bounds.places
    tables = .allocate(capacity: 0)
    for process in cone.processes {
      componentOf[process.element] = elements.count
      elements.append(process.element)
    }
    for _ in 0..<cone.bounds.places { elements.append(-1) }
    for element in cone.passives {
      componentOf[element] = elements.count
      elements.append(element)
    }
    let componentOf = componentOf
    orbits = symmetries.map { Orbit($0, componentOf) }
    addActors(cone)
    components = (0..<image.tables.elementCount).map { Int32(componentOf[$0] ?? -1) }
    contents = elements.map { _ in Contents() }
    tableOf = Array(elements.indices)
    for orbit in orbits { for row in orbit.rows { for (k, first) in zip(row, orbit.rows[0]) { tableOf[k] = first } } }
    neededAt = elements.map { _ in 0 }
    chooseBits()
    loaded = elements.map { _ in -1 }
    tables.deallocate()
    layOut()
  }

  deinit {
    release(tables)
    lists.deallocate()
    canon.deallocate()
  }

  private func release(_ tables: UnsafeMutablePointer<RuleTable>) {
    for a in actors.indices { tables[a].deallocate() }
    tables.deinitialize(count: actors.count)
    tables.deallocate()
  }

  private func addActors(_ cone: Cone) {
    let places = Array(cone.processes.count..<activities)
    let passives = Array(activities..<elements.count)
    for (k, process) in cone.processes.enumerated() {
      var touched: Set<Int> = [k]
      for range in process.touches { for e in range { if let c = componentOf[e] { touched.insert(c) } } }
      if process.calls { touched.formUnion(places) }
      add(.move(activity: k), touched.sorted())
      if process.calls, bounds.abandoned > 0 { add(.timeOut(activity: k), [k] + places) }
    }
    for place in places {
      add(.move(activity: place), Array(0..<activities) + passives)
      if bounds.abandoned > 0 { add(.timeOut(activity: place), places) }
    }
    for k in passives where image.tables.nodes[Int(image.tables.elementNode[elements[k]])].kind == .lease {
      add(.expiry(element: elements[k], component: k), [k])
    }
    for budget in image.meta.exploring.faultBudgets {
      let hit = budget.elements.compactMap { componentOf[$0] }.filter { $0 < cone.processes.count }
      if hit.isEmpty { continue }
      let counter = elements.count
      elements.append(-1)
      budgets[counter] = budget.atMost
      for k in hit {
        switch budget.fault {
        case .crash: add(.crash(activity: k, budget: counter), [k, counter] + places)
        case .restart: add(.restart(activity: k, budget: counter), [k, counter])
        case .stall: add(.stall(activity: k, budget: counter), [k, counter])
        }
      }
    }
  }

  private func add(_ actor: Actor, _ reach: [Int]) {
    actors.append(actor)
    self.reach.append(reach)
  }

  private func own(_ a: Int) -> Int {
    switch actors[a] {
    case .move(let k), .timeOut(let k), .crash(let k, _), .restart(let k, _), .stall(let k, _): k
    case .expiry(_, let k): k
    }
  }

  var width: Int { layout.words }

  var bytes: Int {
    actors.indices.reduce(lists.bytes + contents.reduce(0) { $0 + $1.bytes }) { $0 + tables[$1].bytes }
  }

  /// Bytes that may be needed at once, beside those in use, when a table grows.
  var growth: Int { actors.indices.reduce(0) { max($0, tables[$1].growth) } }

  // MARK: Layout

  private func layOut() {
    layout = Layout(bits)
    canon.deallocate()
    canon = Canon(orbits, layout.fields)
    tables = .allocate(capacity: actors.count)
    for a in actors.indices { (tables + a).initialize(to: RuleTable(layout.fields[own(a)], width: width)) }
    needsWidening = false
  }

  /// Gives each component the bits that its contents need, and shares what is left of the words, first among those that
  /// grow. What is known of transitions is kept.
  func widen() -> Repacking {
    chooseBits()
    let (old, oldTables, oldLists) = (layout, tables, lists)
    lists = SuccessorLists()
    layOut()
    let repacking = Repacking(old, layout)
    for a in actors.indices {
      oldTables[a].each { known in
        let list = known.answer
        let others = SuccessorLists.others(list)
        let first = oldLists.words + SuccessorLists.from(list)
        let differences = (0..<others).flatMap { repacking.words(first + $0 * old.words) }
        let new = lists.append(differences, others: others, hasItself: SuccessorLists.hasItself(list))
        _ = tables[a].insert(known.own, known.components, repacking.words(known.key), new, layout)
      }
    }
    outdated = outdated.map {
      Transition(
        actor: $0.actor, mask: layout.takeMask(old, $0.mask), key: repacking.words($0.key),
        difference: repacking.words($0.difference))
    }
    release(oldTables)
    oldLists.deallocate()
    return repacking
  }

  private func chooseBits() {
    let counts = tableOf.map { contents[$0].count }
    bits = counts.map { max(1, Int.bitWidth - (max(1, $0) - 1).leadingZeroBitCount) }
    let words = Layout(bits).words
    if bits.count > 300 { return }
    var grew = true
    while grew {
      grew = false
      for least in [2, 0] {
        for k in bits.indices where tableOf[k] == k && counts[k] > least && bits[k] < 24 {
          var roomier = bits
          for j in bits.indices where tableOf[j] == k { roomier[j] += 1 }
          if Layout(roomier).words == words {
            bits = roomier
            grew = true
          }
        }
      }
    }
  }

  private func intern(_ k: Int, _ words: [Int64]) -> Int {
    let id = contents[tableOf[k]].id(words)
    if id >= 1 << bits[k] { needsWidening = true }
    return id
  }

  func words(_ state: UnsafePointer<UInt64>, _ k: Int) -> [Int64] { contents[tableOf[k]][layout.get(state, k)] }

  /// First word of a component: where an activity stands.
  func standing(_ state: UnsafePointer<UInt64>, _ k: Int) -> Int64 { contents[tableOf[k]][layout.get(state, k)][0] }

  /// The state in which everything begins.
  func start() -> [UInt64] {
    if startContents.isEmpty { findStart() }
    var state = [UInt64](repeating: 0, count: layout.words)
    for k in startContents.indices { layout.set(&state, k, startContents[k]) }
    return state
  }

  private func findStart() {
    startContents = elements.map { _ in 0 }
    // Processes come last: finding where one rests may change what the stepper's world holds.
    for k in elements.indices.reversed() { startContents[k] = startContent(k) }
  }

  private func startContent(_ k: Int) -> Int {
    if let atMost = budgets[k] { return intern(k, [atMost]) }
    if k < stepper.processes.count {
      return intern(k, present.map { stepper.standing(k, in: $0) } ?? stepper.start(k))
    }
    if k < activities { return intern(k, [Standing.free]) }
    stepper.savePassive(elements[k], into: &scratch)
    return intern(k, scratch)
  }

  /// Brings components of a state into the stepper's world.
  private func load(_ state: UnsafePointer<UInt64>, _ components: [Int]) {
    for k in components where elements[k] >= 0 || k < activities {
      let id = layout.get(state, k)
      if loaded[k] == id { continue }
      if k < activities {
        stepper.load(k, contents[tableOf[k]][id])
      } else {
        stepper.loadPassive(elements[k], contents[tableOf[k]][id])
      }
      loaded[k] = id
    }
  }

  /// Evaluates a probe that reads these components.
  func evaluate(_ probe: ImageMeta.Probe, _ components: [Int], _ state: UnsafePointer<UInt64>, stuck: Bool) -> Int64 {
    load(state, components)
    let (value, trouble) = stepper.evaluate(probe.body, stuck: stuck)
    if trouble == .none { return value }
    fail(trouble.code, "\(trouble.words), in \"\(probe.name)\"", -1)
    return 0
  }

  private func fail(_ code: String, _ message: String, _ step: Int) {
    if failure == nil { failure = ExploreResult.Failure(code: code, message: message, step: step) }
  }

  // MARK: Transitions

  /// The list of successors of a state by an actor, computed if need be; 0 when states must be packed anew first.
  func list(_ a: Int, _ state: UnsafePointer<UInt64>) -> UInt64 {
    let known = tables[a].find(state, width: width)
    return known != 0 ? known : compute(a, state)
  }

  /// Calls `body` with each successor by actor `a`, in a buffer of this call; false when states must be packed anew.
  @discardableResult
  func eachSuccessor(_ a: Int, _ state: UnsafePointer<UInt64>, _ body: (UnsafePointer<UInt64>) -> Void) -> Bool {
    let list = list(a, state)
    if list == 0 { return false }
    withUnsafeTemporaryAllocation(of: UInt64.self, capacity: width) { next in
      let base = next.baseAddress.unsafelyUnwrapped
      if SuccessorLists.hasItself(list) { body(state) }
      for s in 0..<SuccessorLists.others(list) {
        let difference = lists.words + SuccessorLists.from(list) + s * width
        for w in 0..<width { base[w] = state[w] ^ difference[w] }
        body(base)
      }
    }
    return true
  }

  /// Calls `body` with everything that is known of transitions from one state to another.
  func eachTransition(_ body: (Transition) -> Void) {
    outdated.forEach(body)
    for a in actors.indices { tables[a].each { known in self.transitions(a, known).forEach(body) } }
  }

  private func transitions(_ a: Int, _ known: RuleTable.Known) -> [Transition] {
    var key = known.key
    layout.set(&key, own(a), known.own)
    let mask = layout.mask(known.components + [own(a)])
    return (0..<SuccessorLists.others(known.answer)).map { s in
      let first = lists.words + SuccessorLists.from(known.answer) + s * width
      let difference = Array(UnsafeBufferPointer(start: first, count: width))
      return Transition(actor: a, mask: mask, key: key, difference: difference)
    }
  }

  @inline(never)
  private func compute(_ a: Int, _ state: UnsafePointer<UInt64>) -> UInt64 {
    let own = own(a)
    var found = beginFinding(own)
    switch actors[a] {
    case .move(let k): move(a, k, state, &found)
    case .timeOut(let k): timeOut(k, state, &found)
    case .expiry(let element, let k):
      load(state, [k])
      if stepper.expire(element) {
        stepper.savePassive(element, into: &scratch)
        add([(k, intern(k, scratch))], &found)
      }
      loaded[k] = -1
    case .crash(let k, let budget): crash(k, budget, state, &found)
    case .restart(let k, let budget):
      need(budget, &found)
      let left = standing(state, budget)
      if left > 0, standing(state, k) == Standing.crashed {
        add([(k, intern(k, stepper.start(k))), (budget, intern(budget, [left - 1]))], &found)
        // It was run up to where it rests.
        loaded[k] = -1
        for e in stepper.touched where components[Int(e)] >= 0 { loaded[Int(components[Int(e)])] = -1 }
      }
    case .stall(let k, let budget):
      need(budget, &found)
      var words = words(state, k)
      let left = standing(state, budget)
      if left > 0, words[0] >= 0, words[0] & Standing.stalled == 0 {
        words[0] |= Standing.stalled
        add([(k, intern(k, words)), (budget, intern(budget, [left - 1]))], &found)
      }
    }
    if needsWidening { return 0 }
    return record(a, layout.get(state, own), state, found)
  }

  /// What an actor can do in a state: changes of components, and the components on which that depends, in the order in
  /// which they were read.
  struct Found {
    var needed: [Int] = []
    var changes: [[(component: Int, content: Int)]] = []
  }

  private func beginFinding(_ own: Int) -> Found {
    turn += 1
    neededAt[own] = turn
    return Found()
  }

  private func need(_ k: Int, _ found: inout Found) {
    if neededAt[k] == turn { return }
    neededAt[k] = turn
    found.needed.append(k)
  }

  private func add(_ change: [(component: Int, content: Int)], _ found: inout Found) {
    for c in change { need(c.component, &found) }
    found.changes.append(change)
  }

  private func record(_ a: Int, _ own: Int, _ state: UnsafePointer<UInt64>, _ found: Found) -> UInt64 {
    var seen: Set<[UInt64]> = []
    var differences: [UInt64] = []
    var hasItself = false
    var others = 0
    for change in found.changes {
      var next = [UInt64](repeating: 0, count: width)
      for (k, id) in change { layout.set(&next, k, id ^ layout.get(state, k)) }
      if next.allSatisfy({ $0 == 0 }) {
        hasItself = true
      } else if found.changes.count == 1 || seen.insert(next).inserted {
        differences += next
        others += 1
      }
    }
    let list = lists.append(differences, others: others, hasItself: hasItself)
    for known in tables[a].insert(own, found.needed, state, list, layout) { outdated += transitions(a, known) }
    return list
  }

  // MARK: Faults and time-outs

  private func places(_ state: UnsafePointer<UInt64>, _ found: inout Found) -> [(component: Int, words: [Int64])] {
    (stepper.processes.count..<activities).map { k in
      need(k, &found)
      return (k, words(state, k))
    }
  }

  private func timeOut(_ k: Int, _ state: UnsafePointer<UInt64>, _ found: inout Found) {
    let words = words(state, k)
    guard stepper.mayTimeOut(words), words[0] & Standing.stalled == 0 else { return }
    let places = places(state, &found)
    let abandoned = places.count { $0.words[0] != Standing.free && $0.words[Standing.caller] < 0 }
    guard abandoned < bounds.abandoned,
      let place = places.first(where: { $0.words[0] >= 0 && $0.words[Standing.caller] == Int64(k) })
    else { return }
    var left = place.words
    left[Standing.caller] = -1
    let resumed = stepper.answered(k, words, status: .timedOut, answer: [])
    add([(k, intern(k, resumed)), (place.component, intern(place.component, left))], &found)
  }

  private func crash(_ k: Int, _ budget: Int, _ state: UnsafePointer<UInt64>, _ found: inout Found) {
    need(budget, &found)
    let left = standing(state, budget)
    let stands = standing(state, k)
    guard left > 0, stands >= 0 || stands == Standing.idle else { return }
    var change = [(component: k, content: intern(k, [Standing.crashed])), (budget, intern(budget, [left - 1]))]
    if stands >= 0, stands & Standing.waits != 0 {
      for place in places(state, &found) where place.words[0] >= 0 && place.words[Standing.caller] == Int64(k) {
        var orphan = place.words
        orphan[Standing.caller] = -1
        change.append((place.component, intern(place.component, orphan)))
      }
    }
    add(change, &found)
  }

  // MARK: Steps

  private func move(_ a: Int, _ k: Int, _ state: UnsafePointer<UInt64>, _ found: inout Found) {
    let stands = standing(state, k)
    if stands < 0 || stands & (Standing.waits | Standing.stalled) != 0 { return }
    if k >= stepper.processes.count, !mayBegin(k, state, &found) { return }
    eachRun(a, k, state) { outcome in
      for e in stepper.touched where components[Int(e)] >= 0 { need(Int(components[Int(e)]), &found) }
      if let change = change(k, outcome, state, &found) {
        reachedSteps.formUnion(stepper.stepsBegun.map(Int.init))
        add(change, &found)
      }
      return true
    }
  }

  /// Runs the next step of an activity with every combination of its choices, until `body` says false.
  func eachRun(_ a: Int, _ k: Int, _ state: UnsafePointer<UInt64>, _ body: (Stepper.Outcome) -> Bool) {
    var choices: [Int64] = []
    var options: [Int64] = []
    let isAnswered = standing(state, k) & Standing.answered != 0
    var runs = 0
    while true {
      load(state, reach[a])
      let outcome = stepper.step(k, isAnswered: isAnswered, choices: &choices, options: &options)
      loaded[k] = -1
      for e in stepper.touched where components[Int(e)] >= 0 { loaded[Int(components[Int(e)])] = -1 }
      if !body(outcome) { return }
      runs += 1
      if runs > 1_000_000 {
        fail("E0799", "a step with more than a million choices", stepper.stepsBegun.last.map { Int($0) } ?? -1)
        return
      }
      // The next combination, the last choice fastest.
      while let last = choices.last, last + 1 >= options[choices.count - 1] {
        choices.removeLast()
        options.removeLast()
      }
      if choices.isEmpty { return }
      choices[choices.count - 1] += 1
    }
  }

  /// A request begins only while its service has a server that is free.
  private func mayBegin(_ k: Int, _ state: UnsafePointer<UInt64>, _ found: inout Found) -> Bool {
    let words = words(state, k)
    if !isAtStart(words) { return true }
    let element = Int(words[Standing.body] >> 32)
    let servers = stepper.servers(element)
    if servers >= Int64(bounds.places) { return true }
    let busy = places(state, &found).count {
      $0.component != k && $0.words[0] >= 0 && Int($0.words[Standing.body] >> 32) == element && !isAtStart($0.words)
    }
    return Int64(busy) < servers
  }

  private func isAtStart(_ request: [Int64]) -> Bool {
    request[0] & ~Standing.flags
      == Int64(image.tables.bodies[Int(request[Standing.body] & 0xFFFF_FFFF)].start)
  }

  /// What an outcome changes, or nil when there is no step.
  func change(_ k: Int, _ outcome: Stepper.Outcome, _ state: UnsafePointer<UInt64>, _ found: inout Found)
    -> [(component: Int, content: Int)]?
  {
    let isRequest = k >= stepper.processes.count
    let caller = isRequest ? words(state, k)[Standing.caller] : -1
    var change: [(component: Int, content: Int)] = []
    switch outcome {
    case .blocked: return nil
    case .failed(let code, let message, let step):
      fail(code, message, step)
      return nil
    case .moved:
      stepper.save(k, caller: caller, flags: 0, into: &scratch)
      change = [(k, intern(k, scratch))]
    case .idles: change = [(k, intern(k, [Standing.idle]))]
    case .finished(let ok):
      change = [(k, intern(k, [isRequest ? Standing.free : Standing.finished]))]
      if caller >= 0 {
        let resumed = stepper.answered(
          Int(caller), words(state, Int(caller)), status: ok ? .ok : .failed, answer: stepper.answer)
        change.append((Int(caller), intern(Int(caller), resumed)))
      }
    case .calls(let element, let handler, let isSend):
      let places = places(state, &found)
      let abandoned = places.count { $0.words[0] != Standing.free && $0.words[Standing.caller] < 0 }
      guard let place = places.first(where: { $0.words[0] == Standing.free }), !isSend || abandoned < bounds.abandoned
      else {
        ranOutOfPlaces = true
        return nil
      }
      let arrival = stepper.arrival(element, handler: handler, caller: isSend ? -1 : k)
      stepper.save(k, caller: caller, flags: isSend ? 0 : Standing.waits, into: &scratch)
      change = [(k, intern(k, scratch)), (place.component, intern(place.component, arrival))]
    }
    for e in stepper.touched {
      let c = Int(components[Int(e)])
      if c < activities || loaded[c] >= 0 { continue }
      stepper.savePassive(elements[c], into: &scratch)
      // The world has now what the successor has.
      loaded[c] = intern(c, scratch)
      change.append((c, loaded[c]))
    }
    return change
  }

  // MARK: Telling

  /// The step that a transition makes: the first that others can see, else the one it comes from.
  func stepMade(_ a: Int, from state: UnsafePointer<UInt64>, to target: UnsafePointer<UInt64>) -> Int? {
    guard case .move(let k) = actors[a] else { return nil }
    let before = stepBefore(words(state, k)[0] & 0xFFFF_FFFF)
    var made: Int?
    var found = beginFinding(k)
    eachRun(a, k, state) { outcome in
      guard let change = change(k, outcome, state, &found) else { return true }
      let isIt = change.allSatisfy { layout.get(target, $0.component) == $0.content }
      if !isIt { return true }
      made =
        stepper.stepsBegun.first { image.tables.steps[Int($0)].isVisible }.map { Int($0) }
        ?? stepper.stepsBegun.first.map { Int($0) } ?? before
      return false
    }
    return made
  }

  /// The step that code before a pc belongs to.
  func stepBefore(_ pc: Int64) -> Int? {
    var at = Int(pc) - 1
    while at >= 0 {
      if image.tables.code[at].op == .step { return Int(image.tables.code[at].imm) }
      at -= 1
    }
    return nil
  }
}
