// A world at a prompt: it runs, stands, goes back, grows and is acted upon. Its history is a script, settings, a seed and
// the deeds done by hand; from these alone every moment of it can be had again, byte for byte.

import OutageCompiler
public import OutageEngine
public import OutageModel
import OutageSemantics
public import OutageSyntax

/// What a live world is made of besides its script.
public struct LiveOptions {
  public var settings: [(String, String)] = []
  public var variant: String?
  public var seed: UInt64 = 1
  public var workers = 1
  public var budgets = Budgets()
  /// Bytes that snapshots may take.
  public var snapshotBytes = 1 << 30
  /// Bytes that one snapshot may take, the one at the start and those that are asked for excepted.
  public var largestSnapshot = Int.max
  /// The functions that the script declares as `extern fn`.
  public var host: [HostFunction] = []
  /// Asked from within long ticks and events, by any worker, whether to stop.
  public var watch: Watch?
  /// A move that is given up within a tick leaves the world there: whoever drives it brings it back to a look.
  public var leavesHalfTicks = false
  /// Whoever drives it is about to end: where an interrupted move stops, nothing has to go on.
  public var isAbandoned: () -> Bool = { false }
  /// Gives the text of a file that an item names.
  public var load: (_ path: String, _ from: String) -> Result<LoadedFile, LoadError> = { _, _ in
    .failure(LoadError("no files are at hand"))
  }
  public init() {}
}

public final class LiveWorld {
  public internal(set) var options: LiveOptions
  /// What was typed and set by hand, in the order of moments; `done` of them are in effect now.
  public internal(set) var deeds: [Deed] = []
  public internal(set) var done = 0
  public internal(set) var run: Run { didSet { run.watch = options.watch } }
  var ground: Ground
  var program: CheckedProgram
  var text: LiveText
  /// Parameters that have been given values, at the start and since.
  var set: [(String, String)] = []
  let script: LiveText
  var snapshots: Snapshots
  /// Expressions that are looked at again and again, and how.
  var lookouts: [String] = []
  var looks: [Look?] = []
  private var costAtSnapshot: Int64 = 0
  /// What a function of the host said when it failed in the values that were asked for last.
  private(set) var hostFailure: String?
  /// They took more memory than is allowed.
  private(set) var ranOutOfMemory = false
  /// Deeds that could not be done again, and why.
  public var lost: [String] = []

  /// A world at its start; without a source it is empty.
  public convenience init(_ source: Source?, _ options: LiveOptions) throws(RunProblem) {
    let script = LiveText(source, load: options.load)
    try self.init(script, script, options, checked: source?.program)
  }

  /// - Parameters:
  ///   - text: the script with the items that were typed at the start.
  ///   - known: what was made of that text, when it was checked already.
  init(_ script: LiveText, _ text: LiveText, _ options: LiveOptions, checked known: CheckedProgram? = nil)
    throws(RunProblem)
  {
    self.options = options
    set = options.settings
    self.script = script
    self.text = text
    if let known {
      program = known
    } else {
      let checked = text.check([], Interruption(options.watch))
      guard let program = checked.program else { throw RunProblem(checked.diagnostics) }
      self.program = program
    }
    ground = try Self.ground(program, options, text.files)
    snapshots = Snapshots(limit: options.snapshotBytes)
    run = Run(
      ground.image, seed: options.seed, workers: options.workers, budgets: options.budgets, watch: options.watch)
    if case .budget(let what, let limit, _)? = run.end { throw .budget(what: what, limit: limit) }
    begin()
  }

  /// Another world with the same history, from here on its own.
  public convenience init(fork world: LiveWorld) {
    self.init(history: world, before: world.moment, trace: nil)
    unwatched { _ = go(to: world.moment) }
  }

  /// A world in which the history of another is looked through, at a moment of it; nil: it was interrupted on the way.
  /// - Parameter trace: gets every event from the last snapshot before on as a line of JSON.
  convenience init?(
    past world: LiveWorld, at moment: Moment, _ following: Following, trace: ((String) -> Void)? = nil
  ) {
    self.init(history: world, before: moment, trace: trace)
    // It is soon gone: the snapshots that there are will do.
    options.largestSnapshot = 0
    if case .interrupted = go(to: moment, following) { return nil }
  }

