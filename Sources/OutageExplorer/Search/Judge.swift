import OutageModel

/// A property under search: its condition's value for each combination of what it reads, and where it was met.
final class Judge {
  let property: ImageMeta.Property
  let components: [Int]
  /// Values of the condition, each as an odd word, where nobody is stuck and where somebody is.
  private let memo: UnsafeMutablePointer<RuleTable>
  /// The value of the condition that is looked for: the violation, or for `sometimes` the witness.
  let wanted: Int64
  /// States of the levels before the present one in which it was met.
  private(set) var count = 0
  /// The first level in which it was met, and all its states there.
  private(set) var first: (level: Int, states: StateList)?
  /// Values are worth keeping: many states agree in what the property reads.
  private var isKept = true
  private var levelCount = 0
  private var levelHits: [StateID] = []

  init(_ property: ImageMeta.Property, _ graph: Graph) {
    self.property = property
    var components: Set<Int> = []
    for range in property.reads {
      for e in range {
        if let c = graph.componentOf[e] { components.insert(c) }
        let node = graph.image.tables.nodes[Int(graph.image.tables.elementNode[e])]
        if node.kind == .dns, let c = graph.componentOf[graph.stepper.plans(of: e)] { components.insert(c) }
      }
    }
    self.components = components.sorted()
    wanted = if case .always = property.kind { 0 } else { 1 }
    memo = .allocate(capacity: 2)
    for k in 0..<2 { (memo + k).initialize(to: RuleTable(Field(word: 0, shift: 0, bits: 0), width: graph.width)) }
    layOut(graph)
  }

  deinit {
    for k in 0..<2 { memo[k].deallocate() }
    memo.deinitialize(count: 2)
    memo.deallocate()
  }

  var bytes: Int { memo[0].bytes + memo[1].bytes }

  var growth: Int { max(memo[0].growth, memo[1].growth) }

  /// Values that nearly every state has for itself would take as much memory as the states, and are found no faster.
  func forgetIfUseless(states: Int, _ graph: Graph) {
    let known = memo[0].count + memo[1].count
    if !isKept || known < 4096 || known * 2 < states { return }
    isKept = false
    layOut(graph)
  }

  /// It is looked at in every state, or only when it is known who can move.
  var isLookedAt: Bool {
    switch property.kind {
    case .never, .always, .sometimes: true
    case .eventually, .leadsTo, .recoverable, .expect: false
    }
  }

  /// States are packed anew.
  func layOut(_ graph: Graph) {
    for k in 0..<2 {
      memo[k].deallocate()
      memo[k] = RuleTable(Field(word: 0, shift: 0, bits: 0), width: graph.width)
      memo[k].fix(components, graph.layout)
    }
  }

  /// What is known where nobody is stuck, or where somebody is: 0, else twice the value and 1.
  @inline(__always)
  func table(isStuck: Bool) -> UnsafePointer<RuleTable> { UnsafePointer(memo + (isStuck ? 1 : 0)) }

  /// It reads nothing: where nobody is stuck, and where somebody is, its value is always the same.
  var isConstant: Bool { components.isEmpty }

  func value(_ state: UnsafePointer<UInt64>, _ graph: Graph, isStuck: Bool = false) -> Int64 {
    if isKept {
      let known = memo[isStuck ? 1 : 0].find(state, width: graph.width)
      if known != 0 { return Int64(known >> 1) }
    }
    let value: UInt64 = graph.evaluate(property.probe, components, state, stuck: isStuck) != 0 ? 1 : 0
    if isKept { memo[isStuck ? 1 : 0].insert(state, value << 1 | 1) }
    return Int64(value)
  }

  func meet(_ id: StateID) {
    levelCount += 1
    if first == nil { levelHits.append(id) }
  }

  func endLevel(_ store: StateStore) {
    count += levelCount
    if first == nil, let hit = levelHits.first {
      var states = StateList(width: store.width)
      states.words.reserveCapacity(levelHits.count * store.width)
      for id in levelHits { states.append(store.state(id)) }
      first = (store.level(of: hit), states)
    }
    forgetLevel()
  }

  func forgetLevel() {
    levelCount = 0
    levelHits = []
  }

  /// The search begins again.
  func forgetAll() {
    forgetLevel()
    count = 0
    first = nil
  }

  /// States are packed anew.
  func repack(_ repacking: Repacking) {
    guard let (level, states) = first else { return }
    var packed = StateList(width: repacking.newWords)
    states.each { packed.words += repacking.words($0) }
    first = (level, packed)
  }
}
