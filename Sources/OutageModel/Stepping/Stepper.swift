// A world driven step by step, without time: the explorer's view of the machine. Its state is a list of components, each
// a list of words: an activity (a process element, or a request in hand), or a passive element.

public final class Stepper {
  public enum Outcome: Sendable, Equatable {
    /// It made a step and rests before the next.
    case moved
    /// A body ended, well or not.
    case finished(ok: Bool)
    /// Its next step is not enabled.
    case blocked
    /// It loops for ever over steps that nobody else can see.
    case idles
    /// It calls the element of a service.
    case calls(element: Int, handler: Int)
    /// A run-time failure.
    case failed(code: String, message: String, step: Int)
  }

  /// What is chosen on the way of a transition, where there is more than one option.
  public enum Choice: Hashable, Sendable {
    case chance(Bool)
    /// Of `any a..b`.
    case value(Int64)
    /// The element that a call goes to.
    case element(Int)
    /// Of an `either`, from 0.
    case branch(Int)
    /// Whether the budget of retries has one left.
    case retry(Bool)
  }

  public let image: Image
  /// Processes first, then places for requests.
  public let processes: [Int]
  public let places: Int
  private let isPlain: Bool
  let world: World
  private let island: Island
  private let stepping: UnsafeMutablePointer<Stepping>
  /// Frame of each process activity.
  @exclusivity(unchecked) private var frames: [Int] = []
  /// Frame for each place and handler body, made when first needed.
  @exclusivity(unchecked) private var placeFrames: [Int: Int] = [:]
  /// Frame for each lease of which something happens as it lapses, made when first needed.
  @exclusivity(unchecked) private var lapseFrames: [Int: Int] = [:]
  /// Body, element and frame of what a place holds now.
  @exclusivity(unchecked) private var held: [(body: Int, element: Int, frame: Int)]

  /// - Parameters:
  ///   - processes: elements of processes that take part.
  ///   - places: how many requests may be in hand at once.
  ///   - isPlain: every step is a place to rest and every register counts, dead or not: for tests of what is left out.
  public init(_ image: Image, processes: [Int], places: Int, isPlain: Bool = false) {
    self.isPlain = isPlain
    self.image = image
    self.processes = processes
    self.places = places
    stepping = .allocate(capacity: 1)
    stepping.initialize(to: Stepping())
    stepping.pointee.isPlain = isPlain
    world = World(stepping: image, stepping)
    island = world.island(image.tables.islandCount > 1 ? 1 : 0)
    held = Array(repeating: (-1, -1, -1), count: places)
    for element in processes {
      frames.append(makeFrame(image.tables.body(of: element), element))
    }
  }

  deinit {
    stepping.deinitialize(count: 1)
    stepping.deallocate()
  }

  private func makeFrame(_ body: Int, _ element: Int) -> Int {
    let home = self.home(element)
    let frame = home.makeFrame(body, own: element)
    home.clearLists(frame, image.tables.bodies[body])
    return frame
  }

  func home(_ element: Int) -> Island { world.island(Int(image.tables.elementIsland[element])) }

  func element(of activity: Int) -> Int {
    activity < processes.count ? processes[activity] : held[activity - processes.count].element
  }

  func frame(of activity: Int) -> Int {
    activity < processes.count ? frames[activity] : held[activity - processes.count].frame
  }

  func headerWords(_ activity: Int) -> Int { activity < processes.count ? 1 : 3 }

  /// Plans that a record points into.
  public func plans(of record: Int) -> Int { island.plans(of: record) }

  // MARK: Activities

  /// The words of a process that begins: it rests before its first step that others can see, unless something is chosen
  /// before.
  public func start(_ process: Int) -> [Int64] {
    let begin = standing(in: image.tables.body(of: processes[process]), header: [0]) { _ in 0 }
    switch settled(process, begin) {
    case .rests(let words): return words
    case .ended: return [Standing.finished]
    case .stays: return begin
    }
  }

  enum Settled {
    case rests([Int64])
    case ended(CallStatus, answer: [Int64])
    case stays
  }

