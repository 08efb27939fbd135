/// What a value is. Every value is one 64-bit word at run time except a record (one word a field, in order).
public indirect enum Type: Sendable, Hashable {
  /// 0 or 1
  case truth
  /// Int64
  case count
  /// Double; shares are numbers
  case number
  /// Int64, nanoseconds
  case duration
  /// Double, per second
  case rate
  /// Int64, nanoseconds since the start of the scenario
  case time
  /// Index into the program's table of texts.
  case text
  /// Ordinal within `CheckedProgram.choices[id]`.
  case choice(Int)
  /// An address in a DNS plan: a text, or an element of a node.
  case address
  /// A handle to words in the island's memory.
  case list(Type)
  case record([RecordField])
  /// What an operation without a value gives.
  case nothing
  /// An expression that was already reported; silences what follows from it.
  case unknown

  public struct RecordField: Sendable, Hashable {
    public var name: String
    public var type: Type
    public init(name: String, type: Type) {
      self.name = name
      self.type = type
    }
  }

  /// Registers that a value of this type takes.
  public var width: Int {
    switch self {
    case .record(let fields): fields.reduce(0) { $0 + $1.type.width }
    case .nothing: 0
    default: 1
    }
  }

  /// Levels of records in records.
  var depth: Int {
    guard case .record(let fields) = self else { return 0 }
    return 1 + fields.reduce(0) { max($0, $1.type.depth) }
  }
}

/// `param fix: none | cas` or `var rm: working | prepared`: the named values, in the order written.
/// Two declarations with the same list of names share one choice.
public struct ChoiceType: Sendable, Hashable {
  public var names: [String]
  public init(names: [String]) { self.names = names }
}
