import OutageCompiler
public import OutageEngine
import OutageModel
import OutageSemantics
public import OutageSyntax

/// What became of a line.
public struct Entered {
  /// Values to be printed, in order.
  public var values: [LiveValue] = []
  /// Statements that were done.
  public var acts = 0
  /// Names of items that joined the world.
  public var items: [String] = []
  public var warnings: [Diagnostic] = []
}

/// The inputs that are acts, and their bodies.
struct Acts {
  var inputs: [InputResult.Input] = []
  var bodies: [CheckedBody] = []
  /// What is known of types with them.
  var learned: Learned?

  init(_ inputs: [InputResult.Input], _ checked: LiveText.Checked) {
    learned = checked.learned
    for (input, result) in zip(inputs, checked.inputs) {
      guard case .act(let body) = result else { continue }
      self.inputs.append(input)
      bodies.append(body)
    }
  }
}

extension LiveWorld {
  /// Whether a line goes on in the next one.
  public func isUnfinished(_ line: String) -> Bool { text.reading(line).isUnfinished }

  /// Whether a line reads as the language.
  public func parses(_ line: String) -> Bool { text.reading(line).diagnostics.isEmpty }

  /// Does what was typed: expressions are looked at, statements act now, items join the world.
  public func enter(_ line: String) throws(Mistake) -> Entered {
    let reading = text.reading(line)
    if reading.diagnostics.contains(where: { $0.severity == .error }) {
      throw Mistake(reading.diagnostics, reading.text.files)
    }
    let checked = reading.text.check(reading.inputs, interruption)
    guard let program = checked.program else { throw Mistake(checked.diagnostics, reading.text.files) }
    try refusePast(reading)
    var entered = Entered()
    entered.warnings = checked.diagnostics.filter { $0.primary.span.file == Int32(text.files.count) }
    entered.items = reading.items.compactMap(name)
    let acts = Acts(reading.inputs, checked)
    entered.acts = acts.bodies.count
    if !reading.items.isEmpty || !acts.bodies.isEmpty {
      try extend(reading, program, acts)
      record(.typed(line))
    }
    let values = checked.inputs.compactMap { input -> (CheckedExpression, CheckedBody)? in
      if case .value(let value, let body) = input { return (value, body) }
      return nil
    }
    if !values.isEmpty {
      entered.values = try look(at: values, program, reading.text.files)
    }
    return entered
  }

  /// The value of one expression.
  public func value(of line: String) throws(Mistake) -> LiveValue { try values(of: [line])[0] }

  /// The values of many expressions, checked in one go.
  public func values(of lines: [String]) throws(Mistake) -> [LiveValue] {
    if lines.isEmpty { return [] }
    let all = try checked(lines)
    return try look(at: all.values, all.program, all.files)
  }

  /// The unit of what a line asks for, whether or not there is a value now; nil: it is not a single value.
  public func unit(of line: String) throws(Mistake) -> ValueUnit? {
    let all = try checked([line])
    let looks: [Look]
    do throws(CompileFailure) {
      looks = try ground.looking(at: all.values, all.program, settings: settings, files: all.files).looks
    } catch {
      throw Mistake(error.diagnostics, all.files)
    }
    guard case .word(_, let type, _)? = looks.first else { return nil }
    return LiveValue.word(0, type).unit
  }

  /// Many expressions against the program as it stands.
  func checked(_ lines: [String]) throws(Mistake) -> (
    program: CheckedProgram, values: [(CheckedExpression, CheckedBody)], files: [SourceFile]
  ) {
    var files = text.files
    var inputs: [InputResult.Input] = []
    for line in lines {
      let file = SourceFile(name: "prompt", text: Array(line.utf8))
      let parsed = parseInput(file, index: Int32(files.count))
      files.append(file)
      guard parsed.diagnostics.isEmpty, parsed.inputs.count == 1, case .expression = parsed.inputs[0] else {
        throw Mistake(parsed.diagnostics.isEmpty ? [notAValue(files.count - 1, line)] : parsed.diagnostics, files)
      }
      inputs += parsed.inputs
    }
    var seen = text
    seen.files = files
    let checked = seen.check(inputs, interruption)
    guard let program = checked.program else { throw Mistake(checked.diagnostics, files) }
    var values: [(CheckedExpression, CheckedBody)] = []
    for (k, input) in checked.inputs.enumerated() {
      guard case .value(let value, let body) = input else {
        throw Mistake([notAValue(text.files.count + k, lines[k])], files)
      }
      values.append((value, body))
    }
    return (program, values, files)
  }

