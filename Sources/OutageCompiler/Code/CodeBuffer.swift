import OutageModel

/// Instructions of all bodies, with labels to be filled in.
struct CodeBuffer {
  var code: [Instruction] = []
  private var targets: [Int] = []
  private var uses: [(at: Int, label: Int)] = []

  struct Label {
    fileprivate var id: Int
  }

  mutating func label() -> Label {
    targets.append(-1)
    return Label(id: targets.count - 1)
  }

  mutating func place(_ label: Label) { targets[label.id] = code.count }

  mutating func emit(_ op: Operation, x: Int = 0, a: Int = 0, b: Int = 0, c: Int = 0, imm: Int64 = 0) {
    code.append(Instruction(op, x: x, a: a, b: b, c: c, imm: imm))
  }

  mutating func jump(_ op: Operation = .jump, a: Int = 0, to label: Label) {
    uses.append((code.count, label.id))
    emit(op, a: a)
  }

  mutating func resolveLabels() {
    for use in uses { code[use.at].imm = Int64(targets[use.label]) }
    uses = []
  }
}
