import OutageModel

/// A search without any of the explorer's ideas: whole states in a set, every step a state, every register kept,
/// no masks, no numbers for contents, nothing remembered of a transition. Processes, variables and queues only.
struct NaiveExplorer {
  let image: Image
  private let stepper: Stepper
  private let processes: [Int]
  private let passives: [Int]

  init(_ image: Image) {
    self.image = image
    processes = image.meta.exploring.processes.map(\.element)
    stepper = Stepper(image, processes: processes, places: 0, isPlain: true)
    passives = (0..<image.tables.elementCount).filter { e in
      switch image.tables.nodes[Int(image.tables.elementNode[e])].kind {
      case .variable, .queue: true
      default: false
      }
    }
  }

  /// Whether each property (`never`) is violated in some state; nil when there are more than `limit`.
  func violations(limit: Int) -> [Bool]? {
    var words: [Int64] = []
    var start = processes.indices.map { stepper.start($0) }
    for e in passives {
      stepper.savePassive(e, into: &words)
      start.append(words)
    }
    var seen: Set<[Int64]> = [key(start)]
    var queue = [start]
    var head = 0
    var violated = image.meta.properties.map { _ in false }
    while head < queue.count {
      if queue.count > limit { return nil }
      let state = queue[head]
      head += 1
      let next = successors(state)
      let isStuck =
        next.isEmpty && state.prefix(processes.count).contains { $0[0] >= 0 }
        && !state.prefix(processes.count).contains { $0[0] == Standing.idle }
      load(state)
      for (k, p) in image.meta.properties.enumerated() where !violated[k] {
        violated[k] = stepper.evaluate(p.probe.body, stuck: isStuck).value != 0
      }
      for t in next where seen.insert(key(t)).inserted { queue.append(t) }
    }
    return violated
  }

  /// All words of a state, each list with its length before it.
  private func key(_ state: [[Int64]]) -> [Int64] {
    var key: [Int64] = []
    key.reserveCapacity(64)
    for words in state {
      key.append(Int64(words.count))
      key += words
    }
    return key
  }

  private func load(_ state: [[Int64]]) {
    for k in processes.indices { stepper.load(k, state[k]) }
    loadPassives(state)
  }

  private func loadPassives(_ state: [[Int64]]) {
    for (k, e) in passives.enumerated() { stepper.loadPassive(e, state[processes.count + k]) }
  }

  private func successors(_ state: [[Int64]]) -> [[[Int64]]] {
    var found: [[[Int64]]] = []
    for k in processes.indices where state[k][0] >= 0 {
      var choices: [Int64] = []
      var options: [Int64] = []
      while true {
        // All of them: whether others have finished is seen.
        load(state)
        let outcome = stepper.step(k, choices: &choices, options: &options)
        if let own = standing(k, outcome) {
          var next = state
          next[k] = own
          for (j, e) in passives.enumerated() { stepper.savePassive(e, into: &next[processes.count + j]) }
          found.append(next)
        }
        while let last = choices.last, last + 1 >= options[choices.count - 1] {
          choices.removeLast()
          options.removeLast()
        }
        if choices.isEmpty { break }
        choices[choices.count - 1] += 1
      }
    }
    return found
  }

  private func standing(_ k: Int, _ outcome: Stepper.Outcome) -> [Int64]? {
    switch outcome {
    case .moved:
      var words: [Int64] = []
      stepper.save(k, caller: -1, flags: 0, into: &words)
      return words
    case .finished: return [Standing.finished]
    case .idles: return [Standing.idle]
    case .blocked, .calls, .failed: return nil
    }
  }
}
