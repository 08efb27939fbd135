import OutageModel

// Loads, operators, renewals and checks take no part in a search. Where they change what a property can depend on, the search
// has not looked at all that may happen, and its verdict says so: never a *holds* of too little.

/// Who takes no part in a search and meddles with what a property depends on.
struct Meddling {
  private let image: Image
  private let teller: Teller
  private let present: World?
  /// In order of the script; nothing: nobody meddles.
  private let meddlers: [ImageMeta.Meddler]

  private enum Effect {
    case changes([Int]), fells([Int]), fills([Int])
    case stops([Int]), cuts([Int])

    /// It lets nobody do what the search has not seen: it only keeps them from going on.
    var isOnlyAnEnd: Bool {
      switch self {
      case .changes, .fells, .fills: false
      case .stops, .cuts: true
      }
    }
  }

  init(_ image: Image, _ teller: Teller, in present: World?) {
    self.image = image
    self.teller = teller
    self.present = present
    // What has come does not come again; a world that stands at its start may not have begun.
    let now = present.map(\.now) ?? 0
    meddlers = image.meta.exploring.meddlers.filter { $0.time.map { $0 > now || now == 0 } ?? true }
  }

  /// Why the verdict of a property is none, or nil.
  func objection(to verdict: ExploreResult.Verdict, of p: ImageMeta.Property) -> String? {
    if verdict == .unknown || meddlers.isEmpty { return nil }
    let cone = Cone(image, [p], abandoned: 0)
    for meddler in meddlers {
      guard let effect = effect(of: meddler, on: cone), isFelt(effect, verdict, p) else { continue }
      return "not decided: " + words(meddler, effect)
    }
    return nil
  }

  /// Whether some step may be reached that the search has not reached.
  func reachesMore(_ cone: Cone) -> Bool {
    meddlers.contains { effect(of: $0, on: cone).map { !$0.isOnlyAnEnd } ?? false }
  }

  private func isFelt(_ effect: Effect, _ verdict: ExploreResult.Verdict, _ p: ImageMeta.Property) -> Bool {
    switch p.kind {
    case .never, .always: p.readsStuck || verdict == .holds && !effect.isOnlyAnEnd
    case .sometimes: p.readsStuck || verdict == .violated && !effect.isOnlyAnEnd
    case .eventually, .leadsTo, .recoverable: true
    case .expect: false
    }
  }

  // MARK: Effects

  /// What somebody does to what matters; first what lets others do more.
  private func effect(of meddler: ImageMeta.Meddler, on cone: Cone) -> Effect? {
    let services = cone.services
    let active = Set(cone.processes.map(\.element))
    func node(_ e: Int) -> Int { Int(image.tables.elementNode[e]) }
    func matters(_ e: Int) -> Bool { cone.reads(e) || services.contains(node(e)) }
    func isHit(_ e: Int) -> Bool { active.contains(e) || services.contains(served(by: node(e))) || cone.reads(e) }
    func elements(_ ranges: [ClosedRange<Int>], _ isMeant: (Int) -> Bool) -> [Int] {
      Set(ranges.joined().filter { $0 < image.tables.elementCount && isMeant($0) }).sorted()
    }
    let changed = elements(meddler.changes, matters)
    if !changed.isEmpty { return .changes(changed) }
    let felled = elements(meddler.fells) { isHit($0) && !(isFollowed(.crash, $0) && isFollowed(.restart, $0)) }
    if !felled.isEmpty { return .fells(felled) }
    let filled = meddler.fills.intersection(services).sorted().map { Int(image.tables.nodes[$0].first) }
    if !filled.isEmpty { return .fills(filled) }
    let stopped = elements(meddler.stops) { isHit($0) && !isFollowed(.stall, $0) }
    if !stopped.isEmpty { return .stops(stopped) }
    for (a, b) in meddler.cuts {
      let (one, other) = (elements([a], isHit), elements([b], isHit))
      if !one.isEmpty, !other.isEmpty { return .cuts(one + other) }
    }
    return nil
  }

  /// Calls of a balancer come to its service.
  private func served(by n: Int) -> Int {
    let node = image.tables.nodes[n]
    return node.kind == .balancer ? Int(node.amount) : n
  }

  private func isFollowed(_ fault: ImageMeta.FaultBudget.Fault, _ e: Int) -> Bool {
    image.meta.exploring.faultBudgets.contains { $0.fault == fault && $0.atMost > 0 && $0.elements.contains(e) }
  }

  // MARK: Words

  private func words(_ meddler: ImageMeta.Meddler, _ effect: Effect) -> String {
    let begin = "\(meddler.name) takes no part in a search, and "
    let process =
      meddler.isEntry ? "a process that does it would be searched" : "a process that does the same would be searched"
    switch effect {
    case .changes(let elements): return begin + "changes \(names(elements)); \(process)"
    case .fills(let elements): return begin + "may fill \(names(elements)); \(process)"
    case .fells(let elements): return begin + "crashes or restarts \(names(elements))" + budget("crash", elements)
    case .stops(let elements): return begin + "stops \(names(elements)) for ever" + budget("stall", elements)
    case .cuts(let elements): return begin + "loses messages between \(names(elements))"
    }
  }

  /// What a search would follow: faults of processes, within a budget.
  private func budget(_ fault: String, _ elements: [Int]) -> String {
    let isProcess = { (e: Int) in image.tables.nodes[Int(image.tables.elementNode[e])].kind == .process }
    guard let first = elements.first(where: isProcess) else { return "" }
    return "; explore { may \(fault) \(teller.name(first)) at most 1 } would be searched"
  }

  private static let mostNames = 3

  private func names(_ elements: [Int]) -> String {
    let names = teller.names(of: elements, without: [])
    return names.prefix(Self.mostNames).joined(separator: ", ") + (names.count > Self.mostNames ? " and others" : "")
  }
}
