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

/// What the process says and with which code it ends (docs/commands.md: verdicts and exit codes).
enum Exit {
  static let holds: Int32 = 0
  static let violated: Int32 = 1
  static let unknown: Int32 = 2
  static let usage: Int32 = 64
  static let script: Int32 = 65
  static let file: Int32 = 66
  static let fault: Int32 = 70
  static let interrupted: Int32 = 130
}

enum Console {
  static func out(_ text: String) {
    // A closed pipe is the reader's choice, not an error.
    if !Files.put(text, to: 1) { quit(errno == EPIPE ? Exit.holds : Exit.file) }
  }

  static func error(_ text: String) { Files.put(text, to: 2) }

  /// A message that may quote what a user or a file wrote: none of it moves the cursor.
  static func tell(_ text: String) { error(Escape.lines(text)) }

  static func quit(_ code: Int32) -> Never { exit(code) }

  /// Colour on a terminal, unless the user said no (no-color.org).
  static func wantsColor(_ file: Int32) -> Bool {
    if let no = variable("NO_COLOR"), !no.isEmpty { return false }
    return isTerminal(file)
  }

  static func isTerminal(_ file: Int32) -> Bool { isatty(file) == 1 && variable("TERM") != "dumb" }

  static func variable(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }

  /// Whether the terminal or the locale shows more than ASCII.
  static var showsUnicode: Bool {
    for name in ["LC_ALL", "LC_CTYPE", "LANG"] {
      guard let value = variable(name), !value.isEmpty else { continue }
      let lower = value.lowercased()
      return lower.contains("utf-8") || lower.contains("utf8")
    }
    return true
  }

  /// Columns of the terminal, else 100.
  static var width: Int {
    var size = winsize()
    if isatty(1) == 1, ioctl(1, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 {
      return min(200, max(40, Int(size.ws_col)))
    }
    return 100
  }

  /// Bytes of memory that the process has now, where the system tells (proc(5)); else 0.
  static var residentBytes: Int {
    guard let text = try? Files.read("/proc/self/statm", limit: 1 << 10) else { return 0 }
    let pages = String(decoding: text, as: UTF8.self).split(separator: " ")
    return pages.count > 1 ? (Int(pages[1]) ?? 0) * sysconf(Int32(_SC_PAGESIZE)) : 0
  }

  static var cores: Int { max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))) }

  static func report(_ diagnostics: [Diagnostic], _ files: [SourceFile]) {
    let renderer = DiagnosticRenderer(files: files, color: wantsColor(2))
    for d in diagnostics { error(renderer.render(d) + "\n") }
    let errors = diagnostics.count { $0.severity == .error }
    if errors > 1 { error("\(errors) errors\n") }
  }

  static func fail(_ code: Int32, _ message: String, help: String? = nil) -> Never {
    tell("outage: \(message)\n")
    if let help { tell("  \(help)\n") }
    quit(code)
  }

  /// Ends the process with why a script was not run, searched or walked.
  static func refuse(_ problem: RunProblem, _ source: Source) -> Never {
    switch problem {
    case .usage(let problem): fail(Exit.usage, problem.message, help: problem.help)
    case .script(let diagnostics):
      report(diagnostics, source.files)
      quit(diagnostics.areOfALimit ? Exit.unknown : Exit.script)
    case .budget(let what, let limit): fail(Exit.unknown, "the budget of \(what) is used up: \(limit)")
    case .failed(let failure): fail(Exit.script, failure.message)
    case .interrupted: leave()
    }
  }

  /// Ends the process before there was anything to tell: the user wanted no more of it, or its time is up.
  static func leave() -> Never {
    if Interrupt.seen.load(ordering: .relaxed) { fail(Exit.interrupted, "interrupted") }
    fail(Exit.unknown, "the limit of wall-clock time was reached before anything ran")
  }

  /// `name=value` options as pairs.
  static func settings(_ texts: [String]) -> [(String, String)] {
    texts.map { text in
      guard let equal = text.firstIndex(of: "="), equal != text.startIndex else {
        fail(Exit.usage, "--set \(text)", help: "write --set name=value")
      }
      return (String(text[..<equal]), String(text[text.index(after: equal)...]))
    }
  }

  /// The number of threads asked for; without a wish the cores.
  static func workers(_ wanted: Int?) -> Int {
    let workers = wanted ?? cores
    if workers < 1 || workers > 1024 { fail(Exit.usage, "--workers \(workers)", help: "from 1 to 1024") }
    return workers
  }

  /// Bytes as typed, at least so many megabytes.
  static func bytes(_ text: String, _ option: String, megabytes: Int = 1) -> Int {
    guard let bytes = Amount.bytes(text), bytes >= megabytes << 20 else {
      fail(Exit.usage, "\(option) \(text)", help: "bytes, such as 512M or 6G; at least \(megabytes)M")
    }
    return bytes
  }

  /// Reads and checks a script; ends the process when that cannot be done.
  /// - Parameter deadline: as of `wallSeconds`.
  static func source(_ path: String, deadline: Double = .infinity) -> Source {
    let text: [UInt8]
    do { text = try Files.read(path, limit: Limits.sourceBytes + 1) } catch {
      fail(Exit.file, "\(path): \(error.reason)")
    }
    let source = Source(
      name: path == "-" ? "standard input" : path, text: text,
      interruption: Interruption(when: { Interrupt.isDue(deadline) }), load: Files.load)
    if source.isInterrupted { leave() }
    return source
  }
}

/// Ctrl-C: the run ends at the next window; a second one ends the process.
enum Interrupt {
  static let seen = Atomic<Bool>(false)

  /// The user wants no more of it, or a time is up.
  static func isDue(_ deadline: Double) -> Bool {
    seen.load(ordering: .relaxed) || deadline < .infinity && wallSeconds() > deadline
  }

  static func watch() {
    signal(SIGPIPE, SIG_IGN)
    signal(SIGINT) { _ in
      if Interrupt.seen.exchange(true, ordering: .relaxed) { _exit(Exit.interrupted) }
    }
  }
}

/// Wall-clock seconds from some fixed point.
func wallSeconds() -> Double {
  var t = timespec()
  clock_gettime(CLOCK_MONOTONIC, &t)
  return Double(t.tv_sec) + Double(t.tv_nsec) / 1e9
}
