public import OutageSyntax

/// A program that passed the checker: the compiler turns it, with values for the parameters, into a graph.
/// Expressions in attributes and sizes read parameters and constants only ("settled before the run") unless said.
public struct CheckedProgram: Sendable {
  public var scenario: String
  public var clock: Clock
  public var params: [Param] = []
  public var variants: [Variant] = []
  /// `explore { versions = 3 }`
  public var exploreBounds: [Assignment] = []
  public var faultBudgets: [FaultBudget] = []
  public var constants: [Constant] = []
  public var externals: [External] = []
  public var choices: [ChoiceType] = []
  /// What was read of tables, two places for each file that the script names.
  public var series: [Series] = []
  public var nodes: [Node] = []
  public var timeline: [TimelineEntry] = []
  public var properties: [Property] = []
  /// Properties that are meant to be violated, and when.
  public var meantViolated: [Intent] = []
  public var measures: [Measure] = []
  public var plots: [Plot] = []
  /// Something in it has a window, `x over 5m`.
  public var hasWindows = false
  /// Nodes of variables of which the mean over time is wanted in a window.
  public var windowedVariables: Set<Int> = []

  public init(scenario: String, clock: Clock) {
    self.scenario = scenario
    self.clock = clock
  }

  public struct Clock: Sendable {
    public var begins: ClockStart
    public var zone: String?
    public var duration: CheckedExpression
    public var tick: CheckedExpression
    /// False when no `clock` was written: times are then shown as elapsed.
    public var isWritten: Bool
    /// What was measured is told from here on; nil: from the start.
    public var warmUp: CheckedExpression?
    public init(
      begins: ClockStart, zone: String?, duration: CheckedExpression, tick: CheckedExpression, isWritten: Bool
    ) {
      self.begins = begins
      self.zone = zone
      self.duration = duration
      self.tick = tick
      self.isWritten = isWritten
    }
  }

  public struct Param: Sendable {
    public var name: String
    public var type: Type
    /// May read earlier parameters and constants.
    public var value: CheckedExpression
    public var range: (CheckedExpression, CheckedExpression)?
    public var span: Span
    public init(
      name: String, type: Type, value: CheckedExpression,
      range: (CheckedExpression, CheckedExpression)?, span: Span
    ) {
      self.name = name
      self.type = type
      self.value = value
      self.range = range
      self.span = span
    }
  }

  public struct Assignment: Sendable {
    public var param: Int
    public var value: CheckedExpression
    public init(param: Int, value: CheckedExpression) {
      self.param = param
      self.value = value
    }
  }

  public struct Variant: Sendable {
    public var name: String
    public var settings: [Assignment]
    public init(name: String, settings: [Assignment]) {
      self.name = name
      self.settings = settings
    }
  }

  public struct FaultBudget: Sendable {
    public enum Fault: String, Sendable, CaseIterable { case crash, stall, restart }
    public var fault: Fault
    public var node: NodeReference
    public var atMost: CheckedExpression
    public init(fault: Fault, node: NodeReference, atMost: CheckedExpression) {
      self.fault = fault
      self.node = node
      self.atMost = atMost
    }
  }

  /// A function that the host gives: `extern fn capacity(servers: count): number`. Its types are plain.
  public struct External: Sendable {
    public var name: String
    public var parameters: [CheckedBody.Local]
    public var result: Type
    public var span: Span
    public init(name: String, parameters: [CheckedBody.Local], result: Type, span: Span) {
      self.name = name
      self.parameters = parameters
      self.result = result
      self.span = span
    }
  }

  public struct Constant: Sendable {
    public var name: String
    public var value: CheckedExpression
    public init(name: String, value: CheckedExpression) {
      self.name = name
      self.value = value
    }
  }

  public struct Measure: Sendable {
    public var name: String
    public var value: CheckedExpression
    public var span: Span
    /// Locals of comprehensions inside.
    public var locals: [CheckedBody.Local]
    public init(
      name: String, value: CheckedExpression, span: Span, locals: [CheckedBody.Local]
    ) {
      self.name = name
      self.value = value
      self.span = span
      self.locals = locals
    }
  }

  public struct Plot: Sendable {
    /// The source text of the expression.
    public var title: String
    public var value: CheckedExpression
    public var locals: [CheckedBody.Local]
    public init(title: String, value: CheckedExpression, locals: [CheckedBody.Local]) {
      self.title = title
      self.value = value
      self.locals = locals
    }
  }

  /// `meant violated "…" if fix == none`
  public struct Intent: Sendable {
    /// Text of the property.
    public var text: String
    /// Reads parameters only; nil: always.
    public var condition: CheckedExpression?
    public init(text: String, condition: CheckedExpression?) {
      self.text = text
      self.condition = condition
    }
  }

  public struct Property: Sendable {
    public enum Kind: Sendable {
      case never
      case always(from: CheckedExpression?, until: CheckedExpression?)
      /// Times since the start; both nil: by the end.
      case eventually(within: CheckedExpression?, of: CheckedExpression?)
      case leadsTo(premise: CheckedExpression)
      case expect(at: CheckedExpression, within: CheckedExpression)
      case recoverable
      case sometimes
    }
    public var kind: Kind
    public var text: String
    /// Over parameters; decided before the run: where it is false there is no such property.
    public var applies: CheckedExpression?
    public var condition: CheckedExpression
    public var locals: [CheckedBody.Local]
    public var span: Span
    public init(
      kind: Kind, text: String, applies: CheckedExpression?, condition: CheckedExpression,
      locals: [CheckedBody.Local], span: Span
    ) {
      self.kind = kind
      self.text = text
      self.applies = applies
      self.condition = condition
      self.locals = locals
      self.span = span
    }
  }

