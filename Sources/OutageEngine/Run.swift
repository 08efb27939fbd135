public import OutageModel

/// What limits a run; each limit ends it in the verdict *unknown*.
public struct Budgets: Sendable {
  /// Where nobody says otherwise: some minutes of work, so that no script runs for ever.
  public static let mostEvents: Int64 = 2_000_000_000
  public var events: Int64
  /// Bytes of state
  public var memory: Int
  /// Asked between windows: false ends the run (wall time, interruption).
  public init(events: Int64 = Self.mostEvents, memory: Int = 8 << 30) {
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
  public var image: Image { world.image }
  public let world: World
  var windows: Windows
  /// Time of the last event that was handled alone since the last tick, and their number.
  var stepped: (time: Int64, count: Int64)?
  private let pool: WorkerPool
  public var budgets: Budgets
  public let clock: ClockFace
  var seen: Seen
  private let trace: ((String) -> Void)?
  /// Asked from within ticks and long events, by whichever worker runs them; what `halt` then says is the reason.
  public var watch: Watch?

  /// It ends at the tick of the first violation that is not meant.
  public var stopsOnViolation = false

  /// Threads that run it, the caller included.
  public var workers: Int { pool.workers }
  /// Looks at the world, the one at the start not counted.
  public var ticks: Int64 { seen.ticks }
  /// Time that the world has reached, ns since the start.
  public var reached: Int64 { seen.reached }
  /// It stopped within a tick, and can go on only from a snapshot.
  public internal(set) var isHalfway = false
  /// Why the run cannot go on; nil while it can.
  public var end: RunEnd? { seen.end }

  /// - Parameters:
  ///   - workers: threads, the caller included.
  ///   - watch: may stop it at once, see `isHalfway`.
  ///   - trace: gets every event as a line of JSON.
  public convenience init(
    _ image: Image, seed: UInt64, workers: Int, budgets: Budgets, watch: Watch? = nil,
    trace: ((String) -> Void)? = nil
  ) {
    let fits = image.leastStateBytes <= budgets.memory
    let world =
      fits
      ? World(image, seed: seed, memory: budgets.memory, traced: trace != nil, watch: watch)
      : World(empty: image, seed: seed)
    self.init(world, seen: Seen(image), workers: workers, budgets: budgets, trace: trace)
    self.watch = watch
    if !fits { seen.end = outOfMemory }
    if world.trouble?.kind == .stopped { stop(.interrupted) }
  }

  init(_ world: World, seen: Seen, workers: Int, budgets: Budgets, trace: ((String) -> Void)?) {
    self.world = world
    self.seen = seen
    self.budgets = budgets
    self.trace = trace
    clock = ClockFace(world.image.meta.clock)
    pool = WorkerPool(workers: workers)
    windows = Windows(world, pool)
  }

  /// Runs until `time` (at most the scenario's end). The world is looked at at whole ticks and at the scenario's end,
  /// never at `time` itself, so that stopping on the way changes nothing. `halt` is asked between windows.
  public func advance(to time: Int64, halt: (Int64, Int64) -> Halt = { _, _ in .goOn }) {
    world.watched(by: watch) { proceed(to: time, halt) }
  }

  private func proceed(to time: Int64, _ halt: (Int64, Int64) -> Halt) {
    // Stopped while the world was made: whoever asks knows why.
    if case .interrupted = end, seen.eventsAtTick == nil, world.trouble?.kind == .stopped { stop(.goOn, halt) }
    let last = min(time, clock.duration)
    if clock.warmUp == 0 || seen.warmUp != nil { return proceed(whole: last, halt) }
    proceed(whole: min(last, clock.warmUp), halt)
    if end == nil, !isHalfway, reached == clock.warmUp { endWarmUp() }
    if reached >= clock.warmUp { proceed(whole: last, halt) }
  }

  private func proceed(whole last: Int64, _ halt: (Int64, Int64) -> Halt) {
    if seen.eventsAtTick == nil, end == nil, move(to: 0, halt) { tick(halt) }
    while end == nil, reached < last {
      let look = nextLook
      if !move(to: min(look, last), halt) { return }
      if look <= last {
        seen.ticks += 1
        tick(halt)
      }
    }
  }

  /// Moves the world; false when the run stopped on the way.
  private func move(to time: Int64, _ halt: (Int64, Int64) -> Halt) -> Bool {
    var asked = Halt.goOn
    let done = windows.advance(to: time, budgets: left, hear: { _ = hear() }, acted: lookAgain) {
      asked = halt(time, world.events)
      if case .goOn = asked { return true }
      return false
    }
    let isHeard = hear()
    if !done {
      stop(asked, halt)
      return false
    }
    if !isHeard {
      giveUp(halt)
      return false
    }
    seen.reached = time
    stepped = nil
    world.align(to: time)
    return true
  }

  private func tick(_ halt: (Int64, Int64) -> Halt) {
    let happened = seen.isStale || world.events != seen.eventsAtTick
    seen.isStale = false
    look(at: reached, happened, halt)
    if let trace, end == nil { trace(TraceLines.state(at: reached, world.digest)) }
    seen.eventsAtTick = world.events
    if end != nil { return }
    if stopsOnViolation, seen.isViolated, reached < clock.duration {
      seen.end = .violated(at: reached)
      return
    }
    switch halt(reached, world.events) {
    case .goOn: break
    case .timeIsUp(let limit): seen.end = .budget(what: "time", limit: limit, at: reached)
    case .interrupted: seen.end = .interrupted(at: reached)
    }
  }

  private func stop(_ asked: Halt, _ halt: (Int64, Int64) -> Halt) {
    guard world.trouble?.kind == .stopped else { return stop(asked) }
    if case .timeIsUp(let limit) = halt(reached, world.events) { return stop(.timeIsUp(limit: limit)) }
    stop(.interrupted)
  }

  func stop(_ asked: Halt) {
    isHalfway = true
    if let trouble = world.trouble, trouble.kind != .memory, trouble.kind != .events, trouble.kind != .stopped {
      seen.end = .failed(failure(trouble))
      return
    }
    switch asked {
    case .timeIsUp(let limit): seen.end = .budget(what: "time", limit: limit, at: reached)
    case .interrupted: seen.end = .interrupted(at: reached)
    case .goOn:
      if world.trouble?.kind == .stopped {
        seen.end = .interrupted(at: reached)
      } else if world.trouble?.kind == .memory || bytes >= budgets.memory {
        seen.end = outOfMemory
      } else {
        seen.end = .budget(what: "events", limit: ValueText.grouped(budgets.events), at: reached)
      }
    }
  }

  /// Bytes of state, and of what was seen.
  public var bytes: Int { world.stateBytes + seen.bytes }

  /// The budgets of the state: what was seen takes its part.
  var left: Budgets { Budgets(events: budgets.events, memory: max(0, budgets.memory - seen.bytes)) }

  /// Left in the middle of what has to be done to its end: it can go on only from a snapshot.
  /// - Parameter halt: asked why; who has nothing to say has interrupted it.
  func giveUp(_ halt: (Int64, Int64) -> Halt = { _, _ in .interrupted }) {
    if bytes >= budgets.memory { return stop(.goOn) }
    let asked = halt(reached, world.events)
    if case .goOn = asked { return stop(.interrupted) }
    stop(asked)
  }

  /// Nobody waits any longer, or there is no more room.
  private var isTooMuch: Bool { watch?.isOverdue() == true || bytes >= budgets.memory }

  /// Tells the notes of all islands in order of time; false when it was left on the way. In one tick there may be
  /// millions.
  func hear() -> Bool {
    let lines = TraceLines(names: seen.teller.names)
    var told = 0
    return world.takeNotes { note in
      if note.kind == .violated || note.kind == .reached {
        let k = Int(note.words[0])
        if let change = seen.judges[k].met(at: note.time) { announce(k, change, note.time) }
      } else {
        seen.teller.tell(note)
      }
      if let trace, let line = lines.line(note) { trace(line) }
      told += 1
      return told % 1024 != 0 || !isTooMuch
    }
  }

  /// Rules look again when operators have acted.
  func lookAgain() {
    for k in seen.rules.indices {
      if k % 1024 == 1023, watch?.isOverdue() == true { return }
      seen.rules[k].lookAgain(world)
    }
  }

  private func announce(_ k: Int, _ change: Judge.Change, _ now: Int64) {
    let (property, good) = (seen.judges[k].property, seen.judges[k].firstGood)
    let text = property.text
    let time = change == .reached ? good ?? now : now
    if change == .violated, !property.isMeantViolated { seen.isViolated = true }
    seen.teller.tell(
      StoryEvent(time: time, kind: change == .violated ? .violation : .reached, text: text), isQuiet: false)
  }

  /// The world is looked at: measures, rules, properties, series.
  private func look(at time: Int64, _ happened: Bool, _ halt: (Int64, Int64) -> Halt) {
    if !seen.windows.isEmpty, !lookBack(from: 0, at: time, halt) { return }
    for k in seen.measures.indices {
      if leaves(at: time, k, halt) { return }
      seen.trackBytes += seen.measures[k].look(world, at: time, somethingHappened: happened)
      world.setMeasure(k, seen.measures[k].lookout.sample)
    }
    var fired = false
    for k in seen.rules.indices where seen.rules[k].look(world, at: time, happened: happened) {
      let entry = seen.rules[k].entry
      seen.teller.tell(StoryEvent(time: time, kind: .rule, text: entry.source), isQuiet: entry.isQuiet)
      world.fire(seen.rules[k].entry.element, body: seen.rules[k].entry.body)
      fired = true
    }
    seen.isStale = fired
    if fired {
      var asked = Halt.goOn
      let done = windows.operate(to: time.later(by: 1), left) {
        asked = halt(time, world.events)
        if case .goOn = asked { return true }
        return false
      }
      let isHeard = hear()
      if !done { return stop(asked, halt) }
      if !isHeard { return giveUp(halt) }
      lookAgain()
    }
    for k in seen.judges.indices {
      if leaves(at: time, k, halt) { return }
      if let change = seen.judges[k].look(world, at: time, happened: happened || fired) { announce(k, change, time) }
    }
    for k in seen.plots.indices {
      if leaves(at: time, k, halt) { return }
      seen.trackBytes += seen.plots[k].look(world, at: time, somethingHappened: happened || fired)
    }
    if world.trouble != nil || bytes >= budgets.memory, end == nil { stop(.goOn, halt) }
  }

  /// Asks now and then, on the way through very many things to look at, whether to go on. A look that is left has to be had
  /// again from a snapshot: one that is nearly done is better finished.
  func leaves(at time: Int64, _ k: Int, _ halt: (Int64, Int64) -> Halt) -> Bool {
    guard k % 1024 == 1023 else { return false }
    if bytes >= budgets.memory {
      stop(.goOn)
      return true
    }
    if let watch {
      if !watch.isOverdue() { return false }
      giveUp(halt)
      return true
    }
    let asked = halt(time, world.events)
    if case .goOn = asked { return false }
    stop(asked)
    return true
  }

  private var outOfMemory: RunEnd { .budget(what: "memory", limit: "\(budgets.memory) bytes", at: reached) }

  private func failure(_ t: (kind: Trouble, element: Int, step: Int, detail: Int64, time: Int64)) -> RuntimeFailure {
    let (code, message): (String, String) =
      switch t.kind {
      case .zeroTime:
        (
          t.kind.code,
          t.detail == 0
            ? "a million turns of a loop without time passing"
            : "\(ValueText.grouped(t.detail)) events at one instant: time cannot pass"
        )
      case .host: (t.kind.code, image.host.message(Int(t.detail)))
      case .tooManyRules: (t.kind.code, "more than 4096 pairs of nodes are cut or lose messages")
      case .divisionByZero, .overflow, .index, .emptyList, .notANumber, .negativeTime, .badValue, .latency, .hugeList, .noValue,
        .memory, .events, .none, .stopped:
        (t.kind.code, t.kind.words(t.detail, image))
      }
    let steps = image.tables.steps
    let isKnown = t.step >= 0
    return RuntimeFailure(
      code: code, message: message, subject: t.element >= 0 ? seen.teller.names.subject(t.element) : "", time: t.time,
      file: isKnown ? steps[t.step].file : 0, from: isKnown ? steps[t.step].from : 0,
      to: isKnown ? steps[t.step].to : 0)
  }

  // MARK: Result

  /// What the run has shown so far.
  /// - Parameter isUnwanted: asked at each service and load; once it says so, what is returned is of no use.
  public func result(manifest: Manifest, stoppedAt until: Int64? = nil, unless isUnwanted: () -> Bool = { false })
    -> RunResult
  {
    let isOver = end == nil && reached >= clock.duration
    let ending = end ?? (isOver ? .reachedEnd : .stoppedAt(until ?? reached))
    var result = RunResult(scenario: image.meta.scenario, clock: clock, end: ending, manifest: manifest)
    result.story = seen.teller.sorted()
    result.leftOut = seen.teller.leftOut
    result.quiet = seen.teller.quiet
    let unfollowed = unfollowed(isOver: isOver)
    result.story += unfollowed
    result.ordersLeft = unfollowed.count
    result.properties = seen.judges.map { $0.result(at: reached, isOver: isOver, clock: clock.text) }
    result.measures = seen.measures.enumerated().map { k, track in
      let (probe, sampler) = (track.lookout.probe, track.sampler)
      let mean = meanOverTime(k)
      let nothing = probe.mayLack ? Double.nan : 0
      return MeasureResult(
        name: probe.name, unit: unit(probe.type), last: sampler.last,
        min: sampler.count == 0 ? nothing : sampler.least,
        mean: mean ?? (sampler.count == 0 ? nothing : sampler.mean),
        max: sampler.count == 0 ? nothing : sampler.greatest, samples: sampler.kept, count: Int64(sampler.count),
        meanOf: mean == nil ? .samples : .time)
    }
    result.series = seen.plots.map { track in
      let (probe, samples) = (track.lookout.probe, track.samples)
      return Series(title: probe.name, unit: unit(probe.type), times: samples.times, values: samples.values)
    }
    result.responses = responses(unless: isUnwanted)
    result.manifest.digest = world.digest
    result.counts.events = world.events
    result.counts.ticks = ticks
    result.counts.islands = world.islandCount
    result.counts.elements = image.tables.elementCount
    result.counts.stateBytes = Int64(world.stateBytes)
    result.counts.reached = reached
    return result
  }

  /// Where orders were not followed to their ends; before the end of the scenario one that waits may still go on.
  private func unfollowed(isOver: Bool) -> [StoryEvent] {
    world.unmadeTurns().filter { isOver || $0.hasEnded }.map { turn in
      let name = seen.teller.names.subject(turn.element)
      let why = turn.hasEnded ? "makes no more steps" : "had not made it"
      return StoryEvent(
        time: reached, kind: .timeline,
        text: "`follow` did not come to its end: step \(turn.turn) of \(turn.count) was that of \(name), which \(why)")
    }
  }

  /// Exactly, of all the time (since the warm-up where it is over); nil: it is not known so.
  private func meanOverTime(_ k: Int) -> Double? {
    let from = seen.warmUp?.time ?? 0
    guard let now = area(k), reached > from else { return nil }
    let before = seen.warmUp.map { $0.areas.indices.contains(k) ? $0.areas[k] : nil } ?? 0
    return before.map { (now - $0) / Double(reached - from) }
  }

  /// The integral of a measure over time; nil where nobody knows it.
  private func area(_ k: Int) -> Double? {
    if isHalfway { return nil }
    return image.meta.measures[k].area.map { Double(bitPattern: UInt64(bitPattern: world.evaluate($0))) }
  }

  private func endWarmUp() {
    takeExtremes()
    seen.warmUp = Seen.WarmUp(
      time: reached, accounts: world.accounts(at: reached), areas: seen.measures.indices.map(area))
    world.endWarmUp()
    for k in seen.measures.indices { seen.measures[k].restart(at: reached) }
  }

  /// Accounts of services and loads, since the warm-up where it is over.
  private func responses(unless isUnwanted: () -> Bool) -> [ResponseTimes] {
    let warmUp = seen.warmUp
    let accounts = world.accounts(at: reached, sinceWarm: warmUp != nil, unless: isUnwanted)
    let before = Dictionary(uniqueKeysWithValues: (warmUp?.accounts ?? []).map { ($0.node, $0) })
    let time = reached.earlier(by: warmUp?.time ?? 0)
    return accounts.prefix { _ in !isUnwanted() }.map { account in
      ResponseTimes(before[account.node].map(account.since) ?? account, image.meta, over: time)
    }
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
