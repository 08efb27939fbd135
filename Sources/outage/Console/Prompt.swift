import OutageKit
import OutageREPL
import Synchronization

#if Readline
  import OutageReadline
#endif

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// What a session gets from this process: files, the terminal, the signal of Ctrl-C.
enum Prompt {
  /// A profile, files and commands of the command line, then lines from the terminal or a pipe.
  static func run(_ session: Session, _ command: ReplCommand) -> Int32 {
    let isTerminal = isatty(0) == 1 && isatty(1) == 1
    PromptInterrupt.watch()
    if let file = command.file {
      let code = session.open(file)
      if code != 0, !isTerminal || !command.commands.isEmpty { return code }
    }
    if isTerminal, command.commands.isEmpty, !command.ignoresProfile, let home = Console.variable("HOME"),
      let profile = try? Files.read("\(home)/.outagerc")
    {
      var lines = GivenLines(profile)
      _ = session.run(&lines, stopsAtErrors: true)
    }
    if let input = command.input {
      let code = follow(input, session)
      // At a terminal somebody can go on from where the file ended.
      if code != 0, !isTerminal || !command.commands.isEmpty { return code }
      if !isTerminal, command.commands.isEmpty, isatty(0) == 1 { return code }
    }
    if !command.commands.isEmpty {
      var lines = GivenLines(Array(command.commands.joined(separator: "\n").utf8))
      return session.run(&lines, stopsAtErrors: true)
    }
    if !isTerminal {
      var lines = PipeLines()
      return session.run(&lines, stopsAtErrors: true)
    }
    return talk(session)
  }

  /// Does the lines of a file, up to the first error.
  private static func follow(_ path: String, _ session: Session) -> Int32 {
    let bytes: [UInt8]
    do { bytes = try Files.read(path) { PromptInterrupt.isSet } } catch {
      Console.tell("outage: \(path): \(error.reason)\n")
      return Exit.file
    }
    var lines = GivenLines(bytes)
    let code = session.run(&lines, stopsAtErrors: true)
    if code != 0, !lines.isAtEnd { Console.tell("outage: \(path) ended at line \(lines.number)\n") }
    return code
  }

  private static func talk(_ session: Session) -> Int32 {
    #if Readline
      if TerminalLines.isPossible {
        let history = Console.variable("HOME").map { "\($0)/.outage_history" }
        var lines = TerminalLines(
          history: history, interrupted: { PromptInterrupt.take() },
          complete: { [session] in session.completions(of: $0, word: $1) })
        return session.run(&lines, stopsAtErrors: false)
      }
    #endif
    var lines = PlainLines()
    return session.run(&lines, stopsAtErrors: false)
  }

  private static func attempt<T>(_ work: () throws(Files.Failure) -> T) -> Result<T, HostFailure> {
    do { return .success(try work()) } catch { return .failure(HostFailure(error.reason)) }
  }

  static var host: Host {
    let progress = PromptProgress()
    var host = Host(
      write: { Console.out($0) }, complain: { Console.error($0) },
      read: { path in
        attempt { () throws(Files.Failure) in try Files.read(path) { PromptInterrupt.isSet } }
      },
      save: { path, text in attempt { () throws(Files.Failure) in try Files.write(text, to: path) } },
      append: { path, text in attempt { () throws(Files.Failure) in try Files.append(text, to: path) } },
      load: { path, from in
        let full = path.hasPrefix("/") ? path : Files.folder(from) + path
        return attempt { () throws(Files.Failure) in try Files.read(full) { PromptInterrupt.isSet } }
      })
    host.complete = { Files.matching($0) }
    host.width = { Console.width }
    host.isInterrupted = { PromptInterrupt.isSet }
    host.isGivenUp = { PromptInterrupt.isOld }
    host.progress = { progress.show($0) }
    host.hasColor = Console.wantsColor(2)
    return host
  }
}

/// Ctrl-C at a prompt: never ends the process.
enum PromptInterrupt {
  /// When it was pressed, on the clock of `now`; 0: it was not.
  private static let pressed = Atomic<Int64>(0)