  private func notAValue(_ file: Int, _ line: String) -> Diagnostic {
    Diagnostic(
      code: "E0623", "an expression is needed here", at: Span(file: Int32(file), start: 0, end: Int32(line.utf8.count)),
      help: "such as `queue.length > 10`")
  }

  func checkedValue(_ line: String) -> Result<(CheckedExpression, CheckedBody), Mistake> {
    let reading = text.reading(line)
    if reading.diagnostics.contains(where: { $0.severity == .error }) {
      return .failure(Mistake(reading.diagnostics, reading.text.files))
    }
    guard reading.items.isEmpty, reading.inputs.count == 1 else {
      return .failure(Mistake([notAValue(text.files.count, line)], reading.text.files))
    }
    let checked = reading.text.check(reading.inputs, interruption)
    guard checked.program != nil else { return .failure(Mistake(checked.diagnostics, reading.text.files)) }
    guard case .value(let value, let body)? = checked.inputs.first else {
      return .failure(Mistake([notAValue(text.files.count, line)], reading.text.files))
    }
    return .success((value, body))
  }

  private func look(at values: [(CheckedExpression, CheckedBody)], _ program: CheckedProgram, _ files: [SourceFile])
    throws(Mistake) -> [LiveValue]
  {
    let found: (image: Image, looks: [Look])
    do { found = try ground.looking(at: values, program, settings: settings, files: files, interruption) } catch {
      throw Mistake(error.diagnostics, files)
    }
    run.adopt(found.image)
    forgetFailures()
    defer { run.adopt(liveImage) }
    return found.looks.map(value)
  }

  // MARK: Joining

  /// Items at the very start belong to the script; later ones join the world that is alive.
  private func extend(_ reading: LiveText.Reading, _ program: CheckedProgram, _ acts: Acts) throws(Mistake) {
    if moment == .start, !reading.items.isEmpty {
      let kept = (ground, self.program, text, run, done, snapshots)
      let wrong: [Diagnostic]
      do {
        try rebuild(reading, program)
        guard let failed else { return }
        wrong = [failed]
      } catch { wrong = error.diagnostics }
      (ground, self.program, text, run, done, snapshots) = kept
      relook()
      throw Mistake(wrong, reading.text.files)
    }
    let before = moment
    try join(reading, program, acts, interruption)
    if let failed {
      snapshots.before(before).map(restore)
      unwatched { _ = go(to: before) }
      throw Mistake([failed], reading.text.files)
    }
  }

  /// - Parameter interruption: of something typed now; what is done again must not get lost.
  private func join(
    _ reading: LiveText.Reading, _ program: CheckedProgram, _ acts: Acts, _ interruption: Interruption = Interruption()
  ) throws(Mistake) {
    let grown: Ground.Grown
    let values = settings
    do {
      grown = try ground.grown(
        program, settings: values, files: reading.text.files, acts: acts.bodies, floors: run.world.wordsInUse,
        interruption)
    } catch {
      throw Mistake(error.diagnostics, reading.text.files)
    }
    guard run.grow(grown.growth) else {
      throw Mistake(
        [
          Diagnostic(
            code: "E0624", "this does not fit into the memory allowed",
            at: Span(file: Int32(text.files.count), start: 0, end: 0))
        ], reading.text.files)
    }
    ground = grown.ground
    self.program = program
    text = reading.text
    text.note(acts, atStart: moment == .start)
    for act in grown.acts { run.act(act.element, body: act.body) }
    relook()
  }

  /// What came of something typed, when it cannot be left at that: the world is then to be as it was before. A host that
  /// leaves half ticks sees to it itself.
  private var failed: Diagnostic? {
    if options.leavesHalfTicks { return nil }
    let typed = files.count - 1
    let whole = Span(file: Int32(typed), start: 0, end: Int32(files[typed].text.count))
    return switch run.end {
    case .failed(let failure)?: describe(failure)
    case .budget(let what, let limit, _)?:
      Diagnostic(code: "E0799", "the budget of \(what) ran out (\(limit))", at: whole)
    case .interrupted?: Diagnostic(code: "E0799", "interrupted", at: whole)
    default: nil
    }
  }

  /// What went wrong, where in the source.
  public func describe(_ failure: RuntimeFailure) -> Diagnostic {
    let who = failure.subject.isEmpty ? "" : " in \(failure.subject)"
    return Diagnostic(
      code: failure.code, failure.message,
      at: Span(file: failure.file, start: failure.from, end: failure.to),
      label: "at \(clock.text(failure.time))\(who)")
  }

