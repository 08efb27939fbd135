// A search may begin where a live world of the same image stands. What passive nodes hold is taken over, and each process
// goes on where it is; time, load, messages on their way and what operators have prepared are forgotten.

extension Stepper {
  /// Why a process cannot be followed from where it stands; with the step of the source.
  public enum Obstacle: Sendable {
    case waitsForAnswer(step: Int)
    /// A step that others can see is begun and not over.
    case isWithinStep(step: Int)
  }

  /// Takes over what passive nodes hold in a world of the same image, and how many servers services have.
  public func take(from present: World) {
    var words: [Int64] = []
    for element in 0..<image.tables.elementCount {
      let there = present.island(Int(image.tables.elementIsland[element]))
      let (here, e) = (home(element), there.offset(element))
      switch there.node(element).pointee.kind {
      case .variable, .plans, .dns, .lease: break
      case .queue: here.mem[e + Store.capacity] = there.mem[e + Store.capacity]
      case .service:
        here.mem[e &+ Service.servers] = there.mem[e &+ Service.servers]
        continue
      default: continue
      }
      there.save(element, into: &words)
      loadPassive(element, words)
    }
  }

  /// What keeps a process from being followed from where it stands; nil: nothing.
  public func obstacle(_ process: Int, in present: World) -> Obstacle? {
    guard let place = place(of: process, in: present), !place.isRetried else { return nil }
    let code = image.tables.code
    if code[max(0, place.pc - 1)].op == .call { return .waitsForAnswer(step: step(behind: place.pc).step) }
    switch code[place.pc].op {
    // What came before is over.
    case .step, .label, .turnstile: return nil
    default: break
    }
    let (step, stepPC) = step(behind: place.pc)
    return step >= 0 && image.tables.steps[step].isVisible && stepPC < place.pc ? .isWithinStep(step: step) : nil
  }

  /// The words of a process as it stands; it rests before its next step that others can see, unless something is chosen
  /// before. Only where there is no obstacle.
  public func standing(_ process: Int, in present: World) -> [Int64] {
    let element = processes[process]
    let there = present.island(Int(image.tables.elementIsland[element]))
    let e = there.offset(element)
    if there.mem[e &+ Active.frames] & Active.crashed != 0 { return [Standing.crashed] }
    guard let place = place(of: process, in: present) else {
      return there.mem[e &+ Active.finished] > 0 ? [Standing.finished] : start(process)
    }
    var words = [Int64(place.pc)]
    appendRegisters(of: place.frame, at: place.pc, in: there, to: &words)
    words = settled(process, words)
    if words[0] >= 0, isStalledForEver(element, there) { words[0] |= Standing.stalled }
    return words
  }

  private struct Place {
    var frame: Int
    var pc: Int
    /// It waits for an item, a lease or a condition: it looks again from the beginning of that step.
    var isRetried: Bool
  }

  private func place(of process: Int, in present: World) -> Place? {
    let element = processes[process]
    let there = present.island(Int(image.tables.elementIsland[element]))
    let frame = Int(there.mem[there.offset(element) + Active.frames] & 0xFFFF_FFFF)
    if frame == 0 { return nil }
    let pc = Int(UInt32(truncatingIfNeeded: there.mem[frame]))
    let before = image.tables.code[max(0, pc - 1)].op
    let isParked = there.mem[frame &+ Frame.kind] & (Frame.parked | Frame.taking | Frame.looking) != 0
    guard isParked, before == .take || before == .park else { return Place(frame: frame, pc: pc, isRetried: false) }
    return Place(frame: frame, pc: step(behind: pc).pc, isRetried: true)
  }

  /// The last step before a place in the code, and where it begins.
  private func step(behind pc: Int) -> (step: Int, pc: Int) {
    var at = pc - 1
    while at >= 0, image.tables.code[at].op != .step { at -= 1 }
    return at < 0 ? (-1, 0) : (Int(image.tables.code[at].imm), at)
  }

  /// A stall that ends by itself may end at any moment: it holds nobody where time is forgotten.
  private func isStalledForEver(_ element: Int, _ there: Island) -> Bool {
    let e = there.offset(element)
    guard there.mem[e &+ Active.frames] & Active.isStalled != 0 else { return false }
    let generation = UInt32(truncatingIfNeeded: there.mem[e &+ Active.generations])
    var ends = false
    there.p.pointee.queue.forEach { event in
      if event.kind == .stallEnd, Int(event.a) == element, event.b == generation { ends = true }
    }
    return !ends
  }
}
