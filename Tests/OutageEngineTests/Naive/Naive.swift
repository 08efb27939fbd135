import OutageModel
import OutageSemantics
import OutageSyntax

// A deliberately naive interpreter of checked programs: one sorted list of events, objects and closures, walking the tree.
// It shares nothing with the engine but the definition of the random streams, and takes from the image only which island an
// element belongs to (the order of messages between islands is defined by it). What both say must be the same.

/// What happened, in the engine's words.
struct Telling: Equatable {
  var trace: [String] = []
  var logs: [String] = []
  var hasAllLogs = true
  /// Title → values at the ticks.
  var plots: [[Double]] = []
  /// name: arrived completed failed refused dropped wasted inHand area
  var responses: [String] = []
  /// text: verdict, time
  var properties: [String] = []
}

final class Naive {
  /// Something a script asks of it that it does not know: the generator must not make such scripts.
  struct Unknown: Error, CustomStringConvertible { var description: String }

  let program: CheckedProgram
  let image: Image
  let seed: UInt64
  var things: [[Thing]] = []
  var all: [Thing] = []
  var timeline: [Thing] = []
  var now: Int64 = 0
  /// Island whose event is handled.
  var running: Int?
  var events: [Happening] = []
  var head = 0
  var sequence = 0
  var sent: [Int: Int] = [:]
  var dirty: Set<Int> = []
  var mustLook: Set<Int> = []
  var parked: [Int: [Frame]] = [:]
  var waits = 0
  var rules: [(from: [Thing], to: [Thing], share: Double, isCut: Bool)] = []
  var places: [Place: String] = [:]
  var callClasses: [Span: Int] = [:]
  let entryNames: [String]
  /// Of the draws of a latency: there, or back.
  var role = ""
  var measures: [Value] = []
  var awaited: Set<Int> = []
  var decidedAt: [Int: Int64] = [:]
  var batch: [(time: Int64, island: Int, line: String)] = []
  var telling = Telling()
  var failure: String?
  /// Locals of expressions that no frame evaluates.
  var loose: [Int: Value] = [:]

  struct Happening {
    var time: Int64
    var rank: Int
    var eventClass: Int
    /// Scheduled before by the island itself (0), sent by another (1), scheduled at this instant (2).
    var phase: Int
    var from: Int
    var sequence: Int
    var island: Int
    var action: () -> Void

    func isBefore(_ o: Happening) -> Bool {
      (time, rank, eventClass, phase, from, sequence) < (o.time, o.rank, o.eventClass, o.phase, o.from, o.sequence)
    }
  }

  static let (operators, answers, timeouts, work) = (0, 1, 2, 3)

  /// - Parameter entryNames: the words with which the entries of the timeline begin.
  init(_ program: CheckedProgram, _ image: Image, seed: UInt64, entryNames: [String]) {
    self.program = program
    self.entryNames = entryNames
    self.image = image
    self.seed = seed
    var id = 0
    for (n, node) in program.nodes.enumerated() {
      let count = node.count.map { Int(eval($0, nil).count) } ?? 1
      things.append([])
      for k in 0..<count {
        let thing = Thing(id: id, node: n, index: k, island: Int(image.tables.elementIsland[id]), kind: node.kind)
        thing.name = node.count == nil ? node.name : "\(node.name)[\(k)]"
        things[n].append(thing)
        all.append(thing)
        id += 1
      }
    }
    for k in 0..<max(1, program.timeline.count) {
      let thing = Thing(
        id: id, node: program.nodes.count, index: k, island: Int(image.tables.elementIsland[id]), kind: nil)
      thing.name = "timeline[\(k)]"
      timeline.append(thing)
      all.append(thing)
      id += 1
    }
    namePlaces()
    findAwaited()
    for t in all { configure(t) }
  }

  // MARK: Events

  func schedule(_ island: Int, _ time: Int64, _ eventClass: Int, _ action: @escaping () -> Void) {
    let isPresent = time <= now && running == island
    insert(
      Happening(
        time: isPresent ? now : time, rank: island == 0 ? 0 : 1, eventClass: eventClass, phase: isPresent ? 2 : 0,
        from: 0, sequence: sequence, island: island, action: action))
    sequence += 1
  }

  /// A message to another thing: after its latency; between islands in the order of their numbers and of sending.
  func deliver(from: Thing, to: Thing, _ time: Int64, _ eventClass: Int, _ action: @escaping () -> Void) {
    if from.island == to.island { return schedule(to.island, time, eventClass, action) }
    sent[from.island, default: 0] += 1
    insert(
      Happening(
        time: time, rank: to.island == 0 ? 0 : 1, eventClass: eventClass, phase: 1, from: from.island,
        sequence: sent[from.island]!, island: to.island, action: action))
  }

