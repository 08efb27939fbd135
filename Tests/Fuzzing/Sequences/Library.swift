import OutageKit

/// Calls of the library in any order, with any arguments; a fork that does the same must come to the same.
struct LibraryInput: Input {
  let script: Scripts.Script
  var calls: [Call] = []
  var text: String { "# \(script.name)\n" + calls.map { "\($0)" }.joined(separator: "\n") }

  enum Call {
    case runFor(Int64)
    case runTo(Int64)
    case runUntil(String)
    case step(Int64)
    case stepEvent
    case value(String)
    case act(String)
    case set(String, String)
    case snapshot
    case restore
    case fork
    case report
    case budgets(ticks: Int64, events: Int64, bytes: Int)
    case cancel
  }

  init(_ dice: inout Dice, _ scripts: Scripts) {
    script = dice.one(of: scripts.all)
    for _ in 0..<(4 + dice.below(20)) { calls.append(Self.call(&dice, script)) }
  }

  private static let numbers: [Int64] = [
    0, 1, -1, 5, 60, 1000, 1_000_000_000, 5_000_000_000, 3_600_000_000_000, .max, .max - 1, .min, .min + 1, 1 << 62,
    1 << 32,
  ]

  private static func call(_ dice: inout Dice, _ script: Scripts.Script) -> Call {
    let node = script.nodes.isEmpty ? "x" : dice.one(of: script.nodes)
    let param = script.params.isEmpty ? "x" : dice.one(of: script.params)
    let n = dice.one(of: numbers)
    let extreme = dice.one(of: Extreme.all)
    switch dice.below(16) {
    case 0, 1: return .runFor(n)
    case 2: return .runTo(n)
    case 3: return .runUntil(dice.one(of: [extreme, "\(node).queue.length > 2", "now", "true", ""]))
    case 4, 5: return .step(n)
    case 6: return .stepEvent
    case 7: return .value(dice.one(of: [node, "\(node).queue.length", extreme, "1 / 0", "[", "now", "\(node)[0]"]))
    case 8, 9:
      return .act(
        dice.one(of: [
          "crash \(node)", "restart \(node)", "heal", "stall \(node) for \(extreme)", "\(node) = \(extreme)",
          "at \(extreme) heal", "every \(extreme) heal", "measure fresh = \(extreme)", "var fresh = \(extreme)", "",
          "}",
          "\(node).limit = \(extreme)", "\(node).rate = \(extreme)", "for i in \(extreme)..\(extreme) { heal }",
        ]))
    case 10: return .set(param, extreme)
    case 11: return .snapshot
    case 12: return .restore
    case 13: return .fork
    case 14: return .report
    default:
      return dice.below(8) == 0
        ? .cancel
        : .budgets(ticks: dice.one(of: [3, 100, .max, 0, -1]), events: dice.one(of: [0, 50, 3000]), bytes: 16 << 20)
    }
  }

  func isSound() -> Bool {
    let program = Program(bytes: script.text, named: script.name)
    var options = Simulation.Options()
    options.budgets.events = 3000
    options.budgets.bytes = 32 << 20
    guard let simulation = try? Simulation(program, options) else { return true }
    var kept: Simulation.Snapshot?
    var twin: Simulation?
    for call in calls {
      let events = simulation.events
      perform(call, simulation, &kept, &twin)
      if let other = twin, case .fork = call {
        // A fork stands where its simulation does.
        if other.now != simulation.now || other.events != simulation.events { return false }
      }
      if case .value = call, simulation.events != events { return false }
    }
    return true
  }

  private func perform(
    _ call: Call, _ simulation: Simulation, _ kept: inout Simulation.Snapshot?, _ twin: inout Simulation?
  ) {
    switch call {
    case .runFor(let n): _ = simulation.run(for: .nanoseconds(n))
    case .runTo(let n): _ = simulation.run(to: .nanoseconds(n))
    case .runUntil(let text): _ = try? simulation.run(until: text)
    case .step(let n): _ = simulation.step(n)
    case .stepEvent: _ = simulation.stepEvent()
    case .value(let text): _ = try? simulation.value(of: text)
    case .act(let line): try? simulation.act(line)
    case .set(let name, let value): try? simulation.set(name, to: value)
    case .snapshot: kept = try? simulation.snapshot()
    case .restore: if let kept { try? simulation.restore(kept) }
    case .fork: twin = try? simulation.fork()
    case .report:
      _ = simulation.report().rendered(.text)
      _ = try? simulation.rendered(.json)
    case .budgets(let ticks, let events, let bytes):
      simulation.budgets.ticks = ticks
      simulation.budgets.events = events
      simulation.budgets.bytes = bytes
    case .cancel: simulation.cancellation.cancel()
    }
  }
}
