// A live world knows of a call by the frame that waits and a word that names it: in a message, in a queue, in the frame of
// the request, in the answer. A search knows of it by who waits for whom. Here the one is made of the other.

/// What processes have asked of services and what is not done: requests on their way, waiting and in hand, and answers under
/// way. What loads, renewals and operators ask for is not among it, nor what is asked on their behalf.
struct Requests {
  enum Caller {
    case process(Int)
    case request(Int)
    /// It gave up, or never waited.
    case nobody
  }

  struct Request {
    var element: Int
    var handler: Int
    var caller: Caller
    /// The frame in whose hands it is; 0: it has not begun.
    var frame: Int
    /// It has not arrived.
    var isUnderWay: Bool
    var arguments: [Int64]
  }

  struct Answer {
    var status: CallStatus
    var words: [Int64]
  }

  /// A frame of a world.
  struct FrameName: Hashable {
    var island: Int
    var offset: Int
  }

  /// What was found, before it is known on whose behalf it is there.
  private struct Found {
    var element: Int
    var handler: Int
    /// frame | token, as it was asked; 0: nobody waits
    var caller: Int64
    var origin: Int
    var frame = 0
    var isUnderWay = false
    var arguments: [Int64]
  }

  private(set) var all: [Request] = []
  private(set) var answers: [FrameName: Answer] = [:]
  private let world: World
  private let image: Image
  private let followed: Set<Int>
  private let services: Set<Int>
  private let alsoAsked: Set<Int>
  private var found: [Found] = []
  /// Frames that may wait for an answer: of processes, and of what was found.
  private var processes: [FrameName: Int] = [:]
  private var inHand: [FrameName: Int] = [:]
  private var answersFound: [(to: FrameName, token: UInt32, Answer)] = []

  /// - Parameters:
  ///   - processes: elements of the processes that take part.
  ///   - services: nodes that these may call, themselves or through others.
  ///   - alsoAsked: nodes that others than processes call as well. What nobody waits for and was asked by a handler of
  ///     these is taken for theirs.
  init(in world: World, of processes: [Int], services: Set<Int>, alsoAsked: Set<Int>) {
    self.world = world
    image = world.image
    followed = Set(processes)
    self.services = services
    self.alsoAsked = alsoAsked
    for (k, element) in processes.enumerated() {
      let there = home(element)
      let frame = Int(there.mem[there.offset(element) &+ Active.frames] & 0xFFFF_FFFF)
      if frame != 0 { self.processes[FrameName(island: Int(there.p.pointee.id), offset: frame)] = k }
      findDeferred(of: element)
    }
    for node in services.sorted() {
      let info = image.tables.nodes[node]
      for element in Int(info.first)..<Int(info.first + info.count) { find(at: element) }
    }
    for k in 0..<world.islandCount { findUnderWay(world.island(k)) }
    attribute()
  }

  private func home(_ element: Int) -> Island { world.island(Int(image.tables.elementIsland[element])) }

  // MARK: Finding

  /// In hand and waiting at an element of a service.
  private mutating func find(at element: Int) {
    let there = home(element)
    let (e, info) = (there.offset(element), there.node(element))
    var frame = Int(there.mem[e &+ Active.frames] & 0xFFFF_FFFF)
    while frame != 0 {
      inHand[FrameName(island: Int(there.p.pointee.id), offset: frame)] = found.count
      let origin = there.mem[frame &+ Frame.origin]
      found.append(
        Found(
          element: element, handler: Int(origin >> 32), caller: there.mem[frame &+ Frame.caller],
          origin: Int(origin & 0xFFFF_FFFF), frame: frame, arguments: []))
      frame = Int(there.mem[frame &+ Frame.links] & 0xFFFF_FFFF)
    }
    findDeferred(of: element)
    for level in 0..<Int(info.pointee.mode) {
      let d = e &+ Service.levels + level * Service.levelWords
      there.eachEntry(d, width: Entry.words + Int(info.pointee.width)) { entry in
        let origin = there.mem[entry &+ Entry.origin]
        let handler = Int(origin >> 32)
        let count = Int(image.tables.handlers[Int(info.pointee.link) + handler].width)
        found.append(
          Found(
            element: element, handler: handler, caller: there.mem[entry &+ Entry.caller],
            origin: Int(origin & 0xFFFF_FFFF), arguments: there.words(entry &+ Entry.words, count)))
      }
    }
  }

  /// Answers that an element will take when its stall ends.
  private mutating func findDeferred(of element: Int) {
    let there = home(element)
    there.eachDeferred(there.offset(element)) { if $0.kind == .answer { find($0, there) } }
  }

  private mutating func findUnderWay(_ there: Island) {
    var events: [Event] = []
    there.eachPending { if $0.kind.isMessage || $0.kind == .answer { events.append($0) } }
    for event in events.sorted(by: { $0.order < $1.order }) { find(event, there) }
    there.eachPosted { kind, island, status, words in
      if kind.isMessage {
        find(message: words)
      } else {
        let answer = Answer(
          status: CallStatus(rawValue: Int64(status)) ?? .failed, words: (0..<Int(words[1])).map { words[2 + $0] })
        let to = FrameName(island: island, offset: Int(words[0] & 0xFFFF_FFFF))
        answersFound.append((to, UInt32(truncatingIfNeeded: words[0] >> 32), answer))
      }
    }
  }

