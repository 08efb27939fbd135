import OutageModel
import OutageSemantics
import OutageSyntax

// Cuts the graph into islands and gives every element its place in memory.

extension Compiler {
  /// Islands of an array whose elements do not touch each other: at most this many, so that cutting never depends on
  /// the number of workers.
  static let shards = 64
  /// Islands of a world: the rest of a graph that falls into more shares them.
  static let islands = 1024

  /// The first read of each array that makes one island of elements that would otherwise be in several.
  private func findJoins() throws(CompileFailure) {
    if joins.isEmpty { return }
    var apart = try united(withReads: false)
    var seen: Set<Int> = []
    for join in joins where !seen.contains(join.array) {
      try goOn()
      let start = first[join.array]
      guard (1..<counts[join.array]).contains(where: { apart.find(start + $0) != apart.find(start) }) else { continue }
      seen.insert(join.array)
      meta.joins.append(
        ImageMeta.Join(
          array: name(join.array), through: name(join.through), count: counts[join.array], read: source(join.span),
          file: join.span.file, from: join.span.start, to: join.span.end))
    }
  }

  /// Refuses what surely takes more state than is allowed, before there are tables for it.
  private func weigh() throws(CompileFailure) {
    var sum = 0
    for n in done.nodes..<program.nodes.count {
      var bytes = (fixedWords[n] + counterWords[n]) * 8
      switch parts.nodes[n].kind {
      case .lease, .process, .load: bytes += MemoryLayout<Event>.stride
      default: break
      }
      sum += counts[n] * bytes
      if sum > memory { throw doNotFit("\(counts[n]) elements of \(bytes) bytes", span(ofNode: n)) }
    }
  }

  func doNotFit(_ what: String, _ span: Span) -> CompileFailure {
    CompileFailure("E0624", "\(what) do not fit into the memory allowed", span)
  }

  func link() throws(CompileFailure) -> Image {
    try weigh()
    let island = try assignIslands()
    try findJoins()
    try placeElements(island)
    // Links between islands: the smallest latency is how far they can run apart.
    for body in touches {
      let elements = body.element.map { [$0] } ?? Array(0..<counts[body.node])
      for target in body.touches.linked {
        try goOn()
        let (n, callees): (Int, [Int]) =
          switch target {
          case .own(let n): (n, Array(0..<counts[n]))
          case .element(let n, let k): (n, [k])
          case .all(let n): (n, Array(0..<counts[n]))
          }
        let there = Set(callees.map { parts.elementIsland[first[n] + $0] })
        let here = Set(elements.map { parts.elementIsland[first[body.node] + $0] })
        if there.union(here).count > 1 { meta.lookahead = min(meta.lookahead, latency[n] ?? .max) }
      }
    }
    try localProperties()
    // Of a live world this is said when somebody asks: what joins it later may read what nobody else could see.
    let isForExploring = isExploring && slots == nil
    if isForExploring || isFollowing { try describeSteps() }
    if isForExploring { try describeProcesses() }
    return image()
  }

  /// The image of what is compiled so far.
  func image() -> Image {
    for f in fixups {
      let i = Int64(parts.elementIsland[f.element])
      code.code[f.at].imm = i << 40 | Int64(Int(parts.elementOffset[f.element]) + f.word)
    }
    fixups = []
    parts.code = code.code
    parts.ranges = RangeRule.allCases.map { rule in
      let bounds = rule.bounds
      return ValueRange(low: bounds.low, isLowIncluded: bounds.isLowIncluded, high: bounds.high)
    }
    meta.rangeTexts = RangeRule.allCases.map(\.text)
    parts.series = program.series.map(\.words)
    meta.texts = settled.texts.texts
    meta.labels = labels.texts
    meta.islandWords = parts.islandWords
    meta.placeCount = parts.places.count
    meta.links = links.sorted { ($0.from, $0.to, $0.latency ?? -1) < ($1.from, $1.to, $1.latency ?? -1) }
    meta.params = []
    for (k, p) in program.params.enumerated() {
      meta.params.append((p.name, written(settled.params[k], p.type)))
    }
    return Image(parts, meta: meta)
  }

