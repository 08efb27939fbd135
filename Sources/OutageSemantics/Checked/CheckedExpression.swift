public import OutageSyntax

/// A typed expression: names resolved, units checked, functions inlined, conversions explicit.
public struct CheckedExpression: Sendable {
  public var kind: Kind
  public var type: Type
  public var span: Span
  /// The range in which its place wants the value to lie, where the text alone does not say that it does.
  public var rule: RangeRule?
  /// Of what draws: its number, which no other draw of the program has; -1 of everything else. A function that is used twice
  /// draws twice, at one span.
  public var drawn: Int32 = -1

  public init(_ kind: Kind, _ type: Type, _ span: Span) {
    self.kind = kind
    self.type = type
    self.span = span
  }

  public indirect enum Kind: Sendable {
    /// A count, duration (ns), time (ns since start), truth (0/1) or choice (ordinal), by `type`.
    case integer(Int64)
    /// A number or rate (per second).
    case number(Double)
    case text([CheckedTextPart])
    /// Value of `CheckedProgram.params[id]`, fixed before the run.
    case param(Int)
    /// Value of `CheckedProgram.constants[id]`, computed before the run.
    case constant(Int)
    /// Local slot of the body (see `CheckedBody.locals`).
    case local(Int)
    /// `index` of the element that runs this body.
    case index
    /// `now`: time since the start.
    case now
    /// A clock time as an instant: the next such after the start.
    case member(Member, NodeReference, [CheckedExpression])
    case list([CheckedExpression])
    case record([CheckedExpression])
    /// Field `ordinal` of a record-valued expression.
    case field(CheckedExpression, Int)
    case negate(CheckedExpression)
    case not(CheckedExpression)
    /// Operands have the same representation (both integer or both floating) after `convert`; shifts of
    /// representation inside units are spelled out: see `Arithmetic`.
    case arithmetic(Arithmetic, CheckedExpression, CheckedExpression)
    case compare(Comparison, CheckedExpression, CheckedExpression)
    /// Short-circuit.
    case and(CheckedExpression, CheckedExpression)
    case or(CheckedExpression, CheckedExpression)
    case convert(Conversion, CheckedExpression)
    /// A list of counts, both ends included.
    case range(CheckedExpression, CheckedExpression)
    /// `x in list`, `list.has(x)`
    case contains(list: CheckedExpression, CheckedExpression)
    case listMember(ListMember, CheckedExpression)
    /// `sum(body for x in source where filter)`; `local` is the slot of x. `source` is a list or `.range`.
    /// `a[*].x` inside an aggregate becomes one over `.range(0, length - 1)`. `Aggregate.collect` makes a list.
    case comprehension(
      Aggregate, body: CheckedExpression, local: Int, source: CheckedExpression,
      filter: CheckedExpression?)
    /// Over a list-valued expression.
    case aggregate(Aggregate, CheckedExpression)
    /// min, max of two and the like.
    case builtin(Builtin, [CheckedExpression])
    /// A call of `CheckedProgram.externals[id]`.
    case external(Int, [CheckedExpression])
    /// `chance(p)`: p is a number from 0 to 1.
    case chance(CheckedExpression)
    /// `any a..b`
    case anyOf(CheckedExpression, CheckedExpression)
    /// A distribution; arguments have the type of the result except shape parameters (numbers, counts).
    case draw(Distribution, [CheckedExpression])
    /// The sample of `CheckedProgram.measures[id]` at the last tick.
    case measure(Int)
    /// The number of elements of a node (`enactor.length`, and the bound of `a[*]`).
    case elementCount(Int)
    /// `stuck`: no process can move (properties only).
    case stuck
    /// What a member came to in the time before the last look; `length` is a duration, known before the run.
    case window(Member, NodeReference, length: CheckedExpression)
    /// A service or balancer as an address; `.all` and `.slice` stand for each of the elements (`add` only).
    case address(NodeReference)
    case missing
  }
}

public enum CheckedTextPart: Sendable {
  case literal(String)
  case value(CheckedExpression)
}

