// What a driver that goes step by step (the explorer, a replay) wants of the machine, and what it learns of one
// transition. The engine's code has none of this: `execute` is compiled twice.

struct Stepping {
  /// Turns of a loop without an end: the process only spins.
  static let turnLimit = 1_000_000
  /// Steps that nobody else can see, in a row: the process goes on like that for ever.
  static let idleLimit = 50_000

  enum Outcome {
    case rests, finished, failed, blocked, calls
    /// It loops for ever over steps that nobody else can see.
    case idles
    /// It loops for ever within one step.
    case hangs
  }

  var outcome = Outcome.rests
  /// Visible steps begun in this transition.
  var begun = 0
  /// Steps begun, visible or not, as far as they are kept.
  var steps: [Int32] = []
  /// Steps passed, visible or not.
  var passed = 0
  /// `passed` as the visible step began.
  var visibleAt = 0
  /// Where the visible step begins, and whether something was chosen on the way to it.
  var visiblePC = 0
  var hasChosen = false
  /// Time has passed since the visible step.
  var hasWaited = false
  /// Turns of loops that it has made.
  var turns = 0
  /// Choices to repeat, then 0 for each further one; how many options each had.
  var choices: [Int64] = []
  var options: [Int64] = []
  var used = 0
  /// What was chosen in words of the script, where there was more than one option.
  var chosen: [Stepper.Choice] = []
  /// `passed` as a branch was chosen last.
  var branchAt = -1
  /// Of these, as a loop last turned before the visible step; -1 before its first turn.
  var usedAtTurn = -1
  /// Every step is a place to rest, also those that nobody else can see.
  var isPlain = false
  /// Elements read or changed, with repeats.
  var touched: [Int32] = []
  /// The call it makes.
  var call = (element: 0, handler: 0)
  /// The words that go with its call, or with its answer.
  var words: [Int64] = []
  /// What it has sent, in order.
  var sends: [Stepper.Sent] = []
}

extension Island {
  @inline(__always)
  private var stepping: UnsafeMutablePointer<Stepping> { p.pointee.stepping.unsafelyUnwrapped }

  /// One transition of a frame: from where it rests to where it rests next.
  func stepOnce(_ frame: Int) { _ = execute(frame, stepping: true) }

  /// At a step: does the transition end before it?
  func stepEnds(at step: Int, pc: Int) -> Bool {
    if tables.steps[step].isBranch, stepping.pointee.begun > 0 { return true }
    if tables.steps[step].isVisible || stepping.pointee.isPlain && !tables.steps[step].isBranch {
      if stepping.pointee.begun > 0 { return true }
      stepping.pointee.begun = 1
      stepping.pointee.visibleAt = stepping.pointee.passed + 1
      stepping.pointee.visiblePC = pc
      stepping.pointee.hasChosen = stepping.pointee.used > 0
      leaveOutBranch()
    }
    stepping.pointee.passed += 1
    if stepping.pointee.steps.count < 64 { stepping.pointee.steps.append(Int32(truncatingIfNeeded: step)) }
    return false
  }

  /// At a turn of a loop: does the transition end here? A loop that chooses at every turn is a place to rest, before the
  /// visible step too, so that the choices of a transition are few; one that never comes to a step that others see is a rest
  /// for ever.
  func turnEnds(_ turns: Int) -> Bool {
    stepping.pointee.turns = turns
    if stepping.pointee.passed > Stepping.idleLimit {
      stepping.pointee.outcome = .idles
      return true
    }
    if turns > Stepping.turnLimit {
      stepping.pointee.outcome = .hangs
      return true
    }
    if stepping.pointee.begun == 0 {
      let (before, used) = (stepping.pointee.usedAtTurn, stepping.pointee.used)
      stepping.pointee.usedAtTurn = used
      return before >= 0 && used > before
    }
    // Not within a visible step: its own loops are part of it.
    return stepping.pointee.used > 0 && stepping.pointee.begun > 0
      && stepping.pointee.passed > stepping.pointee.visibleAt
  }

  func touched(_ element: Int) { stepping.pointee.touched.append(Int32(truncatingIfNeeded: element)) }

  /// An operation: the addresses of a record are those of its plan.
  func touched(_ element: Int, by member: MemberCode) {
    touched(element)
    if member == .addresses { touched(plans(of: element)) }
  }

  /// All elements of a node are read.
  func touchedAll(_ n: Int) {
    let info = tables.nodes[n]
    for e in Int(info.first)..<Int(info.first + info.count) { touched(e) }
  }

  /// One of `count` options.
  func choose(_ count: Int64) -> Int64 {
    let k = stepping.pointee.used
    stepping.pointee.used += 1
    if k < stepping.pointee.choices.count { return stepping.pointee.choices[k] }
    stepping.pointee.choices.append(0)
    stepping.pointee.options.append(count)
    return 0
  }

