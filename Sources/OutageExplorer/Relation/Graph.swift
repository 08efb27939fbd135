import OutageModel

/// The transition relation over packed states. A state is a list of components: activities (processes, then places for
/// requests), passive elements, fault budgets. Transitions are learnt by one thread, when they are first met; they may be
/// found and looked up by many.
final class Graph {
  var stepper: Stepper { mover.stepper }
  let image: Image
  let bounds: Bounds
  private let beginning: Beginning?
  var beginsInPresent: Bool { beginning != nil }
  /// Activities are the first components.
  let activities: Int
  /// Element of each component; budgets and places have none: -1.
  private(set) var elements: [Int] = []
  private(set) var componentOf: [Int: Int] = [:]
  private(set) var actors: [Actor] = []
  /// Actors that need not move where they can.
  private(set) var optional: [Int] = []
  private var budgets: [Int: Int64] = [:]
  /// Components that an actor may touch at most.
  private(set) var reach: [UnsafeBufferPointer<Int>] = []
  /// By table: elements that may change places share one.
  private(set) var contents: UnsafeMutablePointer<Contents> = .allocate(capacity: 0)
  /// The table of each component's contents: its own number, or that of the first with which it may change places.
  @exclusivity(unchecked) private(set) var tableOf: [Int] = []
  /// Components that may change places: of each array of processes the rows, an element and what goes with it.
  let orbits: [Orbit]
  @exclusivity(unchecked) private(set) var canon = Canon([], [])
  private var bits: [Int] = []
  @exclusivity(unchecked) private(set) var layout = Layout([])
  @exclusivity(unchecked) private(set) var tables: UnsafeMutablePointer<RuleTable>
  @exclusivity(unchecked) private(set) var lists = SuccessorLists()
  private var startContents: [Int] = []
  /// One for each worker that has had something to find; the first is also for what one thread does.
  private(set) var movers: [Mover] = []
  var mover: Mover { movers[0] }
  /// A component has outgrown its bits: states must be packed anew.
  @exclusivity(unchecked) private(set) var needsWidening = false
  @exclusivity(unchecked) private(set) var failure: ExploreResult.Failure?
  /// The state in which a property's condition could not be told first, and all such conditions.
  @exclusivity(unchecked) private(set) var failedState: [UInt64]?
  @exclusivity(unchecked) private(set) var failedProbes: Set<Int> = []
  @exclusivity(unchecked) private(set) var reachedSteps: Set<Int> = []
  /// What was known before it turned out that less is read first: still true, but no longer looked up.
  private(set) var outdated: [Transition] = []
  /// How often that has happened.
  private(set) var drops = 0
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

  /// - Parameters:
  ///   - beginning: in a live world; nil: at the start.
  ///   - symmetries: arrays of processes whose elements may change places.
  init(_ image: Image, _ cone: Cone, from beginning: Beginning? = nil, symmetries: [ImageMeta.Symmetry] = []) {
    self.image = image
    self.beginning = beginning
    bounds = cone.bounds
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
    contents.deallocate()
    contents = .allocate(capacity: elements.count)
    for k in elements.indices { (contents + k).initialize(to: Contents()) }
    tableOf = Array(elements.indices)
    for orbit in orbits { for row in orbit.rows { for (k, first) in zip(row, orbit.rows[0]) { tableOf[k] = first } } }
    chooseBits()
    tables.deallocate()
    layOut()
    provideMovers(1)
  }

  /// How many components there will be.
  static func size(_ image: Image, _ cone: Cone) -> Int {
    let processes = Set(cone.processes.map(\.element))
    let budgets = image.meta.exploring.faultBudgets.count { $0.elements.contains(where: processes.contains) }
    return processes.count + cone.bounds.places + cone.passives.count + budgets
  }

  /// Makes a machine for each worker.
  func provideMovers(_ workers: Int) {
    while movers.count < workers {
      let stepper = Stepper(image, processes: Array(elements[..<(activities - bounds.places)]), places: bounds.places)
      if let beginning { stepper.take(from: beginning.world) }
      movers.append(Mover(self, stepper))
    }
  }

  deinit {
    release(tables)
    lists.deallocate()
    canon.deallocate()
    for k in elements.indices { contents[k].deallocate() }
    contents.deinitialize(count: elements.count)
    contents.deallocate()
    for components in reach { components.deallocate() }
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
      if process.calls { add(.timeOut(activity: k), [k] + places) }
    }
    for place in places {
      add(.move(activity: place), Array(0..<activities) + passives)
      add(.timeOut(activity: place), places)
    }
    for k in passives where image.tables.nodes[Int(image.tables.elementNode[elements[k]])].kind == .lease {
      var touched: Set<Int> = [k]
      if let lapse = cone.lapses.first(where: { $0.element == elements[k] }) {
        for range in lapse.touches { for e in range { if let c = componentOf[e] { touched.insert(c) } } }
        if lapse.calls { touched.formUnion(places) }
      }
      add(.expiry(element: elements[k], component: k), touched.sorted())
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
    if actor.isOptional { optional.append(actors.count) }
    actors.append(actor)
    let components = UnsafeMutableBufferPointer<Int>.allocate(capacity: reach.count)
    _ = components.initialize(from: reach)
    self.reach.append(UnsafeBufferPointer(components))
  }

