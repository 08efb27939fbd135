public import OutageModel

/// How a graph falls into islands, for people: `3 islands: planner, endpoint | dwfm | droplet (64 shards)`.
public func islands(_ image: Image) -> String {
  let tables = image.tables
  var members: [Int: [String]] = [:]
  var spread: [String] = []
  for n in 0..<tables.nodeCount where tables.nodes[n].kind != .timeline && tables.nodes[n].count > 0 {
    let info = tables.nodes[n]
    var own = Set<Int>()
    for e in Int(info.first)..<Int(info.first + info.count) { own.insert(Int(tables.elementIsland[e])) }
    let name = image.meta.nodes[n].name
    if own.count == 1, let i = own.first {
      members[i, default: []].append(info.count > 1 ? "\(name)[\(info.count)]" : name)
    } else {
      spread.append("\(name)[\(info.count)] over \(own.count) islands")
    }
  }
  let parts = members.keys.sorted().map { members[$0, default: []].joined(separator: ", ") } + spread
  let count = max(0, tables.islandCount - 1)
  let lookahead = image.meta.lookahead == .max ? "" : ", windows of \(image.meta.lookahead)ns"
  return "\(count) island\(count == 1 ? "" : "s")\(lookahead): " + parts.joined(separator: " | ")
}
