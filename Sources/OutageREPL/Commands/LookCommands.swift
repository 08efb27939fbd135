import OutageEngine
import OutageKit
import OutageReport
import OutageSemantics
import OutageSyntax

extension CommandTable {
  static var looking: [Command] {
    [
      Command(
        "show", .looking, form: "[NODE]", "Show all nodes, or everything that can be read of one.",
        example: ":show dwfm",
        argument: .node
      ) { session, text throws(Complaint) in try session.showNodes(text) },
      Command(
        "graph", .looking, form: "[--dot|--mermaid]", "Show islands and links.",
        details: "--dot writes for Graphviz, --mermaid for Mermaid.", example: ":graph --mermaid"
      ) { session, text throws(Complaint) in try session.graph(text) },
      Command(
        "why", .looking, form: "PROPERTY|PROCESS",
        "Say which clause of a property is false, or why a process does not move.",
        details: "For each value of the clause: what it is, and the last write to it.",
        example: ":why every lease is back", argument: .property
      ) { session, text throws(Complaint) in try session.why(text) },
      Command(
        "trace", .looking, form: "[n]", "Show the last n events (20).", example: ":trace 5"
      ) { session, text throws(Complaint) in try session.trace(text) },
      Command(
        "story", .looking, form: "[n]", "Tell the last n happenings (20).", example: ":story 3"
      ) { session, text throws(Complaint) in try session.story(text) },
      Command(
        "plot", .looking, form: "EXPR, …", "Chart expressions from the start to now.",
        example: ":plot dwfm.queue.length",
        argument: .expression
      ) { session, text throws(Complaint) in try session.plot(text) },
      Command("diff", .looking, "Show what the last move changed.", example: ":diff") { session, _ throws(Complaint) in
        try session.diff()
      },
      Command("measures", .looking, "Show measures and response times.", example: ":measures") {
        session, _ throws(Complaint) in
        try session.measures()
      },
      Command("properties", .looking, "Show what the properties say so far.", example: ":properties") {
        session, _ throws(Complaint) in
        try session.properties()
      },
      Command(
        "source", .looking, form: "LABEL", "Show the statements that carry a label.", example: ":source apply",
        argument: .label
      ) { session, text throws(Complaint) in try session.source(ofLabel: text) },
    ]
  }
}

extension Session {
  // MARK: Nodes

  /// What is worth a place in the table of all nodes.
  private static let telling: [NodeKind: [String]] = [
    .plans: ["latest", "versions"], .dns: ["version", "addresses"], .queue: ["length"], .lease: ["active"],
    .service: ["up", "busy", "queue.length", "completed", "failed", "refused"],
    .balancer: ["healthy", "removed"], .load: ["rate", "ok", "failed", "in_flight"], .process: ["up", "finished"],
    .variable: ["value"],
  ]

  func showNodes(_ text: String) throws(Complaint) {
    if !text.isEmpty { return try showNode(text) }
    let nodes = world.nodes.filter { $0.owner == nil }
    if nodes.isEmpty { return say("no nodes yet") }
    var table = Table(headings: ["node", "kind", "elements", "state"])
    for node in nodes {
      let wanted = Self.telling[node.kind] ?? []
      let readings = node.kind == .variable && node.isArray ? [] : node.readings.filter { wanted.contains($0.member) }
      let values = self.values(readings.map(\.expression))
      let state = zip(readings, values).map { node.kind == .variable ? $1.text : "\($0.member) \($1.text)" }
      table.rows.append([
        Cell(node.name), Cell(node.kind.rawValue), .count(node.count), Cell(state.joined(separator: ", ")),
      ])
    }
    try show(table)
  }

  private func values(_ lines: [String]) -> [Cell] {
    func cell(_ value: LiveValue) -> Cell { .value(value, world.writer.text(value)) }
    if let all = try? world.values(of: lines) { return all.map(cell) }
    return lines.map { (try? world.value(of: $0)).map(cell) ?? Cell("") }
  }

  /// Elements of an array that are shown one by one.
  static let elementsShown = 20