/// The names say the representation: `count*` on Int64 with overflow and zero checks, `number*` on Double.
public enum Arithmetic: Sendable, Hashable {
  case countAdd, countSubtract, countMultiply, countDivide, countModulo
  case numberAdd, numberSubtract, numberMultiply, numberDivide
}

public enum Comparison: String, Sendable, Hashable {
  case equal = "=="
  case notEqual = "!="
  case less = "<"
  case lessOrEqual = "<="
  case greater = ">"
  case greaterOrEqual = ">="
}

public enum Conversion: Sendable, Hashable {
  /// Int64 → Double: a count (or any integer) as a number.
  case countToNumber
  /// Double → Int64, rounded to nearest; overflow and NaN are run-time diagnostics.
  case numberToCount
  /// ns → seconds as Double
  case durationToSeconds
  /// seconds as Double → ns
  case secondsToDuration
  case textToAddress
}

public enum ListMember: String, Sendable, Hashable { case length, empty, first, last }

public enum Aggregate: String, Sendable, Hashable, CaseIterable {
  case any, all, count, sum, min, max, mean
  /// No aggregate: the values as a list.
  case collect = ""
}

public enum Builtin: String, Sendable, Hashable, CaseIterable {
  /// Two or more operands of one type.
  case min, max
  case abs
  /// number → count
  case floor, ceil, round
  case sqrt, ln, pow
  /// `seconds(d)`: a duration as a number
  case seconds
}

public enum Distribution: String, Sendable, Hashable, CaseIterable {
  /// exp(mean)
  case exp
  /// uniform(low, high)
  case uniform
  /// normal(mean, deviation), cut at zero for durations
  case normal
  /// lognormal(median, p99)
  case lognormal
  /// pareto(scale, shape)
  case pareto
  /// erlang(k, mean)
  case erlang
  /// fixed(value)
  case fixed
  /// empirical "file.csv": the values are `CheckedProgram.series[id]`, passed as `.integer(id)`.
  case empirical
}

/// Which element or elements of a node an expression speaks of.
public struct NodeReference: Sendable {
  public var node: Int
  public var selector: Selector
  public init(node: Int, selector: Selector) {
    self.node = node
    self.selector = selector
  }

  public indirect enum Selector: Sendable {
    /// The node is not an array.
    case single
    /// `a[i]`; bounds are checked at run time
    case element(CheckedExpression)
    /// `a` without an index where `a` is an array: counts and lengths add, truths count; a `call` draws one.
    case all
    /// The element that runs this body (`self`, or `index` into the own node).
    case own
    /// `a[2..5]` as the target of a fault or an attribute
    case slice(CheckedExpression, CheckedExpression)
  }
}

/// What can be read of or done to a node. `MemberCatalog` gives types, kinds and documentation.
public enum Member: String, Sendable, Hashable, CaseIterable {
  // var: the value itself; record fields are `.field`
  case value
  // plans
  case latest, versions, has, delete, add
  // dns (`addresses` is of the record now, without cache)
  case version, addresses, apply, ttl, negative
  // queue
  case put, take, length, oldest, clear, capacity
  // lease
  case acquire, renew, release, holder, token, active, lasts
  case renewEvery = "every"
  // service (queue.length is `queueLength` and so on)
  case queueLength = "queue.length"
  case queueOldest = "queue.oldest"
  case queueClear = "queue.clear"
  case queueCapacity = "queue.capacity"
  case servers, limit, latency, enabled, busy, up
  case arrived, completed, failed, refused, dropped, expired, wasted
  // balancer
  case failover, velocity, healthy
  case checkEvery = "check"
  case removed
  // load
  case rate, users, think, started, ok, retries, timeouts
  case inFlight = "in_flight"
  // service and load: response times
  case latencyMean = "latency.mean"
  case latencyP50 = "latency.p50"
  case latencyP90 = "latency.p90"
  case latencyP99 = "latency.p99"
  case latencyP999 = "latency.p999"
  // service and load: of a window only
  case utilisation
  case failedShare = "failed.share"
  // process
  case finished
}
