import OutageExplorer

/// A timeline that is meant to make a run take a counterexample's path. Steps of processes and expiries of leases are ordered by
/// `follow`; faults stand at times between the parts of the order; requests and time-outs have no place in an order: a
/// stall of the service makes its callers give up.
struct OrderPlan {
  var timeline: [String]

  /// What may be tried, the plainest first.
  static func candidates(_ trace: ExploreResult.Trace, _ processes: [String]) -> [OrderPlan] {
    let named = Set(trace.steps.map(\.actor))
    // Whoever makes no step in it stays where it is.
    let still = processes.filter { !named.contains($0) }.map { "at 0s stall \($0)" }
    let parts = Part.split(trace, processes)
    let services = silent(trace)
    let isPlain = parts.count == 1 && trace.steps.allSatisfy { isOrdered($0, processes) }
    if isPlain {
      let order = parts[0].follow(at: "0s")
      return still.isEmpty
        ? [OrderPlan(timeline: order)] : [OrderPlan(timeline: still + order), OrderPlan(timeline: order)]
    }
    var plans: [OrderPlan] = []
    for gap in parts.count > 1 ? [1, 60] : [1] {
      for stall in services.isEmpty ? [0] : [0, 2, 10, 60, 300] {
        let stalls = stall == 0 ? [] : services.map { "at 0s stall \($0) for \(stall)s" }
        for isFollowed in [true, false] {
          let order = parts.enumerated().flatMap { k, part in
            (part.fault.map { ["at \(k * gap)s \($0)"] } ?? []) + (isFollowed ? part.follow(at: "\(k * gap)s") : [])
          }
          plans.append(OrderPlan(timeline: still + stalls + order))
          if !still.isEmpty { plans.append(OrderPlan(timeline: stalls + order)) }
        }
      }
    }
    return plans
  }

  /// What stands in the way of a script.
  static func obstacle(_ trace: ExploreResult.Trace, _ processes: [String]) -> String {
    for (k, step) in trace.steps.enumerated() {
      switch step.kind {
      case .timeout: return "step \(k + 1) is a time-out, which no stall that was tried brought about at that moment"
      case .crash, .restart, .stall:
        return "step \(k + 1) is a fault, which at no time that was tried came between the steps around it"
      case .step where !processes.contains(step.actor):
        return "step \(k + 1) is made by a request, and `follow` orders processes and leases"
      case .step, .expiry, .unseen: continue
      }
    }
    return "a search forgets time, a run cannot: none that was tried takes this path"
  }

  private static func isOrdered(_ step: ExploreResult.Step, _ processes: [String]) -> Bool {
    step.kind == .expiry || step.kind == .step && processes.contains(step.actor)
  }

  /// Services whose requests are waited for in vain: `bank` of `bank for shop[0]`.
  private static func silent(_ trace: ExploreResult.Trace) -> [String] {
    if !trace.steps.contains(where: { $0.kind == .timeout }) { return [] }
    var services: [String] = []
    for step in trace.steps {
      guard let range = step.actor.firstRange(of: " for ") else { continue }
      let service = String(step.actor[..<range.lowerBound])
      if !services.contains(service) { services.append(service) }
    }
    return services
  }

  /// A fault, and the order of what follows it.
  private struct Part {
    var fault: String?
    var actors: [String] = []

    func follow(at time: String) -> [String] {
      actors.isEmpty ? [] : ["at \(time) follow " + actors.joined(separator: ", ")]
    }

    static func split(_ trace: ExploreResult.Trace, _ processes: [String]) -> [Part] {
      var parts = [Part()]
      for step in trace.steps {
        switch step.kind {
        case .crash, .restart, .stall: parts.append(Part(fault: "\(step.kind.rawValue) \(step.actor)"))
        case .step, .expiry, .timeout, .unseen:
          if isOrdered(step, processes) { parts[parts.count - 1].actors.append(step.actor) }
        }
      }
      return parts
    }
  }
}
