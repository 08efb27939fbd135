import OutageModel
import OutageSemantics
import OutageSyntax

/// Which handlers call which. Two calls of a body that can reach no handler in common may both belong to the body's owner:
/// nothing is drawn twice for it. Those that can are counted together (see `Draw`).
struct CallGraph {
  /// The number of each service's first handler, by node.
  private var first: [Int] = []
  private var callees: [[Int]] = []
  /// Handlers that one body looks at; behind them everything counts as reached.
  private static let most = 1000

  init(_ program: CheckedProgram, _ settled: Settled) {
    var count = 0
    for node in program.nodes {
      first.append(count)
      if case .service(let service) = node.kind { count += service.handlers.count }
    }
    for node in program.nodes {
      guard case .service(let service) = node.kind else { continue }
      for handler in service.handlers {
        var names = PlaceNames(program, settled)
        names.block(handler.body.statements)
        callees.append(names.callOrder.compactMap { names.calls[$0] }.map { first[$0.service] + $0.handler })
      }
    }
  }

  /// The classes of a body's calls. `own`: the handler whose body it is.
  func classes(of names: PlaceNames, own: (service: Int, handler: Int)?) -> [Span: CallClass] {
    let own = own.map { first[$0.service] + $0.handler }
    var reachedBy: [Int: Int] = [:]
    var parents = Array(names.callOrder.indices)
    func root(_ k: Int) -> Int {
      var k = k
      while parents[k] != k { k = parents[k] }
      return k
    }
    var isCyclic = Set<Int>()
    for (k, span) in names.callOrder.enumerated() {
      guard let call = names.calls[span] else { continue }
      var open = [first[call.service] + call.handler]
      while let handler = open.popLast() {
        if let other = reachedBy[handler] {
          parents[root(k)] = root(other)
          continue
        }
        if reachedBy.count >= Self.most { return together(names, isCyclic: own != nil) }
        reachedBy[handler] = k
        if handler == own { isCyclic.insert(k) } else { open += callees[handler] }
      }
    }
    let cyclic = Set(isCyclic.map(root))
    var classes: [Span: CallClass] = [:]
    for (k, span) in names.callOrder.enumerated() {
      classes[span] = CallClass(id: root(k), isCyclic: cyclic.contains(root(k)))
    }
    return classes
  }

  private func together(_ names: PlaceNames, isCyclic: Bool) -> [Span: CallClass] {
    names.calls.mapValues { _ in CallClass(id: 0, isCyclic: isCyclic) }
  }
}