  /// Which elements must run together: touching without latency, or belonging together by what they are.
  private func united(withReads: Bool = true) throws(CompileFailure) -> Partition {
    var partition = Partition(count: first[timelineNode] + counts[timelineNode])
    // Elements that are alive already stay where they are.
    var last: [UInt16: Int] = [:]
    for (e, i) in parts.elementIsland.enumerated() {
      if let before = last[i] { partition.union(before, e) }
      last[i] = e
    }
    let operators = parts.nodes[program.nodes.count].first
    for k in 0..<counts[timelineNode] { partition.union(Int(operators), first[timelineNode] + k) }
    for n in done.nodes..<program.nodes.count {
      try goOn()
      unite(n, &partition)
    }
    for body in touches {
      let elements = body.element.map { [$0] } ?? Array(0..<counts[body.node])
      for target in withReads ? body.touches.direct.union(body.touches.read) : body.touches.direct {
        try goOn()
        switch target {
        case .own(let n): for k in elements where k < counts[n] { partition.union(first[body.node] + k, first[n] + k) }
        case .element(let n, let k): for e in elements { partition.union(first[body.node] + e, first[n] + k) }
        case .all(let n):
          guard let e = elements.first else { continue }
          for k in elements { partition.union(first[body.node] + e, first[body.node] + k) }
          for k in 0..<counts[n] { partition.union(first[body.node] + e, first[n] + k) }
        }
      }
    }
    // A call of an array looks at who of it is switched on: at the same time as nobody who switches.
    for body in switchedBySteps.isEmpty ? [] : touchedBefore + touches where program.nodes.indices.contains(body.node) {
      for case .all(let n) in body.touches.linked where switchedBySteps.contains(n) {
        try goOn()
        for k in body.element.map({ $0...$0 }) ?? 0...max(0, counts[body.node] - 1) where k < counts[body.node] {
          partition.union(first[body.node] + k, first[n])
        }
        for k in 0..<counts[n] { partition.union(first[n], first[n] + k) }
      }
    }
    for k in parts.orders.indices.dropFirst() { partition.union(Int(parts.orders[0]), Int(parts.orders[k])) }
    return partition
  }

  private func unite(_ n: Int, _ partition: inout Partition) {
    // Elements in blocks: a fleet is cut into shards of equal size.
    let block = (counts[n] + Self.shards - 1) / Self.shards
    if block > 1 { for k in 0..<counts[n] where k % block != 0 { partition.union(first[n] + k, first[n] + k - 1) } }
    // A variable of a process or service lives with it.
    if case .variable(_, _, let owner?) = program.nodes[n].kind, counts[owner] == counts[n] {
      for k in 0..<counts[n] { partition.union(first[n] + k, first[owner] + k) }
    }
    if case .dns(let plans, _) = program.nodes[n].kind {
      for k in 0..<counts[n] {
        partition.union(
          first[n] + k, first[plans.node] + (counts[plans.node] > 1 ? min(k, counts[plans.node] - 1) : 0))
      }
    }
    if case .balancer(let service, _) = program.nodes[n].kind {
      for k in 0..<counts[service] { partition.union(first[n], first[service] + k) }
    }
  }

  /// The island of each element: in order of their first element, the timeline's first of all; those that are there keep
  /// their numbers.
  private func assignIslands() throws(CompileFailure) -> [Int32] {
    var partition = try united()
    let total = first[timelineNode] + counts[timelineNode]
    let old = parts.elementIsland.count
    var island = [Int32](repeating: -1, count: total)
    var islands = Int32(max(1, parts.islandWords.count))
    var shared: Int32 = 0
    if old == 0 { island[partition.find(first[timelineNode])] = 0 }
    for e in 0..<old {
      let root = partition.find(e)
      let own = Int32(parts.elementIsland[e])
      if island[root] >= 0, island[root] != own { throw tied(e, Int(island[root])) }
      island[root] = own
    }
    for e in 0..<total {
      let root = partition.find(e)
      if island[root] < 0 {
        if islands < Self.islands {
          island[root] = islands
          islands += 1
        } else {
          island[root] = 1 + shared % (islands - 1)
          shared += 1
        }
      }
    }
    parts.islandWords += Array(repeating: 0, count: Int(islands) - parts.islandWords.count)
    return (0..<total).map { island[partition.find($0)] }
  }

  /// Islands that are alive cannot become one.
  func tied(_ element: Int, _ island: Int) -> CompileFailure {
    let other = parts.elementIsland.firstIndex { Int($0) == island } ?? 0
    func name(_ e: Int) -> String {
      let n = Int(parts.elementNode[e])
      return meta.nodes[n].name
    }
    let node = touches.last { !$0.touches.direct.isEmpty }?.node ?? timelineNode
    let span =
      node < program.nodes.count
      ? program.nodes[node].span : acts.first?.statements.first?.span ?? program.timeline.last?.span ?? .none
    return CompileFailure(
      "E0621", "\(name(other)) and \(name(element)) run apart and this would touch both at once", span,
      help: "give the link a `latency`, or write it into the script and `:reload`")
  }

