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

  @Test("programs get numbers as numbers")
  func numbers() throws {
    let lines = "var n = 2721\nvar d = 57300ms\nvar t = true\n:mode json\nn\nd\nt\n0.5\n3/s\n:show n\n:mode csv\nn\nd\n:show d\n"
    let end = try pipe(lines)
    #expect(
      end.out == """
        {"expression":"n","value":2721}
        {"expression":"d","value":57.3}
        {"expression":"t","value":true}
        {"expression":"0.5","value":0.5}
        {"expression":"3/s","value":3}
        {"member":"value","value":2721}
        2721
        57.3
        member,value
        value,57.3

        """)
    #expect(end.error == "" && end.code == 0)
  }

  @Test("words of Graphviz and Mermaid are names like others")
  func graphs() throws {
    let names = ["node", "edge", "end", "graph", "subgraph", "class", "style", "click", "default", "strict", "digraph"]
    var lines = ""
    for name in names { lines += "service \(name) { latency 1ms; work 1ms }\n" }
    for (k, name) in names.enumerated() { lines += "process p\(k) { call \(name) }\n" }
    for form in ["--dot", "--mermaid"] {
      let end = try pipe(lines + ":graph \(form)\n")
      #expect(end.error == "" && end.code == 0)
      // No name stands bare: nodes go by numbers, names are labels.
      for line in end.out.split(separator: "\n").dropFirst().dropLast(form == "--dot" ? 1 : 0) {
        let id = line.drop { $0 == " " }.prefix { $0.isLetter || $0.isNumber }
        #expect(id.wholeMatch(of: /n\d+/) != nil, "\(line)")
      }
      for name in names where form == "--dot" { #expect(end.out.contains("[label=\"service \(name)\"];")) }
      let dot = URL(fileURLWithPath: "/usr/bin/dot")
      guard form == "--dot", FileManager.default.isExecutableFile(atPath: dot.path) else { continue }
      let process = Process()
      process.executableURL = dot
      process.arguments = ["-Tplain"]
      let (input, output) = (Pipe(), Pipe())
      (process.standardInput, process.standardOutput) = (input, output)
      try process.run()
      input.fileHandleForWriting.write(Data(end.out.utf8))
      try input.fileHandleForWriting.close()
      _ = output.fileHandleForReading.readDataToEndOfFile()
      process.waitUntilExit()
      #expect(process.terminationStatus == 0)
    }
  }

  @Test("nothing that was typed reaches the terminal as an order")
  func orders() throws {
    let texts = [
      "log \"a\u{9B}31m\u{202E}b\"\n", "\u{1B}]0;t\u{7}\n", ":show \u{9B}x\n", ":load no\u{202E}such\n", ":set a\u{1B}[2J b\n",
      "\"x\\u{9B}y\\u{202E}\"\n", ":mode json\n\"x\\u{9B}y\"\n", ":mode csv\n\"=x\\u{9B}y\"\n", ":mode markdown\n\"|\\u{9B}y\"\n", ":break \u{9B}\n",
    ]
    for text in texts {
      let end = try pipe(text)
      let harmful = (end.out + end.error).unicodeScalars.filter {
        $0.value < 0x20 && $0 != "\n" || (0x7F..<0xA0).contains($0.value) || $0.value == 0x202E
      }
      #expect(harmful.isEmpty, "\(text) \(end.out) \(end.error)")
    }
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
    // Every file, then every line, whatever is violated by then.
    let other = file.path + ".other"
    defer { try? FileManager.default.removeItem(atPath: other) }
    try "var x = 1\nnever \"one\" { x == 1 }\n:step\n".write(to: file, atomically: true, encoding: .utf8)
    try "x = 5\nx\n".write(toFile: other, atomically: true, encoding: .utf8)
    let all = try run(["repl", "-i", file.path, "-c", "x + 1", "-i", other, "-c", "x + 2"])
    #expect(all.out.hasSuffix("5\n6\n7\n") && all.code == 1, "\(all)")
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
      "given", "profile", "paste", "quit", "signals", "limited",
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
