/// Whether a host lets a search go on.
public enum SearchHalt: Sendable {
  case goOn, timeIsUp, interrupted

  var limit: ExploreResult.Limit? {
    switch self {
    case .goOn: nil
    case .timeIsUp: .time
    case .interrupted: .interrupted
    }
  }
}

/// What a search says of itself while it runs.
public struct SearchProgress: Sendable {
  public var states: Int
  public var frontier: Int
  public var bytes: Int
  public var depth: Int
}
