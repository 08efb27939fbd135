import OutageModel

/// Turns notes into story events, and keeps the story to a readable length.
struct Teller {
  static let most = 2000
  /// Troubles of one step that are told one by one.
  static let perStep = 5
  static let logsPerStep = 200
  /// Of what is logged, characters that are kept of each line: texts may be megabytes.
  static let mostOfLine = 10_000
  var names: Names
  let clock: ClockFace
  private(set) var story: [StoryEvent] = []
  /// What was counted and not kept, and what was done quietly.
  private(set) var leftOut = StoryCounts()
  private(set) var quiet = StoryCounts()
  private var perStep: [Int: Int] = [:]
  /// Of what was told. A text that was not told before is kept whatever was told already, up to so many of them.
  private var texts: Set<UInt64> = []
  private static let mostTexts = 100_000
  /// Bytes of the story up to which that is so.
  private static let mostBytes = 16 << 20
  /// Elements whose stall or slowness is quiet: so is its end.
  private var quietly: [ClosedRange<Int64>] = []
  /// Somebody listens: events are kept for him until he takes them.
  var isOverheard = false
  private var overheard: [StoryEvent] = []
  private var storyBytes = 0
  private var overheardBytes = 0
  /// Of the story, and of what somebody has still to take.
  var bytes: Int { storyBytes + overheardBytes + 16 * texts.count }

  init(_ image: Image, _ clock: ClockFace) {
    names = Names(image: image)
    self.clock = clock
  }

  /// What no note says: a rule that fired, a property that came true or was violated.
  mutating func tell(_ event: StoryEvent, isQuiet: Bool) {
    if isQuiet { return quiet.add(event.act) }
    var key = TextKey(event.kind == .rule ? 1 : event.kind == .violation ? 2 : 3)
    for byte in event.text.utf8 { key.add(UInt64(byte)) }
    add(event, isNew: isNew(key))
  }

  /// Whether nothing like it was told before.
  private mutating func isNew(_ key: TextKey) -> Bool {
    texts.count < Self.mostTexts && storyBytes < Self.mostBytes && texts.insert(key.value).inserted
  }

  private mutating func add(_ event: StoryEvent, isNew: Bool) {
    if isOverheard { overhear(event) }
    if isFull(for: event.kind), !isNew {
      leftOut.add(event.act)
    } else {
      story.append(event)
      storyBytes += Self.bytes(event)
    }
  }

  private func isFull(for kind: StoryEvent.Kind) -> Bool {
    story.count >= Self.most && (kind == .log || kind == .trouble || story.count >= 2 * Self.most)
  }

  private mutating func overhear(_ event: StoryEvent) {
    overheard.append(event)
    overheardBytes += Self.bytes(event)
  }

  private static func bytes(_ event: StoryEvent) -> Int {
    2 * MemoryLayout<StoryEvent>.stride + event.text.utf8.count + event.subject.utf8.count
  }

  mutating func tell(_ note: Note) {
    guard let act = note.act(names.image.meta) else { return }
    if isQuiet(note) { return quiet.add(act) }
    var key = TextKey(UInt64(note.kind.rawValue) << 8)
    for word in note.words { key.add(UInt64(bitPattern: word)) }
    let isNew = isNew(key)
    switch note.kind {
    case .log: tellLog(note, isNew)
    case .failedCall:
      perStep[note.step, default: 0] += 1
      if perStep[note.step, default: 0] > Self.perStep, !isNew { return leftOut.add(.failedCall) }
      event(note, .trouble, .failedCall, "a call " + (CallStatus(rawValue: note.words[0]) ?? .failed).words, isNew)
    default:
      // What nobody will read needs no words.
      if story.count >= 2 * Self.most, !isOverheard, !isNew { return leftOut.add(act) }
      tellFault(note, isNew)
    }
  }

  private mutating func event(
    _ note: Note, _ kind: StoryEvent.Kind, _ act: StoryAct, _ text: String, _ isNew: Bool
  ) {
    let subject = note.kind == .held ? names.element(note.element) : names.subject(note.element)
    add(StoryEvent(time: note.time, kind: kind, text: text, subject: subject, act: act), isNew: isNew)
  }

  /// Whether the statement that did it is quiet, or it ends what such a one began.
  private mutating func isQuiet(_ note: Note) -> Bool {
    switch note.kind {
    case .stallEnded, .slowEnded, .held: return quietly.contains { $0.contains(Int64(note.element)) }
    default: break
    }
    let steps = names.image.tables.steps
    let isQuiet = note.step >= 0 && steps[note.step].isQuiet
    if note.kind == .stall || note.kind == .slow, note.words[0] <= note.words[1] {
      let elements = note.words[0]...note.words[1]
      quietly.removeAll { $0 == elements }
      if isQuiet { quietly.append(elements) }
    }
    return isQuiet
  }

