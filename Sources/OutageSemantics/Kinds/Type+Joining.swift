extension Type {
  /// The narrowest type that holds values of both, or nil.
  func joined(_ other: Type) -> Type? {
    if self == other || other == .unknown { return self }
    switch (self, other) {
    case (.unknown, _): return other
    case (.count, .number), (.number, .count): return .number
    case (.time, .duration), (.duration, .time): return .time
    case (.text, .address), (.address, .text): return .address
    case (.list(let a), .list(let b)): return a.joined(b).map { .list($0) }
    case (.record(let a), .record(let b)): return Self.joinedRecord(a, b)
    default: return nil
    }
  }

  private static func joinedRecord(_ a: [RecordField], _ b: [RecordField]) -> Type? {
    guard a.count == b.count else { return nil }
    var fields: [RecordField] = []
    for field in a {
      guard let twin = b.first(where: { $0.name == field.name }),
        let type = field.type.joined(twin.type)
      else { return nil }
      fields.append(RecordField(name: field.name, type: type))
    }
    return .record(fields)
  }
}
