import Foundation

private let usage = """
  usage: bench PROGRAM FOLDER [--peers FOLDER] [--pairs N] [--only TEXT]
    PROGRAM   the outage program
    FOLDER    the folder with Workloads/
    --peers   sets the simulators of this folder beside the project, the C reference in turns with it
    --pairs   how many times each is run (3); medians count
    --only    workloads whose name has TEXT in it

  """

func runBenchmarks(_ arguments: [String]) -> Int32 {
  var positional: [String] = []
  var options: [String: String] = [:]
  var k = 1
  while k < arguments.count {
    if arguments[k].hasPrefix("--"), k + 1 < arguments.count {
      options[arguments[k]] = arguments[k + 1]
      k += 2
    } else {
      positional.append(arguments[k])
      k += 1
    }
  }
  guard positional.count == 2, options.keys.allSatisfy(["--peers", "--pairs", "--only"].contains) else {
    print(usage)
    return 64
  }
  let bench = Bench(program: positional[0], folder: positional[1])
  let pairs = max(1, Int(options["--pairs"] ?? "") ?? 3)
  let only = options["--only"] ?? ""
  let peers = options["--peers"].map(Peers.init)
  var isGood = true

  var ours = Table("workload", "events", "CPU s", "events/s", "MiB", "checks")
  var beside = Table("workload", "peer", "ours ev/s", "theirs ev/s", "ratio", "needed", "aim", "verdict")
  for w in workloads where only.isEmpty || w.name.contains(only) {
    var m = Measured()
    var others = w.rivals.map { _ in Measured() }
    // In turns, so that both see the same machine; slow peers once.
    for turn in 0..<(w.memory.isFinite ? 1 : pairs) {
      bench.run(w, into: &m)
      guard let peers else { continue }
      for (k, rival) in w.rivals.enumerated() where turn == 0 || rival.program == Rival.Program.heap {
        bench.run(rival, peers, into: &others[k])
      }
    }
    for (k, rival) in w.rivals.enumerated() where !others[k].cpu.isEmpty {
      let quotient = m.rate / others[k].rate
      if rival.program == Rival.Program.heap {
        for line in others[k].lines {
          guard let mine = m.reports.first(where: { $0.variant == nil || $0.variant == line.variant }) else { continue }
          if let wrong = w.compare(mine.report, line) { m.wrong.append(wrong) }
        }
      }
      let isEnough = quotient >= rival.atLeast
      isGood = isGood && isEnough
      let verdict = !isEnough ? "too slow" : rival.aim.map { quotient >= $0 ? "aim reached" : "enough" } ?? "enough"
      beside.add(
        w.name, rival.program.rawValue, amount(m.rate), amount(others[k].rate), ratio(quotient),
        ratio(rival.atLeast), rival.aim.map(ratio) ?? "", verdict)
    }
    isGood = isGood && m.wrong.isEmpty
    ours.add(
      w.name, amount(m.events), String(format: "%.3f", median(m.cpu)), amount(m.rate), String(format: "%.0f", m.memory),
      m.wrong.isEmpty ? "hold" : m.wrong.joined(separator: "; "))
    FileHandle.standardError.write(Data((w.name + "\n").utf8))
  }
  if only.isEmpty || "islands".contains(only) { isGood = measureIslands(bench, pairs) && isGood }
  if only.isEmpty || "ten lines".contains(only) { isGood = measureStart(bench, pairs) && isGood }
  isGood = bench.measureExplorations(only, pairs, peers) && isGood
  print(ours.text)
  if let peers {
    print(beside.text)
    if !peers.missing.isEmpty { print("not set up: \(peers.missing.joined(separator: ", "))") }
  }
  return isGood ? 0 : 1
}

/// Two workers against one on sixteen islands: wall time, in turns.
private func measureIslands(_ bench: Bench, _ pairs: Int) -> Bool {
  var walls: [[Double]] = [[], []]
  for _ in 0..<pairs {
    for workers in [1, 2] {
      let script = bench.folder + "/Workloads/islands.outage"
      guard let done = Subprocess([bench.program, "run", script, "--workers", "\(workers)"]) else { return false }
      walls[workers - 1].append(done.wall)
    }
  }
  let quotient = median(walls[0]) / median(walls[1])
  let verdict = quotient < 1.7 ? "too slow" : quotient < 1.9 ? "enough" : "aim reached"
  print("sixteen islands, 2 workers against 1: \(ratio(quotient)) times (needed 1.7, aim 1.9): \(verdict)")
  return quotient >= 1.7
}

/// A ten-line script, from the start of the process to its end.
private func measureStart(_ bench: Bench, _ pairs: Int) -> Bool {
  let runs = (0..<(5 * pairs)).compactMap { _ in
    Subprocess([bench.program, "run", bench.folder + "/Workloads/ten-lines.outage"])?.wall
  }
  let milliseconds = median(runs) * 1000
  let verdict = milliseconds > 30 ? "too slow" : milliseconds > 10 ? "enough" : "aim reached"
  print(
    "a ten-line script, whole process: \(String(format: "%.1f", milliseconds)) ms (needed 30, aim 10): \(verdict)\n")
  return milliseconds <= 30
}
