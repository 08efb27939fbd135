import Foundation
import Testing

/// `outage test` as continuous integration uses it: folders of any kind, machines that share the work, files that others read.
@Suite struct TestingTests {
  private static let holds = """
    var x = 0
    process p[2] { x = x + 1 }
    never "too many" { x > 2 }
    """
  private static let violated = "var x = 0\nprocess p { x = 3 }\nnever \"three\" { x == 3 }\n"
  /// Only an order that the run does not take loses a visit.
  private static let onlySearched = """
    var x = 0
    process p[2] { let seen = x; x = seen + 1 }
    never "lost" { p[0].finished and p[1].finished and x < 2 }
    """
  private static let endless = """
    var count[3] = 0
    process p[3] { loop { count[index] = (count[index] + 1) mod 400; wait 1s } }
    always "small" { sum(count[*]) < 1200 }
    """

  private func inFolder<T>(
    _ scripts: [String: String], _ work: (_ folder: URL, _ shell: (String) throws -> Program.Outcome) throws -> T
  ) throws -> T {
    let folder = try Program.newFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    for (name, text) in scripts {
      let place = folder.appending(path: name)
      try FileManager.default.createDirectory(at: place.deletingLastPathComponent(), withIntermediateDirectories: true)
      try text.write(to: place, atomically: true, encoding: .utf8)
    }
    return try work(folder) { try Program.shell($0, in: folder) }
  }

  private func text(_ folder: URL, _ name: String) throws -> String {
    try String(contentsOf: folder.appending(path: name), encoding: .utf8)
  }

  // MARK: What is judged

  @Test("each outcome has its exit code, and the worst script decides")
  func codes() throws {
    let scripts = [
      "a/holds.outage": Self.holds, "b/violated.outage": Self.violated, "c/endless.outage": Self.endless,
      "d/wrong.outage": "var x = y\n", "e/searched.outage": Self.onlySearched,
      "f/fails.outage": "var x = 0\nprocess p { wait 1s; x = 1 / x }\nnever \"one\" { x == 1 }\n",
      "g/nothing.outage": "scenario \"Nothing\"\n", "g/note.txt": "no script",
    ]
    try inFolder(scripts) { _, shell in
      let limit = "--max-states 1000"
      for (paths, code) in [
        ("a", 0), ("a g", 0), ("b", 1), ("c \(limit)", 2), ("d", 65), ("e", 1), ("e --no-explore", 0), ("f", 65),
        ("a nowhere", 66), ("b c \(limit)", 1), ("b d", 65), ("b d nowhere", 66), ("b c d --exit-zero \(limit)", 0),
        ("b nowhere --exit-zero", 66), ("c --no-explore", 0),
      ] {
        let outcome = try shell("outage test \(paths)")
        #expect(outcome.code == Int32(code), "\(paths): \(outcome)")
      }
    }
  }

  @Test("a witness counts for all tests of a script, whoever finds it")
  func witnesses() throws {
    let run = "at 5s { x = 9 }\nvar x = 0\nprocess p { x = 1 }\nsometimes \"nine\" { x == 9 }\n"
    let dice = "var x = 0\nprocess p { x = any 1..6 }\nsometimes \"six\" { x == 6 }\n"
    let never = "var x = 0\nprocess p { x = 1 }\nsometimes \"two\" { x == 2 }\n"
    let meant = Self.onlySearched + "\nmeant violated \"lost\"\n"
    let notLost = "var x = 0\nprocess p { x = 1 }\nnever \"lost\" { x == 2 }\nmeant violated \"lost\"\n"
    let scripts = ["run": run, "dice": dice, "never": never, "meant": meant, "notLost": notLost]
    try inFolder(Dictionary(uniqueKeysWithValues: scripts.map { ($0.key + ".outage", $0.value) })) { _, shell in
      for (name, code) in [("run", 0), ("dice", 0), ("never", 1), ("meant", 0), ("notLost", 1), ("meant --no-explore", 1)] {
        let words = name.split(separator: " ", maxSplits: 1).map(String.init)
        let outcome = try shell("outage test \(words[0]).outage \(words.dropFirst().joined())")
        #expect(outcome.code == Int32(code), "\(name): \(outcome.output)")
      }
    }
  }

