import Foundation
import OutageEngine
import OutageKit
import OutageSyntax
import Testing

/// Files of numbers: what was asked for is read, or refused with its line and column.
@Suite struct TableTests {
  /// A script with a file `t.csv` beside it.
  static func source(_ script: String, _ table: [UInt8]) -> Source {
    Source(name: "s.outage", text: Array(script.utf8)) { path, _ in
      path == "t.csv" ? .success(LoadedFile(name: path, text: table)) : .failure(LoadError("no such file"))
    }
  }

  static func source(_ script: String, _ table: String) -> Source { source(script, Array(table.utf8)) }

  /// `E0023 t.csv:1:3`
  static func faults(_ script: String, _ table: String) -> [String] {
    let source = source(script, table)
    return source.diagnostics.map { d in
      let file = source.files[Int(d.primary.span.file)]
      let (line, column) = file.place(of: d.primary.span.start)
      return "\(d.code) \(file.name):\(line):\(column)"
    }
  }

  static func started(_ script: String, _ table: [UInt8], seed: UInt64 = 1, workers: Int = 1) throws -> Int64 {
    var options = RunOptions()
    options.seed = seed
    options.workers = workers
    let result = try source(script, table).run(options)
    return try #require(result.responses.first { $0.name == "c" }).arrived
  }

  static let rates = """
    clock 2025-10-20 22:40 UTC for 3m
    service api { servers 40; work 1ms }
    load c rate "t.csv" even { call api }
    """

  /// Half UTF-16 and half quotes: however it is written, 120 a second for a minute and 140 for two are 24,000.
  @Test(arguments: [
    "0,120\n60,140\n", "0,120\r\n60,140\r\n", "0,120\r60,140", "0\t120\n60\t140\n", "0;120\n60;140", "t,rps\n0,120\n60,140\n",
    "\"0\",\"120\"\n\"60\",\"140\"", "# made by hand\n\n 0 , 120 \n60, 140\n\n", "\u{FEFF}t,rate\n0,120\n60,140\n",
    "1761000000,120\n1761000060,140\n", "2025-10-20T22:40:00Z,120\n2025-10-20T22:41:00Z,140\n",
    "2025-10-20 22:40,120\n2025-10-20 22:41,140\n", "2025-10-21T00:40:00.000+02:00,120\n2025-10-21T00:41:00+0200,140\n",
    "t_ms,requests_per_minute\n0,7200\n60000,8400\n", "\"time, s\";rpm\n0;7200\n60;8.4e3\n", "0,120\n6e1,1.4E2\n",
    "1760999000,7\n1760999999,120\n1761000060,140\n",
  ]) func ratesAreReadHoweverTheyAreWritten(_ table: String) throws {
    #expect(try Self.started(Self.rates, Array(table.utf8)) == 24_000)
    let units = Array(table.utf16.drop { $0 == 0xFEFF })
    var (little, big): ([UInt8], [UInt8]) = ([0xFF, 0xFE], [0xFE, 0xFF])
    for unit in units {
      let (low, high) = (UInt8(unit & 255), UInt8(unit >> 8))
      little += [low, high]
      big += [high, low]
    }
    #expect(try Self.started(Self.rates, little) == 24_000)
    #expect(try Self.started(Self.rates, big) == 24_000)
  }

  @Test func columnsGoByTheirHeadings() throws {
    let script = Self.rates.replacing("\"t.csv\"", with: "\"t.csv\" column \"a, b\" time \"t\" unit 1/m unit 1ms")
    let table = "note,\"a, b\",t\nx,7200,0\n\"a\nb\",8400,60000\n"
    #expect(try Self.started(script, Array(table.utf8)) == 24_000)
  }

