import OutageEngine
import OutageKit
import OutageREPL
import OutageReport
import OutageSyntax

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// What the process says, and how it ends.
enum Console {
  /// The main thread alone writes.
  nonisolated(unsafe) private static var isClosed = false
  nonisolated(unsafe) private static var hasWritten = false

  /// A command that still has work to do, files to write and a verdict to end with goes on when nobody reads it any longer.
  nonisolated(unsafe) static var outlivesItsReader = false

  /// With which code it ends when nobody reads it any longer, and it does not go on.
  nonisolated(unsafe) static var codeWithoutReader: () -> Exit = { .closedPipe }

  static func out(_ text: String, endsWhenInterrupted: Bool = false) {
    if isClosed || text.isEmpty { return }
    hasWritten = true
    switch Files.put(text, to: 1, endsWhenInterrupted: endsWhenInterrupted) {
    case .done: return
    case .interrupted: quit(Interrupt.code ?? .interrupted)
    case .failed(EPIPE):
      isClosed = true
      if !outlivesItsReader { quit(codeWithoutReader()) }
    case .failed(let error):
      isClosed = true
      // A terminal that is gone takes its signal with it.
      if let code = Interrupt.code, error == EIO { quit(code) }
      fail(.file, "standard output: \(Files.Failure(error).reason)")
    }
  }

  static func error(_ text: String) { _ = Files.put(text, to: 2) }

  /// A message that may quote what a user or a file wrote: none of it moves the cursor.
  static func tell(_ text: String) { error(Escape.lines(text)) }

  static func quit(_ code: Exit) -> Never {
    Leftover.remove()
    // Some file systems say only now that there was no room.
    if hasWritten, !isClosed, close(1) != 0, errno != EBADF {
      error("outage: standard output: \(Files.Failure.now.reason)\n")
      exit(Exit.file.rawValue)
    }
    exit(code.rawValue)
  }

  /// 0, 1 and 2 are open from here on, so that no file that is opened later takes the place of one that was closed, and
  /// gets what is meant for it. What was closed cannot be read or written: that is an error where it is tried.
  static func openStandardFiles() {
    for (file, way) in [(Int32(0), O_WRONLY), (1, O_RDONLY), (2, O_WRONLY)] where fcntl(file, F_GETFD) < 0 {
      if open("/dev/null", way) < 0 { _ = open("/", O_RDONLY) }
    }
  }

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

  static func report(_ diagnostics: [Diagnostic], _ files: [SourceFile]) {
    let renderer = DiagnosticRenderer(files: files, color: wantsColor(2))
    for d in diagnostics { error(renderer.render(d) + "\n") }
    let errors = diagnostics.count { $0.severity == .error }
    if errors > 1 { error("\(errors) errors\n") }
  }

  static func fail(_ code: Exit, _ message: String, help: String? = nil) -> Never {
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
    if Interrupt.isSignalled { fail(Interrupt.code ?? .interrupted, "interrupted") }
    fail(.unknown, "the limit of wall-clock time was reached before anything was done")
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

  /// The number of threads asked for; without a wish those that can run at once.
  static func workers(_ wanted: Int?) -> Int {
    let workers = wanted ?? Resources.workers
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

  /// Reads a file; ends the process when that cannot be done.
  static func read(_ path: String, limit: Int = 64 << 20) -> [UInt8] {
    do { return try Files.read(path, limit: limit) } catch {
      if error.isInterrupted { leave() }
      fail(.file, "\(path == "-" ? "standard input" : path): \(error.reason)")
    }
  }

  /// Writes a file; ends the process when that cannot be done.
  static func write(_ text: String, to path: String) {
    do { try Files.write(text, to: path) } catch {
      if error.isInterrupted { leave() }
      fail(.file, "\(path): \(error.reason)")
    }
  }

  /// Asked by whatever works long on a text.
  static var interruption: Interruption { Interruption(when: { Interrupt.isDue }) }

  /// Reads and checks a script; ends the process when that cannot be done.
  static func source(_ path: String) -> Source {
    let source = Source(
      name: path == "-" ? "standard input" : path, text: read(path, limit: Limits.sourceBytes + 1),
      interruption: interruption, identity: path == "-" ? nil : Files.full(path), load: Files.load)
    // A file that was waited for in vain is no mistake of the script.
    if source.isInterrupted || source.program == nil && Interrupt.isDue { leave() }
    return source
  }
}
