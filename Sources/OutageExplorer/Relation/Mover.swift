import OutageModel

// A machine of a worker's own, with which it runs the steps of actors. What it finds is told in words: many may find at
// once, and numbers are given afterwards by one thread, in an order that is always the same.

/// Runs steps from packed states, and says what they change.
final class Mover {
  let stepper: Stepper
  private let image: Image
  private let bounds: Graph.Bounds
  private let beginsInPresent: Bool
  private let activities: Int
  // Copies of its own of what the graph has: counting references to what is shared would cost two workers what they gain.
  private let actors: [Actor]
  private let elements: [Int]
  /// By element, -1 for none: asked after every step.
  private let components: [Int32]
  private let reach: [UnsafeBufferPointer<Int>]
  private let tableOf: [Int]
  private let contents: UnsafeMutablePointer<Contents>
  @exclusivity(unchecked) private var fields: [Field] = []
  /// Contents that the stepper's world has now, by component; -1: unknown.
  @exclusivity(unchecked) private var loaded: [Int]
  @exclusivity(unchecked) private var scratch: [Int64] = []
  /// When each component was last needed, in computations.
  @exclusivity(unchecked) private var neededAt: [Int]
  @exclusivity(unchecked) private var turn = 0
  /// Asked now and then in a step of many choices, with the bytes that what it leads to takes: whether to stop.
  @exclusivity(unchecked) var isToStop: (Int) -> Bool = { _ in false }
  @exclusivity(unchecked) private var isStopped = false

  /// Contents of the world that no number may be known for yet.
  private static let unnumbered = Int.max

  /// What a component has after a step.
  struct Change {
    var component: Int
    /// The number of what it has, or -1: it is told in words.
    var content: Int
    var words: [Int64]

    init(_ component: Int, _ words: [Int64]) {
      self.component = component
      content = -1
      self.words = words
    }

    init(_ component: Int, _ content: Int) {
      self.component = component
      self.content = content
      words = []
    }
  }

  /// What an actor can do in a state: changes of components, and the components on which that depends, in the order in
  /// which they were read.
  struct Found {
    var needed: [Int64] = []
    var successors = 0
    /// For each successor how many changes, and for each of them its component, the number of its content or -1, how many
    /// words it is told in, and these.
    var changes: [Int64] = []
    /// Steps that were made.
    var steps: [Int32] = []
    var failure: ExploreResult.Failure?
    /// A call found no free place.
    var ranOutOfPlaces = false
  }

  init(_ graph: Graph, _ stepper: Stepper) {
    self.stepper = stepper
    image = graph.image
    bounds = graph.bounds
    beginsInPresent = graph.beginsInPresent
    activities = graph.activities
    actors = graph.actors.map { $0 }
    elements = graph.elements.map { $0 }
    components = (0..<image.tables.elementCount).map { Int32(graph.componentOf[$0] ?? -1) }
    reach = graph.reach.map { $0 }
    tableOf = graph.tableOf.map { $0 }
    contents = graph.contents
    loaded = elements.map { _ in -1 }
    neededAt = elements.map { _ in 0 }
    layOut(graph.layout)
  }

  /// States are packed anew.
  func layOut(_ layout: Layout) { fields = layout.fields.map { $0 } }

  @inline(__always)
  private func number(_ state: UnsafePointer<UInt64>, _ k: Int) -> Int {
    let f = fields[k]
    return Int(truncatingIfNeeded: (state[f.word] >> f.shift) & f.mask)
  }

  private func words(_ state: UnsafePointer<UInt64>, _ k: Int) -> [Int64] {
    Array(contents[tableOf[k]][number(state, k)])
  }

  private func standing(_ state: UnsafePointer<UInt64>, _ k: Int) -> Int64 { contents[tableOf[k]][number(state, k)][0] }

  /// Brings components of a state into the stepper's world.
  func load(_ state: UnsafePointer<UInt64>, _ components: some Collection<Int>) {
    for k in components where elements[k] >= 0 || k < activities {
      let id = number(state, k)
      if loaded[k] == id { continue }
      if k < activities {
        stepper.load(k, contents[tableOf[k]][id])
      } else {
        stepper.loadPassive(elements[k], contents[tableOf[k]][id])
      }
      loaded[k] = id
    }
  }

  // MARK: Transitions

  /// A step with more choices is a failure.
  static let mostRuns = 1_000_000

  /// Runs, and 64 turns of loops each, after which it is asked whether to stop.
  private static let workBetweenLooks = 4096

