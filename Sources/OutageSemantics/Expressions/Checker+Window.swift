import OutageSyntax

/// `api.failed over 5m`: what a member came to in the time before the last look.
extension Checker {
  func window(_ value: Expression, _ length: Expression, _ span: Span) -> CheckedExpression {
    // Arguments of functions are still there.
    let reach = within(.settled) { expression(length, as: .duration, "the length of a window", .window) }
    guard let (member, reference, type) = windowed(value) else { return missing(span) }
    program.hasWindows = true
    return CheckedExpression(.window(member, reference, length: reach), type, span)
  }

  /// What stands before `over`, and of which type it is over a window.
  private func windowed(_ value: Expression) -> (Member, NodeReference, Type)? {
    guard let use = memberUse(value) else { return windowedVariable(value) }
    guard let window = use.entry.window else {
      _ = memberValue(use)
      return hasNoWindow("'\(use.entry.path)' of \(use.entry.node.phrase)", value.span, use.entry.node)
    }
    let checked = memberValue(use)
    guard case .member(let member, let reference, _) = checked.kind else { return nil }
    if checked.type == .unknown { return nil }
    if use.entry.node == .lease, declarations.nodes[reference.node].isArray {
      guard case .all = reference.selector else {
        let name = declarations.nodes[reference.node].name.text
        report(
          "E0628", "leases of an array have a window together, not one by one", at: value.span,
          help: "write `\(name).\(use.entry.path) over …`")
        return nil
      }
    }
    return (member, reference, window == .mean ? .number : checked.type)
  }

  /// The mean over time of a variable.
  private func windowedVariable(_ value: Expression) -> (Member, NodeReference, Type)? {
    let checked = expression(value)
    if checked.type == .unknown { return nil }
    guard case .member(.value, let reference, _) = checked.kind else {
      return hasNoWindow(noun(checked), value.span, nil)
    }
    let type: Type
    switch checked.type {
    case .count, .truth, .number: type = .number
    case .duration, .rate: type = checked.type
    default: return hasNoWindow(checked.type.phrase, value.span, nil)
    }
    program.windowedVariables.insert(reference.node)
    return (.value, reference, type)
  }

  private func noun(_ value: CheckedExpression) -> String {
    if case .measure = value.kind { return "a measure" }
    return "this"
  }

  private func hasNoWindow(_ what: String, _ span: Span, _ node: NodeKind?) -> (Member, NodeReference, Type)? {
    let members = node.map { MemberCatalog.entries(of: $0).filter { $0.window != nil }.map { "`.\($0.path)`" } } ?? []
    report(
      "E0628", "\(what) has no value over a window", at: span,
      help: members.isEmpty
        ? "`over` follows a count of a load or service, a length, a variable, or what is measured of requests"
        : "these have one: " + members.joined(separator: ", "))
    return nil
  }
}
