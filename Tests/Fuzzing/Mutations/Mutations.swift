// Damaged scripts by the million: each is read, checked and printed, and what is still right is run for a while. A trap
// names the input that caused it. `make soak`; `mutations SEED FIRST COUNT FILE…`, `mutations SEED K print FILE…`.

import OutageEngine
import OutageKit
import OutageReport
import OutageSyntax
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

private let current = Atomic<Int>(0)

// A limit of CPU time: a busy machine starves what runs with a low priority.
#if canImport(Darwin)
  private let cpuTimer = ITIMER_PROF
#else
  private let cpuTimer = __itimer_which_t(ITIMER_PROF.rawValue)
#endif

@main struct Mutations {
  static func main() {
    let words = CommandLine.arguments
    guard words.count > 4, let seed = UInt64(words[1]), let first = Int(words[2]) else { return usage() }
    let seeds = Seeds(words[4...].map(read))
    if words[3] == "print" {
      return print(String(decoding: seeds.input(first, seed: seed), as: UTF8.self), terminator: "")
    }
    guard let count = Int(words[3]) else { return usage() }
    for trap in [SIGILL, SIGTRAP, SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGPROF] { signal(trap, report) }
    var ran = 0
    for k in first..<(first + count) {
      current.store(k, ordering: .relaxed)
      var limit = itimerval(it_interval: timeval(), it_value: timeval(tv_sec: 20, tv_usec: 0))
      setitimer(cpuTimer, &limit, nil)
      if tryInput(seeds.input(k, seed: seed)) { ran += 1 }
    }
    print("seed \(seed): \(count) inputs read, \(ran) of them run, no crash")
  }

  static func usage() { print("usage: mutations SEED FIRST COUNT|print FILE…") }

  /// Reads, checks and prints a text; runs it for a while if it is right.
  static func tryInput(_ text: [UInt8]) -> Bool {
    let source = Source(name: "mutation", text: text) { path, _ in
      path == "again" ? .success(LoadedFile(name: "again", text: text)) : .failure(LoadError("no such file"))
    }
    if let first = source.diagnostics.first {
      _ = DiagnosticRenderer(files: source.files, color: false).render(first)
    }
    if source.program == nil { return false }
    _ = format(SourceFile(name: "mutation", text: text))
    var options = RunOptions()
    options.budgets = Budgets(events: 300, memory: 16 << 20)
    var asked = 0
    options.halt = { _, _ in
      asked += 1
      return asked > 50 ? .timeIsUp(limit: "a moment") : .goOn
    }
    guard let result = try? source.run(options) else { return true }
    _ = renderJSON(result)
    _ = TextReport(width: 80, color: false, unicode: true).render(result)
    return true
  }

  static func read(_ path: String) -> [UInt8] {
    guard let file = fopen(path, "r") else { return [] }
    defer { fclose(file) }
    var bytes = [UInt8](repeating: 0, count: 1 << 16)
    let n = fread(&bytes, 1, bytes.count, file)
    return Array(bytes[..<n])
  }
}

/// In a signal handler: only what is safe there.
private func report(_ trap: Int32) {
  var digits: [10 of UInt8] = .init(repeating: UInt8(ascii: " "))
  var k = current.load(ordering: .relaxed)
  var at = 9
  repeat {
    digits[at] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: k % 10)
    k /= 10
    at -= 1
  } while k > 0 && at >= 0
  let words: StaticString = trap == SIGPROF ? "\nhangs: input" : "\ntraps: input"
  write(2, words.utf8Start, words.utf8CodeUnitCount)
  withUnsafeBytes(of: &digits) { _ = write(2, $0.baseAddress, 10) }
  write(2, "\n", 1)
  _exit(70)
}
