// What a damaged script does not reach: extreme numbers in right scripts, parameters at their extremes, a prompt that is
// typed at without sense, damaged counterexamples, and calls of the library in any order. Input k of a seed is the same
// everywhere; a trap or a hang names it. `sequences MODE SEED FIRST COUNT FILE…`; with `print` for the count it shows the
// input. `make sequences`, and a standing set of seeds in `make soak`.

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

enum Mode: String, CaseIterable {
  case numbers, settings, prompt, replay, library

  /// What an input is, as text, and what it does.
  func input(_ dice: inout Dice, _ scripts: Scripts) -> any Input {
    switch self {
    case .numbers: NumbersInput(&dice, scripts)
    case .settings: SettingsInput(&dice, scripts)
    case .prompt: PromptInput(&dice, scripts)
    case .replay: ReplayInput(&dice, scripts)
    case .library: LibraryInput(&dice, scripts)
    }
  }
}

protocol Input {
  /// For people who look for the fault.
  var text: String { get }
  /// Must end by itself, without a trap; false: something was lost or disagrees.
  func isSound() -> Bool
}

@main struct Sequences {
  static func main() {
    let words = CommandLine.arguments
    guard words.count > 5, let mode = Mode(rawValue: words[1]), let seed = UInt64(words[2]), let first = Int(words[3])
    else { return usage() }
    let scripts = Scripts(words[5...].map { ($0, read($0)) })
    if words[4] == "print" {
      var dice = Dice(state: Dice.state(seed, first))
      return print(mode.input(&dice, scripts).text)
    }
    guard let count = Int(words[4]) else { return usage() }
    for trap in [SIGILL, SIGTRAP, SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGPROF] { signal(trap, report) }
    var unsound = 0
    for k in first..<(first + count) {
      current.store(k, ordering: .relaxed)
      var limit = itimerval(it_interval: timeval(), it_value: timeval(tv_sec: 20, tv_usec: 0))
      setitimer(cpuTimer, &limit, nil)
      var dice = Dice(state: Dice.state(seed, k))
      if !mode.input(&dice, scripts).isSound() {
        unsound += 1
        print("\(mode.rawValue) \(seed) \(k): something was lost, or two answers disagree")
      }
    }
    print("\(mode.rawValue), seed \(seed): \(count) inputs, no trap, \(unsound) of them unsound")
    if unsound > 0 { exit(1) }
  }

  static func usage() {
    let modes = Mode.allCases.map(\.rawValue).joined(separator: "|")
    print("usage: sequences \(modes) SEED FIRST COUNT|print FILE…")
    exit(64)
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
