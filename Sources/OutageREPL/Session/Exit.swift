/// With which code a process ends: every command, and a session without a terminal (docs/commands.md).
public enum Exit: Int32, Sendable {
  /// Everything holds, and nothing went wrong.
  case holds = 0
  case violated = 1
  /// A limit was reached before there was a verdict.
  case unknown = 2
  case usage = 64
  case script = 65
  /// A file cannot be read or written.
  case file = 66
  /// A fault of the program.
  case fault = 70
  /// The terminal is gone: SIGHUP.
  case hungUp = 129
  /// Ctrl-C: SIGINT.
  case interrupted = 130
  /// Ctrl-\: SIGQUIT.
  case quit = 131
  /// Nobody reads any longer what is written, and there was no verdict yet: SIGPIPE.
  case closedPipe = 141
  /// SIGTERM.
  case terminated = 143
}
