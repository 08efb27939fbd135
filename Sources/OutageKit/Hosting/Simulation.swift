// The stable surface over a live world: what a host may do with it, what bounds it, and how it says how that ended.

import OutageEngine
import OutageModel
import OutageSyntax

/// A world of a program: it moves, is asked, is acted upon, goes back to snapshots and forks.
///
/// ```swift
/// let simulation = try Simulation(program, parameters: ["enactors": "3"], seed: 7)
/// _ = simulation.run(for: .seconds(60))
/// let value = try simulation.value(of: "endpoint.version")
/// print(simulation.report().rendered(.text))
/// ```
///
/// One thread at a time may use it, not always the same. Whatever a script does, every call ends within the budgets.
public final class Simulation {
  public struct Budgets: Sendable {
    /// Ticks since the start.
    public var ticks: Int64 = .max
    /// Events since the start.
    public var events: Int64 = OutageEngine.Budgets.mostEvents
    /// Bytes of state, of plotted and measured samples and the story, and of what is kept to go back a little; not of
    /// snapshots that the host holds.
    public var bytes: Int = 1 << 30
    /// Of each call.
    public var wallTime: WallTime?
    public init() {}
  }

  public struct Options: Sendable {
    /// Values as written in a script: `["enactors": "3", "fix": "fencing"]`.
    public var parameters: [String: String] = [:]
    public var variant: String?
    public var seed: UInt64 = 1
    /// Threads, the caller included, from 1 to 1024. No result depends on it.
    public var workers = 1
    public var budgets = Budgets()
    public var cancellation = Cancellation()
    public init() {}
  }

  /// May be changed between calls.
  public var budgets: Budgets
  /// Trip it to end the call that runs.
  public let cancellation: Cancellation
  public let program: Program
  var world: LiveWorld
  let bound: CallBound
  /// Where to stand again: the world was left within a tick.
  var halfway: Moment?
  /// What the run had shown when its last move was stopped or failed, until something changes.
  var shown: RunResult?
  var listeners = Listeners()

  /// A world at its start.
  /// - Throws: the program has errors, an option is wrong, the start takes more than the budget of bytes, or the script goes
  ///   wrong at it.
  public init(_ program: Program, _ options: Options = Options()) throws(Refusal) {
    guard (1...1024).contains(options.workers) else {
      throw Refusal("\(options.workers) workers", help: "from 1 to 1024")
    }
    guard program.isSound else {
      throw Refusal(program.problems.filter { $0.severity == .error }, limit: program.limit)
    }
    self.program = program
    budgets = options.budgets
    cancellation = options.cancellation
    bound = CallBound(options.cancellation)
    bound.begin(options.budgets.wallTime)
    let live = Self.live(options, program, bound)
    do { world = try LiveWorld(program.source, live) } catch {
      throw Refusal(error, program.source.files, options.budgets.bytes, bound)
    }
    if world.run.isHalfway {
      if case .failed(let failure)? = world.run.end { throw Refusal(failure, world.files, world.clock) }
      if case .budget(let what, let limit, _)? = world.run.end, what == "memory" {
        throw Refusal(
          .budget(what: what, limit: limit), program.source.files, options.budgets.bytes, bound)
      }
      throw Refusal("the start was not reached", limit: bound.limit)
    }
  }

  private static func live(_ options: Options, _ program: Program, _ bound: CallBound) -> LiveOptions {
    var live = LiveOptions()
    live.settings = options.parameters.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    live.variant = options.variant
    live.seed = options.seed
    live.workers = options.workers
    live.budgets = OutageEngine.Budgets(events: options.budgets.events, memory: options.budgets.bytes)
    live.snapshotBytes = options.budgets.bytes / 4
    // Larger ones would take longer to make than a call may last beyond its time.
    live.largestSnapshot = min(16 << 20, options.budgets.bytes / 16)
    live.host = program.functions
    live.watch = Watch({ bound.isReached }, overdue: { bound.isOverdue })
    live.leavesHalfTicks = true
    live.load = { [imports = program.imports] in Program.load($0, $1, imports) }
    return live
  }

  /// Goes on where a snapshot was taken, apart from the simulation that it is of.
  /// - Parameters:
  ///   - snapshot: of a simulation, which may be gone.
  ///   - cancellation: of the new simulation.
  public init(_ snapshot: Snapshot, cancellation: Cancellation = Cancellation()) throws(Refusal) {
    program = snapshot.program
    budgets = snapshot.budgets
    self.cancellation = cancellation
    let bound = CallBound(cancellation)
    self.bound = bound
    bound.begin(budgets.wallTime)
    var options = snapshot.options
    options.watch = Watch({ bound.isReached }, overdue: { bound.isOverdue })
    world = LiveWorld(snapshot.kept, deeds: snapshot.deeds, script: snapshot.script, options: options, lookouts: [])
    halfway = world.moment == snapshot.moment ? nil : snapshot.moment
    try standAgain()
  }

  // MARK: What stands

  /// Simulated time since the start.
  public var now: Duration {
    // On its way back to a tick it is anywhere.
    guard let halfway, halfway.events == 0 else { return .nanoseconds(world.now) }
    return .nanoseconds(min(world.clock.tick.times(halfway.ticks), world.clock.duration))
  }
  public var ticks: Int64 { halfway?.ticks ?? world.run.ticks }
  public var events: Int64 { world.run.world.events }
  public var isOver: Bool { world.isOver }
  /// How long the scenario is.
  public var duration: Duration { .nanoseconds(world.clock.duration) }
  public var tick: Duration { .nanoseconds(world.clock.tick) }
  /// Bytes that the budget of bytes counts.
  public var bytes: Int { world.run.bytes + world.snapshotBytes }

  /// A time as the scenario's clock shows it, `02:25:00`.
  public func text(_ time: Duration) -> String { world.clock.text(time.wholeNanoseconds) }

  /// What the run has shown so far. After a move that was stopped or failed, also what that move had come to.
  /// `rendered(_:)` gives its text within the budgets.
  public func report() -> Report { Report(shown ?? world.result()) }

  /// The report as a text.
  /// - Throws: it took more than the budget of wall time, or was cancelled; a part of it would be no use.
  public func rendered(_ format: Report.Format) throws(Refusal) -> String {
    bound.begin(budgets.wallTime)
    let interruption = Interruption(every: 32, when: { [bound] in bound.isReached })
    let report = Report(shown ?? world.result(unless: interruption.looks))
    let text = report.rendered(format, interruption)
    if interruption.isStopped { throw Refusal("the report was not finished", limit: bound.limit) }
    return text
  }
}
