extension Type {
  /// The kinds that an `extern fn` may name.
  static let plainKinds: [String: Type] = [
    "truth": .truth, "count": .count, "number": .number, "duration": .duration, "rate": .rate, "time": .time,
  ]

  /// "a duration", as it stands in a sentence.
  var phrase: String {
    switch self {
    case .truth: "a truth"
    case .count: "a count"
    case .number: "a number"
    case .duration: "a duration"
    case .rate: "a rate"
    case .time: "a time"
    case .text: "a text"
    case .choice: "a choice"
    case .address: "an address"
    case .list(let element): element == .unknown ? "a list" : "a list of \(element.plural)"
    case .record(let fields): "a record { \(fields.map(\.name).joined(separator: ", ")) }"
    case .nothing: "nothing"
    case .unknown: "unknown"
    }
  }

  var plural: String {
    switch self {
    case .truth: "truths"
    case .count: "counts"
    case .number: "numbers"
    case .duration: "durations"
    case .rate: "rates"
    case .time: "times"
    case .text: "texts"
    case .choice: "choices"
    case .address: "addresses"
    case .list: "lists"
    case .record: "records"
    case .nothing, .unknown: "values"
    }
  }

  /// Has an order: `<` makes sense.
  var isOrdered: Bool {
    switch self {
    case .count, .number, .duration, .rate, .time: true
    default: false
    }
  }

  /// Can be added up.
  var isSummable: Bool {
    switch self {
    case .count, .number, .duration, .rate: true
    default: false
    }
  }

  /// Still has a part that inference has not found.
  var isOpen: Bool {
    switch self {
    case .unknown: true
    case .list(let element): element.isOpen
    case .record(let fields): fields.contains { $0.type.isOpen }
    default: false
    }
  }

  /// Every open part taken as a count: what is never given a value may be anything.
  var closed: Type {
    switch self {
    case .unknown: .count
    case .list(let element): .list(element.closed)
    case .record(let fields): .record(fields.map { RecordField(name: $0.name, type: $0.type.closed) })
    default: self
    }
  }
}
