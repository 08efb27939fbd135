import OutageKit
import OutageSyntax

extension CommandTable {
  static var session: [Command] {
    [
      Command(
        "load", .session, form: "FILE", "Open a script; this session's world is gone.", example: ":load race.outage",
        argument: .file
      ) {
        session, text throws(Complaint) in try session.load(text)
      },
      Command(
        "reload", .session, "Read the script again and run it to this time.",
        details: "What was done by hand is done again at its time.", example: ":reload", changes: true
      ) { session, _ throws(Complaint) in try session.reload() },
      Command(
        "save", .session, form: "FILE", "Write a file of commands that brings a session here again, to the byte.",
        details:
          "`outage repl -i FILE` does them. The files of the open script, and the log, are replaced only by `:save!`.",
        example: ":save incident.repl", argument: .file, mayBeForced: true
      ) { session, text throws(Complaint) in try session.save(text) },
      Command(
        "log", .session, form: "FILE|off", "Write what is typed and answered to a file, too.",
        details: "It is added to what the file has. To a file of the open script only `:log!` adds.",
        example: ":log today.txt", argument: .file, mayBeForced: true
      ) { session, text throws(Complaint) in try session.startLog(text) },
      Command(
        "mode", .session, form: "text|json|csv|markdown", "Choose how answers are written.", example: ":mode json",
        argument: .mode
      ) { session, text throws(Complaint) in try session.setMode(text) },
      Command(
        "assert", .session, form: "EXPR",
        "Fail unless an expression is true: without a terminal the session ends with 1.",
        example: ":assert droplet.active == leases", argument: .expression
      ) { session, text throws(Complaint) in try session.assert(text) },
      Command(
        "help", aliases: ["h", "?"], .session, form: "[TOPIC]",
        "Explain a command, a statement, a kind of node or a property.",
        example: ":help lease", argument: .topic
      ) { session, text throws(Complaint) in try session.help(text) },
      Command("quit", aliases: ["q", "exit"], .session, "Leave.", example: ":quit") { session, _ throws(Complaint) in
        session.isOver = true
      },
    ]
  }
}

extension Session {
  /// Opens a script for the whole session.
  public func open(_ path: String) -> Exit {
    do {
      try load(path, quietly: true)
      return .holds
    } catch {
      complain(error)
      return error.exitCode
    }
  }

  func load(_ text: String, quietly: Bool = false) throws(Complaint) {
    if text.isEmpty { throw Complaint("load what?", help: ":load race.outage") }
    let path =
      text.count >= 2 && text.hasPrefix("\"") && text.hasSuffix("\"") ? String(text.dropFirst().dropLast()) : text
    let source = try source(path)
    try replace { () throws(RunProblem) in try LiveWorld(source, options) }
    script = (path, source)
    others = []
    name = "main"
    history = [":load \(path)"]
    for (name, value) in options.settings { history.append(":reset --set \(name)=\(value)") }
    if let variant = options.variant { history.append(":variant \"\(variant)\"") }
    if options.seed != 1 { history.append(":seed \(options.seed)") }
    tell()
    if !quietly { stand(world.scenario) }
  }

  private func source(_ path: String) throws(Complaint) -> Source {
    let text: [UInt8]
    switch host.read(path) {
    case .failure(let failure):
      try goOn()
      throw Complaint("\(path): \(failure.reason)", kind: .file)
    case .success(let bytes): text = bytes
    }
    try goOn()
    files.paths = [path]
    let interruption = Interruption(when: { [host] in host.isInterrupted() })
    let source = Source(name: path, text: text, interruption: interruption) { path, from in options.load(path, from) }
    try goOn()
    if source.program == nil { throw Complaint(Mistake(source.diagnostics, source.files)) }
    let renderer = DiagnosticRenderer(files: source.files, color: host.hasColor)
    for d in source.diagnostics { host.complain(renderer.render(d) + "\n") }
    return source
  }

  func reload() throws(Complaint) {
    guard let script else { throw Complaint("nothing was loaded", help: ":load FILE") }
    let source = try source(script.path)
    let target = world.moment
    let options = world.options
    try replace { () throws(RunProblem) in try LiveWorld(again: world, options, keeping: .deeds, source: source) }
    self.script = (script.path, source)
    try move { world.go(to: Moment(ticks: target.ticks), $0) }
  }

  func save(_ text: String) throws(Complaint) {
    if text.isEmpty { throw Complaint("save where?", help: ":save incident.repl") }
    try spare(text, alsoLog: true)
    let lines = ["# outage repl -i FILE brings a session here again"] + history
    if case .failure(let failure) = host.save(text, lines.joined(separator: "\n") + "\n") {
      throw Complaint("\(text): \(failure.reason)", kind: .file)
    }
    say("\(history.count) line\(history.count == 1 ? "" : "s") to \(text)")
  }

  func startLog(_ text: String) throws(Complaint) {
    if text.isEmpty { return say(log.map { "the log goes to \($0)" } ?? "there is no log") }
    if text == "off" {
      log = nil
      return
    }
    try spare(text, alsoLog: false)
    if case .failure(let failure) = host.append(text, "") { throw Complaint("\(text): \(failure.reason)", kind: .file) }
    log = text
  }

  /// A file that this session was made from is not written over by a slip.
  private func spare(_ path: String, alsoLog: Bool) throws(Complaint) {
    if isForced { return }
    let word = alsoLog ? "save" : "log"
    if script != nil, files.paths.contains(where: { host.isSame($0, path) }) {
      throw Complaint("\(path) is a file of the open script", help: ":\(word)! \(path) writes it all the same")
    }
    if alsoLog, let log, host.isSame(log, path) {
      throw Complaint("\(path) is the log", help: ":save! \(path) writes it all the same")
    }
  }

  func setMode(_ text: String) throws(Complaint) {
    guard let mode = Mode(rawValue: text) else {
      throw Complaint(
        "\(text.isEmpty ? "which mode?" : "there is no mode \(text)")", help: "text, json, csv or markdown")
    }
    self.mode = mode
  }

  func assert(_ text: String) throws(Complaint) {
    try truth(text)
    let value: LiveValue
    do { value = try world.value(of: text) } catch { throw Complaint(error) }
    if !value.isTrue { throw Complaint("\(text) is \(world.writer.text(value))", kind: .untrue) }
  }
}
