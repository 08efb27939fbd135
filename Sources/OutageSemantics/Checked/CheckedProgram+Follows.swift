extension CheckedProgram {
  /// Some statement fixes an order of steps.
  public var follows: Bool {
    timeline.contains { $0.body.statements.contains(where: \.follows) }
      || nodes.contains { node in
        if case .process(let body) = node.kind { body.statements.contains(where: \.follows) } else { false }
      }
  }
}

extension CheckedStatement {
  fileprivate var follows: Bool {
    switch kind {
    case .follow: true
    case .if(_, let yes, let no): yes.contains(where: \.follows) || no.contains(where: \.follows)
    case .forIn(_, _, _, let statements), .repeat(_, let statements), .loop(let statements), .while(_, let statements),
      .atomic(let statements):
      statements.contains(where: \.follows)
    case .either(let branches): branches.contains { $0.contains(where: \.follows) }
    case .blocking(_, _, _, _, _, let otherwise), .call(_, _, let otherwise), .waitUntil(_, _, let otherwise):
      otherwise?.contains(where: \.follows) ?? false
    default: false
    }
  }
}
