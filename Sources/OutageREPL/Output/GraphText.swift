import OutageKit
import OutageReport
import OutageSemantics

/// Nodes and links for programs that draw them. Nodes go by numbers there: `node`, `end` and `graph` are names in a script
/// and words of those languages.
enum GraphText {
  typealias Links = [(from: String, to: String, latency: Int64?)]

  static func dot(_ nodes: [NodeView], _ links: Links) -> String {
    let all = numbered(nodes, links)
    var out = "digraph outage {\n"
    for (k, label) in all.labels.enumerated() { out += "  n\(k) [label=\(Escape.dot(label))];\n" }
    for link in links {
      let form = link.latency.map { "label=\(Escape.dot(Cell.duration($0).text))" } ?? "style=dashed"
      out += "  n\(all.ids[link.from] ?? 0) -> n\(all.ids[link.to] ?? 0) [\(form)];\n"
    }
    return out + "}\n"
  }

  static func mermaid(_ nodes: [NodeView], _ links: Links) -> String {
    let all = numbered(nodes, links)
    var out = "graph LR\n"
    for (k, label) in all.labels.enumerated() { out += "  n\(k)[\"\(Escape.mermaid(label))\"]\n" }
    for link in links {
      let arrow = link.latency.map { "-->|\(Escape.mermaid(Cell.duration($0).text))|" } ?? "-.->"
      out += "  n\(all.ids[link.from] ?? 0) \(arrow) n\(all.ids[link.to] ?? 0)\n"
    }
    return out
  }

  private static func numbered(_ nodes: [NodeView], _ links: Links) -> (labels: [String], ids: [String: Int]) {
    var labels: [String] = []
    var ids: [String: Int] = [:]
    for node in nodes where node.owner == nil {
      ids[node.name] = labels.count
      labels.append("\(node.kind.rawValue) \(node.name)")
    }
    // Variables of processes are no nodes of their own here, but may be linked.
    for name in links.flatMap({ [$0.from, $0.to] }) where ids[name] == nil {
      ids[name] = labels.count
      labels.append(name)
    }
    return (labels, ids)
  }
}
