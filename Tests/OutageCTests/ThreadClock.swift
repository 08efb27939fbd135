import Foundation

/// Processor time of the calling thread, ns: what it measures does not depend on how busy the machine is.
enum ThreadClock {
  static func now() -> Int64 {
    // Seconds and nanoseconds; their names belong to another module wherever a C header is imported besides.
    withUnsafeTemporaryAllocation(of: Int64.self, capacity: 2) { words in
      words.initialize(repeating: 0)
      words.withMemoryRebound(to: timespec.self) { _ = clock_gettime(CLOCK_THREAD_CPUTIME_ID, $0.baseAddress!) }
      return words[0] * 1_000_000_000 + words[1]
    }
  }
}
