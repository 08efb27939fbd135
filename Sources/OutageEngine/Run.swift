public import OutageModel

/// What limits a run; each limit ends it in the verdict *unknown*.
public struct Budgets: Sendable {
  public var events: Int64
  /// Bytes of state
  public var memory: Int
  /// Asked between windows: false ends the run (wall time, interruption).
  public init(events: Int64 = .max, memory: Int = 8 << 30) {
    self.events = events
    self.memory = memory
  }
}

/// Why the host ends a run early.
public enum Halt: Sendable {
  case goOn
  case timeIsUp(limit: String)
  case interrupted
}

/// One run of a world, tick by tick. The same image, seed and options give the same result on any number of workers.
public final class Run {
  public let image: Image
  public let world: World
  private var windows: Windows
  private let pool: WorkerPool
  private let budgets: Budgets
  public let clock: ClockFace
  private var teller: Teller
  private var judges: [Judge]
  private var rules: [Rule]
  private var measures: [(Lookout, Sampler)]
  private var plots: [(Lookout, Sampler)]
  /// Ticks passed; the world stands at `ticks * tick`.
  public private(set) var ticks: Int64 = 0
  private var eventsAtTick: Int64 = -1
  private var end: RunEnd?
  private let trace: ((String) -> Void)?

  /// - Parameters:
  ///   - workers: threads, the caller included.
  ///   - trace: gets every event as a line of JSON.
  public init(_ image: Image, seed: UInt64, workers: Int, budgets: Budgets, trace: ((String) -> Void)? = nil) {
    self.image = image
    self.budgets = budgets
    self.trace = trace
    world = World(image, seed: seed, memory: budgets.memory, traced: trace != nil)
    pool = WorkerPool(workers: workers)
    windows = Windows(world, pool)
    let c = image.meta.clock
    clock = ClockFace(
      date: c.date, start: c.start, zone: c.zone, duration: c.duration, tick: c.tick, isWritten: c.isWritten)
    teller = Teller(image, clock)
    judges = image.meta.properties.map(Judge.init)
    rules = image.meta.entries.compactMap(Rule.init)
    measures = image.meta.measures.map { (Lookout($0), Sampler()) }
    plots = image.meta.plots.map { (Lookout($0), Sampler()) }
    world.setEventLimit(budgets.events)
  }

  public var now: Int64 { min(ticks, clock.duration / clock.tick + 1) * clock.tick }

  /// Runs until `time` (at most the scenario's end); `halt` is asked between windows.
  public func advance(to time: Int64, halt: (Int64, Int64) -> Halt) {
    let last = min(time, clock.duration)
    if eventsAtTick < 0, end == nil { tick(at: 0, halt) }
    while end == nil, ticks * clock.tick < last {
      ticks += 1
      tick(at: min(ticks * clock.tick, last), halt)
    }
  }

  private var reached: Int64 = 0

  private func tick(at time: Int64, _ halt: (Int64, Int64) -> Halt) {
    var asked = Halt.goOn
    let done = windows.advance(to: time, eventLimit: budgets.events) {
      if world.stateBytes > budgets.memory { return false }
      asked = halt(time, world.events)
      if case .goOn = asked { return true }
      return false
    }
    hear()
    if !done {
      stop(asked, before: time)
      return
    }
    reached = time
    world.align(to: time)
    let happened = world.events != eventsAtTick
    look(at: time, happened)
    eventsAtTick = world.events
    switch halt(time, world.events) {
    case .goOn: break
    case .timeIsUp(let limit): end = .budget(what: "time", limit: limit, at: time)
    case .interrupted: end = .interrupted(at: time)
    }
  }

  private func stop(_ asked: Halt, before time: Int64) {
    if let trouble = world.trouble, trouble.kind != .memory, trouble.kind != .events {
      end = .failed(failure(trouble))
      return
    }
    switch asked {
    case .timeIsUp(let limit): end = .budget(what: "time", limit: limit, at: reached)
    case .interrupted: end = .interrupted(at: reached)
    case .goOn:
      if world.trouble?.kind == .memory || world.stateBytes > budgets.memory {
        end = .budget(what: "memory", limit: "\(budgets.memory) bytes", at: reached)
      } else {
        end = .budget(what: "events", limit: ValueText.grouped(budgets.events), at: reached)
      }
    }
  }

  /// Notes of all islands, told in order of time.
  private func hear() {
    var notes: [Note] = []
    world.takeNotes { notes.append($0) }
    if notes.isEmpty { return }
    notes = notes.enumerated().sorted { ($0.element.time, $0.offset) < ($1.element.time, $1.offset) }.map(\.element)
    let lines = TraceLines(names: teller.names)
    for note in notes {
      if note.kind == .violated {
        let k = Int(note.words[0])
        if judges[k].violated(at: note.time) { announce(k, .violated, note.time) }
      } else {
        teller.tell(note)
      }
      if let trace, let line = lines.line(note) { trace(line) }
    }
  }

  private func announce(_ k: Int, _ change: Judge.Change, _ time: Int64) {
    let text = judges[k].property.text
    teller.add(StoryEvent(time: time, kind: change == .violated ? .violation : .reached, text: text))
  }