  private func showNode(_ text: String) throws(Complaint) {
    let (name, index) = try nodeName(text)
    guard let node = world.nodes.first(where: { $0.name == name }) else { throw noNode(name) }
    let owned = world.nodes.filter { $0.owner == name }
    if let index, index < 0 || index >= node.count {
      throw Complaint("\(name) has \(node.count) elements, counted from 0: there is no \(name)[\(index)]")
    }
    if node.isArray, index == nil { return try showArray(node, owned) }
    var rows = node.readings(of: index)
    for variable in owned {
      rows += variable.readings(of: node.isArray ? index : nil).map { (variable.name, $0.expression) }
    }
    var table = Table(headings: ["member", "value"])
    for (row, value) in zip(rows, values(rows.map(\.expression))) { table.rows.append([Cell(row.member), value]) }
    try show(table)
    if isActive(node.kind) { sayWhy(node, index ?? 0) }
  }

  private func showArray(_ node: NodeView, _ owned: [NodeView]) throws(Complaint) {
    let members = node.readings(of: 0).map(\.member)
    let whole = node.kind == .variable ? [] : node.readings
    let sums = values(whole.map(\.expression))
    let shown = min(node.count, Self.elementsShown)
    var table = Table(headings: ["member", "all"] + (0..<shown).map { "[\($0)]" })
    let lists = node.kind == .process ? owned : []
    for (k, member) in members.enumerated() {
      let sum = whole.firstIndex { $0.member == member }.map { sums[$0] } ?? Cell("")
      table.rows.append([Cell(member), sum] + (values((0..<shown).map { node.readings(of: $0)[k].expression })))
    }
    for variable in lists {
      table.rows.append(
        [Cell(variable.name), Cell("")] + (values((0..<shown).map { variable.readings(of: $0)[0].expression })))
    }
    if shown > 4 { table = turned(table) }
    try show(table)
    if node.count > shown { say("… and \(node.count - shown) more: :show \(node.name)[\(shown)]") }
  }

  /// Rows become columns: many elements read better below each other.
  private func turned(_ table: Table) -> Table {
    var other = Table(headings: ["element"] + table.rows.map { $0[0].text })
    for k in 1..<table.headings.count { other.rows.append([Cell(table.headings[k])] + table.rows.map { $0[k] }) }
    return other
  }

  private func isActive(_ kind: NodeKind) -> Bool {
    kind == .process || kind == .service || kind == .load || kind == .balancer
  }

  /// `dwfm`, `dwfm[3]`
  private func nodeName(_ text: String) throws(Complaint) -> (name: String, index: Int?) {
    guard let open = text.firstIndex(of: "[") else { return (text, nil) }
    guard text.last == "]", let k = Int(text[text.index(after: open)...].dropLast()) else {
      throw Complaint("\(text) is not a node", help: "a name such as dwfm, or dwfm[3]")
    }
    return (String(text[..<open]), k)
  }

  private func noNode(_ name: String) -> Complaint {
    let nearest = Spelling.nearest(name, in: world.nodes.map(\.name))
    return Complaint("there is no node \(name)", help: nearest.map { "did you mean \($0)?" } ?? ":show lists the nodes")
  }

  // MARK: Why

  func why(_ text: String) throws(Complaint) {
    if text.isEmpty { throw Complaint("why what?", help: ":why PROPERTY, or :why PROCESS") }
    let quoted = text.count >= 2 && text.hasPrefix("\"") && text.hasSuffix("\"")
    let wanted = quoted ? String(text.dropFirst().dropLast()) : text
    let names = world.propertyNames
    if let name = names.first(where: { $0 == wanted }) ?? only(names.filter { $0.hasPrefix(wanted) }) {
      return try whyProperty(name)
    }
    let (node, index) = try nodeName(wanted)
    if let view = world.nodes.first(where: { $0.name == node }), isActive(view.kind) {
      if let index, index < 0 || index >= view.count { throw Complaint("there is no \(node)[\(index)]") }
      for k in index.map({ $0..<($0 + 1) }) ?? 0..<min(view.count, Self.elementsShown) { sayWhy(view, k) }
      return
    }
    let nearest = Spelling.nearest(wanted, in: names + world.nodes.map(\.name))
    throw Complaint(
      "there is no property and no process \"\(wanted)\"",
      help: nearest.map { "did you mean \"\($0)\"?" } ?? ":properties lists the properties")
  }

  private func only(_ names: [String]) -> String? { names.count == 1 ? names[0] : nil }

