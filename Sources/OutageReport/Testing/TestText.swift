import OutageEngine

/// Tests for people: a line for each script, then what did not pass, with the command that does it again.
public struct TestText {
  let color: Bool
  let unicode: Bool

  public init(color: Bool, unicode: Bool) { (self.color, self.unicode) = (color, unicode) }

  public func render(_ report: TestReport) -> String {
    let width = report.scripts.map { $0.path.harmless.count }.max() ?? 0
    var out = ""
    for script in report.scripts {
      let path = script.path.harmless
      let gap = String(repeating: " ", count: width - path.count + 2)
      out += "\(mark(script.outcome)) \(path)\(gap)\(script.words)\n"
    }
    for (script, test) in report.failures { out += "\n" + render(script, test) }
    return out + (report.scripts.isEmpty ? "" : "\n") + report.summary + "\n"
  }

  private func render(_ script: TestedScript, _ test: TestCase) -> String {
    var out = "\(mark(test.outcome)) \(script.path.harmless): \(test.name.harmless): \(test.outcome.words)\n"
    for line in test.explanation { out += line.isEmpty ? "\n" : "    \(line)\n" }
    for line in test.difference.gone { out += paint("    - \(line.harmless)", "31") + "\n" }
    for line in test.difference.new { out += paint("    + \(line.harmless)", "32") + "\n" }
    if !test.command.isEmpty { out += "  \(paint("$ \(test.command.harmless)", "1"))\n" }
    return out
  }

  private func mark(_ outcome: TestOutcome) -> String {
    switch outcome {
    case .passed, .notSearched: paint(unicode ? "✓" : "ok", "32")
    case .unknown: paint("?", "33")
    case .violated, .changed, .script, .file, .fault: paint(unicode ? "✗" : "NO", "31")
    }
  }

  private func paint(_ text: String, _ code: String) -> String { color ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text }
}

extension TestOutcome {
  /// For people.
  var words: String {
    switch self {
    case .passed: "passed"
    case .notSearched: "not searched"
    case .unknown: "unknown"
    case .violated: "violated"
    case .changed: "not as pinned"
    case .script: "the script is wrong"
    case .file: "cannot be read"
    case .fault: "a fault of this program"
    }
  }
}

extension TestCase {
  /// What keeps it from passing, a line each; none of them moves a cursor.
  var explanation: [String] {
    // Where a step failed, the rest was not looked at.
    let told = findings.filter { outcome != .script || $0.outcome == .violated }
    var lines = told.map { p in
      let meant = p.verdict == .holds && p.isMeantViolated ? ", but was meant to be violated" : ""
      return "\(p.kind) \"\(p.text)\" \(p.verdict.rawValue)\(meant): \(p.reason) (line \(p.line))".harmless
    }
    lines += remarks.flatMap { $0.split(separator: "\n", omittingEmptySubsequences: false).map { String($0).harmless } }
    if outcome == .violated, findings.isEmpty { lines += blindSpots.map(\.harmless) }
    return lines
  }
}

extension TestedScript {
  /// `2 runs, 1 search`, or what is the matter.
  var words: String {
    if !outcome.isPassed { return outcome.words }
    func count(_ n: Int, _ one: String, _ many: String) -> String { "\(n) \(n == 1 ? one : many)" }
    let runs = cases.count(where: \.isOfRun)
    let searches = cases.count { $0.kind == .search && $0.outcome == .passed }
    let without = cases.count { $0.outcome == .notSearched }
    var parts = [count(runs, "run", "runs")]
    if searches > 0 { parts.append(count(searches, "search", "searches")) }
    if without > 0 { parts.append("not searched") }
    if cases.contains(where: \.isUnknownAsPinned) { parts.append("unknown, as pinned") }
    return parts.joined(separator: ", ")
  }
}

extension TestReport {
  /// `12 scripts: 10 passed, 1 violated, 1 unknown`
  var summary: String {
    var line = "\(scripts.count) script\(scripts.count == 1 ? "" : "s")"
    if !scripts.isEmpty {
      let others = TestOutcome.allCases.filter { !$0.isPassed }.reversed().map { (count($0), $0.summaryWord) }
      let parts = [(passed, "passed")] + others
      line += ": " + parts.filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }.joined(separator: ", ")
    }
    if let shard { line += "; shard \(shard.part) of \(shard.of), \(elsewhere) in others" }
    switch end {
    case .complete: return line
    case .time: return line + "; the limit of wall-clock time was reached"
    case .interrupted: return line + "; interrupted"
    }
  }
}

extension TestOutcome {
  fileprivate var summaryWord: String {
    switch self {
    case .passed, .notSearched: "passed"
    case .unknown: "unknown"
    case .violated: "violated"
    case .changed: "not as pinned"
    case .script: "wrong"
    case .file: "unreadable"
    case .fault: "with a fault of this program"
    }
  }
}
