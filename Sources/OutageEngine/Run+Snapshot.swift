import OutageModel

extension Run {
  /// A run at one moment: the world, and all that was seen of it so far (series, verdicts, story). Immutable, and free to
  /// cross threads.
  public struct Snapshot: Sendable {
    let world: World.Snapshot
    let seen: Seen
    /// ns since the start
    public var time: Int64 { seen.reached }
    /// Bytes of state and samples held. The story shares its texts with the run.
    public var bytes: Int { world.bytes + seen.trackBytes + seen.windowBytes }
  }

  /// What stands now, at a tick: not between single events. Not while another thread drives the run.
  public func snapshot() -> Snapshot { Snapshot(world: world.snapshot(), seen: seen) }

  /// Goes back (or forth) to a snapshot of a run of the same image and seed. Running on gives the same bytes as before.
  public func restore(_ snapshot: Snapshot) {
    windows.open = nil
    stepped = nil
    isHalfway = false
    world.restore(snapshot.world)
    seen = snapshot.seen
  }

  /// A run of its own that stands where this one stands; the two may go on on different threads.
  /// - Parameters:
  ///   - workers: threads, the caller included; nil: as many as here.
  ///   - trace: gets every later event as a line of JSON.
  public func fork(workers: Int? = nil, trace: ((String) -> Void)? = nil) -> Run {
    Run(snapshot(), workers: workers ?? self.workers, budgets: budgets, trace: trace)
  }

  /// A run that begins at a snapshot.
  public convenience init(
    _ snapshot: Snapshot, workers: Int, budgets: Budgets, trace: ((String) -> Void)? = nil
  ) {
    let world = World(snapshot.world, memory: budgets.memory, traced: trace != nil)
    self.init(world, seen: snapshot.seen, workers: workers, budgets: budgets, trace: trace)
  }
}
