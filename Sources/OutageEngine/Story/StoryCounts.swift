/// What is counted where it is not told: acts by what they are called.
public enum StoryAct: Int, Sendable, CaseIterable {
  case crash, restart, stall, slow, cut, drop, heal, clear, held, goesOn, assignment, log, failedCall, rule, entry
  case violation, milestone

  /// As machines read it.
  public var word: String { "\(self)" }

  /// `1 restart`, `1,204 failed calls`
  public func text(_ count: Int64) -> String {
    let (one, many): (String, String) =
      switch self {
      case .crash: ("crash", "crashes")
      case .restart: ("restart", "restarts")
      case .stall: ("stall", "stalls")
      case .slow: ("slowdown", "slowdowns")
      case .cut: ("cut", "cuts")
      case .drop: ("drop", "drops")
      case .heal: ("heal", "heals")
      case .clear: ("cleared queue", "cleared queues")
      case .held: ("held step", "held steps")
      case .goesOn: ("end of a stall or slowdown", "ends of stalls or slowdowns")
      case .assignment: ("assignment", "assignments")
      case .log: ("log", "logs")
      case .failedCall: ("failed call", "failed calls")
      case .rule: ("rule that fired", "rules that fired")
      case .entry: ("entry of the timeline", "entries of the timeline")
      case .violation: ("violation", "violations")
      case .milestone: ("milestone", "milestones")
      }
    return "\(ValueText.grouped(count)) \(count == 1 ? one : many)"
  }
}

/// How often each act was done and not told.
public struct StoryCounts: Sendable, Equatable {
  private var counts = [Int64](repeating: 0, count: StoryAct.allCases.count)
  public init() {}

  public subscript(act: StoryAct) -> Int64 { counts[act.rawValue] }
  public mutating func add(_ act: StoryAct, _ count: Int64 = 1) { counts[act.rawValue] += count }
  public mutating func add(_ other: StoryCounts) { for act in StoryAct.allCases { add(act, other[act]) } }
  public var total: Int64 { counts.reduce(0, +) }
  public var isEmpty: Bool { total == 0 }

  /// `1,204 failed calls, 3 restarts`: the most first.
  public var text: String {
    let some = StoryAct.allCases.filter { self[$0] > 0 }
    let ordered = some.enumerated().sorted { (-self[$0.element], $0.offset) < (-self[$1.element], $1.offset) }
    return ordered.map { $0.element.text(self[$0.element]) }.joined(separator: ", ")
  }
}