  var width: Int { layout.words }

  var bytes: Int {
    actors.indices.reduce(lists.bytes + elements.indices.reduce(0) { $0 + contents[$1].bytes }) {
      $0 + tables[$1].bytes
    }
  }

  /// Bytes that may be needed at once, beside those in use, when a table grows.
  var growth: Int { actors.indices.reduce(0) { max($0, tables[$1].growth) } }

  // MARK: Layout

  private func layOut() {
    layout = Layout(bits)
    canon.deallocate()
    canon = Canon(orbits, layout.fields)
    tables = .allocate(capacity: actors.count)
    for a in actors.indices { (tables + a).initialize(to: RuleTable(layout.fields[actors[a].own], width: width)) }
    needsWidening = false
    for mover in movers { mover.layOut(layout) }
  }

  /// Gives each component the bits that its contents need, and shares what is left of the words, first among those that
  /// grow. What is known of transitions is kept.
  func widen() -> Repacking {
    chooseBits()
    let (old, oldTables, oldLists) = (layout, tables, lists)
    lists = SuccessorLists()
    layOut()
    let repacking = Repacking(old, layout)
    outdated = outdated.map {
      Transition(
        actor: $0.actor, mask: layout.takeMask(old, $0.mask), key: repacking.words($0.key),
        difference: repacking.words($0.difference))
    }
    for a in actors.indices {
      oldTables[a].each { known in
        let list = known.answer
        let others = SuccessorLists.others(list)
        let first = oldLists.words + SuccessorLists.from(list)
        let differences = (0..<others).flatMap { repacking.words(first + $0 * old.words) }
        let new = lists.append(differences, others: others, hasItself: SuccessorLists.hasItself(list))
        keep(a, known.own, known.components, repacking.words(known.key), new)
      }
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

  private func intern(_ k: Int, _ words: [Int64]) -> Int { words.withUnsafeBufferPointer { intern(k, $0) } }

  private func intern(_ k: Int, _ words: UnsafeBufferPointer<Int64>) -> Int {
    let id = contents[tableOf[k]].id(words)
    if id >= 1 << bits[k] { needsWidening = true }
    return id
  }

  func words(_ state: UnsafePointer<UInt64>, _ k: Int) -> [Int64] {
    Array(contents[tableOf[k]][layout.get(state, k)])
  }

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
    if k < activities, let beginning { return intern(k, beginning.words(k)) }
    if k < stepper.processes.count { return intern(k, stepper.start(k)) }
    if k < activities { return intern(k, [Standing.free]) }
    if let held = beginning?.held(elements[k]) { return intern(k, held) }
    var words: [Int64] = []
    stepper.savePassive(elements[k], into: &words)
    return intern(k, words)
  }

  /// Evaluates a probe that reads these components.
  func evaluate(_ probe: ImageMeta.Probe, _ components: [Int], _ state: UnsafePointer<UInt64>, stuck: Bool) -> Int64 {
    mover.load(state, components)
    let (value, trouble) = stepper.evaluate(probe.body, stuck: stuck)
    if trouble == .none { return value }
    if failure == nil { failedState = Array(UnsafeBufferPointer(start: state, count: width)) }
    failedProbes.insert(probe.body)
    fail(trouble.code, "\(trouble.words), in \"\(probe.name)\"", Int(image.tables.bodies[probe.body].step))
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

  private func transitions(_ a: Int, _ known: RuleTable.Known) -> [Transition] {
    var key = known.key
    layout.set(&key, actors[a].own, known.own)
    let mask = layout.mask(known.components + [actors[a].own])
    return (0..<SuccessorLists.others(known.answer)).map { s in
      let first = lists.words + SuccessorLists.from(known.answer) + s * width
      let difference = Array(UnsafeBufferPointer(start: first, count: width))
      return Transition(actor: a, mask: mask, key: key, difference: difference)
    }
  }

  private func compute(_ a: Int, _ state: UnsafePointer<UInt64>) -> UInt64 {
    mover.find(a, state).map { learn(a, state, $0) } ?? 0
  }

  /// Gives numbers to what was found, and keeps it; 0 when states must be packed anew first.
  @inline(never)
  func learn(_ a: Int, _ state: UnsafePointer<UInt64>, _ found: Mover.Found) -> UInt64 {
    if let failure = found.failure { fail(failure.code, failure.message, failure.step) }
    if found.ranOutOfPlaces { ranOutOfPlaces = true }
    return found.needed.withUnsafeBufferPointer { needed in
      found.changes.withUnsafeBufferPointer { changes in
        learn(a, state, needed, changes, successors: found.successors, found.steps)
      }
    }
  }

  /// The same, with what was found in parts.
  func learn(
    _ a: Int, _ state: UnsafePointer<UInt64>, _ needed: UnsafeBufferPointer<Int64>,
    _ changes: UnsafeBufferPointer<Int64>, successors: Int, _ steps: some Sequence<Int32>
  ) -> UInt64 {
    for step in steps { reachedSteps.insert(Int(step)) }
    var all = [UInt64](repeating: 0, count: successors * width)
    all.withUnsafeMutableBufferPointer { all in
      guard let first = all.baseAddress else { return }
      var at = 0
      for s in 0..<successors {
        let end = Int(changes[at])
        at += 1
        for _ in 0..<end {
          let (k, known, count) = (Int(changes[at]), Int(changes[at + 1]), Int(changes[at + 2]))
          at += 3
          let id = known >= 0 ? known : intern(k, UnsafeBufferPointer(rebasing: changes[at..<at + count]))
          at += count
          layout.set(first + s * width, k, id ^ layout.get(state, k))
        }
      }
    }
    return needsWidening ? 0 : record(a, state, needed.map { Int($0) }, all)
  }

  /// Keeps the successors that differ from a state by `all`, once each.
  private func record(
    _ a: Int, _ state: UnsafePointer<UInt64>, _ needed: [Int], _ all: [UInt64]
  ) -> UInt64 {
    var seen: Set<[UInt64]> = []
    var differences: [UInt64] = []
    var hasItself = false
    var others = 0
    for from in stride(from: 0, to: all.count, by: width) {
      let next = all[from..<from + width]
      if next.allSatisfy({ $0 == 0 }) {
        hasItself = true
      } else if all.count == width || seen.insert(Array(next)).inserted {
        differences += next
        others += 1
      }
    }
    let list = lists.append(differences, others: others, hasItself: hasItself)
    keep(a, layout.get(state, actors[a].own), needed, state, list)
    return list
  }

  /// Keeps what an actor does in the states that agree with one in what it reads. What is no longer looked up after it stays
  /// known: paths are gone back by it.
  private func keep(_ a: Int, _ own: Int, _ needed: [Int], _ state: UnsafePointer<UInt64>, _ list: UInt64) {
    let dropped = tables[a].insert(own, needed, state, list, layout)
    if !dropped.isEmpty { drops += 1 }
    for known in dropped { outdated += transitions(a, known) }
  }

  /// Whether an actor that could always move does in the end. A lease that is renewed need not lapse, although time passes.
  func isFair(_ a: Int) -> Bool {
    if case .expiry(let element, _) = actors[a] {
      return !image.meta.exploring.renewed.contains(Int(image.tables.elementNode[element]))
    }
    return !actors[a].isOptional
  }

  /// Whether a path may end in a state: nobody moves there, or nothing is left but faults that need not come.
  @inline(__always)
  func mayEnd(_ lists: UnsafePointer<UInt64>, made: Int) -> Bool {
    if made == 0 || optional.isEmpty { return made == 0 }
    return made == optional.reduce(0) { $0 &+ SuccessorLists.count(lists[$1]) }
  }

  // MARK: Telling

  /// Whether a change gives its component the content of this number.
  func holds(_ change: Mover.Change, _ id: Int) -> Bool {
    change.content >= 0 ? change.content == id : contents[tableOf[change.component]].isEqual(id, change.words)
  }

  /// Whether these changes, and no others, lead from a state to another.
  private func leads(
    _ changes: [Mover.Change], from state: UnsafePointer<UInt64>, to target: UnsafePointer<UInt64>
  ) -> Bool {
    changes.allSatisfy { holds($0, layout.get(target, $0.component)) }
      && elements.indices.allSatisfy { k in
        layout.get(state, k) == layout.get(target, k) || changes.contains { $0.component == k }
      }
  }

  struct StepMade {
    var id: Int
    var isVisible: Bool
    var choices: [Stepper.Choice] = []
  }

  /// The step that a transition makes: the first that others can see, else the one it comes from; nil: it makes none.
  func stepMade(_ a: Int, from state: UnsafePointer<UInt64>, to target: UnsafePointer<UInt64>) -> StepMade? {
    guard case .move(let k) = actors[a] else { return nil }
    let stands = standing(state, k)
    let before = stepBefore(stands & 0xFFFF_FFFF)
    // What is left of a step that was begun in a live world.
    let isWithin = stands & Standing.within != 0
    var made = isWithin ? before.map { StepMade(id: $0, isVisible: true) } : nil
    var found = mover.beginFinding(k)
    mover.eachRun(a, k, state) { outcome in
      if outcome == .blocked { return true }
      let ways = mover.ways(k, outcome, state, &found)
      if !ways.contains(where: { leads($0, from: state, to: target) }) { return true }
      if !isWithin {
        let seen = stepper.stepsBegun.first { image.tables.steps[Int($0)].isVisible }
        let id = (seen ?? stepper.stepsBegun.first).map { Int($0) } ?? before
        made = id.map { StepMade(id: $0, isVisible: seen != nil) }
      }
      made?.choices = stepper.chosen
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
