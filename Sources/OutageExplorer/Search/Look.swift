import OutageModel

/// A property that is still looked for while states are added or expanded.
struct Look {
  var judge: Int
  /// The value that is looked for, as tables have it.
  var wanted: UInt64
  var table: UnsafePointer<RuleTable>
  var stuckTable: UnsafePointer<RuleTable>
  /// Only states from which nobody moves can have it.
  var onlyStuck: Bool
}

/// What was met in a shard during one batch.
struct ShardHits {
  var met: [(judge: Int, id: StateID)] = []
  var unknown: [(judge: Int, id: StateID)] = []
}

extension Search {
  /// Some process has not come to its end, and none loops for ever on its own.
  func isUnfinished(_ id: StateID) -> Bool { isUnfinished(store.state(id)) }

  func isUnfinished(_ state: UnsafePointer<UInt64>) -> Bool {
    let stands = (0..<graph.stepper.processes.count).map { graph.standing(state, $0) }
    return stands.contains { $0 >= 0 } && !stands.contains(Standing.idle)
  }
}
