// The tree of an `.outage` file, as written: no names resolved, no units checked. Parsing always yields a
// tree; what could not be read is `.missing`, and a diagnostic says so.

/// A half-open range of UTF-8 byte offsets in one source file.
public struct Span: Sendable, Hashable {
  /// Index of the file in the session's list of sources.
  public var file: Int32
  /// First byte.
  public var start: Int32
  /// One past the last byte.
  public var end: Int32

  public init(file: Int32, start: Int32, end: Int32) {
    self.file = file
    self.start = start
    self.end = end
  }

  public static let none = Span(file: 0, start: 0, end: 0)

  /// The smallest span that holds both; `other` must be in the same file.
  public func joined(_ other: Span) -> Span {
    Span(file: file, start: min(start, other.start), end: max(end, other.end))
  }
}

/// An identifier and where it stands.
public struct Name: Sendable, Hashable {
  public var text: String
  public var span: Span

  public init(_ text: String, _ span: Span) {
    self.text = text
    self.span = span
  }
}

public struct Expression: Sendable {
  public var kind: Kind
  public var span: Span

  public init(_ kind: Kind, _ span: Span) {
    self.kind = kind
    self.span = span
  }

  public indirect enum Kind: Sendable {
    /// `100_000`
    case count(Int64)
    /// `1.5`
    case number(Double)
    /// `5%`, as 0.05
    case share(Double)
    /// `2h37m`, in nanoseconds
    case duration(Int64)
    /// `50/s`, per second
    case rate(Double)
    /// `23:48`, `02:25:30` or `2025-10-20 02:25`: nanoseconds since midnight, and of which day if it says so
    case clock(Int64, on: ClockItem.Date?)
    /// `"backlog {dwfm.queue.length}"`
    case text([TextPart])
    /// `true`, `false`
    case truth(Bool)
    /// Any other word, also `index`, `self`, `now`, `on`, `off`, and the cases of a choice.
    case name(String)
    /// `[1, 2, 3]`
    case list([Expression])
    /// `{ plan: 3, endpoint: 1 }`
    case record([(name: Name, value: Expression)])
    /// `endpoint.version`
    case member(Expression, Name)
    /// `f(x)`, `regional.has(v)`: the callee is a `.name` or a `.member`
    case call(Expression, [Expression])
    /// `a[i]`
    case index(Expression, Expression)
    /// `a[*]`
    case every(Expression)
    /// `a[2..5]`
    case slice(Expression, Expression, Expression)
    case unary(UnaryOperator, Expression)
    /// `at` is the span of the operator itself.
    case binary(BinaryOperator, at: Span, Expression, Expression)
    /// `a..b`, both ends included
    case range(Expression, Expression)
    /// `any a..b`: one value of the range, drawn (run) or every one (explore)
    case anyOf(Expression, Expression)
    /// `sum(w.load for w in workers where w.up)`
    case comprehension(
      function: Name, body: Expression, variable: Name, source: Expression, filter: Expression?)
    /// `empirical "times.csv" unit 1s`
    case empirical(InputTable)
    /// `api.failed over 5m`
    case window(Expression, over: Expression)
    /// Stands where an expression should be and none could be read.
    case missing
  }
}

public enum TextPart: Sendable {
  case literal(String)
  case value(Expression)
}

public enum UnaryOperator: String, Sendable, CaseIterable {
  case negate = "-"
  case not = "not"
}

public enum BinaryOperator: String, Sendable, CaseIterable {
  case or, and
  case equal = "=="
  case notEqual = "!="
  case less = "<"
  case lessOrEqual = "<="
  case greater = ">"
  case greaterOrEqual = ">="
  case isIn = "in"
  case add = "+"
  case subtract = "-"
  case multiply = "*"
  case divide = "/"
  case integerDivide = "div"
  case modulo = "mod"

  /// Binding strength; higher binds tighter. `..` stands between comparison and addition at 4.
  public var precedence: Int {
    switch self {
    case .or: 1
    case .and: 2
    case .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual, .isIn: 3
    case .add, .subtract: 5
    case .multiply, .divide, .integerDivide, .modulo: 6
    }
  }
}
