import Foundation

/// One search of orders: a script of the library, how many states it has, and the same model for Spin, for TLC and in C.
struct Exploration: Sendable {
  let name: String
  /// In `Scripts/`.
  let script: String
  let settings: [String]
  var arguments: [String] = []
  let states: Double
  /// Name and definitions of the peers' model.
  let model: String
  let defines: [String]
  /// States a second over Spin's: what is needed, and what is aimed at.
  let atLeast: Double
  let aim: Double
  /// The invariant of the model for TLC, and states a second over TLC's that are needed; nil: it is not measured.
  var tlc: (invariant: String, atLeast: Double)?
  /// Bytes of a state, of the whole process: exact storage, fingerprints; what is needed.
  var bytes: (exact: Double, compact: Double)?
}

/// `dns_race` with K enactors, E endpoints, P plans.
private func enactors(_ k: Int, _ e: Int, _ p: Int, _ variant: Int) -> [String] {
  ["K=\(k)", "E=\(e)", "P=\(p)", "G=1", "V=\(variant)"]
}

private func race(plans: Int, states: Double) -> Exploration {
  Exploration(
    name: "M1 enactors, \(plans) plans", script: "races/enactors",
    settings: ["enactors=3", "endpoints=3", "versions=\(plans)", "fix=refcount"], states: states, model: "dns_race",
    defines: enactors(3, 3, plans, 7), atLeast: 1.5, aim: 3, bytes: (64, 10))
}

let explorations = [
  race(plans: 5, states: 2_686_125), race(plans: 6, states: 8_305_230),
  Exploration(
    name: "M2 two-phase commit, 8", script: "models/two-phase-commit", settings: ["managers=8"], states: 1_745_408,
    model: "twophase", defines: ["N=8"], atLeast: 2, aim: 4, tlc: ("Agree", 20)),
  Exploration(
    name: "M2 philosophers, 12", script: "models/dining-philosophers", settings: ["philosophers=12"],
    arguments: ["--all"], states: 531_440, model: "phils", defines: ["N=12"], atLeast: 2, aim: 4, tlc: ("Apart", 20)),
]

/// The eight ways to close the enactors' race, with the length of the shortest counterexample (0: it holds).
private let eight = [
  ("none", 12), ("compare_and_set", 12), ("seed", 14), ("check_then_delete", 13), ("atomic_delete", 12), ("retry", 0),
  ("conditional", 0), ("refcount", 0),
]

/// What `outage explore --format json` says, as far as the benchmarks read it.
private struct ExploreReport: Decodable {
  struct Row: Decodable {
    let verdict: String
    let states: Double
    let bytes: Double
    let properties: [Property]
  }
  struct Property: Decodable {
    let trace: Trace?
  }
  struct Trace: Decodable { let steps: [Step] }
  struct Step: Decodable {}
  let explorations: [Row]
}

private struct Explored {
  let row: ExploreReport.Row
  let cpu: Double
  let wall: Double
  let memory: Double
}

extension Bench {
  private func explore(_ script: String, _ settings: [String], _ arguments: [String]) -> Explored? {
    let path = folder + "/../Scripts/" + script + ".outage"
    let command = [program, "explore", path, "--format", "json"] + settings.flatMap { ["--set", $0] } + arguments
    guard let done = Subprocess(command),
      let report = try? JSONDecoder().decode(ExploreReport.self, from: done.output), let row = report.explorations.first
    else { return nil }
    return Explored(row: row, cpu: done.cpu, wall: done.wall, memory: done.memory)
  }

  /// The searches of orders, beside Spin, TLC and the reference in C; true when all is fast enough.
  func measureExplorations(_ only: String, _ pairs: Int, _ peers: Peers?) -> Bool {
    var isGood = true
    var ours = Table("search", "states", "CPU s", "states/s", "B/state", "compact", "2 workers", "checks")
    var beside = Table("search", "peer", "ours states/s", "theirs", "ratio", "needed", "aim", "whole CPU s", "theirs")
    for e in explorations where only.isEmpty || e.name.contains(only) {
      var cpu: [Double] = []
      var walls: [[Double]] = [[], []]
      var memory = 0.0
      var wrong: [String] = []
      for _ in 0..<pairs {
        for workers in [1, 2] {
          guard let done = explore(e.script, e.settings, e.arguments + ["--workers", "\(workers)"]) else {
            wrong = ["does not run"]
            continue
          }
          walls[workers - 1].append(done.wall)
          if done.row.states != e.states { wrong = ["\(done.row.states) states, expected \(e.states)"] }
          if workers == 1 {
            cpu.append(done.cpu)
            memory = max(memory, done.memory)
          }
        }
      }
      guard !cpu.isEmpty, let compact = explore(e.script, e.settings, e.arguments + ["--compact", "--workers", "1"])
      else {
        isGood = false
        continue
      }
      if compact.row.states != e.states { wrong.append("\(compact.row.states) states with --compact") }
      let exactBytes = memory * 1_048_576 / e.states
      if let bytes = e.bytes, exactBytes > bytes.exact { wrong.append("more than \(Int(bytes.exact)) bytes a state") }
      if let bytes = e.bytes, compact.row.bytes / e.states > bytes.compact {
        wrong.append("more than \(Int(bytes.compact)) bytes a state with --compact")
      }
      let rate = e.states / median(cpu)
      ours.add(
        e.name, amount(e.states), String(format: "%.3f", median(cpu)), amount(rate), String(format: "%.1f", exactBytes),
        String(format: "%.1f", compact.row.bytes / e.states), ratio(median(walls[0]) / median(walls[1])),
        wrong.isEmpty ? "hold" : wrong.joined(separator: "; "))
      isGood = isGood && wrong.isEmpty
      if let peers { isGood = peers.set(e, beside: (rate, median(cpu)), &beside) && isGood }
      FileHandle.standardError.write(Data((e.name + "\n").utf8))
    }
    if only.isEmpty || "M1 eight".contains(only) { isGood = measureEight(pairs) && isGood }
    print(ours.text)
    print("B/state: peak memory of the process; compact: what the search keeps with --compact.\n")
    if peers != nil { print(beside.text) }
    return isGood
  }

