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
  /// Of an `expect`: since when it was true at a look that came too early; since when it was before it was false again.
  private var trueTooEarly: Int64?
  private var cameAndWent: Int64?

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
        defer { pendingSince = nil }
        if pendingSince != nil, firstGood == nil { return good(now) }
      } else if let p = premise?.look(world, somethingHappened: happened), p != 0, pendingSince == nil {
        pendingSince = now
      }
    case .expect(let at, let within):
      let isTrue = condition.look(world, somethingHappened: happened) != 0
      return expected(isTrue, at, within, now)
    case .recoverable: break
    }
    return nil
  }

  /// An `expect`: what it has been is also followed when its verdict is known, to say by how much it missed its time.
  private mutating func expected(_ isTrue: Bool, _ at: Int64, _ within: Int64, _ now: Int64) -> Change? {
    if !isTrue, let since = trueSince, isAfter == nil { cameAndWent = since }
    trueSince = isTrue ? trueSince ?? now : nil
    if wasBefore == nil, now >= at.earlier(by: within) {
      wasBefore = isTrue
      if isTrue, at.earlier(by: within) >= 0 {
        trueTooEarly = trueSince
        return bad(now)
      }
    }
    if isAfter == nil, now >= at.later(by: within) {
      isAfter = isTrue
      if !isTrue { return bad(now) }
      if firstBad == nil, let since = trueSince { return good(since) }
    } else if isAfter == false, isTrue, firstGood == nil {
      firstGood = now
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
      if let bad = firstBad { (verdict, time) = (.violated, bad) }
      if firstBad == nil, isAfter == true { (verdict, time) = (.holds, firstGood) }
      reason = self.reason(at, within, isOver: isOver, clock)
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
    var result = PropertyResult(
      text: property.text, kind: kind, verdict: verdict, isMeantViolated: property.isMeantViolated, time: time,
      line: property.line, condition: property.source, reason: reason)
    if case .expect(let at, let within) = property.kind {
      result.cameTrue = trueTooEarly ?? firstGood
      result.missedBy = result.cameTrue.flatMap { missed($0, at, within) }
    }
    return result
  }

  /// By how much an `expect` missed its time: negative: too early, 0: not at all.
  private func missed(_ cameTrue: Int64, _ at: Int64, _ within: Int64) -> Int64? {
    if trueTooEarly != nil { return cameTrue.earlier(by: at.earlier(by: within)) }
    return isAfter == false ? cameTrue.earlier(by: at.later(by: within)) : 0
  }

  /// Why an `expect` holds or not: when it came true, and how early or late.
  private func reason(_ at: Int64, _ within: Int64, isOver: Bool, _ clock: (Int64) -> String) -> String {
    if let early = trueTooEarly {
      let by = ValueText.duration(at.earlier(by: within).earlier(by: early))
      return (early == 0 ? "true from the start" : "came true at \(clock(early))") + ", \(by) early"
    }
    if isAfter == nil { return "the run ended before \(clock(at.later(by: within)))" }
    if isAfter == false {
      let due = at.later(by: within)
      if let late = firstGood {
        return "came true at \(clock(late)), \(ValueText.duration(late.earlier(by: due))) late"
      }
      if let gone = cameAndWent {
        return "came true at \(clock(gone)), but was false again at \(clock(due))"
      }
      return "not yet true at \(clock(at.later(by: within)))" + (isOver ? ", nor by the end" : "")
    }
    guard let good = firstGood else { return "true in time" }
    if good == 0 { return "true from the start" }
    if good == at { return "came true at \(clock(good)), on time" }
    let distance = ValueText.duration(good < at ? at.earlier(by: good) : good.earlier(by: at))
    return "came true at \(clock(good)), \(distance) \(good < at ? "before" : "after") \(clock(at))"
  }
}
