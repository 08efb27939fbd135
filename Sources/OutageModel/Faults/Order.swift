// `follow planner, enactor[0], …`: the processes that it names make their steps in that order, each once the one before has
// come to the end of its step. Whoever has made the last of its steps waits until all have: one step more might undo what
// the order leads to. A lease in the order stands for its expiry.

/// How far an order has been followed. Plain data: it is copied with its island.
struct Order {
  /// First element in `tables.orders`, and how many.
  var from = 0
  var count = 0
  /// Whose turn it is.
  var at = 0
  /// Its step has begun.
  var isBusy = false
  /// It has chosen a branch, and the step that follows belongs to that choice.
  var hasChosen = false
}

/// The first turn of an order that nobody took.
public struct UnmadeTurn: Sendable {
  /// Whose turn it was.
  public var element: Int
  /// From 1, and how many turns the order has.
  public var turn: Int
  public var count: Int
  /// It had come to its end, or crashed; else it may still make its step.
  public var hasEnded: Bool
}

extension World {
  /// Of each order that was not made in full, by island.
  public func unmadeTurns() -> [UnmadeTurn] {
    (0..<islandCount).compactMap { k in
      let island = island(k)
      let order = island.p.pointee.unmade.count > 0 ? island.p.pointee.unmade : island.p.pointee.order
      if order.count == 0 { return nil }
      let element = Int(image.tables.orders[order.from + order.at])
      return UnmadeTurn(
        element: element, turn: order.at + 1, count: order.count, hasEnded: island.hasEnded(element))
    }
  }
}

extension Island {
  private var head: Int { Int(tables.orders[p.pointee.order.from + p.pointee.order.at]) }

  private func isNamed(_ own: Int) -> Bool {
    let order = p.pointee.order
    return (0..<order.count).contains { Int(tables.orders[order.from + $0]) == own }
  }

  func follow(_ range: Int64) {
    noteUnmade()
    p.pointee.order = Order(from: Int(range & 0xFFFF_FFFF), count: Int(range >> 32))
    skipEnded()
  }

  /// Whether a process may make a step now; if not, it is held until its turn.
  func passes(_ own: Int, step: Int) -> Bool {
    p.pointee.journal?.pointee.end(own)
    let passes = isTurn(own, step: step)
    if passes, tables.steps[step].isVisible { p.pointee.journal?.pointee.begin(own, step) }
    return passes
  }

  private func isTurn(_ own: Int, step: Int) -> Bool {
    if p.pointee.order.count == 0 { return true }
    let info = tables.steps[step]
    if !info.isVisible && !info.isBranch { return true }
    if p.pointee.order.isBusy, head == own {
      if p.pointee.order.hasChosen, info.isVisible {
        p.pointee.order.hasChosen = false
        return true
      }
      endTurn(own)
    }
    if p.pointee.order.count == 0 || !isNamed(own) { return true }
    if p.pointee.order.isBusy || head != own { return false }
    p.pointee.order.isBusy = true
    p.pointee.order.hasChosen = info.isBranch
    return true
  }

  /// The step of a process has come to its end: the next one's turn.
  func passed(_ own: Int) {
    p.pointee.journal?.pointee.end(own)
    endTurn(own)
  }

  private func endTurn(_ own: Int) {
    guard p.pointee.order.count > 0, p.pointee.order.isBusy, head == own else { return }
    advance()
  }

  /// A lease has lapsed.
  func lapsed(_ own: Int) { if !p.pointee.order.isBusy, head == own { advance() } }

  private func advance() {
    p.pointee.order.at += 1
    p.pointee.order.isBusy = false
    p.pointee.order.hasChosen = false
    skipEnded()
  }

  /// The turn will not be taken: what comes next does so without it.
  private func noteUnmade() { if p.pointee.unmade.count == 0 { p.pointee.unmade = p.pointee.order } }

  /// Who has ended has no turn; after the last turn all go on as they like.
  private func skipEnded() {
    while p.pointee.order.at < p.pointee.order.count, hasEnded(head) {
      noteUnmade()
      p.pointee.order.at += 1
    }
    if p.pointee.order.at < p.pointee.order.count { return letGo(head) }
    let order = p.pointee.order
    p.pointee.order = Order()
    for k in 0..<order.count { letGo(Int(tables.orders[order.from + k])) }
  }

  fileprivate func hasEnded(_ own: Int) -> Bool {
    guard node(own).pointee.kind == .process else { return false }
    let e = offset(own)
    return mem[e &+ Active.finished] != 0 || mem[e &+ Active.frames] & Active.crashed != 0
  }

  private func letGo(_ own: Int) {
    guard node(own).pointee.kind == .process else { return }
    let frame = Int(mem[offset(own) + Active.frames] & 0xFFFF_FFFF)
    guard frame != 0, mem[frame &+ Frame.kind] & Frame.held != 0 else { return }
    mem[frame &+ Frame.kind] &= ~Frame.held
    schedule(now, .resume, frame, UInt32(truncatingIfNeeded: mem[frame] >> 32))
  }
}
