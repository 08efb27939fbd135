import Foundation
import Testing

/// What only a terminal or a signal shows.
@Suite struct InterruptTests {
  /// Ticks are short: between them a run looks whether it shall stop.
  private static let endless = """
    clock 10:00 for 10h tick 1ms
    var n = 0
    process p { loop { wait 1us; n = n + 1 } }
    """

  @Test func controlCPrintsWhatWasReachedAndEndsWith130() throws {
    let folder = try Program.newFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    try Self.endless.write(to: folder.appending(path: "endless.outage"), atomically: true, encoding: .utf8)
    let outcome = try Program.shell("timeout --preserve-status -s INT 0.5 outage run endless.outage", in: folder)
    #expect(outcome.code == 130)
    #expect(outcome.output.contains("interrupted at"))
    #expect(outcome.output.contains("Manifest"))
  }

  @Test func progressIsForTerminalsAlone() throws {
    let folder = try Program.newFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    try Self.endless.write(to: folder.appending(path: "endless.outage"), atomically: true, encoding: .utf8)
    let run = "outage run endless.outage --max-time 1s"
    let terminal = try Terminal.output(of: "TERM=xterm \(run) > report.txt", in: folder)
    #expect(terminal.contains("simulated"))
    #expect(terminal.hasSuffix("\r\u{1B}[K"))
    let report = try String(contentsOf: folder.appending(path: "report.txt"), encoding: .utf8)
    #expect(report.contains("Manifest"))
    #expect(!report.contains("\u{1B}"))
    #expect(try Terminal.output(of: "TERM=dumb \(run) > report.txt", in: folder).isEmpty)
  }

  @Test func colourIsForTerminalsThatWantIt() throws {
    let folder = try Program.newFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    try "scenario \"Small\"".write(to: folder.appending(path: "small.outage"), atomically: true, encoding: .utf8)
    #expect(try Terminal.output(of: "TERM=xterm outage run small.outage", in: folder).contains("\u{1B}[1m"))
    #expect(!(try Terminal.output(of: "TERM=xterm NO_COLOR=1 outage run small.outage", in: folder).contains("\u{1B}")))
  }
}
