import CProcess
import OutageKit

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// What the machine, or the container, leaves this process.
enum Resources {
  private static let limits: ContainerLimits = {
    func text(_ path: String) -> String? {
      (try? Files.read(path, limit: 1 << 20)).map { String(decoding: $0, as: UTF8.self) }
    }
    guard let membership = text("/proc/self/cgroup"), let mounts = text("/proc/self/mountinfo") else {
      return ContainerLimits()
    }
    return ContainerLimits(membership: membership, mounts: mounts, read: text)
  }()

  /// Threads that can run at once: the processors that the process may use, and as many of them as its group pays for.
  static var workers: Int {
    var workers = processors
    if let paid = limits.processors { workers = min(workers, Int(paid.rounded(.up))) }
    return max(1, min(workers, 1024))
  }

  private static var processors: Int {
    let allowed = Int(outage_processors())
    if allowed > 0 { return allowed }
    return Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))
  }

  /// Bytes that are taken where nobody says how many: 8 GiB, or four fifths of what there is.
  static let memory: Int = {
    let (pages, size) = (sysconf(Int32(_SC_PHYS_PAGES)), sysconf(Int32(_SC_PAGESIZE)))
    var most = pages > 0 && size > 0 ? pages * size : Int.max
    if let limit = limits.memory { most = min(most, limit) }
    return min(8 << 30, max(48 << 20, most / 5 * 4))
  }()
}