  @Test("what a search cannot decide is told, and passes unless all is asked for")
  func notSearched() throws {
    let script = """
      service s { work 1ms }
      load l rate 10/s { call s }
      var x = 0
      process p { x = 1 if s.queue.length > 5 }
      never "two" { x == 2 }
      """
    try inFolder(["loaded.outage": script]) { _, shell in
      let plain = try shell("outage test loaded.outage")
      #expect(plain.code == 0 && plain.output.contains("not searched"), "\(plain.output)")
      let strict = try shell("outage test loaded.outage --strict")
      #expect(strict.code == 2 && strict.output.contains("not searched: "), "\(strict.output)")
    }
  }

  @Test("the command beside a failure does it again")
  func commands() throws {
    let scripts = ["with space/it's.outage": Self.violated, "-dash.outage": Self.onlySearched, "big.outage": Self.endless]
    try inFolder(scripts) { _, shell in
      let outcome = try shell("outage test . --seeds 3 --max-states 500")
      let commands = outcome.output.split(separator: "\n").filter { $0.hasPrefix("  $ ") }.map { $0.dropFirst(4) }
      #expect(commands.count == 4, "\(outcome.output)")
      for command in commands {
        #expect(try shell(String(command)).code == (command.contains("big") ? 2 : 1), "\(command)")
      }
    }
  }

  // MARK: Order

  @Test("the bytes are the same for any number of workers")
  func workers() throws {
    var scripts = ["bad.outage": "var x = y\n", "endless.outage": Self.endless]
    for k in 0..<20 { scripts["s\(k)/a.outage"] = k % 3 == 0 ? Self.violated : k % 3 == 1 ? Self.onlySearched : Self.holds }
    try inFolder(scripts) { folder, shell in
      for kind in ["text", "json", "junit", "markdown", "github"] {
        for workers in [1, 2, 7] {
          _ = try shell("outage test . --seeds 1..2 --max-states 2000 --workers \(workers) --format \(kind) > \(kind).\(workers)")
        }
        let alone = try text(folder, "\(kind).1")
        #expect(alone.count > 500)
        #expect(try text(folder, "\(kind).2") == alone && text(folder, "\(kind).7") == alone, "\(kind)")
      }
    }
  }

  @Test("shards have every script once, and a new script moves no other")
  func shards() throws {
    var scripts: [String: String] = [:]
    for k in 0..<40 { scripts["s\(k).outage"] = "scenario \"Small\"\n" }
    try inFolder(scripts) { _, shell in
      func parts() throws -> [[String]] {
        try (1...4).map { part in
          try shell("outage test . --shard \(part)/4").output.split(separator: "\n").filter { $0.hasPrefix("✓") }
            .map { String($0.split(separator: " ")[1]) }
        }
      }
      let before = try parts()
      #expect(before.flatMap(\.self).sorted() == scripts.keys.sorted())
      #expect(before.allSatisfy { $0.count > 3 }, "\(before.map(\.count))")
      _ = try shell("cp s1.outage new.outage")
      #expect(try parts().map { $0.filter { $0 != "new.outage" } } == before)
      for wrong in ["0/4", "5/4", "1", "1/0", "a/b", "-1/3", "1/2/3"] {
        #expect(try shell("outage test . --shard=\(wrong)").code == 64, "\(wrong)")
      }
    }
  }

  // MARK: Folders

