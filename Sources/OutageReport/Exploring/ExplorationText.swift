public import OutageExplorer

/// An exploration for people: what was proved for which bounds, and a counterexample as the table an engineer would draw.
public struct ExplorationText {
  let width: Int
  let color: Bool
  let unicode: Bool

  public init(width: Int, color: Bool, unicode: Bool) {
    self.width = width
    self.color = color
    self.unicode = unicode
  }

  // MARK: One exploration

  public func render(_ r: ExploreResult) -> String {
    var out = r.scenario + "\n"
    out += wrapped(summary(r))
    if let symmetry = r.symmetry { out += words(symmetry) }
    if let reason = r.partialOrder?.leftOut { out += wrapped("no orders of steps are left out: \(reason)") }
    if r.isPartial { out += wrapped(partialWords(r)) }
    let bounds = r.parameters.map { "\($0.name) = \($0.value)" } + r.bounds
    if !bounds.isEmpty { out += wrapped("for " + bounds.joined(separator: ", ")) }
    if let words = outranked(r) { out += wrapped(words) }
    if !r.leftOut.isEmpty { out += wrapped("taking no part in the search: " + r.leftOut.joined(separator: ", ")) }
    if !r.uninvolved.isEmpty {
      out += wrapped("left out, since no property depends on them: " + r.uninvolved.joined(separator: ", "))
    }
    if let bits = r.fingerprintBits, let n = r.missedOneIn {
      out += wrapped(
        "by fingerprints of \(bits) bits: the chance that a state was missed is at most 1 in \(grouped(n))")
    }
    if let limit = r.limit { out += wrapped("\(words(limit)); what is said holds for what was seen") }
    if let hint = r.hint { out += wrapped(hint) }
    if let failure = r.failure {
      out += "\n" + paint("error \(failure.code): \(failure.message)", "31")
      out += failure.line > 0 ? " at \(words(failure.line, failure.file)): \(failure.text)\n" : "\n"
      if let trace = failure.trace { out += table(trace, r) }
    }
    for p in r.properties { out += "\n" + render(p, r) }
    out += remarks(r)
    return out
  }

  private func summary(_ r: ExploreResult) -> String {
    if r.states == 0 { return "nothing was searched: no property of the script is one that orders of steps decide" }
    let end = r.failure == nil ? " until all was decided" : " until it failed"
    let what = r.isComplete ? "" : r.limit == nil ? end : " so far"
    let arrays = r.symmetry?.arrays ?? []
    let reduced = arrays.isEmpty ? "" : " up to symmetry of " + arrays.joined(separator: " and ")
    return "\(grouped(r.states)) states\(reduced), \(grouped(r.transitions)) transitions, depth \(r.depth)\(what)"
  }

  /// Bounds are for every variant: what one says of the same parameter is for runs.
  private func outranked(_ r: ExploreResult) -> String? {
    guard let variant = r.variant, !r.outranked.isEmpty else { return nil }
    return
      "\(r.outranked.joined(separator: ", ")) by explore { }, whatever variant \"\(variant)\" says; --set outranks both"
  }

  private func partialWords(_ r: ExploreResult) -> String {
    let hasTrace = r.failure?.trace != nil || r.properties.contains { $0.trace != nil }
    return "kept by partial order: orders of steps that tell nothing new are left out"
      + (hasTrace ? ", and a shorter path may be among them" : "")
  }

  private func words(_ symmetry: ExploreResult.Symmetry) -> String {
    var out = symmetry.represented.map { wrapped("they stand for \(grouped($0)) states") } ?? ""
    for (array, reason) in symmetry.leftOut {
      out += wrapped("symmetry\(array.map { " of \($0)" } ?? "") is left out: \(reason)")
    }
    return out
  }

  private func words(_ limit: ExploreResult.Limit) -> String {
    switch limit {
    case .states(let n): "stopped at \(grouped(n)) states"
    case .memory(let bytes):
      "stopped at \(grouped(bytes)) bytes of memory (how many states they hold may vary from run to run)"
    case .time: "stopped at the time allowed"
    case .interrupted: "interrupted"
    }
  }

