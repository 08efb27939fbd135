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
  var overheard: [StoryEvent] = []

  init(_ image: Image, _ clock: ClockFace) {
    names = Names(image: image)
    self.clock = clock
  }

  mutating func add(_ event: StoryEvent) {
    if isOverheard { overheard.append(event) }
    let isPlain = event.kind == .log || event.kind == .trouble
    if story.count >= Self.most, isPlain || story.count >= 2 * Self.most {
      dropped += 1
    } else {
      story.append(event)
    }
  }

  mutating func tell(_ note: Note) {
    let meta = names.image.meta
    func text(_ word: Int64, _ type: ImageMeta.ValueType) -> String {
      ValueText.word(word, type, texts: meta.texts, clock: clock.text)
    }
    func number(_ word: Int64) -> Double { Double(bitPattern: UInt64(bitPattern: word)) }
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
        overheard.append(StoryEvent(time: note.time, kind: .log, text: line, subject: subject))
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

  /// Events of one instant are told in the order things happened; merging islands sorts by time.
  func sorted() -> [StoryEvent] {
    story.enumerated().sorted { ($0.element.time, $0.offset) < ($1.element.time, $1.offset) }.map(\.element)
  }
}