  /// Whole commands, from the script's text to the verdict.
  private func measureEight(_ pairs: Int) -> Bool {
    var isGood = true
    var table = Table("M1, 2 enactors, 2 endpoints, 5 plans", "shortest", "wall ms", "needed", "aim")
    for (fix, length) in eight {
      let runs = (0..<pairs).compactMap { _ in
        explore("races/enactors", ["enactors=2", "endpoints=2", "versions=5", "fix=\(fix)"], [])
      }
      guard let first = runs.first else { return false }
      let found = first.row.properties.compactMap { $0.trace?.steps.count }.max() ?? 0
      // The least of them: what others do on the machine only adds.
      let wall = (runs.map(\.wall).min() ?? .infinity) * 1000
      isGood = isGood && found == length && wall < 200
      table.add(
        fix, found == 0 ? "holds" : "\(found)\(found == length ? "" : ", expected \(length)")",
        String(format: "%.0f", wall), "200", "50")
    }
    print(table.text)
    return isGood
  }
}

extension Peers {
  /// TLC, Spin, depth first and breadth first, and the reference in C, built for one model and run once.
  fileprivate func set(_ e: Exploration, beside ours: (rate: Double, cpu: Double), _ table: inout Table) -> Bool {
    var isGood = true
    let definitions = e.defines.map { "-D" + $0 }
    let reference = work + "/" + e.model
    let c = ["gcc", "-O3", "-march=native", "-w"]
    if Subprocess(c + definitions + ["-o", reference, folder + "/ref/" + e.model + ".c"])?.status == 0,
      let done = Subprocess([reference])
    {
      table.add(
        e.name, "C", amount(ours.rate), amount(e.states / done.cpu), ratio(ours.rate * done.cpu / e.states), "", "0.33",
        "", "")
    }
    if let needed = e.tlc, let theirs = tlc(e, needed.invariant) {
      let quotient = ours.rate * theirs / e.states
      isGood = quotient >= needed.atLeast
      table.add(
        e.name, "TLC", amount(ours.rate), amount(e.states / theirs), ratio(quotient), ratio(needed.atLeast), "", "", "")
    }
    let spins = [false, true].compactMap { spin(e, definitions, isBreadthFirst: $0) }
    guard let best = spins.min(by: { $0.run < $1.run }) else { return isGood }
    let quotient = ours.rate * best.run / e.states
    isGood = isGood && quotient >= e.atLeast && ours.cpu < best.whole
    table.add(
      e.name, "Spin", amount(ours.rate), amount(e.states / best.run), ratio(quotient), ratio(e.atLeast), ratio(e.aim),
      String(format: "%.2f", ours.cpu), String(format: "%.2f", best.whole))
    return isGood
  }

  /// Seconds of TLC with one worker, the start of its machine included; nil: it is not there.
  private func tlc(_ e: Exploration, _ invariant: String) -> Double? {
    guard let jar = tlcJar else { return nil }
    let place = work + "/tlc-" + e.model
    let configuration =
      "SPECIFICATION Spec\nINVARIANT \(invariant)\nCONSTANTS\n"
      + e.defines.map { "  " + $0.replacingOccurrences(of: "=", with: " = ") + "\n" }.joined()
    try? FileManager.default.removeItem(atPath: place)
    try? FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
    guard
      (try? FileManager.default.copyItem(
        atPath: folder + "/mc/" + e.model + ".tla", toPath: place + "/" + e.model + ".tla")) != nil,
      (try? configuration.write(toFile: place + "/" + e.model + ".cfg", atomically: true, encoding: .utf8)) != nil
    else { return nil }
    let command = "cd '\(place)' && java -Xmx10g -XX:+UseParallelGC -cp '\(jar)' tlc2.TLC -deadlock -cleanup -nowarning"
    guard let done = Subprocess(["sh", "-c", command + " -workers 1 \(e.model).tla"]), done.status == 0 else {
      return nil
    }
    let output = String(decoding: done.output, as: UTF8.self).replacingOccurrences(of: ",", with: "")
    return output.contains("\(Int(e.states)) distinct states found") ? done.wall : nil
  }

  /// CPU seconds of Spin's search, and with its translation and compilation.
  private func spin(_ e: Exploration, _ definitions: [String], isBreadthFirst: Bool) -> (run: Double, whole: Double)? {
    let place = work + "/spin"
    try? FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
    let model = folder + "/mc/" + e.model + ".pml"
    let flags = ["-DSAFETY", "-DNOREDUCE", "-DNOFAIR", "-DMEMLIM=20000"] + (isBreadthFirst ? ["-DBFS"] : [])
    let c = ["gcc", "-O3", "-march=native", "-w"] + flags + ["-o", "pan", "pan.c"]
    let shell = { (command: [String]) in
      Subprocess(["sh", "-c", "cd '\(place)' && " + command.map { "'\($0)'" }.joined(separator: " ")])
    }
    guard let translated = shell(["spin", "-a"] + definitions + [model]), translated.status == 0,
      let compiled = shell(c), compiled.status == 0,
      let done = shell(["./pan", "-E", "-n"] + (isBreadthFirst ? [] : ["-m1000000"]))
    else { return nil }
    return (done.cpu, translated.cpu + compiled.cpu + done.cpu)
  }
}
