// Lines from a terminal, edited by GNU readline. Only this target and its C wrapper know readline: it is GPL, and the
// libraries that others embed have none of it.

#if Readline
  import CReadline
  public import OutageREPL

  #if canImport(Glibc)
    import Glibc
  #elseif canImport(Musl)
    import Musl
  #elseif canImport(Darwin)
    import Darwin
  #endif

  /// Reads lines from the terminal with editing, history and completion.
  public struct TerminalLines: LineReader {
    private let history: String?
    /// Ctrl-C since it was last asked; the host sets it from its signal handler.
    private let interrupted: () -> Bool
    /// No more lines are wanted, whoever types them.
    private let ended: () -> Bool
    /// The input whose lines are read, and whether it is the last entry of the history.
    private var entry = ""
    private var isLast = false

    /// How long a wait lasts before it is asked whether it goes on, ms.
    private static let patience: Int32 = 20

    /// Lines of history that are kept.
    static let most: Int32 = 1000

    /// - Parameters:
    ///   - history: a file that keeps lines between sessions; nil: none.
    ///   - interrupted: whether Ctrl-C was pressed; asking clears it.
    ///   - ended: whether no more lines are wanted.
    ///   - complete: completions of the last word of a line.
    public init(
      history: String?, interrupted: @escaping () -> Bool, ended: @escaping () -> Bool,
      complete: @escaping (_ line: String, _ word: String) -> [String]
    ) {
      self.history = history
      self.interrupted = interrupted
      self.ended = ended
      Callbacks.complete = complete
      creadline_begin("outage") { text, line in Callbacks.completions(text, line) }
      if let history { _ = creadline_read_history(history, Self.most) }
    }

    public mutating func line(prompt: String, isContinued: Bool) -> LineRead {
      Callbacks.result = nil
      _ = interrupted()  // that one ended the command before
      creadline_prompt(prompt) { line in Callbacks.take(line) }
      while Callbacks.result == nil {
        var waiting = pollfd(fd: 0, events: Int16(POLLIN), revents: 0)
        // Not for ever: a signal just before the wait must not be missed.
        let ready = poll(&waiting, 1, Self.patience)
        if ended() {
          _ = creadline_drop()
          _ = write(1, "\n", 1)
          return .end
        }
        if interrupted() {
          let wasEmpty = creadline_drop() != 0
          _ = write(1, "^C\n", 3)
          return .dropped(wasEmpty: wasEmpty)
        }
        if ready < 0 {
          creadline_resize()
          continue
        }
        if ready > 0 { creadline_take() }
      }
      creadline_end()
      guard case .line(let line)? = Callbacks.result else {
        _ = write(1, "\n", 1)
        return .end
      }
      remember(line, isContinued: isContinued)
      return .line(line)
    }

    /// Every line is kept at once, so that a crash loses none; the lines of one input become one entry.
    private mutating func remember(_ line: String, isContinued: Bool) {
      entry = isContinued ? entry + "\n" + line : line
      if isContinued, isLast {
        _ = creadline_extend_history(entry, history, Self.most)
        return
      }
      isLast = false
      if entry.utf8.allSatisfy({ $0 == 0x20 || $0 == 0x09 || $0 == 0x0A }) { return }
      isLast = creadline_remember(entry) != 0
      if isLast, let history { _ = creadline_append_history(history, Self.most) }
    }

    /// Whether the terminal can be edited on at all.
    public static var isPossible: Bool { creadline_knows_terminal() != 0 }
  }

  /// What readline calls back; C callbacks cannot capture. Only the thread of the prompt comes here.
  private enum Callbacks {
    nonisolated(unsafe) static var result: LineRead?
    nonisolated(unsafe) static var complete: (String, String) -> [String] = { _, _ in [] }

    static func take(_ line: UnsafeMutablePointer<CChar>?) {
      // The terminal is given back before anything is evaluated: Ctrl-C is then a plain signal.
      creadline_end()
      guard let line else {
        result = .end
        return
      }
      result = .line(String(cString: line))
      creadline_free(line)
    }

    static func completions(_ text: UnsafePointer<CChar>?, _ line: UnsafePointer<CChar>?)
      -> UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
    {
      guard let text, let line else { return nil }
      let words = complete(String(cString: line), String(cString: text)).prefix(500)
      guard !words.isEmpty, let raw = malloc((words.count + 1) * MemoryLayout<UnsafeMutablePointer<CChar>?>.stride)
      else {
        return nil
      }
      let list = raw.bindMemory(to: UnsafeMutablePointer<CChar>?.self, capacity: words.count + 1)
      for (k, word) in words.enumerated() { list[k] = strdup(word) }
      list[words.count] = nil
      return list
    }
  }
#endif
