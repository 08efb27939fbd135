/// A top-level declaration.
public struct Item: Sendable {
  public var kind: Kind
  public var span: Span

  public init(_ kind: Kind, span: Span) {
    self.kind = kind
    self.span = span
  }

  public indirect enum Kind: Sendable {
    case scenario(String)
    case clock(ClockItem)
    case `import`(String, Span)
    case param(ParamItem)
    case variant(String, Span, [Setting])
    case explore([ExploreClause])
    case `let`(Name, Expression)
    case function(Name, parameters: [Name], Expression)
    case external(ExternalItem)
    case policy(Name, CallOptions)
    case variable(VariableItem)
    /// `plans P` or `plans P[n]`
    case plans(Name, count: Expression?)
    case dns(DNSItem)
    case queue(QueueItem)
    case lease(LeaseItem)
    case service(ServiceItem)
    case balancer(BalancerItem)
    case load(LoadItem)
    case process(ProcessItem)
    case at(Expression, Block)
    case every(Expression, Block)
    /// `when expr for 1m { … }`
    case when(Expression, for: Expression?, Block)
    case property(PropertyItem)
    /// `meant violated "…" if fix == none`
    case meantViolated(String, Span, if: Expression?)
    case plot([Expression])
    case measure(Name, Expression)
    case missing
  }
}

/// `extern fn capacity(servers: count, load: rate): number`: the program that runs the script gives it.
public struct ExternalItem: Sendable {
  public struct Parameter: Sendable {
    public var name: Name
    public var kind: Name
    public init(name: Name, kind: Name) {
      self.name = name
      self.kind = kind
    }
  }
  public var name: Name
  public var parameters: [Parameter]
  public var result: Name
  public init(name: Name, parameters: [Parameter], result: Name) {
    self.name = name
    self.parameters = parameters
    self.result = result
  }
}

/// `clock 2025-10-19 23:30 PDT for 16h tick 1s`
public struct ClockItem: Sendable {
  public struct Date: Sendable, Hashable {
    public var year: Int
    public var month: Int
    public var day: Int
    public init(year: Int, month: Int, day: Int) {
      self.year = year
      self.month = month
      self.day = day
    }
  }
  public var date: Date?
  /// Nanoseconds since midnight.
  public var start: Int64
  /// What the clock's times are called; it moves nothing.
  public var zone: Name?
  public var duration: Expression
  public var tick: Expression?
  public var warmUp: Expression?
  public init(
    date: Date?, start: Int64, zone: Name?, duration: Expression, tick: Expression?, warmUp: Expression?
  ) {
    self.warmUp = warmUp
    self.date = date
    self.start = start
    self.zone = zone
    self.duration = duration
    self.tick = tick
  }
}

/// `param fix: none | cas = none`, `param servers = 4 in 1..100`
public struct ParamItem: Sendable {
  public var name: Name
  /// Empty unless the parameter is a choice.
  public var choices: [Name]
  public var value: Expression
  public var range: (Expression, Expression)?
  public init(name: Name, choices: [Name], value: Expression, range: (Expression, Expression)?) {
    self.name = name
    self.choices = choices
    self.value = value
    self.range = range
  }
}

/// `name = value` in a `variant` or `explore` block.
public struct Setting: Sendable {
  public var name: Name
  public var value: Expression
  public init(name: Name, value: Expression) {
    self.name = name
    self.value = value
  }
}

public enum ExploreClause: Sendable {
  case setting(Setting)
  /// `may crash enactor at most 1`; the fault is `crash`, `stall` or `restart`.
  case may(fault: Name, Expression, atMost: Expression)
}

/// `var x = 0`, `var rm[n]: working | prepared = working`
public struct VariableItem: Sendable {
  public var name: Name
  public var count: Expression?
  public var choices: [Name]
  public var value: Expression
  public init(name: Name, count: Expression?, choices: [Name], value: Expression) {
    self.name = name
    self.count = count
    self.choices = choices
    self.value = value
  }
}

/// One clause of a node: `latency 1ms`, `queue fifo drop hopeless if recovery == shed`.
/// The `condition` reads parameters only and is decided before the run.
public struct Clause<Value: Sendable>: Sendable {
  public var value: Value
  public var condition: Expression?
  public var span: Span
  public init(_ value: Value, condition: Expression?, span: Span) {
    self.value = value
    self.condition = condition
    self.span = span
  }
}

/// `dns D[n] of P { ttl 1m negative 15m }`
public struct DNSItem: Sendable {
  public enum Attribute: Sendable {
    case ttl(Expression)
    case negative(Expression)
  }
  public var name: Name
  public var count: Expression?
  public var plans: Expression
  public var clauses: [Clause<Attribute>]
  public init(name: Name, count: Expression?, plans: Expression, clauses: [Clause<Attribute>]) {
    self.name = name
    self.count = count
    self.plans = plans
    self.clauses = clauses
  }
}

public enum FullAction: String, Sendable, CaseIterable { case refuse, drop }
public enum Discipline: String, Sendable, CaseIterable { case fifo, lifo, priority }
public enum DropPolicy: String, Sendable, CaseIterable { case none, expired, hopeless }

/// `queue Q[n] { capacity 10 full drop holds 1 }`
public struct QueueItem: Sendable {
  public enum Attribute: Sendable {
    case capacity(Expression)
    case full(FullAction)
    case holds(Expression)
  }
  public var name: Name
  public var count: Expression?
  public var clauses: [Clause<Attribute>]
  public init(name: Name, count: Expression?, clauses: [Clause<Attribute>]) {
    self.name = name
    self.count = count
    self.clauses = clauses
  }
}

