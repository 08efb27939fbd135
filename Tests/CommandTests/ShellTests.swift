import Foundation
import Testing

/// Pipes, full disks, signals and times that are up, as a shell has them.
@Suite struct ShellTests {
  static let violated = """
    scenario "Violated"
    clock 10:00 for 10s
    var x = 0
    process p { loop { wait 1s; x = x + 1 } }
    never "big" { x > 3 }
    """
  static let endless = """
    clock 10:00 for 10h tick 1ms
    var n = 0
    process p { loop { wait 1us; n = n + 1 } }
    """
  static let chatty = """
    clock 10:00 for 10h tick 1ms
    process p { loop { wait 1ms; log "on and on" } }
    """

  /// A folder with these scripts, and what a line of the shell does in it.
  private func inFolder<T>(_ work: (_ folder: URL, _ shell: (String) throws -> Program.Outcome) throws -> T) throws -> T
  {
    let folder = try Program.newFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    for (name, text) in [("violated", Self.violated), ("endless", Self.endless), ("chatty", Self.chatty)] {
      try text.write(to: folder.appending(path: "\(name).outage"), atomically: true, encoding: .utf8)
    }
    return try work(folder) { try Program.shell($0, in: folder) }
  }

  private func text(_ folder: URL, _ name: String) throws -> String {
    try String(contentsOf: folder.appending(path: name), encoding: .utf8)
  }

