import OutageCompiler
public import OutageEngine
import OutageModel

/// Why a live world stopped moving.
public enum Standstill {
  /// It is where it was meant to go.
  case there
  /// The scenario's end.
  case over
  case interrupted
  /// What was looked for came true.
  case found
  /// One of the stops: its number, what changed, and who did it when an event did.
  case stop(Int, old: LiveValue? = nil, new: LiveValue? = nil, by: String? = nil)
  /// The script went wrong; the world stands at the last look before.
  case failed(RuntimeFailure)
  /// A budget ran out; the world is as it was before.
  case exhausted(what: String, limit: String)
}

/// What stops a world on its way.
public struct Stop: Sendable {
  public enum Kind: Sendable {
    /// Comes true.
    case condition
    /// Changes.
    case change
  }
  public var number: Int
  public var kind: Kind
  /// Of `LiveWorld.watch`.
  public var lookout: Int

  /// Whether it stops where a value was `old` and is `new`.
  func isMet(_ old: LiveValue, _ new: LiveValue) -> Bool {
    switch kind {
    case .condition: new.isTrue && !old.isTrue
    case .change: new != old
    }
  }

  public init(number: Int, kind: Kind, lookout: Int) {
    self.number = number
    self.kind = kind
    self.lookout = lookout
  }
}

/// How a host follows a long move, and ends it.
public struct Following {
  /// Asked at every look with the simulated time and the events so far: true ends the move there.
  public var interrupted: (Int64, Int64) -> Bool
  /// Asked within a tick that does not end: true gives the move up.
  public var givenUp: () -> Bool
  public init(
    interrupted: @escaping (Int64, Int64) -> Bool = { _, _ in false }, givenUp: @escaping () -> Bool = { false }
  ) {
    self.interrupted = interrupted
    self.givenUp = givenUp
  }
}

extension LiveWorld {
  /// Brings the world to a moment, back or forth, with everything that was done on the way. It stops for nothing but an
  /// interruption and what goes wrong.
  public func go(to target: Moment, _ following: Following = Following()) -> Standstill {
    let before = moment
    return settled(reach(target, following), before)
  }

  private func reach(_ wanted: Moment, _ following: Following = Following()) -> Standstill {
    // Nothing lies before the start.
    let target = max(wanted, .start)
    let kept = snapshots.before(target)
    if target < moment || (kept?.ticks ?? 0) > moment.ticks, let kept { restore(kept) }
    while true {
      if moment == target || isOver && target.ticks >= moment.ticks && target.events == 0 {
        redoDue()
        return moment == target ? .there : .over
      }
      if let end = forward(to: target, following) { return end }
    }
  }

  /// Deeds of this moment that are not in effect yet.
  private func redoDue() {
    while done < deeds.count, deeds[done].moment <= moment { redo(deeds[done]) }
  }

  /// One look or one event onward.
  private func forward(to target: Moment, _ following: Following) -> Standstill? {
    redoDue()
    let next = done < deeds.count ? min(deeds[done].moment, target) : target
    if next.ticks == moment.ticks, next.events > moment.events {
      let here = moment
      if run.step(before: run.nextLook) == nil { return trouble(standing: here) ?? .there }
      return trouble(standing: here)
    }
    let ending = tick(following)
    if ending == nil { keepNowAndThen() }
    return ending
  }

  private func tick(_ following: Following) -> Standstill? {
    let before = run.reached
    run.advance(to: run.nextLook) { _, events in
      if self.run.reached > before { return following.interrupted(self.run.reached, events) ? .interrupted : .goOn }
      return following.givenUp() ? .interrupted : .goOn
    }
    return trouble(standing: Moment(ticks: run.ticks - (run.reached > before ? 1 : 0)))
  }

  private func back(to target: Moment) {
    guard let kept = snapshots.before(target) else { return }
    restore(kept)
    unwatched { _ = go(to: target) }
  }

