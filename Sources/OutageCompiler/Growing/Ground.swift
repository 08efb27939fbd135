// A program whose world is alive. What is typed at a prompt is compiled onto what is there: code, elements and tables are
// only appended, so that frames, events and addresses of the running world stay true.

public import OutageModel
public import OutageSemantics
public import OutageSyntax

/// A compiled program that more can be built upon.
public final class Ground {
  let compiler: Compiler
  public let image: Image
  /// What the host gives for `extern fn`.
  let host: [HostFunction]

  /// Compiles a program for a new world.
  public convenience init(
    _ program: CheckedProgram, settings: [Int: ParamValue] = [:], files: [SourceFile], host: [HostFunction] = [],
    memory: Int = .max, interruption: Interruption = Interruption()
  ) throws(CompileFailure) {
    try self.init(
      program, settings: settings, files: files, host: host, memory: memory, interruption: interruption, integrated: nil)
  }

  /// - Parameter integrated: the nodes whose values are integrated over time; nil: those that measures want.
  init(
    _ program: CheckedProgram, settings: [Int: ParamValue], files: [SourceFile], host: [HostFunction], memory: Int,
    interruption: Interruption = Interruption(), integrated: [Bool]?
  ) throws(CompileFailure) {
    self.host = host
    compiler = try Compiler(program, settings: settings, files: files)
    compiler.integrated = integrated
    compiler.memory = memory
    compiler.interruption = interruption
    compiler.parts.host = try hostFunctions(program, host)
    compiler.slots = []
    compiler.isExploring = true
    image = try compiler.compile()
  }

  /// Steps of all bodies.
  public var stepCount: Int { compiler.parts.steps.count }

  /// Bytes of its own, about: the tables of the image, and what the compiler knows of each step.
  public var bytes: Int { image.bytes + stepCount * Self.bytesOfStep }
  private static let bytesOfStep = 100

  init(compiled compiler: Compiler, _ image: Image, host: [HostFunction]) {
    self.host = host
    self.compiler = compiler
    self.image = image
  }

  /// An image that has grown, what it has that is new, and the bodies of acts to be run now.
  public struct Grown {
    public var ground: Ground
    public var growth: Growth
    public var acts: [(element: Int, body: Int)]
  }

  /// Builds items and acts upon this ground.
  /// - Parameters:
  ///   - program: begins like the one before; its new nodes, entries and properties come last.
  ///   - floors: words in use in each island of the live world.
  /// - Throws: what was typed changes the form of what is alive, or ties together islands that run apart.
  public func grown(
    _ program: CheckedProgram, settings: [Int: ParamValue], files: [SourceFile], acts: [CheckedBody], floors: [Int],
    _ interruption: Interruption
  ) throws(CompileFailure) -> Grown {
    let old = compiler
    let new = try Compiler(growing: old, to: program, settings: settings, files: files)
    new.parts.host = try hostFunctions(program, host)
    new.acts = acts
    new.floors = floors
    new.interruption = interruption
    try new.requireForms(of: old)
    let firstElement = old.parts.elementNode.count
    let firstEntry = old.meta.entries.count
    try new.declareNodes()
    for n in old.program.nodes.count..<program.nodes.count { try new.compileNode(n) }
    try new.compileTimeline()
    let compiled = try new.compileActs()
    try new.compileProbes()
    let image = try new.link()
    return Grown(
      ground: Ground(compiled: new, image, host: host),
      growth: Growth(
        image: image, firstElement: firstElement, oldNodes: old.program.nodes.count,
        newNodes: program.nodes.count, firstEntry: firstEntry,
        firstProperty: old.meta.properties.count, ends: new.floors),
      acts: compiled)
  }

  /// The image with what a search of orders needs to know, and parameters as they are set now.
  public func explorable(_ program: CheckedProgram, settings: [Int: ParamValue], files: [SourceFile])
    throws(CompileFailure) -> Image
  {
    let new = try Compiler(growing: compiler, to: program, settings: settings, files: files)
    try new.describeSteps()
    try new.describeProcesses()
    for (k, slot) in (new.slots ?? []).enumerated() {
      new.meta.initials.append(.init(element: slot.element, offset: slot.word, value: new.settled.params[k]))
    }
    return new.image()
  }

  /// An image that can also look at these values; the ground stays as it is.
  public func looking(
    at values: [(CheckedExpression, CheckedBody)], _ program: CheckedProgram, settings: [Int: ParamValue],
    files: [SourceFile], _ interruption: Interruption = Interruption()
  ) throws(CompileFailure) -> (image: Image, looks: [Look]) {
    let new = try Compiler(growing: compiler, to: program, settings: settings, files: files)
    new.interruption = interruption
    new.opensWindows = false
    var looks: [Look] = []
    for (value, body) in values { looks.append(try new.look(value, body.locals)) }
    return (new.image(), looks)
  }
}

