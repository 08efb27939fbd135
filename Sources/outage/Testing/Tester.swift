import OutageKit
import OutageReport
import OutageSyntax

/// Makes the tests of scripts, several at once, and puts together what they say.
struct Tester {
  private var options: TrialOptions
  private let workers: Int
  private let isUpdate: Bool

  /// - Parameter workers: threads in all.
  init(_ options: TrialOptions, _ workers: Int, isUpdate: Bool) {
    (self.options, self.isUpdate) = (options, isUpdate)
    // What is allowed to each may not be more than there is for all.
    self.workers = max(1, min(workers, Resources.memory / options.memory))
  }

  func test(_ found: [ScriptFinder.Found]) -> [TestedScript] {
    let progress = Progress()
    defer { progress.clear() }
    let read = Crew.map(found.count, workers: workers, tell: { _ in }) { Self.read(found[$0]) }
    var work: [(script: Int, trial: Trial)] = []
    for (k, script) in read.enumerated() {
      if case .success(let source) = script { work += source.trials(options).map { (k, $0) } }
    }
    var options = options
    // A single test may have all threads.
    options.workers = max(1, workers / max(1, work.count))
    let own = (work: work, options: options)
    let made = Crew.map(
      work.count, workers: workers, tell: { progress.show(tests: $0, of: own.work.count, wallSeconds()) }
    ) { k -> TestCase?? in
      guard case .success(let source) = read[own.work[k].script] else { return .some(nil) }
      return .some(source.attempt(own.work[k].trial, own.options))
    }
    var cases = read.map { script -> [TestCase] in if case .failure(let failure) = script { [failure.test] } else { [] } }
    for (one, test) in zip(work, made) { if let test = test.flatMap(\.self) { cases[one.script].append(test) } }
    return zip(found, cases).map { finished($0, $1) }
  }

  /// A script that cannot be tested.
  private struct Unread: Error {
    var test: TestCase
  }

  private static func read(_ found: ScriptFinder.Found) -> Result<Source, Unread> {
    var test = TestCase(kind: .reading)
    func failed(_ reason: String) -> Result<Source, Unread> {
      (test.outcome, test.remarks) = (.file, [reason])
      return .failure(Unread(test: test))
    }
    if let failure = found.failure { return failed(failure) }
    let text: [UInt8]
    do { text = try Files.read(found.path, limit: Limits.sourceBytes + 1) } catch {
      if !error.isInterrupted { return failed(error.reason) }
      (test.isCutShort, test.remarks) = (true, [TestCase.unfinished])
      return .failure(Unread(test: test))
    }
    let source = Source(
      name: found.path, text: text, interruption: Console.interruption, identity: Files.full(found.path), load: Files.load)
    if let test = source.readingCase { return .failure(Unread(test: test)) }
    return .success(source)
  }

  /// What the tests say together, compared with what is pinned.
  private func finished(_ found: ScriptFinder.Found, _ cases: [TestCase]) -> TestedScript {
    var cases = TestCase.judge(cases, isStrict: options.isStrict)
    if !isUpdate, found.failure == nil {
      do {
        let pinned = try Pinned(beside: found.path)
        for k in cases.indices { pinned.compare(&cases[k]) }
      } catch {
        if let reason = error.reason, !cases.isEmpty {
          if cases[0].outcome.isPassed || cases[0].outcome == .unknown { cases[0].outcome = .file }
          cases[0].remarks.append("\(Pinned.path(of: found.path)): \(reason)")
        }
      }
    }
    for k in cases.indices { cases[k].command = CommandLineText.again(cases[k], found.path, options) }
    return TestedScript(path: found.path, cases: cases)
  }
}

/// Commands as a shell takes them.
enum CommandLineText {
  /// Does a test again.
  static func again(_ test: TestCase, _ path: String, _ options: TrialOptions) -> String {
    // A file that begins with a dash would be an option.
    let path = quoted(path.hasPrefix("-") ? "./" + path : path)
    let variant = test.variant.map { " --variant \(quoted($0))" } ?? ""
    let memory = options.memory == TrialOptions().memory ? "" : " --max-memory \(options.memory)"
    switch test.kind {
    case .reading: return "outage \(test.outcome == .file ? "test" : "check") \(path)"
    case .run(let seed):
      let events = options.maxEvents.map { " --max-events \($0)" } ?? ""
      return "outage run \(path)\(variant) --seed \(seed)\(events)\(memory)"
    case .search: return "outage explore \(path)\(variant) --max-states \(options.maxStates)\(memory)"
    }
  }

  private static func quoted(_ text: String) -> String {
    let isPlain = !text.isEmpty && text.utf8.allSatisfy { byte in
      (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte) || "-._~/+=@%:,".utf8.contains(byte)
    }
    return isPlain ? text : "'" + text.replacing("'", with: "'\\''") + "'"
  }
}