  /// A world with the history of another, at the last snapshot before a moment.
  private init(history world: LiveWorld, before moment: Moment, trace: ((String) -> Void)?) {
    options = world.options
    // What was only foreseen belongs to the other one.
    deeds = Array(world.deeds.prefix(world.done))
    script = world.script
    snapshots = world.snapshots
    snapshots.forget(after: world.moment, done: world.done)
    lookouts = world.lookouts
    let kept = snapshots.before(moment) ?? snapshots.kept[0]
    (ground, program, text, set, done) = (kept.ground, kept.program, kept.text, kept.set, kept.done)
    run = Run(kept.run, workers: trace == nil ? options.workers : 1, budgets: options.budgets, trace: trace)
    run.watch = options.watch
    relook()
  }

  /// A world that goes on from what was kept of another.
  init(_ kept: Kept, deeds: [Deed], script: LiveText, options: LiveOptions, lookouts: [String]) {
    self.options = options
    self.deeds = deeds
    self.script = script
    self.lookouts = lookouts
    snapshots = Snapshots(limit: options.snapshotBytes)
    snapshots.add(kept)
    (ground, program, text, set, done) = (kept.ground, kept.program, kept.text, kept.set, kept.done)
    run = Run(kept.run, workers: options.workers, budgets: options.budgets)
    run.watch = options.watch
    costAtSnapshot = kept.cost
    relook()
  }

  static func ground(_ program: CheckedProgram, _ options: LiveOptions, _ files: [SourceFile]) throws(RunProblem)
    -> Ground
  {
    let values: [Int: ParamValue]
    do { values = try OutageKit.settings(program, options.settings, variant: options.variant) } catch {
      throw .usage(error)
    }
    do {
      return try Ground(
        program, settings: values, files: files, host: options.host, memory: options.budgets.memory,
        interruption: Interruption(options.watch))
    } catch { throw RunProblem(error) }
  }

  /// The first look, and the snapshot from which everything can be had again.
  func begin() {
    run.advance(to: 0)
    // Given up before there was anything to go back to.
    if run.isHalfway, options.leavesHalfTicks { return }
    relook()
    keep()
  }

  /// Does again what was done before, however often its watch asks to stop: a world has to stand somewhere.
  func unwatched<T>(_ work: () -> T) -> T {
    run.watch = nil
    defer { run.watch = options.watch }
    return work()
  }

  /// Ends the reading and compiling of what is typed, when what ends the run asks to.
  var interruption: Interruption { Interruption(run.watch) }

  // MARK: What stands

  public var clock: ClockFace { run.clock }
  public var image: Image { ground.image }
  public var files: [SourceFile] { text.files }
  public var now: Int64 { run.present }
  public var moment: Moment { Moment(ticks: run.ticks, events: run.singleEvents) }
  public var isOver: Bool { run.reached >= clock.duration }
  public var writer: ValueWriter { ValueWriter(run.image, clock) }
  /// Bytes that snapshots take now, and what was typed.
  public var snapshotBytes: Int { snapshots.bytes + text.weightOfTyped }

  /// What a report says of the run so far.
  public func result(unless isUnwanted: () -> Bool = { false }) -> RunResult {
    let manifest = Manifest(
      version: Version.full, sourceHash: text.digest, parameters: image.meta.params,
      variant: options.variant, seed: options.seed)
    return run.result(manifest: manifest, unless: isUnwanted)
  }

  var settings: [Int: ParamValue] {
    (try? OutageKit.settings(program, set, variant: options.variant)) ?? [:]
  }

  // MARK: Snapshots

  private var cost: Int64 { run.world.events + run.ticks * (Snapshots.look + Int64(run.looks)) }

  func keep() {
    guard run.singleEvents == 0 else { return }
    costAtSnapshot = cost
    snapshots.makeRoom(for: run.bytes, at: moment)
    snapshots.add(keptNow())
  }

  /// What stands now, at a look.
  func keptNow() -> Kept {
    Kept(
      ticks: run.ticks, done: done, cost: cost, run: run.snapshot(), ground: ground, program: program, text: text,
      set: set)
  }

  func keepNowAndThen() {
    if cost - costAtSnapshot >= Snapshots.interval, run.bytes <= options.largestSnapshot { keep() }
  }

  func restore(_ kept: Kept) {
    let isSame = kept.ground === ground
    (ground, program, text, set, done) = (kept.ground, kept.program, kept.text, kept.set, kept.done)
    run.restore(kept.run)
    costAtSnapshot = kept.cost
    if isSame { run.adopt(liveImage) } else { relook() }
    run.world.watch(labels: watchedLabels)
  }

  // MARK: Lookouts

  /// Stops before labelled steps, by number.
  public var labelStops: [(number: Int, label: String)] = [] {
    didSet { run.world.watch(labels: watchedLabels) }
  }
  /// Where the world was stopped before a labelled step: it goes on past it.
  var heldAt: Moment?

  var watchedLabels: [Int] { labelStops.compactMap { image.meta.labels.firstIndex(of: $0.label) } }