/// How the value of an expression is had from a world.
public indirect enum Look: Sendable {
  case word(body: Int, ImageMeta.ValueType, Reads)
  case list(body: Int, item: ImageMeta.ValueType, Reads)
  case record([(name: String, value: Look)])
  /// A text with values in it.
  case text([Part])

  /// Whose state is read.
  public enum Reads: Sendable, Equatable {
    /// At most the time, which nobody changes.
    case nobody
    case island(Int)
    case several

    func and(_ other: Reads) -> Reads {
      if self == other || other == .nobody { return self }
      return self == .nobody ? other : .several
    }
  }

  public var reads: Reads {
    switch self {
    case .word(_, _, let reads), .list(_, _, let reads): reads
    case .record(let fields): fields.reduce(.nobody) { $0.and($1.value.reads) }
    case .text(let parts):
      parts.reduce(.nobody) { if case .value(let look) = $1 { $0.and(look.reads) } else { $0 } }
    }
  }

  public enum Part: Sendable {
    case literal(String)
    case value(Look)
  }
}

extension Compiler {
  /// Goes on where another compiler stopped.
  convenience init(growing old: Compiler, to program: CheckedProgram, settings: [Int: ParamValue], files: [SourceFile])
    throws(CompileFailure)
  {
    try self.init(program, settings: settings, files: files, texts: old.settled.texts)
    let known = old.program.nodes.count
    let new = program.nodes.count - known
    parts = old.parts
    meta = old.meta
    code = old.code
    labels = old.labels
    memory = old.memory
    latency = old.latency
    drawnLatency = old.drawnLatency
    links = old.links
    slots = old.slots
    (windowLengths, bytesOfWindows) = (old.windowLengths, old.bytesOfWindows)
    isExploring = old.isExploring
    untaken = old.untaken
    stepBodies = old.stepBodies
    branchSteps = old.branchSteps
    retrySteps = old.retrySteps
    boundsGiven = old.boundsGiven
    latencyGiven = old.latencyGiven
    switchedBySteps = old.switchedBySteps
    variableAccess = old.variableAccess
    recordsResolved = old.recordsResolved
    valueSpans = old.valueSpans
    handlersCalled = old.handlersCalled
    touchedBefore =
      old.touchedBefore + old.touches.map { ($0.node < known ? $0.node : -1, $0.element, $0.touches) }
    handlerOffsets = old.handlerOffsets
    first = Array(old.first.prefix(known))
    counts = Array(old.counts.prefix(known))
    // The timeline's new elements have words of their own.
    func widened(_ words: [Int]) -> [Int] { words.prefix(known) + Array(repeating: 0, count: new) }
    counterWords = widened(old.counterWords) + [0]
    fixedWords = widened(old.fixedWords) + [0]
    done = Done(
      nodes: known, entries: old.program.timeline.count, measures: old.program.measures.count,
      plots: old.program.plots.count, properties: old.program.properties.count)
  }

  /// What is alive keeps its form: widths of values and handlers decide where things lie.
  func requireForms(of old: Compiler) throws(CompileFailure) {
    for (n, node) in old.program.nodes.enumerated() where form(node) != form(program.nodes[n]) {
      throw CompileFailure(
        "E0622", "this changes the form of '\(node.name)', which is alive", program.nodes.last?.span ?? node.span,
        help: "write it into the script and `:reload`")
    }
  }

  private func form(_ node: CheckedProgram.Node) -> [Int] {
    switch node.kind {
    case .variable(let type, _, _): return [type.width]
    case .queue(let item, _): return [item.width]
    case .service(let service):
      return service.handlers.flatMap { h in
        [h.result.width] + h.body.locals.prefix(h.body.parameterCount).map(\.type.width)
      }
    default: return []
    }
  }

  /// Compiles the bodies that give a value of any type.
  func look(_ e: CheckedExpression, _ locals: [CheckedBody.Local]) throws(CompileFailure) -> Look {
    switch e.type {
    case .record(let fields):
      var values: [(name: String, value: Look)] = []
      for (k, field) in fields.enumerated() {
        values.append((field.name, try look(CheckedExpression(.field(e, k), field.type, e.span), locals)))
      }
      return .record(values)
    case .list(let item):
      let id = try withBody(.expression, node: timelineNode, locals: locals) { () throws(CompileFailure) in
        // Register 0 owns the list that is read when the body has run.
        body.lists.append(0)
        code.emit(.listNew, a: 0)
        try into(e, 0)
        code.emit(.end)
      }
      return .list(body: id, item: valueType(item), readsOfLast)
    case .nothing: return .text([])
    default: break
    }
    if case .text(let parts) = e.kind, plainText(parts) == nil {
      var pieces: [Look.Part] = []
      for part in parts {
        switch part {
        case .literal(let text): pieces.append(.literal(text))
        case .value(let value): pieces.append(.value(try look(value, locals)))
        }
      }
      return .text(pieces)
    }
    let probe = try self.probe("", e, locals, isSampled: false)
    return .word(body: probe.body, probe.type, readsOfLast)
  }

  /// Whose state the body reads that was compiled last.
  private var readsOfLast: Look.Reads {
    let islands = islands(of: lastReads)
    return islands.count > 1 ? .several : islands.first.map { .island($0) } ?? .nobody
  }
}
