import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Several threads that take one piece of work after the other, until all are taken. Each piece has a place of its own for
/// what it makes, so that their order is that of the work, whoever did it.
enum Crew {
  /// - Parameter tell: called on the calling thread now and then, with how many are done.
  static func map<Made: Sendable>(
    _ count: Int, workers: Int, tell: (Int) -> Void, _ body: @escaping @Sendable (Int) -> Made
  ) -> [Made] {
    let made = Mutex<[Made?]>(Array(repeating: nil, count: count))
    let work = Work(count) { k in
      let one = body(k)
      made.withLock { $0[k] = one }
    }
    var threads: [pthread_t] = []
    for _ in 1..<max(1, min(workers, count)) {
      guard let thread = start(work) else { break }
      threads.append(thread)
    }
    while work.takesOne() { tell(work.done) }
    for thread in threads { pthread_join(thread, nil) }
    return made.withLock { $0.compactMap(\.self) }
  }

  private final class Work: Sendable {
    private let next = Atomic<Int>(0)
    private let finished = Atomic<Int>(0)
    private let count: Int
    private let body: @Sendable (Int) -> Void

    init(_ count: Int, _ body: @escaping @Sendable (Int) -> Void) { (self.count, self.body) = (count, body) }

    var done: Int { finished.load(ordering: .relaxed) }

    /// - Returns: there was a piece to be done.
    func takesOne() -> Bool {
      let k = next.wrappingAdd(1, ordering: .relaxed).oldValue
      if k >= count { return false }
      body(k)
      finished.wrappingAdd(1, ordering: .relaxed)
      return true
    }
  }

  /// nil: the system has no more threads; those that there are do the work.
  private static func start(_ work: Work) -> pthread_t? {
    #if canImport(Darwin)
      var thread: pthread_t?
    #else
      var thread = pthread_t()
    #endif
    let argument = Unmanaged.passRetained(work)
    let failed = pthread_create(
      &thread, nil,
      { raw in
        #if canImport(Darwin)
          let work = Unmanaged<Work>.fromOpaque(raw).takeRetainedValue()
        #else
          guard let raw else { return nil }
          let work = Unmanaged<Work>.fromOpaque(raw).takeRetainedValue()
        #endif
        while work.takesOne() {}
        return nil
      }, argument.toOpaque())
    if failed != 0 {
      argument.release()
      return nil
    }
    return thread
  }
}
