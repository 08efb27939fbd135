import OutageModel

/// A property as seen at ticks.
struct Judge {
  let property: ImageMeta.Property
  private var condition: Lookout
  private var premise: Lookout?
  private(set) var firstBad: Int64?
  private(set) var firstGood: Int64?
  private var pendingSince: Int64?
  private var wasBefore: Bool?
  private var isAfter: Bool?
  /// Since when the condition has been true without a break.
  private var trueSince: Int64?

  init(_ property: ImageMeta.Property) {
    self.property = property
    condition = Lookout(property.probe)
    if case .leadsTo(let p) = property.kind { premise = Lookout(p) }
  }

  enum Change { case violated, reached }

  /// What was seen between ticks, exactly when it happened: a violation, or what is sought.
  mutating func met(at time: Int64) -> Change? {
    switch property.kind {
    case .eventually, .sometimes: firstGood == nil ? good(time) : nil
    default: bad(time)
    }
  }

  mutating func look(_ world: World, at now: Int64, happened: Bool) -> Change? {
    switch property.kind {
    case .never:
      if firstBad == nil, condition.look(world, somethingHappened: happened) != 0 { return bad(now) }
    case .always(let from, let until):
      if firstBad == nil, now >= from, now <= until, condition.look(world, somethingHappened: happened) == 0 {
        return bad(now)
      }
    case .eventually(let from, let until):
      if firstGood == nil, now >= from, now <= until, condition.look(world, somethingHappened: happened) != 0 {
        return good(now)
      }
      if firstGood == nil, firstBad == nil, now > until { return bad(until) }
    case .sometimes:
      if firstGood == nil, condition.look(world, somethingHappened: happened) != 0 { return good(now) }
    case .leadsTo:
      if condition.look(world, somethingHappened: happened) != 0 {
        pendingSince = nil
        firstGood = firstGood ?? now
      } else if let p = premise?.look(world, somethingHappened: happened), p != 0, pendingSince == nil {
        pendingSince = now
      }
    case .expect(let at, let within):
      let isTrue = condition.look(world, somethingHappened: happened) != 0
      trueSince = isTrue ? trueSince ?? now : nil
      if wasBefore == nil, now >= at.earlier(by: within) {
        wasBefore = isTrue
        if isTrue, at.earlier(by: within) >= 0 { return bad(now) }
      }
      if isAfter == nil, now >= at.later(by: within) {
        isAfter = isTrue
        if !isTrue { return bad(now) }
        firstGood = trueSince
      }
    case .recoverable: break
    }
    return nil
  }

  private mutating func bad(_ now: Int64) -> Change? {
    if firstBad != nil { return nil }
    firstBad = now
    return .violated
  }

  private mutating func good(_ now: Int64) -> Change {
    firstGood = now
    return .reached
  }

  /// What was seen, when the run has reached `now`; `clock` writes times.
  func result(at now: Int64, isOver: Bool, clock: (Int64) -> String) -> PropertyResult {
    var verdict = Verdict.unknown
    var reason = ""
    var time: Int64?
    let kind: String
    switch property.kind {
    case .never, .always:
      if case .never = property.kind { kind = "never" } else { kind = "always" }
      if let bad = firstBad {
        (verdict, time, reason) = (.violated, bad, "first at \(clock(bad))")
      } else if case .always(let from, _) = property.kind, from > now {
        reason = "the run ended before \(clock(from))"
      } else if isOver {
        (verdict, reason) = (.holds, "at every look of this run")
      } else if case .always(_, let until) = property.kind, until <= now {
        (verdict, reason) = (.holds, "at every look until \(clock(until))")
      } else {
        reason = "held until \(clock(now)), where the run stopped"
      }
    case .eventually(_, let until):
      kind = "eventually"
      if let good = firstGood {
        (verdict, time, reason) = (.holds, good, "at \(clock(good))")
      } else if now >= min(until, .max), firstBad != nil || isOver {
        (verdict, time, reason) = (.violated, firstBad ?? now, "not by \(clock(min(until, now)))")
      } else if isOver {
        (verdict, time, reason) = (.violated, now, "not by the end")
      } else {
        reason = "not yet at \(clock(now)), where the run stopped"
      }
    case .leadsTo:
      kind = "eventually"
      if let since = pendingSince {
        (time, reason) = (since, "still waiting since \(clock(since)) at the end")
      } else {
        (verdict, reason) = (.holds, "whenever it was due in this run")
      }
    case .expect(let at, let within):
      kind = "expect"
      if let bad = firstBad {
        let early = bad < at
        (verdict, time) = (.violated, bad)
        reason = early ? "already true at \(clock(bad))" : "not yet true at \(clock(bad))"
      } else if isAfter == true {
        (verdict, time) = (.holds, firstGood)
        reason = firstGood.map { "true from \(clock($0))" } ?? "true in time"
      } else {
        reason = "the run ended before \(clock(at.later(by: within)))"
      }
    case .recoverable:
      kind = "recoverable"
      reason = "for `outage explore` to decide"
    case .sometimes:
      kind = "sometimes"
      if let good = firstGood {
        (verdict, time, reason) = (.holds, good, "at \(clock(good))")
      } else {
        reason = "not reached in this run"
      }
    }
    return PropertyResult(
      text: property.text, kind: kind, verdict: verdict, isMeantViolated: property.isMeantViolated, time: time,
      line: property.line, condition: property.source, reason: reason)
  }
}
