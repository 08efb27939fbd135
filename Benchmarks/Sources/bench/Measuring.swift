import Foundation

/// A workload as measured.
struct Measured {
  /// Events of a run of all variants, and the CPU seconds of each repetition.
  var events = 0.0
  var cpu: [Double] = []
  var memory = 0.0
  var reports: [(variant: String?, report: Report)] = []
  /// What a peer printed the first time.
  var lines: [PeerLine] = []
  var wrong: [String] = []
  /// Events a second of CPU.
  var rate: Double { events / median(cpu) }
}

struct Bench {
  let program: String
  let folder: String

  func command(_ w: Workload, _ variant: String?) -> [String] {
    var c = [program, "run", folder + "/Workloads/" + w.script + ".outage", "--workers", "1", "--format", "json"]
    for s in w.settings { c += ["--set", s] }
    if let variant { c += ["--variant", variant] }
    return c + w.arguments
  }

  /// Runs a workload once: every variant.
  func run(_ w: Workload, into m: inout Measured) {
    let isFirst = m.cpu.isEmpty
    var cpu = 0.0
    for variant in w.variants {
      guard let done = Subprocess(command(w, variant)),
        let report = try? JSONDecoder().decode(Report.self, from: done.output)
      else {
        m.wrong.append("does not run")
        return
      }
      cpu += done.cpu
      m.memory = max(m.memory, done.memory)
      if isFirst {
        m.events += w.events(report)
        m.reports.append((variant, report))
        if let wrong = w.check(report, variant) { m.wrong.append(wrong) }
      }
    }
    m.cpu.append(cpu)
    if isFirst, m.memory > w.memory { m.wrong.append("\(Int(m.memory)) MiB") }
  }

  /// Runs a peer once. Compiled ones by their CPU time; the others by their own clock, which leaves out
  /// the start, or by CPU time where others held the processor.
  func run(_ rival: Rival, _ peers: Peers, into m: inout Measured) {
    var cpu = 0.0
    var events = 0.0
    let isFirst = m.cpu.isEmpty
    for arguments in rival.arguments {
      guard let command = peers.command(rival.program, arguments), let done = Subprocess(command) else { return }
      let printed = PeerLine.lines(done.output)
      if printed.isEmpty { return }
      let isCompiled = rival.program != .simpy && rival.program != .cimba
      cpu += isCompiled ? done.cpu : min(done.cpu, printed.reduce(0) { $0 + $1.wall_s })
      events += printed.reduce(0) { $0 + $1.events }
      m.memory = max(m.memory, done.memory)
      if isFirst { m.lines += printed }
    }
    m.events = events
    m.cpu.append(cpu)
  }
}
