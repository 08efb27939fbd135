// A session holds forks of one world by name and does what is typed: a command begins with a colon, anything else is the
// language. It knows no terminal: lines come from a `LineReader`, everything else from the host.

import OutageEngine
public import OutageKit
import OutageModel
import OutageReport
import OutageSyntax

public final class Session {
  let host: Host
  var options = LiveOptions()
  /// The script of the session and its path; nil: nothing was loaded.
  var script: (path: String, source: Source)?
  package var world: LiveWorld
  /// Other forks, by name, in the order they were made; the present one is not among them.
  var others: [(name: String, fork: Fork)] = []
  var name = "main"
  var stops: [NamedStop] = []
  var nextStop = 1
  var mode = Mode.text
  var log: String?
  /// Commands that made the state what it is.
  var history: [String] = []
  /// Story events that were told already.
  var told = 0
  /// Where the last move began, for `:diff`.
  var before: Moment?
  var isOver = false
  let files = FilesOfScript()
  /// The command that is done was typed with a `!`.
  var isForced = false
  /// Where Ctrl-C ended the command that is done now.
  var interruptedAt: Moment?
  /// Bytes and events that one command may use.
  var budgets = Budgets()

  /// What the open script was read from: its own path, and those of what it names.
  final class FilesOfScript {
    var paths: [String] = []
  }

  /// A fork that is not the present one.
  struct Fork {
    var world: LiveWorld
    var stops: [NamedStop]
    var told: Int
    var before: Moment?
  }

  struct NamedStop {
    var number: Int
    /// `break` or `watch`, and what was typed.
    var word: String
    var text: String
    var target: Target

    enum Target {
      case lookout(Stop)
      /// A labelled step.
      case label(String)
    }
  }

  /// - Parameter options: seed, parameters and budgets of the worlds.
  public init(_ host: Host, options: LiveOptions = LiveOptions()) throws(RunProblem) {
    self.host = host
    self.options = options
    self.options.watch = Watch(host.isGivenUp)
    self.options.isAbandoned = { host.end() != nil }
    self.options.load = { [files] path, from in
      switch host.load(path, from) {
      case .success(let file):
        files.paths.append(file.name)
        return .success(file)
      case .failure(let failure): return .failure(LoadError(failure.reason))
      }
    }
    var empty = self.options
    empty.settings = []
    empty.variant = nil
    world = try LiveWorld(nil, empty)
  }

  /// The simulated time and the name of the fork.
  public var prompt: String { "\(world.clock.text(world.now)) \(name)> " }

  // MARK: Lines

  /// Reads and does lines until they end or one says so.
  /// - Parameter stopsAtErrors: without a terminal the first error ends it.
  /// - Returns: why it stopped before that; nil: it did not.
  public func run(_ reader: inout some LineReader, stopsAtErrors: Bool) -> Exit? {
    var pending = ""
    while !isOver {
      let read = reader.line(prompt: pending.isEmpty ? prompt : continuation, isContinued: !pending.isEmpty)
      if let code = host.end() { return code }
      switch read {
      case .end:
        let code = pending.isEmpty ? .holds : perform(pending)
        return host.end() ?? (stopsAtErrors && code != .holds ? code : nil)
      case .dropped(let wasEmpty):
        if wasEmpty, pending.isEmpty { host.write("Ctrl-D or :quit leaves.\n") }
        pending = ""
      case .refused(let reason, let kind):
        pending = ""
        let complaint = Complaint(reason, kind: kind == .line ? .line : .file)
        complain(complaint)
        if stopsAtErrors || kind == .input { return complaint.exitCode }
      case .line(let line):
        // What was pasted, or comes from the history, may be many lines.
        for part in line.split(separator: "\n", omittingEmptySubsequences: false) where !isOver {
          let whole = pending.isEmpty ? String(part) : pending + "\n" + part
          if isUnfinished(whole) {
            pending = whole
            continue
          }
          pending = ""
          let code = perform(whole)
          if let code = host.end() { return code }
          if stopsAtErrors, code != .holds { return code }
        }
      }
    }
    return nil
  }

  private var continuation: String { String(repeating: " ", count: max(0, prompt.count - 5)) + "...  " }

  /// A session without a terminal is a test: a violation that is not meant is its failure.
  public var verdict: Exit { world.run.properties.contains { $0.outcome == .violated } ? .violated : .holds }

  public func isUnfinished(_ line: String) -> Bool {
    let trimmed = line.drop { $0 == " " || $0 == "\t" }
    return trimmed.first != ":" && !trimmed.isEmpty && world.isUnfinished(line)
  }

  /// Does one line; gives the code with which a session without a terminal ends if the line failed.
  @discardableResult
  public func perform(_ line: String) -> Exit {
    note("\(prompt)\(line)\n")
    do {
      try act(line)
      return .holds
    } catch {
      complain(error)
      return error.exitCode
    }
  }

