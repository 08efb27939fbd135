import COutage
import Foundation
import OutageC
import Testing

/// What the header says of calls that are refused: the error is of this call, and what would be given is NULL.
@Suite struct CallTests {
  typealias Text = UnsafeMutablePointer<CChar>

  static func program(_ text: String, _ options: OpaquePointer? = nil) -> OpaquePointer? {
    outage_program_new(text, text.utf8.count, "script.outage", options)
  }

  static func error(_ text: UnsafePointer<CChar>?) -> String { text.map { String(cString: $0) } ?? "" }

  static let refused = outage_status(OUTAGE_REFUSED)
  static let ok = outage_status(OUTAGE_OK)

  @Test(arguments: ["9223372036854775807", "9223372036854000000"]) func anyNumberOfBytes(_ bytes: String) throws {
    let options = outage_options_new()
    #expect(outage_options_set(options, "bytes", bytes) == Self.ok)
    let program = Self.program("var x = 0", options)
    var simulation: OpaquePointer?
    #expect(outage_simulation_new(program, options, &simulation) == Self.ok)
    #expect(outage_run(simulation, nil) == outage_status(OUTAGE_OVER))
    outage_simulation_free(simulation)
    outage_program_free(program)
    outage_options_free(options)
  }

  @Test(arguments: ["events", "ticks"]) func singleEventsEnd(_ budget: String) throws {
    let options = outage_options_new()
    #expect(outage_options_set(options, budget, "1") == Self.ok)
    let program = Self.program("var x = 0\nprocess p { loop { wait 1s; x = x + 1 } }")
    var simulation: OpaquePointer?
    #expect(outage_simulation_new(program, options, &simulation) == Self.ok)
    var status = Self.ok
    for _ in 0..<3000 where status == Self.ok { status = outage_step_event(simulation, nil) }
    #expect(status == outage_status(OUTAGE_STOPPED))
    #expect(Self.error(outage_simulation_error(simulation)).contains("\"limit\":\"\(budget)\",\"amount\":1"))
    outage_simulation_free(simulation)
    outage_program_free(program)
    outage_options_free(options)
  }

  @Test func whatGoesWrongAtTheStartIsToldAsItself() throws {
    let options = outage_options_new()
    let program = Self.program("var x = 0\nprocess p { x = 1 div x }")
    var simulation = OpaquePointer(bitPattern: 8)
    let status = outage_simulation_new(program, options, &simulation)
    let error = Self.error(outage_options_error(options))
    #expect(status == outage_status(OUTAGE_FAILED), "\(error)")
    #expect(simulation == nil && error.contains("\"status\":\"failed\",\"limit\":null"))
    #expect(error.contains("E0701") && error.contains("division by zero") && error.contains("\"line\":2"))
    outage_program_free(program)
    outage_options_free(options)
  }

  @Test func nothingIsRefusedWithAnErrorOfItsOwn() throws {
    let options = outage_options_new()
    let program = Self.program("var x = 0")
    var simulation: OpaquePointer?
    #expect(outage_simulation_new(program, options, &simulation) == Self.ok)
    #expect(outage_act(simulation, "y = 1") == Self.refused)
    #expect(outage_restore(simulation, nil) == Self.refused)
    #expect(Self.error(outage_simulation_error(simulation)).contains("there is no snapshot"))
    #expect(outage_options_set(options, "seed", "x") == Self.refused)
    var none = OpaquePointer(bitPattern: 8)
    #expect(outage_simulation_new(nil, options, &none) == Self.refused)
    #expect(Self.error(outage_options_error(options)).contains("there is no program") && none == nil)
    #expect(outage_simulation_new(program, options, nil) == Self.refused)
    #expect(Self.error(outage_options_error(options)).contains("no place"))
    none = OpaquePointer(bitPattern: 8)
    #expect(outage_fork(nil, options, &none) == Self.refused)
    #expect(Self.error(outage_options_error(options)).contains("there is no snapshot") && none == nil)
    _ = outage_options_set(options, "seed", "x")
    var text = Text(bitPattern: 8)
    #expect(outage_explore(nil, options, "json", nil, nil, &text) == Self.refused)
    #expect(Self.error(outage_options_error(options)).contains("there is no program") && text == nil)
    text = Text(bitPattern: 8)
    #expect(outage_program_check(nil, &text) == Self.refused && text == nil)
    for call in [outage_value, outage_report] {
      text = Text(bitPattern: 8)
      #expect(call(simulation, "nothing", &text) == Self.refused && text == nil)
      text = Text(bitPattern: 8)
      #expect(call(nil, "x", &text) == Self.refused && text == nil)
    }
    text = Text(bitPattern: 8)
    #expect(outage_step_event(nil, &text) == Self.refused && text == nil)
    none = OpaquePointer(bitPattern: 8)
    #expect(outage_snapshot_new(nil, &none) == Self.refused && none == nil)
    outage_simulation_free(simulation)
    outage_program_free(program)
    outage_options_free(options)
  }

