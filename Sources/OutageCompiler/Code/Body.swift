import OutageModel
import OutageSemantics
import OutageSyntax

/// The body being compiled: its registers and where failures go.
struct Body {
  /// Node whose element runs it.
  var node = 0
  var kind = BodyKind.expression
  /// First register of each local.
  var locals: [Int] = []
  var types: [Type] = []
  /// Next free register, and the most used.
  var next = 0
  var most = 0
  /// Registers that own lists, and the first register above them.
  var lists: [Int] = []
  var floor = 0
  var touches = Touches()
  /// Conditions on parameters that lead here, and whether all of them hold now.
  var premises: [(condition: CheckedExpression, wanted: Bool)] = []
  var isTaken = true
  /// Inside `atomic`: no steps of its own.
  var isAtomic = false
  /// Innermost loop: where `continue` and a failed turn go, where `break` goes.
  var loops: [(turn: CodeBuffer.Label, out: CodeBuffer.Label)] = []
  /// Where a failed request of a closed load goes, and its status register.
  var failure: (label: CodeBuffer.Label, status: Int)?
  /// Where `return` goes in a closed load.
  var done: CodeBuffer.Label?
  var isClosed = false
  var called: Set<HandlerCalled> = []
  /// Reads of expression bodies: nodes, and whether time itself is read.
  var reads: Set<Touches.Target> = []
  var readsTime = false
  /// What it is known by, the places at which it draws, and the classes of its calls.
  var name = ""
  var names: PlaceNames?
  var classes: [Span: CallClass] = [:]
  /// By the name of the place, and by class.
  var draws: [String: Uses] = [:]
  var calls: [Int: Uses] = [:]
  /// Until when the first statement of a branch waits: it began to as its `either` did.
  var branchDeadline: Int?
  /// Where an expression goes on that turns out to have no value; nil: the run ends.
  var lacking: CodeBuffer.Label?
  /// Of locals that may have no value: the register that says whether they have.
  var presence: [Int: Int] = [:]
  /// Operators may touch any island: nothing is fused.
  var isOperator: Bool { kind == .timeline || kind == .expression }
}

/// A handler, by the node of its service and its number there.
struct HandlerCalled: Hashable, Comparable {
  var service: Int
  var handler: Int

  static func < (a: HandlerCalled, b: HandlerCalled) -> Bool { (a.service, a.handler) < (b.service, b.handler) }
}

extension Compiler {
  /// Compiles a body: `emit` writes its instructions. Gives the id of the body.
  /// - Parameters:
  ///   - name: what it and its places are known by.
  ///   - statements: all that it is made of, whatever parameters leave out.
  ///   - thinks: what a user of a load may draw between two requests.
  ///   - handler: its number in its service.
  func withBody(
    _ kind: BodyKind, node: Int, named name: String = "", _ statements: [CheckedStatement] = [],
    thinks: [CheckedExpression] = [], handler: Int? = nil, locals: [CheckedBody.Local], element: Int? = nil,
    isClosed: Bool = false, _ emit: () throws(CompileFailure) -> Void
  ) throws(CompileFailure) -> Int {
    try goOn()
    let outer = body
    body = Body()
    body.kind = kind
    body.node = node
    body.isClosed = isClosed
    body.name = name
    if kind != .expression || !name.isEmpty { namePlaces(statements, thinks: thinks, handler) }
    let start = code.code.count
    if kind == .expression { body.next = 4 }
    for local in locals {
      body.types.append(local.type)
      body.locals.append(body.next)
      if case .list = local.type { body.lists.append(body.next) }
      body.next += max(1, local.type.width)
    }
    body.most = body.next
    try emit()
    code.resolveLabels()
    var info = BodyInfo(kind: kind, start: start, frameWords: Frame.header + body.most, node: node)
    try placeCounts(&info)
    info.key = hash(name)
    info.listsFrom = Int32(parts.listRegisters.count)
    info.listsCount = Int32(body.lists.count)
    info.isClosed = isClosed
    parts.listRegisters += body.lists.map { UInt16($0) }
    parts.bodies.append(info)
    body.touches.depends = body.reads
    body.touches.called = body.called
    if kind != .expression { touches.append((node, element, body.touches)) }
    if node != timelineNode { noteLinks(node) }
    if isExploring || isFollowing, kind == .process || kind == .handler || kind == .lapse {
      stepBodies.append((parts.bodies.count - 1, start..<code.code.count))
      handlersCalled[parts.bodies.count - 1] = body.called
    }
    if isExploring, kind == .process || kind == .handler {
      try liveRegisters(from: start, to: code.code.count)
    }
    lastReads = body.reads
    lastReadsTime = body.readsTime
    lastSpeech = Speech(
      readsMeasure: code.code[start...].contains { $0.op == .measure },
      readsWindow: code.code[start...].contains { $0.op == .window }, readsTime: body.readsTime,
      readsStuck: code.code[start...].contains { $0.op == .stuck })
    body = outer
    return parts.bodies.count - 1
  }

