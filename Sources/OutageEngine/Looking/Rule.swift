import OutageModel

/// A `when`: fires on the rising edge of its condition at ticks, once it has held for `hold`.
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
