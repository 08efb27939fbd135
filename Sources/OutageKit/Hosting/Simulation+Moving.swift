import OutageEngine
import OutageModel

extension Simulation {
  /// Runs to the end of the scenario.
  public func run() -> Outcome { move(until: .max, ticks: .max, goal: nil) }

  /// Runs to a time since the start; the world stands at ticks, so that it is the first tick at or after it.
  public func run(to time: Duration) -> Outcome { move(until: time.wholeNanoseconds, ticks: .max, goal: nil) }

  /// Runs for a time.
  public func run(for time: Duration) -> Outcome {
    move(until: now.wholeNanoseconds.later(by: time.wholeNanoseconds), ticks: .max, goal: nil)
  }

  /// Runs until something.
  /// - Parameter text: a clock time, `02:25`; a time since the start, `3h`; or a condition, `backlog.length > 10`, which is
  ///   looked at at every tick from the next one on.
  public func run(until text: String) throws(Refusal) -> Outcome {
    if let time = world.instant(text) { return move(until: time, ticks: .max, goal: nil) }
    bound.begin(budgets.wallTime)
    try standAgain()
    let goal: Int
    switch world.watch(text) {
    case .failure(let mistake): throw Refusal(mistake, bound)
    case .success(let k): goal = k
    }
    guard world.sight(goal).isTruth else {
      world.unwatch(goal)
      throw Refusal("\(text) is neither a time nor a condition", help: "02:25, 3h, or backlog.length > 10")
    }
    let outcome = move(until: .max, ticks: .max, goal: goal)
    world.unwatch(goal)
    return outcome
  }

  /// Passes ticks.
  public func step(_ ticks: Int64 = 1) -> Outcome { move(until: .max, ticks: max(0, ticks), goal: nil) }

  /// Handles the next event alone, whenever it comes.
  /// - Returns: how that ended, and what the event was about, in words.
  public func stepEvent() -> (outcome: Outcome, event: String?) {
    if let outcome = begin() ?? reachedLimit() { return (outcome, nil) }
    listeners.prepare(world)
    let before = world.moment
    let (step, end) = world.event(
      Following(
        interrupted: { [bound, budgets, world] _, _ in bound.isReached || world.run.ticks >= budgets.ticks },
        givenUp: { [bound] in bound.isReached }))
    let what = step.map(world.describe)
    switch end {
    case nil:
      if world.run.isHalfway { return (stopped(bound.limit, before), nil) }
      listeners.deliver(world, isAtTick: world.moment.ticks > before.ticks)
      return (.there, what)
    case .there?, .found?, .stop?: return (.there, what)
    case .over?:
      listeners.deliver(world, isAtTick: true)
      return (.over, what)
    case .interrupted?:
      if world.run.isHalfway { return (stopped(bound.limit, before), nil) }
      listeners.deliver(world, isAtTick: true)
      return (reachedLimit() ?? .there, nil)
    case .failed(let failure)?: return (failed(failure), nil)
    case .exhausted(let what, _)?: return (stopped(limit(what), before), nil)
    }
  }

  // MARK: One look after another

  /// What every call that moves does first; an outcome, if that is as far as it comes.
  private func begin() -> Outcome? {
    bound.begin(budgets.wallTime)
    let isReady = comeBack()
    allow()
    guard isReady else {
      shown?.end = RunEnd(bound.limit, at: world.run.reached)
      return .stopped(bound.limit, partial: report())
    }
    if cancellation.isCancelled { return stopped(.cancelled, world.moment) }
    shown = nil
    return nil
  }

  /// What ends a move before it begins.
  private func reachedLimit() -> Outcome? {
    if world.isOver { return nil }
    if world.run.ticks >= budgets.ticks { return stopped(.ticks(budgets.ticks), world.moment) }
    return bound.isReached ? stopped(bound.limit, world.moment) : nil
  }

  /// Budgets as they stand now: what is kept for going back takes from what the state may use.
  private func allow() {
    world.options.budgets = OutageEngine.Budgets(
      events: budgets.events, memory: max(0, budgets.bytes - world.snapshotBytes))
    world.run.budgets = world.options.budgets
  }

