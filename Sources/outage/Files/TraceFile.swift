/// A file of lines, written in large pieces. What goes wrong is kept until the end: a run is not lost for its trace.
final class TraceFile {
  private enum Place {
    case output
    case file(FileWriter)
  }

  private let place: Place
  private let path: String
  private var pending = ""
  private(set) var failure: Files.Failure?

  init(_ path: String) throws(Files.Failure) {
    self.path = path
    place = path == "-" ? .output : .file(try FileWriter(path))
  }

  func add(_ line: String) {
    if failure != nil { return }
    pending += line
    if pending.utf8.count > 1 << 16 { flush() }
  }

  private func flush() {
    switch place {
    case .output: Console.out(pending)
    case .file(let writer): attempt { () throws(Files.Failure) in try writer.add(pending) }
    }
    pending = ""
  }

  /// The trace is there, or `failure` says why not.
  func close() {
    if failure == nil { flush() }
    guard case .file(let writer) = place else { return }
    if failure != nil { return writer.abandon() }
    attempt { () throws(Files.Failure) in try writer.commit() }
  }

  private func attempt(_ work: () throws(Files.Failure) -> Void) {
    do { try work() } catch {
      failure = error
      guard case .file(let writer) = place else { return }
      writer.abandon()
    }
  }
}
