#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The scripts under some files and folders, in the order of their paths. Links are followed; a folder that was seen
/// already, and so a loop of links, is not entered again. Names that begin with a dot are passed by.
struct ScriptFinder {
  struct Found {
    var path: String
    /// Why it cannot be read; nil: it may be.
    var failure: String?
  }

  private(set) var found: [Found] = []
  /// Folders and files by device and number, so that each is there once.
  private var seen: Set<Identity> = []

  private struct Identity: Hashable {
    var device: UInt64
    var number: UInt64
    var name: String
    init(_ info: stat, name: String = "") {
      (device, number, self.name) = (UInt64(info.st_dev), UInt64(info.st_ino), name)
    }
  }

  /// - Returns: a path under which there is no script, and why; nil: there is at least one under each.
  mutating func add(_ path: String) -> String? {
    let path = Self.plain(path)
    let before = found.count
    var info = stat()
    guard stat(path, &info) == 0 else {
      found.append(Found(path: path, failure: Files.Failure.now.reason))
      return nil
    }
    guard info.st_mode & S_IFMT == S_IFDIR else {
      addFile(path, info)
      return nil
    }
    let isNew = seen.insert(Identity(info)).inserted
    if isNew { walk(path) }
    return isNew && found.count == before ? path : nil
  }

  private mutating func walk(_ folder: String) {
    let names: [String]
    do { names = try Self.names(in: folder) } catch {
      found.append(Found(path: folder, failure: error.reason))
      return
    }
    for name in names where !name.hasPrefix(".") {
      if Interrupt.isDue { return }
      let path = folder == "." ? name : folder.hasSuffix("/") ? folder + name : "\(folder)/\(name)"
      let isScript = name.hasSuffix(".outage")
      var info = stat()
      guard stat(path, &info) == 0 else {
        // Of what leads nowhere only a script is missed.
        if isScript { found.append(Found(path: path, failure: Files.Failure.now.reason)) }
        continue
      }
      if info.st_mode & S_IFMT == S_IFDIR {
        if seen.insert(Identity(info)).inserted { walk(path) }
      } else if isScript {
        addFile(path, info)
      }
    }
  }

  /// By the folder in which it is: what a script imports is looked for beside it.
  private mutating func addFile(_ path: String, _ info: stat) {
    // A pipe could be read once, and a test is to be made again.
    guard info.st_mode & S_IFMT == S_IFREG else {
      found.append(Found(path: path, failure: "it is no regular file"))
      return
    }
    let folder = Files.folder(path)
    var info = stat()
    guard stat(folder.isEmpty ? "." : folder, &info) == 0 else { return }
    if seen.insert(Identity(info, name: String(path.dropFirst(folder.count)))).inserted {
      found.append(Found(path: path, failure: nil))
    }
  }

  private static func names(in folder: String) throws(Files.Failure) -> [String] {
    guard let handle = opendir(folder) else { throw Files.Failure.now }
    defer { closedir(handle) }
    var names: [String] = []
    while true {
      errno = 0
      guard let entry = readdir(handle) else { break }
      names.append(
        withUnsafePointer(to: &entry.pointee.d_name) {
          $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        })
    }
    if errno != 0 { throw Files.Failure.now }
    // By bytes: the same everywhere.
    return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  /// Without `./` at its beginning, doubled slashes and a slash at its end.
  static func plain(_ path: String) -> String {
    var parts = path.split(separator: "/").map(String.init)
    parts.removeAll { $0 == "." }
    let text = (path.hasPrefix("/") ? "/" : "") + parts.joined(separator: "/")
    return text.isEmpty ? "." : text
  }
}

/// Which scripts one of several machines tests: by a digest of the path, so that a new script moves no other.
struct Shard {
  var part: Int
  var of: Int

  /// `2/4`: the second of four.
  init?(_ text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
    guard parts.count == 2, let part = parts[0], let of = parts[1], of >= 1, of <= 10_000, 1...of ~= part else {
      return nil
    }
    (self.part, self.of) = (part, of)
  }

  /// FNV-1a, and the mixing of MurmurHash3: paths that differ in a letter go anywhere.
  func has(_ path: String) -> Bool {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in path.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    hash = (hash ^ hash >> 33) &* 0xFF51_AFD7_ED55_8CCD
    hash = (hash ^ hash >> 33) &* 0xC4CE_B9FE_1A85_EC53
    return Int((hash ^ hash >> 33) % UInt64(of)) == part - 1
  }
}
