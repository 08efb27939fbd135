public import OutageSyntax

/// Who sends messages to whom, as the text says it: what no parameter can change.
private struct Talk {
  struct Pair: Hashable {
    var from: Int
    var to: Int
  }
  var pairs: Set<Pair> = []
  var called: Set<Int> = []
  /// Pairs that are cut, or between which messages are lost, and where.
  var cuts: [(one: Int, other: Int, isCut: Bool, span: Span)] = []

  func joins(_ one: Int, _ other: Int) -> Bool {
    pairs.contains(Pair(from: one, to: other)) || pairs.contains(Pair(from: other, to: one))
  }
}

extension CheckedProgram {
  /// Warnings of services that nobody calls, and of cuts between nodes that send each other nothing.
  public func idleWarnings(_ interruption: Interruption = Interruption()) -> [Diagnostic] {
    var talk = Talk()
    for (n, node) in nodes.enumerated() {
      if interruption.looks() { return [] }
      switch node.kind {
      case .service(let service): for handler in service.handlers { gather(handler.body.statements, by: n, &talk) }
      case .process(let body), .load(_, let body): gather(body.statements, by: n, &talk)
      case .lease(let attributes):
        for attribute in attributes {
          switch attribute.value {
          case .renew(let renewal): gather(renewal.body.statements, by: n, &talk)
          case .lapsed(let body): gather(body.statements, by: n, &talk)
          case .lasts, .startsLapsed: continue
          }
        }
      case .balancer(let service, _): talk.pairs.insert(.init(from: n, to: service))
      case .variable, .plans, .dns, .queue: break
      }
    }
    for entry in timeline { gather(entry.body.statements, by: -1, &talk) }
    return uncalled(talk) + vainCuts(talk)
  }

  private func uncalled(_ talk: Talk) -> [Diagnostic] {
    nodes.enumerated().compactMap { n, node in
      guard case .service = node.kind, !talk.called.contains(n) else { return nil }
      return Diagnostic(
        .warning, code: "W0506", "nobody calls '\(node.name)'", at: node.span,
        help: "write a `load` or a `process` that does: `call \(node.name)`")
    }
  }

  private func vainCuts(_ talk: Talk) -> [Diagnostic] {
    talk.cuts.compactMap { cut in
      if talk.joins(cut.one, cut.other) { return nil }
      let (one, other) = (nodes[cut.one].name, nodes[cut.other].name)
      let who = one == other ? "elements of '\(one)'" : "'\(one)' and '\(other)'"
      return Diagnostic(
        .warning, code: "W0507",
        "\(who) send each other no messages, so that this \(cut.isCut ? "cuts" : "drops") nothing", at: cut.span,
        help: partners(cut.one, talk))
    }
  }

  private func partners(_ n: Int, _ talk: Talk) -> String {
    let others = talk.pairs.compactMap { $0.from == n ? $0.to : $0.to == n ? $0.from : nil }.filter { $0 >= 0 }
    let names = Set(others).sorted().map { nodes[$0].name }
    return names.isEmpty
      ? "'\(nodes[n].name)' talks to nobody" : "'\(nodes[n].name)' talks to " + names.joined(separator: ", ")
  }

  private func gather(_ target: CheckedTarget, by caller: Int, _ talk: inout Talk) {
    let callee = target.node.node
    var reached = [callee]
    if case .balancer(let service, _) = nodes[callee].kind { reached.append(service) }
    for node in reached {
      talk.called.insert(node)
      talk.pairs.insert(.init(from: caller, to: node))
    }
  }

  private func gather(_ statements: [CheckedStatement], by caller: Int, _ talk: inout Talk) {
    for s in statements {
      switch s.kind {
      case .call(_, let call, let otherwise):
        gather(call.target, by: caller, &talk)
        gather(otherwise ?? [], by: caller, &talk)
      case .send(let target): gather(target, by: caller, &talk)
      case .blocking(_, _, _, _, _, let otherwise), .waitUntil(_, _, let otherwise):
        gather(otherwise ?? [], by: caller, &talk)
      case .if(_, let yes, let no):
        gather(yes, by: caller, &talk)
        gather(no, by: caller, &talk)
      case .forIn(_, _, _, let body), .repeat(_, let body), .loop(let body), .while(_, let body), .atomic(let body):
        gather(body, by: caller, &talk)
      case .either(let branches): for branch in branches { gather(branch, by: caller, &talk) }
      case .cut(let one, let other): talk.cuts.append((one.node, other.node, true, s.span))
      case .drop(_, let one, let other): talk.cuts.append((one.node, other.node, false, s.span))
      case .let, .assign, .assignField, .assignHandlerLimit, .operation, .wait, .work, .return, .fail, .log, .break,
        .continue, .stall, .crash, .restart, .slow, .heal, .follow:
        break
      }
    }
  }
}
