import OutageModel
import OutageSemantics

// Which registers still matter where a body may rest, and which steps others can see: what makes a state.

extension Compiler {
  /// What a search of orders needs to know of the bodies of processes and handlers.
  func describeSteps() throws(CompileFailure) {
    let own = try privateVariables()
    for (body, code) in stepBodies {
      try markSteps(code, own)
      meta.exploring.stepsOfBody[body] = self.code.code[code].compactMap {
        $0.op == .step && parts.steps[Int($0.imm)].isVisible && !retrySteps.contains(Int($0.imm)) ? Int($0.imm) : nil
      }
    }
  }

  /// Variables of processes that nothing but their process and no property reads: steps on them are its own affair.
  private func privateVariables() throws(CompileFailure) -> Set<Int> {
    var own: Set<Int> = []
    for (n, node) in program.nodes.enumerated() {
      try goOn()
      guard case .variable(_, _, let owner?) = node.kind, case .process = program.nodes[owner].kind else { continue }
      if !outlives(owner) { own.insert(n) }
    }
    if own.isEmpty { return own }
    for toucher in touchedBefore + touches {
      for target in toucher.touches.all {
        try goOn()
        let n = node(target)
        if case .variable(_, _, let owner) = program.nodes[n].kind, owner != toucher.node { own.remove(n) }
      }
    }
    for property in meta.properties {
      for spoken in property.reads {
        for n in parts.elementNode[spoken.lowerBound]...parts.elementNode[spoken.upperBound] {
          try goOn()
          own.remove(Int(n))
        }
      }
    }
    return own
  }

  /// Whether variables of a process may be read after it has been crashed: then it matters where it was.
  private func outlives(_ process: Int) -> Bool {
    program.faultBudgets.contains { $0.fault == .restart && $0.node.node == process }
  }

  /// Backward liveness over the code of a body; the answer wherever it may rest.
  func liveRegisters(from start: Int, to end: Int) throws(CompileFailure) {
    var used = [RegisterSet](repeating: RegisterSet(), count: end - start)
    var defined = used
    for pc in start..<end {
      try goOn()
      for (first, count) in code.code[pc].uses { used[pc - start].insert(first..<(first + count)) }
      for (first, count) in code.code[pc].defines { defined[pc - start].insert(first..<(first + count)) }
    }
    var live = [RegisterSet](repeating: RegisterSet(), count: end - start + 1)
    var isStable = false
    while !isStable {
      isStable = true
      for pc in stride(from: end - 1, through: start, by: -1) {
        try goOn()
        var after = RegisterSet()
        for next in code.code[pc].successors(at: pc) { after.formUnion(live[next - start]) }
        after.subtract(defined[pc - start])
        after.formUnion(used[pc - start])
        if after != live[pc - start] {
          live[pc - start] = after
          isStable = false
        }
      }
    }
    func rest(at pc: Int) { meta.exploring.live[pc] = live[pc - start].registers }
    rest(at: start)
    for pc in start..<end {
      try goOn()
      switch code.code[pc].op {
      case .step, .label, .turnstile: rest(at: pc)
      case .call: rest(at: pc + 1)
      case .end, .fail: rest(at: pc)
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
  private func markSteps(_ range: Range<Int>, _ own: Set<Int>) throws(CompileFailure) {
    var step: Int?
    var isVisible = false
    func close() {
      guard let step else { return }
      parts.steps[step].isBranch = branchSteps.contains(step)
      parts.steps[step].isVisible = retrySteps.contains(step) || isVisible && !parts.steps[step].isBranch
    }
    for pc in range {
      try goOn()
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

/// Registers of a body, of which there are at most 256.
private struct RegisterSet: Equatable {
  private var words = SIMD4<UInt64>()

  mutating func insert(_ registers: Range<Int>) {
    for r in registers { words[r >> 6] |= 1 << UInt64(r & 63) }
  }

  mutating func formUnion(_ other: RegisterSet) { words |= other.words }

  mutating func subtract(_ other: RegisterSet) { words &= ~other.words }

  /// In ascending order.
  var registers: [UInt16] {
    var result: [UInt16] = []
    for k in words.indices {
      var rest = words[k]
      while rest != 0 {
        result.append(UInt16(k << 6 + rest.trailingZeroBitCount))
        rest &= rest - 1
      }
    }
    return result
  }
}
