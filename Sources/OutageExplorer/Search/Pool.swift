import CShim

/// A fixed-size pool of threads. What it runs must not depend on which worker does what.
final class Pool {
  private let pool: OpaquePointer?
  let workers: Int

  init(workers: Int) {
    self.workers = max(1, workers)
    pool = workers > 1 ? outage_pool_create(Int32(workers)) : nil
  }

  deinit { outage_pool_destroy(pool) }

  /// Which of the workers runs the present `body`.
  static var worker: Int { Int(outage_pool_worker()) }

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