  /// Runs what an activity does before its next step that others can see. Where something is chosen on the way, or variables
  /// of its own are read or changed, it stays: that belongs to its next step. What passive elements hold in the stepper's
  /// world is then as it may be, and must be brought there again.
  /// - Parameter isWhole: reads and changes count too: it finishes the step in which it is.
  func settled(_ activity: Int, _ begin: [Int64], isWhole: Bool = false) -> Settled {
    let flags = begin[0] & Standing.flags
    if flags & (Standing.waits | Standing.stalled) != 0 { return .stays }
    load(activity, begin)
    var choices: [Int64] = []
    var options: [Int64] = []
    let outcome = step(
      activity, isBegun: true, choices: &choices, options: &options)
    let isAlone = choices.isEmpty && sends.isEmpty && (isWhole || touched.isEmpty)
    switch outcome {
    case .moved where isAlone:
      let pc = home(element(of: activity)).mem[frame(of: activity)] & 0xFFFF_FFFF
      var words: [Int64] = []
      save(activity, caller: -1, flags: pc == begin[0] & ~Standing.flags ? flags & Standing.begun : 0, into: &words)
      return .rests(words)
    case .finished(let ok) where isAlone: return .ended(ok ? .ok : .failed, answer: answer)
    case .idles where isAlone: return .rests([Standing.idle] + begin[1..<headerWords(activity)])
    default: return .stays
    }
  }

  /// The words of the request with which a call has just left.
  public func arrival(_ element: Int, handler: Int, caller: Int) -> [Int64] {
    arrival(element, handler: handler, caller: caller, stepping.pointee.words)
  }

  /// The words of a request that arrives; `caller`: the activity that waits for it, or -1.
  public func arrival(_ element: Int, handler: Int, caller: Int, _ arguments: [Int64]) -> [Int64] {
    let body = Int(image.tables.handler(handler, of: element).body)
    return standing(
      in: body, header: [0, Int64(body) | Int64(element) << 32, Int64(caller)]
    ) { register in register < arguments.count ? arguments[register] : 0 }
  }

  private func standing(in body: Int, header: [Int64], _ value: (Int) -> Int64) -> [Int64] {
    var words = header
    let pc = Int(image.tables.bodies[body].start)
    words[Standing.pc] = Int64(pc)
    for register in registers(at: pc, image.tables.bodies[body]) { words.append(value(Int(register))) }
    return words
  }

  /// Registers that count where a body rests.
  func registers(at pc: Int, _ body: BodyInfo) -> [UInt16] {
    if isPlain { return (0..<UInt16(Int(body.frameWords) - Frame.header)).map { $0 } }
    return image.meta.exploring.live[pc] ?? []
  }

  /// The words of an activity as it stands after a step.
  public func save(_ activity: Int, caller: Int64, flags: Int64, into words: inout [Int64]) {
    words.removeAll(keepingCapacity: true)
    let element = element(of: activity)
    let i = home(element)
    let frame = frame(of: activity)
    let pc = Int64(UInt32(truncatingIfNeeded: i.mem[frame]))
    let body = Int(i.mem[frame &+ Frame.kind] & Frame.bodyMask)
    words.append(pc | flags)
    if activity >= processes.count { words += [Int64(body) | Int64(element) << 32, caller] }
    // What an answer will bring is not known yet.
    appendRegisters(
      of: frame, at: Int(pc), in: i, unknown: flags & Standing.waits != 0 ? answerRegisters(Int(pc)) : (0, 0),
      to: &words)
  }

  /// The registers of a frame that count at a pc.
  func appendRegisters(
    of frame: Int, at pc: Int, in i: Island, unknown: (first: Int, count: Int) = (0, 0), to words: inout [Int64]
  ) {
    let info = image.tables.bodies[Int(i.mem[frame &+ Frame.kind] & Frame.bodyMask)]
    for register in registers(at: pc, info) {
      let value = i.mem[frame &+ Frame.header + Int(register)]
      if isList(register, info) {
        let count = i.listLength(value)
        words.append(count)
        for k in 0..<Int(count) { words.append(i.mem[Int(value) + 2 + k]) }
      } else {
        words.append(Int(register) >= unknown.first && Int(register) < unknown.first + unknown.count ? 0 : value)
      }
    }
  }

