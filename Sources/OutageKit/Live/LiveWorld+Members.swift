import OutageModel
public import OutageSemantics

/// A node of a live world: what it is and what can be asked of it.
public struct NodeView: Sendable {
  public var name: String
  public var kind: OutageSemantics.NodeKind
  public var count: Int
  public var isArray: Bool
  /// The process or service whose variable it is.
  public var owner: String?
  /// First element.
  public var first: Int

  /// Expressions for what can be read of the whole node: all members of a single one, those that add up of an array.
  public var readings: [(member: String, expression: String)] { readings(of: nil) }

  /// Expressions for what can be read of element `k`.
  public func readings(of k: Int?) -> [(member: String, expression: String)] {
    let subject = (owner.map { "\($0)." } ?? "") + name + (k.map { "[\($0)]" } ?? "")
    if kind == .variable { return [("value", subject)] }
    return MemberCatalog.entries(of: kind).compactMap { entry in
      guard entry.use == .measure || entry.use == .attribute, entry.arguments.isEmpty else { return nil }
      if isArray, k == nil, !entry.addsUp { return nil }
      return (entry.path, "\(subject).\(entry.path)")
    }
  }
}

extension LiveWorld {
  public var nodes: [NodeView] {
    program.nodes.enumerated().map { n, node in
      let info = image.tables.nodes[n]
      var owner: String?
      if case .variable(_, _, let host?) = node.kind { owner = program.nodes[host].name }
      return NodeView(
        name: node.name, kind: kind(node), count: Int(info.count), isArray: node.count != nil, owner: owner,
        first: Int(info.first))
    }
  }

  private func kind(_ node: CheckedProgram.Node) -> OutageSemantics.NodeKind {
    switch node.kind {
    case .variable: .variable
    case .plans: .plans
    case .dns: .dns
    case .queue: .queue
    case .lease: .lease
    case .service: .service
    case .balancer: .balancer
    case .load: .load
    case .process: .process
    }
  }

  /// Expressions that together tell how the world stands.
  public var telling: [String] {
    nodes.filter { $0.owner == nil && ($0.kind != .variable || !$0.isArray) }.flatMap { $0.readings.map(\.expression) }
      + image.meta.measures.map(\.name)
  }
}