  private func insert(_ event: Happening) {
    var low = head
    var high = events.count
    while low < high {
      let middle = (low + high) / 2
      if event.isBefore(events[middle]) { high = middle } else { low = middle + 1 }
    }
    events.insert(event, at: low)
  }

  /// Everything up to and including `time`.
  func advance(to time: Int64) {
    while failure == nil, head < events.count, events[head].time <= time {
      let event = events[head]
      head += 1
      if head > 4096 {
        events.removeFirst(head)
        head = 0
      }
      now = event.time
      running = event.island
      event.action()
      settle(event.island)
      running = nil
      settleOthers(after: event.island)
    }
    now = time
  }

  // MARK: Looking

  func touch(_ t: Thing) {
    dirty.insert(t.island)
    if awaited.contains(t.node) { mustLook.insert(t.island) }
  }

  func settle(_ island: Int) {
    if dirty.remove(island) != nil { checkProperties(island) }
    guard mustLook.remove(island) != nil else { return }
    let frames = parked[island] ?? []
    parked[island] = []
    for frame in frames {
      let token = frame.token
      frame.isParked = false
      schedule(island, now, Self.work) { [self] in look(frame, token) }
    }
  }

  func checkProperties(_ island: Int) {
    for (k, p) in program.properties.enumerated() where image.meta.properties[k].probe.island == island {
      guard decidedAt[k] == nil else { continue }
      switch p.kind {
      case .never: if eval(p.condition, nil).isTrue { decidedAt[k] = now }
      case .always(let from, let until):
        let a = from.map { eval($0, nil).count } ?? 0
        let b = until.map { eval($0, nil).count } ?? duration
        if now >= a, now <= b, !eval(p.condition, nil).isTrue { decidedAt[k] = now }
      case .eventually(let within, let of):
        let a = of.map { eval($0, nil).count } ?? 0
        let b = within.map { a + eval($0, nil).count } ?? duration
        if now >= a, now <= b, eval(p.condition, nil).isTrue { decidedAt[k] = now }
      case .sometimes: if eval(p.condition, nil).isTrue { decidedAt[k] = now }
      default: break
      }
    }
  }

  func note(_ event: String, _ t: Thing, _ more: String = "") {
    batch.append((now, t.island, "{\"t\":\(now),\"event\":\"\(event)\",\"node\":\"\(t.name)\"\(more)}"))
  }

  func flush() {
    let sorted = batch.enumerated().sorted {
      ($0.element.time, $0.element.island, $0.offset) < ($1.element.time, $1.element.island, $1.offset)
    }
    for (_, note) in sorted {
      if note.line.hasPrefix("log:") {
        telling.logs.append(String(note.line.dropFirst(4)))
      } else {
        telling.trace.append(note.line)
      }
    }
    batch = []
  }

  var duration: Int64 { eval(program.clock.duration, nil).count }

  // MARK: A run

  func run() -> Telling {
    begin()
    let tick = eval(program.clock.tick, nil).count
    measures = program.measures.map { _ in .count(0) }
    telling.plots = program.plots.map { _ in [] }
    var since: [Int: Int64] = [:]
    var hasFired: Set<Int> = []
    var good: [Int: Int64] = [:]
    var bad: [Int: Int64] = [:]
    var time: Int64 = 0
    while failure == nil {
      advance(to: time)
      flush()
      for (k, m) in program.measures.enumerated() { measures[k] = eval(m.value, nil) }
      var fired: [Int] = []
      for (k, entry) in program.timeline.enumerated() {
        guard case .when(let condition, let hold) = entry.kind else { continue }
        if !eval(condition, nil).isTrue {
          since[k] = nil
          hasFired.remove(k)
        } else {
          since[k] = since[k] ?? time
          if !hasFired.contains(k), time - since[k]! >= (hold.map { eval($0, nil).count } ?? 0) {
            hasFired.insert(k)
            fired.append(k)
          }
        }
      }
      for k in fired {
        schedule(0, now, Self.operators) { [self] in beginBody(timeline[k], program.timeline[k].body, .timeline) }
      }
      if !fired.isEmpty {
        // The operators alone, before the world goes on.
        while head < events.count, events[head].time <= time, events[head].island == 0 { advanceOne() }
        flush()
      }
      for (k, p) in program.properties.enumerated() {
        if let at = decidedAt[k] {
          switch p.kind {
          case .eventually, .sometimes: good[k] = good[k] ?? at
          default: bad[k] = bad[k] ?? at
          }
        }
        let isTrue = eval(p.condition, nil).isTrue
        switch p.kind {
        case .never: if isTrue, bad[k] == nil { bad[k] = time }
        case .always(let from, let until):
          let a = from.map { eval($0, nil).count } ?? 0
          let b = until.map { eval($0, nil).count } ?? duration
          if time >= a, time <= b, !isTrue, bad[k] == nil { bad[k] = time }
        case .eventually(let within, let of):
          let a = of.map { eval($0, nil).count } ?? 0
          let b = within.map { a + eval($0, nil).count } ?? duration
          if good[k] == nil, time >= a, time <= b, isTrue { good[k] = time }
          if good[k] == nil, bad[k] == nil, time > b { bad[k] = b }
        case .sometimes: if isTrue, good[k] == nil { good[k] = time }
        default: break
        }
      }
      for (k, p) in program.plots.enumerated() { telling.plots[k].append(eval(p.value, nil).number) }
      if time >= duration { break }
      time = min((time / tick + 1) * tick, duration)
    }
    for (k, p) in program.properties.enumerated() {
      switch p.kind {
      case .never, .always: telling.properties.append("\(p.text): \(bad[k].map { "violated \($0)" } ?? "holds")")
      case .eventually:
        telling.properties.append("\(p.text): \(good[k].map { "holds \($0)" } ?? "violated \(bad[k] ?? duration)")")
      case .sometimes: telling.properties.append("\(p.text): \(good[k].map { "holds \($0)" } ?? "unknown")")
      default: break
      }
    }
    for (n, node) in program.nodes.enumerated() {
      switch node.kind {
      case .service, .load: telling.responses.append(responses(node.name, things[n]))
      default: break
      }
    }
    return telling
  }

