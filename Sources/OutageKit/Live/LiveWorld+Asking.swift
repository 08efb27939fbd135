import OutageCompiler
public import OutageEngine
import OutageModel
import OutageSemantics
import OutageSyntax

// Questions whose answer lies in the past are answered by running it again in a world of their own.

/// A change of a value, and what made it.
public struct Change: Sendable {
  /// ns since the start
  public var time: Int64
  public var old: LiveValue
  public var new: LiveValue
  /// Who did it, at which step; nil: it changed with time, or by hand.
  public var cause: String?
}

extension LiveWorld {
  /// No longer looked at; numbers of later lookouts stay.
  public func unwatch(_ k: Int) {
    if k == lookouts.count - 1 { lookouts.removeLast() } else if lookouts.indices.contains(k) { lookouts[k] = "" }
    relook()
  }

  /// `02:25`: the next such time after the start; `3h`: since the start.
  public func instant(_ text: String) -> Int64? { timeOfScenario(text, image.meta.clock) }

  /// Whether a property says what must not or must always be.
  public func isChecked(property text: String) -> Bool {
    image.meta.properties.contains { $0.text == text && bad($0) != nil }
  }

  private func bad(_ property: ImageMeta.Property) -> Int64? {
    switch property.kind {
    case .never: 1
    case .always: 0
    default: nil
    }
  }

  /// Events of one tick that are gone through, at most, in search of the one that did something.
  private static let soughtAtMost = 200_000

  /// The step that made a property false at `time`; nil: none did alone, or it was interrupted.
  public func cause(ofViolation text: String, at time: Int64, _ following: Following = Following()) -> String? {
    if time <= 0 { return nil }
    // in range: above zero
    let before = Moment(ticks: (time - 1) / clock.tick)
    guard let other = LiveWorld(past: self, at: before, following),
      let property = other.image.meta.properties.last(where: { $0.text == text }), let bad = bad(property)
    else { return nil }
    let body = property.probe.body
    var left = Self.soughtAtMost
    while left > 0, other.now <= time, let step = other.event(following).step {
      left -= 1
      if other.isInterrupted(following, after: left) { return nil }
      if other.run.world.glance(body).word == bad { return other.words(step) }
    }
    return nil
  }

  /// Asks in the midst of single events, not after each of them.
  func isInterrupted(_ following: Following, after events: Int) -> Bool {
    events & 0xFF == 0 && following.interrupted(run.reached, run.world.events)
  }

  /// The last change of each value, as far back as the start. nil: interrupted.
  public func lastChanges(of lines: [String], _ following: Following = Following()) -> [Change?]? {
    guard let other = LiveWorld(past: self, at: moment, following) else { return nil }
    let handles = other.watch(all: lines)
    var found: [Int: FoundChange] = [:]
    var end = moment
    while end > .start, found.count < lines.count {
      let last = Moment(ticks: end.events > 0 ? end.ticks : end.ticks - 1)
      guard let kept = other.snapshots.before(last) else { break }
      other.restore(kept)
      var seen = handles.map(other.sight)
      var here: [Int: FoundChange] = [:]
      while other.moment < end, !other.isOver {
        let start = other.moment
        let target = other.run.ticks < end.ticks ? Moment(ticks: other.run.ticks + 1) : end
        switch other.go(to: target, following) {
        case .there, .over: break
        case .interrupted: return nil
        default: return lines.map { _ in nil }
        }
        for (k, handle) in handles.enumerated() where found[k] == nil {
          let new = other.sight(handle)
          if new != seen[k] { here[k] = FoundChange(after: start, by: other.moment, old: seen[k], new: new) }
          seen[k] = new
        }
      }
      found.merge(here) { old, _ in old }
      end = Moment(ticks: kept.ticks)
    }
    var changes: [Change?] = lines.map { _ in nil }
    for (k, place) in found.sorted(by: { $0.key < $1.key }) {
      guard let change = change(lines[k], place, following) else { return nil }
      changes[k] = change
    }
    return changes
  }

  /// A value was another at two moments of which the second is the next look, or lies between the first and the next look.
  private struct FoundChange {
    var after: Moment
    var by: Moment
    var old: LiveValue
    var new: LiveValue
  }

  /// The last event that changed a value between two moments; nil: interrupted.
  private func change(_ line: String, _ found: FoundChange, _ following: Following) -> Change? {
    guard let other = LiveWorld(past: self, at: found.after, following) else { return nil }
    let time = min(clock.tick.times(found.by.ticks), clock.duration)
    var change = Change(time: time, old: found.old, new: found.new)
    guard case .success(let handle) = other.watch(line) else { return change }
    var seen = other.sight(handle)
    var left = Self.soughtAtMost
    while left > 0, other.moment < found.by, let step = other.event(following).step {
      left -= 1
      if other.isInterrupted(following, after: left) { return nil }
      // An event of the next tick, where this one had none left.
      if other.moment > found.by { break }
      let new = other.sight(handle)
      if new != seen {
        (change.time, change.cause) = (step.time, other.words(step))
        (change.old, change.new) = (seen, new)
        seen = new
      }
    }
    return change
  }

  /// Whose event it was, and the last step that it did: `enactor[1], now at line 34: wait 10s`
  func words(_ step: SingleStep) -> String {
    let who = step.kind == nil ? "the timeline" : step.element < 0 ? "a request" : elementName(step.element, run.image)
    guard step.element >= 0, let place = place(ofStep: step.step) else { return who }
    return "\(who), now at \(place)"
  }

