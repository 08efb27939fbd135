extension ImageMeta {
  /// Somebody who takes no part in a search and changes what those who do can see.
  public struct Meddler: Sendable {
    /// `load l`, `line 8`.
    public var name: String
    /// When it comes, and only then; nil: at any time.
    public var time: Int64?
    /// It is an entry of the timeline.
    public var isEntry: Bool
    /// Elements that it changes.
    public var changes: [ClosedRange<Int>] = []
    /// Those that it brings down or begins anew, and those that it stops for ever.
    public var fells: [ClosedRange<Int>] = []
    public var stops: [ClosedRange<Int>] = []
    /// Between whom it loses messages.
    public var cuts: [(ClosedRange<Int>, ClosedRange<Int>)] = []
    /// Nodes of services with a bound on requests in hand, of which it has some.
    public var fills: Set<Int> = []

    public init(name: String, time: Int64? = nil, isEntry: Bool = false) {
      (self.name, self.time, self.isEntry) = (name, time, isEntry)
    }
  }
}
