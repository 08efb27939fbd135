import OutageEngine
public import OutageModel
import OutageSemantics
public import OutageSyntax

/// How a graph falls into islands, for people: a line for each island, its nodes behind it; an array that is spread over
/// several is named once.
public func islands(_ image: Image) -> String {
  let tables = image.tables
  var members: [Int: [String]] = [:]
  var spread: [String] = []
  for n in 0..<tables.nodeCount where tables.nodes[n].kind != .timeline && tables.nodes[n].count > 0 {
    let info = tables.nodes[n]
    var own = Set<Int>()
    for e in Int(info.first)..<Int(info.first + info.count) { own.insert(Int(tables.elementIsland[e])) }
    let node = image.meta.nodes[n]
    let name = node.isArray ? "\(node.name)[\(info.count)]" : node.name
    if own.count == 1, let i = own.first {
      members[i, default: []].append(name)
    } else {
      spread.append("\(name), spread over \(own.count) islands")
    }
  }
  let parts = members.keys.sorted().map { members[$0, default: []].joined(separator: ", ") } + spread
  let together = (0..<tables.nodeCount).filter { n in
    tables.nodes[n].wireThere >= 0 && tables.nodes[n].amount == 0
  }.map { n in
    "  the latency of \(image.meta.nodes[n].name) is drawn and may be 0s: who calls it runs in one island with it"
      + " (`latency 1ms + \u{2026}` would set them apart)\n"
  }
  let count = max(0, tables.islandCount - 1)
  let apart =
    image.meta.lookahead == .max ? "" : ", at least \(ValueText.duration(image.meta.lookahead)) of latency apart"
  return "\(count) island\(count == 1 ? "" : "s")\(apart)\n" + parts.map { "  \($0)\n" }.joined() + together.joined()
}

extension Source {
  /// Warnings of services that nobody calls, and of cuts between nodes that send each other no messages.
  public func idleWarnings() -> [Diagnostic] { program?.idleWarnings() ?? [] }
}

/// Warnings of reads that make one island of an array whose elements would otherwise run apart, in parallel.
public func islandWarnings(_ image: Image) -> [Diagnostic] {
  image.meta.joins.map { join in
    let isVariable = join.through != join.array
    let what = "this read makes one island of all \(join.count) elements of `\(join.array)`"
    return Diagnostic(
      .warning, code: "W0502", what, at: Span(file: join.file, start: join.from, end: join.to),
      label: isVariable ? "they all read `\(join.through)`" : "",
      help: "write `measure seen = \(join.read)` and read `seen`, the sample of the last tick, where that is enough")
  }
}
