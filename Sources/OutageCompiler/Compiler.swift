public import OutageModel
public import OutageSemantics
public import OutageSyntax

/// Turns a checked program, with values for its parameters, into an image.
/// - Parameters:
///   - settings: values of parameters (by index) that differ from their defaults.
///   - files: the sources, for texts of conditions in reports.
///   - forExploring: what a search of orders needs is recorded.
/// - Throws: values out of range, divisions by zero before the run, sizes that are too large.
///   - host: what the host gives for each `extern fn`.
///   - memory: bytes for tables and state; what surely needs more is refused before it is built.
///   - interruption: asked meanwhile whether the image is still wanted.
public func compile(
  _ program: CheckedProgram, settings: [Int: ParamValue] = [:], files: [SourceFile], host: [HostFunction] = [],
  forExploring: Bool = false, memory: Int = .max, interruption: Interruption = Interruption()
) throws(CompileFailure) -> Image {
  let compiler = try Compiler(program, settings: settings, files: files)
  compiler.isExploring = forExploring
  // Lines that were typed in a session without a script have no other name than its first file.
  if forExploring { compiler.meta.exploring.files = files.map { $0.name == files[0].name ? "" : $0.name } }
  compiler.memory = memory
  compiler.interruption = interruption
  compiler.parts.host = try hostFunctions(program, host)
  return try compiler.compile()
}

/// A value for a parameter.
public enum ParamValue: Sendable {
  /// An Int64, or the bits of a Double, by the parameter's type.
  case word(Int64)
  case text(String)
  /// From a `variant`: may read other parameters.
  case expression(CheckedExpression)
}

final class Compiler {
  let program: CheckedProgram
  let files: [SourceFile]
  private lazy var sources = files.map(SourceLines.init)
  var settled: Settled
  var parts = ImageParts()
  var meta: ImageMeta
  var code = CodeBuffer()
  /// First element and count of each node; the timeline's hidden node comes last.
  var first: [Int] = []
  var counts: [Int] = []
  /// Which handlers call which.
  private(set) lazy var callGraph = CallGraph(program, settled)
  /// What entries of the timeline are known by.
  private(set) lazy var entryNames = nameEntries()
  /// Words of retry budgets each element has beyond its fixed part.
  var counterWords: [Int]
  var fixedWords: [Int]
  var links: Set<ImageMeta.Link> = []
  var touches: [(node: Int, element: Int?, touches: Touches)] = []
  /// What bodies touch that were compiled before; the node of those of the timeline is -1.
  var touchedBefore: [(node: Int, element: Int?, touches: Touches)] = []
  /// `loadAt` instructions to be filled in when elements have their places.
  var fixups: [(at: Int, element: Int, word: Int)] = []
  var labels = TextTable()
  /// What `islands(of:)` has found, by node.
  var islandsOfNode: [Int: [Int]] = [:]
  /// Reads that may make one island of an array.
  var joins: [Join] = []
  /// Nodes whose values are integrated over time; nil: those that measures want.
  var integrated: [Bool]?
  /// Where windows are in `meta.windows`, and which lengths what was written had.
  var windowsByForm: [ImageMeta.Window: Int] = [:]
  var windowLengths: [Span: Set<Int64>] = [:]
  var bytesOfWindows = 0
  /// What is compiled may have windows that are not there yet.
  var opensWindows = true
  var isExploring = false
  /// Bytes for tables and state.
  var memory = Int.max
  /// Of these, what checks of balancers take.
  var bytesOfChecks = 0
  var interruption = Interruption()
  /// Some statement fixes an order of steps.
  var isFollowing = false
  /// Steps of `either`: the branch taken is part of its first step.
  var branchSteps: Set<Int> = []
  /// Services whose bounds somebody assigns, operators too.
  var boundsGiven: Set<Int> = []
  /// Services of which others than operators assign `enabled`: whoever calls the array runs together with it.
  var switchedBySteps: Set<Int> = []
  /// Services whose latency somebody assigns.
  var latencyGiven: Set<Int> = []
  /// Steps that make a call again.
  var retrySteps: Set<Int> = []
  /// Bodies of processes and handlers, and their code.
  var stepBodies: [(body: Int, code: Range<Int>)] = []
  /// The variable that a `load` or `store` is about, by pc.
  var variableAccess: [Int: Int] = [:]
  /// The record through which a `resolve` goes, and where in the source values are read that a search does not follow, by pc.
  var recordsResolved: [Int: Int] = [:]
  var valueSpans: [Int: Span] = [:]
  /// By body.
  var handlersCalled: [Int: Set<HandlerCalled>] = [:]
  /// Latencies that are drawn for each message, by service.
  var drawnLatency: [Int: CheckedExpression] = [:]
  /// Declared latency of services, ns: the least that a message takes.
  var latency: [Int: Int64] = [:]
  /// Properties that may be checked after every step, with what they read.
  var localChecks: [(property: Int, body: Int, reads: Set<Touches.Target>, window: LookWindow)] = []
  /// Offset of the handler's own limit words, by node and handler.
  var handlerOffsets: [[Int]] = []
  var body = Body()
  /// The body is that of an `every`: what it does to variables again and again is not told as an action.
  var isRoutine = false
  /// A statement around this one is quiet.
  var isQuiet = false
  /// What the body compiled last reads.
  var lastReads: Set<Touches.Target> = []
  var lastReadsTime = false
  var lastSpeech = Speech()
  var timelineNode: Int { program.nodes.count }
  /// What was compiled before: nodes, timeline entries and the like from these on are new.
  var done = Done()
  /// Statements that operators do at once.
  var acts: [CheckedBody] = []
  /// Words in use in each island before; new elements come behind them.
  var floors: [Int] = []

