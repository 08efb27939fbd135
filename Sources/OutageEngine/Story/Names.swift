import OutageModel

/// Names of elements for people: `dwfm`, `enactor[0]`, `dwfm[2..5]`.
struct Names {
  let image: Image

  func element(_ e: Int) -> String {
    let n = Int(image.tables.elementNode[e])
    let node = image.meta.nodes[n]
    return node.isArray ? "\(node.name)[\(e - Int(image.tables.nodes[n].first))]" : node.name
  }

  func elements(_ a: Int, _ b: Int) -> String {
    let n = Int(image.tables.elementNode[a])
    let node = image.meta.nodes[n]
    let info = image.tables.nodes[n]
    if !node.isArray { return node.name }
    if a == Int(info.first), b == a + Int(info.count) - 1 { return node.name }
    if a == b { return element(a) }
    return "\(node.name)[\(a - Int(info.first))..\(b - Int(info.first))]"
  }

  /// Who acted, or nothing when it was the timeline.
  func subject(_ e: Int) -> String {
    image.tables.nodes[Int(image.tables.elementNode[e])].kind == .timeline ? "" : element(e)
  }

  func label(_ id: Int64) -> String {
    image.meta.labels.indices.contains(Int(id)) ? image.meta.labels[Int(id)] : "?"
  }
}