  /// What an actor can do in a state; nil: it has more choices than `most`, fewer than which fail, or is to stop.
  @inline(never)
  func find(_ a: Int, _ state: UnsafePointer<UInt64>, most: Int = mostRuns) -> Found? {
    var found = beginFinding(actors[a].own)
    switch actors[a] {
    case .move(let k):
      if !move(a, k, state, most, &found) {
        if most < Self.mostRuns || isStopped { return nil }
        found = Found()
        fail("E0799", "a step with more than a million choices", stepper.stepsBegun.last.map { Int($0) } ?? -1, &found)
      }
    case .timeOut(let k): timeOut(k, state, &found)
    case .expiry(let element, let k):
      if stepper.actsAsItLapses(element) {
        if !lapse(a, element, k, state, most, &found) { return nil }
      } else {
        load(state, [k])
        if stepper.expire(element) {
          stepper.savePassive(element, into: &scratch)
          add([Change(k, scratch)], &found)
        }
        loaded[k] = -1
      }
    case .crash(let k, let budget): crash(k, budget, state, &found)
    case .restart(let k, let budget):
      need(budget, &found)
      let left = standing(state, budget)
      if left > 0, standing(state, k) == Standing.crashed {
        add([Change(k, stepper.start(k)), Change(budget, [left - 1])], &found)
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
        add([Change(k, words), Change(budget, [left - 1])], &found)
      }
    }
    return found
  }

  func beginFinding(_ own: Int) -> Found {
    turn += 1
    neededAt[own] = turn
    return Found()
  }

  private func need(_ k: Int, _ found: inout Found) {
    if neededAt[k] == turn { return }
    neededAt[k] = turn
    found.needed.append(Int64(k))
  }

  private func add(_ change: [Change], _ found: inout Found) {
    found.successors += 1
    found.changes.append(Int64(change.count))
    for c in change {
      need(c.component, &found)
      found.changes.append(Int64(c.component))
      found.changes.append(Int64(c.content))
      found.changes.append(Int64(c.words.count))
      found.changes += c.words
    }
  }

  private func fail(_ code: String, _ message: String, _ step: Int, _ found: inout Found) {
    if found.failure == nil { found.failure = ExploreResult.Failure(code: code, message: message, step: step) }
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
    let resumed = Change(k, stepper.answered(k, words, status: .timedOut, answer: []))
    if words[0] & Standing.arriving != 0 { return add([resumed], &found) }
    let places = places(state, &found)
    // In a live world a request may have been lost.
    guard let place = places.first(where: { $0.words[0] != Standing.free && $0.words[Standing.caller] == Int64(k) })
    else { return add([resumed], &found) }
    let abandoned = places.count { $0.words[0] != Standing.free && $0.words[Standing.caller] < 0 }
    if abandoned >= bounds.abandoned {
      found.ranOutOfPlaces = true
      return
    }
    var left = place.words
    left[Standing.caller] = -1
    add([resumed, Change(place.component, left)], &found)
  }

  private func crash(_ k: Int, _ budget: Int, _ state: UnsafePointer<UInt64>, _ found: inout Found) {
    need(budget, &found)
    let left = standing(state, budget)
    let stands = standing(state, k)
    guard left > 0, stands >= 0 || stands == Standing.idle else { return }
    var change = [Change(k, [Standing.crashed]), Change(budget, [left - 1])]
    if stands >= 0, stands & Standing.waits != 0 {
      for place in places(state, &found)
      where place.words[0] != Standing.free && place.words[Standing.caller] == Int64(k) {
        var orphan = place.words
        orphan[Standing.caller] = -1
        change.append(Change(place.component, orphan))
      }
    }
    add(change, &found)
  }

  /// A lease lapses, and what happens then happens in the same step; false when it has more choices than `most`.
  private func lapse(
    _ a: Int, _ element: Int, _ k: Int, _ state: UnsafePointer<UInt64>, _ most: Int, _ found: inout Found
  ) -> Bool {
    var choices: [Int64] = []
    var options: [Int64] = []
    var runs = 0
    repeat {
      load(state, reach[a])
      let outcome = stepper.lapse(element, choices: &choices, options: &options)
      guard let outcome else { break }
      forgetTouched()
      for e in stepper.touched where components[Int(e)] >= 0 && Int(components[Int(e)]) != k {
        need(Int(components[Int(e)]), &found)
      }
      if case .failed(let code, let message, let step) = outcome {
        fail(code, message, step, &found)
        break
      }
      stepper.savePassive(element, into: &scratch)
      var ways = [[Change(k, scratch)]]
      if !stepper.sends.isEmpty { ways = ways.flatMap { sent(after: $0, state, &found) } }
      let held = held(state).filter { $0.component != k }
      loaded[k] = -1
      found.steps += stepper.stepsBegun
      for way in ways { add(way + held, &found) }
      runs += 1
      if runs > most {
        if most == Self.mostRuns {
          found = Found()
          fail("E0799", "a lapse with more than a million choices", Int(stepper.stepsBegun.last ?? -1), &found)
          break
        }
        return false
      }
    } while Self.advance(&choices, &options)
    loaded[k] = -1
    return true
  }

