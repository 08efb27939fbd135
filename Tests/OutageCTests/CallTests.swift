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
}
