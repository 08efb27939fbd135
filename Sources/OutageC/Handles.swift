// Handles of the C interface are retained objects; texts are copied in and allocated out.

import OutageKit

/// How a call ended: the values of `outage_status`.
enum Status: Int32 {
  case ok, found, over, stopped, failed, refused
}

/// A handle that its owner frees.
func handle(_ object: some AnyObject) -> OpaquePointer {
  OpaquePointer(Unmanaged.passRetained(object).toOpaque())
}

func free<T: AnyObject>(_ handle: OpaquePointer?, _ type: T.Type) {
  guard let handle else { return }
  Unmanaged<T>.fromOpaque(UnsafeRawPointer(handle)).release()
}

func object<T: AnyObject>(_ handle: OpaquePointer?, _ type: T.Type) -> T? {
  handle.map { Unmanaged<T>.fromOpaque(UnsafeRawPointer($0)).takeUnretainedValue() }
}

/// A text of the caller's, copied; NULL is the empty one.
func text(_ characters: UnsafePointer<CChar>?) -> String { characters.map { String(cString: $0) } ?? "" }

/// A text that the caller frees with `outage_free`.
func allocated(_ text: String) -> UnsafeMutablePointer<CChar> {
  var text = text
  return text.withUTF8 { bytes in
    let copy = UnsafeMutablePointer<CChar>.allocate(capacity: bytes.count + 1)
    if let source = bytes.baseAddress { UnsafeMutableRawPointer(copy).copyMemory(from: source, byteCount: bytes.count) }
    copy[bytes.count] = 0
    return copy
  }
}

func give(_ text: String?, to place: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?) {
  place?.pointee = text.map(allocated)
}

/// Pointers of the host that its own functions get back, on whatever thread they are called.
struct HostContext: @unchecked Sendable {
  let pointer: UnsafeMutableRawPointer?
}

/// Why the last call with a handle failed, as JSON that the handle owns.
struct LastError: ~Copyable {
  private var text = allocated(ErrorText.none)

  var pointer: UnsafePointer<CChar> { UnsafePointer(text) }

  mutating func set(_ json: String) {
    text.deallocate()
    text = allocated(json)
  }

  deinit { text.deallocate() }
}

final class Options {
  var parameters: [String: String] = [:]
  var variant: String?
  var seed: UInt64 = 1
  var workers = 1
  var properties: [String] = []
  var usesSymmetry = false
  var usesPartialOrder = false
  var budgets = Simulation.Budgets()
  var states = Exploration.Budgets().states
  var wallTime: Duration?
  var clock: (@Sendable () -> Duration)?
  var limits = SourceLimits()
  var cancellation: Cancellation?
  var loader = noFiles
  static let noFiles: Program.Loader = { _, _ in throw LoadError("the host gives no files") }
  var functions: [Function] = []
  var error = LastError()

  private func requireClock() throws(Refusal) {
    if wallTime != nil, clock == nil {
      throw Refusal("wall_time needs a clock", help: "give one with outage_options_clock")
    }
  }

  var wall: WallTime? {
    guard let wallTime, let clock else { return nil }
    return WallTime(wallTime, elapsed: clock)
  }

  func simulation() throws(Refusal) -> Simulation.Options {
    try requireClock()
    var options = Simulation.Options()
    (options.parameters, options.variant, options.seed) = (parameters, variant, seed)
    options.workers = workers
    options.budgets = budgets
    options.budgets.wallTime = wall
    if let cancellation { options.cancellation = cancellation }
    return options
  }

  func exploration() throws(Refusal) -> Exploration.Options {
    try requireClock()
    var options = Exploration.Options()
    (options.parameters, options.variant, options.properties) = (parameters, variant, properties)
    options.workers = workers
    (options.usesSymmetry, options.usesPartialOrder) = (usesSymmetry, usesPartialOrder)
    (options.budgets.states, options.budgets.bytes) = (states, budgets.bytes)
    options.budgets.wallTime = wall
    if let cancellation { options.cancellation = cancellation }
    return options
  }
}

final class ProgramHandle {
  let program: Program
  init(_ program: Program) { self.program = program }
}

final class SnapshotHandle {
  let snapshot: Simulation.Snapshot
  /// Of the simulation that it is of.
  let clock: (@Sendable () -> Duration)?

  init(_ snapshot: Simulation.Snapshot, clock: (@Sendable () -> Duration)?) {
    self.snapshot = snapshot
    self.clock = clock
  }
}

final class SimulationHandle {
  let simulation: Simulation
  let clock: (@Sendable () -> Duration)?
  var error = LastError()

  init(_ simulation: Simulation, clock: (@Sendable () -> Duration)?) {
    self.simulation = simulation
    self.clock = clock
  }

  /// Does what may be refused.
  func attempt(_ body: () throws(Refusal) -> Status) -> Int32 {
    do throws(Refusal) {
      return try body().rawValue
    } catch let refusal {
      error.set(ErrorText.json(refusal))
      return ErrorText.status(refusal).rawValue
    }
  }

  func status(_ outcome: Outcome) -> Status {
    switch outcome {
    case .there: return .ok
    case .found: return .found
    case .over: return .over
    case .stopped(let limit, partial: _):
      error.set(ErrorText.json(.stopped, limit: limit, []))
      return .stopped
    case .failed(let problem):
      error.set(ErrorText.json(.failed, limit: nil, [problem]))
      return .failed
    }
  }
}
