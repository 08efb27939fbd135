import OutageModel

/// What a search must follow: cone of influence of the properties.
struct Cone {
  var processes: [ImageMeta.Process] = []
  /// Leases of which something happens as they lapse.
  var lapses: [ImageMeta.Process] = []
  /// Passive elements that something reads, in order.
  var passives: [Int] = []
  var bounds = Graph.Bounds()
  /// By element: what a property or a process depends on.
  private let isRead: [Bool]

  /// Nodes of services that these processes may call.
  var services: Set<Int> { (processes + lapses).reduce(into: []) { $0.formUnion($1.services) } }

  /// Whether a property, or a process on which it depends, depends on an element.
  func reads(_ element: Int) -> Bool { isRead.indices.contains(element) && isRead[element] }

  /// What happens as these leases lapse.
  func lapseBodies(_ image: Image) -> Set<Int> {
    Set(lapses.map { Int(image.tables.nodes[Int(image.tables.elementNode[$0.element])].linkCount) - 1 })
  }

  /// Bodies of handlers that these processes call, themselves or through others.
  func handlers(_ image: Image) -> Set<Int> {
    var called: Set<Int> = []
    var todo = processes.map { image.tables.body(of: $0.element) } + lapseBodies(image)
    var seen: Set<Int> = []
    while let body = todo.popLast() {
      if !seen.insert(body).inserted { continue }
      let next = image.meta.exploring.handlersCalled[body] ?? []
      called.formUnion(next)
      todo += next
    }
    return called
  }

  /// - Parameter abandoned: requests in hand at once that nobody waits for.
  init(_ image: Image, _ properties: [ImageMeta.Property], abandoned: Int) {
    var influence = Influence(image)
    let all = image.meta.exploring.processes + image.meta.exploring.lapses
    let firstLapse = image.meta.exploring.processes.count
    let needsAll = properties.isEmpty || properties.contains { $0.readsStuck }
    // Who calls where others are turned away decides about them; who keeps a server, whether they come to it at all.
    let areAllShared = properties.contains { $0.kind.isOfPaths }
    var shared: Set<Int> = []
    for p in properties { for range in p.reads { influence.read(range) } }
    var included = [Bool](repeating: false, count: all.count)
    var grew = true
    while grew {
      grew = false
      influence.lookAgain()
      for (k, p) in all.enumerated() where !included[k] {
        if !needsAll, !influence.isTouched(p.element), !influence.isTouched(p.writes),
          shared.isDisjoint(with: p.services)
        {
          continue
        }
        included[k] = true
        grew = true
        // A lease that acts is followed, so that it can lapse.
        if k >= firstLapse { influence.read(p.element...p.element) }
        shared.formUnion(areAllShared ? p.services : p.services.intersection(image.meta.exploring.turningAway))
        for range in p.touches { influence.touch(range) }
        for range in p.reads { influence.read(range) }
      }
    }
    processes = (0..<firstLapse).filter { included[$0] }.map { all[$0] }
    lapses = (firstLapse..<all.count).filter { included[$0] }.map { all[$0] }
    passives = influence.passives
    isRead = influence.isRead
    let callers = (processes + lapses).count { $0.calls }
    if callers > 0 {
      bounds.abandoned = abandoned
      bounds.places = min(32, callers * max(1, image.meta.exploring.depth) + abandoned)
    }
  }
}

extension ImageMeta.Property.Kind {
  /// It speaks of paths, and not of states alone.
  fileprivate var isOfPaths: Bool {
    switch self {
    case .eventually, .leadsTo, .recoverable: true
    case .never, .always, .sometimes, .expect: false
    }
  }
}

/// Elements that matter. Many processes read and write the same arrays: each range is gone through once.
private struct Influence {
  private let image: Image
  private var touched: [Bool]
  private(set) var isRead: [Bool]
  private var rangesTouched: Set<ClosedRange<Int>> = []
  private var rangesRead: Set<ClosedRange<Int>> = []
  /// What was found of ranges that are written, since all were looked at last: what has become true since is found in the
  /// next turn.
  private var known: [ClosedRange<Int>: Bool] = [:]

  init(_ image: Image) {
    self.image = image
    touched = [Bool](repeating: false, count: image.tables.elementCount)
    isRead = touched
  }

  mutating func lookAgain() { known.removeAll(keepingCapacity: true) }

  func isTouched(_ e: Int) -> Bool { touched[e] }

  mutating func isTouched(_ ranges: [ClosedRange<Int>]) -> Bool {
    for range in ranges {
      if let isIn = known[range] {
        if isIn { return true }
        continue
      }
      var isIn = false
      for e in inside(range) where touched[e] {
        isIn = true
        break
      }
      known[range] = isIn
      if isIn { return true }
    }
    return false
  }

  mutating func touch(_ range: ClosedRange<Int>) {
    if !rangesTouched.insert(range).inserted { return }
    for e in inside(range) { touched[e] = true }
  }

  mutating func read(_ range: ClosedRange<Int>) {
    if !rangesRead.insert(range).inserted { return }
    for e in inside(range) {
      isRead[e] = true
      touched[e] = true
      let node = image.tables.nodes[Int(image.tables.elementNode[e])]
      if node.kind == .dns {
        let plans = Int(node.link) + (node.linkCount > 1 ? e - Int(node.first) : 0)
        isRead[plans] = true
        touched[plans] = true
      }
    }
  }

  /// An array without elements is named by the element behind it, which may be none.
  private func inside(_ range: ClosedRange<Int>) -> Range<Int> {
    range.lowerBound..<max(range.lowerBound, min(range.upperBound + 1, touched.count))
  }

  var passives: [Int] {
    isRead.indices.filter { e in
      guard isRead[e] else { return false }
      let node = image.tables.nodes[Int(image.tables.elementNode[e])]
      switch node.kind {
      case .variable, .plans, .dns, .queue, .lease: return true
      case .service: return node.isAssigned
      default: return false
      }
    }
  }
}