  /// A new world of the script and all items typed so far, and what was done at its start.
  private func rebuild(_ reading: LiveText.Reading, _ program: CheckedProgram) throws(CompileFailure) {
    let values = (try? OutageKit.settings(program, set, variant: options.variant)) ?? [:]
    ground = try Ground(
      program, settings: values, files: reading.text.files, host: options.host, memory: options.budgets.memory,
      interruption: interruption)
    self.program = program
    text = reading.text
    let before = text.actsAtStart
    text.forgetActs()
    run = Run(
      ground.image, seed: options.seed, workers: options.workers, budgets: options.budgets, watch: options.watch)
    snapshots = Snapshots(limit: options.snapshotBytes)
    begin()
    // What was done at the start is done again, in order; its items are there already.
    try redo(before + reading.inputs)
    keep()
  }

  /// Does acts again, all at once; one by one where some of them mean nothing any more.
  private func redo(_ inputs: [InputResult.Input]) throws(CompileFailure) {
    if inputs.isEmpty { return }
    let checked = text.check(inputs, interruption)
    if let program = checked.program {
      let all = LiveText.Reading(text: text, inputs: inputs, diagnostics: [], isUnfinished: false)
      do { return try join(all, program, Acts(inputs, checked), interruption) } catch {
        if error.isInterrupted { throw CompileFailure([]) }
      }
    } else if checked.diagnostics.isEmpty {
      throw CompileFailure([])
    }
    for input in inputs { redo([input], text) }
  }

  /// Does the acts of a line again; its items are there already.
  func redoActs(_ line: String) {
    let reading = text.reading(line)
    redo(reading.inputs, reading.text)
  }

  private func redo(_ inputs: [InputResult.Input], _ seen: LiveText) {
    if inputs.isEmpty { return }
    var seen = seen
    seen.items = text.items
    let checked = seen.check(inputs, Interruption())
    let acts = Acts(inputs, checked)
    guard let program = checked.program, !acts.bodies.isEmpty else { return }
    again {
      () throws(Mistake) in
      try join(LiveText.Reading(text: seen, inputs: inputs, diagnostics: [], isUnfinished: false), program, acts)
    }
  }

  func record(_ kind: Deed.Kind) {
    deeds.insert(Deed(moment: moment, kind: kind), at: done)
    done += 1
    snapshots.forget(after: moment, done: done - 1)
    if run.world.stateBytes <= options.largestSnapshot { keep() }
  }

  /// Does again what was done here before.
  func redo(_ deed: Deed) {
    done += 1
    switch deed.kind {
    case .typed(let line):
      let reading = text.reading(line)
      let checked = reading.text.check(reading.inputs, Interruption())
      guard let program = checked.program else { return lose(checked.diagnostics) }
      again { () throws(Mistake) in try join(reading, program, Acts(reading.inputs, checked)) }
    case .set(let name, let value):
      do { try apply(name, value) } catch { lose([]) }
    }
  }

  private func again(_ deed: () throws(Mistake) -> Void) {
    do { try deed() } catch { lose(error.diagnostics) }
  }

  /// A deed that means nothing any more since something before it was changed.
  private func lose(_ diagnostics: [Diagnostic]) {
    lost.append(diagnostics.first?.message ?? "it cannot be done any more")
  }

  /// An `at` that has passed would never come.
  private func refusePast(_ reading: LiveText.Reading) throws(Mistake) {
    for item in reading.items {
      if case .clock = item.kind, moment > .start {
        throw Mistake(
          [
            Diagnostic(
              code: "E0622", "the clock is running", at: item.span, help: "begin again with `:reset`, then type it")
          ], reading.text.files)
      }
      guard case .at(let when, _) = item.kind,
        case .elapsed(let time)? = image.meta.clock.begins.reading(of: when)
      else { continue }
      if moment > .start, time < now {
        throw Mistake(
          [
            Diagnostic(
              code: "E0625", "this time has passed", at: when.span, label: "it is \(clock.text(now))",
              help: "go back before it with `:goto`")
          ], reading.text.files)
      }
    }
  }

  private func name(_ item: Item) -> String? {
    switch item.kind {
    case .variable(let v): v.name.text
    case .plans(let n, _): n.text
    case .dns(let d): d.name.text
    case .queue(let q): q.name.text
    case .lease(let l): l.name.text
    case .service(let s): s.name.text
    case .balancer(let b): b.name.text
    case .load(let l): l.name.text
    case .process(let p): p.name.text
    case .measure(let n, _), .let(let n, _), .function(let n, _, _), .policy(let n, _): n.text
    case .param(let p): p.name.text
    case .property(let p): "\"\(p.text)\""
    default: nil
    }
  }
}
