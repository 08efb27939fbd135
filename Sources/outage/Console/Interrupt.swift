import OutageREPL
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// What ends work before it is done: a signal, or the time that it may take. A handler of a signal only notes what came;
/// whoever works long, or waits, asks here.
///
/// The first signal ends the work, and what was reached is told. A second one ends the process at once. At a prompt that
/// somebody types at, Ctrl-C ends one command, and the session goes on.
enum Interrupt {
  /// The first signal that ends the process; 0: none.
  private static let signal = Atomic<Int32>(0)
  /// When a signal came that ends at least the present command, ns; 0: none did.
  private static let noted = Atomic<Int64>(0)
  /// When the time is up, ns.
  private static let deadline = Atomic<Int64>(.max)
  private static let isPrompt = Atomic<Bool>(false)

  /// The process is to end.
  static var isDue: Bool {
    if signal.load(ordering: .relaxed) != 0 { return true }
    let end = deadline.load(ordering: .relaxed)
    return end < .max && now > end
  }

  /// What is done now is no longer wanted.
  static var isSet: Bool { noted.load(ordering: .relaxed) != 0 || isDue }

  /// What is done now must be left even where that costs more than to finish it. A prompt gives Ctrl-C a second.
  static var isOverdue: Bool {
    if isDue { return true }
    let noted = noted.load(ordering: .relaxed)
    return noted != 0 && now - noted > 1_000_000_000
  }

  static var isSignalled: Bool { signal.load(ordering: .relaxed) != 0 }

  /// Ctrl-C at a prompt; asking forgets it.
  static func take() -> Bool { noted.exchange(0, ordering: .relaxed) != 0 }

  /// With which code the process ends, if it is to end.
  static var code: Exit? {
    let signal = signal.load(ordering: .relaxed)
    if signal != 0 { return Exit(rawValue: 128 + signal) ?? .interrupted }
    return isDue ? .unknown : nil
  }

  /// The time that the process may take from now on.
  static func allow(seconds: Double) {
    deadline.store(now + Int64(min(seconds, 4e9) * 1e9), ordering: .relaxed)
  }

  /// Somebody types: from now on Ctrl-C ends a command and not the process.
  static func beginPrompt() {
    isPrompt.store(true, ordering: .relaxed)
    TerminalMode.remember()
    let resized: @convention(c) (Int32) -> Void = { _ in }
    handle(SIGWINCH, resized)
  }

  static func watch() {
    platformSignal(SIGPIPE, SIG_IGN)
    // A limit on the size of files is an error of the write.
    platformSignal(SIGXFSZ, SIG_IGN)
    // Whoever starts the program may hold back signals, and children inherit that.
    var heard = sigset_t()
    sigemptyset(&heard)
    for number in [SIGINT, SIGTERM, SIGHUP, SIGQUIT] { sigaddset(&heard, number) }
    sigprocmask(SIG_UNBLOCK, &heard, nil)
    let note: @convention(c) (Int32) -> Void = { Interrupt.note($0) }
    handle(SIGINT, note)
    handle(SIGTERM, note)
    if !isIgnored(SIGHUP) { handle(SIGHUP, note) }
    // The runtime would show its stack.
    handle(SIGQUIT) { _ in Interrupt.leaveAtOnce(.quit) }
  }

  private static func note(_ number: Int32) {
    let isForCommand = number == SIGINT && isPrompt.load(ordering: .relaxed)
    if noted.load(ordering: .relaxed) == 0 { noted.store(now, ordering: .relaxed) }
    if isForCommand { return }
    let (isFirst, _) = signal.compareExchange(expected: 0, desired: number, ordering: .relaxed)
    // Whoever sends one to a process and to its group sends it twice: that is still the first.
    if !isFirst, now - noted.load(ordering: .relaxed) > 200_000_000 {
      leaveAtOnce(Exit(rawValue: 128 + number) ?? .interrupted)
    }
  }

  private static func leaveAtOnce(_ code: Exit) -> Never {
    Leftover.remove()
    TerminalMode.restore()
    _exit(code.rawValue)
  }

  /// Without SA_RESTART: a wait for input ends.
  private static func handle(_ number: Int32, _ handler: @escaping @convention(c) (Int32) -> Void) {
    var action = sigaction()
    action.__sigaction_handler.sa_handler = handler
    sigaction(number, &action, nil)
  }

  private static func isIgnored(_ number: Int32) -> Bool {
    var old = sigaction()
    sigaction(number, nil, &old)
    return unsafeBitCast(old.__sigaction_handler.sa_handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
  }

  /// ns from some fixed point; a handler of signals may ask.
  private static var now: Int64 {
    var t = timespec()
    clock_gettime(CLOCK_MONOTONIC, &t)
    return Int64(t.tv_sec) * 1_000_000_000 + Int64(t.tv_nsec) + 1
  }
}

/// How the terminal was before a line was edited on it, for an end that comes in the midst of it.
private enum TerminalMode {
  private static let isKnown = Atomic<Bool>(false)
  /// Written once, before the handler of a signal may read it.
  nonisolated(unsafe) private static var mode = termios()

  static func remember() {
    if tcgetattr(0, &mode) == 0 { isKnown.store(true, ordering: .releasing) }
  }

  static func restore() {
    if isKnown.load(ordering: .acquiring) { tcsetattr(0, TCSANOW, &mode) }
  }
}

/// Wall-clock seconds from some fixed point.
func wallSeconds() -> Double {
  var t = timespec()
  clock_gettime(CLOCK_MONOTONIC, &t)
  return Double(t.tv_sec) + Double(t.tv_nsec) / 1e9
}

private func platformSignal(_ number: Int32, _ handler: sighandler_t?) { _ = signal(number, handler) }
