import OutageSyntax

/// Which statement may stand where.
extension Checker {
  func checkPlacement(_ statement: Statement, _ isGuard: Bool) {
    if context.isAtomic { checkInsideAtomic(statement, isGuard) }
    switch statement.kind {
    case .work where context.place == .timeline:
      report("E0601", "`work` is for services, processes and loads", at: statement.span, help: "write `wait`")
    case .return where context.place != .handler:
      report("E0601", "`return` is for handlers", at: statement.span)
    case .fail where context.place == .timeline || context.place == .lapse:
      report("E0601", "`fail` needs a request that can fail", at: statement.span)
    case .break where context.loops == 0: report("E0601", "`break` is for loops", at: statement.span)
    case .continue where context.loops == 0: report("E0601", "`continue` is for loops", at: statement.span)
    default: break
    }
  }

  private func checkInsideAtomic(_ statement: Statement, _ isGuard: Bool) {
    let word: String
    switch statement.kind {
    case .wait: word = "wait"
    case .work: word = "work"
    case .call: word = "call"
    case .either: word = "either"
    case .atomic: word = "atomic"
    case .waitUntil:
      if !isGuard { refuseLateGuard("wait until", statement.span) }
      return
    case .blocking(_, let source, _, _), .operation(let source), .let(_, let source):
      guard let use = memberUse(source), use.entry.use == .blocking else { return }
      if !isGuard { refuseLateGuard(use.entry.path, statement.span) }
      return
    default: return
    }
    let room = context.place == .lapse ? "on lapsed" : "atomic"
    report("E0602", "`\(word)` may not stand in `\(room)`: it takes more than one step", at: statement.span)
  }

  private func refuseLateGuard(_ word: String, _ span: Span) {
    if context.place == .lapse {
      report("E0602", "`\(word)` may not stand in `on lapsed`: it may have to wait", at: span)
      return
    }
    report(
      "E0602", "`\(word)` may only be the first statement of `atomic`", at: span,
      help: "move it to the head of the block")
  }
}
