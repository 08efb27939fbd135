public import OutageModel
public import OutageSemantics
public import OutageSyntax

/// What changes in a live world when a parameter is set.
public struct Resetting {
  public var ground: Ground
  /// Words of elements that have another value now.
  public var words: [ImageMeta.Initial]
  /// Words of lease nodes: term and interval.
  public var nodeWords: [(node: Int, values: [Int64])]
}

extension Ground {
  /// The same program with other values of parameters, for a world that is alive. Code reads parameters where it stands;
  /// attributes whose value follows from them are written.
  /// - Throws: the values change sizes or forms, or tie together islands that run apart.
  public func reset(_ program: CheckedProgram, settings: [Int: ParamValue], files: [SourceFile]) throws(CompileFailure)
    -> Resetting
  {
    // A measure that was typed later gives no variable an integral: what is alive keeps its words.
    let integrated = compiler.parts.nodes.map { $0.measured != 0 }
    let fresh = try Ground(
      program, settings: settings, files: files, host: host, memory: compiler.memory, integrated: integrated
    ).compiler
    let old = compiler
    let new = try Compiler(growing: old, to: program, settings: settings, files: files)
    for n in program.nodes.indices { try new.requireForm(n, of: fresh, before: old) }
    try new.takeUntaken()
    try new.requireLengths(of: fresh)
    var words: [ImageMeta.Initial] = []
    for (k, slot) in (new.slots ?? []).enumerated() {
      words.append(.init(element: slot.element, offset: slot.word, value: new.settled.params[k]))
    }
    words += new.takeAttributes(of: fresh)
    var nodeWords: [(node: Int, values: [Int64])] = []
    for n in program.nodes.indices where fresh.meta.nodeWords[n] != new.meta.nodeWords[n] {
      nodeWords.append((n, fresh.meta.nodeWords[n]))
      new.meta.nodeWords[n] = fresh.meta.nodeWords[n]
    }
    return Resetting(ground: Ground(compiled: new, new.image(), host: host), words: words, nodeWords: nodeWords)
  }
}

extension Compiler {
  /// Windows that are kept cannot change how far they reach.
  fileprivate func requireLengths(of fresh: Compiler) throws(CompileFailure) {
    for (span, lengths) in windowLengths.sorted(by: { ($0.key.file, $0.key.start) < ($1.key.file, $1.key.start) }) {
      guard let others = fresh.windowLengths[span], !others.isSubset(of: lengths) else { continue }
      throw CompileFailure(
        "E0622", "this changes the length of a window that is alive", span, help: "begin again with `:reset --set`")
    }
  }

  fileprivate func requireForm(_ n: Int, of fresh: Compiler, before old: Compiler) throws(CompileFailure) {
    let node = program.nodes[n]
    let isAlike =
      counts[n] == fresh.counts[n] && fixedWords[n] + counterWords[n] == fresh.fixedWords[n] + fresh.counterWords[n]
      && (parts.nodes[n].place < 0) == (fresh.parts.nodes[n].place < 0) && choices(node, old) == choices(node, fresh)
    if !isAlike {
      throw CompileFailure(
        "E0622", "this changes the form of '\(node.name)', which is alive", node.span,
        help: "begin again with `:reset --set`")
    }
  }

  /// Which of the clauses that carry a body hold: their bodies are compiled already.
  private func choices(_ node: CheckedProgram.Node, _ compiler: Compiler) -> [Bool] {
    switch node.kind {
    case .lease(let attributes):
      attributes.map { a in
        switch a.value {
        case .renew, .lapsed: return (try? compiler.holds(a.condition)) ?? false
        case .lasts, .startsLapsed: break
        }
        return true
      }
    case .load(let attributes, _):
      attributes.map { a in
        if case .users = a.value { return (try? compiler.holds(a.condition)) ?? false }
        return true
      }
    default: []
    }
  }