  @Test(arguments: [
    ("0,120,9\n60,140,9\n", "E0023 t.csv:1:7"), ("120\n140\n", "E0023 t.csv:1:1"), ("0,120\n60\n", "E0023 t.csv:2:1"),
    ("0,120\n60,140,9\n", "E0023 t.csv:2:8"), ("0,120\n60,1O0\n", "E0023 t.csv:2:4"), ("0,120\n0,140\n", "E0023 t.csv:2:1"),
    ("0;120\n60;1,5\n", "E0023 t.csv:2:4"), ("0,-1\n", "E0023 t.csv:1:3"), ("-1,5\n", "E0023 t.csv:1:1"),
    ("0,\n", "E0023 t.csv:1:3"), ("0,nan\n", "E0023 t.csv:1:3"), ("0,inf\n", "E0023 t.csv:1:3"), ("0,0x10\n", "E0023 t.csv:1:3"),
    ("0,1e999\n", "E0023 t.csv:1:3"), ("0,\"120\n", "E0023 t.csv:1:3"), ("0,\"1\"2\n", "E0023 t.csv:1:6"),
    ("0,1\"2\n", "E0023 t.csv:1:4"), ("x,y,z\n0,1,2\n", "E0024 s.outage:3:13"), ("", "E0023 s.outage:3:13"),
    ("t,rps\n", "E0023 s.outage:3:13"), ("1761000000000,5\n", "E0023 t.csv:1:1"), ("0,1\n1761000000,5\n", "E0023 t.csv:2:1"),
    ("2025-02-29,5\n", "E0023 t.csv:1:1"), ("2025-10-20T25:00,5\n", "E0023 t.csv:1:1"), ("t_s,wait_ms\n0,1\n", "E0025 s.outage:3:13"),
    ("99999999999999999999999999999999999999999,1\n", "E0023 t.csv:1:1"), ("0,1 2\n", "E0023 t.csv:1:3"),
  ]) func whatIsWrongIsToldWithItsPlace(_ table: String, _ fault: String) {
    #expect(Self.faults(Self.rates, table) == [fault])
  }

  @Test func datesNeedAClockThatHasOne() {
    let script = Self.rates.replacing("2025-10-20 22:40 UTC", with: "22:40")
    #expect(Self.faults(script, "1761000000,120\n") == ["E0023 t.csv:1:1"])
    let elsewhere = Self.rates.replacing("UTC", with: "PDT")
    #expect(Self.faults(elsewhere, "2025-10-20T22:40:00-07:00,120\n") == [])
  }

  @Test func columnsThatAreNotThereAreNamed() {
    let script = Self.rates.replacing("\"t.csv\"", with: "\"t.csv\" column \"rps\" time \"t\"")
    #expect(Self.faults(script, "t,rpm\n0,1\n") == ["E0024 s.outage:3:28"])
    #expect(Self.faults(script, "t,rps,rps\n0,1,1\n") == ["E0024 s.outage:3:28"])
    #expect(Self.faults(script, "0,1\n") .first == "E0024 s.outage:3:28")
  }

  // MARK: Values

  static func mean(_ clause: String, _ table: String) throws -> (mean: Double, greatest: Double) {
    let script = "clock 00:00 for 10000s\nservice api { servers 9; work \(clause) }\nload c rate 2/s even { call api }\n"
    let result = try source(script, table).run(RunOptions())
    let api = try #require(result.responses.first { $0.name == "api" })
    return (api.mean / 1e9, Double(api.max) / 1e9)
  }

  @Test func headingsSayTheUnit() throws {
    for (clause, table) in [
      ("empirical \"t.csv\"", "latency_ms\n12\n"), ("empirical \"t.csv\"", "Latency (ms)\n12\n"),
      ("empirical \"t.csv\"", "latencyMs\n12\n"), ("empirical \"t.csv\"", "0.012\n"),
      ("empirical \"t.csv\" unit 1ms", "latency\n12\n"), ("empirical \"t.csv\" unit 1ms", "12\n"),
      ("empirical \"t.csv\" column \"b\" unit 1us", "a,b\n7,12000\n"), ("empirical(\"t.csv\")", "x_seconds\n1.2e-2\n"),
    ] {
      #expect(try Self.mean(clause, table).mean == 0.012, "\(clause) \(table)")
    }
    let script = "service api { work empirical \"t.csv\" }\n"
    #expect(Self.faults(script, "latency\n12\n") == ["E0025 s.outage:1:30"])
    #expect(Self.faults(script, "a_ms,b_ms\n1,2\n") == ["E0024 s.outage:1:30"])
    let stated = "service api { work empirical \"t.csv\" unit 1s }\n"
    #expect(Self.faults(stated, "latency_ms\n12\n") == ["E0025 s.outage:1:43"])
  }