  /// What the stepper's world holds of what was touched is no longer what was loaded.
  private func forgetTouched() {
    for e in stepper.touched where components[Int(e)] >= 0 { loaded[Int(components[Int(e)])] = -1 }
  }

  /// The next combination of choices, the last fastest; false after the last one.
  private static func advance(_ choices: inout [Int64], _ options: inout [Int64]) -> Bool {
    while let last = choices.last, last + 1 >= options[choices.count - 1] {
      choices.removeLast()
      options.removeLast()
    }
    if choices.isEmpty { return false }
    choices[choices.count - 1] += 1
    return true
  }

  // MARK: Steps

  /// False when it has more choices than `most`, or is to stop.
  private func move(
    _ a: Int, _ k: Int, _ state: UnsafePointer<UInt64>, _ most: Int, _ found: inout Found
  ) -> Bool {
    let stands = standing(state, k)
    if stands < 0 || stands & (Standing.waits | Standing.stalled) != 0 { return true }
    if stands & Standing.underWay != 0 {
      arrive(k, state, &found)
      return true
    }
    if k >= stepper.processes.count, !mayBegin(k, state, &found) { return true }
    var work = 0
    isStopped = false
    let isWhole = eachRun(a, k, state, most: most) { outcome in
      work += 1 + stepper.turns / 64
      if work > Self.workBetweenLooks {
        work = 0
        // Long work is for the thread that looks at limits.
        isStopped = most < Self.mostRuns || isToStop(found.changes.count * 32)
        if isStopped { return false }
      }
      for e in stepper.touched where components[Int(e)] >= 0 { need(Int(components[Int(e)]), &found) }
      let ways = ways(k, outcome, state, &found)
      if !ways.isEmpty, outcome != .blocked { found.steps += stepper.stepsBegun }
      for change in ways { add(change, &found) }
      return true
    }
    return isWhole && !isStopped
  }

  /// Runs the next step of an activity with every combination of its choices, until `body` says false; false when there
  /// are more than `most`.
  @discardableResult
  func eachRun(
    _ a: Int, _ k: Int, _ state: UnsafePointer<UInt64>, most: Int = mostRuns, _ body: (Stepper.Outcome) -> Bool
  ) -> Bool {
    var choices: [Int64] = []
    var options: [Int64] = []
    let stands = standing(state, k)
    var runs = 0
    while true {
      load(state, reach[a])
      let outcome = stepper.step(
        k, isBegun: stands & Standing.within != 0, choices: &choices, options: &options)
      loaded[k] = -1
      forgetTouched()
      if !body(outcome) { return true }
      runs += 1
      if runs > most { return false }
      if !Self.advance(&choices, &options) { return true }
    }
  }

  /// A request begins only while its service has a server that is free.
  private func mayBegin(_ k: Int, _ state: UnsafePointer<UInt64>, _ found: inout Found) -> Bool {
    let words = words(state, k)
    if !isAtStart(words) { return true }
    if beginsInPresent, hasTwin(before: k, words, state, &found) { return false }
    let element = Int(words[Standing.body] >> 32)
    if stepper.isStalled(element) { return false }
    let c = Int(components[element])
    if c >= 0 {
      need(c, &found)
      load(state, [c])
    }
    let servers = stepper.servers(element)
    if servers >= Int64(bounds.places) { return true }
    let busy = places(state, &found).count {
      $0.component != k && $0.words[0] != Standing.free && Int($0.words[Standing.body] >> 32) == element
        && !isAtStart($0.words)
    }
    return Int64(busy) < servers
  }

  /// In a live world many requests may wait for which nobody waits. Of those that are the same the first begins: places can be
  /// exchanged, and nobody sees which of them it was.
  private func hasTwin(before k: Int, _ words: [Int64], _ state: UnsafePointer<UInt64>, _ found: inout Found) -> Bool {
    guard words[Standing.caller] < 0 else { return false }
    for j in stepper.processes.count..<k {
      need(j, &found)
      if self.words(state, j) == words { return true }
    }
    return false
  }

