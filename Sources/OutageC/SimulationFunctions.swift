// What outage.h declares of simulations and snapshots.

public import COutage
import OutageKit

typealias TextPlace = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>

@c @implementation public func outage_simulation_new(
  _ program: OpaquePointer?, _ options: OpaquePointer?, _ simulation: UnsafeMutablePointer<OpaquePointer?>?
) -> outage_status {
  simulation?.pointee = nil
  let options = object(options, Options.self) ?? Options()
  do throws(Refusal) {
    guard let program = object(program, ProgramHandle.self)?.program else { throw Refusal("there is no program") }
    guard let simulation else { throw Refusal("there is no place for the simulation") }
    let made = try Simulation(program, try options.simulation())
    simulation.pointee = handle(SimulationHandle(made, clock: options.clock))
    return Status.ok.rawValue
  } catch {
    options.error.set(ErrorText.json(error))
    return ErrorText.status(error).rawValue
  }
}

@c @implementation public func outage_simulation_free(_ simulation: OpaquePointer?) {
  free(simulation, SimulationHandle.self)
}

@c @implementation public func outage_simulation_error(_ simulation: OpaquePointer?) -> UnsafePointer<CChar>? {
  object(simulation, SimulationHandle.self)?.error.pointer
}

/// Calls a body with what a handle stands for; NULL is refused.
private func with(_ simulation: OpaquePointer?, _ body: (SimulationHandle) throws(Refusal) -> Status) -> outage_status {
  guard let own = object(simulation, SimulationHandle.self) else { return Status.refused.rawValue }
  return own.attempt { () throws(Refusal) in try body(own) }
}

// MARK: Moving

@c @implementation public func outage_run(_ simulation: OpaquePointer?, _ until: UnsafePointer<CChar>?) -> outage_status
{
  with(simulation) { own throws(Refusal) in
    if let until { return own.status(try own.simulation.run(until: text(until))) }
    return own.status(own.simulation.run())
  }
}

@c @implementation public func outage_step(_ simulation: OpaquePointer?, _ ticks: Int64) -> outage_status {
  with(simulation) { own in own.status(own.simulation.step(ticks)) }
}

@c @implementation public func outage_step_event(
  _ simulation: OpaquePointer?, _ event: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> outage_status {
  event?.pointee = nil
  return with(simulation) { own in
    let (outcome, what) = own.simulation.stepEvent()
    give(what, to: event)
    return own.status(outcome)
  }
}

@c @implementation public func outage_now(_ simulation: OpaquePointer?) -> Int64 {
  object(simulation, SimulationHandle.self)?.simulation.now.ns ?? 0
}

// MARK: Asking and acting

@c @implementation public func outage_value(
  _ simulation: OpaquePointer?, _ expression: UnsafePointer<CChar>?,
  _ json: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> outage_status {
  json?.pointee = nil
  return with(simulation) { own throws(Refusal) in
    let value = try own.simulation.value(of: text(expression))
    give(OutageC.json(value), to: json)
    return .ok
  }
}

@c @implementation public func outage_act(_ simulation: OpaquePointer?, _ line: UnsafePointer<CChar>?) -> outage_status
{
  with(simulation) { own throws(Refusal) in
    try own.simulation.act(text(line))
    return .ok
  }
}

@c @implementation public func outage_set(
  _ simulation: OpaquePointer?, _ parameter: UnsafePointer<CChar>?, _ value: UnsafePointer<CChar>?
) -> outage_status {
  with(simulation) { own throws(Refusal) in
    try own.simulation.set(text(parameter), to: text(value))
    return .ok
  }
}

@c @implementation public func outage_limit(
  _ simulation: OpaquePointer?, _ name: UnsafePointer<CChar>?, _ value: UnsafePointer<CChar>?
) -> outage_status {
  with(simulation) { own throws(Refusal) in
    let (name, value) = (text(name), text(value))
    if name == "wall_time" {
      let limit = Duration.nanoseconds(try Options.number(name, value, 1, .max))
      guard let clock = own.clock else {
        throw Refusal("wall_time needs a clock", help: "give one with outage_options_clock before it is made")
      }
      own.simulation.budgets.wallTime = WallTime(limit, elapsed: clock)
    } else if !(try own.simulation.budgets.set(name, value)) {
      throw unknown("budget", name, ["ticks", "events", "bytes", "wall_time"])
    }
    return .ok
  }
}

// MARK: Listening

@c @implementation public func outage_on_event(
  _ simulation: OpaquePointer?, _ listener: outage_listener?, _ context: UnsafeMutableRawPointer?
) {
  guard let listener else { return }
  object(simulation, SimulationHandle.self)?.simulation.onEvent { listener(context, json($0)) }
}

@c @implementation public func outage_on_sample(
  _ simulation: OpaquePointer?, _ expression: UnsafePointer<CChar>?, _ listener: outage_listener?,
  _ context: UnsafeMutableRawPointer?
) -> outage_status {
  with(simulation) { own throws(Refusal) in
    guard let listener else { throw Refusal("there is no listener") }
    try own.simulation.onSample(of: text(expression)) { listener(context, json($0)) }
    return .ok
  }
}

@c @implementation public func outage_end_listening(_ simulation: OpaquePointer?) {
  object(simulation, SimulationHandle.self)?.simulation.endListening()
}

@c @implementation public func outage_report(
  _ simulation: OpaquePointer?, _ format: UnsafePointer<CChar>?,
  _ report: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> outage_status {
  report?.pointee = nil
  return with(simulation) { own throws(Refusal) in
    guard let format = Report.Format(rawValue: text(format)) else {
      throw unknown("format", text(format), Report.Format.allCases.map(\.rawValue))
    }
    give(try own.simulation.rendered(format), to: report)
    return .ok
  }
}

// MARK: Snapshots

@c @implementation public func outage_snapshot_new(
  _ simulation: OpaquePointer?, _ snapshot: UnsafeMutablePointer<OpaquePointer?>?
) -> outage_status {
  snapshot?.pointee = nil
  return with(simulation) { own throws(Refusal) in
    let taken = try own.simulation.snapshot()
    snapshot?.pointee = handle(SnapshotHandle(taken, clock: own.clock))
    return .ok
  }
}

@c @implementation public func outage_snapshot_free(_ snapshot: OpaquePointer?) { free(snapshot, SnapshotHandle.self) }

@c @implementation public func outage_restore(_ simulation: OpaquePointer?, _ snapshot: OpaquePointer?) -> outage_status
{
  with(simulation) { own throws(Refusal) in
    guard let snapshot = object(snapshot, SnapshotHandle.self) else { throw Refusal("there is no snapshot") }
    try own.simulation.restore(snapshot.snapshot)
    return .ok
  }
}

@c @implementation public func outage_fork(
  _ snapshot: OpaquePointer?, _ options: OpaquePointer?, _ simulation: UnsafeMutablePointer<OpaquePointer?>?
) -> outage_status {
  simulation?.pointee = nil
  let options = object(options, Options.self) ?? Options()
  do throws(Refusal) {
    guard let snapshot = object(snapshot, SnapshotHandle.self) else { throw Refusal("there is no snapshot") }
    guard let simulation else { throw Refusal("there is no place for the simulation") }
    let made = try Simulation(snapshot.snapshot, cancellation: options.cancellation ?? Cancellation())
    simulation.pointee = handle(SimulationHandle(made, clock: snapshot.clock))
    return Status.ok.rawValue
  } catch {
    options.error.set(ErrorText.json(error))
    return ErrorText.status(error).rawValue
  }
}
