import OutageModel

/// A `when`: fires when its condition is found true at a tick, and has been for `hold`, after it was found false since it fired
/// last. It is looked at again when operators have acted: a condition that the rule ended itself has been false.
struct Rule {
  let entry: ImageMeta.Entry
  private var condition: Lookout
  private let hold: Int64
  private var since: Int64?
  private var hasFired = false

  init?(_ entry: ImageMeta.Entry) {
    guard case .when(let probe, let hold) = entry.kind else { return nil }
    self.entry = entry
    self.hold = hold
    condition = Lookout(probe)
  }

  /// Operators have acted: what they ended was false, be it true again at the next tick.
  mutating func lookAgain(_ world: World) {
    if hasFired, condition.look(world, somethingHappened: true) == 0 { (since, hasFired) = (nil, false) }
  }

  /// Whether it fires at this tick.
  mutating func look(_ world: World, at now: Int64, happened: Bool) -> Bool {
    if condition.look(world, somethingHappened: happened) == 0 {
      since = nil
      hasFired = false
      return false
    }
    let start = since ?? now
    since = start
    if hasFired || now.earlier(by: start) < hold { return false }
    hasFired = true
    return true
  }
}
