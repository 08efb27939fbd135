import OutageEngine
import OutageExplorer
import OutageModel
public import OutageReport
import OutageSyntax

// A script as a test: each run and each search is one case, and what they say of a claim is put together.

extension Source {
  /// The tests of this script, in the order of the report.
  public func trials(_ options: TrialOptions) -> [Trial] {
    let variants = options.coversVariants ? casesOfVariants.map(\.variant) : [nil]
    return variants.flatMap { variant in
      options.seeds.map { Trial(kind: .run(seed: $0), variant: variant) }
        + (options.searches ? [Trial(kind: .search, variant: variant)] : [])
    }
  }

  /// Makes a test; nil: there is nothing that a search could say.
  public func attempt(_ trial: Trial, _ options: TrialOptions) -> TestCase? {
    switch trial.kind {
    case .run(let seed): attemptRun(seed, trial.variant, options)
    case .search: attemptSearch(trial.variant, options)
    }
  }

  /// The case of a script that is not tested, because it is wrong; nil: it can be.
  public var readingCase: TestCase? {
    if program != nil { return nil }
    var test = TestCase(kind: .reading)
    refuse(RunProblem(diagnostics), &test)
    return test
  }

  // MARK: Runs

  private func attemptRun(_ seed: UInt64, _ variant: String?, _ o: TrialOptions) -> TestCase {
    var test = TestCase(kind: .run(seed: seed), variant: variant)
    var options = RunOptions()
    (options.seed, options.variant, options.workers) = (seed, variant, o.workers)
    options.budgets.memory = o.memory
    if let events = o.maxEvents { options.budgets.events = events }
    options.endWhen(o.wantsToStop)
    options.halt = { _, _ in o.wantsToStop() ? .interrupted : .goOn }
    do {
      let image = try image(variant: variant, memory: o.memory, interruption: Interruption(options.watch))
      let result = try run(image, options)
      fill(&test, result, image)
    } catch { refuse(error, &test) }
    return test
  }

  private func fill(_ test: inout TestCase, _ r: RunResult, _ image: Image) {
    test.properties = zip(image.meta.properties, r.properties).map { own, found in
      TestedProperty(
        claim: own.claim, kind: found.kind, text: found.text, outcome: found.outcome,
        isMeantViolated: found.isMeantViolated, reason: found.reason, file: file(of: own, image), line: found.line)
    }
    test.extent = "\(ValueText.grouped(r.counts.events)) event\(r.counts.events == 1 ? "" : "s")"
    switch r.end {
    case .reachedEnd, .stoppedAt, .violated: break
    case .budget(let what, let limit, let at):
      test.isCutShort = true
      test.remarks.append("stopped at \(r.clock.text(at)): the budget of \(what) is used up: \(limit)")
    case .interrupted: return cut(&test)
    case .failed:
      test.outcome = .script
      if let failed = r.failedEvent { show([failed], &test) }
    }
    test.setPin(r.manifest.digest)
  }

  // MARK: Searches

  private func attemptSearch(_ variant: String?, _ o: TrialOptions) -> TestCase? {
    var test = TestCase(kind: .search, variant: variant)
    var options = ExplorationOptions()
    options.variant = variant
    options.search.maxStates = o.maxStates
    options.search.maxMemory = o.memory
    options.search.workers = o.workers
    options.endWhen(o.wantsToStop)
    options.halt = { _ in o.wantsToStop() ? .interrupted : .goOn }
    let image: Image
    do {
      image = try imageToExplore(variant: variant, memory: o.memory, interruption: Interruption(options.watch))
    } catch {
      refuse(error, &test)
      return test
    }
    let stated = image.meta.properties.filter(\.isExplorable)
    // Without processes a run says all that there is to say, but of paths.
    let isForRuns = image.meta.exploring.processes.isEmpty && !stated.contains { $0.claim == .ofPaths }
    if stated.isEmpty || isForRuns { return nil }
    do { fill(&test, try explore(image, options), stated, image) } catch {
      test.outcome = .notSearched
      let place = error.place.map { " (\(words(for: Span(file: $0.file, start: $0.from, end: $0.to))))" }
      test.remarks = ["not searched: \(error.message)\(place ?? "")"]
    }
    return test
  }