  private func whyProperty(_ name: String) throws(Complaint) {
    guard let result = world.run.properties.last(where: { $0.text == name }) else { return }
    say("\(result.kind) \"\(name)\": \(result.verdict.rawValue), \(result.reason)")
    let clauses = world.clauses(ofProperty: name)
    let operands = clauses.flatMap(\.operands).map(\.source)
    let unique = operands.enumerated().filter { operands.firstIndex(of: $0.element) == $0.offset }.map(\.element)
    let changes = try answer(world.lastChanges(of: unique, following))
    for clause in clauses {
      let indent = String(repeating: "  ", count: clause.depth + 1)
      say("\(indent)\(clause.source) is \(world.writer.text(clause.value))")
      for operand in clause.operands {
        let change = unique.firstIndex(of: operand.source).flatMap { changes[$0] }
        say("\(indent)  \(operand.source) = \(world.writer.text(operand.value))" + written(change))
      }
    }
  }

  private func written(_ change: Change?) -> String {
    guard let change else { return ", as from the start" }
    let by = change.cause.map { " by \($0)" } ?? ""
    return ", was \(world.writer.text(change.old)) until \(world.clock.text(change.time))\(by)"
  }

  /// Why an element does not move, frame by frame.
  private func sayWhy(_ node: NodeView, _ k: Int) {
    for line in world.standing(node.first + k) { say(line) }
  }

  // MARK: What happened

  /// Events that one command shows at most.
  private static let tracedAtMost: Int64 = 100_000

  func trace(_ text: String) throws(Complaint) {
    let n = text.isEmpty ? 20 : try count(text)
    let lines = try answer(world.trace(Int(min(n, Self.tracedAtMost)), following))
    if lines.isEmpty { return say("nothing happened yet") }
    try list(
      lines.lazy.map { [self] in mode == .json ? ($0.hasSuffix("\n") ? $0 : $0 + "\n") : said(world.traceText($0)) })
  }

  func story(_ text: String) throws(Complaint) {
    let n = text.isEmpty ? 20 : try count(text)
    let story = world.run.story.suffix(Int(min(n, 1 << 30)))
    if story.isEmpty { return say("nothing to tell yet") }
    try list(story.lazy.map { [self] in said(line($0)) })
  }

  func diff() throws(Complaint) {
    guard let before, before != world.moment else { return say("nothing has moved yet") }
    let found: [(line: String, before: (value: LiveValue, text: String), now: (value: LiveValue, text: String))]?
    do { found = try world.differences(since: before, following) } catch { throw Complaint(error) }
    let changes = try answer(found)
    if changes.isEmpty { return say("nothing that can be read has changed") }
    var table = Table(headings: ["value", "before", "now"])
    for change in changes {
      let (before, now) = (change.before, change.now)
      table.rows.append([Cell(change.line), .value(before.value, before.text), .value(now.value, now.text)])
    }
    try show(table)
  }

  // MARK: Charts and tables

  func plot(_ text: String) throws(Complaint) {
    if text.isEmpty { throw Complaint("plot what?", help: ":plot queue.length, db.busy") }
    for line in try expressions(text) {
      let result = world.result()
      if let series = result.series.first(where: { $0.title == line }) {
        try chart(line, series.times, series.values, series.unit)
        continue
      }
      let unit = try unit(of: line)
      let found: (times: [Int64], values: [Double])?
      do { found = try world.series(of: line, following) } catch { throw Complaint(error) }
      let series = try answer(found)
      try chart(line, series.times, series.values, unit)
    }
  }

  private func unit(of line: String) throws(Complaint) -> ValueUnit {
    let known: ValueUnit?
    do { known = try world.unit(of: line) } catch { throw Complaint(error) }
    guard let unit = known else {
      throw Complaint("\(line) is not a single value", help: "a number, a duration or a truth")
    }
    return unit
  }

  /// The expressions of a list, as they are written.
  private func expressions(_ text: String) throws(Complaint) -> [String] {
    let whole = "plot \(text)"
    let parsed = parseInput(SourceFile(name: "prompt", text: Array(whole.utf8)), index: 0)
    guard parsed.diagnostics.isEmpty, parsed.inputs.count == 1, case .item(let item) = parsed.inputs[0],
      case .plot(let list) = item.kind
    else {
      throw Complaint(Mistake(parsed.diagnostics, [SourceFile(name: "prompt", text: Array(whole.utf8))]))
    }
    let bytes = Array(whole.utf8)
    return list.map { String(decoding: bytes[Int($0.span.start)..<Int($0.span.end)], as: UTF8.self) }
  }

