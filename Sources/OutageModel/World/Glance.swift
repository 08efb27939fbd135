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
  public func glance(_ body: Int, isList: Bool = false) -> Glance {
    let island = Island(base)
    let state = base[0]
    let heads = (0..<Arena.header).map { state.mem[$0] }
    for k in 0..<Arena.header { state.mem[k] = 0 }
    base[0].trouble = 0
    let result: Glance = isList ? .list(island.evaluateList(body)) : .word(island.evaluate(body, own: 0))
    let trouble = Trouble(rawValue: base[0].trouble) ?? .none
    let detail = base[0].troubleDetail
    for k in 0..<Arena.header { state.mem[k] = heads[k] }
    base[0].memUsed = state.memUsed
    base[0].events = state.events
    (base[0].trouble, base[0].troubleStep, base[0].troubleElement) = (
      state.trouble, state.troubleStep, state.troubleElement
    )
    (base[0].troubleDetail, base[0].troubleTime, base[0].currentStep) = (
      state.troubleDetail, state.troubleTime, state.currentStep
    )
    return trouble == .none ? result : .trouble(trouble, detail)
  }
}
