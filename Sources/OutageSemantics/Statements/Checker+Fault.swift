import OutageSyntax

/// `stall`, `crash`, `restart`, `slow`, `cut`, `drop`, `heal`, and `follow`.
extension Checker {
  private static let runners: Set<NodeKind> = [.process, .service, .balancer, .load, .lease]
  private static let crashable: Set<NodeKind> = [.process, .service, .balancer]

  func fault(_ kind: Statement.Kind) -> CheckedStatement.Kind? {
    switch kind {
    case .stall(let node, let label, let time): return stall(node, label, time)
    case .crash(let nodes): return .crash(nodes.compactMap { target($0, Self.crashable, "crash") })
    case .restart(let nodes): return .restart(nodes.compactMap { target($0, Self.crashable, "restart") })
    case .slow(let node, let factor, let time): return slow(node, factor, time)
    case .cut(let a, let b):
      return pair(a, b, "cut").map { .cut($0, from: $1) }
    case .drop(let share, let a, let b):
      let part = expression(
        share, as: .number, "the share of `drop`", .dropShare)
      return pair(a, b, "drop").map { .drop(part, of: $0, to: $1) }
    case .heal(let a, let b): return heal(a, b)
    case .follow(let nodes): return .follow(nodes.compactMap(followed))
    default: return nil
    }
  }

  /// A node or its elements as the target of a fault.
  func target(_ source: Expression, _ kinds: Set<NodeKind>, _ verb: String) -> NodeReference? {
    if interruption.looks() { return nil }
    guard let id = nodeId(of: source) else {
      let value = expression(source)
      if value.type != .unknown { report("E0409", "`\(verb)` needs a node", at: source.span) }
      return nil
    }
    let kind = declarations.nodes[id].kind
    guard let reference = reference(source, wholeArrays: true) else { return nil }
    guard kinds.contains(kind) else {
      let names = NodeKind.allCases.filter { kinds.contains($0) }.map(\.phrase).joined(separator: ", ")
      report("E0409", "`\(verb)` needs one of \(names), not \(kind.phrase)", at: source.span)
      return nil
    }
    return reference
  }

  private func stall(
    _ source: Expression, _ label: Name?, _ time: Expression?
  ) -> CheckedStatement.Kind? {
    let limit = time.map { expression($0, as: .duration, "the time of `stall`", .duration) }
    guard let reference = target(source, Self.crashable, "stall") else { return nil }
    let node = declarations.nodes[reference.node]
    if let label, !node.labels.contains(label.text) {
      report(
        "E0306", "'\(node.name.text)' has no statement labelled '\(label.text)'", at: label.span,
        help: suggestion(label.text, in: node.labels.sorted()))
    }
    return .stall(reference, at: label?.text, for: limit)
  }

  private func slow(
    _ source: Expression, _ factor: Expression, _ time: Expression?
  ) -> CheckedStatement.Kind? {
    let by = expression(factor, as: .number, "the factor of `slow`", .slowdown)
    let limit = time.map { expression($0, as: .duration, "the time of `slow`", .duration) }
    return target(source, [.process, .service], "slow").map { .slow($0, by: by, for: limit) }
  }

  private func pair(
    _ a: Expression, _ b: Expression, _ verb: String
  ) -> (NodeReference, NodeReference)? {
    let (x, y) = (target(a, Self.runners, verb), target(b, Self.runners, verb))
    guard let x, let y else { return nil }
    return (x, y)
  }

  private func heal(_ a: Expression?, _ b: Expression?) -> CheckedStatement.Kind? {
    let x = a.map { target($0, Self.runners, "heal") }
    let y = b.map { target($0, Self.runners, "heal") }
    if case .some(nil) = x { return nil }
    if case .some(nil) = y { return nil }
    return .heal(x.flatMap { $0 }, from: y.flatMap { $0 })
  }

  private func followed(_ source: Expression) -> NodeReference? {
    guard let reference = target(source, [.process, .lease], "follow") else { return nil }
    switch reference.selector {
    case .all, .slice:
      let name = declarations.nodes[reference.node].name.text
      report("E0405", "`follow` takes one element after the other", at: source.span, help: "write \(name)[0]")
    case .single, .element, .own: break
    }
    return reference
  }
}
