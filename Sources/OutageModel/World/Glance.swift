// A glance at a standing world leaves no trace in it: the frame and the lists of the expression live beyond the used part
// of the arena, and whatever goes wrong is the glance's trouble alone. So looking never changes what a run does next.

/// What a glance gives.
public enum Glance: Sendable {
  case word(Int64)
  case list([Int64])
  /// The expression has no value now: division by zero and the like, with the offending number.
  case trouble(Trouble, Int64)

  /// The word of a single value; nil when there is none.
  public var word: Int64? {
    if case .word(let word) = self { return word }
    return nil
  }
}

extension World {
  /// The value of an expression body in the coordinator's island.
  public func glance(_ body: Int, isList: Bool = false) -> Glance { Island(base).glance(body, isList: isList) }
}

extension Island {
  func glance(_ body: Int, isList: Bool = false) -> Glance {
    let state = p.pointee
    let heads = (0..<Arena.header).map { mem[$0] }
    for k in 0..<Arena.header { mem[k] = 0 }
    p.pointee.trouble = 0
    let result: Glance = isList ? .list(evaluateList(body)) : .word(evaluate(body, own: 0))
    let trouble = Trouble(rawValue: p.pointee.trouble) ?? .none
    let detail = p.pointee.troubleDetail
    for k in 0..<Arena.header { mem[k] = heads[k] }
    p.pointee.memUsed = state.memUsed
    p.pointee.events = state.events
    (p.pointee.trouble, p.pointee.troubleStep, p.pointee.troubleElement) = (
      state.trouble, state.troubleStep, state.troubleElement
    )
    (p.pointee.troubleDetail, p.pointee.troubleTime, p.pointee.currentStep) = (
      state.troubleDetail, state.troubleTime, state.currentStep
    )
    return trouble == .none ? result : .trouble(trouble, detail)
  }
}