  /// No file that grew beside another is left.
  private func leftovers(_ folder: URL) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasPrefix(".outage-") }
  }

  // MARK: Pipes and standard files

  @Test(
    "a pipe that nobody reads changes no verdict",
    arguments: [
      ("run violated.outage", 1), ("run violated.outage --format json", 1), ("run violated.outage --until 2s", 2),
      ("explore violated.outage --max-states 100", 1), ("check violated.outage", 0),
      ("repl violated.outage -c :run -c ':story 9'", 1),
      // There is no verdict, and what was asked for is not read.
      ("run chatty.outage --trace -", 141), ("fmt - < violated.outage", 141), ("--help", 141),
      ("repl violated.outage -c 1 -c 2", 141),
    ])
  func closedPipe(_ line: String, _ code: Int) throws {
    try inFolder { folder, shell in
      // The reader is gone for certain before anything is written.
      _ = try shell("{ sleep 0.3; timeout 20 outage \(line); echo $? > code; } | true; sleep 0.1")
      for _ in 0..<100 where (try? text(folder, "code"))?.isEmpty != false { usleep(50_000) }
      #expect(try text(folder, "code") == "\(code)\n")
    }
  }

  @Test("a full disk and a closed output are told, and end with 66")
  func fullOutput() throws {
    try inFolder { folder, shell in
      for command in ["run violated.outage", "explore violated.outage --max-states 9", "check violated.outage", "--help"] {
        let outcome = try shell("outage \(command) 2>&1 > /dev/full")
        #expect(outcome.code == 66 && outcome.output == "outage: standard output: No space left on device\n")
      }
      let outcome = try shell("outage repl -c '1 + 1' 2>&1 > /dev/full")
      #expect(outcome.code == 66 && outcome.output.contains("No space left"))
      let trace = try shell("outage run violated.outage --trace /dev/full")
      #expect(trace.code == 66 && trace.output.contains("Verdicts"))
      #expect(trace.output.hasSuffix("outage: /dev/full: No space left on device\n"))
    }
  }

  @Test("what was closed is not taken by a file that is opened")
  func closedFiles() throws {
    try inFolder { folder, shell in
      let out = try shell("outage run violated.outage --trace trace.jsonl 2>&1 >&-")
      #expect(out.code == 66 && out.output.contains("standard output: Bad file descriptor"))
      _ = try shell("outage run violated.outage --trace right.jsonl")
      #expect(try text(folder, "trace.jsonl") == text(folder, "right.jsonl"))
      let error = try shell("outage run broken.outage --trace trace.jsonl 2>&-")
      #expect(error.code == 66)
      let input = try shell("outage run - <&-")
      #expect(input.code == 66 && input.output == "outage: standard input: Bad file descriptor\n")
      let session = try shell("outage repl <&-")
      #expect(session.code == 66 && session.output.contains("Bad file descriptor"))
      #expect(try shell("outage repl -c '1 + 1' <&-").output == "2\n")
    }
  }

  // MARK: Files

  private static let untidy = String(repeating: "# a comment that takes its room\n", count: 100) + "var   x=0\n"

  @Test("a disk that is full leaves the file as it was", arguments: ["ulimit -f 1", "mount -t tmpfs -o size=8k t small; cd small"])
  func fullDisk(_ way: String) throws {
    try inFolder { folder, shell in
      let isMounted = way.hasPrefix("mount")
      if isMounted {
        guard getuid() == 0 else { return }
        try FileManager.default.createDirectory(at: folder.appending(path: "small"), withIntermediateDirectories: true)
      }
      try Self.untidy.write(to: folder.appending(path: "untidy.outage"), atomically: true, encoding: .utf8)
      let isolated = isMounted ? "unshare -m sh -c" : "sh -c"
      let copy = isMounted ? "cp ../untidy.outage ../violated.outage . && cat untidy.outage > rest; " : ""
      let line =
        "\(way); \(copy)cp untidy.outage before; outage fmt untidy.outage 2> said; echo $?; cmp untidy.outage before && echo same; "
        + "cat said; ls -a | grep .outage-; true"
      let outcome = try shell("\(isolated) '\(line)'")
      if isMounted, outcome.output.contains("mount:") || outcome.output.contains("unshare:") { return }
      #expect(outcome.output.contains("66\n"), "\(outcome.output)")
      if !isMounted { #expect(try text(folder, "untidy.outage") == Self.untidy) }
      #expect(!outcome.output.contains(".outage-"), "\(outcome.output)")
      #expect(try leftovers(folder).isEmpty)
    }
  }

  @Test("a file that is written keeps its mode, and a link leads where it led")
  func modesAndLinks() throws {
    try inFolder { folder, shell in
      try Self.untidy.write(to: folder.appending(path: "untidy.outage"), atomically: true, encoding: .utf8)
      let outcome = try shell(
        "mkdir sub other; mv untidy.outage sub; chmod 640 sub/untidy.outage; ln -s ../sub/untidy.outage other/link; "
          + "outage fmt other/link; stat -c '%a %F' sub/untidy.outage other/link; tail -1 sub/untidy.outage; "
          // A link that leads to nothing yet, from its own folder.
          + "ln -s ../sub/new other/ahead; outage run violated.outage --trace other/ahead > report; stat -c %F other/ahead sub/new; "
          + "umask 027; outage run violated.outage --trace fresh > report; stat -c %a fresh; ls -a . sub other | grep -c .outage-")
      #expect(
        outcome.output == """
          640 regular file
          777 symbolic link
          var x = 0
          symbolic link
          regular file
          640
          0

          """)
    }
  }

  @Test("nothing is lost that a file had, when it may not be written or its successor is not finished")
  func keepsTheOld() throws {
    try inFolder { folder, shell in
      _ = try shell("echo old > trace; mkfifo pipe; echo old > saved")
      // Not run at all, ended at once, ended by a second signal.
      #expect(try shell("outage run nothing.outage --trace trace").code == 66)
      #expect(try shell("outage run violated.outage --trace trace --until 99:00").code == 64)
      #expect(try text(folder, "trace") == "old\n")
      let killed = try shell(
        "outage run endless.outage --trace trace & sleep 1; kill -QUIT $!; wait $!; echo $?; cat trace")
      #expect(killed.output == "131\nold\n", "\(killed.output)")
      #expect(try leftovers(folder).isEmpty)
      // What was reached is a trace.
      #expect(try shell("outage run chatty.outage --trace trace --max-time 1s > report").code == 2)
      #expect(try text(folder, "trace").hasSuffix("}\n"))
      #expect(try leftovers(folder).isEmpty)
      #expect(try shell("outage run violated.outage --trace . ").output.contains("Is a directory"))
      #expect(try shell("outage run violated.outage --trace no/such/folder").code == 66)
    }
  }

  @Test("pipes, devices and what is open already are written to directly")
  func direct() throws {
    try inFolder { folder, shell in
      _ = try shell("outage run violated.outage --trace right > report")
      let (right, report) = (try text(folder, "right"), try text(folder, "report"))
      #expect(try shell("outage run violated.outage --trace /dev/stdout > both").code == 1)
      #expect(try text(folder, "both") == right + report)
      #expect(try shell("outage run violated.outage --trace both > both").code == 1)
      #expect(try text(folder, "both") == right + report)
      #expect(try shell("outage run violated.outage --trace /dev/fd/3 3> third > own").code == 1)
      #expect(try text(folder, "third") == right && text(folder, "own") == report)
      #expect(try shell("mkfifo pipe; cat pipe > taken & outage run violated.outage --trace pipe > own; wait").code == 0)
      #expect(try text(folder, "taken") == right && text(folder, "own") == report)
      #expect(try shell("outage run violated.outage --trace /dev/null > own").code == 1)
      #expect(try shell("outage run violated.outage --trace /dev/stdout --format json").code == 64)
    }
  }

  // MARK: Ends

  @Test(
    "a time that is up ends what waits for input",
    arguments: [
      "run pipe", "run - < pipe", "check pipe", "fmt pipe", "explore pipe", "replay pipe violated.outage",
      "replay - pipe < violated.outage", "run importing.outage", "check counting.outage", "repl < pipe", "repl pipe -c 1",
      "repl -i pipe -c 1", "run violated.outage --trace pipe", "explore violated.outage --as-script pipe",
    ],
    ["", "sleep 9 > pipe &"])
  func waiting(_ line: String, _ writer: String) throws {
    try inFolder { folder, shell in
      for (name, text) in [
        ("importing", "import \"pipe\"\n"),
        ("counting", "service s { work 1ms }\nload l rate \"pipe\" { call s }\n"),
      ] { try text.write(to: folder.appending(path: "\(name).outage"), atomically: true, encoding: .utf8) }
      let hasReader = line.contains("--trace") || line.contains("--as-script")
      if hasReader, !writer.isEmpty { return }
      // A pipe is opened by the shell for both ways, where it would wait itself.
      let given = line.hasSuffix("< pipe") ? line.replacingOccurrences(of: "< pipe", with: "<> pipe") : line
      let timed = "outage \(given) --max-time 300ms".replacingOccurrences(of: "<> pipe --max-time 300ms", with: "--max-time 300ms <> pipe")
        .replacingOccurrences(of: "< violated.outage --max-time 300ms", with: "--max-time 300ms < violated.outage")
      let begun = ContinuousClock.now
      let outcome = try shell("mkfifo pipe; \(writer) timeout 20 \(timed) > said 2>&1; echo $?; kill $! 2> /dev/null; true")
      let code = line.contains("violated.outage <") || line == "replay - pipe < violated.outage" ? "65\n" : "2\n"
      let said = try text(folder, "said")
      #expect(
        outcome.output == code || line.contains("--as-script") && outcome.output == "1\n", "\(outcome.output)\(said)")
      #expect(ContinuousClock.now - begun < .seconds(4))
    }
  }

  @Test(
    "a signal ends a run with what was reached, and with its own code",
    arguments: [("INT", 130), ("TERM", 143), ("HUP", 129)])
  func signals(_ name: String, _ code: Int) throws {
    try inFolder { folder, shell in
      let run = try shell("timeout --preserve-status -s \(name) 2 outage run endless.outage")
      #expect(run.code == Int32(code))
      #expect(run.output.contains("interrupted at") && run.output.contains("Manifest"))
      let wait = try shell("mkfifo pipe; timeout --preserve-status -s \(name) 1.5 outage run pipe")
      #expect(wait.code == Int32(code) && wait.output == "outage: interrupted\n")
      let session = try shell("timeout --preserve-status -s \(name) 1.5 outage repl endless.outage -c :run -c 1")
      #expect(session.code == Int32(code) && session.output.contains("interrupted") && !session.output.contains("\n1\n"))
    }
  }

  @Test("who asked for a hang-up to be ignored has it ignored")
  func nohup() throws {
    try inFolder { _, shell in
      let outcome = try shell("trap '' HUP; outage run endless.outage --max-time 1s > said & sleep 0.4; kill -HUP $!; wait $!; echo $?")
      #expect(outcome.output == "2\n")
    }
  }

  @Test("sessions without a terminal end at their time")
  func sessions() throws {
    try inFolder { _, shell in
      for line in ["outage repl endless.outage -c :run -c 1 --max-time 500ms", "echo :run | outage repl endless.outage --max-time 500ms"] {
        let begun = ContinuousClock.now
        let outcome = try shell("timeout 20 \(line)")
        #expect(outcome.code == 2 && outcome.output.contains("limit of wall-clock time"), "\(outcome)")
        #expect(ContinuousClock.now - begun < .seconds(4))
      }
    }
  }

  /// The same calls of other services, some hundred, none of which a run can be made to take.
  @Test("looking for a script of a counterexample ends at its time")
  func asScript() throws {
    try inFolder { folder, shell in
      let steps = """
        var x = 0
        var n = 0
        process slow { loop { wait 1us; n = n + 1 } }
        process p { loop { either { x = 1 } or { x = 2 } } }
        never "one" { x == 1 }
        """
      try steps.write(to: folder.appending(path: "steps.outage"), atomically: true, encoding: .utf8)
      let begun = ContinuousClock.now
      let outcome = try shell("timeout 20 outage explore steps.outage --property one --as-script - --max-time 1s")
      #expect(outcome.code == 1, "\(outcome)")
      #expect(ContinuousClock.now - begun < .seconds(4))
    }
  }

  // MARK: The machine

  @Test("threads follow the processors that are allowed")
  func workers() throws {
    try inFolder { folder, shell in
      let outcome = try shell(
        "taskset -c 0 outage run endless.outage --max-time 2s > said & sleep 1; grep Threads /proc/$!/status; wait")
      #expect(outcome.output == "Threads:\t1\n", "\(outcome.output)")
    }
  }

  @Test("arguments are taken where there is no /proc")
  func withoutProc() throws {
    try inFolder { _, shell in
      let inside = "umount -l /proc 2>/dev/null && ! test -e /proc/self && outage run violated.outage > said; echo $?; tail -1 said"
      let outcome = try shell("unshare -m sh -c '\(inside)' 2>&1")
      // Only the superuser may take it away.
      if getuid() != 0 || outcome.output.contains("unshare:") || !outcome.output.contains("seed") { return }
      #expect(outcome.output.hasPrefix("1\n"))
    }
  }
}
