import OutageModel
import OutageSemantics
import OutageSyntax

/// A script that was read and checked: what simulations and searches are made from.
///
/// ```swift
/// let program = Program("var x = 0\nprocess p { repeat 3 { wait 1s; x = x + 1 } }")
/// for problem in program.problems { print(problem) }
/// let simulation = try Simulation(program)
/// ```
///
/// It is immutable; any number of simulations on any threads may be made from one.
public struct Program: Sendable {
  /// Errors and warnings, in order of files and places.
  public let problems: [Problem]
  let source: Source
  let functions: [HostFunction]
  let imports: Loader
  /// Copies of a program share it.
  let identity = Identity()

  final class Identity: Sendable {}

  /// Gives the text of a file that the script names.
  /// - Parameters:
  ///   - path: as written in the script.
  ///   - from: the name of the file that names it.
  /// - Throws: why it cannot be had; a `LoadError` or the description of any other error is shown.
  public typealias Loader = @Sendable (_ path: String, _ from: String) throws -> LoadedFile

  /// Reads and checks a script. Any text gives a program, perhaps one that cannot run; so does reading that took too long
  /// or was cancelled, see `limit`.
  /// - Parameters:
  ///   - text: of the script.
  ///   - name: how problems call it.
  ///   - functions: what the script declares as `extern fn`.
  ///   - limits: of the text and what it imports.
  ///   - wallTime: that reading and checking may take.
  ///   - cancellation: trip it to end them.
  ///   - imports: gives imported scripts and files of numbers; without it a script can name none.
  public init(
    _ text: String, named name: String = "script.outage", functions: [Function] = [],
    limits: SourceLimits = SourceLimits(), wallTime: WallTime? = nil, cancellation: Cancellation = Cancellation(),
    imports: @escaping Loader = { _, _ in throw LoadError("the host gives no files") }
  ) {
    self.init(
      bytes: Array(text.utf8), named: name, functions: functions, limits: limits, wallTime: wallTime,
      cancellation: cancellation, imports: imports)
  }

  /// Reads and checks a script that is given as bytes, UTF-8 or not.
  public init(
    bytes: [UInt8], named name: String = "script.outage", functions: [Function] = [],
    limits: SourceLimits = SourceLimits(), wallTime: WallTime? = nil, cancellation: Cancellation = Cancellation(),
    imports: @escaping Loader = { _, _ in throw LoadError("the host gives no files") }
  ) {
    let bound = CallBound(cancellation)
    bound.begin(wallTime)
    source = Source(name: name, text: bytes, limits: limits, interruption: Interruption(when: { bound.isReached })) {
      Self.load($0, $1, imports)
    }
    self.functions = functions.map(\.hosted)
    self.imports = imports
    limit = source.isInterrupted ? bound.limit : source.isTooLarge ? .sourceBytes(limits.bytes) : nil
    problems =
      source.isInterrupted
      ? [Problem("\(name) was not read to its end")] : Problem.all(source.diagnostics, source.files)
  }

  static func load(_ path: String, _ from: String, _ imports: Loader) -> Result<LoadedFile, LoadError> {
    do { return .success(try imports(path, from)) } catch let error as LoadError {
      return .failure(error)
    } catch {
      return .failure(LoadError("\(error)"))
    }
  }

  /// No problem is an error.
  public var isSound: Bool { source.program != nil }
  /// The size of source texts, wall time or cancellation, if reading ended by it.
  public let limit: Limit?
  public var scenario: String { source.program?.scenario ?? "" }
  public var parameters: [String] { source.program?.params.map(\.name) ?? [] }
  public var variants: [String] { source.program?.variants.map(\.name) ?? [] }
  public var properties: [String] { source.program?.properties.map(\.text) ?? [] }
  /// A digest of what the sources say, without comments and layout; empty if reading took too long or was cancelled.
  public var digest: String { source.digest }

  /// The version of the interpreter.
  public static var version: String { Version.text }
}
