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
    /// Nothing is wrong with the file: the process is to end, or the command that wanted it.
    var isInterrupted = false

    init(reason: String) { self.reason = reason }
    init(_ error: Int32) { reason = String(cString: strerror(error)) }

    /// What the last call of the system says.
    static var now: Failure { Failure(errno) }
    static var interrupted: Failure {
      var failure = Failure(reason: "interrupted")
      failure.isInterrupted = true
      return failure
    }
  }

  /// How long a wait lasts before it is asked whether it goes on, ms: a signal just before it must not be missed.
  static let patience: Int32 = 20

  // MARK: Reading

  /// The bytes of a file, `-` for standard input; at most `limit` + 1 of them. A pipe or a terminal is waited for as
  /// long as nothing ends the process or the command.
  static func read(_ path: String, limit: Int = 64 << 20) throws(Failure) -> [UInt8] {
    if let fault = FilePath.fault(path) { throw Failure(reason: fault) }
    // A pipe that nobody has opened for writing is waited for where the wait can be ended: not here.
    let file = path == "-" ? 0 : open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)
    if file < 0 { throw Failure.now }
    defer { if file != 0 { close(file) } }
    var info = stat()
    if fstat(file, &info) == 0, info.st_mode & S_IFMT == S_IFDIR { throw Failure(reason: "it is a directory") }
    var bytes: [UInt8] = []
    while bytes.count <= limit, let more = try some(of: file) { bytes += more }
    return bytes
  }

  /// What can be read next of an open file; nil: its end.
  static func some(of file: Int32) throws(Failure) -> [UInt8]? {
    while true {
      if Interrupt.isSet { throw .interrupted }
      guard isReady(file, POLLIN) else { continue }
      var (n, error): (Int, Int32) = (0, 0)
      let chunk = [UInt8](unsafeUninitializedCapacity: 1 << 16) { room, count in
        n = platformRead(file, room.baseAddress, room.count)
        if n < 0 { error = errno }
        count = max(0, n)
      }
      if n >= 0 { return n == 0 ? nil : chunk }
      if error != EINTR, error != EAGAIN { throw Failure(error) }
    }
  }

  /// Waits a moment; whether there is anything to read, or room to write, or an error to be had.
  private static func isReady(_ file: Int32, _ what: Int32) -> Bool {
    var waiting = pollfd(fd: file, events: Int16(what), revents: 0)
    return poll(&waiting, 1, patience) > 0
  }

  // MARK: Writing

  static func write(_ text: String, to path: String) throws(Failure) {
    let writer = try FileWriter(path)
    try writer.add(text)
    try writer.commit()
  }

  enum Put {
    case done
    /// Nobody takes it, and a signal came.
    case interrupted
    /// The number of the error.
    case failed(Int32)
  }

  /// Writes all of a text. A reader that is slow may have all the time it likes, unless a signal comes while it is waited for.
  /// - Parameter endsWhenInterrupted: the wait ends as well when a time is up, or a signal came before.
  static func put(_ text: String, to file: Int32, endsWhenInterrupted: Bool = false) -> Put {
    var text = text
    let wasSignalled = Interrupt.isSignalled
    let looks = endsWhenInterrupted && mayWait(file)
    return text.withUTF8 { bytes in
      var at = 0
      while at < bytes.count {
        if looks, !isReady(file, POLLOUT) {
          if Interrupt.isSet { return .interrupted }
          continue
        }
        let count = looks ? min(bytes.count - at, atomicPiece) : bytes.count - at
        let n = platformWrite(file, bytes.baseAddress.unsafelyUnwrapped + at, count)
        if n >= 0 {
          at += n
          continue
        }
        if errno == EAGAIN { _ = isReady(file, POLLOUT) } else if errno != EINTR { return .failed(errno) }
        if looks ? Interrupt.isSet : Interrupt.isSignalled && !wasSignalled { return .interrupted }
      }
      return .done
    }
  }

  /// A pipe takes so much at once as soon as it has any room.
  private static let atomicPiece = 4096

  /// Whether a write waits for somebody who reads.
  private static func mayWait(_ file: Int32) -> Bool {
    var info = stat()
    return fstat(file, &info) != 0 || info.st_mode & S_IFMT != S_IFREG
  }

  /// Adds to a file, which only its owner can read.
  static func append(_ text: String, to path: String) throws(Failure) {
    if let fault = FilePath.fault(path) { throw Failure(reason: fault) }
    let file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_NOCTTY | O_CLOEXEC | O_NONBLOCK, 0o600)
    if file < 0 { throw Failure.now }
    let put = put(text, to: file, endsWhenInterrupted: true)
    let isClosed = close(file) == 0
    switch put {
    case .done: if !isClosed { throw Failure.now }
    case .interrupted: throw .interrupted
    case .failed(let error): throw Failure(error)
    }
  }

  // MARK: Paths

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

  /// Whether a path leads to anything, readable or not.
  static func exists(_ path: String) -> Bool {
    var info = stat()
    return stat(path, &info) == 0 || errno != ENOENT
  }

  /// Whether two paths lead to one file that exists.
  static func isSame(_ a: String, _ b: String) -> Bool {
    var (one, other) = (stat(), stat())
    return stat(a, &one) == 0 && stat(b, &other) == 0 && one.st_dev == other.st_dev && one.st_ino == other.st_ino
  }

  /// Whether what is written to a path goes to standard output.
  static func isOutput(_ path: String) -> Bool {
    var (one, other) = (stat(), stat())
    return path == "-"
      || stat(path, &one) == 0 && fstat(1, &other) == 0 && one.st_dev == other.st_dev && one.st_ino == other.st_ino
  }

  /// A path from the root.
  static func full(_ path: String) -> String {
    guard let found = realpath(path, nil) else { return path }
    defer { free(found) }
    return String(cString: found)
  }

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
