// Where a frame of a live world goes on, in a search: it may stand in the middle of a step, which a search knows as a whole.

extension Stepper {
  /// Where a frame goes on.
  struct Place {
    var body: Int
    var pc: Int
    var flags: Int64 = 0
    /// Registers that hold nothing yet.
    var unknown = (first: 0, count: 0)
    /// It has an item in hand that it was given, and goes on with it at this place in the order of events.
    var given: UInt128?
  }

  func place(of frame: Int, _ there: Island) -> Place {
    let code = image.tables.code
    let pc = Int(UInt32(truncatingIfNeeded: there.mem[frame]))
    let kind = there.mem[frame &+ Frame.kind]
    var place = Place(body: Int(kind & Frame.bodyMask), pc: pc)
    let start = Int(image.tables.bodies[place.body].start)
    if pc <= start { return place }
    switch code[pc - 1].op {
    case .call: (place.flags, place.unknown) = (Standing.waits, answerRegisters(pc))
    case .park:
      // It looks again, from the beginning of the step unless something else has been read there.
      let top = code[pc].op == .jump ? code[pc].imm : code[pc + 1].op == .jump ? code[pc + 1].imm : Int64(pc)
      if let again = readsNothing(from: start, to: Int(top)) {
        place.pc = again
      } else {
        place.unknown = (Int(code[pc - 1].a), 1)
      }
    case .take:
      let store = Int(there.mem[frame &+ Frame.header &+ Int(code[pc - 1].b)])
      if there.kind(store) == .lease || kind & Frame.taking != 0 {
        place.pc = readsNothing(from: start, to: pc - 1) ?? pc - 1
      } else {
        there.eachPending { if $0.kind == .resume, Int($0.a) == frame, there.isStill($0) { place.given = $0.order } }
      }
    default: break
    }
    return place
  }

  /// The beginning of the step in which a place lies, if nothing that others can change is read between the two.
  private func readsNothing(from start: Int, to pc: Int) -> Int? {
    guard let (_, begin) = step(behind: pc, from: start) else { return nil }
    for k in begin..<pc {
      let i = image.tables.code[k]
      if i.isShared || i.op == .chance || i.op == .anyOf { return nil }
    }
    return begin
  }

  /// Whether a place lies within a step that others can see, of which something may be left.
  func isWithinStep(_ pc: Int, from start: Int) -> Bool {
    // What has been answered is over, and so is what a retry follows.
    let before = pc > start ? image.tables.code[pc - 1].op : .step
    if before == .call || before == .wait && image.tables.code[pc].op == .turn { return false }
    switch image.tables.code[pc].op {
    case .step, .label, .turnstile: return false
    default: return step(behind: pc, from: start).map { image.tables.steps[$0.step].isVisible } ?? false
    }
  }

  /// The last step of a body before a place in it, and where that begins.
  private func step(behind pc: Int, from start: Int) -> (step: Int, pc: Int)? {
    var at = pc - 1
    while at >= start, image.tables.code[at].op != .step { at -= 1 }
    return at < start ? nil : (Int(image.tables.code[at].imm), at)
  }
}
