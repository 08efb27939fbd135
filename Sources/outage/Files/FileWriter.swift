import OutageSyntax
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The one way in which a file is written: whole or not at all. What is new grows in a file beside the old one, with its mode
/// and owner, and takes its place when all of it is on the disk; until then, and if anything goes wrong, the old one is
/// what it was. A link stays, and what it leads to is replaced. Pipes, terminals and devices, and files that are open
/// here already (`/dev/stdout`), have no old contents: they are written to directly.
final class FileWriter {
  private let file: Int32
  /// The file to be replaced and where its successor grows; nil: written to directly.
  private let place: (target: String, temporary: String)?
  private let isOwn: Bool
  private var isOpen = true

  init(_ path: String) throws(Files.Failure) {
    if let fault = FilePath.fault(path) { throw Files.Failure(reason: fault) }
    var info = stat()
    let exists = stat(path, &info) == 0
    if !exists, errno != ENOENT { throw Files.Failure.now }
    if exists, let open = Self.descriptor(of: info) {
      (file, isOwn, place) = (open, false, nil)
      return
    }
    isOwn = true
    if exists, info.st_mode & S_IFMT != S_IFREG {
      place = nil
      file = try Self.openSpecial(path, info)
      return
    }
    let target = try exists ? Files.full(path) : Self.end(of: path)
    if exists, access(target, W_OK) != 0 { throw Files.Failure.now }
    let (temporary, descriptor) = try Self.temporary(beside: target, mode: exists ? 0o600 : 0o666)
    place = (target, temporary)
    file = descriptor
    Leftover.keep(temporary)
    if exists { Self.dress(descriptor, as: info) }
  }

  deinit { if isOpen { abandon() } }

  func add(_ text: String) throws(Files.Failure) {
    switch Files.put(text, to: file, endsWhenInterrupted: true) {
    case .done: return
    case .interrupted: throw .interrupted
    case .failed(let error): throw Files.Failure(error)
    }
  }

  /// All of it is there: it becomes the file.
  func commit() throws(Files.Failure) {
    guard isOpen else { return }
    isOpen = false
    defer { Leftover.forget() }
    guard let place else {
      if isOwn, close(file) != 0 { throw Files.Failure.now }
      return
    }
    let isOnDisk = fsync(file) == 0 || errno == EINVAL
    let error = errno
    let isClosed = close(file) == 0
    guard isOnDisk, isClosed, rename(place.temporary, place.target) == 0 else {
      let failure = isOnDisk ? Files.Failure.now : Files.Failure(error)
      unlink(place.temporary)
      throw failure
    }
    Self.syncFolder(of: place.target)
  }

  /// Nothing of it is wanted.
  func abandon() {
    guard isOpen else { return }
    isOpen = false
    if isOwn { close(file) }
    if let place {
      unlink(place.temporary)
      Leftover.forget()
    }
  }

  // MARK: Where

  /// A descriptor of this process that leads to the same file: to replace that would take it from whoever opened it.
  private static func descriptor(of info: stat) -> Int32? {
    for number in [1, 2, 0] + Array(Int32(3)..<64) {
      var own = stat()
      guard fstat(number, &own) == 0, own.st_dev == info.st_dev, own.st_ino == info.st_ino else { continue }
      if fcntl(number, F_GETFL) & O_ACCMODE != O_RDONLY { return number }
    }
    return nil
  }

  /// A pipe waits until somebody reads it; the wait can be ended.
  private static func openSpecial(_ path: String, _ info: stat) throws(Files.Failure) -> Int32 {
    let kind = info.st_mode & S_IFMT
    if kind == S_IFDIR { throw Files.Failure(EISDIR) }
    while true {
      let file = open(path, O_WRONLY | O_NOCTTY | O_CLOEXEC | (kind == S_IFIFO ? O_NONBLOCK : 0))
      if file >= 0 { return file }
      guard errno == ENXIO, kind == S_IFIFO else { throw Files.Failure.now }
      if Interrupt.isSet { throw .interrupted }
      usleep(10_000)
    }
  }

  /// Where a path leads that leads to nothing yet: links are followed from the folder that they are in.
  private static func end(of path: String) throws(Files.Failure) -> String {
    var path = path
    for _ in 0..<40 {
      var target = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
      let count = readlink(path, &target, target.count - 1)
      if count < 0 { return path }
      let link = String(decoding: target[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
      path = link.hasPrefix("/") ? link : Files.folder(path) + link
    }
    throw Files.Failure(ELOOP)
  }

  private static func temporary(beside target: String, mode: mode_t) throws(Files.Failure) -> (String, Int32) {
    for k in 0..<100 {
      let path = "\(Files.folder(target)).outage-\(getpid())-\(k).tmp"
      let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
      if file >= 0 { return (path, file) }
      if errno != EEXIST { throw Files.Failure.now }
    }
    throw Files.Failure(EEXIST)
  }

  /// Owner and mode of the file that is replaced; of an owner that it cannot be given it takes no rights.
  private static func dress(_ file: Int32, as old: stat) {
    let isOwned = fchown(file, old.st_uid, old.st_gid) == 0 || old.st_uid == geteuid() && old.st_gid == getegid()
    fchmod(file, old.st_mode & (isOwned ? 0o7777 : 0o777))
  }

  /// The new name is on the disk, too. Some file systems cannot: then it will be, later.
  private static func syncFolder(of path: String) {
    let folder = Files.folder(path)
    let handle = open(folder.isEmpty ? "." : folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard handle >= 0 else { return }
    fsync(handle)
    close(handle)
  }
}

/// The file that grows beside another: it goes with the process, however that ends.
enum Leftover {
  /// Of its path, as C has it.
  private static let path = Atomic<UInt>(0)

  static func keep(_ text: String) {
    guard let copy = strdup(text) else { return }
    path.store(UInt(bitPattern: copy), ordering: .releasing)
  }

  /// The path stays in memory: a signal may be reading it.
  static func forget() { path.store(0, ordering: .releasing) }

  /// A handler of signals may do it.
  static func remove() {
    let address = path.exchange(0, ordering: .acquiringAndReleasing)
    if let text = UnsafePointer<CChar>(bitPattern: address) { unlink(text) }
  }
}