  func move(until time: Int64, ticks: Int64, goal: Int?) -> Outcome {
    if let outcome = begin() { return outcome }
    let following = Following(
      interrupted: { [bound] _, _ in bound.isReached }, givenUp: { [bound] in bound.isReached })
    var left = ticks
    while true {
      if world.run.reached >= time && world.run.singleEvents == 0 || left == 0 { return .there }
      if world.isOver { return .over }
      let before = Moment(ticks: world.run.ticks)
      if let outcome = reachedLimit() { return outcome }
      listeners.prepare(world)
      let end = world.run(until: .max, looks: 1, following)
      if world.run.isHalfway, case .interrupted = end { return stopped(bound.limit, before) }
      switch end {
      case .there, .found, .over, .stop, .interrupted: listeners.deliver(world, isAtTick: true)
      case .failed(let failure): return failed(failure)
      case .exhausted(let what, _): return stopped(limit(what), before)
      }
      allow()
      left -= left == .max ? 0 : 1
      if let goal, world.sight(goal).isTrue { return .found }
    }
  }

  /// The limit that the engine names.
  private func limit(_ what: String) -> Limit {
    switch what {
    case "events": .events(budgets.events)
    case "memory": .bytes(budgets.bytes)
    default: bound.limit
    }
  }

  /// - Parameter moment: where the world will stand when it is needed again.
  private func stopped(_ limit: Limit, _ moment: Moment) -> Outcome {
    var result = world.result()
    result.end = RunEnd(limit, at: result.counts.reached)
    shown = result
    if world.run.isHalfway || world.run.end != nil { halfway = moment }
    return .stopped(limit, partial: Report(result))
  }

  private func failed(_ failure: RuntimeFailure) -> Outcome {
    let problem = Problem(failure, world.files, world.clock)
    var result = world.result()
    result.end = .failed(failure)
    shown = result
    if world.run.isHalfway || world.run.end != nil { halfway = Moment(ticks: max(0, world.run.ticks - 1)) }
    return .failed(problem)
  }

  // MARK: Standing again

  /// Events and expressions that are looked at: a millisecond or two.
  private static let workBetweenLooks: Int64 = 10_000

  /// Brings a world that was left within a tick back to its last tick; false: the bounds of this call did not suffice.
  func comeBack() -> Bool {
    guard let target = halfway else { return true }
    // What was done once may be done again, whatever the budget of events is by now.
    let budgets = world.run.budgets
    world.run.budgets.events = .max
    defer { world.run.budgets = budgets }
    // Who was stopped on the way back goes on from there: else calls with little time would never arrive.
    let isOnTheWay = world.moment <= target && !world.run.isHalfway && world.run.end == nil
    if !isOnTheWay, let kept = world.snapshots.before(target) { world.restore(kept) }
    world.run.resume()
    // Asked seldom: most ways back are short, and one that is not finished is gone again. Within ticks the watch asks.
    var due: Int64 = 0
    let following = Following(
      interrupted: { [bound, run = world.run] _, events in
        let work = events + run.ticks * Int64(run.looks)
        if work < due { return false }
        defer { due = work + Self.workBetweenLooks }
        return due > 0 && bound.isReached
      })
    let end = world.go(to: target, following)
    if world.moment == target, !world.run.isHalfway, world.run.end == nil {
      halfway = nil
      return true
    }
    if case .over = end, !world.run.isHalfway {
      halfway = nil
      return true
    }
    return false
  }

  func standAgain() throws(Refusal) {
    guard comeBack() else { throw Refusal("going back to the last tick took too much", limit: bound.limit) }
  }
}

extension RunEnd {
  /// How a report says it. The limit is the one that the host gave.
  fileprivate init(_ limit: Limit, at time: Int64) {
    switch limit {
    case .events(let n): self = .budget(what: "events", limit: ValueText.grouped(n), at: time)
    case .ticks(let n): self = .budget(what: "ticks", limit: ValueText.grouped(n), at: time)
    case .bytes(let n): self = .budget(what: "memory", limit: "\(n) bytes", at: time)
    case .wallTime(let d): self = .budget(what: "time", limit: ValueText.duration(d.wholeNanoseconds), at: time)
    // The last two are no limits of a run.
    case .cancelled, .states, .sourceBytes: self = .interrupted(at: time)
    }
  }
}