  /// The expected value of what is drawn, within three deviations of a mean of 20,000.
  @Test func weightsAndBucketsAreDrawnByTheirShares() throws {
    let weighted = try Self.mean("empirical \"t.csv\" unit 1ms", "value,weight\n10,3\n50,1\n20,0\n")
    #expect(abs(weighted.mean - 0.020) < 0.0004)
    #expect(weighted.greatest == 0.050)
    // Half from 0 to 100 ms, a quarter from 100 to 200 ms, a quarter above: 0.5 · 50 + 0.25 · 150 + 0.25 · 200.
    let buckets = try Self.mean("empirical \"t.csv\"", "le,count\n0.1,50\n0.2,75\n+Inf,100\n")
    #expect(abs(buckets.mean - 0.1125) < 0.0014)
    #expect(buckets.greatest == 0.2)
    let script = "service api { work empirical \"t.csv\" }\n"
    #expect(Self.faults(script, "le,count\n0.2,5\n0.1,7\n") == ["E0023 t.csv:3:1"])
    #expect(Self.faults(script, "le,count\n0.1,5\n0.2,4\n") == ["E0023 t.csv:3:5"])
    #expect(Self.faults(script, "le,count\n+Inf,5\n") == ["E0023 s.outage:1:30"])
    #expect(Self.faults(script, "le,count\n1,0\n") == ["E0023 s.outage:1:30"])
  }

  // MARK: Arrivals

  static let arrivals = """
    clock 2025-10-20 02:00 PDT for 1h
    service api { servers 4; latency 1ms; work exp(5s) }
    load c times "t.csv" column "t" { log "came"; call api }
    """

  @Test func requestsArriveExactlyThen() throws {
    let table = "id,t\na,1.000000001\nb,2\nc,2\nd,2\ne,3599.999999999\n"
    for workers in [1, 2, 4] {
      var options = RunOptions()
      options.workers = workers
      let story = try Self.source(Self.arrivals, table).run(options).story.filter { $0.kind == .log }
      #expect(story.map(\.time) == [1_000_000_001, 2_000_000_000, 2_000_000_000, 2_000_000_000, 3_599_999_999_999])
    }
  }

  @Test func datesArriveOnTheScenariosClock() throws {
    let source = Self.source(
      Self.arrivals, "t\n2025-10-20T08:59:59Z\n2025-10-20T09:00:05Z\n2025-10-20T09:00:05.25Z\n2025-10-20T11:00:00Z\n")
    #expect(source.diagnostics.map(\.code) == ["W0023", "W0023"])
    let story = try source.run(RunOptions()).story.filter { $0.kind == .log }
    #expect(story.map(\.time) == [5_000_000_000, 5_250_000_000])
  }

  @Test func whatIsNotInOrderIsRefused() {
    #expect(Self.faults(Self.arrivals, "t\n3\n2\n") == ["E0023 t.csv:3:1"])
    #expect(Self.faults(Self.arrivals, "t\n-3\n2\n") == ["E0023 t.csv:2:1"])
    #expect(Self.faults(Self.arrivals, "t\nsoon\n") == ["E0023 t.csv:2:1"])
  }

  /// Two scripts in two folders name two files alike.
  @Test func aNameMeansTheFileBesideItsScript() throws {
    let script = "clock 00:00 for 10s\nimport \"lib/x.outage\"\nload c times \"t.csv\" { log \"c\" }\n"
    let files = ["lib/x.outage": "load d times \"t.csv\" { log \"d\" }\n", "t.csv": "1\n", "lib/t.csv": "2\n"]
    let source = Source(name: "s.outage", text: Array(script.utf8)) { path, from in
      let full = from.contains("/") ? "lib/" + path : path
      return files[full].map { .success(LoadedFile(name: full, text: Array($0.utf8))) } ?? .failure(LoadError("none"))
    }
    let story = try source.run(RunOptions()).story.filter { $0.kind == .log }
    #expect(story.map(\.time) == [1_000_000_000, 2_000_000_000])
  }

