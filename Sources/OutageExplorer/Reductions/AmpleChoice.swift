// Whose steps may stand alone in a state: ample sets (D. Peled, "All from one, one for all", CAV 1993), closed as stubborn
// sets are (A. Valmari, APN 1989), of whole agents. See docs/architecture.md for why nothing is missed.

/// What the choice looks up, as bare words: many threads read it, one thread changes it between two looks.
struct AmpleChoice {
  /// How an actor's answers are read.
  struct Part {
    let agent: Int
    /// Its component, and the process that this is or -1.
    let own: Int
    let process: Int
    /// Where it does nothing its own component is the reason.
    let isByOwn: Bool
  }

  private let parts: [Part]
  private let agents: Int
  /// Agents whose steps must come where they can; the others are faults, for which alone nobody is passed over: a path may end
  /// without them.
  private let obliged: Int
  private var width = 0
  /// Of each agent's component.
  private let fields: UnsafeMutablePointer<Field>
  /// Of each actor, the bits of its component.
  private var own: UnsafeMutablePointer<UInt64> = .allocate(capacity: 1)
  private var visible: UnsafeMutablePointer<UInt64> = .allocate(capacity: 1)
  /// Of each footprint: `width` words of what may be read, and of what may be changed.
  private var masks: UnsafeMutablePointer<UInt64> = .allocate(capacity: 1)
  private var maskCount = 0
  private var maskCapacity = 0
  /// Footprints by content, of each agent.
  private let numbers: UnsafeMutablePointer<UnsafeMutablePointer<UInt32>>
  private let counts: UnsafeMutablePointer<Int>
  private let capacities: UnsafeMutablePointer<Int>
  /// The content of each process that has come to its end, or -1.
  private let finished: UnsafeMutablePointer<Int>

  /// More agents than these stand alone one by one, if at all.
  private static let mostOfClosure = 64

  /// - Parameter faults: of the agents, the last ones.
  init(agents: Int, faults: Int, parts: [Part]) {
    self.agents = agents
    obliged = agents - faults
    self.parts = parts
    fields = .allocate(capacity: max(1, agents))
    numbers = .allocate(capacity: max(1, agents))
    counts = .allocate(capacity: max(1, agents))
    capacities = .allocate(capacity: max(1, agents))
    finished = .allocate(capacity: max(1, agents))
    for k in 0..<agents {
      numbers[k] = .allocate(capacity: 1)
      capacities[k] = 1
      counts[k] = 0
      finished[k] = -1
    }
  }

  func deallocate() {
    for k in 0..<agents { numbers[k].deallocate() }
    numbers.deallocate()
    counts.deallocate()
    capacities.deallocate()
    finished.deallocate()
    fields.deallocate()
    own.deallocate()
    visible.deallocate()
    masks.deallocate()
  }

  var bytes: Int { maskCapacity * 16 * width + (0..<agents).reduce(0) { $0 + capacities[$1] * 4 } }

  mutating func layOut(_ layout: Layout, components: [Int], visible seen: [UInt64], masks all: [[UInt64]]) {
    width = layout.words
    for (k, c) in components.enumerated() { fields[k] = layout.fields[c] }
    own.deallocate()
    own = .allocate(capacity: max(1, parts.count * width))
    for (a, part) in parts.enumerated() {
      for (w, word) in layout.mask([part.own]).enumerated() { own[a * width + w] = word }
    }
    visible.deallocate()
    visible = .allocate(capacity: width)
    for w in 0..<width { visible[w] = seen[w] }
    (maskCount, maskCapacity) = (0, 0)
    for words in all { append(words) }
  }

  mutating func append(_ words: [UInt64]) {
    if maskCount == maskCapacity {
      maskCapacity = max(16, 2 * maskCapacity)
      let larger = UnsafeMutablePointer<UInt64>.allocate(capacity: maskCapacity * 2 * width)
      larger.update(from: masks, count: maskCount * 2 * width)
      masks.deallocate()
      masks = larger
    }
    for (k, word) in words.enumerated() { masks[maskCount * 2 * width + k] = word }
    maskCount += 1
  }

  /// The footprint of the next content of an agent.
  mutating func append(_ number: Int, of agent: Int, isEnd: Bool) {
    let count = counts[agent]
    if count == capacities[agent] {
      let larger = UnsafeMutablePointer<UInt32>.allocate(capacity: 2 * count)
      larger.update(from: numbers[agent], count: count)
      numbers[agent].deallocate()
      numbers[agent] = larger
      capacities[agent] = 2 * count
    }
    numbers[agent][count] = UInt32(number)
    if isEnd { finished[agent] = count }
    counts[agent] = count + 1
  }

