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
    let outcome = try Program.shell("timeout --preserve-status -s INT 2 outage run endless.outage", in: folder)
    #expect(outcome.code == 130)
    #expect(outcome.output.contains("interrupted at"))
    #expect(outcome.output.contains("Manifest"))
  }

  private static let wide = """
    var count[3] = 0
    process p[3] { loop { count[index] = (count[index] + 1) mod 400 } }
    always "small" { sum(count[*]) < 1200 }
    """

  @Test func aSearchEndsAtItsTime() throws {
    let folder = try Program.newFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    try Self.wide.write(to: folder.appending(path: "wide.outage"), atomically: true, encoding: .utf8)
    let begun = ContinuousClock.now
    let outcome = try Program.shell("outage explore wide.outage --workers 1 --max-time 1s", in: folder)
    #expect(outcome.code == 2)
    #expect(outcome.output.contains("stopped at the time allowed"), "\(outcome.output)")
    // A busy machine may take its time to end a process.
    #expect(ContinuousClock.now - begun < .seconds(4))
  }

  /// The whole process, with the program itself.
  @Test(arguments: [48, 64, 128], ["", "--compact"]) func aSearchKeepsToItsMemory(_ megabytes: Int, _ option: String)
    throws
  {
    let folder = try Program.newFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    try Self.wide.write(to: folder.appending(path: "wide.outage"), atomically: true, encoding: .utf8)
    func peak(_ limit: String) throws -> Int {
      let program =
        "import os; os.spawnlp(os.P_WAIT, 'outage', 'outage', 'explore', 'wide.outage', *'\(limit)'.split());"
      let outcome = try Program.shell(
        "python3 -c \"\(program) import resource; print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)\"",
        in: folder)
      return try #require(outcome.output.split(separator: "\n").last.flatMap { Int($0) })
    }
    let taken = try peak("\(option) --max-memory \(megabytes)M")
    #expect(Double(taken) * 1024 < 1.1 * Double(megabytes << 20), "\(taken) KiB")
    #expect(Double(taken) * 1024 > 0.7 * Double(megabytes << 20), "\(taken) KiB")
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