  /// What ended the last move; nil: nothing.
  /// - Parameter before: where the world stands again when it was interrupted on the way: half a tick or half an event is
  ///   no place to stand.
  private func trouble(standing before: Moment) -> Standstill? {
    switch run.end {
    case .interrupted?:
      run.resume()
      if run.isHalfway, !options.leavesHalfTicks, !options.isAbandoned() { back(to: before) }
      return .interrupted
    case .failed(let failure)?:
      let last = Moment(ticks: max(0, run.ticks - (run.reached < failure.time ? 0 : 1)))
      if let kept = snapshots.before(last) {
        restore(kept)
        unwatched {
          while moment < last, run.end == nil, !isOver {
            redoDue()
            run.advance(to: run.nextLook)
          }
        }
      }
      return .failed(failure)
    case .budget(let what, let limit, _)?: return .exhausted(what: what, limit: limit)
    default: return nil
    }
  }

  /// Moves on until `time` or a look at which `goal` (a lookout) is true, stopping at stops; looks are passed one by one.
  public func run(
    until time: Int64, goal: Int? = nil, stops: [Stop] = [], looks limit: Int64 = .max,
    _ following: Following = Following()
  ) -> Standstill {
    let before = moment
    var held = stops.map { sight($0.lookout) }
    var count: Int64 = 0
    while true {
      redoDue()
      if run.reached >= time || count >= limit { return .there }
      if isOver { return .over }
      let target = Moment(ticks: run.ticks + 1)
      if heldAt == moment {
        if let end = goPast(stops, &held, following) { return end }
      }
      heldAt = nil
      run.world.forgetLabelHit()
      let start = moment
      let deedsBefore = done
      if stops.contains(where: readsSeveral) {
        if let end = walk(stops, &held, to: target, following) { return settled(end, before) }
        count += 1
        if let goal, sight(goal).isTrue { return .found }
        if let stop = met(stops, &held) { return stop }
        continue
      }
      run.world.look(at: stops.compactMap(between))
      let end = moveOn(to: target, following)
      // What was typed within this tick changed what there is to look at: go through it event by event.
      let hasMoved = run.world.hasSightMoved || done != deedsBefore && !stops.isEmpty
      run.world.look(at: [])
      if let end { return settled(end, before) }
      let isMet = zip(stops, held).contains { $0.isMet($1, sight($0.lookout)) }
      let wasHit = run.world.labelHit != nil
      if isMet || hasMoved || wasHit {
        let there = moment
        back(to: start)
        var heldThere = held
        if let end = walk(stops, &heldThere, to: there, following) { return settled(end, before) }
      }
      count += 1
      if let goal, sight(goal).isTrue { return .found }
      if let stop = met(stops, &held) { return stop }
    }
  }

  private func look(of stop: Stop) -> Look? { looks.indices.contains(stop.lookout) ? looks[stop.lookout] : nil }

  /// The island whose state a stop reads looks at it while it runs.
  private func between(_ stop: Stop) -> Sight? {
    guard case .word(let body, _, .island(let island))? = look(of: stop) else { return nil }
    return Sight(body: body, island: island, isCondition: stop.kind == .condition)
  }

  /// Islands run apart within a tick, and none of them can look at what others hold.
  private func readsSeveral(_ stop: Stop) -> Bool {
    switch look(of: stop) {
    case .word(_, _, .several)?: true
    case .word?, nil: false
    case .list?, .record?, .text?: look(of: stop)?.reads != .nobody
    }
  }

  /// The event before which the world was held by a label: past it, as far as no other stop is met by it.
  private func goPast(_ stops: [Stop], _ held: inout [LiveValue], _ following: Following) -> Standstill? {
    let (step, end) = event(following)
    if let end { return end }
    return step.flatMap { met(stops, &held, by: $0) }
  }

