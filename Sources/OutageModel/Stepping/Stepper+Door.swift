// Who is let in at the door of a service, in a search.

extension Stepper {
  /// What may become of a request that arrives.
  public struct Door: Sendable {
    public var isOpen = false
    public var refuses = false
    /// It is dropped: its caller hears nothing.
    public var loses = false
    public init(isOpen: Bool = false) { self.isOpen = isOpen }
  }

  /// Whether nobody is ever turned away.
  public func admitsAll(_ element: Int, _ handler: Int) -> Bool {
    let (i, e) = (home(element), home(element).offset(element))
    return i.mem[e &+ Service.capacity] == .max && i.mem[e &+ Service.limit] == .max && i.mem[e &+ Service.rate] == 0
      && image.tables.handler(handler, of: element).offset == 0
  }

  /// Who is in hand has come before, unless messages take time: then some of them may still be under way, and both is possible. A
  /// rate may be used up at any time.
  /// - Parameters:
  ///   - inHand: requests that the element has, those under way among them.
  ///   - ofHandler: of these, such for the same handler.
  public func door(_ element: Int, _ handler: Int, inHand: Int, ofHandler: Int) -> Door {
    let (i, e) = (home(element), home(element).offset(element))
    let offset = Int(image.tables.handler(handler, of: element).offset)
    let own = offset == 0 ? 0 : e &+ offset
    let (room, isEndless) = i.mem[e &+ Service.servers].addingReportingOverflow(i.mem[e &+ Service.capacity])
    let isFull = !isEndless && Int64(inHand) >= room
    let isBeyond =
      Int64(inHand) >= i.mem[e &+ Service.limit] || own != 0 && Int64(ofHandler) >= i.mem[own &+ HandlerLimit.atOnce]
    let hasRate = i.mem[e &+ Service.rate] != 0 || own != 0 && i.mem[own &+ HandlerLimit.rate] != 0
    let drops = i.node(element).pointee.dropsWhenFull
    var door = Door(isOpen: !isFull && !isBeyond || i.mem[e &+ Service.latency] > 0)
    door.refuses = isBeyond || hasRate || isFull && !drops
    door.loses = isFull && drops && (!isBeyond || door.isOpen)
    return door
  }
}
