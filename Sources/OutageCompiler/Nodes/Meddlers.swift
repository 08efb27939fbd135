import OutageModel
import OutageSemantics

// Who takes no part in a search and changes what those who do can see. A search that holds without them has not looked at
// what they may do, and says so.

extension Compiler {
  func describeMeddlers() throws(CompileFailure) {
    let all = touchedBefore + touches
    var handlers: [HandlerCalled: [Touches]] = [:]
    for body in all {
      if let k = body.touches.handler {
        handlers[HandlerCalled(service: body.node, handler: k), default: []].append(body.touches)
      }
    }
    for body in all {
      try goOn()
      guard var meddler = meddler(body.node, body.touches) else { continue }
      var seen: Set<HandlerCalled> = []
      var todo = [body.touches]
      while let next = todo.popLast() {
        try goOn()
        add(next, to: &meddler)
        for handler in next.called.sorted() where seen.insert(handler).inserted { todo += handlers[handler] ?? [] }
      }
      if program.nodes.indices.contains(body.node), case .load = program.nodes[body.node].kind {
        meddler.fills = Set(seen.map(\.service)).intersection(try bounded)
      }
      if case .lease? = kind(body.node) { meddler.changes.append(elementRange(.all(body.node), own: 0)) }
      if !meddler.isHarmless { meta.exploring.meddlers.append(meddler) }
    }
  }

  private func kind(_ n: Int) -> CheckedProgram.Node.Kind? {
    program.nodes.indices.contains(n) ? program.nodes[n].kind : nil
  }

  /// Who has a body that takes no part in a search.
  private func meddler(_ n: Int, _ touches: Touches) -> ImageMeta.Meddler? {
    if let entry = touches.entry {
      return ImageMeta.Meddler(name: "line \(entry.line)", time: entry.time, isEntry: true)
    }
    // What happens as a lease lapses takes part.
    if touches.isLapse { return nil }
    switch kind(n) {
    case .load: return ImageMeta.Meddler(name: "load \(name(n))")
    case .lease: return ImageMeta.Meddler(name: "the renewal of \(name(n))")
    case .balancer: return ImageMeta.Meddler(name: "the checks of \(name(n))")
    case .process, .service, .variable, .plans, .dns, .queue, nil: return nil
    }
  }

  private func add(_ touches: Touches, to meddler: inout ImageMeta.Meddler) {
    func ranges(_ targets: Set<Touches.Target>) -> [ClosedRange<Int>] {
      targets.map(range).sorted { ($0.lowerBound, $0.upperBound) < ($1.lowerBound, $1.upperBound) }
    }
    meddler.changes += ranges(touches.shown)
    meddler.fells += ranges(touches.felled)
    meddler.stops += ranges(touches.stopped)
    meddler.cuts += touches.cuts.map { (range($0[0]), range($0[1])) }
  }

  /// Whichever element of its array acts.
  private func range(_ target: Touches.Target) -> ClosedRange<Int> {
    if case .own(let n) = target { elementRange(.all(n), own: 0) } else { elementRange(target, own: 0) }
  }

  /// Services that turn requests away while they have so many.
  private var bounded: Set<Int> {
    get throws(CompileFailure) {
      var found = boundsGiven
      for (n, node) in program.nodes.enumerated() {
        guard case .service(let service) = node.kind else { continue }
        if service.handlers.contains(where: { $0.limit.map { $0.type != .rate } ?? false }) { found.insert(n) }
        for a in service.attributes where try holds(a.condition) {
          switch a.value {
          case .capacity: found.insert(n)
          case .limit(let e) where e.type != .rate: found.insert(n)
          default: continue
          }
        }
      }
      return found
    }
  }
}

extension ImageMeta.Meddler {
  fileprivate var isHarmless: Bool {
    changes.isEmpty && fells.isEmpty && stops.isEmpty && cuts.isEmpty && fills.isEmpty
  }
}