  /// `line 34: regional.delete(old)`, with the label or file where there is one.
  public func place(ofStep step: Int) -> String? {
    guard step >= 0 else { return nil }
    let info = run.image.tables.steps[step]
    guard text.files.indices.contains(Int(info.file)) else { return nil }
    let file = text.files[Int(info.file)]
    let line = file.place(of: info.from).line
    let source = excerpt(info.file, info.from, info.to)
    let isTyped = file.name == "prompt"
    return (isTyped ? "the prompt" : "line \(line)") + ": \(source)"
  }

  /// A piece of a source on one line.
  func excerpt(_ file: Int32, _ from: Int32, _ to: Int32, limit: Int = 60) -> String {
    guard text.files.indices.contains(Int(file)) else { return "" }
    let bytes = text.files[Int(file)].text
    guard from >= 0, from <= to, Int(to) <= bytes.count else { return "" }
    let words = String(decoding: bytes[Int(from)..<Int(to)], as: UTF8.self).split(whereSeparator: \.isWhitespace)
    let whole = words.joined(separator: " ")
    return whole.count > limit ? String(whole.prefix(limit)) + "…" : whole
  }

  /// What an event was about.
  public func describe(_ step: SingleStep) -> String {
    guard let kind = step.kind else { return "the timeline" }
    let who =
      kind == .attend ? "a property" : step.element < 0 ? "nobody any more" : elementName(step.element, run.image)
    let what =
      switch kind {
      case .resume: "goes on"
      case .done: "has done its work"
      case .start: "has a server"
      case .answer: "gets an answer"
      case .timeout: "times out"
      case .request: "gets a request"
      case .underway: "will get a request"
      case .expiry: "may expire"
      case .renewal: "begins to renew"
      case .arrival: "makes a request"
      case .rateChange: "changes its rate"
      case .stallEnd: "goes on after its stall"
      case .slowEnd: "is as fast as before"
      case .act: "acts"
      case .begin: "begins"
      case .look: "looks again"
      case .attend: "is looked at from now on"
      }
    let place = step.element < 0 ? nil : place(ofStep: step.step)
    switch kind {
    case .resume, .done, .start, .answer, .timeout, .look: return "\(who) \(what)" + (place.map { ", \($0)" } ?? "")
    case .request, .underway, .expiry, .renewal, .arrival, .rateChange, .stallEnd, .slowEnd, .act, .begin, .attend:
      return "\(who) \(what)"
    }
  }

  // MARK: Properties

  /// A clause of a condition: what it says, whether it is true now, and the values it compares.
  public struct Clause: Sendable {
    public var depth: Int
    public var source: String
    public var value: LiveValue
    public var operands: [(source: String, value: LiveValue)]
  }

  /// Names of properties.
  public var propertyNames: [String] { image.meta.properties.map(\.text) }

  /// The clauses of a property's condition.
  public func clauses(ofProperty text: String) -> [Clause] {
    guard let property = program.properties.last(where: { $0.text == text }) else { return [] }
    var clauses: [Clause] = []
    collect(property.condition, 0, &clauses)
    return clauses
  }

  private func collect(_ e: CheckedExpression, _ depth: Int, _ clauses: inout [Clause]) {
    let source = excerpt(e.span.file, e.span.start, e.span.end, limit: 200)
    guard let value = try? self.value(of: source) else { return }
    var clause = Clause(depth: depth, source: source, value: value, operands: [])
    switch e.kind {
    case .and(let a, let b), .or(let a, let b):
      clauses.append(clause)
      collect(a, depth + 1, &clauses)
      collect(b, depth + 1, &clauses)
      return
    case .not(let a):
      clauses.append(clause)
      collect(a, depth + 1, &clauses)
      return
    case .compare(_, let a, let b):
      for side in [a, b] {
        for operand in operands(side) where !clause.operands.contains(where: { $0.source == operand }) {
          if let value = try? self.value(of: operand) { clause.operands.append((operand, value)) }
        }
      }
    case .member, .listMember: clause.operands = [(source, value)]
    default: break
    }
    clauses.append(clause)
  }

  /// The parts of an expression that can change: not literals and parameters.
  private func operands(_ e: CheckedExpression) -> [String] {
    switch e.kind {
    case .integer, .number, .text, .param, .constant, .missing: []
    case .convert(_, let a), .negate(let a): operands(a)
    case .arithmetic(_, let a, let b): operands(a) + operands(b)
    default: [excerpt(e.span.file, e.span.start, e.span.end, limit: 200)]
    }
  }

  // MARK: Labels

  public var labels: [String] { image.meta.labels }

  /// The statements that carry a label: file, line and text.
  public func sources(ofLabel label: String) -> [(file: String, line: Int, text: String)] {
    guard let id = image.meta.labels.firstIndex(of: label) else { return [] }
    var found: [(file: String, line: Int, text: String)] = []
    var seen: Set<Int32> = []
    var step = 0
    while step < ground.stepCount {
      let info = image.tables.steps[step]
      step += 1
      guard info.label == Int32(id), seen.insert(info.from).inserted, text.files.indices.contains(Int(info.file)) else {
        continue
      }
      let file = text.files[Int(info.file)]
      found.append((file.name, file.place(of: info.from).line, lineOfSource(file, info.from)))
    }
    return found
  }

  private func lineOfSource(_ file: SourceFile, _ offset: Int32) -> String {
    let at = min(Int(offset), file.text.count)
    let start = file.text[..<at].lastIndex(of: 10).map { $0 + 1 } ?? 0
    let end = file.text[at...].firstIndex(of: 10) ?? file.text.count
    return String(decoding: file.text[start..<end], as: UTF8.self)
  }

  // MARK: Names

  /// Everything that has a name here, for completion.
  public var names: [String] {
    image.meta.nodes.map(\.name).filter { $0 != "timeline" } + image.meta.measures.map(\.name)
      + image.meta.params.map(\.name) + image.meta.labels
  }

  public var variants: [String] { program.variants.map(\.name) }
}