  var liveImage: Image { seenFrom ?? ground.image }
  private var seenFrom: Image?

  /// Compiles the lookouts anew, because the ground has changed. One that means nothing here is dormant.
  func relook() {
    seenFrom = nil
    // Bodies of the old image mean something else in the new one.
    run.world.look(at: [])
    looks = lookouts.map { _ in nil }
    let places = lookouts.indices.filter { !lookouts[$0].isEmpty }
    if places.isEmpty { return run.adopt(liveImage) }
    var known = places
    var values: [(CheckedExpression, CheckedBody)] = []
    if let all = try? checked(places.map { lookouts[$0] }) {
      values = all.values
    } else {
      known = []
      for k in places {
        guard case .success(let one) = checkedValue(lookouts[k]) else { continue }
        values.append(one)
        known.append(k)
      }
    }
    if !values.isEmpty,
      let (image, found) = try? ground.looking(at: values, program, settings: settings, files: text.files)
    {
      seenFrom = image
      for (k, look) in zip(known, found) { looks[k] = look }
    }
    run.adopt(liveImage)
  }

  /// An expression that is looked at from now on: its number, or what is wrong with it.
  public func watch(_ line: String) -> Result<Int, Mistake> {
    switch checkedValue(line) {
    case .failure(let mistake): return .failure(mistake)
    case .success(let checked):
      do {
        _ = try ground.looking(at: [checked], program, settings: settings, files: text.files)
      } catch {
        return .failure(Mistake(error.diagnostics, text.files + [SourceFile(name: "prompt", text: Array(line.utf8))]))
      }
      lookouts.append(line)
      relook()
      return .success(lookouts.count - 1)
    }
  }

  /// Expressions that are looked at from now on, as far as they mean something.
  func watch(all lines: [String]) -> [Int] {
    let first = lookouts.count
    lookouts += lines
    relook()
    return Array(first..<lookouts.count)
  }

  /// What a lookout sees now.
  public func sight(_ k: Int) -> LiveValue {
    guard looks.indices.contains(k), let look = looks[k] else { return .none("it means nothing here") }
    return value(look)
  }

  func value(_ look: Look) -> LiveValue {
    switch look {
    case .word(let body, let type, _):
      switch glance(body) {
      case .word(let word):
        // A text that was only typed is known to no image but the one that is looked with.
        if case .text = type { return .text(writer.text(.word(word, type))) }
        return .word(word, type)
      case .trouble(let kind, let detail): return .none(words(kind, detail))
      case .list: return .none("a list")
      }
    case .list(let body, let item, _):
      switch glance(body, isList: true) {
      case .list(let words): return .list(words, item)
      case .trouble(let kind, let detail): return .none(words(kind, detail))
      case .word: return .none("a value")
      }
    case .record(let fields): return .record(fields.map { ($0.name, value($0.value)) })
    case .text(let parts):
      var line = ""
      for part in parts {
        switch part {
        case .literal(let text): line += text
        case .value(let look): line += writer.text(value(look))
        }
      }
      return .text(line)
    }
  }

  private func glance(_ body: Int, isList: Bool = false) -> Glance {
    run.world.watched(by: options.watch) { run.world.glance(body, isList: isList) }
  }

  /// The values that are asked for next are those that `hostFailure` and `ranOutOfMemory` speak of.
  func forgetFailures() { (hostFailure, ranOutOfMemory) = (nil, false) }

  private func words(_ kind: Trouble, _ detail: Int64) -> String {
    switch kind {
    case .host:
      let words = run.image.host.message(Int(detail))
      hostFailure = hostFailure ?? words
      return words
    case .memory:
      ranOutOfMemory = true
      return "it takes more memory than is allowed"
    case .stopped: return "it was interrupted"
    case .divisionByZero: return "division by zero"
    case .overflow: return "it is too large for 64 bits"
    case .index: return "there is no element \(detail)"
    case .emptyList: return "the list is empty"
    case .notANumber: return "it is not a number, or too large"
    case .hugeList: return "a list of more than four million items"
    case .zeroTime: return "it goes on for ever"
    default: return kind.words(detail, run.image)
    }
  }
}

/// What is wrong with something typed, and the sources it speaks of.
public struct Mistake: Error {
  public var diagnostics: [Diagnostic]
  /// The host wanted no more of it before it was read; there are no diagnostics then.
  public var isInterrupted: Bool { diagnostics.isEmpty }
  public var files: [SourceFile]
  public init(_ diagnostics: [Diagnostic], _ files: [SourceFile]) {
    self.diagnostics = diagnostics
    self.files = files
  }
}
