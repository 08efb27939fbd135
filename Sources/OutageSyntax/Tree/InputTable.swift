/// `"times.csv" column "latency" unit 1ms`: a file of numbers that a script names, and what of it is meant.
public struct InputTable: Sendable {
  /// `unit 1ms` or `unit 1/m`: what a number of the file counts.
  public struct Unit<Value: Sendable>: Sendable {
    public var value: Value
    public var span: Span
    public init(_ value: Value, _ span: Span) {
      self.value = value
      self.span = span
    }
  }

  public var path: String
  /// Of the file's name.
  public var span: Span
  /// The heading of the numbers.
  public var column: Name?
  /// The heading of the times of a rate.
  public var time: Name?
  /// The heading of how often a number counts.
  public var weight: Name?
  /// The heading of how many are at most a number, as histograms of monitoring have it.
  public var buckets: Name?
  /// Nanoseconds.
  public var duration: Unit<Int64>?
  /// Per second.
  public var rate: Unit<Double>?

  public init(path: String, span: Span) {
    self.path = path
    self.span = span
  }
}

/// A file that a script names and the host reads: a table of numbers.
public struct NamedFile: Sendable, Hashable {
  public var path: String
  /// Of the name; its file is the one that names it.
  public var span: Span
  public init(path: String, span: Span) {
    self.path = path
    self.span = span
  }
}