  private func advanceOne() {
    let event = events[head]
    head += 1
    running = 0
    event.action()
    settle(0)
    running = nil
    settleOthers(after: 0)
  }

  /// Operators act on all islands: these look when all operators of the instant have acted.
  private func settleOthers(after island: Int) {
    if island != 0 || head < events.count && events[head].time == now && events[head].island == 0 { return }
    for i in dirty.union(mustLook).sorted() { settle(i) }
  }

  private func responses(_ name: String, _ all: [Thing]) -> String {
    var sums = [Int64](repeating: 0, count: 7)
    var area: Int128 = 0
    for t in all {
      for (k, v) in [t.arrived, t.completed, t.failed, t.refused, t.dropped, t.wasted, t.inSystem].enumerated() {
        sums[k] += v
      }
      area += t.area + Int128(t.inSystem) * Int128(now - t.lastChange)
    }
    return "\(name): \(sums) \(Double(area))"
  }

  private func begin() {
    for t in all {
      switch t.kind {
      case .process(let body): start(process: t, body)
      case .load: beginLoad(t)
      case .lease: beginLease(t)
      case .balancer: beginChecks(t)
      default: break
      }
    }
    for (k, entry) in program.timeline.enumerated() {
      switch entry.kind {
      case .at(let e):
        let time = eval(e, nil).count
        if time >= 0 { schedule(0, time, Self.operators) { [self] in beginBody(timeline[k], entry.body, .timeline) } }
      case .every(let e): again(k, eval(e, nil).count)
      case .when: break
      }
    }
    for (k, p) in program.properties.enumerated() {
      let island = image.meta.properties[k].probe.island
      let from: CheckedExpression? =
        switch p.kind {
        case .always(let from, _): from
        case .eventually(_, let of): of
        default: nil
        }
      if let from, island >= 0 {
        schedule(island, eval(from, nil).count, Self.work) { [self] in _ = dirty.insert(island) }
      }
    }
    for t in all { dirty.insert(t.island) }
  }

  private func again(_ k: Int, _ period: Int64) {
    schedule(0, now + period, Self.operators) { [self] in
      again(k, period)
      beginBody(timeline[k], program.timeline[k].body, .timeline)
    }
  }

  func start(process t: Thing, _ body: CheckedBody) {
    let epoch = t.epoch
    schedule(t.island, now, Self.work) { [self] in begin(process: t, body, epoch) }
  }

  private func begin(process t: Thing, _ body: CheckedBody, _ epoch: Int) {
    guard t.epoch == epoch else { return }
    if t.isStalled {
      return t.deferred.append { [self] in
        schedule(t.island, now, Self.work) { [self] in begin(process: t, body, epoch) }
      }
    }
    if !t.isCrashed { beginBody(t, body, .process) }
  }

  func beginBody(_ t: Thing, _ body: CheckedBody, _ kind: FrameKind) {
    let frame = Frame(t, kind, body)
    if case .timeline = kind {
      own(frame, entryNames[t.index], index: 0, t.countBegun())
    } else {
      own(frame, bodyName(t.node), index: t.index, t.countBegun())
    }
    t.frames.append(frame)
    go(frame)
  }
}