  @Test func whatSaysNothingIsRefused() throws {
    let options = outage_options_new()
    let program = Self.program("var x = 0")
    var simulation: OpaquePointer?
    #expect(outage_simulation_new(program, options, &simulation) == Self.ok)
    for line in [nil, "", "\n", "# nothing"] { #expect(outage_act(simulation, line) == Self.refused) }
    #expect(Self.error(outage_simulation_error(simulation)).contains("does nothing"))
    // Items without a name do something too.
    for line in ["x = 1", "when x == 1 { log \"one\" }", "every 1s { x = 3 }"] {
      #expect(outage_act(simulation, line) == Self.ok)
    }
    for (name, value) in [(nil, nil), ("x", nil), (nil, "1"), ("", "1")] as [(String?, String?)] {
      #expect(outage_options_parameter(options, name, value) == Self.refused)
      #expect(Self.error(outage_options_error(options)).contains("needs a name and a value"))
    }
    #expect(outage_on_sample(simulation, "x", nil, nil) == Self.refused)
    outage_simulation_free(simulation)
    outage_program_free(program)
    outage_options_free(options)
  }

  @Test func whatWasCancelledMovesNoMore() throws {
    let (options, cancellation) = (outage_options_new(), outage_cancellation_new())
    outage_options_cancellation(options, cancellation)
    let program = Self.program("clock 00:00 for 10s tick 1s\nvar x = 0\nprocess p { loop { wait 1s; x = x + 1 } }")
    var simulation: OpaquePointer?
    #expect(outage_simulation_new(program, options, &simulation) == Self.ok)
    #expect(outage_step(simulation, 0) == Self.ok)
    outage_cancel(cancellation)
    let stopped = outage_status(OUTAGE_STOPPED)
    for _ in 0..<2 {
      #expect(outage_step(simulation, 0) == stopped && outage_step(simulation, 1) == stopped)
      #expect(outage_run(simulation, "0s") == stopped && outage_run(simulation, nil) == stopped)
      #expect(outage_step_event(simulation, nil) == stopped)
      #expect(Self.error(outage_simulation_error(simulation)).contains("\"limit\":\"cancelled\""))
    }
    outage_cancellation_reset(cancellation)
    #expect(outage_run(simulation, nil) == outage_status(OUTAGE_OVER))
    outage_cancel(cancellation)
    #expect(outage_run(simulation, nil) == stopped)
    outage_simulation_free(simulation)
    outage_program_free(program)
    outage_options_free(options)
    outage_cancellation_free(cancellation)
  }

  /// What is told of a program takes no time to speak of, whatever its text: the call has no budget of its own.
  @Test(arguments: ["\"{", "a ", "\0", "é", "9", "{", "a$ "]) func aCheckOfNonsense(_ what: String) throws {
    let options = outage_options_new()
    outage_options_clock(options, { _ in ThreadClock.now() }, nil)
    #expect(outage_options_set(options, "wall_time", "60000000") == Self.ok)
    let program = Self.program(String(repeating: what, count: 8_000_000 / what.utf8.count), options)
    var least = Int64.max
    for _ in 0..<3 {
      var text: Text?
      let begun = ThreadClock.now()
      #expect(outage_program_check(program, &text) == Self.refused)
      least = min(least, ThreadClock.now() - begun)
      #expect(text.map { strlen($0) } ?? .max < 1 << 20)
      outage_free(text)
    }
    #expect(least < 20_000_000, "\(least) ns")
    outage_program_free(program)
    outage_options_free(options)
  }

  @Test func aSnapshotOfAnotherProgram() throws {
    let (a, b) = (Self.program("var x = 0"), Self.program("var y = 5"))
    var (first, second, snapshot): (OpaquePointer?, OpaquePointer?, OpaquePointer?)
    #expect(outage_simulation_new(a, nil, &first) == Self.ok && outage_simulation_new(b, nil, &second) == Self.ok)
    #expect(outage_snapshot_new(second, &snapshot) == Self.ok)
    #expect(outage_restore(first, snapshot) == Self.refused)
    #expect(Self.error(outage_simulation_error(first)).contains("another program"))
    #expect(outage_value(first, "x", nil) == Self.ok)
    for s in [first, second] { outage_simulation_free(s) }
    for p in [a, b] { outage_program_free(p) }
    outage_snapshot_free(snapshot)
  }

  @Test func aLoaderCanBeTakenBack() throws {
    let options = outage_options_new()
    outage_options_loader(options, { _, _, _ in UnsafePointer(CallTests.imported) }, nil)
    let with = Self.program("import \"a\"", options)
    outage_options_loader(options, nil, nil)
    let without = Self.program("import \"a\"", options)
    #expect(outage_program_check(with, nil) == Self.ok)
    #expect(outage_program_check(without, nil) == Self.refused)
    for p in [with, without] { outage_program_free(p) }
    outage_options_free(options)
  }

  nonisolated(unsafe) private static let imported: Text = strdup("var a = 0\n")
}
