import OutageModel

/// A property under search: its condition's value for each combination of what it reads, and where it was met.
final class Judge {
  let property: ImageMeta.Property
  private let components: [Int]
  private var mask: [UInt64] = []
  private var memo: [Rule]
  /// The value of the condition that is looked for: the violation, or for `sometimes` the witness.
  let wanted: Int64
  /// States of the levels before the present one in which it was met, and the first of them.
  private(set) var count = 0
  private(set) var first: StateID?
  private var levelCount = 0
  private var levelFirst: StateID?

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
    memo = []
    layOut(graph)
  }

  deinit { memo.forEach { $0.deallocate() } }

  var bytes: Int { memo.reduce(0) { $0 + $1.bytes(width: mask.count) } }

  /// It is looked at in every state, or only when it is known who can move.
  var isLookedAt: Bool {
    switch property.kind {
    case .never, .always, .sometimes: true
    case .eventually, .leadsTo, .recoverable, .expect: false
    }
  }

  /// States are packed anew.
  func layOut(_ graph: Graph) {
    mask = graph.layout.mask(components)
    memo.forEach { $0.deallocate() }
    memo = (0..<2).map { _ in
      var rule = Rule(width: graph.width)
      let copy = UnsafeMutablePointer<UInt64>.allocate(capacity: graph.width)
      for w in 0..<graph.width { copy[w] = mask[w] }
      rule.mask = copy
      return rule
    }
  }

  /// The value of the condition as far as it is known, or -1.
  @inline(__always)
  func known(_ state: UnsafePointer<UInt64>, isStuck: Bool = false) -> Int {
    memo[isStuck ? 1 : 0].find(state, width: mask.count)
  }

  func value(_ state: UnsafePointer<UInt64>, _ graph: Graph, isStuck: Bool = false) -> Int64 {
    let known = known(state, isStuck: isStuck)
    if known >= 0 { return Int64(known) }
    let value = graph.evaluate(property.probe, components, state, stuck: isStuck) != 0 ? 1 : 0
    var key = [UInt64](repeating: 0, count: mask.count)
    for w in mask.indices { key[w] = state[w] & mask[w] }
    key.withUnsafeBufferPointer {
      memo[isStuck ? 1 : 0].insert($0.baseAddress.unsafelyUnwrapped, value, width: mask.count)
    }
    return Int64(value)
  }

  func meet(_ id: StateID, times: Int = 1) {
    levelCount += times
    if levelFirst == nil { levelFirst = id }
  }

  func endLevel() {
    count += levelCount
    if first == nil { first = levelFirst }
    forgetLevel()
  }

  func forgetLevel() {
    levelCount = 0
    levelFirst = nil
  }

  /// States have got other numbers.
  func renumber(_ number: (StateID) -> StateID) { first = first.map(number) }
}
