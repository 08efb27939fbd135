import OutageModel

extension ExploreResult {
  /// What was made of the wish to leave out orders of steps that say nothing new.
  public struct PartialOrder: Sendable {
    /// Why everything was searched all the same, or nil.
    public var leftOut: String?
  }
}

/// Whether orders of steps may be left out for what is asked.
enum PartialOrder {
  /// What stands against it, or nil.
  static func obstacle(
    _ image: Image, _ options: ExploreOptions, _ properties: [ImageMeta.Property], _ cone: Cone, isPresent: Bool
  ) -> String? {
    if !cone.lapses.isEmpty { return "something happens as a lease lapses" }
    if isPresent { return "the search begins in a world that lives" }
    if options.isCompact { return "fingerprints do not tell at which level a state was met" }
    if options.countsPaths { return "paths are counted one by one" }
    if options.countsAll { return "violating states are counted one by one" }
    for p in properties {
      switch p.kind {
      case .eventually, .leadsTo, .recoverable: return "\"\(p.text)\" speaks of paths"
      case .never, .always, .sometimes, .expect: break
      }
      // Where some step is left, that others come first may make it the last one.
      if p.readsStuck, !p.reads.isEmpty { return "\"\(p.text)\" reads `stuck` beside what steps change" }
    }
    return nil
  }
}