  /// Status and answer of the call before a pc: first register, count.
  func answerRegisters(_ pc: Int) -> (Int, Int) {
    let call = image.tables.code[pc - 1]
    return (Int(call.a), 1 + call.answerWords)
  }

  /// Whether it waits for an answer, and its call has a time-out.
  public func mayTimeOut(_ words: [Int64]) -> Bool {
    guard words[0] > 0, words[0] & (Standing.waits | Standing.arriving) != 0 else { return false }
    let call = image.tables.code[Int(words[0] & 0xFFFF_FFFF) - 1]
    return Int(call.imm >> 16 & 0xFFFF) != 0xFFFF
  }

  private func isList(_ register: UInt16, _ body: BodyInfo) -> Bool {
    for k in 0..<Int(body.listsCount) where image.tables.listRegisters[Int(body.listsFrom) + k] == register {
      return true
    }
    return false
  }

  public func load(_ activity: Int, _ words: [Int64]) { words.withUnsafeBufferPointer { load(activity, $0) } }

  public func load(_ activity: Int, _ words: UnsafeBufferPointer<Int64>) {
    if activity < processes.count {
      let i = home(processes[activity])
      let e = i.offset(processes[activity])
      i.mem[e &+ Active.finished] = words[0] == Standing.finished ? 1 : 0
      i.mem[e &+ Active.frames] &= ~(Active.crashed | Active.isStalled)
      if words[0] == Standing.crashed { i.mem[e &+ Active.frames] |= Active.crashed }
      if words[0] < 0 { return }
      if words[0] & Standing.stalled != 0 { i.mem[e &+ Active.frames] |= Active.isStalled }
    } else {
      if words[0] < 0 { return }
      let place = activity - processes.count
      let (body, element) = (Int(words[1] & 0xFFFF_FFFF), Int(words[1] >> 32))
      let key = place << 32 | body
      let frame = placeFrames[key] ?? makeFrame(body, element)
      placeFrames[key] = frame
      let i = home(element)
      i.mem[frame &+ Frame.kind] = (i.mem[frame &+ Frame.kind] & 0xFFFF_FFFF) | Int64(element) << 32
      held[place] = (body, element, frame)
    }
    loadRegisters(activity, words)
  }

  private func loadRegisters(_ activity: Int, _ words: UnsafeBufferPointer<Int64>) {
    let i = home(element(of: activity))
    let frame = frame(of: activity)
    let pc = words[0] & 0xFFFF_FFFF
    i.mem[frame] = (i.mem[frame] & ~0xFFFF_FFFF) | pc
    i.mem[frame &+ Frame.kind] &= ~Frame.stateMask
    let body = image.tables.bodies[Int(i.mem[frame &+ Frame.kind] & Frame.bodyMask)]
    var at = headerWords(activity)
    for register in registers(at: Int(pc), body) {
      let slot = frame &+ Frame.header + Int(register)
      if isList(register, body) {
        i.listClear(&i.mem[slot])
        let count = Int(words[at])
        at += 1
        for _ in 0..<count {
          _ = i.listAppend(&i.mem[slot], words[at])
          at += 1
        }
      } else {
        i.mem[slot] = words[at]
        at += 1
      }
    }
  }

  /// The words of an activity whose call has ended: its status and answer are there.
  public func answered(_ activity: Int, _ words: [Int64], status: CallStatus, answer: [Int64]) -> [Int64] {
    var words = words
    let pc = Int(words[0] & 0xFFFF_FFFF)
    let (first, width) = answerRegisters(pc)
    words[0] &= ~(Standing.waits | Standing.arriving)
    var at = headerWords(activity)
    let body = image.tables.bodies[self.body(of: activity, words)]
    for register in registers(at: pc, body) {
      if isList(register, body) {
        at += 1 + Int(words[at])
        continue
      }
      let k = Int(register) - first
      if k == 0 { words[at] = status.rawValue }
      if k > 0, k < width { words[at] = k - 1 < answer.count ? answer[k - 1] : 0 }
      at += 1
    }
    return words
  }

  private func body(of activity: Int, _ words: [Int64]) -> Int {
    activity < processes.count
      ? image.tables.body(of: processes[activity])
      : Int(words[Standing.body] & 0xFFFF_FFFF)
  }