  /// The element of a process, or of the service that has a request.
  private func element(_ k: Int, _ words: [Int64]) -> Int {
    k < stepper.processes.count ? stepper.processes[k] : Int(words[Standing.body] >> 32)
  }

  /// Whether a request begins nowhere: in a live world links may be cut, and services may refuse what comes.
  private func isInVain(from a: Int, to b: Int) -> Bool { stepper.isCut(from: a, to: b) || stepper.refuses(b) }

  /// Whether who is turned away hears of it.
  private func isRefused(from a: Int, to b: Int) -> Bool {
    !stepper.isCut(from: a, to: b) && !stepper.isCut(from: b, to: a)
  }

  private func isAtStart(_ request: [Int64]) -> Bool {
    request[0] & Standing.begun == 0
      && request[0] & ~Standing.flags == Int64(image.tables.bodies[Int(request[Standing.body] & 0xFFFF_FFFF)].start)
  }

  /// What an outcome may change: nothing when there is no step, one of several where a call may be turned away.
  func ways(_ k: Int, _ outcome: Stepper.Outcome, _ state: UnsafePointer<UInt64>, _ found: inout Found) -> [[Change]] {
    let isRequest = k >= stepper.processes.count
    let own = words(state, k)
    let caller = isRequest ? own[Standing.caller] : -1
    var ways: [[Change]] = [[]]
    switch outcome {
    // It has a server from here on, while it waits to make its first step.
    case .blocked where isRequest && isAtStart(own):
      var begun = own
      begun[0] |= Standing.begun
      ways = [[Change(k, begun)]]
    case .blocked: return []
    case .failed(let code, let message, let step):
      fail(code, message, step, &found)
      return []
    case .moved:
      stepper.save(k, caller: caller, flags: 0, into: &scratch)
      // One that is back at its start keeps its server.
      if isRequest, isAtStart(scratch) { scratch[0] |= Standing.begun }
      ways = [[Change(k, scratch)]]
    // A request that goes on for ever keeps its server, and its caller may give up.
    case .idles: ways = [[Change(k, [Standing.idle] + (isRequest ? own[1...Standing.caller] : []))]]
    case .finished(let ok):
      ways = [[Change(k, [isRequest ? Standing.free : Standing.finished])]]
      if caller >= 0 {
        let waiting = words(state, Int(caller))
        if !stepper.isCut(from: element(k, own), to: element(Int(caller), waiting)) {
          let resumed = stepper.answered(Int(caller), waiting, status: ok ? .ok : .failed, answer: stepper.answer)
          ways[0].append(Change(Int(caller), resumed))
        }
      }
    case .calls(let element, let handler):
      ways = called(k, from: self.element(k, own), element, handler, caller, state, &found)
    }
    if !stepper.sends.isEmpty { ways = ways.flatMap { sent(after: $0, state, &found) } }
    let held = ways.isEmpty ? [] : held(state)
    return ways.map { $0 + held }
  }

  /// What passive elements hold after a step, of those that it touched.
  private func held(_ state: UnsafePointer<UInt64>) -> [Change] {
    var changes: [Change] = []
    for e in stepper.touched {
      let c = Int(components[Int(e)])
      if c < activities || loaded[c] >= 0 { continue }
      stepper.savePassive(elements[c], into: &scratch)
      let before = number(state, c)
      if contents[tableOf[c]].isEqual(before, scratch) {
        loaded[c] = before
        changes.append(Change(c, before))
      } else {
        loaded[c] = Self.unnumbered
        changes.append(Change(c, scratch))
      }
    }
    return changes
  }

  /// What may become of a call: it waits for its turn, is refused, or is lost.
  private func called(
    _ k: Int, from: Int, _ element: Int, _ handler: Int, _ caller: Int64, _ state: UnsafePointer<UInt64>,
    _ found: inout Found
  ) -> [[Change]] {
    // Whom the service admits, where steps change that.
    if components[element] >= 0 { need(Int(components[element]), &found) }
    stepper.save(k, caller: caller, flags: Standing.waits, into: &scratch)
    let waiting = scratch
    let refused =
      isRefused(from: from, to: element) ? stepper.answered(k, waiting, status: .refused, answer: []) : waiting
    if isInVain(from: from, to: element) { return [[Change(k, refused)]] }
    let places = places(state, &found)
    let body = Int64(image.tables.handler(handler, of: element).body) | Int64(element) << 32
    let door = door(element, body, stepper.admission(of: element, handler), places)
    var ways: [[Change]] = []
    if door.isOpen {
      if let place = places.first(where: { $0.words[0] == Standing.free }) {
        let arrival = stepper.arrival(element, handler: handler, caller: k)
        ways.append([Change(k, waiting), Change(place.component, arrival)])
      } else {
        found.ranOutOfPlaces = true
      }
    }
    if door.mayChange, let place = places.first(where: { $0.words[0] == Standing.free }) {
      var request = stepper.arrival(element, handler: handler, caller: k)
      request[0] |= Standing.underWay
      ways.append([Change(k, waiting), Change(place.component, request)])
    }
    if door.refuses { ways.append([Change(k, refused)]) }
    if door.loses { ways.append([Change(k, waiting)]) }
    return ways
  }

