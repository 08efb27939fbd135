// A search may begin where a live world of the same image stands. What passive nodes hold is taken over, each process goes
// on where it is, and so does what processes have asked of services; time, load and what operators have prepared are
// forgotten. Who waits may wait as long as it likes, and requests that lie in a queue begin in any order.

extension Stepper {
  /// Where everybody stands: words of processes, and of requests in hand, which are numbered after the processes.
  public struct Present: Sendable {
    public var processes: [[Int64]] = []
    public var requests: [[Int64]] = []
    /// What passive elements hold that are not as in the world: a step that was made in part is made to its end.
    public var held: [Int: [Int64]] = [:]

    /// Of the requests those for which nobody waits, and those that these have made in turn.
    public var abandoned: Int { requests.count { $0[Standing.caller] < 0 } }
  }

  /// Finds where everybody stands in a world of the same image.
  /// - Parameters:
  ///   - processes: elements of processes that take part.
  ///   - services: nodes that these may call, themselves or through others.
  ///   - alsoAsked: nodes that others call as well, which take no part.
  public static func present(
    _ image: Image, in world: World, processes: [Int], services: Set<Int>, alsoAsked: Set<Int>
  ) -> Present {
    let requests = Requests(in: world, of: processes, services: services, alsoAsked: alsoAsked)
    let stepper = Stepper(image, processes: processes, places: requests.all.count)
    stepper.take(from: world)
    return stepper.present(requests, in: world)
  }

  /// Takes over what passive nodes hold, of services whom they admit and who answers at all, and links that are
  /// cut until somebody heals them.
  public func take(from present: World) {
    world.takeCuts(from: present)
    for element in 0..<image.tables.elementCount {
      let there = present.island(Int(image.tables.elementIsland[element]))
      let (here, e) = (home(element), there.offset(element))
      switch there.node(element).pointee.kind {
      case .queue: here.mem[e + Store.capacity] = there.mem[e + Store.capacity]
      case .service:
        for at in there.admission(there.node(element), e) { here.mem[at] = there.mem[at] }
        here.mem[e &+ Active.frames] |= there.mem[e &+ Active.frames] & (Active.crashed | Active.disabled)
        if there.isStalledForEver(element) { here.mem[e &+ Active.frames] |= Active.isStalled }
      default: break
      }
      if isPassive(element) { takePassive(element, from: present) }
    }
  }

  private func takePassive(_ element: Int, from present: World) {
    loadPassive(element, present.contents(of: element))
  }

  private func isPassive(_ element: Int) -> Bool {
    let node = image.tables.nodes[Int(image.tables.elementNode[element])]
    switch node.kind {
    case .variable, .plans, .dns, .lease, .queue: return true
    case .service: return node.isAssigned
    default: return false
    }
  }

  private func present(_ requests: Requests, in world: World) -> Present {
    var stands = Stands(count: processes.count + requests.all.count)
    for (j, request) in requests.all.enumerated() {
      switch request.caller {
      case .process(let p): stands.callers[processes.count + j] = p
      case .request(let other): stands.callers[processes.count + j] = processes.count + other
      case .nobody: break
      }
    }
    for k in processes.indices { stand(k, in: world, &stands) }
    for (j, request) in requests.all.enumerated() { stand(processes.count + j, request, in: world, &stands) }
    // Who was given an item finishes the step, in the order of giving: a run lets nothing come between either, unless it is
    // due at the same instant.
    for (_, k, begin) in stands.given.sorted(by: { $0.order < $1.order }) {
      rest(k, begin, isWhole: true, in: world, &stands)
    }
    for k in stands.words.indices where isWaiting(stands.words[k]) {
      let element = k < processes.count ? processes[k] : requests.all[k - processes.count].element
      let island = Int(image.tables.elementIsland[element])
      let frame = k < processes.count ? firstFrame(element, world) : requests.all[k - processes.count].frame
      // With no answer, and nobody who works on one, it is lost: the caller waits until it gives up.
      guard let answer = stands.answers[k] ?? requests.answers[Requests.FrameName(island: island, offset: frame)]
      else { continue }
      stands.words[k] = answered(k, stands.words[k], answer)
    }
    return packed(stands)
  }

  /// What is found of activities before requests that have ended are left out.
  private struct Stands {
    /// Empty: the request has ended.
    var words: [[Int64]]
    var callers: [Int?]
    /// Of those that a request has just answered.
    var answers: [Requests.Answer?]
    /// Who has an item in hand and has not gone on with it, in which order they will, and their words.
    var given: [(order: UInt128, activity: Int, begin: Begin)] = []
    var held: [Int: [Int64]] = [:]

    init(count: Int) {
      words = Array(repeating: [], count: count)
      callers = Array(repeating: nil, count: count)
      answers = Array(repeating: nil, count: count)
    }
  }

  /// Words with which an activity begins, and where its body does.
  private struct Begin {
    var words: [Int64]
    var start: Int
  }

