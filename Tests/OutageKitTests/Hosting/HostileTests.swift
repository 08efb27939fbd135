import Foundation
import OutageKit
import Testing

/// An untrusted script, however built, ends within its budgets: each is read, run and explored under tight ones.
@Suite struct HostileTests {
  static let scripts: [String] =
    ((try? FileManager.default.contentsOfDirectory(atPath: Host.root.appending(path: "Tests/Corpus/hostile").path))
    ?? [])
    .filter { $0.hasSuffix(".outage") }.sorted()

  static let bytes = 48 << 20
  static let wall = Duration.milliseconds(300)

  @Test(arguments: scripts) func endsWithinItsBudgets(_ name: String) throws {
    try endure(Host.text("Tests/Corpus/hostile/\(name)"))
  }

  /// Texts that are too long to be kept: some ten megabytes of one thing.
  static let generated: [(name: String, make: @Sendable (Int) -> String)] = [
    ("names", { n in (0..<n / 12).map { "var a\($0) = 1\n" }.joined() }),
    ("unknown names", { n in (0..<n / 24).map { "process p\($0) { a = b }\n" }.joined() }),
    ("one long line", { n in "var x = " + String(repeating: "1 + ", count: n / 4) + "1\n" }),
    ("brackets", { n in "var x = " + String(repeating: "(", count: n) }),
    ("comments", { n in String(repeating: "# nothing\n", count: n / 10) }),
    ("one long text", { n in "let x = \"" + String(repeating: "{1} ", count: n / 4) + "\"\n" }),
    ("one long name", { n in "var " + String(repeating: "x", count: n) + " = 1\n" }),
    ("statements", { n in "var x = 0\nprocess p {\n" + String(repeating: "  x = x + 1\n", count: n / 12) + "}\n" }),
    ("digits", { n in "var x = " + String(repeating: "9", count: n) + "\n" }),
    ("nothing that is a word", { n in String(repeating: "\u{1}\u{fffd}$", count: n / 5) }),
  ]

  /// 10 MB take seconds each: `make soak`. The same texts at a tenth show that time grows with length and no faster.
  @Test(arguments: generated.indices) func longTextsTakeTimeByTheirLength(_ k: Int) throws {
    let isSoak = ProcessInfo.processInfo.environment["OUTAGE_SOAK"] != nil
    let size = isSoak ? 10_000_000 : 500_000
    let text = Self.generated[k].make(size)
    let start = Host.threadTime()
    try endure(text)
    let taken = Host.threadTime() - start
    #expect(taken < (isSoak ? .seconds(60) : .seconds(4)), "\(Self.generated[k].name): \(taken)")
  }

  @Test func tenMegabytesEndByTheBoundOfTheSource() throws {
    let text = Self.generated[0].make(10_000_000)
    let start = Host.threadTime()
    let program = Program(text, limits: SourceLimits(bytes: 1 << 20))
    #expect(program.limit == .sourceBytes(1 << 20))
    #expect(Host.threadTime() - start < .seconds(1))
  }

  private func endure(_ text: String) throws {
    let program = Program(text)
    guard program.isSound else {
      #expect(!program.problems.isEmpty && program.problems.count <= 501)
      return
    }
    var options = Simulation.Options()
    options.budgets.bytes = Self.bytes
    options.budgets.events = 3_000_000
    options.budgets.wallTime = WallTime(Self.wall) { Host.threadTime() }
    do throws(Refusal) {
      let s = try Simulation(program, options)
      let begun = Host.threadTime()
      let outcome = s.run()
      #expect(Host.threadTime() - begun < Self.wall + .milliseconds(150), "\(Host.threadTime() - begun)")
      let report = outcome.partial ?? s.report()
      #expect(Double(report.stateBytes) <= 1.1 * Double(Self.bytes), "\(report.stateBytes)")
      #expect(report.rendered(.json).utf8.count < 20 << 20)
    } catch {
      #expect(!error.problems.isEmpty)
    }
    var search = Exploration.Options()
    search.budgets.states = 5000
    search.budgets.bytes = Self.bytes
    search.budgets.wallTime = WallTime(Self.wall) { Host.threadTime() }
    // Reading and compiling are bounded by the length of the text: the search itself by its time.
    var begun: Duration?
    do throws(Refusal) {
      _ = try program.explore(search) { _ in begun = begun ?? Host.threadTime() }
      let taken = begun.map { Host.threadTime() - $0 } ?? .zero
      #expect(taken < Self.wall + .milliseconds(150), "\(taken)")
    } catch { #expect(!error.problems.isEmpty) }
  }
}
