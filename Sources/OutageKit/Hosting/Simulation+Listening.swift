import OutageEngine

extension Simulation {
  /// The value of an expression at a tick.
  public struct Sample: Sendable, Hashable {
    /// Since the start.
    public var time: Duration
    /// nil: there was none, the mean of nothing for example.
    public var value: Value?
  }

  /// Calls back for each line of the story, from here on, on the thread that moves the simulation, once its tick is over.
  /// A tick that is given up is not told. The body must not use the simulation.
  public func onEvent(_ body: @escaping (Report.Event) -> Void) { listeners.events.append(body) }

  /// Calls back with the value of an expression at every tick, from the next one on.
  public func onSample(of expression: String, _ body: @escaping (Sample) -> Void) throws(Refusal) {
    bound.begin(budgets.wallTime)
    try standAgain()
    switch world.watch(expression) {
    case .failure(let mistake): throw Refusal(mistake, bound)
    case .success(let lookout): listeners.samples.append((lookout, body))
    }
  }

  /// The story from here on. It ends with the scenario, or with the simulation.
  /// - Parameter policy: what becomes of lines for which nobody has asked yet.
  public func storyStream(
    buffering policy: AsyncStream<Report.Event>.Continuation.BufferingPolicy = .unbounded
  ) -> AsyncStream<Report.Event> {
    let (stream, continuation) = AsyncStream.makeStream(of: Report.Event.self, bufferingPolicy: policy)
    onEvent { continuation.yield($0) }
    listeners.ends.append { continuation.finish() }
    return stream
  }

  /// The values of an expression at every tick, from the next one on. It ends with the scenario, or with the simulation.
  public func samples(
    of expression: String, buffering policy: AsyncStream<Sample>.Continuation.BufferingPolicy = .unbounded
  ) throws(Refusal) -> AsyncStream<Sample> {
    let (stream, continuation) = AsyncStream.makeStream(of: Sample.self, bufferingPolicy: policy)
    try onSample(of: expression) { continuation.yield($0) }
    listeners.ends.append { continuation.finish() }
    return stream
  }

  /// Nobody listens any more; streams end.
  public func endListening() {
    for (lookout, _) in listeners.samples { world.unwatch(lookout) }
    listeners.end()
    listeners = Listeners()
  }
}

/// Who is told what a simulation does.
final class Listeners {
  var events: [(Report.Event) -> Void] = []
  /// By number of the lookout.
  var samples: [(lookout: Int, body: (Simulation.Sample) -> Void)] = []
  var ends: [() -> Void] = []

  deinit { end() }

  func end() {
    for end in ends { end() }
    ends = []
  }

  /// Before a move.
  func prepare(_ world: LiveWorld) { if !events.isEmpty { world.run.overhear() } }

  /// After it.
  func deliver(_ world: LiveWorld, isAtTick: Bool) {
    if !events.isEmpty {
      for event in world.run.takeOverheard() {
        let own = Report.Event(event)
        for body in events { body(own) }
      }
    }
    if isAtTick, !samples.isEmpty {
      let writer = world.writer
      for (lookout, body) in samples {
        body(Simulation.Sample(time: .nanoseconds(world.now), value: Value(world.sight(lookout), writer)))
      }
    }
    if world.isOver { end() }
  }
}