  /// Parameters are read while the world lives, from these words of the timeline, so that they can be set; nil: they are
  /// settled once and for all.
  var slots: [(element: Int, word: Int)]?
  /// What bodies touch only if parameters were set otherwise.
  var untaken: [Untaken] = []

  struct Done {
    var nodes = 0
    var entries = 0
    var measures = 0
    var plots = 0
    var properties = 0
  }

  init(
    _ program: CheckedProgram, settings: [Int: ParamValue], files: [SourceFile], texts: TextTable = TextTable()
  ) throws(CompileFailure) {
    self.program = program
    self.files = files
    settled = Settled(
      params: [], constants: Array(repeating: nil, count: program.constants.count), made: program.constants.map(\.value)
    )
    settled.texts = texts
    settled.paramTypes = program.params.map(\.type)
    settled.paramSources = program.params.map { ParamSource(name: $0.name, span: $0.value.span, isGiven: false) }
    meta = ImageMeta(
      scenario: program.scenario,
      clock: ImageMeta.Clock(day: nil, start: 0, zone: nil, duration: 0, tick: 0, isWritten: false))
    counterWords = Array(repeating: 0, count: program.nodes.count + 1)
    fixedWords = counterWords
    // Parameters may read constants and the other way round: settle what can be, until all are.
    settled.params = Array(repeating: 0, count: program.params.count)
    var isKnown = Array(repeating: false, count: program.params.count)
    var given: [Int: CheckedExpression] = [:]
    for (k, value) in settings {
      switch value {
      case .word(let word):
        settled.params[k] = word
        settled.paramSources[k].span = program.params[k].span
        settled.paramSources[k].isGiven = true
        isKnown[k] = true
      case .text(let text):
        settled.params[k] = Int64(settled.texts.id(text))
        isKnown[k] = true
      case .expression(let e):
        given[k] = e
        settled.paramSources[k].span = e.span
      }
    }
    var progress = true
    while progress {
      progress = false
      for (k, param) in program.params.enumerated() where !isKnown[k] {
        let value = given[k] ?? param.value
        if readsUnknown(value, isKnown) { continue }
        settled.params[k] = try settle(value)
        isKnown[k] = true
        progress = true
      }
      for (k, constant) in program.constants.enumerated() where settled.constants[k] == nil {
        if readsUnknown(constant.value, isKnown) { continue }
        if let v = try settled.value(constant.value) {
          settled.constants[k] = v
          progress = true
        } else if case .text(let parts) = constant.value.kind, let text = plainText(parts) {
          settled.constants[k] = Int64(settled.texts.id(text))
          progress = true
        }
      }
    }
    for (k, param) in program.params.enumerated() {
      if case .text = param.type, !isKnown[k] { settled.params[k] = Int64(settled.texts.id("")) }
      if let range = param.range, case let low = try settle(range.0), case let high = try settle(range.1) {
        let v = settled.params[k]
        let isInside =
          settled.isNumber(param.type)
          ? Settled.number(low) <= Settled.number(v) && Settled.number(v) <= Settled.number(high)
          : low <= v && v <= high
        if !isInside {
          throw CompileFailure("E0503", "parameter \(param.name) is outside its range", param.span)
        }
      }
    }
  }