  /// The answer that a body has just ended with.
  public var answer: [Int64] { stepping.pointee.words }

  // MARK: Passive elements

  public func savePassive(_ element: Int, into words: inout [Int64]) { home(element).save(element, into: &words) }

  public func loadPassive(_ element: Int, _ words: [Int64]) {
    words.withUnsafeBufferPointer { loadPassive(element, $0) }
  }

  public func loadPassive(_ element: Int, _ words: UnsafeBufferPointer<Int64>) {
    let i = home(element)
    let e = i.offset(element)
    let info = i.node(element)
    switch info.pointee.kind {
    case .plans:
      while i.mem[e + Plans.count] > 0 {
        let block = Int(i.mem[e + Plans.block])
        i.deletePlan(element, i.mem[block + 2 * Int(i.mem[e + Plans.count] - 1)])
      }
      var at = 1
      while at < words.count {
        let count = Int(words[at + 1])
        var list: Int64 = 0
        for k in 0..<count { _ = i.listAppend(&list, words[at + 2 + k]) }
        i.mem[e + Plans.latest] = words[at] - 1
        _ = i.addPlan(element, addresses: list)
        at += 2 + count
      }
      i.mem[e + Plans.latest] = words[0]
    case .dns: i.mem[e + Record.version] = words[0]
    case .queue:
      i.clearStore(element)
      let width = Int(info.pointee.width)
      if info.pointee.isAssigned { i.mem[e + Store.capacity] = words[0] }
      for at in stride(from: info.pointee.isAssigned ? 1 : 0, to: words.count, by: max(1, width)) {
        let entry = i.pushBack(e + Store.items, width: width + 1)
        i.mem[entry] = 0
        for k in 0..<width { i.mem[entry + 1 + k] = words[at + k] }
      }
    case .lease:
      if words[0] != i.mem[e] & Lease.active {
        i.mem[e] = (i.mem[e] & ~Lease.active) | words[0]
        i.mem[i.fleet(element) + Fleet.active] += words[0] != 0 ? 1 : -1
      }
      i.mem[e &+ Lease.token] = words[1]
    case .service:
      i.mem[e &+ Active.frames] = (i.mem[e &+ Active.frames] & ~Active.disabled) | words[0]
      for (k, at) in i.admission(info, e).enumerated() { i.mem[at] = words[1 + k] }
    default: for k in words.indices { i.mem[e + k] = words[k] }
    }
  }

  /// The lease of an element lapses; false when it is not held.
  public func expire(_ element: Int) -> Bool {
    let i = home(element)
    let e = i.offset(element)
    guard i.mem[e] & Lease.active != 0 else { return false }
    i.lapse(element, e)
    return true
  }

  /// Whether something happens as the lease of an element lapses.
  public func actsAsItLapses(_ element: Int) -> Bool { home(element).lapseBody(element) >= 0 }

  /// The lease of an element lapses, and what happens then happens at once, with the choices given, as in `step`; nil when
  /// it is not held.
  public func lapse(_ element: Int, choices: inout [Int64], options: inout [Int64]) -> Outcome? {
    guard expire(element) else { return nil }
    let i = home(element)
    let body = i.lapseBody(element)
    let frame = lapseFrames[element] ?? makeFrame(body, element)
    lapseFrames[element] = frame
    i.mem[frame] = (i.mem[frame] & ~0xFFFF_FFFF) | Int64(image.tables.bodies[body].start)
    return run(frame, in: i, isBegun: false, &choices, &options)
  }

  // MARK: Steps

  /// Runs one visible step of an activity from where it rests, with the choices given (more are taken as 0); `options`
  /// tells how many each had.
  /// - Parameter isBegun: a visible step counts as made already: only what nobody else can see is run.
  public func step(
    _ activity: Int, isBegun: Bool = false, choices: inout [Int64], options: inout [Int64]
  ) -> Outcome {
    let outcome = run(frame(of: activity), in: home(element(of: activity)), isBegun: isBegun, &choices, &options)
    return outcome == .blocked && stepping.pointee.hasChosen ? restBeforeStep(activity) : outcome
  }