  /// The places of the body are named, and its calls told apart, before any of it is compiled.
  private func namePlaces(_ statements: [CheckedStatement], thinks: [CheckedExpression], _ handler: Int?) {
    var names = PlaceNames(program, settled)
    names.block(statements)
    names.think(thinks)
    if names.calls.count > 1 || handler != nil && !names.calls.isEmpty {
      body.classes = callGraph.classes(of: names, own: handler.map { (body.node, $0) })
    } else if let only = names.callOrder.first {
      body.classes[only] = CallClass(id: 0, isCyclic: false)
    }
    body.names = names
  }

  private func noteLinks(_ node: Int) {
    func note(_ targets: Set<Touches.Target>, linked: Bool) {
      for target in targets {
        let n: Int
        switch target {
        case .own(let k), .all(let k), .element(let k, _): n = k
        }
        if n == node { continue }
        links.insert(ImageMeta.Link(from: node, to: n, latency: linked ? latency[n] ?? 0 : nil))
      }
    }
    note(body.touches.direct.union(body.touches.read), linked: false)
    note(body.touches.linked, linked: true)
  }

  // MARK: Registers

  func register(_ width: Int = 1) -> Int {
    let r = body.next
    body.next += width
    body.most = max(body.most, body.next)
    return r
  }

  /// A register that owns a list, never used for anything else.
  func listRegister() -> Int {
    let r = lastingRegister()
    body.lists.append(r)
    return r
  }

  /// A register that is never used for anything else. It stands above everything live, and the stack may not fall below it
  /// again.
  func lastingRegister() -> Int {
    let r = body.most
    body.most += 1
    body.next = max(body.next, body.most)
    body.floor = max(body.floor, body.most)
    return r
  }

  /// Frees the registers taken in `work`.
  func scratch<T>(_ work: () throws(CompileFailure) -> T) throws(CompileFailure) -> T {
    let mark = body.next
    let result = try work()
    body.next = max(mark, body.floor)
    return result
  }

  func const(_ value: Int64) -> Int {
    let r = register()
    code.emit(.const, a: r, imm: value)
    return r
  }

  // MARK: What is touched

  func touch(_ target: Touches.Target) {
    body.reads.insert(target)
    if !body.isTaken { return note(target, .direct) }
    if !body.isOperator { body.touches.direct.insert(target) }
  }

  /// What an expression reads; a read that joins many elements is remembered with its place.
  func touchToRead(_ reference: NodeReference, _ span: Span) {
    let target = target(reference)
    body.reads.insert(target)
    if !body.isTaken { return note(target, .direct) }
    if body.isOperator || !body.touches.read.insert(target).inserted { return }
    switch target {
    case .all(let n) where counts[n] > 1: joins.append(Join(array: n, through: n, span: span))
    case .element(let n, _) where counts[n] == 1 && counts[body.node] > 1:
      joins.append(Join(array: body.node, through: n, span: span))
    default: break
    }
  }

  /// Like `touch`, for what blocks: also fused with the timeline.
  func fuse(_ target: Touches.Target) {
    body.reads.insert(target)
    if !body.isTaken { return note(target, .direct) }
    if body.kind != .expression { body.touches.direct.insert(target) }
  }

  func target(_ reference: NodeReference) -> Touches.Target {
    switch reference.selector {
    case .single: return .element(reference.node, 0)
    case .own:
      return body.node == reference.node || isParallel(reference.node) ? .own(reference.node) : .all(reference.node)
    case .element(let e):
      if let v = try? settled.value(e), v >= 0, v < Int64(counts[reference.node]) {
        return .element(reference.node, Int(v))
      }
      if case .index = e.kind, isParallel(reference.node) { return .own(reference.node) }
      return .all(reference.node)
    case .all, .slice: return .all(reference.node)
    }
  }

  /// Whether an element of the body's node has a counterpart in `n`.
  private func isParallel(_ n: Int) -> Bool { counts[n] == counts[body.node] }
}