  private func readsUnknown(_ e: CheckedExpression, _ known: [Bool]) -> Bool {
    switch e.kind {
    case .param(let k): !known[k]
    case .constant(let k): settled.constants[k] == nil
    case .negate(let a), .not(let a), .convert(_, let a): readsUnknown(a, known)
    case .arithmetic(_, let a, let b), .compare(_, let a, let b), .and(let a, let b), .or(let a, let b):
      readsUnknown(a, known) || readsUnknown(b, known)
    case .builtin(_, let args): args.contains { readsUnknown($0, known) }
    case .field: settled.part(e).map { readsUnknown($0, known) } ?? false
    default: false
    }
  }

  func plainText(_ parts: [CheckedTextPart]) -> String? {
    var text = ""
    for part in parts {
      guard case .literal(let s) = part else { return nil }
      text += s
    }
    return text
  }

  /// The value of an expression that must be known before the run.
  func settle(_ e: CheckedExpression, index: Int64? = nil) throws(CompileFailure) -> Int64 {
    if case .text(let parts) = e.kind, let text = plainText(parts) { return Int64(settled.texts.id(text)) }
    if let v = try settled.value(e, index: index) { return v }
    throw CompileFailure("E0607", "this must be known before the run", e.span)
  }

  func settleNumber(_ e: CheckedExpression) throws(CompileFailure) -> Double {
    let word = try settle(e)
    return settled.isNumber(e.type) ? Settled.number(word) : Double(word)
  }

  func holds(_ condition: CheckedExpression?) throws(CompileFailure) -> Bool {
    guard let condition else { return true }
    return try settle(condition) != 0
  }

  /// Throws when the host wants no more of it: whoever works long comes by here.
  @inline(__always)
  func goOn() throws(CompileFailure) { if interruption.looks() { throw CompileFailure([]) } }

  // MARK: Compile

  func compile() throws(CompileFailure) -> Image {
    meta.clock = try clock()
    try declareNodes()
    isFollowing = (!isExploring || slots != nil) && program.follows
    for n in program.nodes.indices {
      try goOn()
      try compileNode(n)
    }
    try compileTimeline()
    try compileProbes()
    return try link()
  }

  private func clock() throws(CompileFailure) -> ImageMeta.Clock {
    let c = program.clock
    let duration = try settle(c.duration)
    let tick = try settle(c.tick)
    if duration / tick > 50_000_000 {
      throw CompileFailure("E0504", "more than 50 million ticks", c.tick.span, help: "a longer tick")
    }
    var clock = ImageMeta.Clock(
      day: c.begins.day, start: c.begins.time, zone: c.zone, duration: duration, tick: tick, isWritten: c.isWritten)
    if let warmUp = c.warmUp {
      clock.warmUp = try settle(warmUp)
      if clock.warmUp >= duration {
        throw CompileFailure("E0504", "the warm-up must end before the scenario does", warmUp.span)
      }
    }
    return clock
  }

  func isArray(_ n: Int) -> Bool { n < program.nodes.count && program.nodes[n].count != nil }