  private func packed(_ stands: Stands) -> Present {
    var numbers: [Int: Int] = [:]
    for k in stands.words.indices where !stands.words[k].isEmpty { numbers[k] = numbers.count }
    var present = Present(processes: Array(stands.words[..<processes.count]), held: stands.held)
    for k in processes.count..<stands.words.count where !stands.words[k].isEmpty {
      var words = stands.words[k]
      words[Standing.caller] = Int64(stands.callers[k].flatMap { numbers[$0] } ?? -1)
      present.requests.append(words)
    }
    return present
  }

  private func isWaiting(_ words: [Int64]) -> Bool {
    !words.isEmpty && words[0] >= 0 && words[0] & Standing.waits != 0
  }

  private func answered(_ activity: Int, _ words: [Int64], _ answer: Requests.Answer) -> [Int64] {
    let mayTimeOut = mayTimeOut(words)
    var words = answered(activity, words, status: answer.status, answer: answer.words)
    if mayTimeOut { words[0] |= Standing.arriving }
    return words
  }

  // MARK: One activity

  private func firstFrame(_ element: Int, _ world: World) -> Int {
    let there = world.island(Int(image.tables.elementIsland[element]))
    return Int(there.mem[there.offset(element) &+ Active.frames] & 0xFFFF_FFFF)
  }

  /// A process as it stands; it rests before its next step that others can see, unless something is chosen before.
  private func stand(_ k: Int, in world: World, _ stands: inout Stands) {
    let element = processes[k]
    let there = world.island(Int(image.tables.elementIsland[element]))
    let e = there.offset(element)
    if there.mem[e &+ Active.frames] & Active.crashed != 0 {
      stands.words[k] = [Standing.crashed]
      return
    }
    let frame = firstFrame(element, world)
    if frame != 0 { return stand(k, frame, of: element, in: world, &stands) }
    if there.mem[e &+ Active.finished] > 0 {
      stands.words[k] = [Standing.finished]
      return
    }
    stands.words[k] = start(k)
    if stands.words[k][0] >= 0, there.isStalledForEver(element) { stands.words[k][0] |= Standing.stalled }
  }

  /// Where a request stands; one that has nothing left to do that others can see has ended.
  private func stand(_ k: Int, _ request: Requests.Request, in world: World, _ stands: inout Stands) {
    if request.frame != 0 { return stand(k, request.frame, of: request.element, in: world, &stands) }
    if request.isUnderWay, refuses(request.element) {
      if let caller = stands.callers[k] { stands.answers[caller] = Requests.Answer(status: .refused, words: []) }
      return
    }
    stands.words[k] = arrival(request.element, handler: request.handler, caller: -1, request.arguments)
    if request.isUnderWay, !admission(of: request.element, request.handler).admitsAll {
      stands.words[k][0] |= Standing.underWay
    }
  }

  private func stand(_ k: Int, _ frame: Int, of element: Int, in world: World, _ stands: inout Stands) {
    let there = world.island(Int(image.tables.elementIsland[element]))
    let place = place(of: frame, there)
    let start = Int(image.tables.bodies[place.body].start)
    var words = [Int64(place.pc) | place.flags]
    if there.isStalledForEver(element) { words[0] |= Standing.stalled }
    if k >= processes.count {
      if place.pc == start { words[0] |= Standing.begun }
      words += [Int64(place.body) | Int64(element) << 32, -1]
    }
    appendRegisters(of: frame, at: place.pc, in: there, unknown: place.unknown, to: &words)
    let begin = Begin(words: words, start: start)
    if let order = place.given {
      stands.given.append((order, k, begin))
    } else {
      rest(k, begin, in: world, &stands)
    }
  }

  /// Brings an activity to where it rests, as far as that is decided.
  private func rest(_ k: Int, _ begin: Begin, isWhole: Bool = false, in world: World, _ stands: inout Stands) {
    var isMade = isWhole
    switch settled(k, begin.words, isWhole: isWhole) {
    case .rests(let words): stands.words[k] = words
    case .ended where k < processes.count: stands.words[k] = [Standing.finished]
    case .ended(let status, let answer):
      if let caller = stands.callers[k] { stands.answers[caller] = Requests.Answer(status: status, words: answer) }
    case .stays:
      isMade = false
      stands.words[k] = begin.words
      if begin.words[0] & Standing.waits == 0, isWithinStep(Int(begin.words[0] & 0xFFFF_FFFF), from: begin.start) {
        stands.words[k][0] |= Standing.within
      }
    }
    for element in Set(touched.map { Int($0) }) where isPassive(element) {
      if isMade {
        stands.held[element] = []
        savePassive(element, into: &stands.held[element, default: []])
      } else if let words = stands.held[element] {
        loadPassive(element, words)
      } else {
        takePassive(element, from: world)
      }
    }
  }
}
