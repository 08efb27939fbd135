import OutageSemantics

extension Settled {
  /// The least that a duration may be which draws; where that is not clear, 0. Less is an error as it is drawn.
  func least(_ e: CheckedExpression) -> Int64 {
    if let v = try? value(e) { return v }
    switch e.kind {
    case .draw(let distribution, let arguments): return least(distribution, arguments)
    case .anyOf(let low, _): return least(low)
    case .arithmetic(.countAdd, let a, let b):
      let (sum, isBeyond) = least(a).addingReportingOverflow(least(b))
      return isBeyond ? .max : sum
    case .builtin(.max, let all): return all.map(least).max() ?? 0
    case .builtin(.min, let all): return all.map(least).min() ?? 0
    default: return 0
    }
  }

  private func least(_ distribution: Distribution, _ arguments: [CheckedExpression]) -> Int64 {
    switch distribution {
    case .uniform, .fixed, .pareto: arguments.first.map(least) ?? 0
    // Their density begins at nothing; of a file it is not asked.
    case .exp, .normal, .lognormal, .erlang, .empirical: 0
    }
  }
}
