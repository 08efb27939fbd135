extension RangeTrouble {
  var trouble: Trouble {
    switch self {
    case .badValue: .badValue
    case .negativeTime: .negativeTime
    case .emptyList: .emptyList
    case .noValue: .noValue
    }
  }
}

extension Trouble {
  /// Code of the diagnostic.
  public var code: String {
    switch self {
    case .divisionByZero: "E0701"
    case .overflow: "E0702"
    case .index: "E0703"
    case .zeroTime: "E0704"
    case .emptyList: "E0705"
    case .notANumber: "E0706"
    case .negativeTime: "E0707"
    case .badValue: "E0708"
    case .latency: "E0709"
    case .hugeList: "E0710"
    case .host: "E0711"
    case .noValue: "E0712"
    case .none, .memory, .events, .tooManyRules, .stopped: "E0799"
    }
  }

  /// In the words of the rule that was broken, where it is a matter of a range: `detail` is its index then.
  public func words(_ detail: Int64, _ image: Image) -> String {
    switch self {
    case .badValue, .negativeTime, .emptyList:
      let texts = image.meta.rangeTexts
      let isOfARange = self != .emptyList || detail > 0
      return isOfARange && texts.indices.contains(Int(detail)) ? texts[Int(detail)] : words
    case .index: return "there is no element \(detail)"
    default: return words
    }
  }

  public var words: String {
    switch self {
    case .divisionByZero: "division by zero"
    case .overflow: "a value is too large for 64 bits"
    case .index: "there is no such element"
    case .zeroTime: "a step that never ends"
    case .emptyList: "the list is empty"
    case .notANumber: "the result is not a number, or too large"
    case .negativeTime: "a negative duration"
    case .badValue: "a value out of its range"
    case .latency: "a latency between islands cannot fall below the declared one"
    case .hugeList: "a list of more than four million items"
    case .host: "a function of the host failed"
    case .noValue: "the window read here is empty"
    case .none, .memory, .events, .tooManyRules, .stopped: "a limit was reached"
    }
  }
}
