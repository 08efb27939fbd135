// What outage.h declares. The compiler compares each of these with the header; a test compares the names.

public import COutage
import OutageKit

// MARK: The library

/// "0.1.0" and so on, for as long as the process lives: a text of the program, not of the heap.
@c @implementation public func outage_version() -> UnsafePointer<CChar>? {
  UnsafeRawPointer(Library.version.utf8Start).assumingMemoryBound(to: CChar.self)
}

enum Library {
  static let version: StaticString = "0.1.0"
}

@c @implementation public func outage_free(_ text: UnsafeMutablePointer<CChar>?) { text?.deallocate() }

// MARK: Cancelling

@c @implementation public func outage_cancellation_new() -> OpaquePointer? { handle(Cancellation()) }

@c @implementation public func outage_cancellation_free(_ cancellation: OpaquePointer?) {
  free(cancellation, Cancellation.self)
}

@c @implementation public func outage_cancel(_ cancellation: OpaquePointer?) {
  guard let cancellation else { return }
  // In a signal handler nothing may be allocated, locked or counted.
  Unmanaged<Cancellation>.fromOpaque(UnsafeRawPointer(cancellation))._withUnsafeGuaranteedRef { $0.cancel() }
}

@c @implementation public func outage_cancellation_reset(_ cancellation: OpaquePointer?) {
  object(cancellation, Cancellation.self)?.reset()
}

// MARK: Options

@c @implementation public func outage_options_new() -> OpaquePointer? { handle(Options()) }

@c @implementation public func outage_options_free(_ options: OpaquePointer?) { free(options, Options.self) }

@c @implementation public func outage_options_set(
  _ options: OpaquePointer?, _ name: UnsafePointer<CChar>?, _ value: UnsafePointer<CChar>?
) -> outage_status {
  guard let options = object(options, Options.self) else { return Status.refused.rawValue }
  do throws(Refusal) { try options.set(text(name), text(value)) } catch {
    options.error.set(ErrorText.json(error))
    return Status.refused.rawValue
  }
  return Status.ok.rawValue
}

@c @implementation public func outage_options_parameter(
  _ options: OpaquePointer?, _ name: UnsafePointer<CChar>?, _ value: UnsafePointer<CChar>?
) -> outage_status {
  guard let options = object(options, Options.self) else { return Status.refused.rawValue }
  guard let name, let value, !text(name).isEmpty else {
    options.error.set(ErrorText.json(Refusal("a parameter needs a name and a value")))
    return Status.refused.rawValue
  }
  options.parameters[text(name)] = text(value)
  return Status.ok.rawValue
}

@c @implementation public func outage_options_clock(
  _ options: OpaquePointer?, _ clock: outage_clock?, _ context: UnsafeMutableRawPointer?
) {
  let host = HostContext(pointer: context)
  guard let options = object(options, Options.self) else { return }
  guard let clock else { return options.clock = nil }
  options.clock = { .nanoseconds(clock(host.pointer)) }
}

@c @implementation public func outage_options_loader(
  _ options: OpaquePointer?, _ loader: outage_loader?, _ context: UnsafeMutableRawPointer?
) {
  let host = HostContext(pointer: context)
  guard let options = object(options, Options.self) else { return }
  guard let loader else { return options.loader = Options.noFiles }
  options.loader = { path, from in
    guard let found = loader(host.pointer, path, from) else { throw LoadError("the host does not have it") }
    return LoadedFile(name: path, text: bytes(found))
  }
}

@c @implementation public func outage_options_cancellation(
  _ options: OpaquePointer?, _ cancellation: OpaquePointer?
) {
  object(options, Options.self)?.cancellation = object(cancellation, Cancellation.self)
}

@c @implementation public func outage_options_error(_ options: OpaquePointer?) -> UnsafePointer<CChar>? {
  object(options, Options.self)?.error.pointer
}

// MARK: Programs

@c @implementation public func outage_program_new(
  _ text: UnsafePointer<CChar>?, _ length: Int, _ name: UnsafePointer<CChar>?, _ options: OpaquePointer?
) -> OpaquePointer? {
  let options = object(options, Options.self) ?? Options()
  let raw = UnsafeRawBufferPointer(start: text, count: text == nil ? 0 : length)
  let name = name.map { String(cString: $0) } ?? "script.outage"
  return handle(
    ProgramHandle(
      Program(
        bytes: Array(raw), named: name, functions: options.functions, limits: options.limits, wallTime: options.wall,
        cancellation: options.cancellation ?? Cancellation(), imports: options.loader)))
}

@c @implementation public func outage_program_free(_ program: OpaquePointer?) { free(program, ProgramHandle.self) }

@c @implementation public func outage_program_check(
  _ program: OpaquePointer?, _ json: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> outage_status {
  json?.pointee = nil
  guard let program = object(program, ProgramHandle.self)?.program else { return Status.refused.rawValue }
  if json != nil { give(OutageC.json(program), to: json) }
  return (program.isSound ? Status.ok : .refused).rawValue
}

@c @implementation public func outage_explore(
  _ program: OpaquePointer?, _ options: OpaquePointer?, _ format: UnsafePointer<CChar>?, _ progress: outage_listener?,
  _ context: UnsafeMutableRawPointer?, _ result: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> outage_status {
  result?.pointee = nil
  let options = object(options, Options.self) ?? Options()
  do throws(Refusal) {
    guard let program = object(program, ProgramHandle.self)?.program else { throw Refusal("there is no program") }
    guard let format = Exploration.Format(rawValue: text(format)) else {
      throw unknown("format", text(format), Exploration.Format.allCases.map(\.rawValue))
    }
    let found = try program.explore(try options.exploration()) { now in progress?(context, json(now)) }
    give(found.rendered(format), to: result)
    guard let limit = found.limit else { return Status.ok.rawValue }
    options.error.set(ErrorText.json(.stopped, limit: limit, []))
    return Status.stopped.rawValue
  } catch {
    options.error.set(ErrorText.json(error))
    return ErrorText.status(error).rawValue
  }
}

/// The bytes of a text that ends in a zero.
func bytes(_ text: UnsafePointer<CChar>) -> [UInt8] {
  var count = 0
  while text[count] != 0 { count += 1 }
  return Array(UnsafeRawBufferPointer(start: text, count: count))
}
