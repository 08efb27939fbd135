import Foundation

/// A finished program: what it printed and what it cost.
struct Subprocess {
  let output: Data
  let status: Int32
  /// User and system time, s: on a busy machine the measure that can be compared.
  let cpu: Double
  let wall: Double
  /// Peak resident memory, MiB.
  let memory: Double

  /// Runs a program to its end; nil when it cannot be started.
  init?(_ command: [String]) {
    var pipes: [Int32] = [0, 0]
    guard pipe(&pipes) == 0 else { return nil }
    defer { close(pipes[0]) }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, pipes[1], 1)
    posix_spawn_file_actions_addclose(&actions, pipes[0])
    posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
    var arguments: [UnsafeMutablePointer<CChar>?] = command.map { strdup($0) }
    arguments.append(nil)
    defer { for a in arguments { free(a) } }
    var child: pid_t = 0
    let begun = Self.now()
    guard posix_spawnp(&child, command[0], &actions, nil, arguments, environ) == 0 else {
      close(pipes[1])
      return nil
    }
    close(pipes[1])
    output = FileHandle(fileDescriptor: pipes[0], closeOnDealloc: false).readDataToEndOfFile()
    var code: Int32 = 0
    var usage = rusage()
    while wait4(child, &code, 0, &usage) < 0, errno == EINTR {}
    wall = Self.now() - begun
    status = code & 0x7F == 0 ? code >> 8 & 0xFF : 128 + code & 0x7F
    cpu = Self.seconds(usage.ru_utime) + Self.seconds(usage.ru_stime)
    memory = Double(usage.ru_maxrss) / 1024
  }

  private static func seconds(_ t: timeval) -> Double { Double(t.tv_sec) + Double(t.tv_usec) * 1e-6 }

  private static func now() -> Double {
    var t = timespec()
    clock_gettime(CLOCK_MONOTONIC, &t)
    return Double(t.tv_sec) + Double(t.tv_nsec) * 1e-9
  }
}

func median(_ values: [Double]) -> Double {
  let sorted = values.sorted()
  let n = sorted.count
  return n == 0 ? .nan : n % 2 == 1 ? sorted[n / 2] : (sorted[n / 2 - 1] + sorted[n / 2]) / 2
}