  /// The first stop that an event met, or the tick itself, if any.
  private func met(_ stops: [Stop], _ held: inout [LiveValue], by step: SingleStep? = nil) -> Standstill? {
    let seen = stops.map { sight($0.lookout) }
    if let k = stops.indices.first(where: { stops[$0].isMet(held[$0], seen[$0]) }) {
      return .stop(stops[k].number, old: held[k], new: seen[k], by: step.map(words))
    }
    held = seen
    return nil
  }

  /// Through a tick event by event, in order of time and at one time of islands, up to the first stop, whichever it is.
  /// The world then stands right after the event that met it, or right before a labelled step. nil: it stands at the end
  /// of the tick, and that was not looked at.
  private func walk(_ stops: [Stop], _ held: inout [LiveValue], to end: Moment, _ following: Following) -> Standstill? {
    let start = moment
    run.world.forgetLabelHit()
    while moment < end, !isOver {
      let (step, ending) = eventOrLook()
      if let ending, case .interrupted = ending {} else if let ending { return ending }
      if ending != nil || isInterrupted(following, after: Int(moment.events)) {
        // At a tick it may stand.
        if moment < end, !options.isAbandoned() { back(to: start) }
        return .interrupted
      }
      if let label = run.world.labelHit { return hold(before: label, step) }
      if let step, let stop = met(stops, &held, by: step) { return stop }
    }
    return nil
  }

  /// A labelled step was reached by the last event: back to right before it. What a rule did at the look is done.
  private func hold(before label: Int, _ step: SingleStep?) -> Standstill {
    let number = labelStops.first { image.meta.labels[label] == $0.label }?.number ?? 0
    if step == nil { return .stop(number) }
    let here = moment
    let before = here.events > 1 ? Moment(ticks: here.ticks, events: here.events - 1) : Moment(ticks: here.ticks)
    back(to: before)
    heldAt = before
    return .stop(number)
  }

  private func moveOn(to target: Moment, _ following: Following) -> Standstill? {
    while moment < target, !isOver { if let end = forward(to: target, following) { return end } }
    return nil
  }

  private func settled(_ end: Standstill, _ before: Moment) -> Standstill {
    guard case .exhausted = end, !options.leavesHalfTicks, let kept = snapshots.before(before) else { return end }
    restore(kept)
    _ = reach(before)
    return end
  }

  /// One event, with what it is about; nil: there is none any more.
  public func event(_ following: Following = Following()) -> (step: SingleStep?, end: Standstill?) {
    let before = moment
    while true {
      let (step, end) = eventOrLook()
      if let end { return (step, settled(end, before)) }
      if step != nil { return (step, nil) }
      if following.interrupted(run.reached, run.world.events) { return (nil, .interrupted) }
    }
  }

  /// One event, or where there is none before it the next look.
  private func eventOrLook() -> (step: SingleStep?, end: Standstill?) {
    redoDue()
    if isOver { return (nil, .over) }
    let here = moment
    let step = run.step(before: run.nextLook)
    if run.ticks != here.ticks || step == nil { keepNowAndThen() }
    return (step, trouble(standing: here))
  }

  /// Goes back look by look until a lookout is true.
  public func back(until goal: Int, _ following: Following = Following()) -> Standstill {
    // Between two snapshots the world is run once, to see where the condition was true last.
    var end = moment
    while end > .start {
      let last = Moment(ticks: end.events > 0 ? end.ticks : end.ticks - 1)
      guard let kept = snapshots.before(last) else { break }
      restore(kept)
      var found: Int64?
      while true {
        redoDue()
        if sight(goal).isTrue { found = run.ticks }
        if run.ticks >= last.ticks { break }
        if let stopped = forward(to: last, following) {
          // Ctrl-C has it stand where it is: to the present it may be as far again.
          if case .interrupted = stopped { return stopped }
          _ = go(to: end)
          return stopped
        }
      }
      if let found { return go(to: Moment(ticks: found)) }
      end = Moment(ticks: kept.ticks)
    }
    return go(to: .start)
  }
}
