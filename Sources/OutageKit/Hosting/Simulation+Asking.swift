import OutageEngine
import OutageModel
import OutageSyntax

extension Simulation {
  /// The value of an expression now: `dwfm.queue.length`, `max(e.version for e in enactor)`, `p99(api.response)`. To ask
  /// changes nothing.
  /// - Throws: what is wrong with it, or that there is no value now (the mean of nothing, a division by zero).
  public func value(of expression: String) throws(Refusal) -> Value { try values(of: [expression])[0] }

  /// The values of many expressions, checked in one go.
  public func values(of expressions: [String]) throws(Refusal) -> [Value] {
    bound.begin(budgets.wallTime)
    try standAgain()
    let found: [LiveValue]
    do { found = try world.values(of: expressions) } catch { throw Refusal(error, bound) }
    var values: [Value] = []
    if let failure = world.hostFailure { throw Refusal([Problem(failure, code: Trouble.host.code)]) }
    for (expression, value) in zip(expressions, found) {
      guard let own = Value(value, world.writer) else {
        if world.ranOutOfMemory { throw Refusal("\(expression) takes too much", limit: .bytes(budgets.bytes)) }
        if bound.isReached { throw Refusal("\(expression) was not finished", limit: bound.limit) }
        throw Refusal("\(expression) has \(world.writer.text(value))")
      }
      values.append(own)
    }
    return values
  }

  /// Does something now, as an operator would: a statement (`crash dynamodb`, `x = 3`), or an item that joins the world
  /// (`measure backlog = dwfm.queue.length`, `at 02:40 restart dynamodb`). Its consequences follow when time goes on.
  /// - Throws: what is wrong with it; then nothing has changed.
  public func act(_ line: String) throws(Refusal) {
    bound.begin(budgets.wallTime)
    try standAgain()
    let (moment, deeds, done) = (world.moment, world.deeds, world.done)
    // Where a copy would be too much, what is given up is brought back from what is kept anyway.
    let isSmall = bytes + world.run.bytes <= budgets.bytes
    let kept = world.moment.events == 0 && isSmall ? world.keptNow() : nil
    let snapshots = world.snapshots
    let entered: Entered
    do { entered = try world.enter(line) } catch { throw Refusal(error, bound) }
    if world.done == done {
      let what = entered.values.isEmpty ? "a line without a statement" : line
      throw Refusal("\(what) does nothing", help: "ask for its value, or write a statement: `x = 3`, `crash api`")
    }
    let isTooMuch = bytes > budgets.bytes
    guard world.run.isHalfway || world.run.end != nil || isTooMuch else {
      shown = nil
      return
    }
    let refusal =
      isTooMuch ? Refusal("\(line.prefix(60)) takes too much", limit: .bytes(budgets.bytes)) : refusal(of: line)
    world.snapshots = snapshots
    world.snapshots.forget(after: moment, done: done)
    if let kept { world.restore(kept) } else { halfway = moment }
    (world.deeds, world.done) = (deeds, done)
    if kept == nil { try standAgain() }
    throw refusal
  }

  private func refusal(of line: String) -> Refusal {
    switch world.run.end {
    case .failed(let failure)?: Refusal([Problem(failure, world.files, world.clock)])
    case .budget(let what, _, _)?:
      Refusal(
        "\(line) takes too much", limit: what == "memory" ? .bytes(budgets.bytes) : .events(budgets.events))
    default: Refusal("\(line) was not finished", limit: bound.limit)
    }
  }

  /// Gives a parameter another value from here on, as far as what is alive allows it.
  /// - Parameters:
  ///   - name: of the parameter.
  ///   - value: as written in a script, `250ms`.
  public func set(_ name: String, to value: String) throws(Refusal) {
    bound.begin(budgets.wallTime)
    try standAgain()
    do { try world.set(name, value) } catch { throw Refusal(error, world.files, budgets.bytes, bound) }
    shown = nil
  }
}
