import OutageModel

/// Puts paths into words: who, which step of the source, what changed.
final class Teller {
  let graph: Graph
  private var image: Image { graph.image }

  init(_ graph: Graph) { self.graph = graph }

  func name(_ e: Int) -> String {
    let n = Int(image.tables.elementNode[e])
    let node = image.meta.nodes[n]
    return node.isArray ? "\(node.name)[\(e - Int(image.tables.nodes[n].first))]" : node.name
  }

  /// Names of elements that are not among others: of an array of which none is, its own.
  func names(of all: [Int], without others: [Int]) -> [String] {
    let others = Set(others)
    let node = { (e: Int) in Int(self.image.tables.elementNode[e]) }
    let nodes = Set(others.map(node))
    var named: Set<Int> = []
    return all.compactMap { e in
      if others.contains(e) { return nil }
      if nodes.contains(node(e)) { return name(e) }
      return named.insert(node(e)).inserted ? image.meta.nodes[node(e)].name : nil
    }
  }

  func trace(_ path: Path, _ search: Search, _ property: ImageMeta.Property?, loop: Int? = nil) -> ExploreResult.Trace {
    var steps: [ExploreResult.Step] = []
    var switches = 0
    let agents = PathAgents(graph.actors)
    for k in 1..<max(1, path.count) {
      if k > 1, agents.of[path[k - 1].actor] != agents.of[path[k].actor] { switches += 1 }
      steps.append(step(path[k].actor, path[k - 1].state, path[k].state))
    }
    var values: [String] = []
    if let last = path.last, let property { values = self.values(last.state, property) }
    return ExploreResult.Trace(steps: steps, loop: loop, switches: switches, values: values)
  }

  // MARK: Steps

  func step(_ a: Int, _ from: UnsafePointer<UInt64>, _ to: UnsafePointer<UInt64>) -> ExploreResult.Step {
    var step = ExploreResult.Step(kind: .step, actor: "", text: "", line: 0, label: "", changes: [])
    guard graph.actors.indices.contains(a) else { return step }
    switch graph.actors[a] {
    case .move(let k):
      step.actor = activity(k, from)
      describe(move: a, k, from, to, &step)
    case .timeOut(let k):
      (step.kind, step.actor) = (.timeout, activity(k, from))
      if let id = graph.stepBefore(graph.standing(from, k) & 0xFFFF_FFFF) { describe(id, &step) }
      step.text = "gives up: " + step.text
    case .expiry(let element, _): (step.kind, step.actor, step.text) = (.expiry, name(element), "expires")
    case .crash(let k, _): (step.kind, step.actor, step.text) = (.crash, activity(k, from), "crashes")
    case .restart(let k, _): (step.kind, step.actor, step.text) = (.restart, activity(k, from), "restarts")
    case .stall(let k, _): (step.kind, step.actor, step.text) = (.stall, activity(k, from), "stalls for ever")
    }
    for k in graph.elements.indices where k >= graph.activities && graph.elements[k] >= 0 {
      let (x, y) = (graph.words(from, k), graph.words(to, k))
      if x != y { step.changes += changes(graph.elements[k], x, y) }
    }
    return step
  }

  private func describe(
    move a: Int, _ k: Int, _ from: UnsafePointer<UInt64>, _ to: UnsafePointer<UInt64>, _ step: inout ExploreResult.Step
  ) {
    let (before, after) = (graph.standing(from, k), graph.standing(to, k))
    let isOver = after == Standing.finished || after == Standing.free
    if before & Standing.underWay != 0 {
      (step.kind, step.text) = (.unseen, isOver ? "is turned away" : "arrives")
      return
    }
    guard let made = graph.stepMade(a, from: from, to: to) else {
      (step.kind, step.text) = (.unseen, "begins, and waits")
      return
    }
    describe(made.id, &step)
    step.choices = made.choices.map(words)
    if made.isVisible { return }
    step.kind = .unseen
    if isOver { step.text = "comes to its end" }
  }

  /// `to s[1]`, `any: 3`, `chance: no`, `branch 2`.
  private func words(_ choice: Stepper.Choice) -> String {
    switch choice {
    case .chance(let isSo): "chance: \(isSo ? "yes" : "no")"
    case .value(let value): "any: \(value)"
    case .element(let element): "to \(name(element))"
    case .branch(let k): "branch \(k + 1)"
    case .retry(let isLeft): isLeft ? "a retry is left" : "no retry is left"
    }
  }

  private func describe(_ id: Int, _ step: inout ExploreResult.Step) {
    let (line, text) = image.meta.exploring.stepTexts[id] ?? (0, "")
    (step.line, step.file, step.text) = (line, file(ofStep: id), text)
    let label = Int(image.tables.steps[id].label)
    if label >= 0 { step.label = image.meta.labels[label] }
  }

  /// The file of a step; nothing: the script itself.
  func file(ofStep id: Int) -> String {
    if id < 0 { return "" }
    let (files, file) = (image.meta.exploring.files, image.tables.steps[id].file)
    return files.indices.contains(Int(file)) ? files[Int(file)] : ""
  }

  /// A process, or the service that has a request in hand and for whom.
  private func activity(_ k: Int, _ state: UnsafePointer<UInt64>) -> String {
    if k < graph.stepper.processes.count { return name(graph.stepper.processes[k]) }
    let words = graph.words(state, k)
    if words[0] < 0 { return "request" }
    let service = name(Int(words[Standing.body] >> 32))
    let caller = Int(words[Standing.caller])
    return caller >= 0 ? "\(service) for \(activity(caller, state))" : "\(service) for nobody"
  }

