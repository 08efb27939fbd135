import OutageModel
import OutageSemantics

// Which registers still matter where a body may rest, and which steps others can see: what makes a state.

extension Compiler {
  /// What a search of orders needs to know of the bodies of processes and handlers.
  func describeSteps() {
    let own = privateVariables()
    for (body, code) in stepBodies {
      markSteps(code, own)
      meta.exploring.stepsOfBody[body] = self.code.code[code].compactMap {
        $0.op == .step && parts.steps[Int($0.imm)].isVisible ? Int($0.imm) : nil
      }
    }
  }

  /// Variables of processes that nothing but their process and no property reads: steps on them are its own affair.
  private func privateVariables() -> Set<Int> {
    var own: Set<Int> = []
    for (n, node) in program.nodes.enumerated() {
      guard case .variable(_, _, let owner?) = node.kind, case .process = program.nodes[owner].kind else { continue }
      let isRead = (touchedBefore + touches).contains {
        $0.node != owner && $0.touches.all.contains { self.node($0) == n }
      }
      let isSpokenOf = meta.properties.contains { p in
        p.reads.contains { $0.overlaps(first[n]...first[n] + max(0, counts[n] - 1)) }
      }
      if !isRead, !isSpokenOf, !outlives(owner) { own.insert(n) }
    }
    return own
  }

  /// Whether variables of a process may be read after it has been crashed: then it matters where it was.
  private func outlives(_ process: Int) -> Bool {
    program.faultBudgets.contains { $0.fault == .restart && $0.node.node == process }
  }

  /// Backward liveness over the code of a body; the answer wherever it may rest.
  func liveRegisters(from start: Int, to end: Int) {
    var live = [Set<Int>](repeating: [], count: end - start + 1)
    var isStable = false
    while !isStable {
      isStable = true
      for pc in stride(from: end - 1, through: start, by: -1) {
        let i = code.code[pc]
        var after = i.successors(at: pc).reduce(into: Set<Int>()) { $0.formUnion(live[$1 - start]) }
        for (first, count) in i.defines { for r in first..<(first + count) { after.remove(r) } }
        for (first, count) in i.uses { for r in first..<(first + count) { after.insert(r) } }
        if after != live[pc - start] {
          live[pc - start] = after
          isStable = false
        }
      }
    }
    func rest(at pc: Int) { meta.exploring.live[pc] = live[pc - start].sorted().map { UInt16($0) } }
    rest(at: start)
    for pc in start..<end {
      switch code.code[pc].op {
      case .step, .label, .turnstile: rest(at: pc)
      case .call, .send:
        rest(at: pc)
        rest(at: pc + 1)
      // A search that begins where a live world stands finds it also in the middle of a wait.
      case .turn, .wait, .work, .park: rest(at: pc + 1)
      case .take:
        rest(at: pc)
        rest(at: pc + 1)
      default: break
      }
    }
  }

  /// A step is visible when the code up to the next step reads or changes shared state. At a choice of branches the
  /// process rests, but the branch taken is part of its first step.
  private func markSteps(_ range: Range<Int>, _ own: Set<Int>) {
    var step: Int?
    var isVisible = false
    func close() {
      guard let step else { return }
      parts.steps[step].isBranch = branchSteps.contains(step)
      parts.steps[step].isVisible = isVisible && !parts.steps[step].isBranch
    }
    for pc in range {
      let i = code.code[pc]
      if i.op == .step {
        close()
        step = Int(i.imm)
        isVisible = false
      } else if i.isShared, variableAccess[pc].map({ !own.contains($0) }) ?? (i.op != .loadAt) {
        // A place that is loaded and no variable is a parameter of a live world: nothing changes it meanwhile.
        isVisible = true
      }
    }
    close()
  }
}
