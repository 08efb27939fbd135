import OutageEngine
import OutageKit
import OutageSyntax

extension CommandTable {
  static var whatIf: [Command] {
    [
      Command(
        "fork", .whatIf, form: "NAME", "Make another world with the same history, and stay here.",
        details: "What is done in one of them leaves the other alone.", example: ":fork paced", changes: true
      ) { session, text throws(Complaint) in try session.fork(text) },
      Command(
        "switch", .whatIf, form: "NAME", "Go on in another fork.", example: ":switch paced", argument: .fork,
        changes: true
      ) { session, text throws(Complaint) in try session.switchTo(text) },
      Command("forks", .whatIf, "List the forks.", example: ":forks") { session, _ throws(Complaint) in
        try session.listForks()
      },
      Command(
        "compare", .whatIf, form: "NAME", "Set this world beside another fork: where they part, measures, properties.",
        example: ":compare paced", argument: .fork
      ) { session, text throws(Complaint) in try session.compare(text) },
      Command(
        "set", .whatIf, form: "PARAM VALUE", "Give a parameter another value from here on.",
        details:
          "Code reads it where it stands, attributes follow it, variables keep what they hold. :reset --set gives it from the start.",
        example: ":set fix cas", argument: .parameter, changes: true
      ) { session, text throws(Complaint) in try session.set(text) },
      Command(
        "seed", .whatIf, form: "N", "Run again from the start to this time with another seed.", example: ":seed 2",
        changes: true
      ) { session, text throws(Complaint) in try session.seed(text) },
      Command(
        "variant", .whatIf, form: "NAME", "Run again from the start to this time as a variant of the script.",
        example: ":variant paced", argument: .variant, changes: true
      ) { session, text throws(Complaint) in try session.variant(text) },
      explore,
    ]
  }
}

extension Session {
  func fork(_ text: String) throws(Complaint) {
    guard isName(text) else {
      throw Complaint("\(text.isEmpty ? "a fork needs a name" : "\(text) is not a name")", help: ":fork paced")
    }
    if text == name || others.contains(where: { $0.name == text }) {
      throw Complaint("there is a fork \(text) already")
    }
    let copy = LiveWorld(fork: world)
    others.append((text, Fork(world: copy, stops: stops, told: copy.run.story.count, before: nil)))
    say("fork \(text) at \(copy.clock.text(copy.now))")
  }