/// `lease L[n] { lasts 5m renew every 4m jitter 1m phase even from answer { … } }`
public struct LeaseItem: Sendable {
  public enum Phase: Sendable {
    case uniform, even
    case fixed(Expression)
  }
  public enum Origin: String, Sendable, CaseIterable { case start, answer }
  public struct Renewal: Sendable {
    public var every: Expression
    public var jitter: Expression?
    public var phase: Phase?
    public var origin: Origin?
    public var body: Block
    public init(
      every: Expression, jitter: Expression?, phase: Phase?, origin: Origin?, body: Block
    ) {
      self.every = every
      self.jitter = jitter
      self.phase = phase
      self.origin = origin
      self.body = body
    }
  }
  public enum Attribute: Sendable {
    case lasts(Expression)
    case startsLapsed
    case renew(Renewal)
    /// `on lapsed { … }`
    case lapsed(Block)
  }
  public var name: Name
  public var count: Expression?
  public var clauses: [Clause<Attribute>]
  public init(name: Name, count: Expression?, clauses: [Clause<Attribute>]) {
    self.name = name
    self.count = count
    self.clauses = clauses
  }
}

/// `service S[n] at D { servers … queue … limit … latency … on request(args) { … } }`
public struct ServiceItem: Sendable {
  public enum QueueAttribute: Sendable {
    case discipline(Discipline)
    case capacity(Expression)
    case full(FullAction)
    case drop(DropPolicy)
  }
  public struct Handler: Sendable {
    public var name: Name
    public var parameters: [Name]
    public var priority: Expression?
    public var limit: Expression?
    public var body: Block
    public init(
      name: Name, parameters: [Name], priority: Expression?, limit: Expression?, body: Block
    ) {
      self.name = name
      self.parameters = parameters
      self.priority = priority
      self.limit = limit
      self.body = body
    }
  }
  public enum Attribute: Sendable {
    case servers(Expression)
    case queue([QueueAttribute])
    /// A count limits how many are in hand at once, a rate how many are admitted.
    case limit(Expression)
    case latency(Expression)
    case on(Handler)
    /// A state variable of each element: `var connected = false`.
    case variable(VariableItem)
    /// Statements that stand in the service itself are the handler of a plain `call`.
    case statement(Statement)
  }
  public var name: Name
  public var count: Expression?
  /// `at D`: reached through this DNS record.
  public var record: Expression?
  public var clauses: [Clause<Attribute>]
  public init(
    name: Name, count: Expression?, record: Expression?, clauses: [Clause<Attribute>]
  ) {
    self.name = name
    self.count = count
    self.record = record
    self.clauses = clauses
  }
}

/// `balancer B over S { check every 10s timeout 3s down after 3 up after 2 velocity 5% per 1m zones 3 failover on }`
public struct BalancerItem: Sendable {
  public enum Attribute: Sendable {
    case check(every: Expression, timeout: Expression?)
    case downAfter(Expression)
    case upAfter(Expression)
    case velocity(Expression, per: Expression)
    case zones(Expression)
    case failover(Expression)
  }
  public var name: Name
  public var service: Expression
  public var clauses: [Clause<Attribute>]
  public init(name: Name, service: Expression, clauses: [Clause<Attribute>]) {
    self.name = name
    self.service = service
    self.clauses = clauses
  }
}

/// `load L[n] rate 200/s even count 1000 resolvers 10 { … }`, `load U users 500 think 1s { … }`
public struct LoadItem: Sendable {
  public enum Attribute: Sendable {
    case rate(Expression)
    /// `rate "rates.csv" time "t" column "rps"`: rates that change at the times of a file.
    case rates(InputTable)
    /// `times "arrivals.csv" column "t"`: one request at each time of a file.
    case times(InputTable)
    case even
    case count(Expression)
    case users(Expression)
    case think(Expression)
    case resolvers(Expression)
  }
  public var name: Name
  public var count: Expression?
  public var clauses: [Clause<Attribute>]
  public var body: Block
  public init(name: Name, count: Expression?, clauses: [Clause<Attribute>], body: Block) {
    self.name = name
    self.count = count
    self.clauses = clauses
    self.body = body
  }
}

/// `process P[n] { var mine = 0 … }`
public struct ProcessItem: Sendable {
  public var name: Name
  public var count: Expression?
  /// `var` declarations at the head of the body: variables of each element.
  public var variables: [VariableItem]
  public var body: Block
  public init(name: Name, count: Expression?, variables: [VariableItem], body: Block) {
    self.name = name
    self.count = count
    self.variables = variables
    self.body = body
  }
}

/// `never`, `always`, `eventually`, `expect`, `recoverable`, `sometimes`.
public struct PropertyItem: Sendable {
  public enum Kind: Sendable {
    case never
    /// `from T until T`, either or both may be absent
    case always(from: Expression?, until: Expression?)
    /// `within D of T`, or nothing: by the end
    case eventually(within: Expression?, of: Expression?)
    /// `eventually "…" after { p } { q }`: whenever p, later q
    case leadsTo(premise: Expression)
    case expect(at: Expression, within: Expression)
    case recoverable
    case sometimes
  }
  public var kind: Kind
  public var text: String
  public var textSpan: Span
  /// `if` over parameters: whether this run has the property at all.
  public var applies: Expression?
  public var condition: Expression
  public init(kind: Kind, text: String, textSpan: Span, applies: Expression?, condition: Expression) {
    self.kind = kind
    self.text = text
    self.textSpan = textSpan
    self.applies = applies
    self.condition = condition
  }
}

/// One parsed file.
public struct SourceTree: Sendable {
  public var items: [Item]
  /// The files of numbers that it names.
  public var named: [NamedFile]
  public init(items: [Item], named: [NamedFile] = []) {
    self.items = items
    self.named = named
  }
}