  static func watch() {
    var action = sigaction()
    // Without SA_RESTART: a wait for input ends.
    action.__sigaction_handler.sa_handler = { _ in
      if !PromptInterrupt.isSet { PromptInterrupt.pressed.store(PromptInterrupt.now, ordering: .relaxed) }
    }
    sigaction(SIGINT, &action, nil)
    var resize = sigaction()
    resize.__sigaction_handler.sa_handler = { _ in }
    sigaction(SIGWINCH, &resize, nil)
  }

  static var isSet: Bool { pressed.load(ordering: .relaxed) != 0 }

  /// It was pressed a while ago and nothing has come of it. Any thread may ask.
  static var isOld: Bool {
    let pressed = pressed.load(ordering: .relaxed)
    return pressed != 0 && now - pressed > 1_000_000_000
  }

  static func take() -> Bool { pressed.exchange(0, ordering: .relaxed) != 0 }

  /// ns from some fixed point; a handler of signals may ask.
  private static var now: Int64 {
    var t = timespec()
    clock_gettime(CLOCK_MONOTONIC, &t)
    return Int64(t.tv_sec) * 1_000_000_000 + Int64(t.tv_nsec) + 1
  }
}

/// How far a long move is, on one line of the terminal.
private final class PromptProgress {
  private let isShown = Console.isTerminal(2)
  private var begun = 0.0
  private var last = 0.0
  private var hasLine = false

  func show(_ text: String?) {
    guard let text else {
      if hasLine { Console.error("\r\u{1B}[K") }
      (hasLine, begun) = (false, 0)
      return
    }
    guard isShown else { return }
    let now = wallSeconds()
    if begun == 0 { begun = now }
    guard now - begun > 0.4, now - last > 0.1 else { return }
    last = now
    hasLine = true
    Console.error("\r\u{1B}[K\(text)")
  }
}

/// Lines that are at hand.
struct GivenLines: LineReader {
  private let bytes: [UInt8]
  private var at = 0
  /// Of the line that was read last, from 1.
  private(set) var number = 0
  /// Somebody asked for more.
  private(set) var isAtEnd = false

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  mutating func line(prompt: String, isContinued: Bool) -> LineRead {
    guard at < bytes.count else {
      isAtEnd = true
      return .end
    }
    number += 1
    let end = bytes[at...].firstIndex(of: 10) ?? bytes.count
    defer { at = end + 1 }
    return .line(String(decoding: bytes[at..<end], as: UTF8.self))
  }
}

/// Lines from a pipe: no prompt, no echo.
struct PipeLines: LineReader {
  private var pending: [UInt8] = []
  private var isAtEnd = false
  static let longest = 1 << 20

  mutating func line(prompt: String, isContinued: Bool) -> LineRead {
    var isTooLong = false
    while true {
      if let end = pending.firstIndex(of: 10) {
        let line = pending[..<end]
        pending.removeSubrange(...end)
        return isTooLong || line.count > Self.longest ? tooLong : .line(String(decoding: line, as: UTF8.self))
      }
      if isAtEnd {
        if isTooLong { return tooLong }
        if pending.isEmpty { return .end }
        defer { pending = [] }
        return pending.count > Self.longest ? tooLong : .line(String(decoding: pending, as: UTF8.self))
      }
      if pending.count > Self.longest {
        isTooLong = true
        pending = []
      }
      guard let more = Files.some(of: 0) else {
        isAtEnd = true
        continue
      }
      pending += more
    }
  }

  private var tooLong: LineRead { .refused("a line of more than a megabyte") }
}

/// Lines from a terminal that cannot be edited on: a prompt and nothing else.
struct PlainLines: LineReader {
  private var pipe = PipeLines()

  mutating func line(prompt: String, isContinued: Bool) -> LineRead {
    Console.out(prompt)
    let line = pipe.line(prompt: prompt, isContinued: isContinued)
    if PromptInterrupt.take() {
      Console.out("\n")
      return .dropped(wasEmpty: true)
    }
    if case .end = line { Console.out("\n") }
    return line
  }
}