  private func run(
    _ frame: Int, in home: Island, isBegun: Bool, _ choices: inout [Int64], _ options: inout [Int64]
  ) -> Outcome {
    let p = home.p
    stepping.pointee.outcome = .rests
    stepping.pointee.begun = isBegun ? 1 : 0
    stepping.pointee.passed = 0
    stepping.pointee.visibleAt = 0
    stepping.pointee.hasChosen = false
    stepping.pointee.used = 0
    stepping.pointee.chosen.removeAll(keepingCapacity: true)
    stepping.pointee.branchAt = -1
    stepping.pointee.usedAtTurn = -1
    stepping.pointee.turns = 0
    stepping.pointee.hasWaited = false
    stepping.pointee.steps.removeAll(keepingCapacity: true)
    stepping.pointee.touched.removeAll(keepingCapacity: true)
    stepping.pointee.sends.removeAll(keepingCapacity: true)
    stepping.pointee.choices = choices
    stepping.pointee.options = options
    home.stepOnce(frame)
    choices = stepping.pointee.choices
    options = stepping.pointee.options
    p.pointee.notes.count = 0
    if p.pointee.trouble != 0 {
      let kind = Trouble(rawValue: p.pointee.trouble) ?? .none
      p.pointee.trouble = 0
      let words = kind.words(p.pointee.troubleDetail, image)
      return .failed(code: kind.code, message: words, step: Int(p.pointee.troubleStep))
    }
    switch stepping.pointee.outcome {
    case .rests: return .moved
    case .finished: return .finished(ok: true)
    case .failed: return .finished(ok: false)
    case .blocked: return .blocked
    case .idles: return .idles
    case .hangs:
      return .failed(
        code: Trouble.zeroTime.code, message: "a step that never ends", step: Int(p.pointee.currentStep))
    case .calls: return .calls(element: stepping.pointee.call.element, handler: stepping.pointee.call.handler)
    }
  }

  /// What was chosen is settled, also where the step that follows cannot be made: a state of its own, before that step. Its
  /// guard has changed nothing that counts there.
  private func restBeforeStep(_ activity: Int) -> Outcome {
    let i = home(element(of: activity))
    let frame = frame(of: activity)
    i.mem[frame] = (i.mem[frame] & ~0xFFFF_FFFF) | Int64(stepping.pointee.visiblePC)
    let passed = stepping.pointee.visibleAt - 1
    if passed < stepping.pointee.steps.count {
      stepping.pointee.steps.removeLast(stepping.pointee.steps.count - passed)
    }
    return .moved
  }

  /// Turns of loops in the last transition.
  public var turns: Int { stepping.pointee.turns }
  /// Steps begun in the last transition, in order, at most 64.
  public var stepsBegun: [Int32] { stepping.pointee.steps }
  /// What was chosen in the last transition, in order.
  public var chosen: [Choice] { stepping.pointee.chosen }
  /// Elements that the last transition read or changed, with repeats.
  public var touched: [Int32] { stepping.pointee.touched }
  /// What the last transition has sent, in order.
  public var sends: [Sent] { stepping.pointee.sends }

  /// Whether an element of a service refuses what comes: it has crashed, or is switched off.
  public func refuses(_ element: Int) -> Bool { home(element).refuses(element) }

  /// Whether an element of a service is stalled for ever: none of its requests begins.
  public func isStalled(_ element: Int) -> Bool {
    let i = home(element)
    return i.mem[i.offset(element) &+ Active.frames] & Active.isStalled != 0
  }

  /// Whether every message from an element to another is lost.
  public func isCut(from a: Int, to b: Int) -> Bool { island.isCut(from: a, to: b) }

  /// Servers of a service's element: how many of its requests may have begun.
  public func servers(_ element: Int) -> Int64 {
    let i = home(element)
    return i.mem[i.offset(element) + Service.servers]
  }

  /// Evaluates a probe in the present state; the trouble is `none` unless that fails.
  public func evaluate(_ body: Int, stuck: Bool = false) -> (value: Int64, trouble: Trouble) {
    let p = world.island(0).p
    p.pointee.isStuck = stuck
    let value = world.evaluate(body)
    let trouble = Trouble(rawValue: p.pointee.trouble) ?? .none
    p.pointee.trouble = 0
    return (value, trouble)
  }
}
