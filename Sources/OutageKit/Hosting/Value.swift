import OutageEngine
import OutageModel

/// A value of the language, as a host sees it.
public indirect enum Value: Sendable, Hashable {
  case truth(Bool)
  case count(Int64)
  /// Also shares: 5% is 0.05.
  case number(Double)
  case duration(Duration)
  /// Per second.
  case rate(Double)
  /// Since the start of the scenario.
  case time(Duration)
  /// Also the names of elements, `enactor[0]`.
  case text(String)
  /// One of the words of a choice.
  case choice(String)
  case list([Value])
  case record([Field])

  public struct Field: Sendable, Hashable {
    public var name: String
    public var value: Value
    public init(_ name: String, _ value: Value) {
      self.name = name
      self.value = value
    }
  }

  /// The value as a number: truths are 0 and 1, durations and times are in seconds. nil: it is none.
  public var number: Double? {
    switch self {
    case .truth(let v): v ? 1 : 0
    case .count(let v): Double(v)
    case .number(let v), .rate(let v): v
    case .duration(let v), .time(let v): v / .seconds(1)
    case .text, .choice, .list, .record: nil
    }
  }

  public var isTrue: Bool { self == .truth(true) }
}

extension Value {
  /// - Parameter writer: writes what has a name: texts, elements.
  init?(_ value: LiveValue, _ writer: ValueWriter) {
    switch value {
    case .word(let word, let type): self.init(word, type, writer)
    case .list(let words, let item): self = .list(words.map { Value($0, item, writer) })
    case .record(let fields):
      var own: [Field] = []
      for field in fields {
        guard let value = Value(field.value, writer) else { return nil }
        own.append(Field(field.name, value))
      }
      self = .record(own)
    case .text(let text): self = .text(text)
    case .none: return nil
    }
  }

  private init(_ word: Int64, _ type: ImageMeta.ValueType, _ writer: ValueWriter) {
    let bits = Double(bitPattern: UInt64(bitPattern: word))
    self =
      switch type {
      case .truth: .truth(word != 0)
      case .count: .count(word)
      case .number: .number(bits)
      case .rate: .rate(bits)
      case .duration: .duration(.nanoseconds(word))
      case .time: .time(.nanoseconds(word))
      case .choice: .choice(writer.text(.word(word, type)))
      case .text, .address, .list: .text(writer.text(.word(word, type)))
      }
  }
}

extension Duration {
  /// Whole nanoseconds, at most what 64 bits hold.
  var wholeNanoseconds: Int64 {
    if self >= .nanoseconds(Int64.max) { return .max }
    if self <= .nanoseconds(Int64.min) { return .min }
    let (seconds, attoseconds) = components
    return seconds.times(1_000_000_000).later(by: attoseconds / 1_000_000_000)
  }
}
