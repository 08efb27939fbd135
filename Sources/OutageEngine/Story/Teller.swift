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
  private(set) var dropped = 0
  private var perStep: [Int: Int] = [:]
  /// Somebody listens: events are kept for him until he takes them.
  var isOverheard = false
  private var overheard: [StoryEvent] = []
  private var storyBytes = 0
  private var overheardBytes = 0
  /// Of the story, and of what somebody has still to take.
  var bytes: Int { storyBytes + overheardBytes }

  init(_ image: Image, _ clock: ClockFace) {
    names = Names(image: image)
    self.clock = clock
  }

  mutating func add(_ event: StoryEvent) {
    if isOverheard { overhear(event) }
    if isFull(for: event.kind) {
      dropped += 1
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
    let meta = names.image.meta
    func text(_ word: Int64, _ type: ImageMeta.ValueType) -> String {
      ValueText.word(word, type, texts: meta.texts, clock: clock.text)
    }
    func number(_ word: Int64) -> Double { Double(bitPattern: UInt64(bitPattern: word)) }
    // What nobody will read needs no words.
    func isUnread(_ kind: StoryEvent.Kind) -> Bool { !isOverheard && isFull(for: kind) }
    if story.count >= 2 * Self.most, !isOverheard, note.kind.isFault {
      dropped += 1
      return
    }
    let subject = names.subject(note.element)
    func targets() -> String { names.elements(Int(note.words[0]), Int(note.words[1])) }
    func event(_ kind: StoryEvent.Kind, _ text: String) {
      add(StoryEvent(time: note.time, kind: kind, text: text, subject: subject))
    }
    switch note.kind {
    case .log:
      let template = meta.logs[Int(note.words[0])]
      if !template.isAction {
        perStep[note.step, default: 0] += 1
        if perStep[note.step, default: 0] > Self.logsPerStep, !isOverheard {
          dropped += 1
          return
        }
      }
      if isUnread(template.isAction ? .action : .log) {
        dropped += 1
        return
      }
      var line = ""
      var k = 1
      for part in template.parts {
        switch part {
        case .literal(let s): line += s
        case .value(let type):
          line += text(note.words[k], type)
          k += 1
        }
        if line.utf8.count > Self.mostOfLine { break }
      }
      if line.utf8.count > Self.mostOfLine { line = String(line.unicodeScalars.prefix(Self.mostOfLine)) + "…" }
      if !template.isAction, perStep[note.step, default: 0] > Self.logsPerStep {
        dropped += 1
        overhear(StoryEvent(time: note.time, kind: .log, text: line, subject: subject))
        return
      }
      event(template.isAction ? .action : .log, line)
    case .failedCall:
      perStep[note.step, default: 0] += 1
      if perStep[note.step, default: 0] > Self.perStep {
        dropped += 1
        return
      }
      event(.trouble, "a call " + (CallStatus(rawValue: note.words[0]) ?? .failed).words)
    case .crash: event(.fault, "crash \(targets())")
    case .restart: event(.recovery, "restart \(targets())")
    case .stall:
      let until = note.words[2] < 0 ? "" : " for \(ValueText.duration(note.words[2]))"
      let at = note.words[3] < 0 ? "" : " at \(names.label(note.words[3]))"
      event(.fault, "stall \(targets())\(at)\(until)")
    case .held:
      let until = note.words[2] < 0 ? "" : " for \(ValueText.duration(note.words[2]))"
      add(
        StoryEvent(
          time: note.time, kind: .fault, text: "held at \(names.label(note.words[3]))\(until)",
          subject: names.element(note.element)))
    case .stallEnded: event(.recovery, "goes on after its stall")
    case .slow:
      let until = note.words[3] < 0 ? "" : " for \(ValueText.duration(note.words[3]))"
      event(.fault, "slow \(targets()) by \(ValueText.decimal(number(note.words[2])))\(until)")
    case .slowEnded: event(.recovery, "is as fast as before")
    case .cut:
      event(.fault, "cut \(targets()) from \(names.elements(Int(note.words[2]), Int(note.words[3])))")
    case .drop:
      event(
        .fault,
        "drop \(ValueText.decimal(number(note.words[4]) * 100))% of \(targets()) to "
          + names.elements(Int(note.words[2]), Int(note.words[3])))
    case .heal:
      if note.words[0] < 0 {
        event(.recovery, "heal")
      } else if note.words[2] < 0 {
        event(.recovery, "heal \(targets())")
      } else {
        event(.recovery, "heal \(targets()) from \(names.elements(Int(note.words[2]), Int(note.words[3])))")
      }
    case .cleared: event(.action, "clear the queue of \(targets())")
    case .violated, .reached, .started, .succeeded, .arrived, .completed, .failed, .refused, .dropped, .expired,
      .renewed,
      .lapsed, .removed, .returned:
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

extension NoteKind {
  /// Told as one event, whatever it says.
  fileprivate var isFault: Bool {
    switch self {
    case .crash, .restart, .stall, .held, .stallEnded, .slow, .slowEnded, .cut, .drop, .heal, .cleared: true
    default: false
    }
  }
}
