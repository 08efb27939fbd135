#if DEBUG
  import Synchronization

  /// What a world has drawn: in debug builds, that nothing is drawn twice is checked for the first draws of a world.
  final class DrawnBefore: Sendable {
    struct Name: Hashable {
      var key: UInt64
      var owner: UInt64
      var count: UInt64
    }
    private static let most = 1 << 20
    private let names: Mutex<Set<Name>>

    init(_ names: Set<Name> = []) { self.names = Mutex(names) }

    /// What was drawn so far: copied with the world.
    var all: Set<Name> { names.withLock { $0 } }

    func replace(with other: Set<Name>) { names.withLock { $0 = other } }

    func note(_ draw: Draw) {
      names.withLock { names in
        if names.count >= Self.most { return }
        let isNew = names.insert(Name(key: draw.key, owner: draw.owner, count: draw.count)).inserted
        precondition(isNew, "one place, owner and count drawn twice")
      }
    }
  }
#endif