  private mutating func tellLog(_ note: Note, _ isNew: Bool) {
    let meta = names.image.meta
    let template = meta.logs[Int(note.words[0])]
    let (kind, act): (StoryEvent.Kind, StoryAct) = template.isAction ? (.action, .assignment) : (.log, .log)
    var isTooMuch = false
    if !template.isAction {
      perStep[note.step, default: 0] += 1
      isTooMuch = perStep[note.step, default: 0] > Self.logsPerStep && !isNew
    }
    // What nobody will read needs no words.
    if !isOverheard, isTooMuch || isFull(for: kind) && !isNew { return leftOut.add(act) }
    let line = line(template, note, meta)
    if isTooMuch {
      leftOut.add(act)
      overhear(StoryEvent(time: note.time, kind: .log, text: line, subject: names.subject(note.element)))
    } else {
      event(note, kind, act, line, isNew)
    }
  }

  private func line(_ template: ImageMeta.LogTemplate, _ note: Note, _ meta: ImageMeta) -> String {
    var line = ""
    var k = 1
    for part in template.parts {
      switch part {
      case .literal(let s): line += s
      case .value(let type):
        line += ValueText.word(note.words[k], type, texts: meta.texts, clock: clock.text)
        k += 1
      case .maybe(let type):
        let isThere = note.words[k + 1] != 0
        line += isThere ? ValueText.word(note.words[k], type, texts: meta.texts, clock: clock.text) : "-"
        k += 2
      }
      if line.utf8.count > Self.mostOfLine { break }
    }
    return line.utf8.count > Self.mostOfLine ? String(line.unicodeScalars.prefix(Self.mostOfLine)) + "…" : line
  }

  private mutating func tellFault(_ note: Note, _ isNew: Bool) {
    let names = names
    let words = note.words
    func number(_ word: Int64) -> Double { Double(bitPattern: UInt64(bitPattern: word)) }
    func targets() -> String { names.elements(Int(words[0]), Int(words[1])) }
    func others() -> String { names.elements(Int(words[2]), Int(words[3])) }
    func until(_ word: Int64) -> String { word < 0 ? "" : " for \(ValueText.duration(word))" }
    switch note.kind {
    case .crash: event(note, .fault, .crash, "crash \(targets())", isNew)
    case .restart: event(note, .recovery, .restart, "restart \(targets())", isNew)
    case .stall:
      let at = words[3] < 0 ? "" : " at \(names.label(words[3]))"
      event(note, .fault, .stall, "stall \(targets())\(at)\(until(words[2]))", isNew)
    case .held: event(note, .fault, .held, "held at \(names.label(words[3]))\(until(words[2]))", isNew)
    case .stallEnded: event(note, .recovery, .goesOn, "goes on after its stall", isNew)
    case .slow:
      event(
        note, .fault, .slow, "slow \(targets()) by \(ValueText.decimal(number(words[2])))\(until(words[3]))", isNew)
    case .slowEnded: event(note, .recovery, .goesOn, "is as fast as before", isNew)
    case .cut: event(note, .fault, .cut, "cut \(targets()) from \(others())", isNew)
    case .drop:
      let share = ValueText.decimal(number(words[4]) * 100)
      event(note, .fault, .drop, "drop \(share)% of \(targets()) to \(others())", isNew)
    case .heal:
      let what = words[0] < 0 ? "" : words[2] < 0 ? " \(targets())" : " \(targets()) from \(others())"
      event(note, .recovery, .heal, "heal\(what)", isNew)
    case .cleared: event(note, .action, .clear, "clear the queue of \(targets())", isNew)
    case .log, .failedCall, .violated, .reached, .started, .succeeded, .arrived, .completed, .failed, .refused, .dropped,
      .expired, .renewed, .lapsed, .removed, .returned:
      break
    }
  }

  /// Hands out what was overheard since it was asked for last.
  mutating func takeOverheard() -> [StoryEvent] {
    defer { (overheard, overheardBytes) = ([], 0) }
    return overheard
  }

  /// Events of one instant are told in the order things happened; merging islands sorts by time.
  func sorted() -> [StoryEvent] {
    story.enumerated().sorted { ($0.element.time, $0.offset) < ($1.element.time, $1.offset) }.map(\.element)
  }
}

/// Sixty-four bits that stand for a text: FNV-1a by words, stirred at the end.
private struct TextKey {
  private var state: UInt64 = 0xCBF2_9CE4_8422_2325
  init(_ kind: UInt64) { add(kind) }
  mutating func add(_ word: UInt64) {
    state = (state ^ word) &* 0x9E37_79B9_7F4A_7C15
    state ^= state >> 32
  }
  var value: UInt64 { state }
}

extension Note {
  /// As what it is counted; nil: it is for traces alone.
  fileprivate func act(_ meta: ImageMeta) -> StoryAct? {
    switch kind {
    case .log: meta.logs[Int(words[0])].isAction ? .assignment : .log
    case .failedCall: .failedCall
    case .crash: .crash
    case .restart: .restart
    case .stall: .stall
    case .slow: .slow
    case .cut: .cut
    case .drop: .drop
    case .heal: .heal
    case .held: .held
    case .stallEnded, .slowEnded: .goesOn
    case .cleared: .clear
    case .violated, .reached, .started, .succeeded, .arrived, .completed, .failed, .refused, .dropped, .expired, .renewed,
      .lapsed, .removed, .returned:
      nil
    }
  }
}