  /// A request comes to the door of its service.
  private func arrive(_ k: Int, _ state: UnsafePointer<UInt64>, _ found: inout Found) {
    var words = words(state, k)
    let element = Int(words[Standing.body] >> 32)
    let c = Int(components[element])
    if c >= 0 {
      need(c, &found)
      load(state, [c])
    }
    let door = door(element, words[Standing.body], stepper.admission(ofRequest: words), places(state, &found))
    let caller = Int(words[Standing.caller])
    words[0] &= ~Standing.underWay
    if door.isOpen { add([Change(k, words)], &found) }
    if door.loses { add([Change(k, [Standing.free])], &found) }
    if !door.refuses { return }
    var ways = [Change(k, [Standing.free])]
    if caller >= 0 {
      let waiting = self.words(state, caller)
      if isRefused(from: self.element(caller, waiting), to: element) {
        ways.append(Change(caller, stepper.answered(caller, waiting, status: .refused, answer: [])))
      }
    }
    add(ways, &found)
  }

  /// What may become of what a step has sent, once it has come to its end: each request waits for its turn, is still under
  /// way, or is lost.
  private func sent(after way: [Change], _ state: UnsafePointer<UInt64>, _ found: inout Found) -> [[Change]] {
    let processes = stepper.processes.count
    let before = places(state, &found)
    var ways = [way]
    for sent in stepper.sends where !sent.isInVain {
      let arrival = stepper.arrival(sent.element, handler: sent.handler, caller: -1, sent.words)
      var next: [[Change]] = []
      for way in ways {
        var places = before
        for change in way where change.component >= processes && change.component < activities {
          places[change.component - processes].words = change.words
        }
        let door = door(sent.element, arrival[Standing.body], sent.admission, places)
        let abandoned = places.count { $0.words[0] != Standing.free && $0.words[Standing.caller] < 0 }
        let place = abandoned < bounds.abandoned ? places.first { $0.words[0] == Standing.free } : nil
        if place == nil, door.isOpen || door.mayChange { found.ranOutOfPlaces = true }
        if let place {
          // A place that has become free in this step is changed once.
          let others = way.filter { $0.component != place.component }
          if door.isOpen { next.append(others + [Change(place.component, arrival)]) }
          if door.mayChange {
            let underWay = [arrival[0] | Standing.underWay] + arrival.dropFirst()
            next.append(others + [Change(place.component, underWay)])
          }
        }
        if door.refuses || door.loses { next.append(way) }
      }
      ways = distinct(next)
      if ways.count > Self.mostWays {
        fail("E0799", "a step whose messages may be lost in too many ways", Int(stepper.stepsBegun.last ?? -1), &found)
        return []
      }
    }
    return ways
  }

  /// What becomes of the messages of one step, in more ways than this, is a failure.
  private static let mostWays = 4096

  private func distinct(_ ways: [[Change]]) -> [[Change]] {
    if ways.count < 2 { return ways }
    var seen: Set<[[Int64]]> = []
    return ways.filter { seen.insert($0.map { [Int64($0.component)] + $0.words }).inserted }
  }

  private func door(
    _ element: Int, _ body: Int64, _ admission: Stepper.Admission, _ places: [(component: Int, words: [Int64])]
  ) -> Stepper.Door {
    if admission.admitsAll { return Stepper.Door(isOpen: true) }
    let there = places.filter { place in
      let isInHand = place.words[0] != Standing.free && (place.words[0] < 0 || place.words[0] & Standing.underWay == 0)
      return isInHand && Int(place.words[Standing.body] >> 32) == element
    }
    var door = admission.door(inHand: there.count, ofHandler: there.count { $0.words[Standing.body] == body })
    if image.meta.exploring.delaying.contains(Int(image.tables.elementNode[element])) { door.mayChange = true }
    return door
  }
}
