/// What a search found: plain values for reports, the same for every number of workers.
public struct ExploreResult: Sendable {
  public enum Verdict: String, Sendable { case holds, violated, unknown }

  public struct Property: Sendable {
    public var text: String
    /// never, always, eventually, recoverable, sometimes
    public var kind: String
    public var verdict: Verdict
    public var isMeantViolated: Bool
    public var reason: String
    public var line: Int
    /// The file of the line; nothing: the script itself.
    public var file = ""
    public var condition: String
    /// States in which it is violated, as far as all were looked at; or nil.
    public var violating: Int?
    /// A premise was never true: what holds, holds for want of cases.
    public var isVacuous = false
    public var trace: Trace?

    /// `verdict` with `meant violated` taken into account.
    public var outcome: Verdict {
      guard isMeantViolated else { return verdict }
      switch verdict {
      case .holds: return .violated
      case .violated: return .holds
      case .unknown: return .unknown
      }
    }
  }

  /// A path from the start; of a lasso, the steps from `loop` on repeat for ever.
  public struct Trace: Sendable {
    public var steps: [Step]
    public var loop: Int?
    /// Changes of process along it.
    public var switches: Int
    /// What the property reads, in the last state.
    public var values: [String]
  }

  public struct Step: Sendable {
    public enum Kind: String, Sendable {
      case step, timeout, expiry, crash, restart, stall
      /// What nobody else sees of steps: a request arrives, or begins and waits; time passes; an end.
      case unseen
    }
    public var kind: Kind
    /// Name of the process element, of the request's service, or of the lease.
    public var actor: String
    /// Source of the step, and its line from 1 (0: none).
    public var text: String
    public var line: Int
    /// The file of the line; nothing: the script itself.
    public var file = ""
    public var label: String
    /// What was chosen where there was more than one option: `to s[1]`, `any: 3`, `chance: no`, `branch 2`.
    public var choices: [String]
    /// `endpoint.version 0 → 3`
    public var changes: [String]
    /// What was chosen, and what changed.
    public var effects: [String] { choices + changes }

    public init(
      kind: Kind, actor: String, text: String, line: Int, file: String = "", label: String, choices: [String] = [],
      changes: [String]
    ) {
      (self.kind, self.actor, self.text) = (kind, actor, text)
      (self.line, self.file, self.label) = (line, file, label)
      (self.choices, self.changes) = (choices, changes)
    }
  }

  public enum Limit: Sendable, Equatable {
    case states(Int)
    /// Bytes
    case memory(Int)
    case time
    /// The host gave up.
    case interrupted
  }

  /// A step that cannot be made: division by zero and the like.
  public struct Failure: Sendable {
    public var code: String
    public var message: String
    /// Step id, or -1.
    public var step: Int
    public var line = 0
    /// The file of the line; nothing: the script itself.
    public var file = ""
    public var text = ""
    /// Index of the file, and byte range of the step; nil: no step was at fault.
    public var place: (file: Int32, from: Int32, to: Int32)?
    public var trace: Trace?
    init(code: String, message: String, step: Int) {
      self.code = code
      self.message = message
      self.step = step
    }
  }

  public var scenario = ""
  public var parameters: [(name: String, value: String)] = []
  public var states = 0
  public var transitions = 0
  /// Longest of the shortest paths from the start, in steps.
  public var depth = 0
  /// Bytes of states, transitions and contents at the end.
  public var bytes = 0
  /// By fingerprints alone: their bits; or nil.
  public var fingerprintBits: Int?
  /// Where a reduction by symmetry was asked for.
  public var symmetry: Symmetry?
  /// Where orders of steps were to be left out.
  public var partialOrder: PartialOrder?
  public var processes: [String] = []
  /// Processes that no property depends on, and that were left out: elements, or whole arrays.
  public var uninvolved: [String] = []
  /// What bounds of `explore { }` say of parameters that the variant sets too: `n = 3`.
  public var outranked: [String] = []
  /// The variant, if one was chosen.
  public var variant: String?
  /// Bounds that the verdicts are for, beyond parameters.
  public var bounds: [String] = []
  /// What is in the script and takes no part: `load clients`, `2 entries of the timeline`.
  public var leftOut: [String] = []
  /// Requests in hand at once that nobody waited for, at most.
  public var abandoned = 0
  public var properties: [Property] = []
  /// Properties that a search of orders cannot judge, and why.
  public var skipped: [(text: String, reason: String)] = []
  /// Why the search stopped early, or nil.
  public var limit: Limit?
  public var hint: String?
  /// All states were seen and expanded.
  public var isComplete = false
  /// Steps never reached: line, its file (nothing: the script itself) and source.
  public var unreached: [(line: Int, file: String, text: String)] = []
  public var failure: Failure?
  /// A fault of this program: a path that was found is none, and is not told. Nothing that is said can be relied on then.
  public var fault: String?
  /// Complete paths, and for properties of states how many end where each is violated, or for a `sometimes` reached
  /// (`--count-paths`); nil: they are endless, or were not counted.
  public var paths: (all: UInt128, met: [(property: Int, count: UInt128)])?
  public var countedPaths = false

  public init() {}

  public var verdict: Verdict {
    if failure != nil || properties.contains(where: { $0.outcome == .violated }) { return .violated }
    if fault != nil || limit != nil || properties.contains(where: { $0.outcome == .unknown }) { return .unknown }
    if properties.isEmpty, !skipped.isEmpty { return .unknown }
    return .holds
  }

  /// With fingerprints: the chance that some state was taken for another, and so missed, is at most one in this many.
  public var missedOneIn: Int? {
    guard let bits = fingerprintBits else { return nil }
    let pairs = Double(states) * Double(max(1, states - 1)) / 2
    return max(1, Int(min(9e18, (Double(sign: .plus, exponent: bits, significand: 1) / pairs).rounded(.down))))
  }

  /// Orders of steps were left out: states are those that were kept, and no path need be a shortest one.
  public var isPartial: Bool { partialOrder.map { $0.leftOut == nil } ?? false }

  /// Something was never tried: a step that no path reaches, a premise that is never true.
  public var hasBlindSpots: Bool { !unreached.isEmpty || properties.contains { $0.isVacuous } }
}
