import OutageCompiler
import OutageEngine
import OutageSemantics

// Going back is going forward from a snapshot. Near the present snapshots lie close together, so that a step back is
// answered at once; further back ever wider apart, so that all of them fit into the memory allowed.

/// A live world at one tick, with everything that decides how it goes on.
struct Kept {
  var ticks: Int64
  /// Deeds that were done.
  var done: Int
  /// Work from the start to here, in events.
  var cost: Int64
  var run: Run.Snapshot
  var ground: Ground
  var program: CheckedProgram
  var text: LiveText
  var set: [(String, String)]

  /// Bytes that it holds besides its run, where no other snapshot holds the same.
  var bytesOfGround: Int { ground.bytes + text.weight }
}

struct Snapshots {
  /// Work after which another snapshot is taken: going back repeats at most so much near the present.
  static let interval: Int64 = 400_000
  /// What a look costs, in events.
  static let look: Int64 = 40

  /// Bytes that all snapshots together may take; the first and the last are always kept.
  var limit: Int
  private(set) var kept: [Kept] = []

  /// Worlds that stand on the same ground share it; that of the script is there anyway.
  var bytes: Int {
    var sum = 0
    for (k, one) in kept.enumerated() {
      sum += one.run.bytes
      if k > 0, one.ground !== kept[k - 1].ground, one.ground !== kept[0].ground { sum += one.bytesOfGround }
    }
    return sum
  }

  init(limit: Int) { self.limit = limit }

  mutating func add(_ snapshot: Kept) {
    kept.removeAll { $0.ticks == snapshot.ticks && $0.done == snapshot.done }
    let at = kept.firstIndex { ($0.ticks, $0.done) > (snapshot.ticks, snapshot.done) } ?? kept.count
    kept.insert(snapshot, at: at)
    while bytes > limit, kept.count > 2 { thin(around: at) }
  }

  /// Drops snapshots until another one fits: before it is copied, so that there is never one too many.
  mutating func makeRoom(for another: Int, at moment: Moment) {
    let at = kept.firstIndex { $0.ticks > moment.ticks } ?? kept.count
    while bytes + another > limit, kept.count > 2 { thin(around: at) }
  }

  /// The last snapshot from which a moment can be reached.
  func before(_ moment: Moment) -> Kept? { kept.last { $0.ticks <= moment.ticks } }

  /// Forgets what comes after: the future will be another.
  mutating func forget(after moment: Moment, done: Int) {
    kept.removeAll { $0.ticks > moment.ticks || $0.done > done }
  }

  /// Drops the snapshot whose gap would be smallest for its distance from the present.
  private mutating func thin(around present: Int) {
    let now = kept[min(present, kept.count - 1)].cost
    var best = 1
    var least = Double.infinity
    for k in 1..<(kept.count - 1) where k != present {
      let gap = Double(kept[k + 1].cost - kept[k - 1].cost)
      let distance = Double(abs(now - kept[k].cost)) + Double(Self.interval)
      if gap / distance < least {
        least = gap / distance
        best = k
      }
    }
    kept.remove(at: best)
  }
}
