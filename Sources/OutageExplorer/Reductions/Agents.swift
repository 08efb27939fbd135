import OutageModel

/// Those whose present content says what may still be done: processes, requests in hand, leases that may lapse, budgets of
/// faults. What each may still read and change is kept by the number of its content, as masks over the words of a state.
final class Agents {
  private let graph: Graph
  private var bodies: BodyFootprints
  /// Of each process, once needed.
  private var ofProcess: [Int: BodyFootprints.OfBody] = [:]
  /// Each once, and its number.
  private var footprints: [Footprint] = []
  private var numbers: [Footprint: Int] = [:]
  /// Components of agents, processes first, and how their contents are read.
  private let components: [Int]
  private var roles: [Role] = []
  private let processCount: Int
  private let crashable: Set<Int>
  /// Budgets from which a process may be restarted.
  private let restarts: [Int: [Int]]
  /// Components that the chosen properties read.
  private let visible: [Int]
  private(set) var choice: AmpleChoice

  private enum Role {
    case process, place, lease
    /// Processes hit, and whether requests that they wait for lose their caller.
    case budget(hits: [Int], isCrash: Bool)
  }

  init(_ graph: Graph, _ judges: [Judge]) {
    self.graph = graph
    bodies = BodyFootprints(graph)
    processCount = graph.stepper.processes.count
    var leases: [Int] = []
    var hits: [Int: (all: [Int], isCrash: Bool)] = [:]
    var (crashable, restarts): (Set<Int>, [Int: [Int]]) = ([], [:])
    for actor in graph.actors {
      switch actor {
      case .crash(let k, let budget):
        crashable.insert(k)
        hits[budget, default: ([], true)].all.append(k)
      case .stall(let k, let budget): hits[budget, default: ([], false)].all.append(k)
      case .restart(let k, let budget): restarts[k, default: []].append(budget)
      case .expiry(_, let k): leases.append(k)
      case .move, .timeOut: break
      }
    }
    (self.crashable, self.restarts) = (crashable, restarts)
    let components = Array(0..<graph.activities) + leases + hits.keys.sorted()
    self.components = components
    for k in components {
      if k < processCount {
        roles.append(.process)
      } else if k < graph.activities {
        roles.append(.place)
      } else if let (all, isCrash) = hits[k] {
        roles.append(.budget(hits: all, isCrash: isCrash))
      } else {
        roles.append(.lease)
      }
    }
    visible = Set(judges.flatMap(\.components)).sorted()
    choice = AmpleChoice(
      agents: components.count, faults: hits.count, parts: Self.parts(graph, components))
    layOut()
  }

  /// To whom each actor belongs.
  private static func parts(_ graph: Graph, _ components: [Int]) -> [AmpleChoice.Part] {
    let agentOf = Dictionary(uniqueKeysWithValues: components.enumerated().map { ($1, $0) })
    return graph.actors.map { actor in
      // A fault that nothing is left for, or that cannot hit, waits for nobody else.
      let (component, own, isByOwn) =
        switch actor {
        case .move(let k), .timeOut(let k): (k, k, false)
        case .restart(let k, _): (k, k, true)
        case .crash(let k, let budget), .stall(let k, let budget): (budget, k, true)
        case .expiry(_, let k): (k, k, false)
        }
      let process = own < graph.stepper.processes.count ? own : -1
      return AmpleChoice.Part(agent: agentOf[component] ?? 0, own: own, process: process, isByOwn: isByOwn)
    }
  }

  deinit { choice.deallocate() }

  var bytes: Int {
    choice.bytes + footprints.count * ((graph.elements.count / 64 + 1) * 32 + 192)
  }

  /// States are packed anew.
  func layOut() {
    choice.layOut(
      graph.layout, components: components, visible: graph.layout.mask(visible), masks: footprints.map(masks))
  }

  private func masks(_ footprint: Footprint) -> [UInt64] {
    graph.layout.mask(Footprint.components(footprint.reads)) + graph.layout.mask(Footprint.components(footprint.writes))
  }

  /// Takes in contents that have been met since.
  func update() {
    for (agent, component) in components.enumerated() {
      let count = graph.contents[graph.tableOf[component]].count
      for id in choice.count(of: agent)..<count {
        let words = graph.contents[graph.tableOf[component]][id]
        let isEnd = agent < processCount && words[0] == Standing.finished
        choice.append(number(footprint(agent, component, Array(words))), of: agent, isEnd: isEnd)
      }
    }
  }

  private func number(_ footprint: Footprint) -> Int {
    if let known = numbers[footprint] { return known }
    numbers[footprint] = footprints.count
    footprints.append(footprint)
    choice.append(masks(footprint))
    return footprints.count - 1
  }

  // MARK: What a content says

  private func footprint(_ agent: Int, _ component: Int, _ words: [Int64]) -> Footprint {
    var out = Footprint(components: graph.elements.count)
    switch roles[agent] {
    case .process: add(process: component, words, &out)
    case .place:
      if words[0] < 0 { break }
      out.add(bodies.calls)
      if words[Standing.caller] >= 0 { out.use(Int(words[Standing.caller])) }
    case .lease: if words[0] != 0 { out.use(component) }
    case .budget(let hits, let isCrash):
      if words[0] <= 0 { break }
      out.use(component)
      for k in hits { out.use(k) }
      if isCrash { usePlaces(&out) }
    }
    return out
  }

  private func add(process k: Int, _ words: [Int64], _ out: inout Footprint) {
    let stands = words[0]
    let mayBeCrashed = stands == Standing.crashed || crashable.contains(k) && stands != Standing.finished
    if mayBeCrashed, let budgets = restarts[k] {
      out.add(body(k).atStart)
      out.write(k)
      budgets.forEach { out.use($0) }
    }
    if stands < 0 { return }
    out.add(body(k)[Int(stands & 0xFFFF_FFFF)])
    out.write(k)
    if stands & Standing.waits != 0 { usePlaces(&out) }
  }

  private func usePlaces(_ out: inout Footprint) { for place in processCount..<graph.activities { out.use(place) } }

  private func body(_ k: Int) -> BodyFootprints.OfBody {
    if let known = ofProcess[k] { return known }
    let element = graph.stepper.processes[k]
    let found = bodies.from(graph.image.tables.body(of: element), own: element...element)
    ofProcess[k] = found
    return found
  }
}
