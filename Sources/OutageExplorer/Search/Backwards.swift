/// The transition relation backwards, from what was learnt of it: what a state may have come from. It knows every
/// transition of every state that was expanded.
final class Backwards {
  private struct Key: Hashable {
    var actor: Int
    var mask: Int
    var words: [UInt64]
  }

  private struct Content: Hashable {
    var actor: Int
    /// Content of the actor's own component after the step.
    var after: Int
  }

  private let graph: Graph
  private var masks: [[UInt64]] = []
  private var masksOf: [Content: [Int]] = [:]
  private var differences: [Key: [[UInt64]]] = [:]

  init(_ graph: Graph) {
    self.graph = graph
    var numbers: [[UInt64]: Int] = [:]
    graph.eachTransition { t in
      let mask = numbers[t.mask, default: masks.count]
      if mask == masks.count {
        numbers[t.mask] = mask
        masks.append(t.mask)
      }
      let after = zip(t.key, t.difference).map { $0 ^ $1 }
      let content = Content(actor: t.actor, after: graph.tables[t.actor].own(after))
      if !masksOf[content, default: []].contains(mask) { masksOf[content, default: []].append(mask) }
      differences[Key(actor: t.actor, mask: mask, words: after), default: []].append(t.difference)
    }
  }

  /// Calls `body` with each state from which a transition may lead to `state`; some may be given twice.
  func eachPredecessor(_ state: [UInt64], _ body: ([UInt64]) -> Void) {
    for a in graph.actors.indices {
      let content = Content(actor: a, after: graph.tables[a].own(state))
      for mask in masksOf[content] ?? [] {
        let words = zip(state, masks[mask]).map { $0 & $1 }
        for difference in differences[Key(actor: a, mask: mask, words: words)] ?? [] {
          body(zip(state, difference).map { $0 ^ $1 })
        }
      }
    }
  }
}