  private mutating func find(_ event: Event, _ there: Island) {
    if event.kind.isMessage { return find(message: there.mem + Int(event.a)) }
    let words = event.c == 0 ? [] : there.words(Int(event.c) + 1, Int(there.mem[Int(event.c)]))
    let answer = Answer(status: CallStatus(rawValue: Int64(event.status)) ?? .failed, words: words)
    answersFound.append((FrameName(island: Int(there.p.pointee.id), offset: Int(event.a)), event.b, answer))
  }

  private mutating func find(message: UnsafePointer<Int64>) {
    let (element, handler) = (Int(message[Message.target] & 0xFFFF_FFFF), Int(message[Message.target] >> 32))
    guard handler != pingHandler, services.contains(Int(image.tables.elementNode[element])) else { return }
    found.append(
      Found(
        element: element, handler: handler, caller: message[Message.caller], origin: Int(message[Message.origin]),
        isUnderWay: true, arguments: (0..<Int(message[Message.count])).map { message[Message.words + $0] }))
  }

  // MARK: On whose behalf

  private enum Role {
    case takesPart(Caller)
    case leftOut
  }

  private mutating func attribute() {
    var numbers = [Int](repeating: -1, count: found.count)
    var roles: [Role] = []
    for k in found.indices {
      let role = role(k)
      roles.append(role)
      if case .takesPart = role {
        numbers[k] = all.count
        let one = found[k]
        all.append(
          Request(
            element: one.element, handler: one.handler, caller: .nobody, frame: one.frame,
            isUnderWay: one.isUnderWay, arguments: one.arguments))
      }
    }
    for (k, role) in roles.enumerated() {
      guard case .takesPart(let caller) = role else { continue }
      if case .request(let other) = caller {
        all[numbers[k]].caller = .request(numbers[other])
      } else {
        all[numbers[k]].caller = caller
      }
    }
    for (to, token, answer) in answersFound where processes[to] != nil || inHand[to] != nil {
      if isStill(to, token) { answers[to] = answer }
    }
  }

  /// Along the callers that still wait, up to a process, or to whom nobody waits for.
  private func role(_ k: Int) -> Role {
    let caller = waiting(for: k)
    guard case .request(let other) = caller else { return caller.map { .takesPart($0) } ?? .leftOut }
    var at = other
    while case .request(let next) = waiting(for: at) { at = next }
    return waiting(for: at) == nil ? .leftOut : .takesPart(.request(other))
  }

  /// Who waits for what was found, as far as it takes part; nil: it does not.
  private func waiting(for k: Int) -> Caller? {
    let (one, island) = (found[k], Int(image.tables.elementIsland[found[k].origin]))
    let name = FrameName(island: island, offset: Int(one.caller & 0xFFFF_FFFF))
    if one.caller != 0, isStill(name, UInt32(truncatingIfNeeded: one.caller >> 32)) {
      if let process = processes[name] { return .process(process) }
      return inHand[name].map { .request($0) }
    }
    let node = Int(image.tables.elementNode[one.origin])
    switch image.tables.nodes[node].kind {
    case .process: return followed.contains(one.origin) ? .nobody : nil
    case .service: return services.contains(node) && !alsoAsked.contains(node) ? .nobody : nil
    default: return nil
    }
  }

  private func isStill(_ frame: FrameName, _ token: UInt32) -> Bool {
    UInt32(truncatingIfNeeded: world.island(frame.island).mem[frame.offset] >> 32) == token
  }
}

extension Island {
  func words(_ from: Int, _ count: Int) -> [Int64] { (0..<count).map { mem[from &+ $0] } }

  /// Calls `body` with every event that is pending, those of the present instant included, in no order.
  func eachPending(_ body: (Event) -> Void) {
    p.pointee.queue.forEach(body)
    for c in 0..<4 {
      let ring = p.pointee.rings[c]
      for k in ring.head..<ring.tail { body(ring.base[k & ring.mask]) }
    }
  }

  /// Calls `body` with every event that waits for the end of an element's stall.
  func eachDeferred(_ e: Int, _ body: (Event) -> Void) {
    var block = Int(mem[e &+ Active.deferred] & 0xFFFF_FFFF)
    while block != 0 {
      body(deferredEvent(block))
      block = Int(mem[block])
    }
  }

  /// Calls `body` with every message that is not handed over yet: its kind, where it goes, its status, and its words.
  func eachPosted(_ body: (EventKind, Int, UInt8, UnsafePointer<Int64>) -> Void) {
    var words = UnsafePointer(p.pointee.outbox.words.base)
    for _ in 0..<p.pointee.outbox.count {
      let head = words[0]
      let kind = EventKind(rawValue: UInt8(truncatingIfNeeded: head >> 32)).unsafelyUnwrapped
      words += 2
      body(kind, Int(head & 0xFFFF_FFFF), UInt8(truncatingIfNeeded: head >> 48), words)
      words += kind.isMessage ? Message.words + Int(words[Message.count]) : 2 + Int(words[1])
    }
  }
}