  private func fill(_ test: inout TestCase, _ r: ExploreResult, _ stated: [ImageMeta.Property], _ image: Image) {
    test.properties = zip(stated, r.properties).map { own, found in
      TestedProperty(
        claim: own.claim, kind: found.kind, text: found.text, outcome: Verdict(found.outcome),
        isMeantViolated: found.isMeantViolated, reason: found.reason, file: file(of: own, image), line: found.line)
    }
    let states = Int64(r.states)
    test.extent = "\(ValueText.grouped(states)) state\(r.states == 1 ? "" : "s"), depth \(r.depth)"
    test.blindSpots = r.unreached.map { "never reached, line \($0.line): \($0.text)" }
    test.blindSpots += r.properties.filter(\.isVacuous).map { "the premise of \"\($0.text)\" is never true" }
    switch r.limit {
    case nil: break
    case .states(let n): cut(&test, "stopped at \(ValueText.grouped(Int64(n))) states")
    case .memory(let n): cut(&test, "stopped at \(ValueText.grouped(Int64(n))) bytes of memory")
    case .time, .interrupted: return cut(&test)
    }
    if let failure = r.failure {
      test.outcome = .script
      if let failed = r.failedStep { show([failed], &test) } else { test.remarks.append("\(failure.code): \(failure.message)") }
    }
    if let fault = r.fault {
      test.outcome = .fault
      test.remarks.append("a fault of this program: \(fault)")
    }
    test.setPin()
  }

  // MARK: What kept it from being made

  private func refuse(_ problem: RunProblem, _ test: inout TestCase) {
    switch problem {
    case .usage(let problem):
      test.outcome = .script
      test.remarks.append(problem.message)
    case .script(let diagnostics) where diagnostics.areOfALimit:
      test.isCutShort = true
      show(diagnostics, &test)
    case .script(let diagnostics):
      test.outcome = .script
      show(diagnostics, &test)
    case .budget(let what, let limit): cut(&test, "the budget of \(what) is used up: \(limit)")
    case .failed(let failure):
      test.outcome = .script
      test.remarks.append("\(failure.code): \(failure.message)")
    case .interrupted: cut(&test)
    }
  }

  private func cut(_ test: inout TestCase, _ reason: String = TestCase.unfinished) {
    test.isCutShort = true
    test.remarks.append(reason)
  }

  private func show(_ diagnostics: [Diagnostic], _ test: inout TestCase) {
    let renderer = DiagnosticRenderer(files: files, color: false)
    let errors = diagnostics.filter { $0.severity == .error }
    test.remarks += errors.map { renderer.render($0) }
    if let span = errors.first?.primary.span, files.indices.contains(Int(span.file)) {
      test.place = (files[Int(span.file)].name, files[Int(span.file)].place(of: span.start).line)
    }
  }

  private func words(for span: Span) -> String {
    guard files.indices.contains(Int(span.file)) else { return "" }
    let line = "line \(files[Int(span.file)].place(of: span.start).line)"
    return span.file == 0 ? line : "\(line) of \(files[Int(span.file)].name)"
  }

  /// The file in which a property stands.
  private func file(of property: ImageMeta.Property, _ image: Image) -> String {
    let step = Int(image.tables.bodies[property.probe.body].step)
    let file = step < 0 ? 0 : Int(image.tables.steps[step].file)
    return files.indices.contains(file) ? files[file].name : files[0].name
  }
}

extension ImageMeta.Property {
  /// A violation that is meant, and something that is to be seen, need one witness.
  fileprivate var claim: TestedProperty.Claim {
    switch kind {
    case .never, .always, .eventually, .leadsTo, .expect: isMeantViolated ? .existential : .universal
    case .sometimes: isMeantViolated ? .universal : .existential
    case .recoverable: .ofPaths
    }
  }
}

extension Verdict {
  fileprivate init(_ verdict: ExploreResult.Verdict) {
    switch verdict {
    case .holds: self = .holds
    case .violated: self = .violated
    case .unknown: self = .unknown
    }
  }
}
