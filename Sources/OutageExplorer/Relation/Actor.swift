/// Who makes a transition, and of what kind.
enum Actor {
  /// An activity (a process, or a request in hand) makes a step.
  case move(activity: Int)
  /// An activity that waits for an answer gives up.
  case timeOut(activity: Int)
  /// A lease lapses.
  case expiry(element: Int, component: Int)
  /// A fault, from a budget.
  case crash(activity: Int, budget: Int)
  case restart(activity: Int, budget: Int)
  case stall(activity: Int, budget: Int)

  /// The component on whose content it depends first.
  var own: Int {
    switch self {
    case .move(let k), .timeOut(let k), .crash(let k, _), .restart(let k, _), .stall(let k, _): k
    case .expiry(_, let k): k
    }
  }

  /// A fault that need not come: a path may end where nothing else is left. Everything else happens in the end where it can
  /// for ever: steps, time-outs, the lapse of a lease that nobody renews, restarts.
  var isOptional: Bool {
    switch self {
    case .crash, .stall: true
    case .move, .timeOut, .expiry, .restart: false
    }
  }
}
