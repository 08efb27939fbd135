import Foundation
import OutageEngine
import OutageKit
import OutageModel
import Testing

import OutageREPL

/// Going back, acting, forking and saving never change what comes next.
@Suite struct ExactnessTests {
  static let scripts = ["docs/repl/leases.outage", "docs/repl/race.outage"]

  /// All that can be seen of a session's world.
  private func sight(_ desk: Desk) -> String {
    [":show", ":measures", ":properties", ":story 100000", ":trace 20"].map { desk.type($0) }.joined()
      + "\(desk.session.world.run.world.stateBytes) \(desk.session.world.run.world.events)"
  }

  private func desk(_ script: String, _ lines: String...) throws -> Desk {
    let desk = try Desk()
    for line in [":load \(script)"] + lines { desk.type(line) }
    return desk
  }

  @Test("a live world is the world of a run", arguments: scripts)
  func run(_ script: String) throws {
    let live = try desk(script, ":run").session.world.result()
    let text = try Data(contentsOf: Desk.root.appendingPathComponent(script))
    let run = try Source(name: script, text: Array(text)) { _, _ in .failure(LoadError("none")) }.run(RunOptions())
    #expect("\(live.story)" == "\(run.story)")
    #expect("\(live.measures) \(live.series) \(live.responses)" == "\(run.measures) \(run.series) \(run.responses)")
    #expect("\(live.properties)" == "\(run.properties)")
    #expect(live.counts.events == run.counts.events)
  }

  @Test("a question about the first tick has an answer, wherever in it the world stands")
  func firstTick() throws {
    let desk = try Desk()
    desk.output.files["first.outage"] = """
      var v = 2
      process p { loop { wait 300ms; v = (v + 1) mod 2 } }
      never "claim" { v == 7 }
      """
    desk.type(":load first.outage")
    desk.type(":event 1")
    #expect(desk.type(":why claim").contains("v = 1, was 2 until 300ms by p"))
    desk.type(":event 1")
    #expect(desk.type(":why claim").contains("v = 0, was 1 until 600ms by p"))
    desk.type(":step")
    #expect(desk.type(":why claim").contains("v = 1, was 0 until 900ms by p"))
    desk.type(":event 1")
    #expect(desk.type(":why claim").contains("v = 0, was 1 until 1.2s by p"))
  }

  @Test("files that a session comes from are written over only by force")
  func sparesItsFiles() throws {
    let desk = try Desk()
    desk.output.files["all.outage"] = "import \"part.outage\"\nprocess p { wait 1s }\n"
    desk.output.files["part.outage"] = "var x = 1\n"
    desk.type(":load all.outage")
    for file in ["all.outage", "part.outage"] {
      let text = desk.output.files[file]
      #expect(desk.type(":save \(file)").contains(":save! \(file)"))
      #expect(desk.type(":log \(file)").contains(":log! \(file)"))
      #expect(desk.output.files[file] == text)
    }
    #expect(desk.type(":log today.txt") == "")
    #expect(desk.type(":save today.txt").contains("is the log"))
    #expect(desk.type(":log off") == "")
    #expect(desk.type(":save! all.outage") == "1 line to all.outage\n")
    #expect(desk.output.files["all.outage"]?.contains(":load all.outage") == true)
    #expect(desk.type(":step! 3").contains("nothing that `!` would force"))
    #expect(desk.type(":sav! x").contains("there is no command :sav!"))
  }

  @Test("back and forward again gives the same bytes", arguments: scripts)
  func back(_ script: String) throws {
    let there = try desk(script, ":goto 8m")
    let expected = sight(there)
    let other = try desk(script, ":goto 8m", ":back 3", ":event 5", ":back", ":goto 1m", ":step", ":goto 8m")
    #expect(sight(other) == expected)
    let looking = try desk(script, ":goto 4m")
    for line in [":show", ":why the", ":plot 1 + 1", ":diff", "1 / 0", ":watch now", ":break 1 == 2"] {
      looking.type(line)
    }
    looking.type(":goto 8m")
    #expect(sight(looking) == expected)
  }