  /// Gives every new element its place in memory, behind what its island uses.
  private func placeElements(_ island: [Int32]) throws(CompileFailure) {
    let islandCount = parts.islandWords.count
    growShards(islandCount)
    var ends = floors + Array(repeating: Arena.header, count: islandCount - floors.count)
    for n in done.nodes...timelineNode {
      // The timeline's node comes behind those of earlier timelines.
      let id = n == timelineNode ? parts.nodes.count - 1 : n
      if counts[n] == 0 { continue }
      parts.nodes[id].words = Int32(fixedWords[n] + counterWords[n])
      for k in 0..<counts[n] {
        try goOn()
        let i = Int(island[first[n] + k])
        parts.elementIsland.append(UInt16(i))
        let row = Int(parts.nodes[id].shardRow)
        if row >= 0, parts.shards[row * islandCount + i] == 0 {
          parts.shards[row * islandCount + i] = UInt32(ends[i])
          ends[i] += Fleet.words
        }
        if ends[i] + Int(parts.nodes[id].words) > Int(UInt32.max) {
          throw CompileFailure("E0505", "the graph needs more than 32 GiB", span(ofNode: n))
        }
        parts.elementOffset.append(UInt32(ends[i]))
        ends[i] += Int(parts.nodes[id].words)
      }
    }
    for i in floors.count..<islandCount { parts.islandWords[i] = ends[i] - Arena.header }
    floors = Array(ends.prefix(floors.count))
    // Numbers of nodes may have moved: those of the timeline come last.
    parts.elementNode = Array(repeating: 0, count: parts.elementIsland.count)
    for (n, node) in parts.nodes.enumerated() {
      for e in Int(node.first)..<Int(node.first + node.count) { parts.elementNode[e] = Int32(n) }
    }
  }

  /// The table of shards for as many fleets and islands as there are now.
  private func growShards(_ islandCount: Int) {
    let before = parts.shards
    let width = floors.count
    let fleets = parts.nodes.count { $0.shardRow >= 0 }
    parts.shards = Array(repeating: 0, count: fleets * islandCount)
    if width == 0 { return }
    for row in 0..<before.count / width {
      for i in 0..<width { parts.shards[row * islandCount + i] = before[row * width + i] }
    }
  }

  /// A property whose reads lie in one island is checked after every step there.
  private func localProperties() throws(CompileFailure) {
    for check in localChecks {
      try goOn()
      let islands = islands(of: check.reads)
      guard islands.count == 1, let island = islands.first else { continue }
      watch(check.reads)
      meta.properties[check.property].probe.island = island
      meta.checks.append(
        ImageMeta.Check(
          property: check.property, body: check.body, island: island, decisive: check.window.decisive,
          isSought: check.window.isSought, from: check.window.from, until: check.window.until))
    }
    meta.checks.sort { ($0.island, $0.property) < ($1.island, $1.property) }
  }

  /// The islands in which these lie; two of them when there are more.
  func islands(of reads: Set<Touches.Target>) -> Set<Int> {
    var islands: Set<Int> = []
    for target in reads {
      switch target {
      case .own(let n), .all(let n): islands.formUnion(islandsOfAll(n))
      case .element(let n, let k): islands.insert(Int(parts.elementIsland[first[n] + k]))
      }
      if islands.count > 1 { break }
    }
    return islands
  }

  /// The islands of a node's elements; two of them when there are more.
  private func islandsOfAll(_ n: Int) -> [Int] {
    if let known = islandsOfNode[n] { return known }
    let elements = parts.elementIsland[first[n]..<first[n] + counts[n]]
    var islands = elements.first.map { [Int($0)] } ?? []
    if let other = elements.first(where: { Int($0) != islands[0] }) { islands.append(Int(other)) }
    islandsOfNode[n] = islands
    return islands
  }

  /// A parameter's value as `--set` takes it.
  func written(_ word: Int64, _ type: Type) -> String {
    switch type {
    case .truth: word != 0 ? "true" : "false"
    case .number, .rate, .duration: settled.written(word, type)
    case .time: clockTime(word)
    case .choice(let id):
      program.choices[id].names.indices.contains(Int(word)) ? program.choices[id].names[Int(word)] : "\(word)"
    case .text: settled.texts.texts.indices.contains(Int(word)) ? settled.texts.texts[Int(word)] : ""
    default: "\(word)"
    }
  }

  /// `02:25:30`, or the time since the start where no clock shows it.
  private func clockTime(_ ns: Int64) -> String {
    let day: Int64 = 86_400_000_000_000
    let second: Int64 = 1_000_000_000
    // in range: both are parts of a day
    guard ns >= 0, ns < day, (meta.clock.start + ns) % second == 0 else { return duration(ns) }
    // in range: both are parts of a day
    let seconds = (meta.clock.start + ns) % day / second
    let parts = [seconds / 3600, seconds / 60 % 60, seconds % 60]
    return parts.map { $0 < 10 ? "0\($0)" : "\($0)" }.joined(separator: ":")
  }
}
