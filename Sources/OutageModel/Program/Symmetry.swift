extension ImageMeta {
  /// Whether the elements of an array of processes can be told apart by what they do, and by what is said of them.
  public struct Symmetry: Sendable {
    /// Elements of the processes.
    public var processes: ClosedRange<Int>
    /// Elements of each array of variables whose elements go with those of the processes, one with one.
    public var partners: [ClosedRange<Int>] = []
    /// Why elements are not interchangeable, or nil.
    public var obstacle: String?
    /// Why a property tells them apart, by its place in `properties`.
    public var telling: [Int: String] = [:]
    public init(processes: ClosedRange<Int>) { self.processes = processes }
  }
}
