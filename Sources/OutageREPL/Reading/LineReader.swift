public import OutageKit

/// Where the lines of a session come from: a terminal, a pipe, a file.
public protocol LineReader {
  /// The next line without its end.
  /// - Parameter isContinued: the line before was not finished.
  mutating func line(prompt: String, isContinued: Bool) -> LineRead
}

public enum LineRead: Sendable {
  case line(String)
  /// Ctrl-C: the half-typed line is dropped; whether it was empty.
  case dropped(wasEmpty: Bool)
  case end
  /// The line cannot be taken as it is, or there will be no more of them, and why.
  case refused(String, Refused)

  public enum Refused: Sendable { case line, input }
}

/// What a session needs of the world outside; everything is handed in by the host.
public struct Host {
  /// Writes a piece of output.
  public var write: (String) -> Void
  /// Writes a complaint.
  public var complain: (String) -> Void
  /// Reads a file whole, or says why not.
  public var read: (_ path: String) -> Result<[UInt8], HostFailure>
  /// Writes a file whole.
  public var save: (_ path: String, _ text: String) -> Result<Void, HostFailure>
  /// Adds to a file.
  public var append: (_ path: String, _ text: String) -> Result<Void, HostFailure>
  /// The files of a folder that begin with a prefix, for completion.
  public var complete: (_ prefix: String) -> [String] = { _ in [] }
  /// A file that a script names: its path as written, the file that names it.
  public var load: (_ path: String, _ from: String) -> Result<LoadedFile, HostFailure>
  /// Columns of the terminal.
  public var width: () -> Int = { 100 }
  /// With which code the session has to end now, whatever is typed; nil: it goes on.
  public var end: () -> Exit? = { nil }
  /// Whether two paths lead to one file.
  public var isSame: (_ a: String, _ b: String) -> Bool = { $0 == $1 }
  /// Ctrl-C was pressed since the last command began, or the session has to end.
  public var isInterrupted: () -> Bool = { false }
  /// Ctrl-C was pressed and a good moment has passed. Asked by any thread, from within ticks and expressions.
  public var isGivenUp: @Sendable () -> Bool = { false }
  /// Shows how far a long move is; nil clears it.
  public var progress: (String?) -> Void = { _ in }
  /// Paints diagnostics.
  public var hasColor = false

  public init(
    write: @escaping (String) -> Void, complain: @escaping (String) -> Void,
    read: @escaping (String) -> Result<[UInt8], HostFailure>,
    save: @escaping (String, String) -> Result<Void, HostFailure>,
    append: @escaping (String, String) -> Result<Void, HostFailure>,
    load: @escaping (String, String) -> Result<LoadedFile, HostFailure>
  ) {
    self.write = write
    self.complain = complain
    self.read = read
    self.save = save
    self.append = append
    self.load = load
  }
}

public struct HostFailure: Error, Sendable {
  public var reason: String
  public init(_ reason: String) { self.reason = reason }
}