  @Test("links are followed once, and what cannot be read is told beside the rest")
  func folders() throws {
    let scripts = [
      "t/a.outage": Self.holds, "t/sub/b.outage": Self.holds, "t/.hidden/c.outage": Self.violated, "t/plain.txt": "x",
      "t/dir.outage/d.outage": Self.holds, "other/e.outage": Self.holds,
    ]
    try inFolder(scripts) { _, shell in
      _ = try shell(
        "ln -s .. t/sub/up; ln -s self.outage t/self.outage; ln -s nowhere t/gone.outage; ln -s ../other t/linked; mkfifo t/pipe.outage; mkdir t/empty")
      let outcome = try shell("timeout 20 outage test t ./t//a.outage t/sub --no-explore")
      #expect(outcome.code == 66, "\(outcome.output)")
      let passed = outcome.output.split(separator: "\n").filter { $0.hasPrefix("✓") }.map { String($0.split(separator: " ")[1]) }
      #expect(passed == ["t/a.outage", "t/dir.outage/d.outage", "t/linked/e.outage", "t/sub/b.outage"])
      for part in ["t/gone.outage", "No such file", "t/self.outage", "Too many levels", "t/pipe.outage", "no regular file"] {
        #expect(outcome.output.contains(part), "\(part)")
      }
      let empty = try shell("outage test t/empty; echo $?; outage test t/empty t/a.outage; echo $?; outage test -; echo $?")
      #expect(empty.output.contains("t/empty: there is no script in it\n"))
      #expect(empty.output.split(separator: "\n").filter { Int($0) != nil } == ["66", "66", "64"])
      if getuid() != 0 {
        _ = try shell("chmod 000 t/sub")
        #expect(try shell("outage test t").output.contains("Permission denied"))
        _ = try shell("chmod 755 t/sub")
      }
    }
  }

  // MARK: Files