  public struct TimelineEntry: Sendable {
    public enum Kind: Sendable {
      /// A time since the start.
      case at(CheckedExpression)
      case every(CheckedExpression)
      case when(CheckedExpression, for: CheckedExpression?)
    }
    public var kind: Kind
    /// `condition` of a one-statement entry is inside the statement. Locals of the `when` expression are among
    /// the body's locals.
    public var body: CheckedBody
    public var span: Span
    public init(kind: Kind, body: CheckedBody, span: Span) {
      self.kind = kind
      self.body = body
      self.span = span
    }
  }

  /// A value with the condition under which the clause applies (`if` over parameters); nil: always.
  public struct Conditional<Value: Sendable>: Sendable {
    public var value: Value
    public var condition: CheckedExpression?
    public init(_ value: Value, condition: CheckedExpression?) {
      self.value = value
      self.condition = condition
    }
  }

  public struct Node: Sendable {
    public var name: String
    /// nil: not an array
    public var count: CheckedExpression?
    public var kind: Kind
    public var span: Span
    public init(name: String, count: CheckedExpression?, kind: Kind, span: Span) {
      self.name = name
      self.count = count
      self.kind = kind
      self.span = span
    }

    public indirect enum Kind: Sendable {
      /// `initial` may use `index`. `owner`: the process or service it belongs to (same element count), or nil.
      case variable(type: Type, initial: CheckedExpression, owner: Int?)
      case plans
      case dns(plans: NodeReference, [Conditional<DNSAttribute>])
      case queue(item: Type, [Conditional<QueueAttribute>])
      case lease([Conditional<LeaseAttribute>])
      case service(Service)
      case balancer(service: Int, [Conditional<BalancerAttribute>])
      case load([Conditional<LoadAttribute>], CheckedBody)
      case process(CheckedBody)
    }
  }

  public enum QueueAttribute: Sendable {
    case capacity(CheckedExpression)
    case full(FullAction)
    case holds(CheckedExpression)
  }

  public struct Renewal: Sendable {
    public enum Phase: Sendable {
      case uniform, even
      case fixed(CheckedExpression)
    }
    public var every: CheckedExpression
    public var jitter: CheckedExpression?
    public var phase: Phase
    public var origin: LeaseItem.Origin
    public var body: CheckedBody
    public init(
      every: CheckedExpression, jitter: CheckedExpression?, phase: Phase,
      origin: LeaseItem.Origin, body: CheckedBody
    ) {
      self.every = every
      self.jitter = jitter
      self.phase = phase
      self.origin = origin
      self.body = body
    }
  }

  public enum LeaseAttribute: Sendable {
    case lasts(CheckedExpression)
    case startsLapsed
    case renew(Renewal)
    /// Run as its term ends.
    case lapsed(CheckedBody)
  }

  public struct Service: Sendable {
    public struct Handler: Sendable {
      /// Empty: the handler of a plain `call`.
      public var name: String
      public var priority: CheckedExpression?
      /// A count (at once) or a rate (admitted), by type.
      public var limit: CheckedExpression?
      public var result: Type
      public var body: CheckedBody
      public init(
        name: String, priority: CheckedExpression?, limit: CheckedExpression?, result: Type,
        body: CheckedBody
      ) {
        self.name = name
        self.priority = priority
        self.limit = limit
        self.result = result
        self.body = body
      }
    }
    public enum Attribute: Sendable {
      case servers(CheckedExpression)
      case discipline(Discipline)
      case capacity(CheckedExpression)
      case full(FullAction)
      case drop(DropPolicy)
      case limit(CheckedExpression)
      case latency(CheckedExpression)
    }
    /// `at D`
    public var record: NodeReference?
    public var attributes: [Conditional<Attribute>]
    public var handlers: [Handler]
    public init(
      record: NodeReference?, attributes: [Conditional<Attribute>], handlers: [Handler]
    ) {
      self.record = record
      self.attributes = attributes
      self.handlers = handlers
    }
  }

  public enum BalancerAttribute: Sendable {
    case check(every: CheckedExpression, timeout: CheckedExpression?)
    case downAfter(CheckedExpression)
    case upAfter(CheckedExpression)
    case velocity(CheckedExpression, per: CheckedExpression)
    case zones(CheckedExpression)
    case failover(CheckedExpression)
  }

  public enum LoadAttribute: Sendable {
    case rate(CheckedExpression)
    /// Index into `series`
    case rates(Int)
    /// Index into `series`
    case times(Int)
    case even
    case count(CheckedExpression)
    case users(CheckedExpression)
    case think(CheckedExpression)
    case resolvers(CheckedExpression)
  }

  public enum DNSAttribute: Sendable {
    case ttl(CheckedExpression)
    case negative(CheckedExpression)
  }

  /// Numbers of a table, as words. Values are bit patterns of Doubles (durations in ns), times are ns since the start.
  public struct Series: Sendable {
    public enum Kind: Sendable {
      case none
      /// A value each.
      case values
      /// Pairs of a value and the share of what is up to it.
      case weighted
      /// Pairs of an upper bound and the share of what is up to it.
      case buckets
      /// Pairs of a time and the bit pattern of a rate per second.
      case rates
      /// A time each.
      case times
    }
    public var kind: Kind
    public var words: [Int64]
    public init(_ kind: Kind, _ words: [Int64]) {
      self.kind = kind
      self.words = words
    }
  }
}
