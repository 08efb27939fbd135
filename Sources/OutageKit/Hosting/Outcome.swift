/// How a move of a simulation ended.
public enum Outcome: Sendable {
  /// The time, or as many ticks, as asked for.
  case there
  /// The condition came true.
  case found
  /// The end of the scenario.
  case over
  /// A budget is used up, or a cancellation was tripped; what the run had shown until then. The simulation stands at the
  /// last tick before and can go on when the limit is raised.
  case stopped(Limit, partial: Report)
  /// The script went wrong, E07xx; the simulation stands at the last tick before.
  case failed(Problem)
}
