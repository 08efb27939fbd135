// Stops are looked for at ticks. What comes and goes between two of them would be missed: so the island to which a value
// belongs looks at it after every event, and says afterwards that it moved. Looking is a glance, it leaves no trace.

/// An expression that somebody looks at after every event of its island.
public struct Sight: Sendable {
  var body: Int32
  var island: Int32
  /// Only coming true counts, not every change.
  var isCondition: Bool
  /// What it was last; nil: it had no value.
  var last: Int64?
  /// It moved since somebody last asked.
  var hasMoved = false

  /// - Parameters:
  ///   - body: of the image, a single value.
  ///   - island: the one island whose state it reads.
  public init(body: Int, island: Int, isCondition: Bool) {
    (self.body, self.island, self.isCondition) = (Int32(body), Int32(island), isCondition)
  }
}

extension World {
  /// Looks at these from now on, and at no others. Only while the world stands still.
  public func look(at sights: [Sight]) {
    let s = shared
    s.pointee.sights?.deallocate()
    s.pointee.sights = sights.isEmpty ? nil : .allocate(capacity: sights.count)
    s.pointee.sightCount = sights.count
    for i in 0..<islandCount { base[i].isSighted = false }
    for (k, sight) in sights.enumerated() {
      var sight = sight
      sight.last = island(Int(sight.island)).glance(Int(sight.body)).word
      s.pointee.sights.unsafelyUnwrapped.advanced(by: k).initialize(to: sight)
      base[Int(sight.island)].isSighted = true
    }
  }

  /// Whether any of them moved since.
  public var hasSightMoved: Bool {
    guard let sights = shared.pointee.sights else { return false }
    return (0..<shared.pointee.sightCount).contains { sights[$0].hasMoved }
  }
}

extension Island {
  /// After an event: each sight of this island, which no other thread touches.
  @inline(never)
  func look() {
    guard let sights = shared.pointee.sights else { return }
    for k in 0..<shared.pointee.sightCount where Int(sights[k].island) == Int(p.pointee.id) && !sights[k].hasMoved {
      let now = glance(Int(sights[k].body)).word
      if now == sights[k].last { continue }
      sights[k].hasMoved = !sights[k].isCondition || now == 1
      sights[k].last = now
    }
  }
}