  /// What is touched under the new values must run together already.
  fileprivate func takeUntaken() throws(CompileFailure) {
    for u in untaken {
      var holds = true
      for p in u.premises where try ((settled.value(p.condition) ?? 0) != 0) != p.wanted { holds = false }
      if !holds { continue }
      switch u.manner {
      case .watched: watch([u.target])
      case .direct, .linked:
        if u.isOperator, u.manner == .direct { continue }
        try reach(u)
      }
    }
  }

  private func reach(_ u: Untaken) throws(CompileFailure) {
    let here = u.node < program.nodes.count ? (first[u.node]..<first[u.node] + counts[u.node]) : 0..<0
    func pairs() -> (Int, [(Int, Int)]) {
      switch u.target {
      case .own(let n): (n, (0..<min(here.count, counts[n])).map { (here.lowerBound + $0, first[n] + $0) })
      case .element(let n, let k): (n, here.map { ($0, first[n] + k) })
      case .all(let n): (n, here.flatMap { e in (0..<min(counts[n], 4096)).map { (e, first[n] + $0) } })
      }
    }
    let (n, all) = pairs()
    for (a, b) in all where parts.elementIsland[a] != parts.elementIsland[b] {
      if u.manner == .direct { throw tied(a, Int(parts.elementIsland[b])) }
      meta.lookahead = min(meta.lookahead, latency[n] ?? .max)
      return
    }
  }

  /// Attributes as another compilation settles them; gives the words that differ. Variables keep what they hold.
  fileprivate func takeAttributes(of fresh: Compiler) -> [ImageMeta.Initial] {
    struct Place: Hashable {
      var element: Int
      var offset: Int
    }
    var before: [Place: Int64] = [:]
    for i in meta.initials { before[Place(element: i.element, offset: i.offset)] = i.value }
    var after: [Place: Int64] = [:]
    let ends = program.nodes.indices.map { fresh.first[$0] + fresh.counts[$0] }
    for i in fresh.meta.initials {
      guard let n = ends.indices.first(where: { fresh.first[$0] <= i.element && i.element < ends[$0] }) else {
        continue
      }
      after[Place(element: first[n] + i.element - fresh.first[n], offset: i.offset)] = i.value
    }
    let isVariable = program.nodes.map { if case .variable = $0.kind { true } else { false } }
    for n in program.nodes.indices { take(n, of: fresh) }
    let places = Set(before.keys).union(after.keys).sorted { ($0.element, $0.offset) < ($1.element, $1.offset) }
    var words: [ImageMeta.Initial] = []
    for place in places where before[place] ?? 0 != after[place] ?? 0 {
      let n = program.nodes.indices.first { first[$0] <= place.element && place.element < first[$0] + counts[$0] }
      guard let n, !isVariable[n] else { continue }
      words.append(.init(element: place.element, offset: place.offset, value: after[place] ?? 0))
    }
    let changed = Set(words.map { Place(element: $0.element, offset: $0.offset) })
    meta.initials.removeAll { changed.contains(Place(element: $0.element, offset: $0.offset)) }
    meta.initials += words
    return words
  }

  /// Fields of a node that its clauses decide.
  private func take(_ n: Int, of fresh: Compiler) {
    let node = fresh.parts.nodes[n]
    parts.nodes[n].mode = node.mode
    parts.nodes[n].amount = node.kind == .balancer ? parts.nodes[n].amount : node.amount
    parts.nodes[n].discipline = node.discipline
    parts.nodes[n].dropPolicy = node.dropPolicy
    parts.nodes[n].dropsWhenFull = node.dropsWhenFull
    latency[n] = fresh.latency[n]
    guard node.kind == .service else { return }
    for k in 0..<Int(node.linkCount) {
      let theirs = fresh.parts.handlers[Int(node.link) + k]
      let mine = Int(parts.nodes[n].link) + k
      parts.handlers[mine].level = theirs.level
    }
  }
}