  private func isName(_ text: String) -> Bool {
    !text.isEmpty && text.utf8.count <= 40 && text.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "-" }
  }

  func switchTo(_ text: String) throws(Complaint) {
    if text == name { return stand() }
    guard let k = others.firstIndex(where: { $0.name == text }) else { throw noFork(text) }
    let (chosen, fork) = others[k]
    others[k] = (name, Fork(world: world, stops: stops, told: told, before: before))
    name = chosen
    (world, stops, told, before) = (fork.world, fork.stops, fork.told, fork.before)
    watchLabels()
    stand()
  }

  private func noFork(_ text: String) -> Complaint {
    let names = others.map(\.name)
    if text == name { return Complaint("\(text) is this fork", help: ":compare sets another beside it") }
    if text.isEmpty, !names.isEmpty {
      return Complaint("which fork?", help: "there are: \(names.joined(separator: ", "))")
    }
    if names.isEmpty { return Complaint("there is no other fork", help: ":fork NAME makes one") }
    let nearest = Spelling.nearest(text, in: names)
    return Complaint(
      "there is no fork \(text)",
      help: nearest.map { "did you mean \($0)?" } ?? "there are: \(names.joined(separator: ", "))")
  }

  func listForks() throws(Complaint) {
    var table = Table(headings: ["fork", "time", "seed", "by hand", "violated"])
    for (name, world) in [(name, world)] + others.map({ ($0.name, $0.fork.world) }) {
      let violated = world.run.properties.count { $0.outcome == .violated }
      table.rows.append([
        Cell(name == self.name ? "\(name) *" : name), Cell(world.clock.text(world.now)),
        Cell("\(world.options.seed)", plain: "\(world.options.seed)"), .count(world.done), .count(violated),
      ])
    }
    try show(table)
  }

  func set(_ text: String) throws(Complaint) {
    let parts = text.split(separator: " ", maxSplits: 1)
    guard parts.count == 2 else {
      throw Complaint(
        text.isEmpty ? "set what?" : "set \(text) to what?", help: ":set PARAM VALUE, such as :set fix cas")
    }
    let name = String(parts[0])
    let value = trim(String(parts[1]))
    let given = value.hasPrefix("=") ? trim(String(value.dropFirst())) : value
    do { try world.set(name, given) } catch { throw Complaint(error, world.files) }
    stand("\(name) = \(given)")
  }

  func seed(_ text: String) throws(Complaint) {
    guard let seed = UInt64(text) else {
      throw Complaint("\(text.isEmpty ? "a seed is a number" : "\(text) is not a seed")", help: ":seed 2")
    }
    var options = world.options
    options.seed = seed
    try again(options, "seed \(seed)")
  }

  func variant(_ text: String) throws(Complaint) {
    var options = world.options
    let quoted = text.count >= 2 && text.hasPrefix("\"") && text.hasSuffix("\"")
    options.variant = quoted ? String(text.dropFirst().dropLast()) : text
    if text.isEmpty { throw Complaint("which variant?", help: world.variants.joined(separator: ", ")) }
    try again(options, "variant \"\(options.variant ?? "")\"")
  }

  /// Runs the history again to the present time under other options.
  func again(_ options: LiveOptions, _ what: String) throws(Complaint) {
    let target = world.moment
    try replace { () throws(RunProblem) in try LiveWorld(again: world, options, keeping: .deeds) }
    say("run again from \(world.clock.text(0)) with \(what)")
    try move { world.go(to: Moment(ticks: target.ticks), $0) }
  }

  func compare(_ text: String) throws(Complaint) {
    guard let other = others.first(where: { $0.name == text })?.fork.world else { throw noFork(text) }
    say("\(name) at \(world.clock.text(world.now)), \(text) at \(other.clock.text(other.now))")
    switch world.divergence(from: other, following) {
    case .interrupted:
      host.progress(nil)
      throw Complaint("interrupted while looking for where they part", kind: .limit)
    case .never: say("they are alike up to \(world.clock.text(min(world.now, other.now)))")
    case .at(let time, let what, let mine, let theirs):
      say("they part at \(world.clock.text(time)): \(what) is \(mine), \(theirs)")
    }
    host.progress(nil)
    let (mine, theirs) = (world.result(), other.result())
    var table = Table(headings: ["measure", name, text])
    for row in rows(mine) {
      let match = rows(theirs).first { $0.0 == row.0 }
      table.rows.append([Cell(row.0), row.1, match?.1 ?? Cell("")])
    }
    try show(table)
    for series in mine.series {
      guard let match = theirs.series.first(where: { $0.title == series.title }) else { continue }
      try chart(series.title + " (\(name))", series.times, series.values, series.unit)
      try chart(match.title + " (\(text))", match.times, match.values, match.unit)
    }
  }

  /// The end of the story in numbers: measures, plots, response times, verdicts.
  private func rows(_ r: RunResult) -> [(String, Cell)] {
    var rows: [(String, Cell)] = []
    for m in r.measures {
      rows.append(("\(m.name)", cell(m.last, m.unit)))
      rows.append(("\(m.name) at most", cell(m.max, m.unit)))
    }
    for s in r.series {
      rows.append((s.title, s.values.last.map { cell($0, s.unit) } ?? Cell("")))
      rows.append(("\(s.title) at most", s.values.filter { !$0.isNaN }.max().map { cell($0, s.unit) } ?? Cell("")))
    }
    for t in r.responses {
      rows.append(("\(t.name) completed", .count(t.completed)))
      rows.append(("\(t.name) failed", .count(t.failed)))
      rows.append(("\(t.name) p99", .duration(t.p99)))
    }
    for p in r.properties { rows.append(("\"\(p.text)\"", Cell("\(p.verdict.rawValue) \(p.reason)"))) }
    return rows
  }
}