  /// Contents of an agent that are known.
  func count(of agent: Int) -> Int { counts[agent] }

  // MARK: Choosing

  /// Words that a choice needs for itself.
  var scratchWords: Int { agents * (2 * width + 2) + 5 * width }

  /// One choice at work: what agents look at and change in this state.
  private struct Look {
    let graph: Graph
    let state: UnsafePointer<UInt64>
    let lists: UnsafePointer<UInt64>
    let width: Int
    /// By agent: what its steps here depend on, or what keeps it from any; what its steps change.
    let looked: UnsafeMutablePointer<UInt64>
    let changes: UnsafeMutablePointer<UInt64>
    /// By agent: successors.
    let made: UnsafeMutablePointer<UInt64>
    /// By agent: 1 for those that are chosen.
    let members: UnsafeMutablePointer<UInt64>
    let rest: UnsafeMutablePointer<UInt64>
  }

  /// Chooses agents whose steps stand for those of all others, of several such sets one with the fewest successors; false
  /// when there are none.
  /// - Parameters:
  ///   - lists: successors by actor, all known.
  ///   - scratch: `scratchWords` of them; `isChosen` reads it.
  ///   - isLater: whether a state is expanded after those of this level.
  func choose(
    _ state: UnsafePointer<UInt64>, _ lists: UnsafePointer<UInt64>, _ graph: Graph,
    _ scratch: UnsafeMutablePointer<UInt64>, isLater: (UnsafeMutablePointer<UInt64>) -> Bool
  ) -> Bool {
    let look = Look(
      graph: graph, state: state, lists: lists, width: width, looked: scratch + agents,
      changes: scratch + agents * (1 + width), made: scratch + agents * (1 + 2 * width), members: scratch,
      rest: scratch + agents * (2 + 2 * width))
    prepare(look)
    var (best, least) = (-1, UInt64.max)
    findSharers(look)
    for k in 0..<obliged where mayStandAlone(k, look) && look.made[k] < least {
      if isApart(k, look), leadsOn(look, isLater, { $0 == k }) { (best, least) = (k, look.made[k]) }
    }
    if best >= 0 {
      for k in 0..<agents { look.members[k] = k == best ? 1 : 0 }
      return true
    }
    return agents <= Self.mostOfClosure && chooseClosed(look, isLater)
  }

  /// Whether the steps of an actor are among those chosen.
  @inline(__always)
  func isChosen(_ a: Int, _ scratch: UnsafePointer<UInt64>) -> Bool { scratch[parts[a].agent] != 0 }

  @inline(__always)
  private func footprint(_ agent: Int, _ look: Look) -> UnsafePointer<UInt64> {
    let field = fields + agent
    let id = Int(truncatingIfNeeded: (look.state[field.pointee.word] &>> field.pointee.shift) & field.pointee.mask)
    return UnsafePointer(masks + Int(numbers[agent][id]) &* 2 &* look.width)
  }

  private func prepare(_ look: Look) {
    let width = look.width
    for w in 0..<(agents &* width) { (look.looked[w], look.changes[w]) = (0, 0) }
    for k in 0..<agents { look.made[k] = 0 }
    for a in 0..<parts.count {
      let agent = parts[a].agent
      let looked = look.looked + agent &* width
      let own = own + a &* width
      let list = look.lists[a]
      let count = SuccessorLists.count(list)
      for w in 0..<width { looked[w] |= own[w] }
      if count == 0, parts[a].isByOwn { continue }
      let mask = look.graph.tables[a].mask(of: look.state, width: width)
      for w in 0..<width { looked[w] |= mask[w] }
      if count == 0 { continue }
      look.made[agent] &+= UInt64(count)
      addChanges(a, list, look)
    }
  }

  private func addChanges(_ a: Int, _ list: UInt64, _ look: Look) {
    let (width, process) = (look.width, parts[a].process)
    let own = own + a &* width
    let changes = look.changes + parts[a].agent &* width
    var difference = UnsafePointer(look.graph.lists.words + SuccessorLists.from(list))
    for _ in 0..<SuccessorLists.others(list) {
      // Of a process nobody sees more than whether it has come to its end.
      var isSeen = true
      if process >= 0 {
        let field = fields + process
        let word = look.state[field.pointee.word] ^ difference[field.pointee.word]
        isSeen = Int(truncatingIfNeeded: (word &>> field.pointee.shift) & field.pointee.mask) == finished[process]
      }
      for w in 0..<width { changes[w] |= isSeen ? difference[w] : difference[w] & ~own[w] }
      difference += width
    }
  }

