/// One row of the catalog: what a member of a kind of node takes, gives and means.
public struct MemberEntry: Sendable {
  public enum Use: Sendable, Hashable {
    /// Read only.
    case measure
    /// Read and assigned.
    case attribute
    /// Changes the node; a statement of its own, or the whole value of a `let`.
    case operation
    /// An operation that may wait.
    case blocking
    /// Has a value over a window alone.
    case windowed
  }

  /// What a member is over a window.
  public enum Window: Sendable, Hashable {
    /// Of what counts: by how much it grew.
    case increase
    /// Of what goes up and down: its mean over time, a number.
    case mean
    /// Of what is measured of requests: the same of those that ended in the window.
    case ofEnded
    /// Busy servers over servers, both over time.
    case utilisation
  }

  /// A kind of value that may depend on the node.
  public enum Shape: Sendable, Hashable {
    case type(Type)
    /// What the queue holds.
    case item
    /// A count (at once) or a rate (admitted).
    case limit
    /// One or more texts or elements of nodes.
    case addresses
    /// A count that may be left out.
    case optionalCount
  }

  public var node: NodeKind
  public var member: Member
  public var arguments: [Shape]
  public var result: Shape
  public var use: Use
  /// On an array without an index the values of the elements add (counts), or count (truths).
  public var addsUp: Bool
  /// What may be assigned.
  public var range: RangeRule?
  /// nil: it has no window.
  public var window: Window?
  /// One line for completion and help.
  public var documentation: String

  /// As written after the dot: `queue.length`.
  public var path: String { member.rawValue }
}
