/// Which elements can touch each other without latency: union-find over elements.
struct Partition {
  private var parent: [Int32]

  init(count: Int) { parent = (0..<Int32(count)).map { $0 } }

  mutating func find(_ e: Int) -> Int {
    var root = Int32(e)
    while parent[Int(root)] != root { root = parent[Int(root)] }
    var at = Int32(e)
    while parent[Int(at)] != root {
      let next = parent[Int(at)]
      parent[Int(at)] = root
      at = next
    }
    return Int(root)
  }

  mutating func union(_ a: Int, _ b: Int) {
    let x = find(a)
    let y = find(b)
    if x != y { parent[max(x, y)] = Int32(min(x, y)) }
  }
}

/// Where an entry of the timeline stands, and when it comes: nil: more than once, or nobody knows.
struct TimelinePlace {
  var line: Int
  var time: Int64?
}

/// What a body touches without latency, or reaches over a link with latency.
struct Touches {
  enum Target: Hashable {
    /// The element of this node with the body's own index.
    case own(Int)
    /// One element of a node.
    case element(Int, Int)
    case all(Int)

    var node: Int {
      switch self {
      case .own(let n), .element(let n, _), .all(let n): n
      }
    }
  }
  var direct: Set<Target> = []
  /// Only read: what a `measure` could do instead.
  var read: Set<Target> = []
  var linked: Set<Target> = []
  /// Of what it touches: what it does depends on these.
  var depends: Set<Target> = []
  /// Of what it touches: what it changes.
  var written: Set<Target> = []
  /// Of these, whose change matters though time is forgotten.
  var shown: Set<Target> = []
  /// Whom faults of it bring down, begin anew, or stop for ever.
  var felled: Set<Target> = []
  var stopped: Set<Target> = []
  /// Between whom it loses messages.
  var cuts: Set<[Target]> = []
  var called: Set<HandlerCalled> = []
  /// Of a handler, its number.
  var handler: Int?
  /// It is run as a lease lapses.
  var isLapse = false
  /// Of an entry of the timeline.
  var entry: TimelinePlace?
  var all: Set<Target> { direct.union(linked).union(read).union(depends).union(written) }
}