  func chart(_ title: String, _ times: [Int64], _ values: [Double], _ unit: ValueUnit) throws(Complaint) {
    if mode != .text {
      var table = Table(headings: ["time", title])
      for (t, v) in zip(times, values) { table.rows.append([Cell(world.clock.text(t)), cell(v, unit)]) }
      return try show(table)
    }
    let chart = Chart(
      title: Escape.terminal(title), times: times, values: values, value: { self.write($0, unit) }, time: world.clock.text)
    for line in chart.lines(width: host.width()) { out(line + "\n") }
  }

  func cell(_ value: Double, _ unit: ValueUnit) -> Cell {
    if value.isNaN { return Cell("-", plain: "") }
    let text = write(value, unit)
    return switch unit {
    case .truth: Cell(text, plain: text)
    case .count, .list, .number, .rate: Cell(text, plain: Cell.number(value))
    case .duration: Cell(text, plain: Cell.seconds(Int64(exactly: value.rounded()) ?? .max))
    case .time, .text, .choice: Cell(text)
    }
  }

  func write(_ value: Double, _ unit: ValueUnit) -> String {
    if value.isNaN { return "-" }
    return switch unit {
    case .truth: value == 0 ? "false" : "true"
    case .count, .list: ValueText.grouped(Int64(exactly: value.rounded()) ?? 0)
    case .number: ValueText.decimal(value)
    case .duration: ValueText.duration(Int64(exactly: value.rounded()) ?? .max)
    case .rate: ValueText.decimal(value) + "/s"
    case .time: world.clock.text(Int64(exactly: value.rounded()) ?? 0)
    case .text: ValueText.decimal(value)
    case .choice(let names): names.indices.contains(Int(value)) ? names[Int(value)] : ValueText.decimal(value)
    }
  }

  func measures() throws(Complaint) {
    let result = world.result()
    var table = Table(headings: ["measure", "now", "least", "mean", "most"])
    for m in result.measures {
      table.rows.append([
        Cell(m.name), cell(m.last, m.unit), cell(m.min, m.unit), cell(m.mean, m.unit), cell(m.max, m.unit),
      ])
    }
    if !table.rows.isEmpty { try show(table) }
    var times = Table(headings: ["node", "arrived", "completed", "failed", "in hand", "mean", "p50", "p99", "most"])
    for r in result.responses {
      let durations = [r.mean, r.p50, r.p99, r.max].map { Cell.duration($0) }
      times.rows.append(
        [Cell(r.name)] + [r.arrived, r.completed, r.failed, r.inHand].map { Cell.count($0) } + durations)
    }
    if !times.rows.isEmpty { try show(times) }
    if table.rows.isEmpty, times.rows.isEmpty { say("nothing is measured") }
  }

  func properties() throws(Complaint) {
    let properties = world.run.properties
    if properties.isEmpty { return say("no properties") }
    var table = Table(headings: ["property", "kind", "verdict", "why"])
    for p in properties {
      let verdict = p.verdict.rawValue + (p.isMeantViolated ? " (meant violated)" : "")
      table.rows.append([Cell(p.text), Cell(p.kind), Cell(verdict), Cell(p.reason)])
    }
    try show(table)
  }

  // MARK: Graph and source

  func graph(_ text: String) throws(Complaint) {
    let links = world.links
    switch text {
    case "":
      say(world.islandsText)
      var table = Table(headings: ["from", "to", "latency"])
      for link in links {
        table.rows.append([Cell(link.from), Cell(link.to), link.latency.map { .duration($0) } ?? Cell("touches")])
      }
      if !table.rows.isEmpty { try show(table) }
    case "--dot": out(GraphText.dot(world.nodes, links))
    case "--mermaid": out(GraphText.mermaid(world.nodes, links))
    default: throw Complaint(":graph \(text)", help: ":graph, :graph --dot or :graph --mermaid")
    }
  }

  func source(ofLabel label: String) throws(Complaint) {
    let found = world.sources(ofLabel: label)
    if found.isEmpty {
      let nearest = Spelling.nearest(label, in: world.labels)
      throw Complaint(
        label.isEmpty ? "which label?" : "there is no label \(label)",
        help: nearest.map { "did you mean \($0)?" }
          ?? (world.labels.isEmpty ? "the script has no labels" : "there are: \(world.labels.joined(separator: ", "))"))
    }
    for place in found { say("\(place.file):\(place.line): \(trim(place.text))") }
  }
}
