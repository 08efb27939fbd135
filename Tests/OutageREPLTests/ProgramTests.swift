import Foundation
import Testing

/// The program itself: from a pipe, from the command line, through a pseudo-terminal.
@Suite struct ProgramTests {
  static let program: String = {
    // Beside the bundle of the tests, wherever that was built.
    let bundle = CommandLine.arguments.first { $0.hasSuffix(".xctest") }
    let folder =
      bundle.map { URL(fileURLWithPath: $0).deletingLastPathComponent() }
      ?? Desk.root.appendingPathComponent(".build/release")
    return folder.appendingPathComponent("outage").path
  }()

  struct Ended {
    var out: String
    var error: String
    var code: Int32
  }

  private func run(_ arguments: [String], input: [UInt8] = [], home: URL? = nil, program: String = Self.program) throws
    -> Ended
  {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    process.currentDirectoryURL = Desk.root
    var environment = ProcessInfo.processInfo.environment
    if let home { environment["HOME"] = home.path }
    process.environment = environment
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let (inFile, outFile, errorFile) = (
      folder.appendingPathComponent("in"), folder.appendingPathComponent("out"), folder.appendingPathComponent("error")
    )
    try Data(input).write(to: inFile)
    for file in [outFile, errorFile] { try Data().write(to: file) }
    process.standardInput = try FileHandle(forReadingFrom: inFile)
    process.standardOutput = try FileHandle(forWritingTo: outFile)
    process.standardError = try FileHandle(forWritingTo: errorFile)
    try process.run()
    process.waitUntilExit()
    return Ended(
      out: String(decoding: try Data(contentsOf: outFile), as: UTF8.self),
      error: String(decoding: try Data(contentsOf: errorFile), as: UTF8.self), code: process.terminationStatus)
  }

  private func pipe(_ lines: String, _ arguments: [String] = ["repl"]) throws -> Ended {
    try run(arguments, input: Array(lines.utf8))
  }

  @Test("a pipe gets answers, no prompt and no echo")
  func pipe() throws {
    let end = try pipe("1 + 1\n:load docs/repl/race.outage\n:step\nendpoint.version\n")
    #expect(end.out == "2\n23:40:00  tick 0  Two enactors race to apply a DNS plan\n23:40:01  tick 1\n1\n")
    #expect(end.error == "" && end.code == 0)
  }

  @Test("without arguments the program is the prompt")
  func noArguments() throws {
    #expect(try pipe("2 * 3\n", []).out == "6\n")
    #expect(try pipe("\"so it is\"\n", []).out == "so it is\n")
  }

  @Test(
    "a pipe stops at the first error",
    arguments: [("1 +* 2", 65), (":stp", 65), (":assert 1 == 2", 1), (":load nowhere", 66)])
  func stops(_ line: String, _ code: Int) throws {
    let end = try pipe("\(line)\n7 * 6\n")
    #expect(!end.out.contains("42") && end.error.contains("error"))
    #expect(end.code == Int32(code))
  }

  @Test("a violation that is not meant is the failure of a session without a terminal")
  func violated() throws {
    #expect(try pipe(":run\n", ["repl", "docs/repl/race.outage"]).code == 1)
    #expect(try pipe(":run\n", ["repl", "docs/repl/race.outage", "--variant", "fenced"]).code == 0)
  }

  @Test("lines may come from the command line and from a file")
  func given() throws {
    let end = try run(["repl", "docs/repl/race.outage", "-c", ":step", "-c", "endpoint.version"])
    #expect(end.out == "23:40:01  tick 1\n1\n" && end.code == 0)
    let file = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID().uuidString).repl")
    defer { try? FileManager.default.removeItem(at: file) }
    try "process p {\n  wait 1s\n}\n:step 2\np.finished\n".write(to: file, atomically: true, encoding: .utf8)
    #expect(try run(["repl", "-i", file.path]).out == "2s  tick 2\ntrue\n")
    for (line, code) in [("1 +* 2", 65), (":assert 1 == 2", 1), (":load nowhere", 66)] {
      try "1 + 1\n\(line)\n:step\n".write(to: file, atomically: true, encoding: .utf8)
      let end = try run(["repl", "-i", file.path, "-c", "5 * 5"])
      #expect(end.out == "2\n" && end.code == Int32(code) && end.error.contains("ended at line 2"))
    }
    #expect(try run(["repl", "-i", file.path + ".not"]).code == 66)
  }

  @Test("lines that are no lines: too long, with a NUL, not UTF-8")
  func badLines() throws {
    let long = try run(["repl"], input: Array(repeating: UInt8(ascii: "x"), count: 3 << 20) + Array("\n1\n".utf8))
    #expect(long.code == 65 && long.error.contains("megabyte") && long.out == "")
    #expect(try run(["repl"], input: [0x31, 0, 0x32, 10]).code == 65)
    #expect(try run(["repl"], input: [0xFF, 0xFE, 0x0A]).code == 65)
    #expect(try run(["repl"], input: []).code == 0)
  }

  @Test(
    "a terminal",
    arguments: [
      "completion", "interrupt", "everywhere", "load", "continuation", "history", "narrow", "prompt", "plain",
      "given", "profile", "paste",
    ])
  func terminal(_ name: String) throws {
    let script = Desk.root.appendingPathComponent("Tests/Terminal/terminal.py").path
    let end = try run([script, Self.program, name], program: "/usr/bin/python3")
    #expect(end.code == 0, "python3 Tests/Terminal/terminal.py PROGRAM \(name)\n\(end.out)\(end.error)")
  }

  @Test(
    "a step back at full size is answered at once, within the memory that is stated",
    .enabled(if: ProcessInfo.processInfo.environment["OUTAGE_SOAK"] == "1"))
  func stepBack() throws { try terminal("back") }

  @Test("only the program links readline")
  func boundary() throws {
    let package = try String(contentsOf: Desk.root.appendingPathComponent("Package.swift"), encoding: .utf8)
    #expect(package.components(separatedBy: "linkedLibrary(\"readline\")").count == 2)
    // No object of the libraries that are embedded names anything of readline.
    let folder = URL(fileURLWithPath: Self.program).deletingLastPathComponent()
    let targets = ["Syntax", "Semantics", "Model", "Compiler", "Engine", "Report", "Kit", "REPL"]
    var objects: [String] = []
    for target in targets {
      let build = folder.appendingPathComponent("Outage\(target).build").path
      let found = try FileManager.default.contentsOfDirectory(atPath: build).filter { $0.hasSuffix(".o") }
      #expect(!found.isEmpty)
      objects += found.map { "\(build)/\($0)" }
    }
    let symbols = try run(["-u"] + objects, program: "/usr/bin/nm").out
    #expect(symbols.contains("mmap"))
    #expect(!symbols.contains(" rl_") && !symbols.contains(" readline") && !symbols.contains(" add_history"))
    let sources = try FileManager.default.subpathsOfDirectory(atPath: Desk.root.appendingPathComponent("Sources").path)
    for path in sources where path.hasSuffix(".swift") && !path.hasPrefix("OutageReadline/") {
      let text = try String(contentsOf: Desk.root.appendingPathComponent("Sources/\(path)"), encoding: .utf8)
      #expect(!text.contains("import CReadline"), "\(path)")
    }
  }
}
