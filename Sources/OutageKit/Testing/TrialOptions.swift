/// What tests of a script do.
public struct TrialOptions: Sendable {
  public var seeds: [UInt64] = [1]
  /// Every variant as well as the script as written.
  public var coversVariants = false
  /// Searches orders of steps, where there are processes and properties that orders decide.
  public var searches = true
  /// What no search decides, steps never reached and premises never true do not pass.
  public var isStrict = false
  /// Of each search.
  public var maxStates = 100_000
  /// Bytes, of each run and of each search.
  public var memory = 512 << 20
  /// Of each run; nil: as many as a run may handle.
  public var maxEvents: Int64?
  /// Threads of each run and of each search.
  public var workers = 1
  /// Asked from any thread.
  public var wantsToStop: @Sendable () -> Bool = { false }
  public init() {}
}

/// One test to be made.
public struct Trial: Sendable {
  public enum Kind: Sendable {
    case run(seed: UInt64)
    case search
  }
  public var kind: Kind
  public var variant: String?
}
