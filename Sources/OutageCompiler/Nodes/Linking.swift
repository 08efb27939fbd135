import OutageModel
import OutageSemantics
import OutageSyntax

// Cuts the graph into islands and gives every element its place in memory.

extension Compiler {
  /// Islands of an array whose elements do not touch each other: at most this many, so that cutting never depends on
  /// the number of workers.
  static let shards = 64

  /// Elements that can touch each other without latency, also through what they only read.
  private func partition(withReads: Bool) -> Partition {
    var partition = Partition(count: first[timelineNode] + counts[timelineNode])
    for k in 1..<max(1, counts[timelineNode]) { partition.union(first[timelineNode], first[timelineNode] + k) }
    for n in program.nodes.indices {
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
    for body in touches {
      let elements = body.element.map { [$0] } ?? Array(0..<counts[body.node])
      for target in withReads ? body.touches.direct.union(body.touches.read) : body.touches.direct {
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
    return partition
  }

  /// The first read of each array that makes one island of elements that would otherwise be in several.
  private func findJoins() {
    if joins.isEmpty { return }
    var apart = partition(withReads: false)
    var seen: Set<Int> = []
    for join in joins where !seen.contains(join.array) {
      let start = first[join.array]
      guard (1..<counts[join.array]).contains(where: { apart.find(start + $0) != apart.find(start) }) else { continue }
      seen.insert(join.array)
      meta.joins.append(
        ImageMeta.Join(
          array: name(join.array), through: name(join.through), count: counts[join.array], read: source(join.span),
          file: join.span.file, from: join.span.start, to: join.span.end))
    }
  }

  func link() throws(CompileFailure) -> Image {
    let total = first[timelineNode] + counts[timelineNode]
    var partition = partition(withReads: true)
    findJoins()

    // Islands in order of their first element, the timeline's first of all.
    var island = [Int32](repeating: -1, count: total)
    var islands: Int32 = 1
    island[partition.find(first[timelineNode])] = 0
    for e in 0..<total {
      let root = partition.find(e)
      if island[root] < 0 {
        island[root] = islands
        islands += 1
      }
    }
    if islands > 60_000 { throw CompileFailure("E0505", "the graph falls into more than 60,000 islands", .none) }
    let islandCount = Int(islands)
    parts.islandWords = Array(repeating: 0, count: islandCount)
    parts.shards = Array(repeating: 0, count: (program.nodes.count + 1) * islandCount)
    parts.elementNode.reserveCapacity(total)
    for n in 0...timelineNode {
      parts.nodes[n].words = Int32(fixedWords[n] + counterWords[n])
      parts.nodes[n].counters = Int32(fixedWords[n])
      for k in 0..<counts[n] {
        let i = Int(island[partition.find(first[n] + k)])
        parts.elementNode.append(Int32(n))
        parts.elementIsland.append(UInt16(i))
        if parts.nodes[n].shardWords > 0, parts.shards[n * islandCount + i] == 0 {
          parts.shards[n * islandCount + i] = UInt32(Arena.header + parts.islandWords[i])
          parts.islandWords[i] += Int(parts.nodes[n].shardWords)
        }
        let offset = Arena.header + parts.islandWords[i]
        if offset + Int(parts.nodes[n].words) > Int(UInt32.max) {
          throw CompileFailure("E0505", "the graph needs more than 32 GiB", program.nodes[n].span)
        }
        parts.elementOffset.append(UInt32(offset))
        parts.islandWords[i] += Int(parts.nodes[n].words)
      }
    }
    for f in fixups {
      let i = Int64(parts.elementIsland[f.element])
      code.code[f.at].imm = i << 40 | Int64(Int(parts.elementOffset[f.element]) + f.word)
    }

    // Links between islands: the smallest latency is how far they can run apart.
    for body in touches {
      let elements = body.element.map { [$0] } ?? Array(0..<counts[body.node])
      for target in body.touches.linked {
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
    parts.code = code.code
    parts.series = program.series
    meta.texts = settled.texts.texts
    meta.labels = labels.texts
    meta.islandWords = parts.islandWords
    meta.placeCount = parts.places.count
    for (k, p) in program.params.enumerated() {
      meta.params.append((p.name, written(settled.params[k], p.type)))
    }
    return Image(parts, meta: meta)
  }

  /// A property whose reads lie in one island is checked after every step there.
  private func localProperties() throws(CompileFailure) {
    for check in localChecks {
      var islands: Set<Int> = []
      for target in check.reads {
        switch target {
        case .own(let n), .all(let n): for k in 0..<counts[n] { islands.insert(Int(parts.elementIsland[first[n] + k])) }
        case .element(let n, let k): islands.insert(Int(parts.elementIsland[first[n] + k]))
        }
        if islands.count > 1 { break }
      }
      guard islands.count == 1, let island = islands.first else { continue }
      watch(check.reads)
      meta.properties[check.property].probe.island = island
      meta.checks.append(
        ImageMeta.Check(
          property: check.property, body: check.body, island: island, bad: check.window.bad,
          from: check.window.from, until: check.window.until))
    }
    meta.checks.sort { ($0.island, $0.property) < ($1.island, $1.property) }
  }

  /// A parameter's value as `--set` takes it.
  private func written(_ word: Int64, _ type: Type) -> String {
    switch type {
    case .truth: word != 0 ? "true" : "false"
    case .number: plain(Settled.number(word))
    case .rate: "\(plain(Settled.number(word)))/s"
    case .duration: duration(word)
    case .time: clockTime(word)
    case .choice(let id):
      program.choices[id].names.indices.contains(Int(word)) ? program.choices[id].names[Int(word)] : "\(word)"
    case .text: settled.texts.texts.indices.contains(Int(word)) ? settled.texts.texts[Int(word)] : ""
    default: "\(word)"
    }
  }

  /// The shortest digits that give the same number, without an exponent, which the language does not have.
  private func plain(_ value: Double) -> String {
    if let whole = Int64(exactly: value) { return "\(whole)" }
    let parts = "\(value.magnitude)".split(separator: "e")
    guard parts.count == 2, let exponent = Int(parts[1]) else { return "\(value)" }
    let digits = parts[0].filter { $0 != "." }
    let point =
      (parts[0].firstIndex(of: ".").map { parts[0].distance(from: parts[0].startIndex, to: $0) } ?? parts[0].count)
      + exponent
    let sign = value < 0 ? "-" : ""
    if point <= 0 { return sign + "0." + String(repeating: "0", count: -point) + digits }
    return sign + digits + String(repeating: "0", count: max(0, point - digits.count)) + ".0"
  }

  /// `1m30s`, `2.5ms` as `2ms500us`: exact.
  private func duration(_ ns: Int64) -> String {
    if ns == 0 { return "0s" }
    var text = ns < 0 ? "-" : ""
    var rest = ns.magnitude
    let units: [(UInt64, String)] = [
      (3_600_000_000_000, "h"), (60_000_000_000, "m"), (1_000_000_000, "s"), (1_000_000, "ms"), (1_000, "us"),
      (1, "ns"),
    ]
    for (size, name) in units where rest >= size {
      text += "\(rest / size)\(name)"
      rest %= size
    }
    return text
  }

  /// `02:25:30`, or the time since the start where no clock shows it.
  private func clockTime(_ ns: Int64) -> String {
    let day: Int64 = 86_400_000_000_000
    let second: Int64 = 1_000_000_000
    guard ns >= 0, ns < day, (meta.clock.start + ns) % second == 0 else { return duration(ns) }
    let seconds = (meta.clock.start + ns) % day / second
    let parts = [seconds / 3600, seconds / 60 % 60, seconds % 60]
    return parts.map { $0 < 10 ? "0\($0)" : "\($0)" }.joined(separator: ":")
  }
}
