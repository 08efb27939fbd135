// Who is let in at the door of a service, in a search.

extension Stepper {
  /// What may become of a request that is sent.
  public struct Door: Sendable {
    public var isOpen = false
    public var refuses = false
    /// It is dropped: its caller hears nothing.
    public var loses = false
    /// It may find another door when it arrives.
    public var mayChange = false
    public init(isOpen: Bool = false) { self.isOpen = isOpen }
  }

  /// Whom an element of a service lets in.
  public struct Admission: Sendable {
    /// Requests that it serves and that may wait; `Int64.max`: as many as come.
    var room: Int64
    var limit: Int64
    /// Of the handler's own; `Int64.max`: none.
    var limitOfHandler: Int64
    var hasRate: Bool
    var drops: Bool
    /// Messages to it take time.
    var isDelayed: Bool

    /// Nobody is ever turned away.
    public var admitsAll: Bool { room == .max && limit == .max && limitOfHandler == .max && !hasRate }

    /// A rate may be used up at any time.
    /// - Parameters:
    ///   - inHand: requests that the element has, those under way not among them.
    ///   - ofHandler: of these, such for the same handler.
    public func door(inHand: Int, ofHandler: Int) -> Door {
      let isFull = room != .max && Int64(inHand) >= room
      let isBeyond = Int64(inHand) >= limit || Int64(ofHandler) >= limitOfHandler
      var door = Door(isOpen: !isFull && !isBeyond)
      door.refuses = isBeyond || hasRate || isFull && !drops
      door.loses = isFull && drops && !isBeyond
      door.mayChange = isFull || isBeyond || isDelayed
      return door
    }
  }

  /// A request that a step has sent, and for which nobody waits.
  public struct Sent: Sendable {
    public var element: Int
    public var handler: Int
    /// Its arguments.
    public var words: [Int64]
    /// It was sent to where none arrives.
    public var isInVain: Bool
    /// Whom the service let in as it was sent.
    public var admission: Admission
  }

  public func admission(of element: Int, _ handler: Int) -> Admission { home(element).admission(of: element, handler) }

  /// Whom the service lets in to which a request is under way.
  public func admission(ofRequest words: [Int64]) -> Admission {
    let element = Int(words[Standing.body] >> 32)
    let handler = Int(image.tables.bodies[Int(words[Standing.body] & 0xFFFF_FFFF)].handler)
    return admission(of: element, handler - Int(home(element).node(element).pointee.link))
  }
}

extension Island {
  func admission(of element: Int, _ handler: Int) -> Stepper.Admission {
    let e = offset(element)
    let offset = Int(tables.handler(handler, of: element).offset)
    let own = offset == 0 ? 0 : e &+ offset
    let (room, isEndless) = mem[e &+ Service.servers].addingReportingOverflow(mem[e &+ Service.capacity])
    return Stepper.Admission(
      room: isEndless ? .max : room, limit: mem[e &+ Service.limit],
      limitOfHandler: own == 0 ? .max : mem[own &+ HandlerLimit.atOnce],
      hasRate: mem[e &+ Service.rate] != 0 || own != 0 && mem[own &+ HandlerLimit.rate] != 0,
      drops: node(element).pointee.dropsWhenFull, isDelayed: mem[e &+ Service.latency] != 0)
  }

  /// It has crashed, or is switched off.
  func refuses(_ element: Int) -> Bool {
    mem[offset(element) &+ Active.frames] & (Active.crashed | Active.disabled) != 0
  }
}