  /// It has steps, and no property sees any of them.
  @inline(__always)
  private func mayStandAlone(_ k: Int, _ look: Look) -> Bool {
    if look.made[k] == 0 { return false }
    let changes = look.changes + k &* look.width
    for w in 0..<look.width where changes[w] & visible[w] != 0 { return false }
    return true
  }

  // MARK: One agent

  /// What may be read by one agent, and by two or more; the same for what may be changed.
  private func findSharers(_ look: Look) {
    let (width, rest) = (look.width, look.rest)
    for w in 0..<(4 &* width) { rest[w] = 0 }
    for k in 0..<agents {
      let footprint = footprint(k, look)
      for w in 0..<(2 &* width) {
        rest[2 &* width &+ w] |= rest[w] & footprint[w]
        rest[w] |= footprint[w]
      }
    }
  }

  /// Whether nobody else, whatever happens, changes what an agent's steps depend on, or looks at what they change.
  @inline(__always)
  private func isApart(_ k: Int, _ look: Look) -> Bool {
    let (width, rest) = (look.width, look.rest)
    let mine = footprint(k, look)
    let looked = look.looked + k &* width
    let changes = look.changes + k &* width
    for w in 0..<width {
      let read = rest[2 &* width &+ w] | rest[w] & ~mine[w]
      let changed = rest[3 &* width &+ w] | rest[width &+ w] & ~mine[width &+ w]
      if read & changes[w] | changed & looked[w] != 0 { return false }
    }
    return true
  }

  // MARK: Several agents

  /// Takes in, from one agent on, all that may come between: who may change what members depend on or wait for, or look at
  /// what they change.
  private func chooseClosed(_ look: Look, _ isLater: (UnsafeMutablePointer<UInt64>) -> Bool) -> Bool {
    let movers = (0..<agents).reduce(into: UInt64(0)) { if look.made[$1] > 0 { $0 |= 1 &<< UInt64($1) } }
    var (best, least) = (UInt64(0), UInt64.max)
    for k in 0..<obliged where mayStandAlone(k, look) {
      guard let (set, made) = closure(of: k, movers, least, look),
        leadsOn(look, isLater, { set &>> UInt64($0) & 1 != 0 })
      else { continue }
      (best, least) = (set, made)
    }
    for k in 0..<agents { look.members[k] = best &>> UInt64(k) & 1 }
    return best != 0
  }

  /// The closed set and its successors; nil when it has a step that a property sees, all that can move, or no fewer
  /// successors than one that is known.
  private func closure(
    of first: Int, _ movers: UInt64, _ least: UInt64, _ look: Look
  ) -> (set: UInt64, made: UInt64)? {
    var set: UInt64 = 1 &<< UInt64(first)
    var todo = set
    var made: UInt64 = 0
    while todo != 0 {
      let k = todo.trailingZeroBitCount
      todo &= todo &- 1
      if look.made[k] > 0, !mayStandAlone(k, look) { return nil }
      made &+= look.made[k]
      if made >= least { return nil }
      for other in 0..<agents where set &>> UInt64(other) & 1 == 0 && meddles(other, with: k, look) {
        set |= 1 &<< UInt64(other)
        todo |= 1 &<< UInt64(other)
      }
      if movers & ~set == 0 { return nil }
    }
    return (set, made)
  }

  @inline(__always)
  private func meddles(_ other: Int, with k: Int, _ look: Look) -> Bool {
    let width = look.width
    let footprint = footprint(other, look)
    let looked = look.looked + k &* width
    let changes = look.changes + k &* width
    for w in 0..<width where footprint[w] & changes[w] | footprint[width &+ w] & looked[w] != 0 { return true }
    return false
  }

  // MARK: Going on

  /// Whether some step of the agents leads to a state that is expanded later, so that nobody is passed over for ever.
  private func leadsOn(
    _ look: Look, _ isLater: (UnsafeMutablePointer<UInt64>) -> Bool, _ isMember: (Int) -> Bool
  ) -> Bool {
    let next = look.rest + 4 * look.width
    for a in 0..<parts.count where isMember(parts[a].agent) {
      var difference = UnsafePointer(look.graph.lists.words + SuccessorLists.from(look.lists[a]))
      for _ in 0..<SuccessorLists.others(look.lists[a]) {
        for w in 0..<look.width { next[w] = look.state[w] ^ difference[w] }
        if isLater(next) { return true }
        difference += look.width
      }
    }
    return false
  }
}
