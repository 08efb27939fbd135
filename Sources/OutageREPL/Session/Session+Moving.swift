import OutageEngine
import OutageKit
import OutageSyntax

// What every move has in common: the host follows it, and afterwards the session says where it stands and what happened.

extension Session {
  var following: Following {
    let world = self.world
    let duration = world.clock.text
    return Following(
      interrupted: { [host] time, events in
        host.progress("\(duration(time)), \(ValueText.grouped(events)) events")
        return host.isInterrupted()
      },
      givenUp: { [host] in host.isGivenUp() })
  }

  /// Does a move and says how it ended.
  func move(_ body: (Following) -> Standstill) throws(Complaint) {
    let start = world.moment
    let end = body(following)
    host.progress(nil)
    if start != world.moment { before = start }
    tell()
    sayLost()
    try ended(end)
  }

  private func ended(_ end: Standstill) throws(Complaint) {
    switch end {
    case .there, .found: stand()
    case .over: stand("the end of the scenario")
    case .interrupted:
      stand("interrupted")
      interruptedAt = world.moment
    case .stop(let number, let old, let new, let by):
      let stop = stops.first { $0.number == number }
      let isWatch = stop?.word == "watch"
      var what = "stop \(number): \(stop?.word ?? "break") \(stop?.text ?? "")"
      if isWatch, let old, let new { what += ": \(world.writer.text(old)) -> \(world.writer.text(new))" }
      if let by { what += ", by \(by)" }
      stand(what)
    case .failed(let failure):
      stand()
      throw Complaint(Mistake([world.describe(failure)], world.files))
    case .exhausted(let what, let limit):
      stand()
      throw Complaint("the budget of \(what) ran out (\(limit)); the world is as it was before", kind: .limit)
    }
  }

  /// Where the world stands.
  func stand(_ why: String? = nil) {
    let moment = world.moment
    var line = "\(world.clock.text(world.now))  tick \(moment.ticks)"
    if moment.events > 0 { line += " + \(moment.events) event\(moment.events == 1 ? "" : "s")" }
    say(line + (why.map { "  \($0)" } ?? ""))
  }

  // MARK: The story

  /// Lines of the story that one command tells at most.
  static let tellAtMost = 20

  /// Tells what happened since it was told last.
  func tell() {
    let story = world.run.story
    if story.count < told { told = story.count }
    let new = story[told...]
    told = story.count
    for event in new.prefix(Self.tellAtMost) { say(line(event)) }
    if new.count > Self.tellAtMost { say("… \(new.count - Self.tellAtMost) more: :story \(new.count)") }
  }

  func line(_ event: StoryEvent) -> String {
    let time = world.clock.text(event.time)
    let who = event.subject.isEmpty ? "" : "\(event.subject): "
    switch event.kind {
    case .violation: return "\(time)  violated: \"\(event.text)\"" + (culprit(of: event) ?? "")
    case .reached: return "\(time)  reached: \"\(event.text)\""
    case .rule: return "\(time)  rule: \(event.text)"
    default: return "\(time)  \(who)\(event.text)"
    }
  }

  /// Who made a property false, when one step did.
  private func culprit(of event: StoryEvent) -> String? {
    guard !host.isInterrupted(), world.isChecked(property: event.text),
      let cause = world.cause(ofViolation: event.text, at: event.time, following)
    else {
      return nil
    }
    return ", by \(cause)"
  }

  /// A time as typed: `02:25`, `3h`.
  func time(_ text: String) throws(Complaint) -> Int64 {
    guard let time = world.instant(text) else {
      throw Complaint(
        "\(text) is not a time", help: "a clock time such as 02:25, or a duration since the start such as 3h")
    }
    return time
  }

  /// A count as typed; nothing: 1.
  func count(_ text: String) throws(Complaint) -> Int64 {
    if text.isEmpty { return 1 }
    guard let n = Int64(text.replacing("_", with: "")), n > 0, n < 1 << 40 else {
      throw Complaint("\(text) is not a count", help: "a number from 1")
    }
    return n
  }

  /// Follows an expression for the length of one move.
  func watching(_ text: String, _ body: (Int) throws(Complaint) -> Void) throws(Complaint) {
    switch world.watch(text) {
    case .failure(let mistake): throw Complaint(mistake)
    case .success(let lookout):
      defer { world.unwatch(lookout) }
      try body(lookout)
    }
  }

  var liveStops: [Stop] {
    stops.compactMap { if case .lookout(let stop) = $0.target { stop } else { nil } }
  }
}
