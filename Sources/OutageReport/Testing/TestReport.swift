public import OutageEngine

/// How a test ended. `outage test` ends with the code of the worst.
public enum TestOutcome: String, Sendable, CaseIterable {
  case passed
  /// A search cannot decide what the script states; its runs were judged alone.
  case notSearched = "not_searched"
  /// A limit was reached before there was a verdict.
  case unknown
  case violated
  /// It is not what was pinned.
  case changed
  /// The script is wrong, or a step of it failed.
  case script
  /// The script, or what was pinned, cannot be read.
  case file
  /// A fault of the program.
  case fault

  /// It counts as passed.
  public var isPassed: Bool { self == .passed || self == .notSearched }
}

/// A property as one test found it.
public struct TestedProperty: Sendable {
  /// What shows the claim to be true: every path must agree, or one that is found suffices.
  public enum Claim: Sendable {
    case universal
    case existential
    /// No single run can judge it.
    case ofPaths
  }

  public var claim: Claim
  /// never, always, eventually, expect, recoverable, sometimes
  public var kind: String
  public var text: String
  /// With `meant violated` taken into account.
  public var outcome: Verdict
  public var isMeantViolated: Bool
  public var reason: String
  /// Where it stands: the file, and the line from 1.
  public var file: String
  public var line: Int
  /// Another test of the same script found what it claims: what this one did not find says nothing.
  public var isShownElsewhere = false

  public init(
    claim: Claim, kind: String, text: String, outcome: Verdict, isMeantViolated: Bool, reason: String, file: String,
    line: Int
  ) {
    (self.claim, self.kind, self.text, self.outcome) = (claim, kind, text, outcome)
    (self.isMeantViolated, self.reason, self.file, self.line) = (isMeantViolated, reason, file, line)
  }

  /// What was seen.
  public var verdict: Verdict {
    guard isMeantViolated else { return outcome }
    return switch outcome {
    case .holds: .violated
    case .violated: .holds
    case .unknown: .unknown
    }
  }
}

/// One run or one search of a script, or the attempt to read it.
public struct TestCase: Sendable {
  public enum Kind: Sendable, Equatable {
    case reading
    case run(seed: UInt64)
    case search
  }

  public var kind: Kind
  public var variant: String?
  public var outcome = TestOutcome.passed
  public var properties: [TestedProperty] = []
  /// `23 events`, `190 states, depth 10`: what was done.
  public var extent = ""
  /// Why there is no verdict, or the diagnostics as a terminal shows them.
  public var remarks: [String] = []
  /// Where the first diagnostic points.
  public var place: (file: String, line: Int)?
  /// It ended at a limit, or was not done at all.
  public var isCutShort = false
  /// Steps never reached and premises never true.
  public var blindSpots: [String] = []
  /// What is compared with a pinned result: lines.
  public var pin: [String] = []
  /// The lines that were pinned and are no longer so, and those that came instead.
  public var difference: (gone: [String], new: [String]) = ([], [])
  /// A pinned result says that it is unknown, too.
  public var isUnknownAsPinned = false
  /// Does the same again.
  public var command = ""

  public init(kind: Kind, variant: String? = nil) { (self.kind, self.variant) = (kind, variant) }

  /// `run, seed 1`; `search, variant "fenced"`.
  public var name: String {
    let what =
      switch kind {
      case .reading: "check"
      case .run(let seed): "run, seed \(seed)"
      case .search: "search"
      }
    return what + (variant.map { ", variant \"\($0)\"" } ?? "")
  }

  /// What keeps it from passing.
  public var findings: [TestedProperty] {
    properties.filter { $0.outcome != .holds && !$0.isShownElsewhere && !(isOfRun && $0.claim == .ofPaths) }
  }

  var isOfRun: Bool { if case .run = kind { true } else { false } }
}

/// A script with its tests.
public struct TestedScript: Sendable {
  public var path: String
  public var cases: [TestCase]

  public init(path: String, cases: [TestCase]) { (self.path, self.cases) = (path, cases) }

  /// The worst of its tests.
  public var outcome: TestOutcome {
    let order = TestOutcome.allCases
    let worst = cases.map { order.firstIndex(of: $0.outcome) ?? 0 }.max() ?? 0
    return order[worst]
  }
}

/// What `outage test` found: plain values, in the order of paths, the same for every number of workers.
public struct TestReport: Sendable {
  public enum End: String, Sendable { case complete, time, interrupted }

  public var scripts: [TestedScript]
  /// From 1, and of how many; nil: all scripts.
  public var shard: (part: Int, of: Int)?
  /// Scripts that are tested by other shards.
  public var elsewhere = 0
  public var end = End.complete

  public init(_ scripts: [TestedScript]) { self.scripts = scripts }

  public func count(_ outcome: TestOutcome) -> Int { scripts.count { $0.outcome == outcome } }

  public var passed: Int { scripts.count { $0.outcome.isPassed } }

  /// Tests that did not pass, with their scripts.
  public var failures: [(script: TestedScript, test: TestCase)] {
    scripts.flatMap { script in script.cases.filter { !$0.outcome.isPassed }.map { (script, $0) } }
  }

  /// Of the whole: the worst; a file that cannot be read outweighs all but a fault of the program.
  public var outcome: TestOutcome {
    let order = TestOutcome.allCases
    let worst = scripts.map { order.firstIndex(of: $0.outcome) ?? 0 }.max() ?? 0
    return end != .complete && worst < 2 ? .unknown : order[worst]
  }
}
