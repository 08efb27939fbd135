import Foundation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// A pseudo-terminal of Linux, to see what a command shows only there.
enum Terminal {
  struct Unavailable: Error {}

  // From asm-generic/ioctls.h, which Swift does not see.
  private static let unlock: UInt = 0x4004_5431
  private static let number: UInt = 0x8004_5430

  /// What a shell line writes to a terminal.
  static func output(of line: String, in folder: URL) throws -> String {
    let master = open("/dev/ptmx", O_RDWR | O_NOCTTY)
    guard master >= 0 else { throw Unavailable() }
    defer { close(master) }
    var off: Int32 = 0
    var index: UInt32 = 0
    guard ioctl(master, unlock, &off) == 0, ioctl(master, number, &index) == 0 else { throw Unavailable() }
    let path = "/dev/pts/\(index)"
    // The slave stays open here: the master can be read until everything that was written is out.
    let slave = open(path, O_RDWR | O_NOCTTY)
    guard slave >= 0 else { throw Unavailable() }
    defer { close(slave) }
    _ = try Program.shell("exec > \(path) 2>&1; \(line)", in: folder)
    _ = fcntl(master, F_SETFL, O_NONBLOCK)
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 4096)
    while case let n = read(master, &chunk, chunk.count), n > 0 { bytes += chunk[..<n] }
    return String(decoding: bytes, as: UTF8.self)
  }
}
