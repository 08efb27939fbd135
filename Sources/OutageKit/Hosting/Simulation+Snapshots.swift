import OutageEngine
import OutageModel

extension Simulation {
  /// A simulation at one moment. It holds a copy of the state, whose bytes no budget counts; immutable.
  // Sendable: a ground is never changed once it is built, the loader behind `script` is the program's, which is Sendable,
  // and all else is plain values.
  public struct Snapshot: @unchecked Sendable {
    /// Simulated time since the start.
    public let now: Duration
    public var bytes: Int { kept.run.bytes }
    let program: Program
    let budgets: Budgets
    let kept: Kept
    let deeds: [Deed]
    let script: LiveText
    let options: LiveOptions
    /// `kept` is of the last tick; from there some events were handled one by one.
    let moment: Moment
  }

  /// What stands now, to be restored or forked from any number of times, on any thread.
  public func snapshot() throws(Refusal) -> Snapshot {
    bound.begin(budgets.wallTime)
    try standAgain()
    let kept =
      world.moment.events == 0 ? world.keptNow() : world.snapshots.before(world.moment) ?? world.snapshots.kept[0]
    return Snapshot(
      now: now, program: program, budgets: budgets, kept: kept, deeds: Array(world.deeds.prefix(world.done)),
      script: world.script, options: world.options, moment: world.moment)
  }

  /// Goes back, or forth, to a snapshot of this simulation or of any other of the same program. What listens stays.
  /// - Throws: it is of another program, or going there took too much.
  public func restore(_ snapshot: Snapshot) throws(Refusal) {
    guard snapshot.program.identity === program.identity else {
      throw Refusal(
        "the snapshot is of another program",
        help: "one that is read again is another; `fork` goes on from any snapshot")
    }
    var options = snapshot.options
    options.watch = world.options.watch
    options.workers = world.options.workers
    let lookouts = world.lookouts
    world = LiveWorld(
      snapshot.kept, deeds: snapshot.deeds, script: snapshot.script, options: options, lookouts: lookouts)
    halfway = world.moment == snapshot.moment ? nil : snapshot.moment
    shown = nil
    bound.begin(budgets.wallTime)
    try standAgain()
  }

  /// Another simulation that stands here; the two go on apart, on different threads if need be.
  public func fork(cancellation: Cancellation = Cancellation()) throws(Refusal) -> sending Simulation {
    // Nothing is shared but what is immutable: see `Snapshot`.
    nonisolated(unsafe) let other = try Simulation(try snapshot(), cancellation: cancellation)
    return other
  }
}