  /// The world is looked at: measures, rules, properties, series.
  private func look(at time: Int64, _ happened: Bool) {
    for k in measures.indices {
      let word = measures[k].0.look(world, somethingHappened: happened)
      world.setMeasure(k, word)
      measures[k].1.add(measures[k].0.value, at: time)
    }
    var fired = false
    for k in rules.indices where rules[k].look(world, at: time, happened: happened) {
      teller.add(StoryEvent(time: time, kind: .rule, text: rules[k].entry.source))
      world.fire(rules[k].entry.element, body: rules[k].entry.body)
      fired = true
    }
    if fired {
      world.advance(0, to: time + 1)
      world.settleAll()
      world.exchange()
      hear()
    }
    for k in judges.indices {
      if let change = judges[k].look(world, at: time, happened: happened || fired) { announce(k, change, time) }
    }
    for k in plots.indices {
      _ = plots[k].0.look(world, somethingHappened: happened || fired)
      plots[k].1.add(plots[k].0.value, at: time)
    }
    if let trouble = world.trouble, end == nil {
      if trouble.kind == .memory || trouble.kind == .events {
        stop(.goOn, before: time)
      } else {
        end = .failed(failure(trouble))
      }
    }
  }

  private func failure(_ t: (kind: Trouble, element: Int, step: Int, detail: Int64, time: Int64)) -> RuntimeFailure {
    let (code, message): (String, String) =
      switch t.kind {
      case .divisionByZero: ("E0701", "division by zero")
      case .overflow: ("E0702", "a value is too large for 64 bits")
      case .index: ("E0703", "there is no element \(t.detail)")
      case .zeroTime: ("E0704", "a million turns of a loop without time passing")
      case .emptyList: ("E0705", "the list is empty")
      case .notANumber: ("E0706", "the result is not a number, or too large")
      case .negativeTime: ("E0707", "a negative duration")
      case .badValue: ("E0708", "a value out of its range")
      case .latency: ("E0709", "a latency between islands cannot fall below the declared one")
      case .host: ("E0711", image.host.message(Int(t.detail)))
      case .hugeList: ("E0710", "a list of more than four million items")
      case .tooManyRules: ("E0799", "more than 4096 pairs of nodes are cut or lose messages")
      case .memory, .events, .none, .stopped: ("E0799", "a limit was reached")
      }
    let steps = image.tables.steps
    let isKnown = t.step >= 0
    return RuntimeFailure(
      code: code, message: message, subject: t.element >= 0 ? teller.names.subject(t.element) : "", time: t.time,
      file: isKnown ? steps[t.step].file : 0, from: isKnown ? steps[t.step].from : 0,
      to: isKnown ? steps[t.step].to : 0)
  }

  // MARK: Result

  /// What the run has shown so far.
  public func result(manifest: Manifest, stoppedAt until: Int64? = nil) -> RunResult {
    let isOver = end == nil && reached >= clock.duration
    let ending = end ?? (isOver ? .reachedEnd : .stoppedAt(until ?? reached))
    var result = RunResult(scenario: image.meta.scenario, clock: clock, end: ending, manifest: manifest)
    result.story = teller.sorted()
    result.storyDropped = teller.dropped
    result.properties = judges.map { $0.result(at: reached, isOver: isOver, clock: clock.text) }
    result.measures = measures.map { lookout, sampler in
      let q = sampler.quantiles([0.5, 0.9, 0.99, 0.999])
      return MeasureResult(
        name: lookout.probe.name, unit: unit(lookout.probe.type), last: sampler.last,
        min: sampler.count == 0 ? 0 : sampler.least, mean: sampler.mean,
        max: sampler.count == 0 ? 0 : sampler.greatest, p50: q[0], p90: q[1], p99: q[2], p999: q[3])
    }
    result.series = plots.map { lookout, sampler in
      Series(title: lookout.probe.name, unit: unit(lookout.probe.type), times: sampler.times, values: sampler.values)
    }
    result.responses = world.accounts(at: reached).map(response)
    result.counts.events = world.events
    result.counts.ticks = ticks
    result.counts.islands = world.islandCount
    result.counts.elements = image.tables.elementCount
    result.counts.stateBytes = Int64(world.stateBytes)
    result.counts.reached = reached
    return result
  }

  private func response(_ a: Account) -> ResponseTimes {
    var r = ResponseTimes(name: image.meta.nodes[a.node].name, kind: a.isLoad ? .load : .service)
    r.arrived = a.arrived
    r.completed = a.completed
    r.failed = a.failed
    r.refused = a.refused
    r.dropped = a.dropped
    r.wasted = a.wasted
    r.inHand = a.inHand
    r.mean = a.completed == 0 ? 0 : a.responseSum / Double(a.completed)
    (r.p50, r.p90, r.p99, r.p999) = (a.quantile(0.5), a.quantile(0.9), a.quantile(0.99), a.quantile(0.999))
    r.max = Double(a.responseMax)
    r.area = Double(a.area)
    r.sojourn = Double(a.sojourn)
    return r
  }

  private func unit(_ type: ImageMeta.ValueType) -> ValueUnit {
    switch type {
    case .truth: .truth
    case .count: .count
    case .number: .number
    case .duration: .duration
    case .rate: .rate
    case .time: .time
    case .text, .address: .text
    case .list: .list
    case .choice(let names): .choice(names)
    }
  }
}
