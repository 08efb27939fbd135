// A live world grows: new elements join it while the old ones keep their places in memory, their pending events and the
// bodies they are in the middle of. An image that grew from another one therefore only ever appends.

/// What an image has that the one it grew from had not.
public struct Growth: Sendable {
  public var image: Image
  /// Elements from this one on are new.
  public var firstElement: Int
  /// Nodes `oldNodes ..< newNodes` are new; nodes of the timeline come behind them.
  public var oldNodes: Int
  public var newNodes: Int
  /// Timeline entries from this one on are new, and properties.
  public var firstEntry: Int
  public var firstProperty: Int
  /// Words in use in each old island with the new elements in place.
  public var ends: [Int]

  public init(
    image: Image, firstElement: Int, oldNodes: Int, newNodes: Int, firstEntry: Int, firstProperty: Int, ends: [Int]
  ) {
    self.image = image
    self.firstElement = firstElement
    self.oldNodes = oldNodes
    self.newNodes = newNodes
    self.firstEntry = firstEntry
    self.firstProperty = firstProperty
    self.ends = ends
  }
}

extension World {
  /// Words in use in each island: where new elements may be placed.
  public var wordsInUse: [Int] { (0..<islandCount).map { base[$0].memUsed } }

  /// New elements begin now. All islands stand still at the same time. False: they do not fit into the memory allowed.
  public func grow(_ growth: Growth) -> Bool {
    for (i, end) in growth.ends.enumerated() where end > base[i].memReserved / 8 - Arena.slack { return false }
    if stateBytes + growth.image.bytesOfFirstItems(from: growth.firstElement) > base[0].memReserved { return false }
    let old = image
    let time = base[0].now
    let count = growth.image.tables.islandCount
    let first = islandCount
    resize(to: count, tables: growth.image.tables, words: growth.image.meta.islandWords)
    for i in first..<count { base[i].now = time }
    for (i, end) in growth.ends.enumerated() where end > base[i].memUsed {
      (base[i].mem + base[i].memUsed).update(repeating: 0, count: end - base[i].memUsed)
      base[i].memUsed = end
    }
    growShared(growth, from: old)
    adopt(growth.image)
    growChecks(from: old)
    begin(growth)
    for i in 0..<islandCount { base[i].isDirty = true }
    return true
  }

  private func growShared(_ growth: Growth, from old: Image) {
    let s = shared
    let meta = growth.image.meta
    func grown<T>(_ words: UnsafeMutablePointer<T>, _ kept: Int, _ count: Int, _ first: T) -> UnsafeMutablePointer<T> {
      let fresh = UnsafeMutablePointer<T>.allocate(capacity: max(1, count))
      fresh.initialize(repeating: first, count: max(1, count))
      fresh.update(from: words, count: kept)
      words.deallocate()
      return fresh
    }
    let measures = World.samples(of: meta.measures)
    measures.update(from: s.pointee.measures, count: old.meta.measures.count)
    s.pointee.measures.deallocate()
    s.pointee.measures = measures
    s.pointee.windows = grown(s.pointee.windows, old.meta.windowPlaces, meta.windowPlaces, .none)
    s.pointee.nodeWords = grown(s.pointee.nodeWords, 2 * growth.oldNodes, 2 * growth.image.tables.nodeCount, 0)
    for n in growth.oldNodes..<growth.newNodes {
      for k in 0..<2 { s.pointee.nodeWords[2 * n + k] = meta.nodeWords[n][k] }
    }
    s.pointee.periods = grown(s.pointee.periods, old.meta.entries.count, meta.entries.count, 0)
    for k in growth.firstEntry..<meta.entries.count {
      if case .every(let period) = meta.entries[k].kind { s.pointee.periods[k] = period }
    }
    s.pointee.lookahead = meta.lookahead
  }

  /// Checks are kept in order of islands; what the old ones have seen stays seen.
  private func growChecks(from old: Image) {
    var seen: [Int: Int64] = [:]
    for (k, c) in old.meta.checks.enumerated() { seen[c.property] = shared.pointee.checks[k].decidedAt }
    let checks = UnsafeMutablePointer<Check>.allocate(capacity: max(1, image.meta.checks.count))
    for (k, c) in image.meta.checks.enumerated() {
      (checks + k).initialize(to: Check(c, decidedAt: seen[c.property] ?? -1))
    }
    shared.pointee.checks.deallocate()
    shared.pointee.checks = checks
    placeChecks()
  }

  /// Each island knows which of the checks are its own.
  func placeChecks() {
    for i in 0..<islandCount { (base[i].checksFrom, base[i].checksCount) = (0, 0) }
    for (k, c) in image.meta.checks.enumerated() {
      if base[c.island].checksCount == 0 { base[c.island].checksFrom = Int32(k) }
      base[c.island].checksCount += 1
    }
  }

  private func begin(_ growth: Growth) {
    let meta = image.meta
    for initial in meta.initials where initial.element >= growth.firstElement { write(initial) }
    for initial in meta.begins where initial.element >= growth.firstElement { fill(initial) }
    for n in growth.oldNodes..<growth.newNodes { begin(node: n) }
    let now = base[0].now
    for check in meta.checks where check.property >= growth.firstProperty { attend(check, notBefore: now) }
    for entry in meta.entries[growth.firstEntry...] { begin(entry, notBefore: now) }
  }

  /// Room for another number of islands; new ones are empty. Their states may move: no island is running.
  func resize(to count: Int, tables: ImageTables, words: [Int]) {
    if count == islandCount { return }
    let moved = UnsafeMutablePointer<IslandState>.allocate(capacity: count)
    for i in 0..<min(count, islandCount) { (moved + i).initialize(to: base[i]) }
    for i in min(count, islandCount)..<islandCount { release(base[i]) }
    for i in islandCount..<max(count, islandCount) {
      (moved + i).initialize(
        to: IslandState(
          id: i, tables: tables, islands: moved, shared: shared, fixedWords: words[i], reserve: memory))
      moved[i].isTraced = islandCount > 0 && base[0].isTraced
    }
    base.deallocate()
    base = moved
    islandCount = count
    for i in 0..<count { base[i].islands = base }
  }

  /// Another image that begins like the present one: the same nodes at the same places.
  public func adopt(_ other: Image) {
    let places = other.meta.placeCount
    if places != image.meta.placeCount {
      let keys = World.placeKeys(other, seed)
      shared.pointee.placeKeys.deallocate()
      shared.pointee.placeKeys = keys
    }
    image = other
    for i in 0..<islandCount { base[i].tables = other.tables }
  }

  static func placeKeys(_ image: Image, _ seed: UInt64) -> UnsafeMutablePointer<UInt64> {
    let keys = UnsafeMutablePointer<UInt64>.allocate(capacity: max(1, image.meta.placeCount))
    for k in 0..<image.meta.placeCount { keys[k] = mix(mix(seed &+ golden) ^ image.tables.places[k].key) }
    return keys
  }

  /// What an element's member says.
  public func read(_ member: MemberCode, of element: Int) -> Int64 { Island(base).read(member, element) }
}

extension Check {
  init(_ c: ImageMeta.Check, decidedAt: Int64) {
    self.init(
      body: Int32(c.body), property: Int32(c.property), decisive: c.decisive, isSought: c.isSought, from: c.from,
      until: c.until, decidedAt: decidedAt)
  }
}
