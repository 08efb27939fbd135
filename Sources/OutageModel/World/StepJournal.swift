/// The steps that processes have come to the end of, as far as others can see them: for whoever wants to check a run step by
/// step. Only scripts that follow an order have the marks for it.
public struct StepJournal: Sendable {
  public private(set) var entries: [(element: Int, step: Int)] = []
  /// Begun, and not yet at its end, by element.
  public private(set) var open: [Int: Int] = [:]

  mutating func begin(_ element: Int, _ step: Int) { open[element] = step }

  mutating func end(_ element: Int) {
    if let step = open.removeValue(forKey: element) { entries.append((element, step)) }
  }

  /// Its step will not come to its end.
  mutating func drop(_ element: Int) { open[element] = nil }

  /// The entries since the last time.
  mutating func take() -> [(element: Int, step: Int)] {
    defer { entries.removeAll(keepingCapacity: true) }
    return entries
  }
}

extension World {
  /// From now on steps are written down. One thread only.
  public func keepJournal() {
    if base[0].journal != nil { return }
    let journal = UnsafeMutablePointer<StepJournal>.allocate(capacity: 1)
    journal.initialize(to: StepJournal())
    for i in 0..<islandCount { base[i].journal = journal }
  }

  /// Steps that came to their end since the last time.
  public func takeJournal() -> [(element: Int, step: Int)] { base[0].journal?.pointee.take() ?? [] }

  /// Steps that have begun and wait within, by element.
  public var openSteps: [Int: Int] { base[0].journal?.pointee.open ?? [:] }

  /// The words of a passive element, as a search of orders packs them.
  public func contents(of element: Int) -> [Int64] {
    var words: [Int64] = []
    island(Int(image.tables.elementIsland[element])).save(element, into: &words)
    return words
  }
}
