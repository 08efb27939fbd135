extension ImageMeta {
  /// What a search of orders needs to know.
  public struct Exploring: Sendable {
    /// Registers that still matter, by pc where a body may rest.
    public var live: [Int: [UInt16]] = [:]
    public var processes: [Process] = []
    /// Elements of leases of which something happens as they lapse, and what that touches.
    public var lapses: [Process] = []
    public var faultBudgets: [FaultBudget] = []
    /// Nodes of leases that steps renew.
    public var renewed: Set<Int> = []
    /// Visible steps of each body, in order.
    public var stepsOfBody: [Int: [Int]] = [:]
    /// Line from 1 and source of each step.
    public var stepTexts: [Int: (line: Int, text: String)] = [:]
    /// Names of the files, by index; nothing for the script itself.
    public var files: [String] = []
    /// Kinds of the words of each variable node.
    public var variableTypes: [Int: [ValueType]] = [:]
    /// The most calls that one chain of handlers has open, at most 8.
    public var depth = 0
    /// Nodes of services that others than processes call, themselves or through others.
    public var alsoAsked: Set<Int> = []
    /// What is in the script and takes no part in a search: `load clients`.
    public var leftOut: [String] = []
    /// Of what takes no part, what may change what others see.
    public var meddlers: [Meddler] = []
    /// Of each array of processes.
    public var symmetries: [Symmetry] = []
    /// By body of a process or handler: what stands against a search in which it takes part.
    public var obstacles: [Int: Obstacle] = [:]
    /// By body: those of the handlers that it calls.
    public var handlersCalled: [Int: [Int]] = [:]
    /// Nodes of services that may turn requests away.
    public var turningAway: Set<Int> = []
    /// Nodes of services whose latency is assigned: messages to them may take time.
    public var delaying: Set<Int> = []
    public init() {}
  }
  /// A step whose effect a search of orders does not know.
  public struct Obstacle: Sendable {
    public var message: String
    public var help: String
    public var place: (file: Int32, from: Int32, to: Int32)
    public init(message: String, help: String, place: (file: Int32, from: Int32, to: Int32)) {
      self.message = message
      self.help = help
      self.place = place
    }
  }
  public struct FaultBudget: Sendable {
    public enum Fault: String, Sendable { case crash, stall, restart }
    public var fault: Fault
    public var elements: ClosedRange<Int>
    public var atMost: Int64
    public init(fault: Fault, elements: ClosedRange<Int>, atMost: Int64) {
      self.fault = fault
      self.elements = elements
      self.atMost = atMost
    }
  }
}
