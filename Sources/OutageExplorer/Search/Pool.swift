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

  /// The same while the calling thread does `own`, before it takes part; what `own` does may not matter to `body`.
  func run(_ count: Int, beside own: () -> Void, _ body: (Int) -> Void) {
    guard let pool else {
      own()
      for i in 0..<count { body(i) }
      return
    }
    withoutActuallyEscaping(body) { body in
      withoutActuallyEscaping(own) { own in
        var context = (body: body, own: own)
        withUnsafeMutablePointer(to: &context) { pointer in
          outage_pool_run_beside(
            pool, Int32(count),
            { raw, i in
              raw.unsafelyUnwrapped.assumingMemoryBound(to: (body: (Int) -> Void, own: () -> Void).self).pointee
                .body(Int(i))
            },
            { raw in
              raw.unsafelyUnwrapped.assumingMemoryBound(to: (body: (Int) -> Void, own: () -> Void).self).pointee.own()
            }, pointer)
        }
      }
    }
  }
}