  // MARK: Values

  private func kind(_ element: Int) -> NodeKind { image.tables.nodes[Int(image.tables.elementNode[element])].kind }

  private func changes(_ element: Int, _ x: [Int64], _ y: [Int64]) -> [String] {
    let name = name(element)
    switch kind(element) {
    case .dns: return ["\(name) \(x[0]) → \(y[0])"]
    case .plans:
      let (a, b) = (versions(x), versions(y))
      return b.filter { !a.contains($0) }.map { "\(name) +\($0)" }
        + a.filter { !b.contains($0) }.map { "\(name) −\($0)" }
    case .lease: return ["\(name) \(held(x)) → \(held(y))"]
    case .queue where isAssigned(element):
      let capacity = x[0] == y[0] ? [] : ["\(name) capacity \(bound(x[0])) → \(bound(y[0]))"]
      let (a, b) = (Array(x[1...]), Array(y[1...]))
      return capacity + (a == b ? [] : ["\(name) \(list(a)) → \(list(b))"])
    case .queue: return ["\(name) \(list(x)) → \(list(y))"]
    case .service:
      let texts = zip(admission(x), admission(y)).filter { $0 != $1 }.map {
        "\(name) \($0.what)\($0.value) → \($1.value)"
      }
      return texts.isEmpty ? ["\(name): a handler's limit"] : texts
    default:
      let types = image.meta.exploring.variableTypes[Int(image.tables.elementNode[element])] ?? []
      return x.indices.filter { $0 < y.count && x[$0] != y[$0] && $0 < max(1, types.count) }.map { w in
        "\(name) \(text(x[w], types, w)) → \(text(y[w], types, w))"
      }
    }
  }

  /// What a property reads, in a state.
  private func values(_ state: UnsafePointer<UInt64>, _ property: ImageMeta.Property) -> [String] {
    var elements: Set<Int> = []
    for range in property.reads {
      for e in range {
        elements.insert(e)
        if kind(e) == .dns { elements.insert(graph.stepper.plans(of: e)) }
      }
    }
    return elements.sorted().compactMap { e in
      guard let k = graph.componentOf[e], k >= graph.activities else { return nil }
      return value(e, graph.words(state, k))
    }
  }

  private func value(_ element: Int, _ x: [Int64]) -> String {
    let name = name(element)
    switch kind(element) {
    case .dns: return "\(name) \(x[0])"
    case .plans: return "\(name) " + list(versions(x))
    case .lease: return "\(name) \(held(x))"
    case .queue: return "\(name) \(list(isAssigned(element) ? Array(x[1...]) : x))"
    default:
      let types = image.meta.exploring.variableTypes[Int(image.tables.elementNode[element])] ?? []
      return "\(name) " + x.indices.prefix(max(1, types.count)).map { text(x[$0], types, $0) }.joined(separator: " ")
    }
  }

  private func isAssigned(_ element: Int) -> Bool {
    image.tables.nodes[Int(image.tables.elementNode[element])].isAssigned
  }

  private func bound(_ word: Int64) -> String { word == .max ? "∞" : "\(word)" }

  /// Whom a service admits.
  private func admission(_ x: [Int64]) -> [(what: String, value: String)] {
    let rate = Double(bitPattern: UInt64(bitPattern: x[4]))
    return [
      ("", x[0] == 0 ? "on" : "off"), ("servers ", "\(x[1])"), ("capacity ", bound(x[2])),
      ("limit ", rate > 0 ? "\(rate)/s" : bound(x[3])),
    ]
  }

  private func held(_ words: [Int64]) -> String {
    if words[0] == 0 { return "free" }
    let holder = words[1] >> 32
    return holder == 0 ? "held" : "held by \(name(Int(holder - 1))) (token \(words[1] & 0xFFFF_FFFF))"
  }

  private func list(_ words: [Int64]) -> String { "[" + words.map(String.init).joined(separator: " ") + "]" }

  private func versions(_ words: [Int64]) -> [Int64] {
    var out: [Int64] = []
    var at = 1
    while at + 1 < words.count {
      out.append(words[at])
      at += 2 + Int(words[at + 1])
    }
    return out
  }

  private func text(_ word: Int64, _ types: [ImageMeta.ValueType], _ w: Int) -> String {
    switch types.indices.contains(w) ? types[w] : .count {
    case .truth: word != 0 ? "true" : "false"
    case .choice(let names): names.indices.contains(Int(word)) ? names[Int(word)] : "\(word)"
    case .number, .rate: "\(Double(bitPattern: UInt64(bitPattern: word)))"
    case .text: word >= 0 && word < Int64(image.meta.texts.count) ? "\"\(image.meta.texts[Int(word)])\"" : "\(word)"
    default: "\(word)"
    }
  }

  // MARK: Growth

  /// What an endless space grows in: the component that was seen with the most contents.
  func growth() -> String? {
    let counts = graph.tableOf.map { graph.contents[$0].count }
    let passive = counts.indices.filter { $0 >= graph.activities && graph.elements[$0] >= 0 }
    let k =
      passive.max { counts[$0] < counts[$1] }.flatMap { counts[$0] > 256 ? $0 : nil }
      ?? counts.indices.filter { $0 < graph.stepper.processes.count }.max { counts[$0] < counts[$1] }
    guard let k, counts[k] > 64 else { return nil }
    let what = k < graph.activities ? "the locals of \(name(graph.elements[k])) were" : "\(name(graph.elements[k])) was"
    return
      "\(what) seen with \(grouped(counts[k])) contents: bound what is added to it, or set smaller bounds in explore { }"
  }
}
