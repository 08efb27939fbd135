import CShim

/// A fixed-size pool of threads. What it runs must not depend on which worker does what.
public final class WorkerPool {
  private let pool: OpaquePointer?
  public let workers: Int

  public init(workers: Int) {
    self.workers = max(1, workers)
    pool = self.workers > 1 ? outage_pool_create(Int32(self.workers)) : nil
  }

  deinit { outage_pool_destroy(pool) }

  /// Calls `body` for each of 0..<count, in parallel, and returns when all are done.
  func run(_ count: Int, _ body: (Int) -> Void) {
    guard let pool, count > 1 else {
      for i in 0..<count { body(i) }
      return
    }
    withoutActuallyEscaping(body) { escapable in
      var context = escapable
      withUnsafeMutablePointer(to: &context) { pointer in
        outage_pool_run(
          pool, Int32(count),
          { raw, i in
            raw.unsafelyUnwrapped.assumingMemoryBound(to: ((Int) -> Void).self).pointee(Int(i))
          }, pointer)
      }
    }
  }
}
