/// A place in the history of a world: looks passed, and events handled one by one since.
public struct Moment: Comparable, Sendable {
  public var ticks: Int64
  public var events: Int64

  public init(ticks: Int64 = 0, events: Int64 = 0) {
    self.ticks = ticks
    self.events = events
  }

  public static let start = Moment()

  public static func < (a: Moment, b: Moment) -> Bool { (a.ticks, a.events) < (b.ticks, b.events) }
}

/// What was done to a live world by hand, and when. Going back before it and forward again does it again.
public struct Deed: Sendable {
  public enum Kind: Sendable {
    /// Items and statements as typed.
    case typed(String)
    /// A parameter has another value from here on.
    case set(name: String, value: String)
  }
  public var moment: Moment
  public var kind: Kind
}
