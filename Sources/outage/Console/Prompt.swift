import OutageKit
import OutageREPL

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
  static func run(_ session: Session, _ command: ReplCommand) -> Exit {
    let isTyped = isatty(0) == 1 && isatty(1) == 1 && command.commands.isEmpty
    if isTyped { Interrupt.beginPrompt() }
    Console.codeWithoutReader = { session.verdict == .holds ? .closedPipe : session.verdict }
    defer { sayTime() }
    if let file = command.file {
      let code = session.open(file)
      if let end = Interrupt.code { return end }
      if code != .holds, !isTyped { return code }
    }
    if isTyped, !command.ignoresProfile, let home = Console.variable("HOME"),
      let profile = try? Files.read("\(home)/.outagerc")
    {
      var lines = GivenLines(profile)
      if let end = session.run(&lines, stopsAtErrors: true), Interrupt.code != nil { return end }
    }
    for input in command.inputs {
      let code = follow(input, session)
      if let end = Interrupt.code { return end }
      // At a terminal somebody can go on from where the file ended.
      if let code, !isTyped { return code }
      if code != nil { break }
    }
    if isTyped { return talk(session) ?? .holds }
    if !command.commands.isEmpty {
      var lines = GivenLines(Array(command.commands.joined(separator: "\n").utf8))
      return session.run(&lines, stopsAtErrors: true) ?? session.verdict
    }
    // A terminal whose answers go elsewhere has nothing to add to files.
    if !command.inputs.isEmpty, isatty(0) == 1 { return session.verdict }
    var lines = PipeLines()
    return session.run(&lines, stopsAtErrors: true) ?? session.verdict
  }

  private static func sayTime() {
    if Interrupt.code == .unknown { Console.error("outage: the limit of wall-clock time was reached\n") }
  }

  /// Does the lines of a file, up to the first error.
  private static func follow(_ path: String, _ session: Session) -> Exit? {
    let bytes: [UInt8]
    do { bytes = try Files.read(path) } catch {
      if !error.isInterrupted { Console.tell("outage: \(path): \(error.reason)\n") }
      return .file
    }
    var lines = GivenLines(bytes)
    let code = session.run(&lines, stopsAtErrors: true)
    if code != nil, !lines.isAtEnd { Console.tell("outage: \(path) ended at line \(lines.number)\n") }
    return code
  }

  private static func talk(_ session: Session) -> Exit? {
    #if Readline
      if TerminalLines.isPossible {
        let history = Console.variable("HOME").map { "\($0)/.outage_history" }
        var lines = TerminalLines(
          history: history, interrupted: { Interrupt.take() }, ended: { Interrupt.isDue },
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
      write: { Console.out($0, endsWhenInterrupted: true) }, complain: { Console.error($0) },
      read: { path in
        attempt { () throws(Files.Failure) in try Files.read(path) }
      },
      save: { path, text in attempt { () throws(Files.Failure) in try Files.write(text, to: path) } },
      append: { path, text in attempt { () throws(Files.Failure) in try Files.append(text, to: path) } },
      load: { path, from in
        switch Files.load(path, from) {
        case .success(let file): .success(file)
        case .failure(let error): .failure(HostFailure(error.reason))
        }
      })
    host.complete = { Files.matching($0) }
    host.width = { Console.width }
    host.isSame = { Files.isSame($0, $1) }
    host.end = { Interrupt.code }
    host.isInterrupted = { Interrupt.isSet }
    host.isGivenUp = { Interrupt.isOverdue }
    host.progress = { progress.show($0) }
    host.hasColor = Console.wantsColor(2)
    return host
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
      do {
        if let more = try Files.some(of: 0) { pending += more } else { isAtEnd = true }
      } catch {
        pending = []
        return error.isInterrupted ? .dropped(wasEmpty: true) : .refused("standard input: \(error.reason)", .input)
      }
    }
  }

  private var tooLong: LineRead { .refused("a line of more than a megabyte", .line) }
}

/// Lines from a terminal that cannot be edited on: a prompt and nothing else.
struct PlainLines: LineReader {
  private var pipe = PipeLines()

  mutating func line(prompt: String, isContinued: Bool) -> LineRead {
    // Ctrl-C before this ended a command.
    _ = Interrupt.take()
    Console.out(prompt)
    let line = pipe.line(prompt: prompt, isContinued: isContinued)
    switch line {
    case .end, .dropped: Console.out("\n")
    case .line, .refused: break
    }
    _ = Interrupt.take()
    return line
  }
}
