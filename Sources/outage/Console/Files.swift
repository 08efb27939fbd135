import OutageKit
import OutageSyntax

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Reading and writing files without Foundation, whose start-up alone would cost more than a small script's run.
enum Files {
  struct Failure: Error {
    var reason: String
  }

  /// The bytes of a file, `-` for standard input; at most `limit` + 1 of them.
  /// - Parameter interrupted: asked when a signal came while waiting for more: true gives up.
  static func read(_ path: String, limit: Int = 64 << 20, interrupted: () -> Bool = { false }) throws(Failure)
    -> [UInt8]
  {
    if let fault = FilePath.fault(path) { throw Failure(reason: fault) }
    let file = path == "-" ? 0 : open(path, O_RDONLY)
    if file < 0 { throw Failure(reason: reason()) }
    defer { if file != 0 { close(file) } }
    var info = stat()
    if fstat(file, &info) == 0, info.st_mode & S_IFMT == S_IFDIR { throw Failure(reason: "it is a directory") }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while bytes.count <= limit {
      let n = chunk.withUnsafeMutableBytes { platformRead(file, $0.baseAddress, $0.count) }
      if n < 0 {
        if errno == EINTR, !interrupted() { continue }
        throw Failure(reason: reason())
      }
      if n == 0 { break }
      bytes += chunk[..<n]
    }
    return bytes
  }

  static func write(_ text: String, to path: String) throws(Failure) {
    if let fault = FilePath.fault(path) { throw Failure(reason: fault) }
    let file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o666)
    if file < 0 { throw Failure(reason: reason()) }
    defer { close(file) }
    if !put(text, to: file) { throw Failure(reason: reason()) }
  }

  /// Writes all of a text; false when that fails.
  @discardableResult
  static func put(_ text: String, to file: Int32) -> Bool {
    var text = text
    return text.withUTF8 { bytes in
      var at = 0
      while at < bytes.count {
        let n = platformWrite(file, bytes.baseAddress.unsafelyUnwrapped + at, bytes.count - at)
        if n < 0 {
          if errno == EINTR { continue }
          return false
        }
        at += n
      }
      return true
    }
  }

  /// Adds to a file, which only its owner can read.
  static func append(_ text: String, to path: String) throws(Failure) {
    if let fault = FilePath.fault(path) { throw Failure(reason: fault) }
    let file = open(path, O_WRONLY | O_CREAT | O_APPEND, 0o600)
    if file < 0 { throw Failure(reason: reason()) }
    defer { close(file) }
    if !put(text, to: file) { throw Failure(reason: reason()) }
  }

  /// What can be read now of an open file; nil: its end.
  static func some(of file: Int32) -> [UInt8]? {
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    let n = chunk.withUnsafeMutableBytes { platformRead(file, $0.baseAddress, $0.count) }
    if n < 0, errno == EINTR { return [10] }
    return n <= 0 ? nil : Array(chunk[..<n])
  }

  /// Paths that begin with a text, folders with a slash at their end.
  static func matching(_ prefix: String) -> [String] {
    let folder = folder(prefix)
    let name = prefix.dropFirst(folder.count)
    guard let handle = opendir(folder.isEmpty ? "." : folder) else { return [] }
    defer { closedir(handle) }
    var found: [String] = []
    while let entry = readdir(handle), found.count < 1000 {
      let own = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      guard own.hasPrefix(name), own != ".", own != "..", !own.hasPrefix(".") || name.hasPrefix(".") else { continue }
      var info = stat()
      let isFolder = stat(folder + own, &info) == 0 && info.st_mode & S_IFMT == S_IFDIR
      found.append(folder + own + (isFolder ? "/" : ""))
    }
    return found.sorted()
  }

  /// Whether two paths lead to one file that exists.
  static func isSame(_ a: String, _ b: String) -> Bool {
    var (one, other) = (stat(), stat())
    return stat(a, &one) == 0 && stat(b, &other) == 0 && one.st_dev == other.st_dev && one.st_ino == other.st_ino
  }

  /// A path from the root.
  static func full(_ path: String) -> String {
    guard let found = realpath(path, nil) else { return path }
    defer { free(found) }
    return String(cString: found)
  }

  static func reason() -> String { String(cString: strerror(errno)) }

  /// The folder of a path with its slash, or nothing.
  static func folder(_ path: String) -> String {
    guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "" }
    return String(path[...slash])
  }

  /// A file named by a script: beside the script that names it.
  static func load(_ path: String, _ from: String) -> Result<LoadedFile, LoadError> {
    let full = path.hasPrefix("/") ? path : folder(from) + path
    do { return .success(LoadedFile(name: full, text: try read(full), identity: Self.full(full))) } catch {
      return .failure(LoadError(error.reason))
    }
  }
}

private func platformRead(_ file: Int32, _ base: UnsafeMutableRawPointer?, _ count: Int) -> Int {
  read(file, base, count)
}
private func platformWrite(_ file: Int32, _ base: UnsafeRawPointer, _ count: Int) -> Int { write(file, base, count) }