  private func act(_ line: String) throws(Complaint) {
    if line.utf8.count > 1 << 20 {
      throw Complaint("a line of more than a megabyte", help: "put it into a file and `:load` it")
    }
    if line.utf8.contains(0) { throw Complaint("a line with a NUL character") }
    let trimmed = trim(line)
    if trimmed.isEmpty || trimmed.hasPrefix("#") { return }
    guard trimmed.hasPrefix(":") else { return try language(line) }
    let parts = trimmed.dropFirst().split(separator: " ", maxSplits: 1, omittingEmptySubsequences: true)
    var word = parts.first.map { String($0) } ?? ""
    isForced = word.hasSuffix("!")
    if isForced, let command = CommandTable.command(String(word.dropLast())) {
      word = command.name
      if !command.mayBeForced { throw Complaint(":\(word) has nothing that `!` would force", help: command.usage) }
    }
    guard let command = CommandTable.command(word) else {
      let nearest = Spelling.nearest(word, in: CommandTable.all.map(\.name))
      throw Complaint(
        "there is no command :\(word)", help: nearest.map { "did you mean :\($0)?" } ?? ":help lists the commands")
    }
    try command.run(self, parts.count > 1 ? trim(String(parts[1])) : "")
    if command.changes { remember(trimmed) }
  }

  /// Keeps a command for `:save`. Where Ctrl-C came a command cannot say, but the time can.
  private func remember(_ command: String) {
    guard let moment = interruptedAt else { return history.append(command) }
    interruptedAt = nil
    history.append(":goto \(world.run.reached)ns")
    if moment.events > 0 { history.append(":event \(moment.events)") }
  }

  private func language(_ line: String) throws(Complaint) {
    let entered: Entered
    do { entered = try world.enter(line) } catch { throw Complaint(error, meantCommand: command(in: line)) }
    if entered.acts > 0 || !entered.items.isEmpty { history.append(line) }
    report(entered.warnings)
    for value in entered.values { show(value, of: trim(line)) }
    tell()
    sayLost()
  }

  /// The command that a line begins with, its colon forgotten.
  private func command(in line: String) -> String? {
    let word = trim(line).prefix { $0 != " " && $0 != "\t" }
    return CommandTable.command(String(word))?.name
  }

  // MARK: Saying

  func out(_ text: String) {
    host.write(text)
    note(text)
  }

  func say(_ line: String) { out(said(line)) }

  func said(_ line: String) -> String { mode == .json ? "{\"text\":\(Escape.json(line))}\n" : Escape.lines(line) + "\n" }

  func show(_ table: Table) throws(Complaint) {
    try list(table.lines(mode, width: host.width()).lazy.map { $0 + "\n" })
  }

  /// Many lines with their ends. Ctrl-C ends them.
  func list(_ lines: some Collection<String>) throws(Complaint) {
    for (k, line) in lines.enumerated() {
      if host.isInterrupted() { throw Complaint("interrupted after \(k) of \(lines.count) lines", kind: .limit) }
      out(line)
    }
  }

  /// The answer to a question that was not given up by Ctrl-C.
  func answer<T>(_ found: T?) throws(Complaint) -> T {
    host.progress(nil)
    guard let found else { throw Complaint("interrupted", kind: .limit) }
    return found
  }

  func show(_ value: LiveValue, of source: String) {
    let text = world.writer.text(value)
    let cell = Cell.value(value, text)
    switch mode {
    case .json: out("{\"expression\":\(Escape.json(source)),\"value\":\(cell.json)}\n")
    case .csv: out(cell.csv + "\n")
    case .markdown: out(Escape.markdown(text) + "\n")
    case .text: out(Escape.lines(text) + "\n")
    }
  }

  func report(_ diagnostics: [Diagnostic]) {
    if diagnostics.isEmpty { return }
    let renderer = DiagnosticRenderer(files: world.files, color: host.hasColor)
    for d in diagnostics { host.complain(renderer.render(d) + "\n") }
  }

  func complain(_ complaint: Complaint) {
    var text = ""
    if let mistake = complaint.mistake, !mistake.diagnostics.isEmpty {
      let renderer = DiagnosticRenderer(files: mistake.files, color: host.hasColor)
      for d in mistake.diagnostics.prefix(20) { text += renderer.render(d) + "\n" }
    } else {
      text = "error: \(Escape.lines(complaint.message))\n" + (complaint.help.map { "  \(Escape.lines($0))\n" } ?? "")
    }
    host.complain(text)
    note(text)
  }

  func sayLost() {
    for reason in world.lost { say("a later deed cannot be done again: \(reason)") }
    world.lost = []
  }

  private func note(_ text: String) {
    guard let log else { return }
    if case .failure(let failure) = host.append(log, text) {
      self.log = nil
      host.complain("error: \(log): \(failure.reason); the log ends\n")
    }
  }

  func trim(_ text: String) -> String {
    var part = Substring(text)
    while let c = part.first, c == " " || c == "\t" || c.isNewline { part.removeFirst() }
    while let c = part.last, c == " " || c == "\t" || c.isNewline { part.removeLast() }
    return String(part)
  }
}