  /// Declares the nodes that are new, and behind all nodes one more for the new entries of the timeline.
  func declareNodes() throws(CompileFailure) {
    // Timelines that are already there; their elements keep their numbers.
    let timelines = Array(zip(parts.nodes[done.nodes...], meta.nodes[done.nodes...]))
    parts.nodes.removeLast(timelines.count)
    meta.nodes.removeLast(timelines.count)
    var next = parts.elementNode.count
    let new = done.nodes..<program.nodes.count
    for node in program.nodes[new] {
      try goOn()
      let count = try elementCount(node, next)
      first.append(next)
      counts.append(count)
      next += count
      meta.nodes.append(ImageMeta.Node(name: node.name, isArray: node.count != nil))
      parts.nodes.append(NodeInfo(kind: kind(node), first: first.last ?? 0, count: count))
    }
    let entries = program.timeline.count - done.entries + acts.count
    first.append(next)
    counts.append(timelines.isEmpty ? max(1, entries) : entries)
    if let slots, slots.count < program.params.count { try placeParameters(from: slots.count) }
    parts.nodes += timelines.map(\.0)
    meta.nodes += timelines.map(\.1)
    if counts[timelineNode] > 0 {
      var timeline = NodeInfo(kind: .timeline, first: next, count: counts[timelineNode])
      timeline.link = Int32(meta.entries.count)
      parts.nodes.append(timeline)
      meta.nodes.append(ImageMeta.Node(name: "timeline", isArray: true))
    }
    let words = parts.nodes.count - meta.nodeWords.prefix(done.nodes).count
    meta.nodeWords = meta.nodeWords.prefix(done.nodes) + Array(repeating: [0, 0], count: words)
    fixedWords[timelineNode] += Active.header
    handlerOffsets += Array(repeating: [], count: new.count)
    for n in new { parts.nodes[n].key = hash(name(n)) }
    for n in new {
      try goOn()
      try layOut(n, program.nodes[n])
    }
  }

  /// What an element takes in tables and state, at least.
  private static var bytesOfElement: Int { 96 }

  private func elementCount(_ node: CheckedProgram.Node, _ next: Int) throws(CompileFailure) -> Int {
    guard let c = node.count else { return 1 }
    let count = try settle(c)
    let (all, isBeyond) = next.addingReportingOverflow(Int(count))
    let (bytes, overflow) = all.multipliedReportingOverflow(by: Self.bytesOfElement)
    if isBeyond || overflow || bytes > memory {
      throw doNotFit("\(count) elements", c.span)
    }
    if all > 200_000_000 {
      throw CompileFailure("E0505", "the elements of all nodes are more than the 200 million allowed", c.span)
    }
    return Int(count)
  }

  private func kind(_ node: CheckedProgram.Node) -> OutageModel.NodeKind {
    switch node.kind {
    case .variable: .variable
    case .plans: .plans
    case .dns: .dns
    case .queue: .queue
    case .lease: .lease
    case .service: .service
    case .balancer: .balancer
    case .load: .load
    case .process: .process
    }
  }

  /// Where a node is declared; the timeline is nowhere.
  func span(ofNode n: Int) -> Span { program.nodes.indices.contains(n) ? program.nodes[n].span : .none }

  func name(_ n: Int) -> String { n < program.nodes.count ? program.nodes[n].name : "timeline" }

  /// Source text of a span, on one line, at most `limit` characters.
  func source(_ span: Span, limit: Int = 80) -> String {
    guard files.indices.contains(Int(span.file)) else { return "" }
    let text = files[Int(span.file)].text
    guard span.start >= 0, span.end <= text.count, span.start <= span.end else { return "" }
    var out = ""
    var wasSpace = false
    for scalar in String(decoding: text[Int(span.start)..<Int(span.end)], as: UTF8.self).unicodeScalars {
      let isSpace = scalar == " " || scalar == "\n" || scalar == "\t" || scalar == "\r"
      if isSpace && wasSpace { continue }
      wasSpace = isSpace
      out.unicodeScalars.append(isSpace ? " " : scalar)
      if out.unicodeScalars.count >= limit { return out + "…" }
    }
    return out
  }

  func line(_ span: Span) -> Int {
    guard files.indices.contains(Int(span.file)) else { return 0 }
    return sources[Int(span.file)].line(of: Int(span.start)) + 1
  }
}