  private func render(_ p: ExploreResult.Property, _ r: ExploreResult) -> String {
    var line = mark(p.outcome) + " \(p.kind) \"\(p.text)\" "
    line += p.verdict == .violated && p.isMeantViolated ? "violated, as meant" : p.verdict.rawValue
    if p.verdict == .holds, p.isMeantViolated { line += ", but was meant to be violated" }
    line += ": " + p.reason
    if let trace = p.trace, p.kind != "sometimes", trace.loop == nil {
      line += ", \(trace.switches) changes of process"
    }
    if let violating = p.violating, p.kind != "recoverable" { line += "; \(grouped(violating)) states in all" }
    var out = wrapped(line)
    guard let trace = p.trace else { return out }
    if !trace.steps.isEmpty { out += table(trace, r) }
    if p.kind != "sometimes" || !trace.values.isEmpty {
      out +=
        fitted("  \(p.verdict == .violated ? "violated" : "reached"), \(words(p.line, p.file)): \(p.condition)") + "\n"
      if !trace.values.isEmpty { out += wrapped("  " + trace.values.joined(separator: ", ")) }
    }
    return out
  }

  private func remarks(_ r: ExploreResult) -> String {
    var out = ""
    for (text, reason) in r.skipped { out += wrapped("\(mark(.unknown)) \"\(text)\" was not explored: \(reason)") }
    for (line, file, text) in r.unreached { out += fitted("  never reached, \(words(line, file)): \(text)") + "\n" }
    if r.countedPaths {
      if let (all, met) = r.paths {
        out += "\(all) complete \(all == 1 ? "path" : "paths")\n"
        for (k, count) in met {
          let p = r.properties[k]
          let end = p.kind == "sometimes" ? "where it is reached" : "in a violation"
          out += wrapped("  \(count) of them \(count == 1 ? "ends" : "end") \(end): \(p.kind) \"\(p.text)\"")
        }
      } else {
        out +=
          r.fingerprintBits != nil
          ? "complete paths are not counted: fingerprints do not tell paths\n"
          : "complete paths are without number: there is a loop, a limit, or more than 2^120 of them\n"
      }
    }
    return out.isEmpty ? "" : "\n" + out
  }

  // MARK: Counterexamples

  /// A column for each process, a row for each step, what it changed beside it.
  func table(_ trace: ExploreResult.Trace, _ r: ExploreResult) -> String {
    var actors: [String] = []
    for name in r.processes where trace.steps.contains(where: { $0.actor == name }) { actors.append(name) }
    for step in trace.steps where !actors.contains(step.actor) { actors.append(step.actor) }
    let first = 10
    var lanes: [Int] = []
    var at = first
    for actor in actors {
      lanes.append(at)
      at += actor.count + 2
    }
    let changesWidth = min(max(8, trace.steps.map { changes($0).count }.max() ?? 0), width * 2 / 5)
    let changesAt = width - changesWidth
    // Too many columns for the page: names instead.
    let isListed = at > changesAt - 8
    var out = ""
    var head = padded("step line", first - 1)
    if isListed {
      head = padded(head, first) + "process"
    } else {
      for (k, actor) in actors.enumerated() { head = padded(head, lanes[k]) + actor }
    }
    out += paint(padded(head, changesAt) + "changes", "1") + "\n"
    for (k, step) in trace.steps.enumerated() {
      if trace.loop == k { out += unicode ? "  ↻ from here on for ever:\n" : "  from here on for ever:\n" }
      var row = padded(aligned("\(k + 1)", 4) + aligned(step.line > 0 ? "\(step.line)" : "", 5), first)
      if isListed {
        row += padded(step.actor, (actors.map(\.count).max() ?? 0) + 2)
      } else {
        row = padded(row, lanes[actors.firstIndex(of: step.actor) ?? 0])
      }
      let room = changesAt - row.count - 1
      row += cut(step.text, max(8, room))
      out += trimmed(padded(row, changesAt) + cut(changes(step), changesWidth)) + "\n"
    }
    return out + imported(trace.steps)
  }

  /// Which steps are lines of other files than the script.
  private func imported(_ steps: [ExploreResult.Step]) -> String {
    var files: [String] = []
    for step in steps where !step.file.isEmpty && !files.contains(step.file) { files.append(step.file) }
    return files.map { file in
      let numbers = steps.indices.filter { steps[$0].file == file }.map { "\($0 + 1)" }
      let head =
        numbers.count == 1 ? "step \(numbers[0]) is a line" : "steps \(numbers.joined(separator: ", ")) are lines"
      return wrapped("  \(head) of \(file)")
    }.joined()
  }