  @Test("events one by one lead where ticks lead", arguments: scripts)
  func events(_ script: String) throws {
    let stepped = try desk(script, ":goto 5m", ":event 40", ":step")
    let ticks = stepped.session.world.moment.ticks
    let tick = stepped.session.world.clock.tick / 1_000_000_000
    #expect(sight(stepped) == sight(try desk(script, ":goto \(ticks * tick)s")))
  }

  @Test("what was done by hand is done again on the way forward")
  func deeds() throws {
    let lines = [
      ":load docs/repl/leases.outage", ":goto 02:03", "crash dwfm[1]", ":goto 02:10",
      "service spare { servers 2; latency 1ms; work 10ms }", "load probes rate 1/s { call spare timeout 1s }",
      ":event 7", "restart dwfm[1]", "measure waiting = dwfm.queue.length", ":set recovery shed", ":goto 02:30",
    ]
    let desk = try Desk()
    for line in lines { #expect(!desk.type(line).contains("error"), "\(line)") }
    let expected = sight(desk)
    for line in [":goto 02:05", ":step", ":goto 02:01", ":goto 02:12", ":back until dwfm.up == 2", ":goto 02:30"] {
      #expect(!desk.type(line).contains("error"), "\(line)")
    }
    #expect(sight(desk) == expected)
    #expect(desk.type("probes.ok > 0").contains("true"))
  }

  @Test("items join a live world and leave the rest of it alone")
  func items() throws {
    let plain = try desk("docs/repl/race.outage", ":goto 23:45")
    let grown = try desk(
      "docs/repl/race.outage", ":goto 23:41", "var note = 3", "process clerk { loop { wait 7s; note = note + 1 } }",
      "queue jobs", "at 23:43 { jobs.put(1) }", "never \"too many\" { note > 1000 }", ":goto 23:45")
    for line in ["endpoint.version", "regional.versions", "enactor[0].up", "enactor[1].up"] {
      #expect(plain.type(line) == grown.type(line))
    }
    #expect(grown.type("note") == "37\n")
    #expect(grown.type("jobs.length") == "1\n")
    #expect(grown.type(":properties").contains("too many"))
  }

  @Test("forks leave each other alone")
  func forks() throws {
    let desk = try desk("docs/repl/leases.outage", ":goto 02:10")
    let before = sight(desk)
    for line in [":fork other", ":switch other", "crash dwfm", ":goto 02:40", ":switch main"] { desk.type(line) }
    #expect(sight(desk) == before)
    desk.type(":goto 02:40")
    #expect(sight(desk) == sight(try self.desk("docs/repl/leases.outage", ":goto 02:40")))
    #expect(desk.type(":compare other").contains("they part at 02:10"))
  }

  @Test("a saved session replays to the same bytes")
  func saved() throws {
    let desk = try Desk()
    let lines = [
      ":load docs/repl/leases.outage", ":goto 02:10", "slow dwfm by 2 for 5m", ":fork calm",
      ":break droplet.active < 150",
      ":run", ":back 2", "restart db", ":switch calm", ":seed 7", ":set recovery shed", "let half = leases / 2",
      ":goto 02:35", ":watch dwfm.busy", ":run until 02:36", ":event 3",
    ]
    for line in lines { #expect(!desk.type(line).contains("error"), "\(line)") }
    #expect(desk.type(":save s.repl").contains("lines to s.repl"))
    let again = try Desk()
    let script = try #require(desk.output.files["s.repl"])
    for line in script.split(separator: "\n") { again.type(String(line)) }
    #expect(again.session.prompt == desk.session.prompt)
    #expect(sight(again) == sight(desk))
    for one in [again, desk] { one.type(":switch main") }
    #expect(sight(again) == sight(desk))
  }

  @Test("a stop stands right after the event that met it, and says whose it was")
  func stops() throws {
    let desk = try Desk()
    desk.type("var x = 0\nprocess p { wait 100ms; x = 1; wait 200ms; x = 2 }")
    desk.type(":watch x")
    #expect(desk.type(":run").contains("100ms  tick 0 + 1 event  stop 1: watch x: 0 -> 1, by p"))
    #expect(desk.type("x") == "1\n")
    #expect(desk.type(":run").contains("300ms  tick 0 + 2 events  stop 1: watch x: 1 -> 2, by p"))
    desk.type(":break now >= 5s")
    #expect(desk.type(":run").contains("5s  tick 5  stop 2: break now >= 5s\n"))
  }

  @Test(
    "a stop finds what comes and goes between two ticks, where single events find it",
    arguments: [
      (scripts[0], "dwfm[0].busy == 2", 1), (scripts[0], "db.busy == 1", 2), (scripts[1], "enactor[0].up", 1),
      (scripts[1], "endpoint.version > 1", 2), (scripts[0], "db.busy == 1 and dwfm.busy == 2", 1),
      (scripts[0], "dwfm[0].queue.length == dwfm[1].queue.length", 2),
    ])
  func betweenTicks(_ script: String, _ condition: String, _ workers: Int) throws {
    let oracle = try desk(script)
    var options = LiveOptions()
    options.workers = workers
    let other = try Desk(options)
    for line in [":load \(script)", ":break \(condition)"] { other.type(line) }
    var was = oracle.type(condition)
    for _ in 0..<5 {
      var now = was
      var events = 0
      repeat {
        was = now
        oracle.type(":event")
        now = oracle.type(condition)
        events += 1
      } while !(was == "false\n" && now == "true\n") && events < 200 && !oracle.session.world.isOver
      if events == 200 || oracle.session.world.isOver { break }
      was = now
      #expect(other.type(":run").contains("stop 1"))
      #expect(other.session.world.moment == oracle.session.world.moment)
    }
  }

  @Test("stops that are not met leave no trace", arguments: scripts)
  func unmetStops(_ script: String) throws {
    let plain = try desk(script, ":run")
    let isFirst = script == Self.scripts[0]
    let conditions = isFirst ? ["db.busy == 77", "db.busy == 77 and dwfm.busy == 77"] : ["endpoint.version == 77"]
    for condition in conditions {
      let watched = try desk(script, ":break \(condition)", ":run")
      #expect(watched.type(":list").contains(condition))
      #expect(sight(watched) == sight(plain))
    }
  }

  @Test("a value of several islands is followed whatever its form, and without missing a change")
  func severalIslands() throws {
    let text =
      "var a = 0\nvar b = 0\nprocess p { loop { wait 300ms; a = 1; wait 100ms; a = 0 } }\n"
      + "process q { wait 50ms; loop { wait 300ms; b = 1; wait 100ms; b = 0 } }"
    let changes = [
      (0, "300ms", "1 0"), (0, "350ms", "1 1"), (0, "400ms", "0 1"), (0, "450ms", "0 0"), (0, "700ms", "1 0"),
    ]
    for workers in [1, 2] {
      var options = LiveOptions()
      options.workers = workers
      let desk = try Desk(options)
      desk.type(text)
      #expect(desk.type(":graph").contains("2 islands"))
      desk.type(":watch \"{a} {b}\"")
      for (_, time, value) in changes {
        let answer = desk.type(":run")
        #expect(answer.hasPrefix(time) && answer.contains("-> \(value), by "), "\(answer)")
      }
      desk.type(":delete 1")
      desk.type(":break a == 1 and b == 1")
      for time in ["750ms", "1.15s", "1.55s", "1.95s"] { #expect(desk.type(":run").hasPrefix("\(time)  ")) }
    }
  }

  @Test("of two islands at one time the first comes first")
  func islandsAtOneTime() throws {
    let desk = try Desk()
    desk.type("var a = 0\nvar b = 0\nprocess q { wait 100ms; b = 1 }\nprocess p { wait 100ms; a = 1 }")
    desk.type(":watch \"{a} {b}\"")
    #expect(desk.type(":run").contains("0 0 -> 1 0, by p"))
    #expect(desk.type(":run").contains("1 0 -> 1 1, by q"))
  }

  @Test("a stop goes on over what is typed within a tick")
  func stopsOverDeeds() throws {
    let desk = try Desk()
    desk.type("var x = 0\nprocess p { loop { wait 300ms; x = 1; wait 100ms; x = 0 } }")
    desk.type(":break x == 1")
    #expect(desk.type(":run").contains("300ms  tick 0 + 1 event  stop 1"))
    desk.type("var y = 0\nprocess q { loop { wait 50ms; y = y + 1 } }")
    #expect(desk.type(":run").contains("700ms"))
    desk.type(":back 1")
    desk.type(":goto 0s")
    for time in ["300ms", "700ms", "1.1s", "1.5s"] { #expect(desk.type(":run").contains("\(time)  tick")) }
    #expect(desk.type("y") == "23\n")
  }

  @Test("a load that is interrupted or ends midway leaves the session as it was")
  func interruptedLoad() throws {
    let desk = try desk("docs/repl/leases.outage", ":goto 02:10", "crash dwfm[1]", ":break droplet.active < 3")
    let before = sight(desk)
    desk.output.interruptsAtRead = true
    for line in [":load docs/repl/race.outage", ":reload"] {
      #expect(desk.type(line).contains("interrupted; the world is as it was before"), "\(line)")
      #expect(desk.output.isInterrupted)
      desk.output.isInterrupted = false
    }
    desk.output.interruptsAtRead = false
    let whole = try String(contentsOf: Desk.root.appendingPathComponent("docs/repl/race.outage"), encoding: .utf8)
    desk.output.files["half.outage"] = String(whole.prefix(whole.count / 2))
    desk.output.files["lost.outage"] = "import \"nowhere.outage\"\n" + whole
    for line in [":load half.outage", ":load lost.outage"] { #expect(desk.type(line).contains("error"), "\(line)") }
    #expect(desk.type(":list").contains("droplet.active < 3"))
    #expect(sight(desk) == before)
    desk.type(":goto 02:20")
    #expect(
      sight(desk)
        == sight(try self.desk("docs/repl/leases.outage", ":goto 02:10", "crash dwfm[1]", ":goto 02:20")))
  }

  @Test("labels beyond the sixty-fourth stop, and those that share a bit with them do not")
  func manyLabels() throws {
    let desk = try Desk()
    desk.type("var x = 0\nprocess p {\n" + (1...70).map { "wait 1s; l\($0): x = \($0)" }.joined(separator: "\n") + " }")
    desk.type(":break l70")
    #expect(desk.type(":run").contains("stop 1: break l70"))
    #expect(desk.type("x") == "69\n")
  }

  @Test("an interrupted run stops at a tick and goes on as if it had not been")
  func interrupted() throws {
    let desk = try desk("docs/repl/leases.outage", ":goto 02:10")
    desk.output.isInterrupted = true
    #expect(desk.type(":run").contains("interrupted"))
    desk.output.isInterrupted = false
    #expect(desk.session.world.moment == Moment(ticks: 61))
    desk.type(":goto 02:40")
    #expect(sight(desk) == sight(try self.desk("docs/repl/leases.outage", ":goto 02:40")))
  }

  @Test(
    "every question can be interrupted, and leaves the world as it was",
    arguments: [
      ":trace 100000", ":plot dwfm.busy + 0", ":diff", ":why every lease is back", ":compare other",
      ":show", ":show dwfm", ":properties", ":measures", ":story 1000", ":list", ":forks",
    ])
  func interruptedLooks(_ line: String) throws {
    let desk = try desk("docs/repl/leases.outage", ":break db.busy == 7", ":fork other", ":goto 02:40", ":step 3")
    let before = sight(desk)
    desk.output.isInterrupted = true
    #expect(desk.type(line).contains("interrupted"))
    desk.output.isInterrupted = false
    #expect(sight(desk) == before)
    #expect(!desk.type(line).contains("interrupted"))
  }

  @Test("where single events were interrupted a saved session comes to")
  func interruptedEvents() throws {
    let desk = try desk("docs/repl/leases.outage", ":goto 02:10")
    desk.output.isInterrupted = true
    #expect(desk.type(":event 1000").contains("tick 60 + 1 event  interrupted"))
    desk.output.isInterrupted = false
    desk.type(":save s.repl")
    let again = try Desk()
    for line in try #require(desk.output.files["s.repl"]).split(separator: "\n") { again.type(String(line)) }
    #expect(again.session.world.moment == Moment(ticks: 60, events: 1))
    #expect(sight(again) == sight(desk))
  }

  @Test(
    "stops come in order of time, whatever they are",
    arguments: [
      // Before, with and after the labelled step of 500ms.
      ("x == 4", ["400ms  tick 0 + 4 events  stop 2", "400ms  tick 0 + 4 events  stop 1"]),
      ("x == 5", ["400ms  tick 0 + 4 events  stop 1", "500ms  tick 0 + 5 events  stop 2"]),
      ("x == 6", ["400ms  tick 0 + 4 events  stop 1", "600ms  tick 0 + 6 events  stop 2"]),
      ("x > 5", ["400ms  tick 0 + 4 events  stop 1", "600ms  tick 0 + 6 events  stop 2"]),
    ])
  func order(_ condition: String, _ wanted: [String]) throws {
    for workers in [1, 2] {
      var options = LiveOptions()
      options.workers = workers
      let desk = try Desk(options)
      desk.type("var x = 0\nprocess p { loop { wait 100ms; x = x + 1; if x == 4 { wait 100ms; half: x = 5 } } }")
      desk.type(":break half")
      desk.type(":break \(condition)")
      for stop in wanted { #expect(desk.type(":run").contains(stop)) }
      #expect(!desk.type(":run").contains("stop"))
    }
  }

  @Test(
    "what goes wrong when it is typed leaves the world as it was",
    arguments: [
      "x = 1; x = 3 div (x - 1)", "process q { x = 3 div x }\nx = 3 div x", "x = 4; log \"{1 div (x - 4)}\"",
      "var z = 0\nx = 3 div z",
    ], [0, 3])
  func failingAct(_ line: String, _ ticks: Int) throws {
    let desk = try Desk()
    desk.type("var x = 0\nprocess p { loop { wait 700ms } }")
    if ticks > 0 { desk.type(":step \(ticks)\n") }
    if ticks > 0 { desk.type(":event") }
    let before = sight(desk) + desk.session.prompt
    #expect(desk.type(line).contains("error[E0701]"))
    #expect(sight(desk) + desk.session.prompt == before)
    #expect(!desk.type(":step").contains("error"))
    #expect(desk.type("x") == "0\n")
  }

  @Test("a budget that runs out leaves the world as it was")
  func budget() throws {
    var options = LiveOptions()
    options.budgets.events = 3000
    let desk = try Desk(options)
    desk.type(":load docs/repl/leases.outage")
    desk.type(":step 10")
    let before = desk.type(":show")
    #expect(desk.type(":run").contains("budget of events ran out"))
    #expect(desk.session.world.moment == Moment(ticks: 10))
    #expect(desk.type(":show") == before)
  }

  @Test("bad lines leave a session as it was")
  func badLines() throws {
    let desk = try desk("docs/repl/race.outage", ":goto 23:41")
    let before = sight(desk)
    let lines = [
      String(repeating: "x", count: 2 << 20), "a\0b", ":stp", ":goto never", ":back -1", ":load nowhere.outage",
      "crash nobody", "process p { loop { } ", ":set fix 3", ":set nothing 3", "\u{1B}[A", ":switch nowhere",
      ":delete 9",
      ":break endpoint.version", ":reset --set", "var endpoint = 3", ":", "::", ":help x y z", "any 1..6",
    ]
    for line in lines { #expect(desk.type(line).contains("error"), "\(line.prefix(40))") }
    #expect(sight(desk) == before)
  }

  @Test(
    "complaints say what was meant",
    arguments: [
      ("help", "commands begin with a colon: :help"), ("run until 02:25", "commands begin with a colon: :run"),
      ("nonsense", "unknown name 'nonsense'"), (":set", "set what?"), (":set recovery", "set recovery to what?"),
      (":switch", "which fork?"), (":compare", "which fork?"), (":compare main", "main is this fork"),
      (":switch nowhere", "there is no fork nowhere"),
    ])
  func complaints(_ line: String, _ words: String) throws {
    let desk = try desk("docs/repl/leases.outage", ":fork other")
    #expect(desk.type(line).contains(words))
    #expect(!desk.type("nonsense").contains("colon"))
  }

  @Test("snapshots stay within their memory")
  func memory() throws {
    var options = LiveOptions()
    options.snapshotBytes = 2 << 20
    let desk = try Desk(options)
    desk.type(":load docs/repl/leases.outage")
    for _ in 0..<30 { desk.type(":step 10") }
    #expect(desk.session.world.snapshotBytes <= 3 << 20)
    desk.type(":goto 02:10")
    #expect(desk.session.world.moment == Moment(ticks: 60))
  }
}