  /// A different file is a different source.
  @Test func theDigestCoversTables() {
    #expect(Self.source(Self.rates, "0,1\n").digest != Self.source(Self.rates, "0,2\n").digest)
  }

  /// Hostile files end soon, and say something.
  @Test func hostileFilesEndSoon() {
    for table in [
      String(repeating: ",", count: 1_000_000), String(repeating: "\"", count: 1_000_001), String(repeating: "\n", count: 1_000_000),
      String(repeating: "9", count: 1_000_000), "0,1e" + String(repeating: "9", count: 100_000), String(repeating: "0,1;", count: 300_000),
      "\u{0}\u{1}\u{1B}[2J", "0,-9223372036854775808\n", "0,9223372036854775808e-400\n",
    ] {
      let clock = ContinuousClock()
      let start = clock.now
      _ = Self.source(Self.rates, table).diagnostics
      #expect(clock.now - start < .seconds(5))
    }
  }

  // MARK: One file, two names

  @Test func twoSpellingsOfAPathAreOneFile() {
    let files = ["x.outage": "param a = 1\n"]
    for other in ["./x.outage", ".//x.outage", "lib/../x.outage"] {
      let script = "import \"x.outage\"\nimport \"\(other)\"\nservice s { work 1ms }\n"
      let source = Source(name: "s.outage", text: Array(script.utf8)) { path, _ in
        .success(LoadedFile(name: path, text: Array((files["x.outage"] ?? "").utf8)))
      }
      #expect(source.diagnostics.map(\.code) == [], "\(other)")
    }
    let linked = Source(name: "s.outage", text: Array("import \"x.outage\"\nimport \"link.outage\"\n".utf8)) { path, _ in
      .success(LoadedFile(name: path, text: Array("param a = 1\n".utf8), identity: "x"))
    }
    #expect(linked.diagnostics.map(\.code) == [])
  }

  @Test func noPathHoldsNUL() {
    for (line, code) in [("import \"x\\u{0}y\"", "E0020"), ("load c rate \"t.csv\\u{0}\" { wait 1s }", "E0022")] {
      var asked = false
      let source = Source(name: "s.outage", text: Array(line.utf8)) { _, _ in
        asked = true
        return .failure(LoadError("no"))
      }
      #expect(source.diagnostics.map(\.code) == [code])
      #expect(!asked)
    }
  }

  // MARK: Language

  @Test(arguments: [
    ("language 1\nparam a = 1\n", [String]()), ("# a script\n\nlanguage 1\nparam a = 1\n", []), ("#!/usr/bin/outage\nlanguage 1; param a = 1\n", []),
    ("language 2\nparam a = = 1 ¤\n", ["E0026"]), ("language 0\n", ["E0026"]), ("language 1.5\n", ["E0026"]), ("language \"1\"\n", ["E0026"]),
    ("param a = 1\nlanguage 1\n", ["E0026"]), ("language 1\nlanguage 1\n", ["E0026"]), ("param language = 1\nlet b = language\n", []),
    ("import \"later.outage\"\n", ["E0026"]), ("language 1\nimport \"now.outage\"\n", []), ("language 99999999999999999\n", ["E0026"]),
  ]) func aProgramReadsItsOwnLanguage(_ text: String, _ codes: [String]) {
    let files = ["later.outage": "language 2\nwhat is this\n", "now.outage": "language 1\nparam b = 1\n"]
    let source = Source(name: "s.outage", text: Array(text.utf8)) { path, _ in
      files[path].map { .success(LoadedFile(name: path, text: Array($0.utf8))) } ?? .failure(LoadError("no"))
    }
    #expect(source.diagnostics.map(\.code) == codes)
    if let first = source.diagnostics.first, text.contains("language 2") {
      #expect(first.message == "this program reads language 1; this script is in language 2")
      #expect(first.help == "Outage 2.0 and later read it")
    }
  }
}