  /// A step that follows the choice of a branch says itself which it is.
  private func leaveOutBranch() {
    guard stepping.pointee.branchAt == stepping.pointee.passed, case .branch = stepping.pointee.chosen.last else {
      return
    }
    stepping.pointee.chosen.removeLast()
  }

  /// Notes what was chosen.
  func chose(_ choice: Stepper.Choice) { stepping.pointee.chosen.append(choice) }

  /// `chance`, or what is left of a budget: both.
  func chooseTruth(_ choice: (Bool) -> Stepper.Choice) -> Int64 {
    let k = choose(2)
    chose(choice(k != 0))
    return k
  }

  /// Any value of a range; for an `either`, of whose branches so many registers before `c` tell which are open, any open one,
  /// counted from 1.
  func chooseAny(_ r: UnsafeMutablePointer<Int64>, _ i: Instruction) -> Int64 {
    let (low, high) = (r[Int(i.b)], r[Int(i.c)])
    let value = low &+ choose(high &- low &+ 1)
    if i.x == 0, high > low { chose(.value(value)) }
    let branches = Int(i.x)
    if branches > 1 {
      let open = (0..<branches).filter { r[Int(i.c) - branches + $0] != 0 }
      if open.indices.contains(Int(value) - 1) { chose(.branch(open[Int(value) - 1])) }
      stepping.pointee.branchAt = stepping.pointee.passed
    }
    return value
  }

  /// One of several elements.
  private func choose(_ elements: [Int64]) -> Int64 {
    if elements.count == 1 { return elements[0] }
    let element = elements[Int(choose(Int64(elements.count)))]
    chose(.element(Int(element)))
    return element
  }

  /// Ends the transition.
  func ends(_ outcome: Stepping.Outcome) -> Int {
    stepping.pointee.outcome = outcome
    return 0
  }

  /// Time passes, as long as it likes.
  func stepWaits() { stepping.pointee.hasWaited = true }

  /// Where the end of a body is seen by others, they may come before it while time passes.
  func restsBeforeEnd(_ body: Int) -> Bool { stepping.pointee.hasWaited && tables.bodies[body].isEndSeen }

  /// The body ends; an answer of `count` words goes back.
  func stepFinishes(ok: Bool, count: Int, from: Int) -> Int {
    stepping.pointee.words.removeAll(keepingCapacity: true)
    for k in 0..<count { stepping.pointee.words.append(mem[from + k]) }
    return ends(ok ? .finished : .failed)
  }

  /// A call leaves, if its place is free: the driver decides.
  func stepCalls(_ target: Int, handler: Int, words: Int, from: Int) -> Int {
    stepping.pointee.call = (target, handler)
    stepping.pointee.words.removeAll(keepingCapacity: true)
    for k in 0..<words { stepping.pointee.words.append(mem[from + k]) }
    return ends(.calls)
  }

  /// A request leaves for which nobody waits: the driver decides what becomes of it when the step has come to its end.
  func stepSends(_ target: Int, handler: Int, words: Int, from: Int, own: Int) {
    touched(target)
    let isInVain = isCut(from: own, to: target) || home(target).refuses(target)
    stepping.pointee.sends.append(
      Stepper.Sent(
        element: target, handler: handler, words: (0..<words).map { mem[from + $0] }, isInVain: isInVain,
        admission: home(target).admission(of: target, handler)))
  }

  /// Where a name leads now: an element of the service, or -2 when it has no address.
  func stepResolve(_ record: Int, service n: Int) -> Int64 {
    touched(record)
    touched(plans(of: record))
    let list = addresses(of: record)
    let there = home(plans(of: record))
    let reached = Set((0..<Int(there.listLength(list))).map { self.reached(by: there.mem[Int(list) + 2 + $0], in: n) })
    if reached.isEmpty { return -2 }
    return choose(reached.sorted())
  }

  /// Where a balancer may send a call: health is not followed, so any element may be in routing that is not switched off.
  func stepRoute(_ balancer: Int) -> Int64 {
    let there = home(balancer)
    if there.mem[there.offset(balancer) &+ Active.frames] & Active.crashed != 0 { return -1 }
    return stepPick(Int(node(balancer).pointee.amount))
  }

  /// An element of a service that is not switched off, or -1 when there is none.
  func stepPick(_ n: Int) -> Int64 {
    let info = tables.nodes[n]
    if !info.isSwitched {
      return info.count == 0 ? -1 : choose((Int64(info.first)..<Int64(info.first + info.count)).map { $0 })
    }
    if info.isAssigned { touchedAll(n) }
    let open = (Int(info.first)..<Int(info.first + info.count)).filter {
      home($0).mem[offset($0) &+ Active.frames] & Active.disabled == 0
    }
    if open.isEmpty { return -1 }
    return choose(open.map { Int64($0) })
  }
}
