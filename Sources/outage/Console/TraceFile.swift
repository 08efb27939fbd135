#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A file of lines, written in large pieces.
final class TraceFile {
  private let file: Int32
  private var pending = ""
  private var isWell = true

  init(_ path: String) { file = path == "-" ? 1 : open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o666) }

  var isOpen: Bool { file >= 0 }

  func add(_ line: String) {
    pending += line
    if pending.utf8.count > 1 << 16 { flush() }
  }

  private func flush() {
    if !Files.put(pending, to: file) {
      // A closed pipe is the reader's choice, not an error.
      if file == 1, errno == EPIPE { Console.quit(Exit.holds) }
      isWell = false
    }
    pending = ""
  }

  /// False when something could not be written.
  func close() -> Bool {
    flush()
    if file != 1 { _ = closeFile(file) }
    return isWell
  }
}

private func closeFile(_ file: Int32) -> Int32 { close(file) }