  /// `line 3`, with its file if that is not the script.
  private func words(_ line: Int, _ file: String) -> String { "line \(line)" + (file.isEmpty ? "" : " of \(file)") }

  private func changes(_ step: ExploreResult.Step) -> String {
    let text = step.effects.joined(separator: ", ")
    return unicode ? text : text.replacing("→", with: "->").replacing("−", with: "-")
  }

  // MARK: Several explorations

  /// One row for each exploration.
  public func table(_ results: [(name: String, result: ExploreResult)]) -> String {
    guard let first = results.first?.result else { return "" }
    var rows = [["", "verdict", "states", "transitions", "depth", "shortest", ""]]
    for (name, r) in results {
      let lengths = r.properties.compactMap { $0.verdict == .violated ? $0.trace?.steps.count : nil }
      let broken = r.properties.filter { $0.verdict == .violated }.map { "\"\($0.text)\"" }
      let verdict = r.failure != nil ? "error" : plainVerdict(r).rawValue
      rows.append([
        name, verdict, grouped(r.states), grouped(r.transitions), "\(r.depth)", lengths.min().map { "\($0)" } ?? "",
        broken.joined(separator: ", "),
      ])
    }
    var widths = [Int](repeating: 0, count: 7)
    for row in rows { for (k, cell) in row.enumerated() { widths[k] = max(widths[k], cell.count) } }
    var out = first.scenario + "\n\n"
    for (n, row) in rows.enumerated() {
      var line = ""
      for (k, cell) in row.enumerated() {
        line += k < 2 || k == 6 ? padded(cell, widths[k]) : aligned(cell, widths[k])
        line += "  "
      }
      line = trimmed(line)
      out += (n == 0 ? paint(line, "1") : line) + "\n"
    }
    let outranked = results.compactMap { self.outranked($0.result) }.map(wrapped).joined()
    let all = results.allSatisfy { $0.result.isComplete }
    out +=
      "\n"
      + wrapped(
        "shortest: steps of the shortest counterexample"
          + (all ? "" : "; a search ends once all is decided (--all goes on)"))
    return out + outranked
  }

  /// Whatever was meant: violated if some property is.
  private func plainVerdict(_ r: ExploreResult) -> ExploreResult.Verdict {
    if r.properties.contains(where: { $0.verdict == .violated }) { return .violated }
    return r.properties.contains { $0.verdict == .unknown } || r.limit != nil ? .unknown : .holds
  }

  // MARK: Text

  private func mark(_ verdict: ExploreResult.Verdict) -> String {
    switch verdict {
    case .holds: paint(unicode ? "✓" : "ok", "32")
    case .violated: paint(unicode ? "✗" : "NO", "31")
    case .unknown: paint("?", "33")
    }
  }

  private func paint(_ text: String, _ code: String) -> String { color ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text }

  private func padded(_ text: String, _ width: Int) -> String {
    text.count >= width ? text : text + String(repeating: " ", count: width - text.count)
  }

  private func aligned(_ text: String, _ width: Int) -> String {
    text.count >= width ? text : String(repeating: " ", count: width - text.count) + text
  }

  private func cut(_ text: String, _ width: Int) -> String {
    text.count <= width ? text : String(text.prefix(max(0, width - 1))) + (unicode ? "…" : "~")
  }

  private func fitted(_ text: String) -> String { cut(text, width) }

  private func trimmed(_ text: String) -> String {
    var text = Substring(text)
    while text.last == " " { text.removeLast() }
    return String(text)
  }

  /// Broken at spaces; later lines are indented.
  private func wrapped(_ text: String) -> String {
    var out = ""
    var line = ""
    for word in text.split(separator: " ", omittingEmptySubsequences: false) {
      if !line.isEmpty, line.count + 1 + word.count > width {
        out += line + "\n"
        line = "    " + word
      } else {
        line += line.isEmpty && out.isEmpty && word.isEmpty ? " " : (line.isEmpty ? "" : " ") + word
      }
    }
    return out + line + "\n"
  }
}

/// `12,345`
private func grouped(_ n: Int) -> String {
  var out = ""
  let digits = String(n)
  for (k, d) in digits.enumerated() {
    if k > 0, (digits.count - k) % 3 == 0 { out.append(",") }
    out.append(d)
  }
  return out
}

extension ExploreResult {
  /// Without what would move the cursor of a terminal or turn the direction of writing.
  public var harmless: ExploreResult { texts { $0.harmless } }
}