  @Test("others read what is written, whatever scripts are called and say")
  func junit() throws {
    let hostile = "var x = 0\nprocess p { x = 3 }\nnever \"<&>]]> \u{1}\u{FFFE}\u{202E} ::error::\" { x == 3 }\n"
    let scripts = ["<a&\"b'>.outage": hostile, "b.outage": "var x = \"</failure>\" + \n", "ok.outage": Self.holds]
    try inFolder(scripts) { folder, shell in
      let outcome = try shell("outage test . --format junit=report.xml --format json=r.json --format markdown=r.md --format github")
      #expect(outcome.code == 65)
      let read = """
        import json, xml.etree.ElementTree as tree
        root = tree.parse("report.xml").getroot()
        print(root.tag, *(root.get(k) for k in ("tests", "failures", "errors", "skipped")))
        for suite in root:
            kinds = [child.tag for case in suite for child in case]
            print(suite.get("name"), len(suite), *kinds)
        print(json.load(open("r.json"))["outcome"])
        """
      try read.write(to: folder.appending(path: "read.py"), atomically: true, encoding: .utf8)
      let said = try shell("python3 read.py")
      #expect(
        said.output == """
          testsuites 5 2 1 0
          <a&"b'>.outage 2 failure failure
          b.outage 1 error
          ok.outage 2
          script

          """)
      // One command of the workflow for each finding, and none that a script wrote.
      let lines = outcome.output.split(separator: "\n")
      #expect(lines.filter { $0.drop { $0 == " " }.hasPrefix("::") }.allSatisfy { $0.hasPrefix("::error file=") })
      #expect(lines.filter { $0.hasPrefix("::error file=") }.count == 3, "\(outcome.output)")
      #expect(!outcome.output.unicodeScalars.contains("\u{202E}"))
    }
  }

  @Test("a full disk is told, the old file stays, and the rest is written")
  func fullDisk() throws {
    try inFolder(["a.outage": Self.violated]) { folder, shell in
      let outcome = try shell("outage test a.outage --format junit=/dev/full --format json=r.json")
      #expect(outcome.code == 66 && outcome.output.contains("/dev/full: No space left on device"))
      #expect(outcome.output.contains("1 violated"))
      #expect(try text(folder, "r.json").hasSuffix("}\n"))
      let limited = try shell("echo old > r.xml; ulimit -f 0; outage test a.outage --format junit=r.xml | tail -1; ls -a")
      #expect(limited.output.contains("r.xml: File too large") && !limited.output.contains(".outage-"), "\(limited.output)")
      #expect(try text(folder, "r.xml") == "old\n")
      for wrong in [
        "--format xml", "--format junit=", "--format junit --format json", "--format junit=x --format json=x", "--seeds 5..1",
        "--seeds x", "--seeds 1..20000", "--seeds ''", "--max-states 0", "--max-memory 1M", "--workers 0",
      ] {
        #expect(try shell("outage test a.outage \(wrong)").code == 64, "\(wrong)")
      }
    }
  }

  // MARK: Pinned results

  @Test("what is pinned is compared, and a damaged file is no pass")
  func pinned() throws {
    try inFolder(["t/a.outage": Self.holds, "t/big.outage": Self.endless, "t/bad.outage": "var x = y\n"]) { folder, shell in
      let limit = "--max-states 1000"
      #expect(try shell("outage test t/big.outage \(limit)").code == 2)
      #expect(try shell("outage test t \(limit) --update").code == 65)
      #expect(try shell("ls t/*.expected").output == "t/a.expected\nt/big.expected\n")
      let again = try shell("outage test t/a.outage t/big.outage \(limit)")
      #expect(again.code == 0 && again.output.contains("unknown, as pinned"), "\(again.output)")
      // Other seeds and a larger search are not what was pinned.
      #expect(try shell("outage test t/a.outage --seeds 2").code == 0)
      #expect(try shell("outage test t/big.outage --max-states 2000").code == 1)
      let before = try text(folder, "t/a.expected")
      let changed = try shell("sed -i 's/p.2./p[1]/' t/a.outage; outage test t/a.outage; echo $?; outage test t/a.outage --update; echo $?; outage test t/a.outage; echo $?")
      #expect(changed.output.split(separator: "\n").filter { Int($0) != nil } == ["1", "0", "0"], "\(changed.output)")
      #expect(changed.output.contains("not as pinned") && changed.output.contains("    - search: "))
      for damaged in [String(before.dropLast(6)), "", "garbage\n", String(before.dropFirst(5)), "\u{0}\u{FF}"] {
        try damaged.write(to: folder.appending(path: "t/a.expected"), atomically: true, encoding: .utf8)
        let outcome = try shell("outage test t/a.outage")
        #expect(outcome.code == 66 && outcome.output.contains("t/a.expected: "), "\(outcome.output)")
      }
      let folderInstead = try shell("rm t/a.expected; mkdir t/a.expected; outage test t/a.outage; echo $?; outage test t/a.outage --update; echo $?")
      #expect(folderInstead.output.split(separator: "\n").filter { Int($0) != nil } == ["66", "66"], "\(folderInstead.output)")
    }
  }

  // MARK: Ends

  @Test("a time that is up and a signal end it with what was found")
  func ends() throws {
    var scripts = ["a.outage": Self.violated]
    for k in 0..<8 { scripts["b\(k).outage"] = "clock 10:00 for 10h tick 1ms\nvar n = 0\nprocess p { loop { wait 1us; n = n + 1 } }\n" }
    try inFolder(scripts) { folder, shell in
      let timed = try shell("timeout 20 outage test . --max-time 1s --format junit=r.xml --update")
      #expect(timed.code == 1, "\(timed.output)")
      #expect(timed.output.contains("the limit of wall-clock time was reached") && timed.output.contains("1 violated, 8 unknown"))
      #expect(try text(folder, "r.xml").hasSuffix("</testsuites>\n"))
      #expect(try shell("ls *.expected 2> /dev/null").output == "")
      let killed = try shell("timeout --preserve-status -s INT 1 outage test .")
      #expect(killed.code == 130 && killed.output.contains("interrupted"), "\(killed)")
    }
  }
}
