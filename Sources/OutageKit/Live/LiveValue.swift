public import OutageEngine
public import OutageModel

/// A value as looked at in a live world.
public indirect enum LiveValue: Sendable {
  case word(Int64, ImageMeta.ValueType)
  case list([Int64], ImageMeta.ValueType)
  case record([(name: String, value: LiveValue)])
  case text(String)
  /// There is no value now, and why.
  case none(String)

  /// The value as a number: truths 0 and 1, durations in ns; nil: it is none.
  public var number: Double? {
    guard case .word(let word, let type) = self else { return nil }
    switch type {
    case .number, .rate: return Double(bitPattern: UInt64(bitPattern: word))
    default: return Double(word)
    }
  }

  /// A truth that is true.
  public var isTrue: Bool {
    if case .word(let word, .truth) = self { return word != 0 }
    return false
  }
}

extension LiveValue: Equatable {
  public static func == (a: LiveValue, b: LiveValue) -> Bool {
    switch (a, b) {
    case (.word(let x, let t), .word(let y, let u)): x == y && t == u
    case (.list(let x, let t), .list(let y, let u)): x == y && t == u
    case (.record(let x), .record(let y)): x.map(\.name) == y.map(\.name) && x.map(\.value) == y.map(\.value)
    case (.text(let x), .text(let y)): x == y
    case (.none(let x), .none(let y)): x == y
    default: false
    }
  }
}

/// Writes values of an image for people.
public struct ValueWriter: Sendable {
  private let texts: [String]
  private let clock: ClockFace
  private let image: Image

  public init(_ image: Image, _ clock: ClockFace) {
    self.image = image
    texts = image.meta.texts
    self.clock = clock
  }

  public func text(_ value: LiveValue) -> String {
    switch value {
    case .word(let word, let type): self.word(word, type)
    case .list(let words, let item): "[" + words.map { self.word($0, item) }.joined(separator: ", ") + "]"
    case .record(let fields): "{ " + fields.map { "\($0.name): \(text($0.value))" }.joined(separator: ", ") + " }"
    case .text(let text): text
    case .none(let reason): "no value: \(reason)"
    }
  }

  private func word(_ word: Int64, _ type: ImageMeta.ValueType) -> String {
    if case .address = type, word < 0 {
      let element = Int(-(word + 1))
      if element < image.tables.elementCount { return elementName(element, image) }
    }
    if case .count = type, word == .max { return "no limit" }
    return ValueText.word(word, type, texts: texts, clock: clock.text)
  }
}

/// `dwfm`, `enactor[0]`
public func elementName(_ e: Int, _ image: Image) -> String {
  let n = Int(image.tables.elementNode[e])
  let node = image.meta.nodes[n]
  return node.isArray ? "\(node.name)[\(e - Int(image.tables.nodes[n].first))]" : node.name
}
